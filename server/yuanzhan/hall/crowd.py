"""Everybody in one hall, as a structure of arrays indexed by slot.

Theory of operation. A visitor has a slot as long as it is in the hall. `put` copies an arriving pose,
still masked, into the slot's part of one buffer and sets a flag: that is all that happens per message.
`drain` takes what arrived since the last tick, unmasked and as one structured array; the latest pose of a
slot wins because it overwrote the others.

A slot that was freed rests for `REST_S` before it is given again, with the next generation.

Observers watch a full hall. What one gets depends on the cell it watches from, so it is a slot that is
`watching` and has a place, but is never `present`: the slots from `slots_count` on. No record names them,
so they need neither a rest nor to fit into the wire's u16.
"""

from __future__ import annotations

from collections import deque
from typing import Final

import numpy as np
from numpy.typing import NDArray

from yuanzhan.errors.connections import ConnectionRefused
from yuanzhan.protocol.limits import POSE_KEEPALIVE_S
from yuanzhan.protocol.poses import POSE_XR, POSE_XR_BYTES

Slots = NDArray[np.int64]
"""(n,) slot numbers."""

REST_S: Final = 2.0
"""Longer than any frame that still names the former visitor is under way to a reader that keeps up."""
SLOTS_MAX_COUNT: Final = 65_535
"""A slot is a u16."""
STRIDE: Final = 4 + POSE_XR_BYTES
"""The mask of a pose's frame, then the pose."""


