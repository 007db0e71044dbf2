"""What one visitor knows of the crowd, as arrays by slot, made of the frames it was sent.

The rules are docs/protocol.md's: a FULL frame begins anew, another generation is another visitor, and a
coarse record never spoils a finer one that it agrees with.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, Self

import numpy as np
from numpy.typing import NDArray

from yuanzhan.protocol import poses
from yuanzhan.protocol.limits import EXTRAPOLATE_MAX_S, OFF_MAX_M, TICK_HZ
from yuanzhan.protocol.messages.joining import Welcome
from yuanzhan.protocol.poses import Tier
from yuanzhan.protocol.sections import Frame, Section, together

Records = NDArray[np.void]

_TIERS_WITH_PLACE: Final = (Tier.NEAR, Tier.MID, Tier.CROWD)


class CrowdView:
    """Arrays by slot; an entry means something where `present`. `tick` is that of the slot's last record."""

    def __init__(
        self, slots_count: int, cell_m: float, origin_x: float, origin_z: float, floor_y: float
    ) -> None:
        self.cell_m = cell_m
        self.origin_x = origin_x
        self.origin_z = origin_z
        self.floor_y = floor_y
        self.present = np.zeros(slots_count, np.bool_)
        self.generation = np.zeros(slots_count, np.uint8)
        self.look = np.zeros(slots_count, np.uint32)
        self.x = np.zeros(slots_count)
        self.y = np.full(slots_count, floor_y)
        self.z = np.zeros(slots_count)
        self.yaw = np.zeros(slots_count)
        self.vx = np.zeros(slots_count)
        self.vz = np.zeros(slots_count)
        self.head_yaw = np.zeros(slots_count)
        self.head_pitch = np.zeros(slots_count)
        self.action = np.zeros(slots_count, np.uint8)
        self.seq = np.zeros(slots_count, np.uint8)
        self.tick = np.zeros(slots_count, np.int64)
        self.xr: dict[int, NDArray[np.void]] = {}

    @classmethod
    def of(cls, welcome: Welcome) -> Self:
        """An empty view of the hall that one was welcomed to."""
        return cls(welcome.slots, welcome.cell_m, welcome.origin_x, welcome.origin_z, welcome.floor_y)

    @property
    def population(self) -> int:
        """How many are known."""
        return int(np.count_nonzero(self.present))

    def id_of(self, slot: int) -> int:
        """`generation << 16 | slot`."""
        return int(self.generation[slot]) << 16 | slot

    def apply(self, frame: Frame) -> None:
        """Learn from a frame."""
        if frame.full:
            self.present[:] = False
            self.xr.clear()
        for tier, sections in _by_tier(frame.sections).items():
            records = together(sections)
            if tier is Tier.LOOK:
                self.look[self._meet(records)] = records["look"]
            elif tier is Tier.GONE:
                self._part(records)
            elif tier is Tier.XR:
                self.xr |= dict(zip(self._meet(records).tolist(), records["xr"], strict=True))
            elif tier in _TIERS_WITH_PLACE:
                counts = [len(section.records) for section in sections]
                cell_x = np.repeat([section.cell_x for section in sections], counts)
                cell_z = np.repeat([section.cell_z for section in sections], counts)
                self._place(tier, records, cell_x, cell_z, frame.tick)

    def _meet(self, records: Records) -> NDArray[np.int64]:
        """(n,) slots of the records' visitors; those with another generation are newly met."""
        slots = records["slot"].astype(np.int64)
        generation = records["generation"]
        strange = ~self.present[slots] | (self.generation[slots] != generation)
        new = slots[strange]
        self.present[new] = True
        self.generation[slots] = generation
        self.tick[new] = -1
        self.vx[new] = self.vz[new] = 0.0
        self.head_yaw[new] = self.head_pitch[new] = 0.0
        self.y[new] = self.floor_y
        self._drop_xr(new)
        return slots

    def _drop_xr(self, slots: NDArray[np.int64]) -> None:
        if self.xr:
            for slot in slots.tolist():
                self.xr.pop(slot, None)

    def _part(self, records: Records) -> None:
        slots = records["slot"].astype(np.int64)
        leaving = slots[self.generation[slots] == records["generation"]]
        self.present[leaving] = False
        self._drop_xr(leaving)

    def _place(
        self, tier: Tier, records: Records, cell_x: NDArray[np.int64], cell_z: NDArray[np.int64], tick: int
    ) -> None:
        slots = self._meet(records)
        near = tier is Tier.NEAR
        bits = 16 if near else 8
        step_m = self.cell_m / (1 << bits)
        x = self.origin_x + (cell_x + poses.fraction_of(records["x"], bits)) * self.cell_m
        z = self.origin_z + (cell_z + poses.fraction_of(records["z"], bits)) * self.cell_m
        if tier is Tier.CROWD:
            yaw_step = poses.TURN / 16
            yaw, action = poses.yaw_of(records["yaw_action"] >> 4, 4), records["yaw_action"] & 15
        else:
            yaw_step = poses.TURN / 256
            yaw, action = poses.yaw_of(records["yaw"], 8), records["action"]

        elapsed_s = np.minimum((tick - self.tick[slots]) / TICK_HZ, EXTRAPOLATE_MAX_S)
        known = (self.tick[slots] >= 0) & (not near)
        # Where the visitor is by now, by its velocity: a record that agrees with it renews it.
        vx, vz = self.vx[slots], self.vz[slots]
        by_now_x, by_now_z = self.x[slots] + vx * elapsed_s, self.z[slots] + vz * elapsed_s
        pace = np.hypot(vx, vz)
        slack_m = step_m / 2 + 1e-6 + np.where(pace > 0, OFF_MAX_M + pace / TICK_HZ, 0.0)
        agrees = known & (np.abs(x - by_now_x) <= slack_m) & (np.abs(z - by_now_z) <= slack_m)
        turned = np.mod(yaw - self.yaw[slots] + np.pi, poses.TURN) - np.pi
        faces = known & (np.abs(turned) <= yaw_step / 2 + 1e-6)

        self.x[slots] = np.where(agrees, by_now_x, x)
        self.z[slots] = np.where(agrees, by_now_z, z)
        self.yaw[slots] = np.where(faces, self.yaw[slots], yaw)
        self.action[slots] = action
        self.tick[slots] = tick
        if tier is Tier.CROWD:
            self.vx[slots[~agrees]] = self.vz[slots[~agrees]] = 0.0
            return
        self.vx[slots] = records["vx"] * poses.VELOCITY_STEP_M_S
        self.vz[slots] = records["vz"] * poses.VELOCITY_STEP_M_S
        if tier is Tier.MID:
            y = self.floor_y + records["y"] * poses.MID_Y_STEP_M
            self.y[slots] = np.where(agrees, self.y[slots], y)
            return
        self.y[slots] = records["y_cm"] / 100.0
        self.head_yaw[slots] = records["head_yaw"] * poses.HEAD_STEP
        self.head_pitch[slots] = records["head_pitch"] * poses.HEAD_STEP
        self.seq[slots] = records["seq"]
        self._drop_xr(slots)


def _by_tier(sections: Iterable[Section]) -> dict[Tier, list[Section]]:
    """The sections of each tier, tiers in the order of their first one."""
    found: dict[Tier, list[Section]] = {}
    for section in sections:
        found.setdefault(section.tier, []).append(section)
    return found
