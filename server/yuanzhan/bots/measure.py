"""What bots measure: how long a pose takes to its neighbours, how often NEAR comes, what the server spends.

Only a few bots look into their frames (`OBSERVERS_MAX_COUNT`); the others would measure the same at more
cost.
"""

from __future__ import annotations

import re
import ssl
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from yuanzhan.protocol.poses import Tier
from yuanzhan.protocol.sections import Frame, Section, together

OBSERVERS_MAX_COUNT: Final = 24
_LATENCY_MAX_S: Final = 20.0
"""Older than that the seq may have gone round (256 poses)."""


class SentPoses:
    """When each of our bots sent which pose, by slot and seq."""

    def __init__(self, slots_count: int) -> None:
        self.generation = np.full(slots_count, -1, np.int16)
        # Zeros cost no memory before they are written; 0 is longer ago than any sample may be.
        self._at_s = np.zeros((slots_count, 256))

    def join(self, visitor_id: int) -> None:
        """One of our bots has this id."""
        slot = visitor_id & 0xFFFF
        self.generation[slot] = visitor_id >> 16
        self._at_s[slot] = 0.0

    def note(self, slots: NDArray[np.int64], seqs: NDArray[np.uint8], now_s: float) -> None:
        """(n,) slots sent these poses."""
        self._at_s[slots, seqs] = now_s

    def age(self, slots: NDArray[np.int64], seqs: NDArray[np.uint8], now_s: float) -> NDArray[np.float64]:
        """(n,) seconds since these poses were sent, very many for those of others."""
        ages: NDArray[np.float64] = now_s - self._at_s[slots, seqs]
        return ages


class Observer:
    """One bot that looks into its frames."""

    def __init__(self, sent: SentPoses, slot: int) -> None:
        self._sent = sent
        self._slot = slot
        self._cell = (-1, -1)
        self._seen = np.full(len(sent.generation), -1, np.int16)
        self.near_frames_count = 0
        self.latencies_s: list[NDArray[np.float64]] = []

    def see(self, frame: Frame, now_s: float) -> None:
        """A FRAME arrived."""
        near = [section for section in frame.sections if section.tier is Tier.NEAR]
        if not near:
            return
        self.near_frames_count += 1
        entered = self._enters(near)
        records = together(near)
        slots, seqs = records["slot"].astype(np.int64), records["seq"]
        # What is seen for the first time, or again, was not sent just now.
        news = (self._seen[slots] >= 0) & (self._seen[slots] != seqs) & (not frame.full and not entered)
        news &= self._sent.generation[slots] == records["generation"]
        self._seen[slots] = seqs
        ages = self._sent.age(slots[news], seqs[news], now_s)
        self.latencies_s.append(ages[ages < _LATENCY_MAX_S])

    def _enters(self, near: list[Section]) -> bool:
        """Whether this bot came into another cell: then NEAR tells old news as well."""
        for section in near:
            cell = (section.cell_x, section.cell_z)
            if cell != self._cell and self._slot in section.records["slot"]:
                self._cell = cell
                return True
        return False


@dataclass(frozen=True, slots=True)
class ServerUse:
    """What the server's process had used at a moment."""

    at_s: float
    cpu_s: float
    rss_bytes: int


def read_server_use(base_url: str, tls: ssl.SSLContext | None = None) -> ServerUse | None:
    """From /metrics; None where it may not be read. Blocks: call it in a thread."""
    try:
        with urllib.request.urlopen(f"{base_url}/metrics", timeout=5.0, context=tls) as answer:
            text = answer.read().decode()
    except (OSError, urllib.error.URLError):
        return None
    cpu = re.search(r"^process_cpu_seconds_total (\S+)", text, re.MULTILINE)
    rss = re.search(r"^process_resident_memory_bytes (\S+)", text, re.MULTILINE)
    if cpu is None or rss is None:
        return None
    return ServerUse(time.monotonic(), float(cpu[1]), int(float(rss[1])))


def summarise(latencies_s: NDArray[np.float64]) -> dict[str, float | int | None]:
    """p50, p95, p99 and max in milliseconds, and how many samples."""
    if len(latencies_s) == 0:
        return {"p50": None, "p95": None, "p99": None, "max": None, "samples": 0}
    p50, p95, p99 = np.percentile(latencies_s * 1000.0, [50, 95, 99])
    return {
        "p50": round(float(p50), 1),
        "p95": round(float(p95), 1),
        "p99": round(float(p99), 1),
        "max": round(float(latencies_s.max() * 1000.0), 1),
        "samples": len(latencies_s),
    }
