"""What of a model one steps up on: rectangles of its own frame with a height, few enough to be sent to
everybody.

A podium, a kerb, the treads of a low stair: flat ground of the model between a carpet's height and a step's
above its foot. What is in a walker's way (scene/feet.py) may stand on it, and counts before it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np
from numpy.typing import NDArray

from yuanzhan.scene.feet import finest_cell_m, grid_around, rectangles
from yuanzhan.scene.floor import STEP_M
from yuanzhan.scene.nodes import placed_nodes
from yuanzhan.scene.raster import Grid, floor_like, rasterise
from yuanzhan.scene.reader import Gltf
from yuanzhan.scene.triangles import placed_triangles

CARPET_M: Final = 0.03
"""Nobody sees feet in what is lower."""
DECKS_MAX: Final = 48
"""Rectangles of one booth; a ramp that needs more is told in coarser steps, and then in coarser cells."""
_STEPS_M: Final = (0.01, 0.05, 0.1)
_SLACK_M: Final = 1e-3
_NOWHERE: Final = -1

Deck = tuple[float, float, float, float, float]
"""Lowest x and z, highest x and z, and the height above the model's foot, metres."""


def find_decks(gltf: Gltf) -> tuple[Deck, ...]:
    """The rectangles of a model that stands on its lowest point. Empty where one steps up on nothing.

    Raises SceneInvalid, TooManyCells.
    """
    corners = placed_triangles(gltf, placed_nodes(gltf)).corners
    if not len(corners):
        return ()
    low, high = corners.min(axis=(0, 1)).astype(np.float64), corners.max(axis=(0, 1)).astype(np.float64)
    foot_m = float(low[1])
    y = corners[:, :, 1]
    flat = corners[
        floor_like(corners)
        & (y.max(axis=1) > foot_m + CARPET_M)
        & (y.min(axis=1) <= foot_m + STEP_M + _SLACK_M)
    ]
    cell_m = finest_cell_m(low, high)
    while True:
        grid = grid_around(low, high, cell_m)
        heights = _heights(flat, grid, foot_m)
        for step_m in _STEPS_M:
            decks = tuple(_decks(heights, step_m, grid, high))
            if len(decks) <= DECKS_MAX:
                return decks
        cell_m *= 2


def _heights(flat: NDArray[np.float32], grid: Grid, foot_m: float) -> NDArray[np.float64]:
    """(rows, columns): the highest flat ground in the middle of each cell that is no higher than a step,
    metres above the foot; NaN where there is none.
    """
    spans = rasterise(flat, grid)
    above = spans.middle - foot_m
    steps = spans.covers & (above > CARPET_M) & (above <= STEP_M + _SLACK_M)
    heights = np.full(grid.count, np.nan)
    np.fmax.at(heights, spans.cell[steps], above[steps])
    return heights.reshape(grid.rows, grid.columns)


def _decks(
    heights: NDArray[np.float64], step_m: float, grid: Grid, high: NDArray[np.float64]
) -> Iterator[Deck]:
    level = np.where(np.isnan(heights), _NOWHERE, np.rint(np.nan_to_num(heights) / step_m)).astype(np.int64)
    for each in np.unique(level[level != _NOWHERE]).tolist():
        height_m = min(round(each * step_m, 2), STEP_M)
        for rectangle in rectangles(level == each, grid, high):
            yield *rectangle, height_m
