"""What the two small Python servers share: who is where, and what changed since the last tick."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from itertools import count
from typing import Final

import msgpack

TICK_HZ: Final = 10
Pose = tuple[int, float, float, float, float]
"""id, x, y, z, yaw."""


class Hall:
    """Everybody's newest pose. Frames are msgpack: a list of poses."""

    def __init__(self) -> None:
        self._ids = count()
        self._poses: dict[int, Pose] = {}
        self._changed: set[int] = set()

    def enter(self) -> int:
        """A newcomer stands at the origin, and everybody learns it."""
        visitor = next(self._ids)
        self._put((visitor, 0.0, 0.0, 0.0, 0.0))
        return visitor

    def move(self, visitor: int, message: bytes) -> None:
        """A pose came in."""
        x, y, z, yaw = msgpack.unpackb(message)
        self._put((visitor, x, y, z, yaw))

    def leave(self, visitor: int) -> None:
        """Forget them. Nobody leaves while it is measured, so nobody is told."""
        self._poses.pop(visitor, None)
        self._changed.discard(visitor)

    def everybody(self) -> bytes:
        """For a newcomer."""
        return _pack(list(self._poses.values()))

    def changes(self) -> bytes | None:
        """For everybody: the poses that are new in this tick."""
        if not self._changed:
            return None
        changed = [self._poses[visitor] for visitor in self._changed]
        self._changed.clear()
        return _pack(changed)

    def _put(self, pose: Pose) -> None:
        self._poses[pose[0]] = pose
        self._changed.add(pose[0])


async def ticks() -> AsyncIterator[None]:
    """Ten times a second; a tick that is late is not made up for."""
    next_s = time.monotonic()
    while True:
        next_s = max(next_s + 1 / TICK_HZ, time.monotonic())
        await asyncio.sleep(next_s - time.monotonic())
        yield


def _pack(poses: list[Pose]) -> bytes:
    packed: bytes = msgpack.packb(poses, use_single_float=True)
    return packed
