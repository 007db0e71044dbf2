"""One run: a fresh server, a crowd of one size, what was measured. The figures are those of
`yuanzhan bench crowd` (docs/performance.md).
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from bench.peers import crowd as crowd_module
from bench.peers import sdk_probe
from bench.peers.crowd import TICK_HZ, Crowd
from bench.peers.install import ROOT
from bench.peers.poses import LATENCIES_MIN_COUNT
from bench.peers.sdk_probe import SdkProbe
from bench.peers.table import Peer
from bench.peers.usage import usage_of
from yuanzhan.bots.measure import summarise

NEAR_MIN_HZ: Final = 9.0
P99_MAX_MS: Final = 250.0
JOIN_LIMIT_S: Final = 120.0
WARM_UP_S: Final = 3.0
START_LIMIT_S: Final = 20.0
MEMORY_MAX_BYTES: Final = 8 << 30
"""A server that cannot send as fast as it writes fills the memory: the run ends before the machine does."""


class OutOfMemory(Exception):
    """The server holds more than MEMORY_MAX_BYTES."""


@dataclass(frozen=True)
class Run:
    """What one size gave. `near_hz`: ticks' worth of updates a second at the probes; of a relay, the share of
    the updates that came, times the 10 Hz of a tick. `bytes_per_visitor_per_s`: WebSocket frames received.
    `latency_ms`: from sending a pose to a probe's reading it. CPU is in cores, of all processes of a side.
    Memory is what the server holds beyond what it held empty. `ended` says why a run was cut short.
    """

    visitors: int
    joined: int
    join_s: float
    disconnects: int
    near_hz: float
    latency_ms: dict[str, float | int | None]
    bytes_per_visitor_per_s: float
    server_cpu: float | None
    server_rss_bytes_per_visitor: float | None
    generator_cpu: float
    seconds: float
    ended: str | None = None

    @property
    def holds(self) -> bool:
        """Whether the crowd was kept in step."""
        p99 = self.latency_ms["p99"]
        return (
            self.ended is None
            and self.joined == self.visitors
            and self.disconnects == 0
            and self.near_hz >= NEAR_MIN_HZ
            and p99 is not None
            and p99 < P99_MAX_MS
            and (self.latency_ms["samples"] or 0) >= LATENCIES_MIN_COUNT
        )


def measure(peer: Peer, scratch: Path, visitors: int, seconds: float, port: int, seed: int = 1) -> Run:
    """Start the peer's server, send the crowd, stop both."""
    with ExitStack() as stack:
        server = stack.enter_context(_server(peer.command(scratch, port), port, scratch / "server.log"))
        probe = _probe(peer, scratch, port)
        if probe is not None:
            stack.callback(probe.close)
        looking_count = sdk_probe.PROBES_COUNT if probe else 0
        crowd = Crowd(
            peer.dialect,
            port,
            visitors - looking_count,
            0 if probe else crowd_module.PROBES_COUNT,
            lambda: _watch(server.pid),
            seed,
        )
        stack.callback(crowd.close)
        return _Measurement(visitors, seconds, server.pid, crowd, probe, peer.dialect.ticks).run()


def cut_short(visitors: int, why: str, joined: int = 0, join_s: float = 0.0, disconnects: int = 0) -> Run:
    """A run that came to no measuring."""
    return Run(
        visitors=visitors,
        joined=joined,
        join_s=round(join_s, 2),
        disconnects=disconnects,
        near_hz=0.0,
        latency_ms=summarise(np.zeros(0)),
        bytes_per_visitor_per_s=0.0,
        server_cpu=None,
        server_rss_bytes_per_visitor=None,
        generator_cpu=0.0,
        seconds=0.0,
        ended=why,
    )


