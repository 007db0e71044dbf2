"""Frames to sockets: the one loop over visitors, on two cores where there is much to write.

Where the kernel has io_uring (`uring.py`), numpy makes the orders of a thousand writes at a time and two
threads have them carried out, whoever is free taking the next thousand. Elsewhere each write is a call; the
interpreter's lock is let go for it, so a second thread still halves the time. docs/performance.md has the
figures. Neither does anything but write: whatever a socket did not take is handed back, and sent by way of
its transport in the loop's own thread.
"""

from __future__ import annotations

import errno
import itertools
import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from yuanzhan.hall.hall import Delivery
from yuanzhan.uring import ENTRIES_COUNT, Ring, open_ring

ALONE_MAX_COUNT: Final = 1500
"""Frames that are written sooner than a thread is woken."""
NO_OUTLET: Final = -1
"""Nobody there, or not now, or not this way."""

BROKEN: Final = -1
"""In place of a count of bytes: this socket takes nothing any more."""

Outlets = NDArray[np.int32]
"""By slot, the descriptor that a frame may be written to, or `NO_OUTLET`."""


@dataclass(frozen=True, slots=True)
class Unsent:
    """What a slot's socket did not take all of; `sent_bytes` is None where not tried, or `BROKEN`."""

    slot: int
    frame: bytes
    sent_bytes: int | None


class Writers:
    """This thread and, where this machine has another core, one more."""

    def __init__(self, cores_count: int | None = None, *, uses_rings: bool = True) -> None:
        cores_count = (os.cpu_count() or 1) if cores_count is None else cores_count
        self._second = ThreadPoolExecutor(1, "yuanzhan-writer") if cores_count > 1 else None
        opened = [open_ring() for _ in range(2 if self._second else 1)] if uses_rings else []
        self._rings = [ring for ring in opened if ring is not None]

    @property
    def uses_rings(self) -> bool:
        """Whether the kernel takes many writes at once."""
        return bool(self._rings)

    def write(self, deliveries: Sequence[Delivery], outlets: Outlets) -> list[Unsent]:
        """Write each frame to its slots. Returns what is left."""
        count = sum(len(delivery.slots) for delivery in deliveries)
        if count == 0:
            return []
        if self._rings:
            return self._write_by_rings(_Orders(deliveries, outlets, count))
        if self._second is None or count <= ALONE_MAX_COUNT:
            return write_frames(deliveries, outlets)
        mine, others = _halves(deliveries, count)
        theirs = self._second.submit(write_frames, others, outlets)
        return write_frames(mine, outlets) + theirs.result()

    def close(self) -> None:
        """End the second thread."""
        if self._second is not None:
            self._second.shutdown()
        for ring in self._rings:
            ring.close()

    def _write_by_rings(self, orders: _Orders) -> list[Unsent]:
        parts = iter(orders.parts())
        if self._second is None or len(self._rings) < 2 or len(orders.descriptors) <= ALONE_MAX_COUNT:
            orders.carry_out(self._rings[0], parts)
        else:
            helped = self._second.submit(orders.carry_out, self._rings[1], parts)
            orders.carry_out(self._rings[0], parts)
            helped.result()
        return orders.unsent()


class _Orders:
    """All writes of a tick as arrays."""

    def __init__(self, deliveries: Sequence[Delivery], outlets: Outlets, count: int) -> None:
        self._deliveries = deliveries
        self._slots = np.fromiter(
            itertools.chain.from_iterable(delivery.slots for delivery in deliveries), np.int64, count
        )
        frames = [delivery.frame for delivery in deliveries]
        sizes = np.fromiter(map(len, frames), np.int64, len(frames))
        self._number = np.repeat(np.arange(len(frames)), [len(delivery.slots) for delivery in deliveries])
        self._memory = np.frombuffer(b"".join(frames), np.uint8)
        begins = np.cumsum(sizes) - sizes + self._memory.ctypes.data
        self.descriptors = outlets[self._slots]
        self._addresses = begins.astype(np.uint64)[self._number]
        self._sizes = sizes.astype(np.uint32)[self._number]
        self._results = np.zeros(count, np.int32)

    def parts(self) -> list[slice]:
        """Shares of the work."""
        return [
            slice(begin, begin + ENTRIES_COUNT) for begin in range(0, len(self.descriptors), ENTRIES_COUNT)
        ]

    def carry_out(self, ring: Ring, parts: Iterator[slice]) -> None:
        """Parts until there is none left; two threads may take from the same `parts`."""
        for part in parts:
            self._results[part] = ring.send(self.descriptors[part], self._addresses[part], self._sizes[part])

    def unsent(self) -> list[Unsent]:
        """What no socket took all of."""
        left = np.flatnonzero(self._results != self._sizes)
        return [self._unsent(index) for index in left.tolist()]

    def _unsent(self, index: int) -> Unsent:
        slot, result = int(self._slots[index]), int(self._results[index])
        frame = self._deliveries[self._number[index]].frame
        if self.descriptors[index] == NO_OUTLET:
            return Unsent(slot, frame, None)
        if result >= 0:
            return Unsent(slot, frame, result)
        return Unsent(slot, frame, 0 if result == -errno.EAGAIN else BROKEN)


def write_frames(deliveries: Sequence[Delivery], outlets: Outlets) -> list[Unsent]:
    """Nothing but a write where all is well."""
    unsent = []
    write = os.write
    for delivery in deliveries:
        frame, size = delivery.frame, len(delivery.frame)
        for slot, outlet in zip(delivery.slots, outlets[delivery.slots].tolist(), strict=True):
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
