"""Who is due in which tier, within which budget.

Each tier remembers for each slot since when it has not told the slot's last change (`NEVER` when there is
nothing to tell). A tick selects the oldest of these, up to the budget of their cell, and they are told;
the others wait and are older at the next tick. So in a crush the records rotate, and nobody vanishes.

NEAR is told to two audiences: the visitors of the same cell, and those of the cells around it. Neighbours
get the first records of a cell, its own visitors these and more. How many neighbours get
(`neighbour_shares`) depends on how crowded it is around them at this tick: everything while that is little,
less where somebody would get too much.

CROWD goes in cycles: a cycle takes everybody who changed since they were last in one, and tells them in
slices over `CROWD_CYCLE_TICKS`, or over as many more as the budget wants. A slice goes on from cell to cell,
so that it is few cells' sections.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray

from yuanzhan.hall.crowd import Slots
from yuanzhan.protocol.limits import TICK_HZ

NEVER: Final = np.iinfo(np.int64).max
CROWD_CYCLE_TICKS: Final = 40
"""Four seconds: what a whole hall takes when its size allows."""


@dataclass(frozen=True, slots=True)
class Budget:
    """Most records that are told at once.

    For one viewer, NEAR (16 bytes, 10 times a second) is 26 kB/s at most and 10 kB/s on average over the
    hall; MID (10 bytes) 2 kB/s; CROWD (6 bytes) 4.3 kB/s; with the heads of sections and what walking into
    another cell shows, 20 kB/s where it is as crowded as can be.
    """

    near_max: int = 160
    near_mean: int = 60
    own: int = 30
    """Of these, from one's own cell."""
    mid_mean: int = 20
    """A tick, on average over the hall."""
    crowd: int = 72
    full: int = 48
    """NEAR of a cell for those who come near it: beyond it CROWD must do."""
    full_bytes: int = 8_000_000
    """FULL frames of one tick, all viewers together: a crowd that comes at once waits in line. In a hall of
    10,000 that is 600 newcomers a second."""

    def over(self, elapsed_s: float) -> Budget:
        """The budget of a tick that tells of so long: a server that ticks late owes the records of that time,
        else they would wait for ticks that are late as well.
        """
        stretch = min(max(elapsed_s * TICK_HZ, 1.0), STRETCH_MAX)
        if stretch == 1.0:
            return self
        stretched = ("near_max", "near_mean", "own", "mid_mean", "crowd")
        return replace(self, **{name: int(getattr(self, name) * stretch) for name in stretched})


STRETCH_MAX: Final = 3.0
"""Ticks that a late one may stand for."""
NEIGHBOUR_SHARES: Final = (96, 64, 48, 40, 32, 28, 24, 20, 18, 16, 14, 12, 10, 8, 6, 5, 4, 3, 2)
MID_SHARES: Final = (32, 16, 8, 4, 2, 1)

Counts = NDArray[np.int64]
"""(rows, columns) of the hall's cells."""


def neighbour_shares(for_neighbours: Counts, for_own: Counts, watching: Counts, budget: Budget) -> Counts:
    """(rows, columns) how many of each cell's records its neighbours get: the most of `NEIGHBOUR_SHARES`
    within the budget. A crowded place takes from the cells around it, not from the rest of the hall.

    All arguments are (rows, columns): records that wait for the neighbours of each cell, those of them that
    wait for its own visitors as well, and visitors who watch from it.
    """

    def seen(shares: int | Counts) -> Counts:
        told = np.minimum(for_neighbours, shares)
        more = np.minimum(for_own, for_neighbours - told)
        own: Counts = told + np.minimum(more, np.maximum(budget.own - told, 0))
        return own + _around(told)

    most: Counts = np.full(watching.shape, NEIGHBOUR_SHARES[0], np.int64)
    watched = watching > 0
    if not watched.any():
        return most
    # What each viewer can take of every cell in sight; then each cell as much as all its viewers can take.
    for share, less in pairwise(NEIGHBOUR_SHARES):
        too_much = watched & (most == share) & (seen(share) > budget.near_max)
        if not too_much.any():
            break
        most[too_much] = less
    shares = _least_around(most)
    allowed = budget.near_mean * watching.sum()
    for share in NEIGHBOUR_SHARES:
        capped = np.minimum(shares, share)
        if (seen(capped) * watching).sum() <= allowed:
            break
    return capped


