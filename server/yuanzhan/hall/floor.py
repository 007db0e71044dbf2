"""The walkable floor as a grid of heights: where a visitor may stand, and how high that is."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

EDGE_CELLS: Final = 1
"""Cells beyond the edge that still count: the client walks on the same grid, but rounds to f32 at its
border.
"""


class Floor:
    """One layer of heights.

    `heights` is (rows, columns) float32 in metres, row along z and column along x, NaN where nobody can
    stand; the cell of row 0 and column 0 begins at (`origin_x`, `origin_z`).
    """

    def __init__(self, heights: NDArray[np.float32], origin_x: float, origin_z: float, cell_m: float) -> None:
        if heights.ndim != 2 or heights.size == 0 or not cell_m > 0:
            raise ValueError("a floor is a grid of at least one cell of positive size")
        if not np.isfinite(heights).any():
            raise ValueError("a floor has at least one cell to stand on")
        self.origin_x = origin_x
        self.origin_z = origin_z
        self.cell_m = cell_m
        self.heights = _widened(heights.astype(np.float32), EDGE_CELLS)
        self.lowest_y = float(np.nanmin(heights))

    @property
    def width_m(self) -> float:
        """Extent along x."""
        return float(self.heights.shape[1] * self.cell_m)

    @property
    def depth_m(self) -> float:
        """Extent along z."""
        return float(self.heights.shape[0] * self.cell_m)

    def heights_at(self, x: NDArray[np.float64], z: NDArray[np.float64]) -> NDArray[np.float32]:
        """(n,) finite x and z -> (n,) heights in metres, NaN off the floor."""
        rows, columns = self.heights.shape
        # Clipped before the cast: a float beyond the integers has no defined integer.
        column = np.clip(np.floor((x - self.origin_x) / self.cell_m), -1, columns).astype(np.int64)
        row = np.clip(np.floor((z - self.origin_z) / self.cell_m), -1, rows).astype(np.int64)
        inside = (column >= 0) & (column < columns) & (row >= 0) & (row < rows)
        found = self.heights[np.where(inside, row, 0), np.where(inside, column, 0)]
        return np.where(inside, found, np.float32(np.nan))

    def height_at(self, x: float, z: float, default: float) -> float:
        """The height at one place, `default` off the floor."""
        height = float(self.heights_at(np.array([x]), np.array([z]))[0])
        return height if np.isfinite(height) else default


def _widened(heights: NDArray[np.float32], cells_count: int) -> NDArray[np.float32]:
    """`heights` with its edges grown: a cell without floor takes the highest of its neighbours' heights."""
    for _ in range(cells_count):
        padded = np.pad(heights, 1, constant_values=np.nan)
        grown = padded.copy()
        for row_shift in (-1, 0, 1):
            for column_shift in (-1, 0, 1):
                grown = np.fmax(grown, np.roll(padded, (row_shift, column_shift), (0, 1)))
        heights = np.where(np.isnan(heights), grown[1:-1, 1:-1], heights)
    return heights
