"""The floor as bots see it: floor.bin of docs/authoring.md, and the way to each exhibit as a flow field."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

_HEADER: Final = struct.Struct("<4sHHfff")
_MAGIC: Final = b"YZF1"
_NOWHERE: Final = -32_768
_STEPS: Final = ((-1, 0), (1, 0), (0, -1), (0, 1), (-1, -1), (-1, 1), (1, -1), (1, 1))


@dataclass(frozen=True, eq=False)
class Ground:
    """`heights` is (rows, columns) float32 in metres, NaN where nobody can stand; row along z, column
    along x.
    """

    heights: NDArray[np.float32]
    cell_m: float
    origin_x: float
    origin_z: float

    @cached_property
    def walkable(self) -> NDArray[np.bool_]:
        """(rows, columns): cells to walk on, and not at the very edge where there is a choice."""
        standing = np.isfinite(self.heights)
        padded = np.pad(standing, 1)
        inner = standing.copy()
        for row, column in _STEPS:
            inner &= padded[1 + row : padded.shape[0] - 1 + row, 1 + column : padded.shape[1] - 1 + column]
        return inner if inner.any() else standing

    def cells_at(
        self, x: NDArray[np.float64], z: NDArray[np.float64]
    ) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """(n,) places -> (n,) rows and columns, clipped to the grid."""
        rows, columns = self.heights.shape
        row = np.floor((z - self.origin_z) / self.cell_m).astype(np.int64)
        column = np.floor((x - self.origin_x) / self.cell_m).astype(np.int64)
        return np.clip(row, 0, rows - 1), np.clip(column, 0, columns - 1)

    def is_walkable(self, x: NDArray[np.float64], z: NDArray[np.float64]) -> NDArray[np.bool_]:
        """(n,) places -> whether one can walk there."""
        return self.walkable[self.cells_at(x, z)]

    def heights_at(self, x: NDArray[np.float64], z: NDArray[np.float64]) -> NDArray[np.float64]:
        """(n,) places -> (n,) heights in metres, the lowest floor's where there is none."""
        found = self.heights[self.cells_at(x, z)].astype(np.float64)
        return np.where(np.isnan(found), np.nanmin(self.heights), found)

    def nearest(self, x: float, z: float) -> tuple[float, float]:
        """The middle of the walkable cell nearest to a place."""
        rows, columns = np.nonzero(self.walkable)
        centre_x = self.origin_x + (columns + 0.5) * self.cell_m
        centre_z = self.origin_z + (rows + 0.5) * self.cell_m
        best = int(np.argmin((centre_x - x) ** 2 + (centre_z - z) ** 2))
        return float(centre_x[best]), float(centre_z[best])

    @cached_property
    def _steps(self) -> csr_array:
        """Steps between cells, (cells, cells) in metres: from any cell to its walkable neighbours."""
        rows, columns = self.heights.shape
        number = np.arange(rows * columns).reshape(rows, columns)
        padded_number, padded_walkable = np.pad(number, 1), np.pad(self.walkable, 1)
        origins, targets, lengths = [], [], []
        for row, column in _STEPS:
            there = slice(1 + row, 1 + row + rows), slice(1 + column, 1 + column + columns)
            allowed = padded_walkable[there]
            origins.append(number[allowed])
            targets.append(padded_number[there][allowed])
            lengths.append(np.full(len(origins[-1]), self.cell_m * np.hypot(row, column)))
        cells = rows * columns
        steps = (np.concatenate(lengths), (np.concatenate(origins), np.concatenate(targets)))
        return csr_array(steps, shape=(cells, cells))

    def distances_to(self, x: float, z: float) -> NDArray[np.float32]:
        """(rows, columns) float32: metres to walk from each cell to a walkable place, infinite where
        there is no way. A diagonal step counts as long as it is.
        """
        rows, columns = self.heights.shape
        (row,), (column,) = self.cells_at(np.array([x]), np.array([z]))
        distance = dijkstra(self._steps, indices=int(row) * columns + int(column))
        reached: NDArray[np.float32] = distance.reshape(rows, columns).astype(np.float32)
        return reached

    def flow_to(self, x: float, z: float) -> NDArray[np.float32]:
        """(rows, columns, 3) float32: unit direction along x and z towards a place, and metres to go."""
        distance = self.distances_to(x, z)
        rows, columns = distance.shape
        padded = np.pad(distance, 1, constant_values=np.inf)
        gradient = np.zeros((rows, columns, 2), np.float32)
        for row, column in _STEPS:
            there = padded[1 + row : 1 + row + rows, 1 + column : 1 + column + columns]
            known = np.isfinite(there) & np.isfinite(distance)
            fall = np.subtract(distance, there, out=np.zeros_like(distance), where=known)
            # From where nobody can stand, any way back to the floor will do.
            fall[np.isfinite(there) & ~np.isfinite(distance)] = 1.0
            gradient += (
                fall[..., None] * np.array((column, row), np.float32) / np.float32(np.hypot(row, column) ** 2)
            )
        length = np.hypot(gradient[..., 0], gradient[..., 1])[..., None]
        direction = np.divide(gradient, length, out=np.zeros_like(gradient), where=length > 1e-6)
        return np.concatenate((direction, distance[..., None]), axis=2)


def read_ground(data: bytes) -> Ground:
    """floor.bin, with the booths that the hall came with. Raises ValueError for what is none."""
    if len(data) < _HEADER.size or data[:4] != _MAGIC:
        raise ValueError("not a floor.bin")
    _, columns, rows, cell_m, origin_x, origin_z = _HEADER.unpack_from(data)
    layer_bytes = 2 * rows * columns
    if not layer_bytes or len(data) - _HEADER.size not in (layer_bytes, 2 * layer_bytes):
        raise ValueError("a floor.bin of the wrong size")
    centimetres = np.frombuffer(data, "<i2", rows * columns, _HEADER.size).reshape(rows, columns)
    heights = np.where(centimetres == _NOWHERE, np.nan, centimetres / 100.0).astype(np.float32)
    if not np.isfinite(heights).any():
        raise ValueError("a floor.bin with nowhere to stand")
    return Ground(heights, cell_m, origin_x, origin_z)
