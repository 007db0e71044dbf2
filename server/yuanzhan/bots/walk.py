"""How bots walk, as arrays: towards an exhibit, a while before it, then to another. And which of them
must say so.

Each bot sends a pose only when those who extrapolate its last one would be visibly wrong, as
docs/protocol.md asks.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from yuanzhan.bots.ground import Ground
from yuanzhan.protocol.kinds import Kind
from yuanzhan.protocol.limits import POSE_KEEPALIVE_S
from yuanzhan.protocol.poses import POSE, Action, quantise_head

Indexes = NDArray[np.int64]

PACE_M_S: Final = (0.9, 1.5)
TURN_RAD_S: Final = 2.6
TURN_EASE_HZ: Final = 2.5
"""Small turns are made gently: people do not walk along the corners of a grid."""
PAUSE_S: Final = (5.0, 25.0)
ERROR_MAX_M: Final = 0.05
ERROR_MAX_RAD: Final = np.radians(5.0)
HEAD_MAX_RAD: Final = np.radians(12.0)
GESTURES: Final = (Action.STAND, Action.STAND, Action.TALK, Action.TALK, Action.WAVE, Action.CLAP)
GESTURE_S: Final = 2.5
STAND_OFF_M: Final = (0.3, 2.6)
"""How near to an exhibit's point they stop: a loose half circle, not a heap."""


class Exhibit:
    """A place worth walking to, what one looks at from there, and the way."""

    def __init__(self, ground: Ground, stand: tuple[float, float], look_at: tuple[float, float]) -> None:
        self.look_at = look_at
        self.flow = ground.flow_to(*ground.nearest(*stand))