def slots_for(capacity: int) -> int:
    """How many slots a hall for `capacity` visitors has: a quarter more, for those at rest."""
    return min(SLOTS_MAX_COUNT, capacity + max(64, capacity // 4))


class Crowd:
    """The arrays. All have one entry a slot; an entry means something only where `present`. Of observers
    only where they are is ever read.
    """

    def __init__(self, capacity: int, observers_max: int = 0) -> None:
        if not 1 <= capacity <= SLOTS_MAX_COUNT:
            raise ValueError(f"capacity is {capacity}, possible are 1 to {SLOTS_MAX_COUNT}")
        self.capacity = capacity
        self.slots_count = slots_for(capacity)
        """Visitors' slots; those from here to `size` are observers'."""
        self.size = count = self.slots_count + observers_max
        self.population = 0

        self._buffer = bytearray(count * STRIDE)
        self._arrived = bytearray(count)
        self._words = np.frombuffer(self._buffer, "<u4").reshape(count, STRIDE // 4)
        self._arrived_flags = np.frombuffer(self._arrived, np.uint8)

        self.present = np.zeros(count, np.bool_)
        self.watching = np.zeros(count, np.bool_)
        """Present or an observer, and connected: gets frames."""
        self.hidden = np.zeros(count, np.bool_)
        """Present, and told to nobody."""
        self.frozen = np.zeros(count, np.bool_)
        """Stays where it stands, whatever its poses say."""
        self.marks = np.zeros(count, np.uint8)
        """What else operators see of a visitor: `DotFlag`."""
        self.generation = np.zeros(count, np.uint8)
        self.look = np.zeros(count, np.uint32)
        self.x = np.zeros(count, np.float32)
        self.y = np.zeros(count, np.float32)
        self.z = np.zeros(count, np.float32)
        self.yaw = np.zeros(count, np.float32)
        self.vx = np.zeros(count, np.float32)
        self.vz = np.zeros(count, np.float32)
        self.head_yaw = np.zeros(count, np.int8)
        self.head_pitch = np.zeros(count, np.int8)
        self.action = np.zeros(count, np.uint8)
        self.seq = np.zeros(count, np.uint8)
        self.seated = np.zeros(count, np.bool_)
        self.flags = np.zeros(count, np.uint8)
        self.xr = np.zeros(count, POSE_XR["xr"])
        self.cell = np.full(count, -1, np.int32)
        self.moved_s = np.zeros(count)
        """When the last pose was taken over."""

        self._fresh = deque(range(self.slots_count))
        self._resting: deque[tuple[float, int]] = deque()
        self._unwatched = list(range(self.slots_count, count))

    @property
    def observers_count(self) -> int:
        """Those who watch without being there, those away for a moment included."""
        return self.size - self.slots_count - len(self._unwatched)

    @property
    def has_observer_place(self) -> bool:
        """Whether `add_observer` has a slot to give."""
        return bool(self._unwatched)

    def has_room(self, now_s: float) -> bool:
        """Whether `add` has a slot to give."""
        return self.population < self.capacity and (bool(self._fresh) or self._is_rested(now_s))

    def add(self, look: int, now_s: float) -> int:
        """A slot for a newcomer, in the next generation. Raises ConnectionRefused (`hall_full`)."""
        if self.population >= self.capacity:
            raise ConnectionRefused("hall_full")
        slot = self._take_slot(now_s)
        self.population += 1
        self.generation[slot] += np.uint8(1)
        self.present[slot] = True
        self.watching[slot] = False
        self.hidden[slot] = self.frozen[slot] = False
        self.marks[slot] = 0
        self.look[slot] = look
        self.action[slot] = 0
        self.seq[slot] = 0
        self.flags[slot] = 0
        self.seated[slot] = False
        self.vx[slot] = self.vz[slot] = 0.0
        self.head_yaw[slot] = self.head_pitch[slot] = 0
        self._arrived[slot] = 0
        return slot

    def add_observer(self) -> int:
        """A slot to watch from. Raises ConnectionRefused (`hall_full`)."""
        if not self._unwatched:
            raise ConnectionRefused("hall_full", detail="all observer places are taken")
        slot = self._unwatched.pop()
        self.frozen[slot] = False
        return slot

    def remove(self, slot: int, now_s: float) -> None:
        """Who had this slot is gone; a visitor's slot rests."""
        self.watching[slot] = False
        self.cell[slot] = -1
        self._arrived[slot] = 0
        if not self.present[slot]:
            self._unwatched.append(slot)
            return
        self.present[slot] = False
        self.population -= 1
        self._resting.append((now_s, slot))

    def put(self, slot: int, pose: bytes) -> None:
        """An arriving pose: 4 bytes of mask, then 32 or 64 masked bytes. Nothing is looked at yet."""
        start = slot * STRIDE
        self._buffer[start : start + len(pose)] = pose
        self._arrived[slot] = 1

    def put_many(self, slots: Slots, poses: NDArray[np.uint8]) -> None:
        """(n,) different slots and their poses, (n, 36) bytes each as `put` takes them, without XR block."""
        words = np.ascontiguousarray(poses).view("<u4")
        self._words[slots, : words.shape[1]] = words
        self._arrived_flags[slots] = 1

    def drain(self) -> tuple[Slots, NDArray[np.void]]:
        """(n,) slots with a new pose, and (n,) `POSE_XR` records; the XR block is old where the flags
        deny it.
        """
        slots = np.flatnonzero(self._arrived_flags)
        words = self._words[slots]
        self._arrived_flags[slots] = 0
        return slots, (words[:, 1:] ^ words[:, :1]).view(POSE_XR).reshape(len(slots))

    def whereabouts(self, slots: Slots, now_s: float) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """(n,) slots -> where they are along x and z by now, as far as their last poses tell."""
        elapsed_s = np.clip(now_s - self.moved_s[slots], 0.0, POSE_KEEPALIVE_S).astype(np.float32)
        return self.x[slots] + self.vx[slots] * elapsed_s, self.z[slots] + self.vz[slots] * elapsed_s

    def forget_arrived(self, slot: int) -> None:
        """Drop a pose that came before the visitor was placed elsewhere."""
        self._arrived[slot] = 0

    def id_of(self, slot: int) -> int:
        """`generation << 16 | slot`."""
        return int(self.generation[slot]) << 16 | slot

    def slot_of(self, visitor_id: int) -> int | None:
        """The slot of an id, None when its visitor is gone."""
        slot = visitor_id & 0xFFFF
        if slot < self.slots_count and self.present[slot] and self.generation[slot] == visitor_id >> 16:
            return slot
        return None

    def _take_slot(self, now_s: float) -> int:
        if self._fresh:
            return self._fresh.popleft()
        if self._is_rested(now_s):
            return self._resting.popleft()[1]
        raise ConnectionRefused("hall_full", detail="the free slots are at rest")

    def _is_rested(self, now_s: float) -> bool:
        """Whether the slot that was freed the longest ago may be given again."""
        # A clock that went back must not keep slots at rest for ever, hence abs.
        return bool(self._resting) and abs(now_s - self._resting[0][0]) >= REST_S
