"""What of a model stands in a walker's way: rectangles of its own frame, few enough to be sent to everybody.

Whatever reaches between a step's height and a head's above the model's foot is in the way; a table's top is,
a canopy and a carpet are not. A booth that one can walk into is walked into.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np
from numpy.typing import NDArray

from yuanzhan.scene.floor import STEP_M
from yuanzhan.scene.nodes import placed_nodes
from yuanzhan.scene.raster import BoolArray, Grid, rasterise
from yuanzhan.scene.reader import Gltf
from yuanzhan.scene.triangles import placed_triangles

HEAD_ROOM_M: Final = 1.7
CELL_M: Final = 0.1
FEET_MAX: Final = 48
"""Rectangles of one booth; a model that needs more is told in coarser ones."""
_CELLS_MAX: Final = 40_000
_MILLIMETRE: Final = 1e-3

Foot = tuple[float, float, float, float]
"""Lowest x and z, highest x and z, metres."""


def find_feet(gltf: Gltf) -> tuple[Foot, ...]:
    """The rectangles of a model that stands on its lowest point. Empty where nothing is in the way.

    Raises SceneInvalid, TooManyCells.
    """
    corners = placed_triangles(gltf, placed_nodes(gltf)).corners
    if not len(corners):
        return ()
    low, high = corners.min(axis=(0, 1)).astype(np.float64), corners.max(axis=(0, 1)).astype(np.float64)
    between = _between(corners, float(low[1]) + STEP_M, float(low[1]) + HEAD_ROOM_M)
    cell_m = finest_cell_m(low, high)
    while True:
        grid = grid_around(low, high, cell_m)
        feet = tuple(rectangles(_filled(between, grid, float(low[1])), grid, high))
        if len(feet) <= FEET_MAX:
            return feet
        cell_m *= 2


def _between(corners: NDArray[np.float32], low_m: float, high_m: float) -> NDArray[np.float32]:
    """The triangles that reach between these heights."""
    y = corners[:, :, 1]
    reaching: NDArray[np.float32] = corners[(y.max(axis=1) > low_m) & (y.min(axis=1) < high_m)]
    return reaching


def finest_cell_m(low: NDArray[np.float64], high: NDArray[np.float64]) -> float:
    """The side of the cells to begin with: a model of a kilometre is told in coarser ones than a chair."""
    cell_m = CELL_M
    while (high[0] - low[0]) / cell_m * (high[2] - low[2]) / cell_m > _CELLS_MAX:
        cell_m *= 2
    return cell_m


def grid_around(low: NDArray[np.float64], high: NDArray[np.float64], cell_m: float) -> Grid:
    """Cells over a model between these corners."""
    # What is a millimetre more than whole cells is not worth one.
    columns = max(1, int(np.ceil((high[0] - low[0] - _MILLIMETRE) / cell_m)))
    rows = max(1, int(np.ceil((high[2] - low[2] - _MILLIMETRE) / cell_m)))
    return Grid(float(low[0]), float(low[2]), cell_m, rows, columns)


def _filled(triangles: NDArray[np.float32], grid: Grid, foot_m: float) -> BoolArray:
    """(rows, columns) cells with something in the way."""
    spans = rasterise(triangles, grid)
    in_the_way = (spans.high > foot_m + STEP_M) & (spans.low < foot_m + HEAD_ROOM_M)
    filled = np.zeros(grid.count, np.bool_)
    filled[spans.cell[in_the_way]] = True
    return filled.reshape(grid.rows, grid.columns)


def rectangles(filled: BoolArray, grid: Grid, high: NDArray[np.float64]) -> Iterator[Foot]:
    """Rectangles that cover the cells and nothing else: runs of a row, joined to equal runs of the next."""
    begun: dict[tuple[int, int], int] = {}
    for row in range(grid.rows + 1):
        runs = set(_runs(filled[row])) if row < grid.rows else set()
        for first, end in [run for run in begun if run not in runs]:
            top = begun.pop((first, end))
            yield (
                grid.origin_x + first * grid.cell_m,
                grid.origin_z + top * grid.cell_m,
                min(grid.origin_x + end * grid.cell_m, float(high[0])),
                min(grid.origin_z + row * grid.cell_m, float(high[2])),
            )
        for run in runs:
            begun.setdefault(run, row)


def _runs(cells: BoolArray) -> Iterator[tuple[int, int]]:
    """First and end of each run of a row."""
    edges = np.flatnonzero(np.diff(np.concatenate(([False], cells, [False])).astype(np.int8)))
    yield from zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True)