class _Measurement:
    """The phases of a run, and what is known after each."""

    def __init__(
        self, visitors: int, seconds: float, pid: int, crowd: Crowd, probe: SdkProbe | None, ticks: bool
    ) -> None:
        self._visitors = visitors
        self._seconds = seconds
        self._pid = pid
        self._crowd = crowd
        self._probe = probe
        self._ticks = ticks
        self._empty_bytes = usage_of(pid).rss_bytes
        self._join_s = 0.0
        self._probes_joined_count = 0

    def run(self) -> Run:
        """Join, warm up, measure."""
        try:
            self._join()
            if self._joined_count < self._visitors:
                why = f"{self._joined_count} had joined after {self._join_s:.0f} s"
                return self._cut_short(f"{why}; {self._crowd.refusal}" if self._crowd.refusal else why)
            self._crowd.walk(WARM_UP_S, measure=False)
            return self._measure()
        except (OutOfMemory, TimeoutError, ConnectionError) as error:
            return self._cut_short(str(error))

    @property
    def _joined_count(self) -> int:
        return self._crowd.joined_count + self._probes_joined_count

    def _join(self) -> None:
        """Of the SDK's probes half come first and half last."""
        begin_s = time.monotonic()
        self._join_probes()
        self._crowd.join(JOIN_LIMIT_S)
        self._join_probes()
        self._join_s = time.monotonic() - begin_s

    def _join_probes(self) -> None:
        if self._probe is not None:
            self._probe.join(sdk_probe.PROBES_COUNT // 2)
            self._probes_joined_count += sdk_probe.PROBES_COUNT // 2

    def _measure(self) -> Run:
        crowd, probe = self._crowd, self._probe
        if probe is not None:
            probe.measure()
        begin_s, begin_bytes = time.monotonic(), crowd.received_bytes
        server_begin, generator_begin_s = usage_of(self._pid), self._generator_cpu_s()
        crowd.walk(self._seconds, measure=True)
        took_s = time.monotonic() - begin_s
        server_end, generator_end_s = usage_of(self._pid), self._generator_cpu_s()
        received_bytes = crowd.received_bytes - begin_bytes
        if probe is not None:
            probe.end()
        logs = [probe.seen] if probe else [looking.seen for looking in crowd.probes]
        drained_count = self._visitors - (sdk_probe.PROBES_COUNT if probe else 0)
        return Run(
            visitors=self._visitors,
            joined=self._joined_count,
            join_s=round(self._join_s, 2),
            disconnects=crowd.lost_count,
            near_hz=round(self._near_hz(begin_s, took_s), 2),
            latency_ms=summarise(np.concatenate([crowd.sent.latencies_s(log) for log in logs])),
            bytes_per_visitor_per_s=round(received_bytes / drained_count / took_s, 1),
            server_cpu=round((server_end.cpu_s - server_begin.cpu_s) / took_s, 3),
            server_rss_bytes_per_visitor=round(self._held_bytes() / self._visitors),
            generator_cpu=round((generator_end_s - generator_begin_s) / took_s, 3),
            seconds=round(took_s, 2),
        )

    def _near_hz(self, begin_s: float, took_s: float) -> float:
        if self._probe is not None:
            return float(np.mean(self._probe.frames_counts)) / took_s
        probes = self._crowd.probes
        if self._ticks:
            return float(np.mean([probe.frames_count for probe in probes])) / took_s
        others_sent = self._crowd.sent.count_since(begin_s) * (self._visitors - 1) / self._visitors
        return TICK_HZ * float(np.mean([probe.poses_count for probe in probes])) / max(1.0, others_sent)

    def _generator_cpu_s(self) -> float:
        return time.process_time() + (self._probe.usage().cpu_s if self._probe else 0.0)

    def _held_bytes(self) -> int:
        return usage_of(self._pid).rss_bytes - self._empty_bytes

    def _cut_short(self, why: str) -> Run:
        crowd = self._crowd
        return cut_short(self._visitors, why, self._joined_count, self._join_s, crowd.lost_count)


def _probe(peer: Peer, scratch: Path, port: int) -> SdkProbe | None:
    return SdkProbe(peer.probe(scratch, port), scratch / "probe.log") if peer.probe else None


def _watch(pid: int) -> None:
    if usage_of(pid).rss_bytes > MEMORY_MAX_BYTES:
        raise OutOfMemory(f"the server held more than {MEMORY_MAX_BYTES >> 30} GiB")


@contextmanager
def _server(command: list[str], port: int, log: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A server that listens; it and all its children are gone afterwards."""
    with log.open("wb") as file:
        process = subprocess.Popen(command, cwd=ROOT, stdout=file, stderr=file, start_new_session=True)
    try:
        _wait_for(process, port)
        yield process
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _wait_for(process: subprocess.Popen[bytes], port: int) -> None:
    deadline_s = time.monotonic() + START_LIMIT_S
    while time.monotonic() < deadline_s:
        if process.poll() is not None:
            raise RuntimeError(f"{process.args!r} ended with {process.returncode}")
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=1.0):
                return
        except OSError:
            time.sleep(0.05)
    raise TimeoutError(f"{process.args!r} does not listen on {port}")
