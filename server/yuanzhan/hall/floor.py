"""The walkable floor as a grid of heights: where a visitor may stand, and how high that is.

What is built into a hall is built into its floor. What comes and goes while the hall runs blocks it
(`block`): rectangles on which nobody can stand as long as they are there, and others that are higher.
The booths that a hall came with are built in too, but can go: on their grounds, what is beneath them counts
when they are gone.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

EDGE_CELLS: Final = 1
"""Cells beyond the edge that still count: the client walks on the same grid, but rounds to f32 at its
border.
"""


ASIDE_M: Final = 0.5
"""So far from what blocks the floor somebody is put who stood where it came to stand: clients keep 0.25 m
and a little to whatever is solid.
"""


CELLS_AT_ONCE: Final = 1 << 18
"""Of all rectangles together, 30 MB of arrays; a booth's are a few thousand."""


class Block(NamedTuple):
    """A rectangle of the floor that something stands on: its middle, its turn (as a pose's yaw), its sides
    along its own x and z; metres and radians.
    """

    x: float
    z: float
    yaw: float
    width_m: float
    depth_m: float


class Deck(NamedTuple):
    """A rectangle of the floor that is as high as `y` while something stands there that one steps up on."""

    ground: Block
    y: float


class _Covered(NamedTuple):
    """Cells around some rectangles, (n,) each: of `which` rectangle, its place in the flat grid, whether its
    middle is in there, and whether in there or beside it.
    """

    which: NDArray[np.int64]
    cells: NDArray[np.int64]
    inside: NDArray[np.bool_]
    beside: NDArray[np.bool_]


