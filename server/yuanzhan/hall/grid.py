"""The square cells of a hall: which cell a place is in, and which cells lie around a cell.

A cell's index is `row * columns + column`, row along z: cells that are neighbours along x have
consecutive indexes, so what lies around a cell is a few spans of indexes.
"""

from __future__ import annotations

import math
from typing import Final

import numpy as np
from numpy.typing import NDArray

Span = tuple[int, int]
"""First index and the index after the last."""

CELLS_MAX_COUNT: Final = 40_000
"""Cells of 4 m: a square of 800 m. A larger hall takes larger cells, so that nothing per cell grows
without end.
"""


class Grid:
    """Cells of `cell_m` metres from (`origin_x`, `origin_z`) over `width_m` x `depth_m`."""

    def __init__(
        self, origin_x: float, origin_z: float, width_m: float, depth_m: float, cell_m: float
    ) -> None:
        while math.ceil(width_m / cell_m) * math.ceil(depth_m / cell_m) > CELLS_MAX_COUNT:
            cell_m *= 2
        self.origin_x = origin_x
        self.origin_z = origin_z
        self.cell_m = cell_m
        self.columns = max(1, math.ceil(width_m / cell_m))
        self.rows = max(1, math.ceil(depth_m / cell_m))

    @property
    def cells_count(self) -> int:
        """Number of cells."""
        return self.columns * self.rows

    def cells_at(self, x: NDArray[np.float32], z: NDArray[np.float32]) -> NDArray[np.int32]:
        """(n,) places -> (n,) cell indexes; a place outside belongs to the nearest cell."""
        column = np.clip(np.floor((x.astype(np.float64) - self.origin_x) / self.cell_m), 0, self.columns - 1)
        row = np.clip(np.floor((z.astype(np.float64) - self.origin_z) / self.cell_m), 0, self.rows - 1)
        cells: NDArray[np.int32] = (row * self.columns + column).astype(np.int32)
        return cells

    def fractions(
        self, x: NDArray[np.float32], z: NDArray[np.float32], cells: NDArray[np.int32]
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """(n,) places and their cells -> how far across its cell each lies, along x and along z, 0 to 1."""
        column, row = cells % self.columns, cells // self.columns
        return (
            (x.astype(np.float64) - self.origin_x) / self.cell_m - column,
            (z.astype(np.float64) - self.origin_z) / self.cell_m - row,
        )

    def around(self, cell: int, ring: int, hole: int = -1) -> list[Span]:
        """The cells at most `ring` columns and rows from `cell`, without those at most `hole` away."""
        row, column = divmod(cell, self.columns)
        spans: list[Span] = []
        for other in range(max(0, row - ring), min(self.rows, row + ring + 1)):
            left, right = max(0, column - ring), min(self.columns, column + ring + 1)
            base = other * self.columns
            if abs(other - row) > hole:
                spans.append((base + left, base + right))
            else:
                spans.append((base + left, base + max(left, column - hole)))
                spans.append((base + min(right, column + hole + 1), base + right))
        return [(first, end) for first, end in spans if first < end]

    def entered(self, old: int, new: int, ring: int) -> list[Span]:
        """The cells within `ring` of `new` that were not within `ring` of `old`."""
        old_row, old_column = divmod(old, self.columns)
        spans: list[Span] = []
        for first, end in self.around(new, ring):
            row = first // self.columns
            if abs(row - old_row) > ring:
                spans.append((first, end))
                continue
            base = row * self.columns
            seen_left, seen_right = base + old_column - ring, base + old_column + ring + 1
            spans.append((first, min(end, max(first, seen_left))))
            spans.append((max(first, min(end, seen_right)), end))
        return [(first, end) for first, end in spans if first < end]
