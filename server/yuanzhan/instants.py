"""Moments: whole milliseconds of Unix time in the store, ISO 8601 in the HTTP API."""

from __future__ import annotations

import datetime
import time
from typing import Final

SECOND_MS: Final = 1000
MINUTE_MS: Final = 60 * SECOND_MS
HOUR_MS: Final = 60 * MINUTE_MS
DAY_MS: Final = 24 * HOUR_MS


def now_ms() -> int:
    """The wall clock. Read at the edges; everything below takes the moment as an argument."""
    return time.time_ns() // 1_000_000


def iso(at_ms: int) -> str:
    """UTC with milliseconds, as JavaScript's `Date` reads and writes it: 2026-11-22T11:00:00.000Z"""
    moment = datetime.datetime.fromtimestamp(at_ms / 1000, datetime.UTC)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
