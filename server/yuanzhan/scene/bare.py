"""The floor with a hall's own booths and the one without them, as one: a booth that is published takes the
place of the hall's own, and where that stood one can walk again.

The two differ only close to the slots that have a booth of their own. Around each the ground of one or the
other counts, by whether its booth stands (hall/floor.py does that, and the client).
"""

from __future__ import annotations

import math
from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from yuanzhan.scene.extras import Slot
from yuanzhan.scene.floor import CELLS_MAX, Floor, Heights
from yuanzhan.scene.stands import HallRectangle, own_ground


def with_bare(standing: Floor, bare: Floor, slots: Iterable[Slot]) -> Floor:
    """`standing` with the heights that `bare` has on the grounds of `slots`, where the hall's own booths are.

    Both are floors of one hall. Where their grids cannot be laid on each other (a hall so large that its
    cells had to grow), and where it makes no difference, it is `standing` as it was.
    """
    if not math.isclose(standing.cell_m, bare.cell_m):
        return standing
    cell_m = standing.cell_m
    origin_x, origin_z = min(standing.origin_x, bare.origin_x), min(standing.origin_z, bare.origin_z)
    offsets = [_offset(floor, origin_x, origin_z) for floor in (standing, bare)]
    rows = max(row + floor.rows for (row, _), floor in zip(offsets, (standing, bare), strict=True))
    columns = max(
        column + floor.columns for (_, column), floor in zip(offsets, (standing, bare), strict=True)
    )
    if rows * columns > CELLS_MAX:
        return standing
    with_booths, without = (
        _laid(floor.heights, at, (rows, columns)) for at, floor in zip(offsets, (standing, bare), strict=True)
    )
    near = np.zeros((rows, columns), np.bool_)
    for slot in slots:
        near |= _within(own_ground(slot), near.shape, origin_x, origin_z, cell_m)
    without = np.where(near, without, with_booths)
    row, column = np.nonzero(np.isfinite(with_booths) | np.isfinite(without))
    if not len(row) or np.array_equal(with_booths, without, equal_nan=True):
        return standing
    top, left = int(row.min()), int(column.min())
    cut = np.s_[top : int(row.max()) + 1, left : int(column.max()) + 1]
    return Floor(with_booths[cut], cell_m, origin_x + left * cell_m, origin_z + top * cell_m, without[cut])


def _offset(floor: Floor, origin_x: float, origin_z: float) -> tuple[int, int]:
    """Rows and columns from the common origin: all grids of a hall begin at whole cells."""
    return round((floor.origin_z - origin_z) / floor.cell_m), round(
        (floor.origin_x - origin_x) / floor.cell_m
    )


def _laid(heights: Heights, at: tuple[int, int], shape: tuple[int, int]) -> Heights:
    laid = np.full(shape, np.nan, np.float32)
    row, column = at
    laid[row : row + heights.shape[0], column : column + heights.shape[1]] = heights
    return laid


def _within(
    ground: HallRectangle, shape: tuple[int, int], origin_x: float, origin_z: float, cell_m: float
) -> NDArray[np.bool_]:
    """(rows, columns) cells whose middle is in the rectangle."""
    x = origin_x + (np.arange(shape[1]) + 0.5) * cell_m - ground.x
    z = (origin_z + (np.arange(shape[0]) + 0.5) * cell_m - ground.z)[:, None]
    cos, sin = math.cos(ground.yaw), math.sin(ground.yaw)
    inside: NDArray[np.bool_] = (np.abs(x * cos - z * sin) <= ground.width_m / 2) & (
        np.abs(x * sin + z * cos) <= ground.depth_m / 2
    )
    return inside
