"""Which poses are possible: finite, on the floor, no faster than anyone can run. Vectorised over a tick's
poses.

Speed is an allowance of distance: it refills with `SPEED_MAX_M_S` and is spent by moving. So a network
that held poses back for a moment and then delivers them at once costs nobody their place, and nobody is
faster than it on average.
"""

from __future__ import annotations

from enum import IntEnum
from typing import Final

import numpy as np
from numpy.typing import NDArray

from yuanzhan.hall.crowd import Crowd, Slots
from yuanzhan.hall.floor import Floor
from yuanzhan.protocol.poses import Action, PoseFlag

SPEED_MAX_M_S: Final = 6.0
"""Running is 5 m/s; the rest is for clocks and rounding."""
ALLOWANCE_MAX_M: Final = 12.0
"""Two seconds of running: the longest pause of a network that is still called moving."""
TELEPORT_MAX_M: Final = 12.0
"""The reach of the pointer in VR."""
TELEPORT_PAUSE_S: Final = 0.5
"""Between two teleports: as fast as one can aim."""
HEIGHT_SLACK_M: Final = 1.5
"""Feet above or below the floor's height: jumps, steps, and floors a client knows finer than the grid."""
CORRECT_PAUSE_S: Final = 0.25
"""Between two corrections of one visitor: what is under way when the first arrives is wrong as well."""


class Verdict(IntEnum):
    """Why a pose is not possible; 0 is a good one."""

    GOOD = 0
    NOT_FINITE = 1
    OUTSIDE = 2
    TOO_FAST = 3


class Motion:
    """What is known of each slot's way of moving. Arrays by slot."""

    def __init__(self, slots_count: int, floor: Floor) -> None:
        self._floor = floor
        self._allowance_m = np.zeros(slots_count, np.float64)
        self._allowance_at_s = np.zeros(slots_count, np.float64)
        self._teleport_after_s = np.zeros(slots_count, np.float64)
        self._wrong = np.zeros(slots_count, np.uint8)
        self._correct_after_s = np.zeros(slots_count, np.float64)

    def begin(self, slot: int, now_s: float) -> None:
        """This slot has a newcomer, or its visitor was placed somewhere."""
        self._allowance_m[slot] = SPEED_MAX_M_S / 2
        self._allowance_at_s[slot] = now_s
        self._teleport_after_s[slot] = now_s
        self._wrong[slot] = 0
        self._correct_after_s[slot] = now_s

    def judge(self, crowd: Crowd, slots: Slots, poses: NDArray[np.void], now_s: float) -> NDArray[np.uint8]:
        """(n,) slots and their (n,) `POSE_XR` records -> (n,) `Verdict`. Spends the allowances of the
        good ones.

        The records of those who stay must have been put there before (`keep_put`).
        """
        finite = _all_finite(poses)
        x = np.where(finite, poses["x"], 0).astype(np.float64)
        y = np.where(finite, poses["y"], 0).astype(np.float64)
        z = np.where(finite, poses["z"], 0).astype(np.float64)
        seated = crowd.seated[slots] | crowd.frozen[slots]
        with np.errstate(invalid="ignore", over="ignore"):
            height_off = np.abs(y - self._floor.heights_at(x, z))
            on_floor = (height_off <= HEIGHT_SLACK_M) | seated
            distance = np.hypot(x - crowd.x[slots], z - crowd.z[slots])

        allowance = self._refilled(slots, now_s)
        walked = distance <= allowance
        teleports = (
            (poses["flags"] & PoseFlag.TELEPORTED).astype(np.bool_)
            & ~walked
            & (distance <= TELEPORT_MAX_M)
            & (now_s >= self._teleport_after_s[slots])
        )
        verdict = np.full(len(slots), Verdict.GOOD, np.uint8)
        verdict[~(walked | teleports)] = Verdict.TOO_FAST
        verdict[~on_floor] = Verdict.OUTSIDE
        verdict[~finite] = Verdict.NOT_FINITE

        good = verdict == Verdict.GOOD
        allowance[good & walked] -= distance[good & walked]
        self._allowance_m[slots] = allowance
        self._allowance_at_s[slots] = now_s
        self._teleport_after_s[slots[good & teleports]] = now_s + TELEPORT_PAUSE_S
        self._wrong[slots] = verdict
        return verdict

    def corrections(self, crowd: Crowd, now_s: float) -> tuple[Slots, NDArray[np.uint8]]:
        """(n,) slots to be told where they stand, and (n,) why (`Verdict`); each is told once."""
        wrong = self._wrong.astype(np.bool_) & (crowd.present | crowd.watching)
        slots = np.flatnonzero(wrong & (now_s >= self._correct_after_s))
        verdicts = self._wrong[slots]
        self._wrong[slots] = Verdict.GOOD
        self._correct_after_s[slots] = now_s + CORRECT_PAUSE_S
        return slots, verdicts

    def _refilled(self, slots: Slots, now_s: float) -> NDArray[np.float64]:
        elapsed_s = np.maximum(0.0, now_s - self._allowance_at_s[slots])
        return np.minimum(ALLOWANCE_MAX_M, self._allowance_m[slots] + elapsed_s * SPEED_MAX_M_S)


def take_over(crowd: Crowd, slots: Slots, poses: NDArray[np.void], now_s: float) -> None:
    """Copy good poses into the arrays. Unknown actions stand; a seated visitor does not walk."""
    crowd.moved_s[slots] = now_s
    crowd.x[slots] = poses["x"]
    crowd.y[slots] = poses["y"]
    crowd.z[slots] = poses["z"]
    crowd.yaw[slots] = poses["yaw"]
    crowd.vx[slots] = poses["vx"]
    crowd.vz[slots] = poses["vz"]
    crowd.head_yaw[slots] = poses["head_yaw"]
    crowd.head_pitch[slots] = poses["head_pitch"]
    crowd.seq[slots] = poses["seq"].astype(np.uint8)
    crowd.flags[slots] = poses["flags"]
    action = np.where(poses["action"] > max(Action), Action.STAND, poses["action"])
    action = np.where(crowd.seated[slots] & (action <= Action.RUN), Action.SIT, action)
    walks = (action == Action.WALK) | (action == Action.RUN)
    crowd.action[slots] = np.where(crowd.frozen[slots] & walks, Action.STAND, action)
    with_xr = (poses["flags"] & PoseFlag.XR).astype(np.bool_)
    crowd.xr[slots[with_xr]] = poses["xr"][with_xr]


def keep_put(crowd: Crowd, slots: Slots, poses: NDArray[np.void]) -> None:
    """Put the poses of seated visitors on their seats, and of frozen ones where they stand: there the server
    says where they are.
    """
    stays = crowd.seated[slots] | crowd.frozen[slots]
    there = slots[stays]
    for name in ("x", "y", "z"):
        poses[name][stays] = getattr(crowd, name)[there]
    poses["vx"][stays] = poses["vz"][stays] = 0.0


def _all_finite(poses: NDArray[np.void]) -> NDArray[np.bool_]:
    finite = np.ones(len(poses), np.bool_)
    for name in ("x", "y", "z", "yaw", "vx", "vz"):
        finite &= np.isfinite(poses[name])
    return finite
