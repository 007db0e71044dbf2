"""Visitors who read everything, and compare it with what the generator knows to be so."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from yuanzhan.bots.measure import Observer, SentPoses
from yuanzhan.crowd_view import CrowdView
from yuanzhan.protocol.messages.joining import Welcome
from yuanzhan.protocol.poses import Tier
from yuanzhan.protocol.sections import Frame, read_frame

SURROUNDINGS_M: Final = 10.0
"""Everybody so near has to be known."""


class Probe:
    """One visitor's view of the hall."""

    def __init__(self, visitor: int, welcome: Welcome, sent: SentPoses) -> None:
        self.visitor = visitor
        self.view = CrowdView.of(welcome)
        self._observer = Observer(sent, welcome.id & 0xFFFF)
        self.frames_count = self.bytes_count = self.records_count = 0
        self.is_measuring = False

    @property
    def near_frames_count(self) -> int:
        """Frames with NEAR since measuring began."""
        return self._observer.near_frames_count

    @property
    def latencies_s(self) -> list[NDArray[np.float64]]:
        """From the sending of a neighbour's pose to its arrival here."""
        return self._observer.latencies_s

    def see(self, data: bytes, now_s: float) -> None:
        """A FRAME arrived. Raises ConnectionRefused for one that cannot be read."""
        frame = read_frame(data)
        self.view.apply(frame)
        if self.is_measuring:
            self.frames_count += 1
            self.bytes_count += len(data)
            self.records_count += _places_count(frame)
            self._observer.see(frame, now_s)


def _places_count(frame: Frame) -> int:
    return frame.count(Tier.NEAR) + frame.count(Tier.MID) + frame.count(Tier.CROWD)
