"""Ten thousand walkers as arrays: straight for a while, another way, straight again, never off the floor.

They say where they are as docs/protocol.md asks of any client: when they turn, and at least every
`POSE_KEEPALIVE_S` while they move. A few at a time walk in curves and speak at `POSE_MAX_HZ`.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from yuanzhan.bench.plan import (
    CLUSTER_SPREAD_M,
    CLUSTERED_SHARE,
    CRUSH_RADIUS_M,
    MIXED_WALKING_SHARE,
    Density,
    Movement,
)
from yuanzhan.bots.ground import Ground
from yuanzhan.protocol.kinds import Kind
from yuanzhan.protocol.limits import POSE_KEEPALIVE_S, POSE_MAX_HZ
from yuanzhan.protocol.poses import POSE, Action, PoseFlag

Indexes = NDArray[np.int64]
Places = NDArray[np.float64]
"""(n, 2): x and z in metres."""

PACE_M_S: Final = (0.8, 1.5)
TURN_PERIOD_S: Final = 6.0
"""Mean time between two turns of a walker who meets no wall."""
CURVE_PERIOD_S: Final = 60.0
"""Mean time between two curves of a walker."""
CURVE_S: Final = 1.0
CURVE_RAD_S: Final = 1.5
LOOK_ABOUT_S: Final = (3.0, 15.0)
"""Between two poses of somebody who stands: sooner than the server would ask whether anybody is there."""
HOP_MAX_M: Final = 11.0
"""A little less than the server lets anybody teleport."""
HOP_PAUSE_S: Final = 0.7
_HOP_PARTS: Final = (1.0, 0.85, 0.7, 0.5, 0.3)


def homes(ground: Ground, count: int, density: Density, exhibits: Places, rng: np.random.Generator) -> Places:
    """(count, 2) places on the floor, as dense as asked; `exhibits` is what clusters stand around."""
    anywhere = _anywhere(ground, count, rng)
    if density == "even":
        return anywhere
    if density == "crush":
        middle = _busiest(ground)
        return _on_floor_near(ground, np.broadcast_to(middle, (count, 2)), CRUSH_RADIUS_M, rng)
    chosen = exhibits[rng.integers(0, len(exhibits), count)]
    around = chosen + rng.normal(0.0, CLUSTER_SPREAD_M, (count, 2))
    clustered = (rng.random(count) < CLUSTERED_SHARE) & ground.is_walkable(around[:, 0], around[:, 1])
    return np.where(clustered[:, None], around, anywhere)


class Stroll:
    """Arrays with one entry a visitor. `present` are those in the hall and moved from here."""

    def __init__(
        self,
        ground: Ground,
        places: Places,
        movement: Movement,
        rng: np.random.Generator,
        leash_m: float = np.inf,
    ) -> None:
        """`places` is where each is at home; nobody walks further than `leash_m` from the middle of all."""
        count = len(places)
        self._ground = ground
        self._rng = rng
        self._homes = places
        self._middle = places.mean(axis=0)
        self._leash_m = leash_m
        self.present = np.zeros(count, np.bool_)
        self.arrived = np.zeros(count, np.bool_)
        """Was at home once: walks since then."""
        self.x, self.z, self.yaw = np.zeros(count), np.zeros(count), rng.uniform(0, 2 * np.pi, count)
        self.seq = np.zeros(count, np.uint16)
        self._pace = rng.uniform(*PACE_M_S, count)
        walking = {"walk": 1.0, "mixed": MIXED_WALKING_SHARE, "stand": 0.0}[movement]
        self._walks = rng.random(count) < walking
        self._curve_until_s = np.zeros(count)
        self._curve_rad_s = np.zeros(count)
        self._due_s = np.zeros(count)
        self._hop_after_s = np.zeros(count)
        self._stepped_s = np.full(count, np.nan)

    def place(self, visitor: int, x: float, z: float, now_s: float) -> None:
        """The server says that this visitor stands here."""
        self.x[visitor], self.z[visitor] = x, z
        self.present[visitor] = True
        # The first step is none: the way ahead has not been looked at yet.
        self._stepped_s[visitor] = np.nan
        self._due_s[visitor] = now_s + self._rng.uniform(0.0, POSE_KEEPALIVE_S)
        self._hop_after_s[visitor] = now_s
        self._curve_until_s[visitor] = 0.0

    def absent(self, visitor: int) -> None:
        """This visitor's connection is gone."""
        self.present[visitor] = False

    def due(self, now_s: float) -> tuple[Indexes, NDArray[np.void]]:
        """(n,) visitors who have to say where they are, and (n,) `POSE` records."""
        due = self.present & (now_s >= self._due_s)
        hopping = np.flatnonzero(due & ~self.arrived & (now_s >= self._hop_after_s))
        walking = np.flatnonzero(due & self.arrived)
        self._walk(walking, now_s)
        self._hop(hopping, now_s)
        visitors = np.concatenate((walking, hopping))
        return visitors, self._poses(visitors, len(walking))

    def where(self, now_s: float) -> Places:
        """(count, 2) where everybody is, as the dead reckoning of their last poses has it."""
        moving = self.present & self.arrived & self._walks
        ahead_s = np.where(
            moving, np.clip(np.nan_to_num(now_s - self._stepped_s), 0.0, POSE_KEEPALIVE_S), 0.0
        )
        way = self._pace * ahead_s
        return np.stack((self.x - np.sin(self.yaw) * way, self.z - np.cos(self.yaw) * way), axis=1)

    def _walk(self, who: Indexes, now_s: float) -> None:
        """Bring these up to now along the way they said, and let them choose how to go on."""
        moving = self._walks[who]
        ahead = who[moving]
        elapsed_s = np.clip(np.nan_to_num(now_s - self._stepped_s[ahead]), 0.0, 2 * POSE_KEEPALIVE_S)
        self._advance(ahead, elapsed_s)
        curving = self._curve_until_s[ahead] > now_s
        self.yaw[ahead] += np.where(curving, self._curve_rad_s[ahead] * elapsed_s, 0.0)
        self._choose(ahead, elapsed_s, now_s)
        self._stepped_s[who] = now_s
        curving = self._curve_until_s[ahead] > now_s
        self._due_s[ahead] = now_s + np.where(curving, 1.0 / POSE_MAX_HZ, POSE_KEEPALIVE_S)
        still = who[~moving]
        self._due_s[still] = now_s + self._rng.uniform(*LOOK_ABOUT_S, len(still))
        self.yaw[still] += self._rng.normal(0.0, 0.5, len(still))

    def _advance(self, who: Indexes, elapsed_s: Places) -> None:
        way = self._pace[who] * elapsed_s
        self.x[who] -= np.sin(self.yaw[who]) * way
        self.z[who] -= np.cos(self.yaw[who]) * way

    def _choose(self, who: Indexes, elapsed_s: Places, now_s: float) -> None:
        """Turn where the way ahead leaves the floor (or the leash), and sometimes of one's own will."""
        turning = self._rng.random(len(who)) < elapsed_s / TURN_PERIOD_S
        self.yaw[who[turning]] += self._rng.normal(0.0, 0.9, int(turning.sum()))
        begins = who[self._rng.random(len(who)) < elapsed_s / CURVE_PERIOD_S]
        self._curve_until_s[begins] = now_s + CURVE_S
        self._curve_rad_s[begins] = self._rng.choice((-CURVE_RAD_S, CURVE_RAD_S), len(begins))
        blocked = who[~self._is_free(who, self.yaw[who])]
        for _ in range(6):
            if len(blocked) == 0:
                return
            self._curve_until_s[blocked] = 0.0
            yaw = self._rng.uniform(0, 2 * np.pi, len(blocked))
            free = self._is_free(blocked, yaw)
            self.yaw[blocked[free]] = yaw[free]
            blocked = blocked[~free]
        # Nowhere to go: back home in one hop.
        self.arrived[blocked] = False

    def _is_free(self, who: Indexes, yaw: Places) -> NDArray[np.bool_]:
        """(n,) whether the next steps along `yaw` stay on the floor and on the leash."""
        free = np.ones(len(who), np.bool_)
        for part in (0.25, 0.5, 0.75, 1.0):
            way = self._pace[who] * 2 * POSE_KEEPALIVE_S * part
            x, z = self.x[who] - np.sin(yaw) * way, self.z[who] - np.cos(yaw) * way
            free &= self._ground.is_walkable(x, z)
        if np.isfinite(self._leash_m):
            off = np.hypot(x - self._middle[0], z - self._middle[1])
            was_off = np.hypot(self.x[who] - self._middle[0], self.z[who] - self._middle[1])
            free &= (off <= self._leash_m) | (off < was_off)
        return free

    def _hop(self, who: Indexes, now_s: float) -> None:
        """Nearer to home by a teleport."""
        to_x, to_z = self._homes[who, 0] - self.x[who], self._homes[who, 1] - self.z[who]
        distance = np.hypot(to_x, to_z)
        reach = np.divide(HOP_MAX_M, distance, out=np.ones_like(distance), where=distance > HOP_MAX_M)
        open_ = np.ones(len(who), np.bool_)
        for part in _HOP_PARTS:
            x, z = self.x[who] + to_x * reach * part, self.z[who] + to_z * reach * part
            lands = open_ & self._ground.is_walkable(x, z)
            self.x[who[lands]], self.z[who[lands]] = x[lands], z[lands]
            open_ &= ~lands
        self.arrived[who] = (
            np.hypot(*(self._homes[who] - np.stack((self.x, self.z), 1)[who]).T) < 0.5
        ) | open_
        self._hop_after_s[who] = now_s + HOP_PAUSE_S
        self._due_s[who] = now_s + HOP_PAUSE_S
        self._stepped_s[who] = np.nan

    def _poses(self, visitors: Indexes, walking_count: int) -> NDArray[np.void]:
        poses = np.zeros(len(visitors), POSE)
        self.seq[visitors] += np.uint16(1)
        speed = np.where(self._walks[visitors] & self.arrived[visitors], self._pace[visitors], 0.0)
        speed[walking_count:] = 0.0
        yaw = self.yaw[visitors]
        poses["kind"] = Kind.POSE
        poses["flags"][walking_count:] = PoseFlag.TELEPORTED
        poses["seq"] = self.seq[visitors]
        poses["x"], poses["z"], poses["yaw"] = self.x[visitors], self.z[visitors], yaw
        poses["y"] = self._ground.heights_at(self.x[visitors], self.z[visitors])
        poses["vx"], poses["vz"] = -np.sin(yaw) * speed, -np.cos(yaw) * speed
        poses["action"] = np.where(speed > 0, Action.WALK, Action.STAND)
        return poses


