"""Samples of our own Prometheus registry, one each ten seconds, the last hour of them in memory.

A reading is what the registry says at a moment: counters since the start of the process. A sample is what was
between two readings: rates, and how long ticks took. Nothing in either is about a person.
"""

from __future__ import annotations

import dataclasses
import itertools
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

PERIOD_S: Final = 10.0
KEPT_COUNT: Final = 360
"""An hour; some 100 KB."""
_MB: Final = 1_000_000


@dataclass(frozen=True, slots=True)
class Reading:
    """`values` by the name of the sample, summed over its labels; `ticks` are the cumulative buckets of the
    ticks' histogram by their upper bound in seconds.
    """

    at_s: float
    values: Mapping[str, float] = field(default_factory=dict)
    ticks: Mapping[float, float] = field(default_factory=dict)

    def __getitem__(self, name: str) -> float:
        return self.values.get(name, 0.0)


@dataclass(frozen=True, slots=True)
class Sample:
    """What was in one period. Rates are per second, counts are of the period."""

    at_ms: int
    visitors: float
    observers: float
    queue: float
    tick_p50_ms: float
    tick_p99_ms: float
    bytes_sent_s: float
    messages_s: float
    skipped_s: float
    errors: float
    uploads: float
    cpu: float
    memory_mb: float
    disk_free_mb: float
    audit_unsigned: float
    audit_damages: float


NAMES: Final = tuple(each.name for each in dataclasses.fields(Sample))


def sample_of(before: Reading, now: Reading, at_ms: int) -> Sample:
    """What was between two readings of one process, `before` the earlier one."""
    period_s = max(now.at_s - before.at_s, 1e-3)

    def count(name: str) -> float:
        return max(0.0, now[name] - before[name])

    ticks = {bound: now.ticks[bound] - before.ticks.get(bound, 0.0) for bound in now.ticks}
    return Sample(
        at_ms=at_ms,
        visitors=now["yuanzhan_visitors"],
        observers=now["yuanzhan_observers"],
        queue=now["yuanzhan_queue"],
        tick_p50_ms=round(1000 * quantile(ticks, 0.5), 2),
        tick_p99_ms=round(1000 * quantile(ticks, 0.99), 2),
        bytes_sent_s=round(count("yuanzhan_bytes_sent_total") / period_s),
        messages_s=round(count("yuanzhan_messages_received_total") / period_s, 1),
        skipped_s=round(count("yuanzhan_frames_skipped_total") / period_s, 1),
        errors=count("yuanzhan_errors_total"),
        uploads=count("yuanzhan_uploads_total"),
        cpu=round(count("process_cpu_seconds_total") / period_s, 3),
        memory_mb=round(now["process_resident_memory_bytes"] / _MB, 1),
        disk_free_mb=round(now["yuanzhan_disk_free_bytes"] / _MB),
        audit_unsigned=now["yuanzhan_audit_unsigned_rows"],
        audit_damages=now["yuanzhan_audit_damages"],
    )


def quantile(cumulative: Mapping[float, float], share: float) -> float:
    """The value below which `share` of the observations lie, as histogram_quantile() of Prometheus has it:
    linear within a bucket, the last finite bound for what is beyond it. 0 where there are none.
    """
    bounds = sorted(cumulative)
    total = cumulative[bounds[-1]] if bounds else 0.0
    if total <= 0:
        return 0.0
    wanted = share * total
    lower, below = 0.0, 0.0
    for bound in bounds:
        if cumulative[bound] >= wanted:
            if bound == float("inf"):
                return lower
            inside = cumulative[bound] - below
            return bound if inside <= 0 else lower + (bound - lower) * (wanted - below) / inside
        lower, below = bound, cumulative[bound]
    return lower


class Ring:
    """The last samples, the oldest first."""

    def __init__(self, kept_count: int = KEPT_COUNT) -> None:
        self._samples: deque[Sample] = deque(maxlen=kept_count)

    def add(self, sample: Sample) -> None:
        """The newest one."""
        self._samples.append(sample)

    def columns(self, after_ms: int = 0) -> dict[str, list[float]]:
        """Each quantity as a list, of the samples that are newer than a moment: what plots want."""
        newer = list(itertools.dropwhile(lambda sample: sample.at_ms <= after_ms, self._samples))
        return {name: [getattr(sample, name) for sample in newer] for name in NAMES}

    def last(self, count: int) -> Sequence[Sample]:
        """The newest ones, the oldest first."""
        return list(self._samples)[-count:]
