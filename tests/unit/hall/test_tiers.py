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
    neighbour_share,
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
        for_neighbours, own = near.select(cells, 1, share, own_max)
        assert len(for_neighbours) == min(share, count)
        assert len(own) <= max(share, own_max)
        assert set(for_neighbours.tolist()) <= set(own.tolist())
        turns[for_neighbours] += 1
    assert turns.min() >= 1
    assert turns.max() - turns.min() <= 1


@given(st.lists(st.integers(0, 8), min_size=1, max_size=30))
def test_a_mid_change_is_told_once_at_its_cells_turn(cell_of: list[int]) -> None:
    cells = np.array(cell_of, np.int32)
    mid = MidDue(len(cells), 1, 4, 1.0)
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


def test_who_leaves_during_a_crowd_cycle_is_not_told() -> None:
    due = CrowdDue(10)
    due.changed(np.arange(10))
    cells = np.zeros(10, np.int32)
    first = due.select(cells, 0, Budget(crowd=3))
    due.forget(np.array([9]))
    rest = [slot for tick in range(1, 20) for slot in due.select(cells, tick, Budget(crowd=3)).tolist()]
    assert sorted(first.tolist() + rest) == list(range(9))


grids = st.integers(1, 5).flatmap(
    lambda rows: st.integers(1, 5).flatmap(
        lambda columns: st.tuples(
            *(
                st.lists(st.integers(0, 90), min_size=rows * columns, max_size=rows * columns).map(
                    lambda values, shape=(rows, columns): np.array(values).reshape(shape)  # type: ignore[misc]
                )
                for _ in range(2)
            )
        )
    )
)


@given(grids)
def test_neighbours_get_the_most_that_the_budget_allows(
    grid: tuple[np.ndarray[tuple[int, int], np.dtype[np.int64]], ...],
) -> None:
    waiting, watching = grid
    budget = Budget(near_max=100, near_mean=40, own=20)
    rows, columns = waiting.shape

    def fits(share: int) -> bool:
        seen_in_all, watchers_count = 0, 0
        for row in range(rows):
            for column in range(columns):
                seen = min(int(waiting[row, column]), max(budget.own, share))
                for other_row in range(max(0, row - 1), min(rows, row + 2)):
                    for other_column in range(max(0, column - 1), min(columns, column + 2)):
                        if (other_row, other_column) != (row, column):
                            seen += min(int(waiting[other_row, other_column]), share)
                if watching[row, column] and seen > budget.near_max:
                    return False
                seen_in_all += seen * int(watching[row, column])
                watchers_count += int(watching[row, column])
        return seen_in_all <= budget.near_mean * watchers_count

    wanted = next((share for share in NEIGHBOUR_SHARES if fits(share)), NEIGHBOUR_SHARES[-1])
    assert neighbour_share(waiting, watching, budget) == wanted


def test_mid_shares_shrink_as_the_hall_fills() -> None:
    quiet, busy = np.full(30, 1), np.full(30, 50)
    assert mid_share(quiet, 1.0, Budget()) == 32
    assert mid_share(busy, 1.0, Budget()) == 2
    assert mid_share(busy, 0.1, Budget()) == 8
