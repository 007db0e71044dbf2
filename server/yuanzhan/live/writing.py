"""Frames to sockets: the one loop over visitors, on two cores where there is much to write.

A write to a socket is the kernel's work and is done without the interpreter's lock, so a second thread
halves the time of a tick's 10,000 writes, as measured in docs/performance.md. It does nothing but write:
whatever a socket did not take is handed back, and sent by way of its transport in the loop's own thread.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Final

from yuanzhan.hall.hall import Delivery

ALONE_MAX_COUNT: Final = 1500
"""Frames that are written sooner than a thread is woken."""
NO_OUTLET: Final = -1
"""Nobody there, or not now, or not this way."""

BROKEN: Final = -1
"""In place of a count of bytes: this socket takes nothing any more."""

Outlets = list[int]
"""By slot, the descriptor that a frame may be written to, or `NO_OUTLET`."""


@dataclass(frozen=True, slots=True)
class Unsent:
    """What a slot's socket did not take all of; `sent_bytes` is None where not tried, or `BROKEN`."""

    slot: int
    frame: bytes
    sent_bytes: int | None


class Writers:
    """This thread and, where this machine has another core, one more."""

    def __init__(self, cores_count: int | None = None) -> None:
        cores_count = (os.cpu_count() or 1) if cores_count is None else cores_count
        self._second = ThreadPoolExecutor(1, "yuanzhan-writer") if cores_count > 1 else None

    def write(self, deliveries: Sequence[Delivery], outlets: Outlets) -> list[Unsent]:
        """Write each frame to its slots. Returns what is left."""
        count = sum(len(delivery.slots) for delivery in deliveries)
        if self._second is None or count <= ALONE_MAX_COUNT:
            return write_frames(deliveries, outlets)
        mine, others = _halves(deliveries, count)
        theirs = self._second.submit(write_frames, others, outlets)
        return write_frames(mine, outlets) + theirs.result()

    def close(self) -> None:
        """End the second thread."""
        if self._second is not None:
            self._second.shutdown()


def write_frames(deliveries: Sequence[Delivery], outlets: Outlets) -> list[Unsent]:
    """Nothing but a write where all is well."""
    unsent = []
    write = os.write
    for delivery in deliveries:
        frame, size = delivery.frame, len(delivery.frame)
        for slot in delivery.slots:
            outlet = outlets[slot]
            sent_bytes = None
            if outlet >= 0:
                try:
                    sent_bytes = write(outlet, frame)
                except BlockingIOError:
                    sent_bytes = 0
                except OSError:
                    sent_bytes = BROKEN
                if sent_bytes == size:
                    continue
            unsent.append(Unsent(slot, frame, sent_bytes))
    return unsent


def _halves(deliveries: Sequence[Delivery], count: int) -> tuple[list[Delivery], list[Delivery]]:
    """About as many frames in each."""
    first: list[Delivery] = []
    second: list[Delivery] = []
    taken_count = 0
    for delivery in deliveries:
        part = first if 2 * taken_count < count else second
        part.append(delivery)
        taken_count += len(delivery.slots)
    return first, second
