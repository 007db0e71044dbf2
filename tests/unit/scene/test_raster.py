"""Triangles in columns, against clipping one polygon after the other (Sutherland and Hodgman 1974)."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from yuanzhan.scene import raster
from yuanzhan.scene.raster import Grid, Spans, TooManyCells, floor_like, rasterise

Point = tuple[float, float, float]
GRID = Grid(-1.0, -1.0, 0.5, 5, 7)
# Off the cell boundaries, where touching and crossing would be a matter of rounding.
coordinates = st.integers(-300, 500).map(lambda n: n / 100 + 0.0037)
points = st.tuples(coordinates, st.floats(-2, 2, width=32), coordinates)


def clipped(polygon: list[Point], axis: int, limit: float, keep_above: bool) -> list[Point]:
    """The part of a polygon on one side of a plane across `axis`."""
    sign = 1 if keep_above else -1
    result: list[Point] = []
    for p, q in zip(polygon, polygon[1:] + polygon[:1], strict=True):
        inside_p, inside_q = ((v[axis] - limit) * sign >= 0 for v in (p, q))
        if inside_p:
            result.append(p)
        if inside_p != inside_q:
            t = (limit - p[axis]) / (q[axis] - p[axis])
            result.append((p[0] + t * (q[0] - p[0]), p[1] + t * (q[1] - p[1]), p[2] + t * (q[2] - p[2])))
    return result


def oracle(triangle: list[Point], grid: Grid) -> dict[int, tuple[float, float]]:
    """Lowest and highest point of the triangle in each cell that it crosses."""
    found = {}
    for row in range(grid.rows):
        for column in range(grid.columns):
            x, z = grid.origin_x + column * grid.cell_m, grid.origin_z + row * grid.cell_m
            polygon = triangle
            for axis, low in ((0, x), (2, z)):
                polygon = clipped(polygon, axis, low, True)
                polygon = clipped(polygon, axis, low + grid.cell_m, False)
            if polygon:
                heights = [p[1] for p in polygon]
                found[row * grid.columns + column] = (min(heights), max(heights))
    return found


@given(st.lists(st.tuples(points, points, points), min_size=1, max_size=6))
def test_lowest_and_highest_points_in_each_cell_are_exact(triples: list[tuple[Point, Point, Point]]) -> None:
    corners = np.array(triples, dtype=np.float32)
    alone: list[tuple[int, float, float]] = []
    for triangle in corners:
        found = cells_of(rasterise(triangle[None], GRID))
        expected = oracle([(x, y, z) for x, y, z in triangle.astype(np.float64).tolist()], GRID)
        assert [cell for cell, _, _ in found] == sorted(expected)
        for cell, low, high in found:
            assert (low, high) == pytest.approx(expected[cell], abs=1e-6)
        alone += found
    assert cells_of(rasterise(corners, GRID)) == sorted(alone), "together as each alone"


def cells_of(spans: Spans) -> list[tuple[int, float, float]]:
    """Cell, lowest and highest point, in order."""
    return sorted(zip(spans.cell.tolist(), spans.low.tolist(), spans.high.tolist(), strict=True))


@given(st.tuples(points, points, points))
def test_the_height_in_the_middle_of_a_covered_cell_is_on_the_triangle(
    triple: tuple[Point, Point, Point],
) -> None:
    corners = np.array([triple], dtype=np.float32)
    spans = rasterise(corners, GRID)
    a, b, c = corners[0].astype(np.float64)
    normal = np.cross(b - a, c - a)
    for cell, middle in zip(spans.cell[spans.covers], spans.middle[spans.covers], strict=True):
        row, column = divmod(int(cell), GRID.columns)
        x, z = GRID.origin_x + (column + 0.5) * GRID.cell_m, GRID.origin_z + (row + 0.5) * GRID.cell_m
        expected = a[1] - (normal[0] * (x - a[0]) + normal[2] * (z - a[2])) / normal[1]
        assert middle == pytest.approx(expected, abs=1e-4 + 1e-6 * abs(np.linalg.norm(normal) / normal[1]))


def test_chunks_of_any_length_give_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    corners = np.random.default_rng(5).uniform(-2, 4, (40, 3, 3)).astype(np.float32)
    whole = rasterise(corners, GRID)
    monkeypatch.setattr(raster, "_CHUNK_PAIRS", 7)
    pieces = rasterise(corners, GRID)
    for name in ("cell", "triangle", "low", "high", "middle", "covers"):
        np.testing.assert_array_equal(getattr(whole, name), getattr(pieces, name))


def test_no_triangles_give_no_spans() -> None:
    assert len(rasterise(np.zeros((0, 3, 3), dtype=np.float32), GRID).cell) == 0


def test_a_wall_on_a_cell_boundary_stands_in_the_cell_beyond_it_only() -> None:
    wall = np.array([[[0, 0, -1], [0, 3, -1], [0, 3, 1]]], dtype=np.float32)
    assert set(rasterise(wall, GRID).cell % GRID.columns) == {2}


def test_more_pairs_than_a_hall_can_have_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(raster, "PAIRS_MAX", 10)
    large = np.array([[[-1, 0, -1], [2, 0, -1], [-1, 0, 1]]], dtype=np.float32)
    with pytest.raises(TooManyCells):
        rasterise(large, GRID)


@pytest.mark.parametrize(
    ("degrees", "is_floor"), [(0, True), (44, True), (45, True), (47, False), (90, False)]
)
def test_ground_up_to_45_degrees_is_floor_whichever_side_it_faces(degrees: float, is_floor: bool) -> None:
    rise = math.sin(math.radians(degrees))
    run = math.cos(math.radians(degrees))
    up = np.array([[[0, 0, 0], [0, 0, 1], [run, rise, 0]]], dtype=np.float32)
    assert floor_like(up).tolist() == [is_floor]
    assert floor_like(up[:, ::-1]).tolist() == [is_floor]


def test_a_triangle_without_area_is_no_floor() -> None:
    assert floor_like(np.zeros((1, 3, 3), dtype=np.float32)).tolist() == [False]
