"""What the server measures, as Prometheus text.

The hot path counts with plain integers, read here when somebody asks: counting costs nothing.
"""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from http import HTTPStatus
from typing import Final, Protocol

from aiohttp import web
from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    Gauge,
    GCCollector,
    Histogram,
    PlatformCollector,
    ProcessCollector,
    generate_latest,
)
from prometheus_client.metrics_core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from yuanzhan.watching.samples import Reading
from yuanzhan.web.crowds import Crowds

_TICKS: Final = "yuanzhan_tick_seconds"
_FAULTS: Final = frozenset({HTTPStatus.INTERNAL_SERVER_ERROR, HTTPStatus.INSUFFICIENT_STORAGE})
# Around the 100 ms that a tick may take.
TICK_BUCKETS_S: Final = (0.001, 0.0025, 0.005, 0.01, 0.02, 0.035, 0.05, 0.075, 0.1, 0.15, 0.25, 0.5, 1.0)


class Traffic(Protocol):
    """What `live` counts, from the start of the process."""

    @property
    def frames_sent(self) -> int: ...
    @property
    def bytes_sent(self) -> int: ...
    @property
    def frames_skipped(self) -> int: ...
    @property
    def messages_received(self) -> int: ...
    @property
    def poses_received(self) -> int: ...
    @property
    def closes(self) -> Mapping[int, int]: ...


class Metrics:
    """A registry of its own, so that two servers in one process (tests) do not meet."""

    def __init__(
        self,
        crowds: Crowds,
        pending: Callable[[], int],
        traffic: Traffic,
        disk_free: Callable[[], int] = lambda: 0,
        unsigned: Callable[[], int] = lambda: 0,
        damaged: Callable[[], int] = lambda: 0,
    ) -> None:
        self._registry = CollectorRegistry()
        self._errors = Counter(
            "yuanzhan_errors", "Requests that failed by our own fault", registry=self._registry
        )
        self._uploads = Counter("yuanzhan_uploads", "Models that came in whole", registry=self._registry)
        disk = Gauge("yuanzhan_disk_free_bytes", "Room left where the data is", registry=self._registry)
        disk.set_function(disk_free)
        rows = "yuanzhan_audit_unsigned_rows"
        record = Gauge(rows, "Rows that the record's signed end does not vouch for", registry=self._registry)
        record.set_function(unsigned)
        found = Gauge("yuanzhan_audit_damages", "What is wrong with the record", registry=self._registry)
        found.set_function(damaged)
        self._ticks = Histogram(
            _TICKS,
            "Time to move all halls and write to all visitors, once a tick",
            buckets=TICK_BUCKETS_S,
            registry=self._registry,
        )
        self._registry.register(_LiveCollector(crowds, pending, traffic))
        ProcessCollector(registry=self._registry)
        PlatformCollector(registry=self._registry)
        GCCollector(registry=self._registry)

    def observe_tick(self, duration_s: float) -> None:
        """Note how long a tick took."""
        self._ticks.observe(duration_s)

    def count_upload(self) -> None:
        """A model came in whole."""
        self._uploads.inc()

    async def count_answer(self, request: web.Request, response: web.StreamResponse) -> None:
        """`on_response_prepare`: what went wrong is counted. That the server stops is no fault."""
        if response.status in _FAULTS:
            self._errors.inc()

    def read(self) -> Reading:
        """What it all says now."""
        values: defaultdict[str, float] = defaultdict(float)
        ticks: dict[float, float] = {}
        for metric in self._registry.collect():
            for sample in metric.samples:
                if sample.name == _TICKS + "_bucket":
                    ticks[float(sample.labels["le"])] = sample.value
                else:
                    values[sample.name] += sample.value
        return Reading(time.monotonic(), values, ticks)

    def render(self) -> tuple[bytes, str]:
        """The exposition and its content type."""
        return generate_latest(self._registry), CONTENT_TYPE_LATEST


class _LiveCollector(Collector):
    def __init__(self, crowds: Crowds, pending: Callable[[], int], traffic: Traffic) -> None:
        self._crowds = crowds
        self._pending = pending
        self._traffic = traffic

    def collect(self) -> Iterable[Metric]:
        yield _by_hall("yuanzhan_visitors", "Visitors in a hall", self._crowds.visitors())
        yield _by_hall("yuanzhan_observers", "Those who watch a full hall", self._crowds.observers())
        yield _by_hall("yuanzhan_queue", "Those who wait for a full hall", self._crowds.queue())
        yield GaugeMetricFamily(
            "yuanzhan_pending_connections", "Connections that have not said hello", value=self._pending()
        )
        traffic = self._traffic
        yield CounterMetricFamily(
            "yuanzhan_frames_sent", "Frames written to visitors", value=traffic.frames_sent
        )
        yield CounterMetricFamily(
            "yuanzhan_bytes_sent", "Bytes written to visitors", value=traffic.bytes_sent
        )
        yield CounterMetricFamily(
            "yuanzhan_frames_skipped",
            "Frames not written to visitors that read too slowly",
            value=traffic.frames_skipped,
        )
        yield CounterMetricFamily(
            "yuanzhan_messages_received", "Messages read from visitors", value=traffic.messages_received
        )
        yield CounterMetricFamily(
            "yuanzhan_poses_received", "Poses among the messages", value=traffic.poses_received
        )
        closes = CounterMetricFamily("yuanzhan_closes", "Connections ended, by close code", labels=["code"])
        for code, count in traffic.closes.items():
            closes.add_metric([str(code)], count)
        yield closes


def _by_hall(name: str, what: str, counts: Mapping[str, int]) -> GaugeMetricFamily:
    gauge = GaugeMetricFamily(name, what, labels=["hall"])
    for hall, count in counts.items():
        gauge.add_metric([hall], count)
    return gauge
