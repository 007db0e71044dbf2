"""The server under test: one of our own, started for the run, or one that runs already."""

from __future__ import annotations

import ctypes
import json
import re
import signal
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import Any, Final
from urllib.error import URLError
from urllib.parse import urljoin

from yuanzhan.bots.ground import Ground, read_ground

START_TIMEOUT_S: Final = 90.0
OWN_JOINING_MAX_COUNT: Final = 256
"""Connections at once on their way into a server of our own: all come from one address."""
_HTTP_TIMEOUT_S: Final = 20.0
_SPARE_VISITORS: Final = 64
_PR_SET_PDEATHSIG: Final = 1
"""linux/prctl.h"""


@dataclass(frozen=True, slots=True)
class Reading:
    """Counters of the server at a moment."""

    at_s: float
    cpu_s: float
    rss_bytes: int
    frames_count: int
    skipped_count: int
    bytes_count: int
    ticks: tuple[tuple[float, float], ...]
    """(upper bound in seconds, how many ticks took at most so long), cumulative."""


@dataclass(frozen=True, slots=True)
class Own:
    """A server of our own: where it is, and the key of the link that makes its owner."""

    base_url: str
    owner_key: str


@contextmanager
def own_server(visitors: int) -> Iterator[str]:
    """Start `yuanzhan serve` on a free port, with room for so many in each hall; yields its base URL."""
    with own_server_and_owner(visitors) as own:
        yield own.base_url


@contextmanager
def own_server_and_owner(visitors: int) -> Iterator[Own]:
    """The same, for who acts in it as well."""
    with ending_as_by_ctrl_c(), tempfile.TemporaryDirectory(prefix="yuanzhan-bench-") as folder:
        log = Path(folder) / "serve.log"
        words = ["--port", "0", "--data-dir", f"{folder}/data", "--log-level", "warning"]
        words += ["--hall-capacity", str(min(65_535, visitors + _SPARE_VISITORS))]
        words += ["--pending-per-address", str(2 * OWN_JOINING_MAX_COUNT)]
        with log.open("wb") as output:
            process = subprocess.Popen(
                [sys.executable, "-m", "yuanzhan", "serve", *words],
                stdout=output,
                stderr=subprocess.STDOUT,
                preexec_fn=_end_with_the_parent(),
            )
        try:
            port = _wait_until_said(process, log, r"http://localhost:(\d+)")
            owner_key = _wait_until_said(process, log, r"/invitation/([\w-]+)")
            yield Own(f"http://127.0.0.1:{port}", owner_key)
        finally:
            process.terminate()
            try:
                process.wait(10.0)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


@contextmanager
def ending_as_by_ctrl_c() -> Iterator[None]:
    """SIGTERM and SIGHUP end what is inside as Ctrl+C does, so that it cleans up; a second one does not end
    the cleaning. Only the main thread may ask for that; elsewhere, and where SIGHUP is ignored (nohup), all
    stays as it is.
    """
    numbers = (signal.SIGTERM, signal.SIGHUP)
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {
        number: signal.getsignal(number) for number in numbers if signal.getsignal(number) != signal.SIG_IGN
    }

    def interrupt(_number: int, _frame: FrameType | None) -> None:
        for number in before:
            signal.signal(number, signal.SIG_IGN)
        raise KeyboardInterrupt

    for number in before:
        signal.signal(number, interrupt)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _end_with_the_parent() -> Callable[[], None] | None:
    """What the server does before it begins: ask Linux for SIGTERM when this process dies."""
    if sys.platform != "linux":
        return None
    prctl = ctypes.CDLL(None).prctl

    def ask() -> None:
        prctl(_PR_SET_PDEATHSIG, int(signal.SIGTERM), 0, 0, 0)

    return ask


def _wait_until_said(process: subprocess.Popen[bytes], log: Path, pattern: str) -> str:
    end_s = time.monotonic() + START_TIMEOUT_S
    while time.monotonic() < end_s and process.poll() is None:
        found = re.search(pattern, log.read_text(encoding="utf-8"))
        if found:
            return found[1]
        time.sleep(0.05)
    raise OSError(log.read_text(encoding="utf-8").strip() or "the server did not start")


def read_hall(base_url: str, hall: str) -> tuple[dict[str, Any], Ground]:
    """A hall's description and its floor. Raises OSError, ValueError."""
    description: dict[str, Any] = json.loads(_get(f"{base_url}/api/halls/{hall}"))
    return description, read_ground(_get(urljoin(base_url, description["floor"])))


def read_server(base_url: str) -> Reading | None:
    """What /metrics says; None where it may not be read."""
    try:
        text = _get(f"{base_url}/metrics").decode("utf-8")
    except (OSError, URLError):
        return None

    def value(name: str) -> float:
        found = re.search(rf"^{name} (\S+)", text, re.MULTILINE)
        return float(found[1]) if found else 0.0

    ticks = re.findall(r'^yuanzhan_tick_seconds_bucket\{le="([^"]+)"\} (\S+)', text, re.MULTILINE)
    return Reading(
        at_s=time.monotonic(),
        cpu_s=value("process_cpu_seconds_total"),
        rss_bytes=int(value("process_resident_memory_bytes")),
        frames_count=int(value("yuanzhan_frames_sent_total")),
        skipped_count=int(value("yuanzhan_frames_skipped_total")),
        bytes_count=int(value("yuanzhan_bytes_sent_total")),
        ticks=tuple((float(bound), float(count)) for bound, count in ticks),
    )


def tick_ms_at(share: float, begin: Reading, end: Reading) -> float:
    """The duration in milliseconds that `share` of the ticks between two readings stayed below, straight
    between the bounds of the histogram.
    """
    counts = [
        (bound, after - before) for (bound, after), (_, before) in zip(end.ticks, begin.ticks, strict=True)
    ]
    wanted = share * counts[-1][1] if counts else 0.0
    lower, below = 0.0, 0.0
    for bound, count in counts:
        if count >= wanted and count > below:
            upper = bound if bound != float("inf") else lower
            return 1000.0 * (lower + (upper - lower) * (wanted - below) / (count - below))
        lower, below = bound, count
    return 1000.0 * lower


def _get(url: str) -> bytes:
    with urllib.request.urlopen(url, timeout=_HTTP_TIMEOUT_S) as answer:
        data: bytes = answer.read()
    return data