def mid_share(waiting: NDArray[np.int64], ring_part: float, budget: Budget) -> int:
    """How many records each of the cells whose turn it is tells: the most of `MID_SHARES` within the budget.

    `waiting` is (n,), the records that wait in each cell.
    """
    for share in MID_SHARES[:-1]:
        if np.minimum(waiting, share).sum() * ring_part <= budget.mid_mean:
            return share
    return MID_SHARES[-1]


def _least_around(counts: Counts) -> Counts:
    """(rows, columns) -> the least of each and the eight around it."""
    padded = np.pad(counts, 1, mode="edge")
    rows = np.minimum(np.minimum(padded[:-2], padded[1:-1]), padded[2:])
    least: Counts = np.minimum(np.minimum(rows[:, :-2], rows[:, 1:-1]), rows[:, 2:])
    return least


def _around(counts: Counts) -> Counts:
    """(rows, columns) -> the sum of the eight around each."""
    padded = np.pad(counts, 1)
    rows = padded[:-2] + padded[1:-1] + padded[2:]
    around: Counts = rows[:, :-2] + rows[:, 1:-1] + rows[:, 2:] - counts
    return around


class Due:
    """Since when each slot's last change is untold."""

    def __init__(self, slots_count: int) -> None:
        self.since = np.full(slots_count, NEVER, np.int64)

    def changed(self, slots: Slots, tick: int) -> None:
        """These changed; who waited already has waited longer."""
        self.since[slots] = np.minimum(self.since[slots], tick)

    def told(self, slots: Slots) -> None:
        """These were told."""
        self.since[slots] = NEVER

    def waiting(self) -> Slots:
        """(n,) slots with something to tell."""
        return np.flatnonzero(self.since != NEVER)


def oldest_by_cell(
    slots: Slots,
    cells: NDArray[np.int32],
    since: NDArray[np.int64],
    limits: int | NDArray[np.int64],
) -> Slots:
    """The oldest of `slots` in each cell, at most `limits` of them (one number, or one a cell index),
    sorted by cell.

    `cells` and `since` are indexed by slot.
    """
    order = np.lexsort((since[slots], cells[slots]))
    slots = slots[order]
    ordered = cells[slots]
    limit = limits if isinstance(limits, int) else limits[ordered]
    return slots[ranks(ordered) < limit]


def ranks(sorted_cells: NDArray[np.int32]) -> NDArray[np.int64]:
    """(n,) ascending cells -> (n,) 0 for the first of each cell, 1 for the second, and so on."""
    index = np.arange(len(sorted_cells))
    if len(index) == 0:
        return index
    first = np.concatenate(([True], sorted_cells[1:] != sorted_cells[:-1]))
    return index - np.maximum.accumulate(np.where(first, index, 0))


class NearDue:
    """NEAR for its two audiences."""

    def __init__(self, slots_count: int) -> None:
        self._own = Due(slots_count)
        self._neighbour = Due(slots_count)

    def changed(self, slots: Slots, tick: int) -> None:
        """These changed."""
        self._own.changed(slots, tick)
        self._neighbour.changed(slots, tick)

    def forget(self, slots: Slots) -> None:
        """These left."""
        self._own.told(slots)
        self._neighbour.told(slots)

    def waiting_by_cell(
        self, cells: NDArray[np.int32], cells_count: int
    ) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """(cells_count,) how many records wait for the neighbours of each cell, and for its own visitors."""
        return (
            np.bincount(cells[self._neighbour.waiting()], minlength=cells_count),
            np.bincount(cells[self._own.waiting()], minlength=cells_count),
        )

    def select(
        self, cells: NDArray[np.int32], cells_count: int, shares: NDArray[np.int64], own_max: int
    ) -> tuple[Slots, Slots]:
        """(n,) slots for the cells around, at most (cells_count,) `shares` of each, and (m,) slots for their
        own cell, which begin in each cell with the former and are at most `own_max`; both sorted by cell.
        They count as told.
        """
        for_all = oldest_by_cell(self._neighbour.waiting(), cells, self._neighbour.since, shares)
        self.forget(for_all)
        left = own_max - np.bincount(cells[for_all], minlength=cells_count)
        more = oldest_by_cell(self._own.waiting(), cells, self._own.since, left)
        self._own.told(more)
        own = np.concatenate((for_all, more))
        return for_all, own[np.argsort(cells[own], kind="stable")]


