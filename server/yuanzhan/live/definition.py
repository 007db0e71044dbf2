"""What the server knows of a hall to let people into it: plain data, made by `app` from the scene's
description.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from yuanzhan.hall.hall import Placement


@dataclass(frozen=True, slots=True)
class HallDefinition:
    """One hall.

    `floor_heights` is (rows, columns) float32 in metres, row along z, NaN where nobody can stand; its
    first cell begins at (`floor_origin_x`, `floor_origin_z`). `spawns` is by id, the first one the
    default, and must not be empty. `places` holds everything else that `at` may name: booths, panels,
    portals, check-in points, viewpoints. `observers_max` may watch while the hall is full, and
    `queue_max` more wait.
    """

    id: str
    capacity: int
    floor_heights: NDArray[np.float32]
    floor_origin_x: float
    floor_origin_z: float
    floor_cell_m: float
    spawns: Mapping[str, Placement]
    seats: Mapping[str, Placement] = field(default_factory=dict)
    places: Mapping[str, Placement] = field(default_factory=dict)
    observers_max: int = 0
    queue_max: int = 0

    def __post_init__(self) -> None:
        if not self.spawns:
            raise ValueError(f"hall {self.id} has no spawn point")
