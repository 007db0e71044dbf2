"""Sums of who came: each counted once, and no number of anybody in what is taken."""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from tests.support.full_disk import FullDisk
from yuanzhan.events.attendance import Attendance, Attended
from yuanzhan.events.register import Register
from yuanzhan.store import events as stored
from yuanzhan.store.events import EventRow
from yuanzhan.store.opening import Store


def test_who_stays_is_counted_once_and_their_time_adds_up() -> None:
    attendance = Attendance()
    attendance.count("e1", [1, 2], 5.0)
    attendance.count("e1", [2, 3, 4], 5.0)
    assert attendance.take(["e1"]) == [Attended("e1", 3, 4, 25)]
    attendance.count("e1", [1], 5.0)
    assert attendance.take(["e1"]) == [Attended("e1", 3, 0, 5)], "a peak is the event's"


def test_two_events_are_counted_apart() -> None:
    attendance = Attendance()
    attendance.count("e1", [1], 5.0)
    attendance.count("e2", [1, 2], 5.0)
    assert attendance.take([]) == [Attended("e1", 1, 1, 5), Attended("e2", 2, 2, 10)]


def test_of_an_event_that_is_over_nobody_is_remembered() -> None:
    attendance = Attendance()
    attendance.count("e1", [1], 5.0)
    attendance.take([])
    assert attendance.take(["e1"]) == []
    attendance.count("e1", [1], 5.0)
    assert attendance.take(["e1"]) == [Attended("e1", 1, 1, 5)], "counted as somebody new"


@given(st.lists(st.lists(st.integers(0, 9), unique=True), max_size=20), st.integers(1, 5))
def test_sums_are_those_of_the_slow_way(rounds: list[list[int]], every: int) -> None:
    attendance, taken = Attendance(), []
    for number, people in enumerate(rounds):
        attendance.count("e", people, 2.5)
        if number % every == 0:
            taken += attendance.take(["e"])
    taken += attendance.take(["e"])
    assert sum(each.newcomers for each in taken) == len(set().union(*map(set, rounds), set()))
    assert sum(each.stayed_s for each in taken) == int(sum(map(len, rounds)) * 2.5)
    assert max((each.peak for each in taken), default=0) == max(map(len, rounds), default=0)


async def test_counts_are_added_to_the_event_and_none_is_lost_or_doubled(store: Store) -> None:
    async with store.database.transaction() as session:
        await stored.add(session, row("e1"))
    counts: list[list[Attended]] = [
        [Attended("e1", 3, 3, 10)],
        [Attended("e1", 5, 2, 20)],
        [],
        [Attended("e1", 4, 1, 30), Attended("gone", 9, 9, 9)],
    ]
    taken = iter(counts)

    def take() -> Sequence[Attended]:
        return next(taken, [])

    disk = FullDisk(store.database)
    register = Register(disk, take)  # type: ignore[arg-type]
    await register.write()
    disk.is_full = True
    await register.write()
    await register.write()
    disk.is_full = False
    await register.write()
    await register.write()
    async with store.database.reading() as session:
        (found,) = await stored.over(session, 1, 5)
    assert (found.peak_count, found.visitors_count, found.stayed_s) == (5, 6, 60)


def row(event_id: str) -> EventRow:
    return EventRow(
        id=event_id,
        hall="culture",
        stage="",
        title_zh="会",
        title_en="",
        description_zh="",
        description_en="",
        speakers="[]",
        begins_at_ms=0,
        ends_at_ms=1,
        doors_min=0,
        capacity=None,
        sequence=0,
        changed_at_ms=0,
        cancelled_at_ms=None,
        peak_count=0,
        visitors_count=0,
        stayed_s=0,
    )
