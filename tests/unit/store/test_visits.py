"""Counts and cards in both databases."""

from __future__ import annotations

import asyncio

import numpy as np
import pytest

from yuanzhan.instants import DAY_MS, HOUR_MS, MINUTE_MS
from yuanzhan.store import visits
from yuanzhan.store.opening import Store
from yuanzhan.store.visits import Counted

NOON_MS = 20_000 * DAY_MS + 12 * HOUR_MS


def counted(
    booth: str = "b1",
    visits_count: int = 1,
    dwell_s: float = 10.0,
    heat: list[list[float]] | None = None,
    register: int = 1,
    **opened: int,
) -> Counted:
    sketch = np.zeros(8, np.uint8)
    sketch[register] = register
    heat_s = np.array(heat or [[1.0, 0.0], [0.0, 2.5]], np.float32)
    return Counted(booth, visits_count, dwell_s, heat_s, sketch, opened)


async def test_what_is_counted_in_parts_is_whole(store: Store) -> None:
    for register in (1, 2):
        async with store.database.transaction() as session:
            await visits.add(session, NOON_MS + 700, [counted(register=register, about=2), counted("b2")])
    async with store.database.reading() as session:
        (minute,) = await visits.minutes(session, "b1", NOON_MS, NOON_MS + DAY_MS)
        (day,) = await visits.days(session, "b1", NOON_MS, NOON_MS + 1)
        opened = await visits.opened(session, "b1", NOON_MS, NOON_MS + 1)
    assert (minute.at_ms, minute.visits, minute.dwell_s) == (NOON_MS, 2, 20.0)
    assert visits.heat_of(minute).tolist() == [[2.0, 0.0], [0.0, 5.0]]
    assert visits.sketch_of(day).tolist() == [0, 1, 2, 0, 0, 0, 0, 0]
    assert opened == {"about": 4}


async def test_a_slot_of_another_size_begins_a_new_map_and_keeps_the_sums(store: Store) -> None:
    async with store.database.transaction() as session:
        await visits.add(session, NOON_MS, [counted()])
        await visits.add(session, NOON_MS, [counted(heat=[[1.0, 1.0, 1.0]])])
    async with store.database.reading() as session:
        (minute,) = await visits.minutes(session, "b1", NOON_MS, NOON_MS + 1)
    assert minute.visits == 2
    assert visits.heat_of(minute).tolist() == [[1.0, 1.0, 1.0]]


async def test_old_minutes_become_hours_of_the_same_sums(store: Store) -> None:
    async with store.database.transaction() as session:
        for minute in (0, 1, 59, 60, 61):
            await visits.add(session, NOON_MS + minute * MINUTE_MS, [counted(), counted("b2", 3)])
    async with store.database.transaction() as session:
        # In parts, which end in the middle of an hour too.
        assert await visits.roll_up(session, NOON_MS + HOUR_MS + 5, most=3) == 3
        assert await visits.roll_up(session, NOON_MS + HOUR_MS + 5) == 1
        assert await visits.roll_up(session, NOON_MS + HOUR_MS + 5) == 0
    async with store.database.reading() as session:
        rows = await visits.minutes(session, "b1", NOON_MS, NOON_MS + DAY_MS)
        others = await visits.minutes(session, "b2", NOON_MS, NOON_MS + DAY_MS)
    assert [(row.at_ms - NOON_MS, row.visits) for row in rows] == [
        (0, 3),
        (HOUR_MS, 1),
        (HOUR_MS + MINUTE_MS, 1),
    ]
    assert visits.heat_of(rows[0]).tolist() == [[3.0, 0.0], [0.0, 7.5]]
    assert sum(row.visits for row in others) == 15


async def test_cards_are_kept_by_booth_and_can_be_forgotten(store: Store) -> None:
    ids: list[str] = []
    for booth, name in (("b1", "李雷"), ("b1", "Ada"), ("b2", "other")):
        async with store.database.transaction() as session:
            ids.append(
                await visits.add_card(
                    session,
                    booth=booth,
                    hall="retail",
                    name=name,
                    contact="138",
                    note="",
                    at_ms=NOON_MS + len(ids),
                )
            )
    async with store.database.transaction() as session:
        assert [card.name for card in await visits.cards(session, "b1")] == ["Ada", "李雷"]
        assert await visits.card_count(session, "b1", NOON_MS, NOON_MS + 1) == 1
        assert not await visits.forget_card(session, "b2", ids[0])
        assert await visits.forget_card(session, "b1", ids[0])
        await visits.forget_cards(session, "b2")
    async with store.database.reading() as session:
        assert [card.name for card in await visits.cards(session, "b1")] == ["Ada"]
        assert await visits.cards(session, "b2") == []


@pytest.mark.parametrize("count", [20])
async def test_many_cards_at_once_are_all_kept(store: Store, count: int) -> None:
    async def leave(index: int) -> None:
        async with store.database.transaction() as session:
            await visits.add_card(
                session, booth="b1", hall="h", name=str(index), contact="", note="", at_ms=NOON_MS
            )

    await asyncio.gather(*(leave(index) for index in range(count)))
    async with store.database.reading() as session:
        assert len(await visits.cards(session, "b1")) == count
