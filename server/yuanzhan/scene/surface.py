"""The walkable surface of a hall, from its triangles.

1. Triangles become spans in the columns of a grid (`raster`).
2. A place to stand is where a flat enough triangle has nothing solid between step height and head height
   above it, and nothing else flat within a step above it.
3. From the spawn points, the floor spreads from cell to cell in steps of at most `STEP_M`; what is reached
   first in a cell is its floor, so there is one layer. Without spawn points the largest connected surface
   counts.
4. Cells nearer than `KEEP_AWAY_M` to where nobody can stand fall away, and what is then cut off from the
   spawn points.

A model with nothing to stand on (a vase) gets a plane around its foot.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage, sparse

from yuanzhan.scene.extras import read_places
from yuanzhan.scene.floor import CELL_M, CELLS_MAX, HEIGHT_MAX_M, STEP_M, Floor
from yuanzhan.scene.manifest import Vector
from yuanzhan.scene.nodes import placed_nodes
from yuanzhan.scene.raster import Grid, IntArray, Spans, TooManyCells, floor_like, rasterise
from yuanzhan.scene.reader import Gltf
from yuanzhan.scene.triangles import Triangles, collider_triangles, placed_triangles

HEAD_ROOM_M: Final = 1.7
KEEP_AWAY_M: Final = 0.25

# How far from the spawn points the floor is looked for: a backdrop of hills is not searched.
REACH_M: Final = 100.0
# A spawn point may float or sink this much, and stand this far from the floor.
SPAWN_HEIGHT_M: Final = 1.0
SPAWN_ASIDE_M: Final = 2.0
# A model without spawn points may be of any size (or in other units): beyond 120 x 120 m its cells grow
# instead.
UNKNOWN_CELLS_MAX: Final = 360_000
# Less than this is not a hall's floor but the top of an exhibit.
LEAST_AREA_M2: Final = 6.0
# How far the plane around a model without a floor reaches.
PLINTH_M: Final = 4.0

_CENTIMETRE: Final = 0.01
_SIDES: Final = ((0, 1), (1, 0), (0, -1), (-1, 0))


def find_floor(hall: Gltf, booths: Mapping[str, Gltf] | None = None) -> Floor:
    """The floor of `hall`, with `booths` (slot id to glTF) standing in their slots. Raises SceneInvalid."""
    nodes = placed_nodes(hall)
    places = read_places(hall, nodes)
    parts = [placed_triangles(hall, nodes), collider_triangles(places.colliders)]
    slots = {slot.id: slot for slot in places.slots}
    for slot_id, booth in (booths or {}).items():
        if slot_id in slots:
            parts.append(placed_triangles(booth, placed_nodes(booth)).moved(slots[slot_id].matrix))
    try:
        return floor_of(Triangles.joined(parts), [spawn.position for spawn in places.spawns])
    except TooManyCells:
        raise hall.invalid("is too large and too dense for a floor to be found") from None


def floor_of(triangles: Triangles, spawns: Sequence[Vector]) -> Floor:
    """The floor among `triangles` that is reached from `spawns`. Raises TooManyCells.

    Spawn points that stand in a wall, or nowhere, do not count.
    """
    floor = _search(triangles, spawns)
    if floor.area_m2 < LEAST_AREA_M2 and spawns:
        floor = _search(triangles, ())
    if floor.area_m2 < LEAST_AREA_M2:
        floor = _search(Triangles.joined([triangles, _plinth(triangles)]), ())
    return floor


def _search(triangles: Triangles, spawns: Sequence[Vector]) -> Floor:
    grid = _grid(triangles, spawns)
    stands = _stands(rasterise(triangles.corners, grid), triangles, grid)
    seeds = _spawn_seeds(stands, spawns) or _largest_region_seed(stands)
    heights = _spread(stands, seeds)
    kept = _away_from_edges(heights, stands)
    kept = _connected_to(kept, seeds, stands)
    return _cropped(np.where(kept, heights, np.nan), grid)


def _grid(triangles: Triangles, spawns: Sequence[Vector]) -> Grid:
    """Around everything that can carry a visitor, within reach of the spawn points; coarser where that is
    very large."""
    flat = triangles.corners[floor_like(triangles.corners) & triangles.walkable]
    if not len(flat):
        return Grid(0.0, 0.0, CELL_M, 1, 1)
    low, high = flat.min(axis=(0, 1)).astype(np.float64), flat.max(axis=(0, 1)).astype(np.float64)
    if spawns:
        points = np.array(spawns)
        low = np.maximum(low, points.min(axis=0) - REACH_M)
        high = np.minimum(high, points.max(axis=0) + REACH_M)
    width, depth = max(float(high[0] - low[0]), 0.0), max(float(high[2] - low[2]), 0.0)
    cell_m = CELL_M
    most_cells = CELLS_MAX if spawns else UNKNOWN_CELLS_MAX
    while (width / cell_m + 3) * (depth / cell_m + 3) > most_cells:
        cell_m *= 1.25
    # A margin, so that the surface's own edge is seen as an edge.
    origin_x = math.floor(low[0] / cell_m) * cell_m - cell_m
    origin_z = math.floor(low[2] / cell_m) * cell_m - cell_m
    rows = math.ceil((high[2] - origin_z) / cell_m) + 1 if depth else 3
    columns = math.ceil((high[0] - origin_x) / cell_m) + 1 if width else 3
    return Grid(float(origin_x), float(origin_z), cell_m, max(rows, 1), max(columns, 1))


@dataclass(frozen=True, eq=False)
class _Stands:
    """Places to stand, sorted by cell and height: `cell` and `height` are (n,); those of cell c are
    first[c] to first[c + 1]."""

    grid: Grid
    cell: IntArray = field(repr=False)
    height: NDArray[np.float64] = field(repr=False)
    first: IntArray = field(repr=False)

    @cached_property
    def most_layers(self) -> int:
        return int(np.diff(self.first).max(initial=0))

    @property
    def step_m(self) -> float:
        """What one may climb from a cell to the next: a step, or 45 degrees where cells are coarse."""
        return max(STEP_M, self.grid.cell_m)

    def beside(
        self, stands: IntArray, row_step: int, column_step: int
    ) -> Iterator[tuple[IntArray, IntArray]]:
        """Pairs (from, to) of stands in neighbouring cells within a step's height, one yield for each
        layer."""
        row, column = np.divmod(self.cell[stands], self.grid.columns)
        row, column = row + row_step, column + column_step
        inside = (row >= 0) & (row < self.grid.rows) & (column >= 0) & (column < self.grid.columns)
        from_ = stands[inside]
        cell = row[inside] * self.grid.columns + column[inside]
        start, end = self.first[cell], self.first[cell + 1]
        for layer in range(self.most_layers):
            there = start + layer
            exists = there < end
            near = np.zeros(len(there), dtype=np.bool_)
            near[exists] = (
                np.abs(self.height[there[exists]] - self.height[from_[exists]])
                <= self.step_m + _CENTIMETRE / 2
            )
            yield from_[near], there[near]


def _stands(spans: Spans, triangles: Triangles, grid: Grid) -> _Stands:
    """Where a floor-like triangle has head room.

    Of what lies within a step above each other only the uppermost counts, walkable or not: one stands on
    the carpet, not on the boards beneath it or on the underside of the slab.
    """
    base = float(spans.low.min(initial=0.0))
    # One number for cell and height together, so that all cells are searched at once.
    storey = float(spans.high.max(initial=0.0)) - base + 10.0
    cell, height, walkable = _candidates(spans, triangles)
    key = cell * storey + (height - base)
    is_lower = np.zeros(len(key), dtype=np.bool_)
    is_lower[:-1] = key[1:] - key[:-1] <= STEP_M  # the next cell's key is at least 10 m away
    solid = triangles.solid[spans.triangle]
    kept = ~is_lower & walkable & ~_blocked(spans, solid, key, storey, base)
    first = np.searchsorted(cell[kept], np.arange(grid.count + 1))
    return _Stands(grid, cell[kept], height[kept], first.astype(np.int64))


def _candidates(
    spans: Spans, triangles: Triangles
) -> tuple[IntArray, NDArray[np.float64], NDArray[np.bool_]]:
    """Cell, height (to the centimetre) and whether walkable, of floor-like spans, sorted and each once.

    What only reaches into a cell beside its middle counts where nothing covers the middle at about that
    height (the gap between two boards).
    """
    is_floor = floor_like(triangles.corners)[spans.triangle]
    walkable = triangles.walkable[spans.triangle]
    covering = is_floor & spans.covers
    partial = is_floor & walkable & ~spans.covers
    cell, height, on = _unique(spans.cell[covering], spans.middle[covering], walkable[covering])
    more_cell, more_height, more_on = _unique(spans.cell[partial], spans.middle[partial], walkable[partial])
    storey = 4 * 10_000.0  # more than any two heights are apart
    key, more_key = cell * storey + height, more_cell * storey + more_height
    at = np.searchsorted(key, more_key - STEP_M)
    is_near = np.zeros(len(more_key), dtype=np.bool_)
    exists = at < len(key)
    is_near[exists] = key[at[exists]] <= more_key[exists] + STEP_M
    return _unique(
        np.concatenate([cell, more_cell[~is_near]]),
        np.concatenate([height, more_height[~is_near]]),
        np.concatenate([on, more_on[~is_near]]),
    )


def _unique(
    cell: IntArray, height: NDArray[np.float64], walkable: NDArray[np.bool_]
) -> tuple[IntArray, NDArray[np.float64], NDArray[np.bool_]]:
    """Sorted by cell and height, each once; what is not to be walked on wins over what is at its height."""
    centimetres = np.rint(height / _CENTIMETRE).astype(np.int64)
    order = np.lexsort((walkable, centimetres, cell))
    cell, centimetres, walkable = cell[order], centimetres[order], walkable[order]
    is_new = np.ones(len(cell), dtype=np.bool_)
    is_new[1:] = (cell[1:] != cell[:-1]) | (centimetres[1:] != centimetres[:-1])
    return cell[is_new], centimetres[is_new].astype(np.float64) * _CENTIMETRE, walkable[is_new]


def _blocked(
    spans: Spans, solid: NDArray[np.bool_], key: NDArray[np.float64], storey: float, base: float
) -> NDArray[np.bool_]:
    """(n,) bool: whether something solid is between step and head height above the places with these keys."""
    low_key = (spans.cell * storey + (spans.low - base))[solid]
    order = np.argsort(low_key)
    low_key = low_key[order]
    top_key = np.maximum.accumulate((spans.cell * storey + (spans.high - base))[solid][order])
    # Overlapping spans merged: a new one starts where it begins above all before it.
    starts = np.ones(len(low_key), dtype=np.bool_)
    starts[1:] = low_key[1:] > top_key[:-1]
    ends = np.ones(len(low_key), dtype=np.bool_)
    ends[:-1] = starts[1:]
    low_key, top_key = low_key[starts], top_key[ends]
    above = np.searchsorted(top_key, key + STEP_M + _CENTIMETRE, side="right")
    exists = above < len(low_key)
    blocked = np.zeros(len(key), dtype=np.bool_)
    blocked[exists] = low_key[above[exists]] < key[exists] + HEAD_ROOM_M - _CENTIMETRE
    return blocked


def _spawn_seeds(stands: _Stands, spawns: Sequence[Vector]) -> list[int]:
    """The stand nearest to each spawn point that has one."""
    found = []
    row, column = np.divmod(stands.cell, stands.grid.columns)
    x = stands.grid.origin_x + (column + 0.5) * stands.grid.cell_m
    z = stands.grid.origin_z + (row + 0.5) * stands.grid.cell_m
    for spawn in spawns:
        aside = np.hypot(x - spawn[0], z - spawn[2])
        height = np.abs(stands.height - spawn[1])
        far = (aside > SPAWN_ASIDE_M) | (height > SPAWN_HEIGHT_M)
        if not far.all():
            found.append(int(np.argmin(np.where(far, np.inf, aside + height))))
    return found


def _largest_region_seed(stands: _Stands) -> list[int]:
    """A stand in the middle of the largest connected surface: of those at least half as large as the
    largest, the lowest.

    A room's roof is as large as its floor, and is not meant.
    """
    count = len(stands.cell)
    if not count:
        return []
    everyone = np.arange(count)
    pairs = [pair for side in _SIDES[:2] for pair in stands.beside(everyone, *side)]
    from_ = np.concatenate([pair[0] for pair in pairs])
    to = np.concatenate([pair[1] for pair in pairs])
    graph = sparse.coo_matrix((np.ones(len(from_), dtype=np.bool_), (from_, to)), shape=(count, count))
    _, region = sparse.csgraph.connected_components(graph, directed=False)
    size = np.bincount(region)
    mean_height = np.bincount(region, weights=stands.height) / size
    chosen = int(np.argmin(np.where(size * 2 >= size.max(), mean_height, np.inf)))
    members = np.nonzero(region == chosen)[0]
    row, column = np.divmod(stands.cell[members], stands.grid.columns)
    return [int(members[np.argmin((row - row.mean()) ** 2 + (column - column.mean()) ** 2)])]


def _spread(stands: _Stands, seeds: Sequence[int]) -> NDArray[np.float64]:
    """(rows, columns) heights reached from the seeds, NaN elsewhere. The first stand reached in a cell is
    its floor."""
    heights = np.full(stands.grid.count, np.nan)
    front = np.unique(np.array(seeds, dtype=np.int64))
    front = front[np.unique(stands.cell[front], return_index=True)[1]]
    heights[stands.cell[front]] = stands.height[front]
    while len(front):
        reached = []
        for side in _SIDES:
            for _, to in stands.beside(front, *side):
                new = to[np.isnan(heights[stands.cell[to]])]
                new = new[np.unique(stands.cell[new], return_index=True)[1]]
                heights[stands.cell[new]] = stands.height[new]
                reached.append(new)
        front = np.concatenate(reached) if reached else front[:0]
    return heights.reshape(stands.grid.rows, stands.grid.columns)


def _away_from_edges(heights: NDArray[np.float64], stands: _Stands) -> NDArray[np.bool_]:
    """Cells that keep `KEEP_AWAY_M` from walls, drops and the end of the floor."""
    walkable = np.isfinite(heights)
    for axis in (0, 1):
        with np.errstate(invalid="ignore"):
            is_drop = np.abs(np.diff(heights, axis=axis)) > stands.step_m + _CENTIMETRE
        before = [slice(None), slice(None)]
        after = [slice(None), slice(None)]
        before[axis], after[axis] = slice(None, -1), slice(1, None)
        walkable[tuple(before)] &= ~is_drop
        walkable[tuple(after)] &= ~is_drop
    distance = ndimage.distance_transform_edt(np.pad(walkable, 1))[1:-1, 1:-1] * stands.grid.cell_m
    # A blocked cell may be solid up to the side that faces us: half a cell nearer than its middle.
    kept: NDArray[np.bool_] = distance - stands.grid.cell_m / 2 >= KEEP_AWAY_M
    return kept


def _connected_to(kept: NDArray[np.bool_], seeds: Sequence[int], stands: _Stands) -> NDArray[np.bool_]:
    """The parts of `kept` that lie nearest to the seeds, within `SPAWN_ASIDE_M`; the largest part when none
    does."""
    labels, count = ndimage.label(kept)
    if not count:
        return kept
    row, column = np.nonzero(kept)
    chosen: set[int] = set()
    for seed in seeds:
        seed_row, seed_column = divmod(int(stands.cell[seed]), stands.grid.columns)
        aside = np.hypot(row - seed_row, column - seed_column) * stands.grid.cell_m
        nearest = int(np.argmin(aside))
        if aside[nearest] <= SPAWN_ASIDE_M:
            chosen.add(int(labels[row[nearest], column[nearest]]))
    if not chosen:
        chosen = {int(np.bincount(labels.ravel())[1:].argmax()) + 1}
    return np.isin(labels, list(chosen))


def _cropped(heights: NDArray[np.float64], grid: Grid) -> Floor:
    """The grid without its empty borders; one cell that nobody can stand in when the floor is empty."""
    heights = np.where(np.abs(heights) <= HEIGHT_MAX_M, heights, np.nan)
    row, column = np.nonzero(np.isfinite(heights))
    if not len(row):
        return Floor(np.full((1, 1), np.nan, dtype=np.float32), grid.cell_m, grid.origin_x, grid.origin_z)
    top, left = int(row.min()), int(column.min())
    cropped = heights[top : int(row.max()) + 1, left : int(column.max()) + 1].astype(np.float32)
    return Floor(cropped, grid.cell_m, grid.origin_x + left * grid.cell_m, grid.origin_z + top * grid.cell_m)


def _plinth(triangles: Triangles) -> Triangles:
    """A plane at the foot of everything, `PLINTH_M` wider on each side."""
    low, high = np.zeros(3), np.zeros(3)
    if len(triangles):
        low, high = triangles.corners.min(axis=(0, 1)), triangles.corners.max(axis=(0, 1))
    (x0, y, z0), (x1, _, z1) = (low - PLINTH_M).tolist(), (high + PLINTH_M).tolist()
    y += PLINTH_M
    plane = [[[x0, y, z0], [x0, y, z1], [x1, y, z1]], [[x0, y, z0], [x1, y, z1], [x1, y, z0]]]
    return Triangles.of(np.array(plane, dtype=np.float32))
