"""Counts on their way to the disk: written whole, kept while they cannot be, and once."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

import numpy as np

from tests.support.full_disk import FullDisk
from yuanzhan.instants import DAY_MS, HOUR_MS, MINUTE_MS
from yuanzhan.store import visits
from yuanzhan.store.opening import Store
from yuanzhan.store.visits import Counted
from yuanzhan.visits.ledger import PENDING_MAX_MS, Ledger

NOON_MS = 20_000 * DAY_MS + DAY_MS // 2


def counted(visits_count: int = 1) -> list[Counted]:
    heat = np.ones((1, 2), np.float32)
    return [Counted("b1", visits_count, 5.0, heat, np.ones(8, np.uint8), {"about": 1})]


class Hall:
    """What was counted since it was asked last."""

    def __init__(self) -> None:
        self.counts: Sequence[Counted] = ()

    def take(self) -> Sequence[Counted]:
        counts, self.counts = self.counts, ()
        return counts


async def written(store: Store) -> list[tuple[int, int]]:
    async with store.database.reading() as session:
        rows = await visits.minutes(session, "b1", 0, NOON_MS + DAY_MS)
    return [((row.at_ms - NOON_MS) // MINUTE_MS, row.visits) for row in rows]


async def test_a_minutes_counts_are_written_under_the_minute_that_ended(store: Store) -> None:
    hall, now = Hall(), [NOON_MS + 3]
    ledger = Ledger(store.database, hall.take, lambda: now[0])
    now[0] += MINUTE_MS
    hall.counts = counted(4)
    await ledger.write()
    await ledger.write()
    assert await written(store) == [(0, 4)]


async def test_what_is_written_before_a_long_periods_end_is_of_when_it_was_counted(store: Store) -> None:
    hall, now = Hall(), [NOON_MS + HOUR_MS]
    ledger = Ledger(store.database, hall.take, lambda: now[0], period_ms=HOUR_MS)
    now[0] += 2 * MINUTE_MS
    hall.counts = counted()
    await ledger.write()
    assert await written(store) == [(61, 1)]


async def test_what_could_not_be_written_is_written_later_and_once(store: Store) -> None:
    hall, now = Hall(), [NOON_MS]
    disk: Any = FullDisk(store.database)
    ledger = Ledger(disk, hall.take, lambda: now[0])
    disk.is_full = True
    for minute in range(1, 4):
        now[0] = NOON_MS + minute * MINUTE_MS
        hall.counts = counted(minute)
        await ledger.write()
    assert await written(store) == []
    disk.is_full = False
    await ledger.write()
    await ledger.write()
    assert await written(store) == [(0, 1), (1, 2), (2, 3)]


async def test_what_cannot_be_written_for_hours_does_not_fill_the_memory(store: Store) -> None:
    hall, now = Hall(), [NOON_MS]
    disk: Any = FullDisk(store.database)
    ledger = Ledger(disk, hall.take, lambda: now[0])
    disk.is_full = True
    minutes_count = PENDING_MAX_MS // MINUTE_MS
    for minute in range(1, minutes_count + 11):
        now[0] = NOON_MS + minute * MINUTE_MS
        hall.counts = counted()
        await ledger.write()
    disk.is_full = False
    await ledger.write()
    rows = await written(store)
    assert (len(rows), rows[0][0]) == (minutes_count, 10)


async def test_what_is_counted_each_second_outlives_a_full_disk_as_long_by_minutes(store: Store) -> None:
    hall, now = Hall(), [NOON_MS]
    disk: Any = FullDisk(store.database)
    ledger = Ledger(disk, hall.take, lambda: now[0], period_ms=1000)
    disk.is_full = True
    for second in range(1, 121):
        now[0] = NOON_MS + second * 1000
        hall.counts = counted() + counted()
        await ledger.write()
    disk.is_full = False
    await ledger.write()
    assert await written(store) == [(0, 120), (1, 120)]
    async with store.database.reading() as session:
        first, _ = await visits.minutes(session, "b1", 0, NOON_MS + DAY_MS)
        assert first.dwell_s == 600.0
        assert visits.heat_of(first).tolist() == [[120.0, 120.0]]
        assert await visits.opened(session, "b1", 0, NOON_MS + DAY_MS) == {"about": 240}


async def test_a_periods_counts_are_tried_once_more_even_where_it_is_longer_than_they_are_kept(
    store: Store,
) -> None:
    hall, now = Hall(), [NOON_MS]
    disk: Any = FullDisk(store.database)
    ledger = Ledger(disk, hall.take, lambda: now[0], period_ms=3 * HOUR_MS)
    disk.is_full = True
    now[0] += 3 * HOUR_MS
    hall.counts = counted()
    await ledger.write()
    disk.is_full = False
    await ledger.write()
    assert await written(store) == [(90, 1)]


async def test_the_last_counts_are_written_at_the_stop(store: Store) -> None:
    hall = Hall()
    ledger = Ledger(store.database, hall.take, lambda: NOON_MS)
    writing = asyncio.create_task(ledger.run())
    await asyncio.sleep(0)
    hall.counts = counted(3)
    ledger.stop()
    await writing
    assert await written(store) == [(0, 3)]


async def test_counts_are_written_as_often_as_it_is_said_and_add_up_in_their_minute(store: Store) -> None:
    now, taken = [NOON_MS + 20], asyncio.Event()

    def take() -> Sequence[Counted]:
        now[0] += 20
        taken.set()
        return counted()

    ledger = Ledger(store.database, take, lambda: now[0], period_ms=20)
    writing = asyncio.create_task(ledger.run())
    for _ in range(3):
        await asyncio.wait_for(taken.wait(), 5)
        taken.clear()
    ledger.stop()
    await writing
    ((minute, visits_count),) = await written(store)
    assert minute == 0
    assert visits_count >= 3


async def test_a_card_is_durable_when_it_was_kept(store: Store) -> None:
    ledger = Ledger(store.database, lambda: (), lambda: NOON_MS)
    await ledger.keep_card(booth="b1", hall="retail", name="李雷", contact="a@b", note="目录")
    async with store.database.reading() as session:
        (card,) = await visits.cards(session, "b1")
    assert (card.hall, card.name, card.contact, card.note, card.left_at_ms) == (
        "retail",
        "李雷",
        "a@b",
        "目录",
        NOON_MS,
    )
