"""Triangles to a grid of columns: which cells each one crosses, between which heights.

Every triangle is clipped to every cell of its bounding rectangle, all at once: the clipped polygon's
corners are the ends of the triangle's edges within the cell and the cell's own corners within the triangle,
so its lowest and highest point are exact, for walls (vertical triangles) as for floors.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]
IntArray = NDArray[np.int64]

# The steepest ground that visitors walk on; a little more than 45 degrees, for what is modelled as exactly
# that.
SLOPE_MAX_DEG: Final = 46.0

# Pairs of triangle and cell worked on at once (about 30 arrays of this length, which fit a cache), and at
# most in a hall: the demo halls have one to three million.
_CHUNK_PAIRS: Final = 60_000
PAIRS_MAX: Final = 60_000_000

_CORNERS: Final = ((0.0, 0.0), (1.0, 0.0), (0.0, 1.0), (1.0, 1.0))
_EDGES: Final = ((0, 1), (1, 2), (2, 0))
_TINY: Final = 1e-12
# A middle on the edge between two triangles is on both; coordinates are cells, so this is far below a
# millimetre.
_ON_EDGE: Final = 1e-6
_SPAN_DTYPES: Final = {
    "cell": np.int64,
    "triangle": np.int64,
    "low": np.float64,
    "high": np.float64,
    "middle": np.float64,
    "covers": np.bool_,
}


class TooManyCells(ValueError):
    """The triangles cross more cells than `PAIRS_MAX`."""


@dataclass(frozen=True, slots=True)
class Grid:
    """Cells of `cell_m`; cell number = row * columns + column, row along z, column along x."""

    origin_x: float
    origin_z: float
    cell_m: float
    rows: int
    columns: int

    @property
    def count(self) -> int:
        return self.rows * self.columns


@dataclass(frozen=True, eq=False)
class Spans:
    """One entry for each triangle in each cell, all (n,): the cell, the triangle, its lowest and highest
    point there.

    `middle` is its height at the cell's middle (the nearest point of it, where the middle is beside it),
    and `covers` is True where the cell's middle is really on it.
    """

    cell: IntArray = field(repr=False)
    triangle: IntArray = field(repr=False)
    low: FloatArray = field(repr=False)
    high: FloatArray = field(repr=False)
    middle: FloatArray = field(repr=False)
    covers: BoolArray = field(repr=False)


def floor_like(corners: NDArray[np.float32]) -> BoolArray:
    """(n,) bool: the (n, 3, 3) triangles that are flat enough to walk on, whichever side they face.

    Winding says nothing in files of unknown origin; the underside of a ceiling is no place that anybody
    reaches.
    """
    normal = _normals(corners.astype(np.float64))
    length = np.linalg.norm(normal, axis=1)
    flat: BoolArray = np.abs(normal[:, 1]) > np.maximum(length * math.cos(math.radians(SLOPE_MAX_DEG)), _TINY)
    return flat


def rasterise(triangles: NDArray[np.float32], grid: Grid) -> Spans:
    """The spans of (n, 3, 3) triangles over the grid. Raises TooManyCells."""
    # Axis, corner, triangle: what is computed with lies side by side in memory.
    corners = np.ascontiguousarray(triangles.transpose(2, 1, 0), dtype=np.float64)
    corners[0] = (corners[0] - grid.origin_x) / grid.cell_m
    corners[2] = (corners[2] - grid.origin_z) / grid.cell_m
    parts = [_clip(corners, *pairs, grid) for pairs in _pairs(corners, grid)]
    return Spans(
        *(
            np.concatenate([np.zeros(0, dtype), *(getattr(part, name) for part in parts)])
            for name, dtype in _SPAN_DTYPES.items()
        )
    )


def _pairs(corners: FloatArray, grid: Grid) -> Iterator[tuple[IntArray, IntArray, IntArray]]:
    """Chunks of triangle, row and column, each (n,): every triangle with every cell of its bounding
    rectangle."""
    first_column, last_column = _range(corners[0].min(axis=0), corners[0].max(axis=0), grid.columns)
    first_row, last_row = _range(corners[2].min(axis=0), corners[2].max(axis=0), grid.rows)
    width = np.maximum(last_column - first_column + 1, 0)
    pairs = width * np.maximum(last_row - first_row + 1, 0)
    ends = np.cumsum(pairs)
    total = int(ends[-1]) if len(ends) else 0
    if total > PAIRS_MAX:
        raise TooManyCells(f"{total} pairs of triangle and cell")
    for start in range(0, total, _CHUNK_PAIRS):
        number = np.arange(start, min(start + _CHUNK_PAIRS, total))
        triangle = np.searchsorted(ends, number, side="right")
        row, column = np.divmod(number - (ends[triangle] - pairs[triangle]), width[triangle])
        yield triangle, first_row[triangle] + row, first_column[triangle] + column


def _range(low: FloatArray, high: FloatArray, count: int) -> tuple[IntArray, IntArray]:
    """First and last cell of each interval, clipped to the grid; an interval that only touches a cell's
    start leaves it out."""
    first = np.floor(low)
    last = np.maximum(np.ceil(high) - 1, first)
    return np.maximum(first, 0).astype(np.int64), np.minimum(last, count - 1).astype(np.int64)


def _clip(corners: FloatArray, triangle: IntArray, row: IntArray, column: IntArray, grid: Grid) -> Spans:
    """Each triangle clipped to its cell, which is moved to the unit square; `corners` is (axis, corner,
    n)."""
    x, y, z = corners[:, :, triangle]
    x -= column
    z -= row
    low, high = np.full(len(row), np.inf), np.full(len(row), -np.inf)
    for a, b in _EDGES:
        start, end = _edge_within_cell(x[a], z[a], x[b], z[b])
        hits = start <= end
        rise = y[b] - y[a]
        for t in (start, end):
            _widen(low, high, y[a] + t * rise, hits)
    plane = _Plane(x, y, z)
    for corner_x, corner_z in _CORNERS:
        _widen(low, high, plane.height(corner_x, corner_z), plane.covers(corner_x, corner_z))
    kept = low <= high
    middle = np.minimum(np.maximum(plane.height(0.5, 0.5)[kept], low[kept]), high[kept])
    cell = (row * grid.columns + column)[kept]
    return Spans(cell, triangle[kept], low[kept], high[kept], middle, plane.covers(0.5, 0.5)[kept])


def _widen(low: FloatArray, high: FloatArray, height: FloatArray, where: BoolArray) -> None:
    np.minimum(low, height, out=low, where=where)
    np.maximum(high, height, out=high, where=where)


def _edge_within_cell(
    x0: FloatArray, z0: FloatArray, x1: FloatArray, z1: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """The part of each edge within the unit square as parameters start <= end (Liang and Barsky 1984), or
    start > end."""
    start = np.zeros(len(x0))
    end = np.ones(len(x0))
    for from_, to in ((x0, x1), (z0, z1)):
        step = to - from_
        step[np.abs(step) < _TINY] = _TINY  # parallel to the side: enters and leaves very far away
        a = -from_ / step
        b = (1.0 - from_) / step
        np.maximum(start, np.minimum(a, b), out=start)
        np.minimum(end, np.maximum(a, b), out=end)
    return start, end


class _Plane:
    """The planes of triangles given by their corners, each (3, n); vertical ones cover nothing."""

    def __init__(self, x: FloatArray, y: FloatArray, z: FloatArray) -> None:
        dx1, dx2 = x[1] - x[0], x[2] - x[0]
        dz1, dz2 = z[1] - z[0], z[2] - z[0]
        dy1, dy2 = y[1] - y[0], y[2] - y[0]
        area = dx1 * dz2 - dx2 * dz1
        self._is_flat = np.abs(area) > _TINY
        safe = np.where(self._is_flat, area, 1.0)
        self._slope_x = (dy1 * dz2 - dy2 * dz1) / safe
        self._slope_z = (dx1 * dy2 - dx2 * dy1) / safe
        self._level = y[0] - self._slope_x * x[0] - self._slope_z * z[0]
        # For each edge a, b, c with a x + b z + c >= 0 on the inner side.
        sign = np.sign(area)
        self._sides = []
        for i, j in _EDGES:
            along_z, along_x = (z[i] - z[j]) * sign, (x[j] - x[i]) * sign
            self._sides.append((along_z, along_x, -(along_z * x[i] + along_x * z[i])))

    def height(self, x: float, z: float) -> FloatArray:
        height: FloatArray = self._level + self._slope_x * x + self._slope_z * z
        return height

    def covers(self, x: float, z: float) -> BoolArray:
        inside: BoolArray = self._is_flat.copy()
        for a, b, c in self._sides:
            inside &= a * x + b * z + c >= -_ON_EDGE
        return inside


def _normals(corners: FloatArray) -> FloatArray:
    return np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
