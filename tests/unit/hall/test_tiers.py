"""Who is told when: selections against sorted lists, and the promise that nobody waits for ever."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from yuanzhan.hall.tiers import (
    CROWD_CYCLE_TICKS,
    NEIGHBOUR_SHARES,
    Budget,
    CrowdDue,
    MidDue,
    NearDue,
    mid_share,
    neighbour_shares,
    oldest_by_cell,
    ranks,
)

CELLS_COUNT = 4
members = st.lists(st.tuples(st.integers(0, CELLS_COUNT - 1), st.integers(0, 50)), max_size=40)


@given(st.lists(st.integers(0, 5), max_size=40).map(sorted))
def test_ranks_count_within_each_cell(cells: list[int]) -> None:
    wanted = [cells[:index].count(cell) for index, cell in enumerate(cells)]
    assert ranks(np.array(cells, np.int32)).tolist() == wanted


@given(members, st.integers(0, 6))
def test_the_oldest_of_each_cell_are_chosen(entries: list[tuple[int, int]], limit: int) -> None:
    cells = np.array([cell for cell, _ in entries], np.int32)
    since = np.array([age for _, age in entries], np.int64)
    chosen = oldest_by_cell(np.arange(len(entries)), cells, since, limit).tolist()
    wanted = [
        slot
        for cell in range(CELLS_COUNT)
        for slot in sorted(np.flatnonzero(cells == cell).tolist(), key=lambda slot: (since[slot], slot))[
            :limit
        ]
    ]
    assert chosen == wanted


@given(st.integers(1, 60), st.integers(1, 5), st.integers(1, 8))
def test_in_a_crush_everybody_gets_a_turn_before_anybody_gets_a_second(
    count: int, share: int, own_max: int
) -> None:
    near = NearDue(count)
    cells = np.zeros(count, np.int32)
    everybody = np.arange(count)
    turns = np.zeros(count, int)
    for tick in range(-(-count // share)):
        near.changed(everybody, tick)
        for_neighbours, own = near.select(cells, 1, np.array([share]), own_max)
        assert len(for_neighbours) == min(share, count)
        assert len(own) <= max(share, own_max)
        assert set(for_neighbours.tolist()) <= set(own.tolist())
        turns[for_neighbours] += 1
    assert turns.min() >= 1
    assert turns.max() - turns.min() <= 1


@given(st.lists(st.integers(0, 8), min_size=1, max_size=30))
def test_a_mid_change_is_told_once_at_its_cells_turn(cell_of: list[int]) -> None:
    cells = np.array(cell_of, np.int32)
    mid = MidDue(len(cells), 1, 4, 40)
    mid.changed(np.arange(len(cells)), 1)
    told: list[int] = []
    for tick in range(1, 5):
        chosen = mid.select(cells, tick, Budget())
        assert set((cells[chosen] % 4).tolist()) <= {tick % 4}
        told += chosen.tolist()
    assert sorted(told) == list(range(len(cells)))
    assert len(mid.select(cells, 5, Budget())) == 0


@given(st.integers(0, 300), st.integers(1, 50))
def test_a_crowd_cycle_tells_everybody_once_within_its_budget(count: int, budget: int) -> None:
    due = CrowdDue(count)
    cells = np.arange(count, dtype=np.int32) % 7
    due.changed(np.arange(count))
    told: list[int] = []
    for tick in range(CROWD_CYCLE_TICKS + count):
        chosen = due.select(cells, tick, Budget(crowd=budget))
        assert len(chosen) <= budget
        assert cells[chosen].tolist() == sorted(cells[chosen].tolist())
        told += chosen.tolist()
    assert sorted(told) == list(range(count))


def test_a_crowd_cycle_goes_from_cell_to_cell_though_people_move_and_tells_each_once() -> None:
    rng = np.random.default_rng(7)
    count, cells_count, size = 2_000, 40, 20
    due = CrowdDue(count)
    cells = rng.integers(0, cells_count, count).astype(np.int32)
    due.changed(np.arange(count))
    told: list[int] = []
    sections: list[int] = []
    for tick in range(count // size):
        chosen = due.select(cells, tick, Budget(crowd=size))
        told += chosen.tolist()
        sections.append(len(np.unique(cells[chosen])))
        walkers = rng.integers(0, count, count // 50)
        cells[walkers] = (cells[walkers] + rng.choice((-1, 1), len(walkers))) % cells_count
    assert sorted(told) == list(range(count))
    assert np.mean(sections) < 4


def test_who_leaves_during_a_crowd_cycle_is_not_told() -> None:
    due = CrowdDue(10)
    due.changed(np.arange(10))
    cells = np.zeros(10, np.int32)
    first = due.select(cells, 0, Budget(crowd=3))
    due.forget(np.array([9]))
    rest = [slot for tick in range(1, 20) for slot in due.select(cells, tick, Budget(crowd=3)).tolist()]
    assert sorted(first.tolist() + rest) == list(range(9))


Grid = np.ndarray[tuple[int, int], np.dtype[np.int64]]


@st.composite
def grids(draw: st.DrawFn) -> tuple[Grid, Grid, Grid]:
    """What waits for neighbours, what of that for the cell's own visitors too, and who watches."""
    rows, columns = draw(st.integers(1, 5)), draw(st.integers(1, 5))

    def counts() -> Grid:
        values = draw(st.lists(st.integers(0, 90), min_size=rows * columns, max_size=rows * columns))
        return np.array(values).reshape(rows, columns)

    for_neighbours = counts()
    return for_neighbours, np.minimum(counts(), for_neighbours), counts()


