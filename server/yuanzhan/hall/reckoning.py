"""Which poses are news: a walker who goes on as everybody was told says nothing new by saying so.

A moving client sends a pose every half second, mostly just to be known to be there. Those who see it follow
the velocity of its last record and are where the pose says already, so such a pose is kept and not told;
that is most of what walkers send. Told is whatever differs from that dead reckoning by more than the eye
sees, and everything once in `REFRESH_S`, before those who follow stop.

Who moves and is silent for longer than a client may be has lost its connection, or its page sleeps: it
stands from then on, and that is told.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from yuanzhan.hall.crowd import Crowd, Slots
from yuanzhan.protocol.limits import OFF_MAX_M, POSE_KEEPALIVE_S, TICK_HZ
from yuanzhan.protocol.poses import TURN, VELOCITY_STEP_M_S, Action, PoseFlag

REFRESH_S: Final = 1.6
"""With a keep-alive's time and a budget's delay on top still less than EXTRAPOLATE_MAX_S."""
WAITED_MAX_S: Final = 1.0 / TICK_HZ
RISE_MAX_M: Final = 0.04
TURN_MAX_RAD: Final = float(np.radians(5.0))
HEAD_MAX_STEPS: Final = 8
"""Of 1/127 of a quarter turn: 6 degrees."""
SILENT_MAX_S: Final = POSE_KEEPALIVE_S + 0.35
"""The keep-alive, and what a network may be late by."""


class Reckoning:
    """The last news of each slot, as arrays by slot."""

    def __init__(self, slots_count: int) -> None:
        self._at_s = np.full(slots_count, -np.inf)
        self._x, self._y, self._z = (np.zeros(slots_count, np.float32) for _ in range(3))
        self._vx, self._vz = np.zeros(slots_count, np.float32), np.zeros(slots_count, np.float32)
        self._yaw = np.zeros(slots_count, np.float32)
        self._head = np.zeros((slots_count, 2), np.int8)
        self._action = np.zeros(slots_count, np.uint8)
        self._cell = np.full(slots_count, -1, np.int32)

    def news(self, crowd: Crowd, slots: Slots, now_s: float) -> Slots:
        """Those of (n,) slots, whose poses were just taken over, that have something to tell."""
        return slots[~self._as_told(crowd, slots, now_s)]

    def told(self, crowd: Crowd, slots: Slots, now_s: float) -> None:
        """What these do now is news, and from now on known."""
        self._at_s[slots] = now_s
        for name in ("x", "y", "z", "vx", "vz", "yaw", "action", "cell"):
            getattr(self, f"_{name}")[slots] = getattr(crowd, name)[slots]
        self._head[slots, 0], self._head[slots, 1] = crowd.head_yaw[slots], crowd.head_pitch[slots]

    def _as_told(self, crowd: Crowd, slots: Slots, now_s: float) -> NDArray[np.bool_]:
        elapsed_s = now_s - self._at_s[slots]
        moving = (crowd.vx[slots] != 0) | (crowd.vz[slots] != 0)
        vx, vz = self._vx[slots], self._vz[slots]
        follows_s = np.clip(elapsed_s, 0.0, REFRESH_S)
        off_x = crowd.x[slots] - (self._x[slots] + vx * follows_s)
        off_z = crowd.z[slots] - (self._z[slots] + vz * follows_s)
        # A pose is as old as it waited for its tick: so much may it be ahead or behind along the way.
        ahead = np.hypot(vx, vz)
        along = np.divide(off_x * vx + off_z * vz, ahead, out=np.zeros_like(off_x), where=ahead > 0)
        across = np.divide(off_x * vz - off_z * vx, ahead, out=np.hypot(off_x, off_z), where=ahead > 0)
        turned = np.mod(crowd.yaw[slots] - self._yaw[slots] + TURN / 2, TURN) - TURN / 2
        head = np.stack((crowd.head_yaw[slots], crowd.head_pitch[slots]), axis=1).astype(np.int16)
        as_told: NDArray[np.bool_] = (
            moving
            & (elapsed_s >= 0.0)
            & (elapsed_s < REFRESH_S)
            & (np.abs(along) <= OFF_MAX_M + ahead * WAITED_MAX_S)
            & (np.abs(across) <= OFF_MAX_M)
            & (np.abs(crowd.y[slots] - self._y[slots]) <= RISE_MAX_M)
            & (np.abs(crowd.vx[slots] - vx) <= VELOCITY_STEP_M_S)
            & (np.abs(crowd.vz[slots] - vz) <= VELOCITY_STEP_M_S)
            & (np.abs(turned) <= TURN_MAX_RAD)
            & (np.abs(head - self._head[slots]).max(axis=1, initial=0) <= HEAD_MAX_STEPS)
            & (crowd.action[slots] == self._action[slots])
            & (crowd.cell[slots] == self._cell[slots])
            & ((crowd.flags[slots] & (PoseFlag.XR | PoseFlag.TELEPORTED)) == 0)
        )
        return as_told


def silent(crowd: Crowd, now_s: float) -> Slots:
    """(n,) slots that move, and said nothing for too long."""
    moving = crowd.present & ((crowd.vx != 0) | (crowd.vz != 0))
    return np.flatnonzero(moving & (now_s - crowd.moved_s > SILENT_MAX_S))


def halt(crowd: Crowd, slots: Slots) -> None:
    """These stand where their last poses put them."""
    crowd.vx[slots] = crowd.vz[slots] = 0.0
    walking = (crowd.action[slots] == Action.WALK) | (crowd.action[slots] == Action.RUN)
    crowd.action[slots[walking]] = Action.STAND