class MidDue:
    """MID: every cell once in `period_ticks`, a row of cells at a time, so that what a viewer gets is few
    spans.
    """

    def __init__(self, slots_count: int, columns: int, period_ticks: int, ring_cells_count: int) -> None:
        """`columns` is how many cells a row has, `ring_cells_count` how many a viewer's ring."""
        self._due = Due(slots_count)
        self._columns = columns
        self._period_ticks = period_ticks
        self._ring_cells_count = ring_cells_count

    def changed(self, slots: Slots, tick: int) -> None:
        """These changed."""
        self._due.changed(slots, tick)

    def forget(self, slots: Slots) -> None:
        """These left."""
        self._due.told(slots)

    def select(self, cells: NDArray[np.int32], tick: int, budget: Budget) -> Slots:
        """(n,) slots of the cells whose turn it is, sorted by cell. They count as told."""
        waiting = self._due.waiting()
        # Where all stand close together, a viewer's ring covers more of those cells that tell anything.
        telling_count = int(np.count_nonzero(np.bincount(cells[waiting], minlength=1)))
        ring_part = min(1.0, self._ring_cells_count / max(1, telling_count))
        rows = cells[waiting] // self._columns
        turn = waiting[rows % self._period_ticks == tick % self._period_ticks]
        share = mid_share(np.bincount(cells[turn], minlength=1), ring_part, budget)
        selected = oldest_by_cell(turn, cells, self._due.since, share)
        self._due.told(selected)
        return selected


class CrowdDue:
    """CROWD: everybody who changed, in slices."""

    def __init__(self, slots_count: int) -> None:
        self._changed = np.zeros(slots_count, np.bool_)
        self._cycle: Slots = np.zeros(0, np.int64)
        self._begin_tick = 0
        self._from_cell = 0

    def changed(self, slots: Slots) -> None:
        """These changed."""
        self._changed[slots] = True

    def forget(self, slots: Slots) -> None:
        """These left."""
        self._changed[slots] = False

    def select(self, cells: NDArray[np.int32], tick: int, budget: Budget) -> Slots:
        """(n,) slots of this tick's slice, sorted by cell. They count as told."""
        if len(self._cycle) == 0 and tick >= self._begin_tick:
            self._cycle = np.flatnonzero(self._changed)
            self._begin_tick = tick + CROWD_CYCLE_TICKS
        ticks_left = max(1, self._begin_tick - tick)
        size = min(budget.crowd, -(-len(self._cycle) // ticks_left))
        # Who left since the cycle began is in no cell any more.
        self._cycle = self._cycle[self._changed[self._cycle]]
        slice_ = self._nearest_turns(cells, size)
        self._changed[slice_] = False
        self._cycle = self._cycle[self._changed[self._cycle]]
        return slice_[np.argsort(cells[slice_], kind="stable")]

    def _nearest_turns(self, cells: NDArray[np.int32], size: int) -> Slots:
        """(n,) slots of the cycle, at most `size`, by the cells that they are in by now: from the last one
        on, then from the first. Who went back to one that was told is told at the end.
        """
        if len(self._cycle) == 0:
            return self._cycle
        behind = cells[self._cycle] < self._from_cell
        turns = cells[self._cycle] + behind * np.int64(np.iinfo(np.int32).max)
        chosen = np.argpartition(turns, min(size, len(turns)) - 1)[:size]
        slice_ = self._cycle[chosen]
        self._from_cell = int(cells[slice_[np.argmax(turns[chosen])]])
        return slice_