class Walkers:
    """Arrays with one entry a bot. `active` are those in the hall."""

    def __init__(
        self, count: int, ground: Ground, exhibits: Sequence[Exhibit], rng: np.random.Generator
    ) -> None:
        self._ground = ground
        self._exhibits = exhibits
        self._rng = rng
        self._flows = np.stack([exhibit.flow for exhibit in exhibits])
        self._targets = np.array([exhibit.look_at for exhibit in exhibits])
        self.active = np.zeros(count, np.bool_)
        self.x, self.y, self.z, self.yaw = (np.zeros(count) for _ in range(4))
        self.speed = np.zeros(count)
        self.head_yaw, self.head_pitch = np.zeros(count), np.zeros(count)
        self.action = np.zeros(count, np.uint8)
        self.seq = np.zeros(count, np.uint16)
        self._pace = rng.uniform(*PACE_M_S, count)
        self._goal = rng.integers(0, len(exhibits), count)
        self._stop_at_m = rng.uniform(*STAND_OFF_M, count)
        self._pause_until_s = np.zeros(count)
        self._gesture_until_s = np.zeros(count)
        self._glance_at_s = np.zeros(count)
        self._sway = rng.uniform(0, 2 * np.pi, count)
        self._sent = np.zeros(count, POSE)
        self._sent_s = np.full(count, -np.inf)

    def place(self, bot: int, x: float, y: float, z: float, yaw: float) -> None:
        """The server says that this bot stands here."""
        self.x[bot], self.y[bot], self.z[bot], self.yaw[bot] = x, y, z, yaw
        self.speed[bot] = 0.0
        self.active[bot] = True
        self._sent_s[bot] = -np.inf

    def talk(self, bot: int, now_s: float) -> None:
        """This bot says something: it moves its hands while it stands."""
        self._gesture_until_s[bot] = now_s + GESTURE_S
        if self.speed[bot] == 0.0:
            self.action[bot] = Action.TALK

    def paused(self, now_s: float) -> Indexes:
        """(n,) bots that stand before an exhibit."""
        return np.flatnonzero(self.active & (self._pause_until_s > now_s))

    def step(self, now_s: float, elapsed_s: float) -> None:
        """Let `elapsed_s` go by."""
        standing = self._pause_until_s > now_s
        self._leave_for_others(now_s)
        wanted, to_go_m = self._way(standing, now_s)
        turn = np.mod(wanted - self.yaw + np.pi, 2 * np.pi) - np.pi
        most = TURN_RAD_S * elapsed_s
        self.yaw += np.clip(turn * min(1.0, TURN_EASE_HZ * elapsed_s), -most, most)
        brake = np.clip(to_go_m - self._stop_at_m + 0.3, 0.3, 1.0) * np.clip(1.3 - np.abs(turn), 0.15, 1.0)
        self.speed = np.where(standing, 0.0, self._pace * brake)
        self._advance(elapsed_s)
        arrived = ~standing & (to_go_m <= self._stop_at_m)
        self._arrive(np.flatnonzero(arrived & self.active), now_s)
        self._gesture(standing, now_s)

    def due(self, now_s: float) -> tuple[Indexes, NDArray[np.void]]:
        """(n,) bots whose last pose is not good enough any more, and (n,) `POSE` records to send."""
        poses = self._poses()
        since_s = now_s - self._sent_s
        with np.errstate(invalid="ignore"):
            guess_x = self._sent["x"] + self._sent["vx"] * since_s
            guess_z = self._sent["z"] + self._sent["vz"] * since_s
            off_m = np.hypot(guess_x - self.x, guess_z - self.z)
        turned = np.abs(np.mod(self.yaw - self._sent["yaw"] + np.pi, 2 * np.pi) - np.pi)
        head = np.abs(poses["head_yaw"].astype(np.int16) - self._sent["head_yaw"]) > quantise_head(
            np.array([HEAD_MAX_RAD])
        )
        moving = self.speed > 0
        stopped = ~moving & ((self._sent["vx"] != 0) | (self._sent["vz"] != 0))
        due = (
            ~(off_m <= ERROR_MAX_M)
            | (turned > ERROR_MAX_RAD)
            | (poses["action"] != self._sent["action"])
            | head
            | stopped
            | (moving & (since_s >= POSE_KEEPALIVE_S))
        )
        bots = np.flatnonzero(due & self.active)
        self.seq[bots] += np.uint16(1)
        poses["seq"] = self.seq
        self._sent[bots] = poses[bots]
        self._sent_s[bots] = now_s
        return bots, poses[bots]

    def _poses(self) -> NDArray[np.void]:
        poses = np.zeros(len(self.x), POSE)
        poses["kind"] = Kind.POSE
        for name in ("x", "y", "z", "yaw"):
            poses[name] = getattr(self, name)
        poses["vx"] = -np.sin(self.yaw) * self.speed
        poses["vz"] = -np.cos(self.yaw) * self.speed
        poses["head_yaw"] = quantise_head(self.head_yaw)
        poses["head_pitch"] = quantise_head(self.head_pitch)
        poses["action"] = np.where(self.speed > 0, Action.WALK, self.action)
        return poses

    def _leave_for_others(self, now_s: float) -> None:
        """Those whose pause is over choose another exhibit."""
        rested = np.flatnonzero((self._pause_until_s > 0) & (self._pause_until_s <= now_s))
        if len(rested):
            step = self._rng.integers(1, max(2, len(self._exhibits)), len(rested))
            self._goal[rested] = (self._goal[rested] + step) % len(self._exhibits)
            self._stop_at_m[rested] = self._rng.uniform(*STAND_OFF_M, len(rested))
            self._pause_until_s[rested] = 0.0
            self.action[rested] = Action.STAND
            self.head_yaw[rested] = self.head_pitch[rested] = 0.0

    def _way(
        self, standing: NDArray[np.bool_], now_s: float
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """(n,) yaws to turn to, and (n,) metres to go."""
        row, column = self._ground.cells_at(self.x, self.z)
        flow = self._flows[self._goal, row, column].astype(np.float64)
        sway = 0.2 * np.sin(now_s * 0.3 + self._sway)
        along_x = flow[:, 0] - flow[:, 1] * sway
        along_z = flow[:, 1] + flow[:, 0] * sway
        target = self._targets[self._goal]
        to_x, to_z = target[:, 0] - self.x, target[:, 1] - self.z
        yaw = np.where(standing, np.arctan2(-to_x, -to_z), np.arctan2(-along_x, -along_z))
        lost = (flow[:, 0] == 0) & (flow[:, 1] == 0) & ~standing
        return np.where(lost, self.yaw, yaw), np.where(lost, 0.0, flow[:, 2])

    def _advance(self, elapsed_s: float) -> None:
        """Walk ahead; along the wall where ahead is none."""
        step_x = -np.sin(self.yaw) * self.speed * elapsed_s
        step_z = -np.cos(self.yaw) * self.speed * elapsed_s
        outside = ~self._ground.is_walkable(self.x, self.z)
        free = outside | self._ground.is_walkable(self.x + step_x, self.z + step_z)
        free_x = ~free & self._ground.is_walkable(self.x + step_x, self.z)
        free_z = ~free & ~free_x & self._ground.is_walkable(self.x, self.z + step_z)
        self.x += np.where(free | free_x, step_x, 0.0)
        self.z += np.where(free | free_z, step_z, 0.0)
        self.speed = np.where(free | free_x | free_z, self.speed, 0.0)
        self.y = self._ground.heights_at(self.x, self.z)

    def _arrive(self, bots: Indexes, now_s: float) -> None:
        if len(bots):
            self._pause_until_s[bots] = now_s + self._rng.uniform(*PAUSE_S, len(bots))
            self.speed[bots] = 0.0

    def _gesture(self, standing: NDArray[np.bool_], now_s: float) -> None:
        """Those who stand look about and move their hands now and then."""
        done = standing & (self._gesture_until_s <= now_s) & (self.action != Action.STAND)
        self.action[done] = Action.STAND
        glancing = np.flatnonzero(standing & (self._glance_at_s <= now_s))
        if len(glancing):
            self._glance_at_s[glancing] = now_s + self._rng.uniform(2.0, 6.0, len(glancing))
            self.head_yaw[glancing] = self._rng.normal(0.0, 0.35, len(glancing))
            self.head_pitch[glancing] = self._rng.normal(0.0, 0.1, len(glancing))
            gesturing = glancing[self._gesture_until_s[glancing] <= now_s]
            self.action[gesturing] = self._rng.choice(GESTURES, len(gesturing))
            self._gesture_until_s[gesturing] = now_s + GESTURE_S