def _anywhere(ground: Ground, count: int, rng: np.random.Generator) -> Places:
    rows, columns = np.nonzero(ground.walkable)
    chosen = rng.integers(0, len(rows), count)
    x = ground.origin_x + (columns[chosen] + rng.random(count)) * ground.cell_m
    z = ground.origin_z + (rows[chosen] + rng.random(count)) * ground.cell_m
    return np.stack((x, z), axis=1)


def _busiest(ground: Ground) -> NDArray[np.float64]:
    """The place with the most floor within the radius of a crush, of a sample of places."""
    rows, columns = np.nonzero(ground.walkable)
    x = ground.origin_x + (columns + 0.5) * ground.cell_m
    z = ground.origin_z + (rows + 0.5) * ground.cell_m
    sample = np.linspace(0, len(x) - 1, min(len(x), 200)).astype(np.int64)
    near = [np.count_nonzero(np.hypot(x - x[at], z - z[at]) <= CRUSH_RADIUS_M) for at in sample]
    best = sample[int(np.argmax(near))]
    return np.array((x[best], z[best]))


def _on_floor_near(ground: Ground, middles: Places, radius_m: float, rng: np.random.Generator) -> Places:
    """Places on the floor within `radius_m` of each middle, which must be on the floor."""
    count = len(middles)
    found = middles.copy()
    open_ = np.ones(count, np.bool_)
    for _ in range(40):
        angle, radius = rng.uniform(0, 2 * np.pi, count), radius_m * np.sqrt(rng.random(count))
        places = middles + np.stack((radius * np.cos(angle), radius * np.sin(angle)), axis=1)
        lands = open_ & ground.is_walkable(places[:, 0], places[:, 1])
        found[lands] = places[lands]
        open_ &= ~lands
    return found
