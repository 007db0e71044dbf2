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

from yuanzhan.scene.triangles import Triangles

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]
IntArray = NDArray[np.int64]

# The steepest ground that visitors walk on; a little more than 45 degrees, for what is modelled as exactly
# that.
SLOPE_MAX_DEG: Final = 46.0

# Pairs of triangle and cell worked on at once (about 30 arrays of this length), and at most in a hall: the
# trial halls have about two million.
_CHUNK_PAIRS: Final = 250_000
PAIRS_MAX: Final = 60_000_000

_CORNERS: Final = ((0.0, 0.0), (1.0, 0.0), (0.0, 1.0), (1.0, 1.0))
_TINY: Final = 1e-12


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
    """One entry for each triangle in each cell, all (n,): `low` and `high` are its lowest and highest point
    there.

    `middle` is its height at the cell's middle (the nearest point of it, where the middle is beside it),
    `is_floor` is True where one can stand on it, and `covers` where the cell's middle is really on it.
    """

    cell: IntArray = field(repr=False)
    low: FloatArray = field(repr=False)
    high: FloatArray = field(repr=False)
    middle: FloatArray = field(repr=False)
    is_floor: BoolArray = field(repr=False)
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


def rasterise(triangles: Triangles, grid: Grid) -> Spans:
    """The spans of all triangles over the grid. Raises TooManyCells."""
    is_floor = floor_like(triangles.corners) & triangles.walkable
    parts = [_clip(*chunk, grid) for chunk in _chunks(triangles.corners, is_floor, grid)]
    if not parts:
        empty, nothing = np.zeros(0), np.zeros(0, dtype=np.bool_)
        return Spans(np.zeros(0, dtype=np.int64), empty, empty, empty, nothing, nothing)
    return Spans(*(np.concatenate([getattr(p, name) for p in parts]) for name in Spans.__dataclass_fields__))


def _chunks(
    corners: NDArray[np.float32], is_floor: BoolArray, grid: Grid
) -> Iterator[tuple[FloatArray, BoolArray, IntArray, IntArray]]:
    """Pairs: (n, 3, 3) corners in cells (x and z) and metres (y), is_floor, row and column, each (n,)."""
    scaled = corners.astype(np.float64)
    scaled[:, :, 0] = (scaled[:, :, 0] - grid.origin_x) / grid.cell_m
    scaled[:, :, 2] = (scaled[:, :, 2] - grid.origin_z) / grid.cell_m
    low, high = scaled.min(axis=1), scaled.max(axis=1)
    first_column, last_column = _range(low[:, 0], high[:, 0], grid.columns)
    first_row, last_row = _range(low[:, 2], high[:, 2], grid.rows)
    width = np.maximum(last_column - first_column + 1, 0)
    pairs = width * np.maximum(last_row - first_row + 1, 0)
    ends = np.cumsum(pairs)
    if len(ends) and int(ends[-1]) > PAIRS_MAX:
        raise TooManyCells(f"{int(ends[-1])} pairs of triangle and cell")
    at = 0
    while at < (int(ends[-1]) if len(ends) else 0):
        until = min(at + _CHUNK_PAIRS, int(ends[-1]))
        number = np.arange(at, until)
        triangle = np.searchsorted(ends, number, side="right")
        within = number - (ends[triangle] - pairs[triangle])
        row = first_row[triangle] + within // width[triangle]
        column = first_column[triangle] + within % width[triangle]
        yield scaled[triangle], is_floor[triangle], row, column
        at = until


def _range(low: FloatArray, high: FloatArray, count: int) -> tuple[IntArray, IntArray]:
    """First and last cell of each interval, clipped to the grid; an interval that only touches a cell's
    start leaves it out."""
    first = np.floor(low)
    last = np.maximum(np.ceil(high) - 1, first)
    return np.maximum(first, 0).astype(np.int64), np.minimum(last, count - 1).astype(np.int64)


def _clip(corners: FloatArray, is_floor: BoolArray, row: IntArray, column: IntArray, grid: Grid) -> Spans:
    """Each triangle clipped to its cell, which is moved to the unit square."""
    x = corners[:, :, 0] - column[:, None]
    z = corners[:, :, 2] - row[:, None]
    y = corners[:, :, 1]
    low = np.full(len(x), np.inf)
    high = np.full(len(x), -np.inf)
    for a, b in ((0, 1), (1, 2), (2, 0)):
        start, end = _edge_within_cell(x[:, a], z[:, a], x[:, b], z[:, b])
        rise = y[:, b] - y[:, a]
        hits = start <= end
        for t in (start, end):
            height = y[:, a] + t * rise
            np.minimum(low, height, out=low, where=hits)
            np.maximum(high, height, out=high, where=hits)
    plane = _Plane(x, y, z)
    for corner_x, corner_z in _CORNERS:
        inside = plane.covers(corner_x, corner_z)
        height = plane.height(corner_x, corner_z)
        np.minimum(low, height, out=low, where=inside)
        np.maximum(high, height, out=high, where=inside)
    kept = low <= high
    covers = plane.covers(0.5, 0.5)
    middle = np.clip(plane.height(0.5, 0.5), low, high, where=kept, out=np.zeros(len(x)))
    return Spans(
        (row * grid.columns + column)[kept], low[kept], high[kept], middle[kept], is_floor[kept], covers[kept]
    )


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
    """The planes of triangles given by their corners, each (n, 3); vertical ones cover nothing."""

    def __init__(self, x: FloatArray, y: FloatArray, z: FloatArray) -> None:
        self._x, self._z = x, z
        dx1, dx2 = x[:, 1] - x[:, 0], x[:, 2] - x[:, 0]
        dz1, dz2 = z[:, 1] - z[:, 0], z[:, 2] - z[:, 0]
        dy1, dy2 = y[:, 1] - y[:, 0], y[:, 2] - y[:, 0]
        area = dx1 * dz2 - dx2 * dz1
        self._is_flat = np.abs(area) > _TINY
        self._sign = np.sign(area)
        safe = np.where(self._is_flat, area, 1.0)
        self._slope_x = (dy1 * dz2 - dy2 * dz1) / safe
        self._slope_z = (dx1 * dy2 - dx2 * dy1) / safe
        self._level = y[:, 0] - self._slope_x * x[:, 0] - self._slope_z * z[:, 0]

    def height(self, x: float, z: float) -> FloatArray:
        return self._level + self._slope_x * x + self._slope_z * z

    def covers(self, x: float, z: float) -> BoolArray:
        inside = self._is_flat.copy()
        for a, b in ((0, 1), (1, 2), (2, 0)):
            xa, za = self._x[:, a], self._z[:, a]
            side = (self._x[:, b] - xa) * (z - za) - (self._z[:, b] - za) * (x - xa)
            inside &= side * self._sign >= -1e-9
        return inside


def _normals(corners: FloatArray) -> FloatArray:
    return np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
