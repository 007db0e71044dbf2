"""Floors for tests: plain arrays, no glTF."""

from __future__ import annotations

import numpy as np

from yuanzhan.hall.floor import Floor
from yuanzhan.hall.hall import Placement
from yuanzhan.live.definition import HallDefinition

CELL_M = 0.5


def flat_floor(width_m: float = 40.0, depth_m: float = 24.0, height_m: float = 0.0) -> Floor:
    """A level floor whose middle is the origin."""
    shape = (round(depth_m / CELL_M), round(width_m / CELL_M))
    return Floor(np.full(shape, height_m, np.float32), -width_m / 2, -depth_m / 2, CELL_M)


def flat_hall(
    hall_id: str = "hall",
    capacity: int = 200,
    width_m: float = 40.0,
    *,
    observers_max: int = 0,
    queue_max: int = 0,
) -> HallDefinition:
    """A level hall with one spawn point in its middle, two seats and a booth."""
    shape = (round(24.0 / CELL_M), round(width_m / CELL_M))
    return HallDefinition(
        id=hall_id,
        capacity=capacity,
        floor_heights=np.zeros(shape, np.float32),
        floor_origin_x=-width_m / 2,
        floor_origin_z=-12.0,
        floor_cell_m=CELL_M,
        spawns={"door": Placement(0.0, 0.0, 0.0, 0.0)},
        seats={
            "bench": Placement(1.0, 0.45, 1.0, 1.5),
            "stool": Placement(-1.0, 0.45, 1.0, 0.0),
            "far": Placement(15.0, 0.45, 0.0, 0.0),
        },
        places={"booth": Placement(10.0, 0.0, 4.0, 3.0)},
        observers_max=observers_max,
        queue_max=queue_max,
    )
