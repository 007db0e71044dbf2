"""Visitors made by the program, for evenings among many: `make evening` sets how many (EVENING_BOTS)."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from tests.browser.desk import WAIT_MS
from tests.browser.server import Server


@contextmanager
def bots_in(server: Server, hall: str, usual: int) -> Iterator[int]:
    """All of them in one hall, while the block lasts; `usual`: how many where nobody says."""
    count = int(os.environ.get("EVENING_BOTS", usual))
    if count == 0:
        yield 0
        return
    words = ["--url", server.url, "--hall", hall, "--count", str(count), "--until-eof"]
    process = subprocess.Popen(
        [sys.executable, "-m", "yuanzhan", "bots", *words],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        wait_for_count(server, hall, lambda there: there >= count)
        yield count
    finally:
        process.terminate()
        process.wait(20)
        assert process.stdin is not None
        process.stdin.close()


def wait_for_count(server: Server, hall: str, is_so: Callable[[int], bool]) -> None:
    """Until the hall has so many visitors."""
    deadline_s = time.monotonic() + WAIT_MS / 1000
    while not is_so(count := _count_in(server, hall)):
        assert time.monotonic() < deadline_s, count
        time.sleep(0.1)


def _count_in(server: Server, hall_id: str) -> int:
    halls = server.get("/api/halls")["halls"]
    return next(int(hall["visitors"]) for hall in halls if hall["id"] == hall_id)
