"""Cells and what lies around them, against the obvious double loop."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from yuanzhan.hall.grid import CELLS_MAX_COUNT, Grid, Span

sizes = st.integers(1, 9)


def expand(spans: list[Span]) -> list[int]:
    return [cell for first, end in spans for cell in range(first, end)]


def within(grid: Grid, cell: int, ring: int) -> set[int]:
    row, column = divmod(cell, grid.columns)
    return {
        other_row * grid.columns + other_column
        for other_row in range(grid.rows)
        for other_column in range(grid.columns)
        if abs(other_row - row) <= ring and abs(other_column - column) <= ring
    }


@given(sizes, sizes, st.integers(0, 80), st.integers(0, 4), st.integers(-1, 3))
def test_around_is_every_cell_within_the_ring_and_outside_the_hole(
    columns: int, rows: int, cell: int, ring: int, hole: int
) -> None:
    grid = Grid(0.0, 0.0, columns * 4.0, rows * 4.0, 4.0)
    cell %= grid.cells_count
    inside_hole = within(grid, cell, hole) if hole >= 0 else set()
    found = expand(grid.around(cell, ring, hole))
    assert len(found) == len(set(found))
    assert set(found) == within(grid, cell, ring) - inside_hole


@given(sizes, sizes, st.integers(0, 80), st.integers(0, 80), st.integers(0, 3))
def test_entered_is_what_is_near_now_and_was_not_before(
    columns: int, rows: int, old: int, new: int, ring: int
) -> None:
    grid = Grid(-3.0, 5.0, columns * 4.0, rows * 4.0, 4.0)
    old, new = old % grid.cells_count, new % grid.cells_count
    found = expand(grid.entered(old, new, ring))
    assert len(found) == len(set(found))
    assert set(found) == within(grid, new, ring) - within(grid, old, ring)


@given(st.floats(-30, 30, width=32), st.floats(-30, 30, width=32))
def test_a_place_is_in_the_cell_whose_square_holds_it_or_in_the_nearest(x: float, z: float) -> None:
    grid = Grid(-20.0, -12.0, 40.0, 24.0, 4.0)
    (cell,) = grid.cells_at(np.array([x], np.float32), np.array([z], np.float32)).tolist()
    row, column = divmod(cell, grid.columns)
    assert column == square_of(x + 20.0, 10)
    assert row == square_of(z + 12.0, 6)


def square_of(along: float, count: int) -> int:
    """Which of so many squares of 4 m holds a place, the first or last one for what lies beyond."""
    holding = [index for index in range(count) if 4 * index <= along < 4 * index + 4]
    return holding[0] if holding else 0 if along < 0 else count - 1


def test_the_border_between_two_cells_belongs_to_the_later_one() -> None:
    grid = Grid(0.0, 0.0, 8.0, 8.0, 4.0)
    x = np.array([0.0, 3.9999, 4.0, 8.0], np.float32)
    assert grid.cells_at(x, np.zeros(4, np.float32)).tolist() == [0, 0, 1, 1]


def test_a_vast_hall_takes_larger_cells() -> None:
    grid = Grid(0.0, 0.0, 5000.0, 5000.0, 4.0)
    assert grid.cells_count <= CELLS_MAX_COUNT
    assert grid.cell_m == 32.0
