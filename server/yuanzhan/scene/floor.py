"""Where visitors can stand: one height for each cell of a grid, or none; and its file, floor.bin.

`heights` is (rows, columns) float32 in metres, NaN where nobody can stand; row = z, column = x. Cell (row,
column) covers x from `origin_x + column * cell_m`, z from `origin_z + row * cell_m`. Two cells side by side
that both have a height differ by at most `STEP_M` (or 45 degrees, where cells are wider than that). `bare`
are the same without the hall's own booths, where that makes a difference (scene/bare.py).
"""

from __future__ import annotations

import math
import struct
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from yuanzhan.errors.starting import SceneInvalid

Heights = NDArray[np.float32]

# Grows when the same geometry gives another floor: cached floors are then computed anew.
FLOOR_VERSION: Final = 2

CELL_M: Final = 0.2
STEP_M: Final = 0.4

_HEADER: Final = struct.Struct("<4sHHfff")
_MAGIC: Final = b"YZF1"
_NOWHERE: Final = -32_768
# Of the second layer: as in the first.
_THE_SAME: Final = 32_767
# The file's heights are i16 centimetres.
HEIGHT_MAX_M: Final = 327.0
# Bounds what a damaged floor.bin may ask for; 240 x 240 m at 0.2 m.
CELLS_MAX: Final = 1_440_000


@dataclass(frozen=True, eq=False)
class Floor:
    """The walkable surface of a hall."""

    heights: Heights = field(repr=False)
    cell_m: float
    origin_x: float
    origin_z: float
    bare: Heights | None = field(default=None, repr=False)

    def __post_init__(self) -> None:
        if self.heights.ndim != 2 or self.heights.dtype != np.float32:
            raise ValueError("heights must be (rows, columns) float32")
        if self.bare is not None and (self.bare.shape != self.heights.shape or self.bare.dtype != np.float32):
            raise ValueError("bare must be as heights are")

    @property
    def rows(self) -> int:
        return int(self.heights.shape[0])

    @property
    def columns(self) -> int:
        return int(self.heights.shape[1])

    @cached_property
    def walkable(self) -> NDArray[np.bool_]:
        """(rows, columns) bool."""
        return np.isfinite(self.heights)

    @property
    def area_m2(self) -> float:
        """Walkable area, seen from above."""
        return float(self.walkable.sum()) * self.cell_m**2

    @property
    def lowest_m(self) -> float:
        """Height of the lowest place; 0 for an empty floor."""
        return float(np.nanmin(self.heights)) if self.walkable.any() else 0.0

    def cell_of(self, x: float, z: float) -> tuple[int, int] | None:
        """(row, column) of the cell around x, z; None outside the grid."""
        row = math.floor((z - self.origin_z) / self.cell_m)
        column = math.floor((x - self.origin_x) / self.cell_m)
        return (row, column) if 0 <= row < self.rows and 0 <= column < self.columns else None

    def middle_of(self, row: int, column: int) -> tuple[float, float]:
        """x, z of the middle of a cell."""
        return self.origin_x + (column + 0.5) * self.cell_m, self.origin_z + (row + 0.5) * self.cell_m

    def height_at(self, x: float, z: float) -> float | None:
        """The height of the cell around x, z; None where nobody can stand."""
        cell = self.cell_of(x, z)
        if cell is None or not self.walkable[cell]:
            return None
        return float(self.heights[cell])

    def nearest_walkable(self, x: float, z: float) -> tuple[float, float, float] | None:
        """The nearest place to stand: x, y, z itself where the floor is walkable, else the middle of the
        nearest cell.

        None when the floor is empty.
        """
        here = self.height_at(x, z)
        if here is not None:
            return x, here, z
        rows, columns = self._walkable_cells
        if not len(rows):
            return None
        xs = self.origin_x + (columns + 0.5) * self.cell_m
        zs = self.origin_z + (rows + 0.5) * self.cell_m
        nearest = int(np.argmin((xs - x) ** 2 + (zs - z) ** 2))
        return float(xs[nearest]), float(self.heights[rows[nearest], columns[nearest]]), float(zs[nearest])

    @cached_property
    def _walkable_cells(self) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        rows, columns = np.nonzero(self.walkable)
        return rows, columns

    def to_bytes(self) -> bytes:
        """The content of floor.bin. Heights are rounded to centimetres."""
        header = _HEADER.pack(_MAGIC, self.columns, self.rows, self.cell_m, self.origin_x, self.origin_z)
        centimetres = _centimetres(self.heights)
        if self.bare is None:
            return header + centimetres.tobytes()
        bare = _centimetres(self.bare)
        return (
            header
            + centimetres.tobytes()
            + np.where(bare == centimetres, _THE_SAME, bare).astype("<i2").tobytes()
        )

    @classmethod
    def from_bytes(cls, data: bytes, name: str = "floor.bin") -> Floor:
        """The floor in `data`. Raises SceneInvalid."""
        if len(data) < _HEADER.size or data[:4] != _MAGIC:
            raise SceneInvalid(file=name, detail="not a floor (YZF1)")
        _, columns, rows, cell_m, origin_x, origin_z = _HEADER.unpack_from(data)
        layer_bytes = rows * columns * 2
        layers_count, rest = divmod(len(data) - _HEADER.size, max(layer_bytes, 1))
        if not 0 < rows * columns <= CELLS_MAX or rest or layers_count not in (1, 2):
            raise SceneInvalid(file=name, detail=f"{len(data)} bytes are not {columns} x {rows} cells")
        if not (math.isfinite(cell_m + origin_x + origin_z) and cell_m > 0):
            raise SceneInvalid(file=name, detail="its grid is not finite")
        layers = np.frombuffer(data, dtype="<i2", offset=_HEADER.size).reshape(layers_count, rows, columns)
        bare = None
        if layers_count == 2:
            bare = _metres(np.where(layers[1] == _THE_SAME, layers[0], layers[1]))
        return cls(_metres(layers[0]), float(cell_m), float(origin_x), float(origin_z), bare)


def _centimetres(heights: Heights) -> NDArray[np.int16]:
    centimetres = np.full(heights.shape, _NOWHERE, dtype="<i2")
    walkable = np.isfinite(heights)
    centimetres[walkable] = np.rint(heights[walkable] * 100)
    return centimetres


def _metres(centimetres: NDArray[np.int16]) -> Heights:
    heights: Heights = centimetres.astype(np.float32) / np.float32(100)
    heights[centimetres == _NOWHERE] = np.nan
    return heights


def read_floor(path: Path) -> Floor:
    """The floor.bin at `path`. Raises SceneInvalid."""
    try:
        return Floor.from_bytes(path.read_bytes(), path.name)
    except OSError as error:
        raise SceneInvalid(file=path.name, detail=f"cannot be read: {error.strerror}") from None