class Floor:
    """One layer of heights.

    `heights` is (rows, columns) float32 in metres, row along z and column along x, NaN where nobody can
    stand; the cell of row 0 and column 0 begins at (`origin_x`, `origin_z`). `bare` are the same without the
    hall's own booths.
    """

    def __init__(
        self,
        heights: NDArray[np.float32],
        origin_x: float,
        origin_z: float,
        cell_m: float,
        bare: NDArray[np.float32] | None = None,
    ) -> None:
        if heights.ndim != 2 or heights.size == 0 or not cell_m > 0:
            raise ValueError("a floor is a grid of at least one cell of positive size")
        if not np.isfinite(heights).any():
            raise ValueError("a floor has at least one cell to stand on")
        self.origin_x = origin_x
        self.origin_z = origin_z
        self.cell_m = cell_m
        self._open_heights = _widened(heights.astype(np.float32), EDGE_CELLS)
        self._bare_heights = None if bare is None else _widened(bare.astype(np.float32), EDGE_CELLS)
        self._clear_heights = self._open_heights
        self.heights = self._open_heights
        """What can be stood on now."""
        self.lowest_y = float(np.nanmin(heights if bare is None else np.fmin(heights, bare)))

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

    def block(
        self, blocks: Sequence[Block], own: Sequence[Block] | None = None, decks: Sequence[Deck] = ()
    ) -> None:
        """Nobody can stand in these from now on, and everybody where earlier ones were; the floor is raised
        to `decks`, and to no earlier ones.

        `own` are the grounds of those of the hall's own booths that stand; None: all of them do.
        """
        heights = self._raised(self._open_heights if own is None else self._standing(own), decks)
        clear = heights.copy()
        heights = heights.copy()
        for covered in self._covered(blocks, ASIDE_M):
            heights.flat[covered.cells[covered.inside]] = np.nan
            clear.flat[covered.cells[covered.beside]] = np.nan
        self.heights, self._clear_heights = heights, clear

    def nearest(self, x: float, z: float, within_m: float | None = None) -> tuple[float, float, float] | None:
        """The place to stand that is nearest to (x, z) and a little aside of what blocks the floor; None
        where there is none, or none so near: then only the cells around are looked at.
        """
        heights, first_row, first_column = self._clear_heights, 0, 0
        if within_m is not None:
            first_row, last_row = self._cells_around(z - self.origin_z, within_m, heights.shape[0])
            first_column, last_column = self._cells_around(x - self.origin_x, within_m, heights.shape[1])
            heights = heights[first_row:last_row, first_column:last_column]
        rows, columns = np.nonzero(np.isfinite(heights))
        if len(rows) == 0:
            return None
        rows, columns = rows + first_row, columns + first_column
        there_x = self.origin_x + (columns + 0.5) * self.cell_m
        there_z = self.origin_z + (rows + 0.5) * self.cell_m
        apart = (there_x - x) ** 2 + (there_z - z) ** 2
        best = int(np.argmin(apart))
        if within_m is not None and apart[best] > within_m**2:
            return None
        return (
            float(there_x[best]),
            float(self._clear_heights[rows[best], columns[best]]),
            float(there_z[best]),
        )

    def _cells_around(self, at_m: float, within_m: float, count: int) -> tuple[int, int]:
        """The first cell along one side of the grid that is so near, and the one after the last."""
        first, last = (at_m - within_m) / self.cell_m, (at_m + within_m) / self.cell_m
        return int(np.clip(first - 1, 0, count)), int(np.clip(last + 2, 0, count))

    def _standing(self, own: Sequence[Block]) -> NDArray[np.float32]:
        """The heights with the hall's own booths on these grounds, and no others."""
        if self._bare_heights is None:
            return self._open_heights
        heights = self._bare_heights.copy()
        for covered in self._covered(own):
            cells = covered.cells[covered.inside]
            heights.flat[cells] = self._open_heights.flat[cells]
        return heights

    def _raised(self, heights: NDArray[np.float32], decks: Sequence[Deck]) -> NDArray[np.float32]:
        """These heights, where there is floor no lower than the decks on it."""
        if not decks:
            return heights
        heights = heights.copy()
        ys = np.array([deck.y for deck in decks], np.float32)
        for covered in self._covered([deck.ground for deck in decks]):
            inside = covered.inside
            # NaN stays NaN.
            np.maximum.at(heights.reshape(-1), covered.cells[inside], ys[covered.which[inside]])
        return heights

    def _covered(self, grounds: Sequence[Block], aside_m: float = 0.0) -> Iterator[_Covered]:
        """The cells around each of these, of all at once: a call of numpy for each would cost more than what
        it looks at. `CELLS_AT_ONCE` bounds what that takes of memory.
        """
        x, z, yaw, width_m, depth_m = np.array(grounds, np.float64).reshape(-1, len(Block._fields)).T
        cos, sin = np.cos(yaw), np.sin(yaw)
        half_x, half_z = width_m / 2, depth_m / 2
        reach_x = (half_x + aside_m) * np.abs(cos) + (half_z + aside_m) * np.abs(sin)
        reach_z = (half_x + aside_m) * np.abs(sin) + (half_z + aside_m) * np.abs(cos)
        rows, columns = self._open_heights.shape
        first_column, width = self._cells(x - self.origin_x, reach_x, columns)
        first_row, depth = self._cells(z - self.origin_z, reach_z, rows)
        counts = width * depth
        # Of the middle of the first cell, and from one to the next, along a rectangle's own sides.
        from_x = self.origin_x + (first_column + 0.5) * self.cell_m - x
        from_z = self.origin_z + (first_row + 0.5) * self.cell_m - z
        right, ahead = from_x * cos - from_z * sin, from_x * sin + from_z * cos
        step_x, step_z = self.cell_m * cos, self.cell_m * sin
        for some in _parts(counts, CELLS_AT_ONCE):
            which = np.repeat(some, counts[some])
            nth = np.arange(len(which), dtype=np.int32) - np.repeat(_before(counts[some]), counts[some])
            row, column = np.divmod(nth, width[which])
            across = np.abs(right[which] + column * step_x[which] - row * step_z[which]) - half_x[which]
            along = np.abs(ahead[which] + column * step_z[which] + row * step_x[which]) - half_z[which]
            cells = (first_row * columns + first_column)[which] + row * columns + column
            out_m = np.maximum(across, along)
            yield _Covered(which, cells, out_m <= 0, out_m <= aside_m)

    def _cells(
        self, middle_m: NDArray[np.float64], reach_m: NDArray[np.float64], count: int
    ) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
        """The cells of one axis within reach of `middle_m` from the origin: the first, and how many."""
        first = np.clip(np.floor((middle_m - reach_m) / self.cell_m), 0, count).astype(np.int32)
        end = np.clip(np.ceil((middle_m + reach_m) / self.cell_m), 0, count).astype(np.int32)
        return first, end - first

    def height_at(self, x: float, z: float, default: float) -> float:
        """As `heights_at` of one finite place, `default` off the floor: of numpy only what one look costs."""
        column = math.floor((x - self.origin_x) / self.cell_m)
        row = math.floor((z - self.origin_z) / self.cell_m)
        rows, columns = self.heights.shape
        if not (0 <= column < columns and 0 <= row < rows):
            return default
        height = float(self.heights[row, column])
        return default if math.isnan(height) else height


def _parts(counts: NDArray[np.int64], most: int) -> Iterator[NDArray[np.int64]]:
    """Indices of `counts` in runs whose sums are about `most`."""
    runs = np.cumsum(counts) // most
    return iter(np.split(np.arange(len(counts)), np.flatnonzero(np.diff(runs)) + 1))


def _before(counts: NDArray[np.int32]) -> NDArray[np.int32]:
    """What all earlier ones of `counts` are together."""
    sums: NDArray[np.int32] = np.cumsum(counts, dtype=np.int32) - counts
    return sums


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
