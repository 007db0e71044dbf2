"""How the crowd walks: evenly over one hall, everybody on a way of their own, two poses a second each."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

HALL_M: Final = (60.0, 45.0)
"""Width (x) and depth (z) of the hall; its middle is the origin."""
POSES_HZ: Final = 2.0
"""Dead reckoning: a walker sends when the direction changes, about so often."""
INTERVAL_S: Final = (0.25, 0.75)
"""Between two poses of one walker; the mean is 1 / POSES_HZ."""
SPEED_M_S: Final = 1.2
TURN_RAD: Final = 0.6

Indexes = NDArray[np.int64]
Floats = NDArray[np.float64]


class Walkers:
    """Where `count` walkers are, and when each of them sends the next pose. Time is an argument."""

    def __init__(self, count: int, now_s: float, rng: np.random.Generator) -> None:
        self._rng = rng
        self._half = np.array(HALL_M) / 2.0
        self._place = rng.uniform(-self._half, self._half, (count, 2))
        self._yaw = rng.uniform(-np.pi, np.pi, count)
        self._moved_at_s = np.full(count, now_s)
        self._due_at_s = now_s + rng.uniform(0.0, 1.0 / POSES_HZ, count)

    def due(self, now_s: float) -> Indexes:
        """Who sends now, (n,) int."""
        return np.flatnonzero(self._due_at_s <= now_s)

    def step(self, who: Indexes, now_s: float) -> tuple[Floats, Floats, Floats]:
        """Move them to where they are now: (n,) x, z and yaw, rounded to what a float32 holds.

        x and z together know a pose again on every wire, so they have to be exact on the narrowest.
        """
        self._due_at_s[who] = now_s + self._rng.uniform(*INTERVAL_S, len(who))
        walked_m = SPEED_M_S * (now_s - self._moved_at_s[who])
        self._moved_at_s[who] = now_s
        heading = np.stack([-np.sin(self._yaw[who]), -np.cos(self._yaw[who])], axis=1)
        place = self._place[who] + heading * walked_m[:, None]
        at_wall = (np.abs(place) > self._half).any(axis=1)
        place = 2.0 * np.clip(place, -self._half, self._half) - place
        self._place[who] = place
        self._yaw[who] += self._rng.normal(0.0, TURN_RAD, len(who)) + np.pi * at_wall
        exact = np.column_stack([place, self._yaw[who]]).astype(np.float32).astype(np.float64)
        return exact[:, 0], exact[:, 1], exact[:, 2]
