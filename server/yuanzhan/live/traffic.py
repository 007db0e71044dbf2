"""What was sent and received since the start: plain integers, read by the metrics when somebody asks."""

from __future__ import annotations

from collections import Counter


class Traffic:
    """Counters of one server."""

    __slots__ = (
        "bytes_sent",
        "closes",
        "frames_sent",
        "frames_skipped",
        "messages_received",
        "poses_received",
        "ticks_late",
    )

    def __init__(self) -> None:
        self.frames_sent = 0
        self.bytes_sent = 0
        self.frames_skipped = 0
        self.messages_received = 0
        self.poses_received = 0
        self.ticks_late = 0
        self.closes: Counter[int] = Counter()