def around(grid: Grid, row: int, column: int) -> list[tuple[int, int]]:
    """The cell and those around it."""
    rows, columns = grid.shape
    return [
        (other_row, other_column)
        for other_row in range(max(0, row - 1), min(rows, row + 2))
        for other_column in range(max(0, column - 1), min(columns, column + 2))
    ]


def seen_from(waiting: tuple[Grid, Grid], shares: Grid, budget: Budget, row: int, column: int) -> int:
    """Records that a viewer in this cell gets at most."""
    for_neighbours, for_own = waiting
    told = np.minimum(for_neighbours, shares)
    here = int(told[row, column])
    more = min(int(for_own[row, column]), int(for_neighbours[row, column]) - here)
    own = min(more, max(0, budget.own - here))
    return own + sum(int(told[cell]) for cell in around(shares, row, column))


@given(grids())
def test_neighbours_get_the_most_that_the_budget_of_those_around_allows(
    grid: tuple[Grid, Grid, Grid],
) -> None:
    *waiting, watching = grid
    budget = Budget(near_max=100, near_mean=40, own=20)
    cells = [(int(row), int(column)) for row, column in np.argwhere(watching > 0)]

    def of_all(share: int) -> Grid:
        return np.full(watching.shape, share)

    def seen(shares: Grid, row: int, column: int) -> int:
        return seen_from((waiting[0], waiting[1]), shares, budget, row, column)

    def most(cell: tuple[int, int]) -> int:
        fits = (share for share in NEIGHBOUR_SHARES if seen(of_all(share), *cell) <= budget.near_max)
        return next(fits, NEIGHBOUR_SHARES[-1])

    local = of_all(NEIGHBOUR_SHARES[0])
    for cell in cells:
        for near in around(watching, *cell):
            local[near] = min(local[near], most(cell))
    in_all = budget.near_mean * int(watching.sum())

    def mean_fits(share: int) -> bool:
        shares = np.minimum(local, share)
        return sum(seen(shares, *cell) * int(watching[cell]) for cell in cells) <= in_all

    wanted = next((share for share in NEIGHBOUR_SHARES if mean_fits(share)), NEIGHBOUR_SHARES[-1])
    shares = neighbour_shares(waiting[0], waiting[1], watching, budget)
    assert shares.tolist() == np.minimum(local, wanted).tolist()


def test_a_crowded_place_takes_nothing_from_the_rest_of_the_hall() -> None:
    waiting, watching = np.full((1, 12), 10), np.full((1, 12), 1)
    waiting[0, :3] = 400
    shares = neighbour_shares(waiting, waiting, watching, Budget(near_max=160, near_mean=1000, own=30))
    assert shares[0, :3].max() < 96
    assert shares[0, 5:].tolist() == [96] * 7


def test_mid_shares_shrink_as_the_hall_fills() -> None:
    quiet, busy = np.full(30, 1), np.full(30, 50)
    assert mid_share(quiet, 1.0, Budget(mid_mean=30)) == 32
    assert mid_share(busy, 1.0, Budget(mid_mean=30)) == 1
    assert mid_share(busy, 0.1, Budget(mid_mean=30)) == 8
