"""Planning on both databases: written with its line in the record, then told, and found again afterwards."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass, field
from typing import Any

import pytest

from tests.unit.events.conftest import NOW, body
from yuanzhan.access import Actor, Role
from yuanzhan.errors.events import (
    EventChanged,
    EventInvalid,
    EventOver,
    EventPast,
    EventsOverlap,
    NoSuchEvent,
    TooManyEvents,
)
from yuanzhan.errors.requests import NotAllowed
from yuanzhan.events import desk as desk_module
from yuanzhan.events.desk import EventDesk, read_programme
from yuanzhan.events.event import Phase
from yuanzhan.events.programme import REMEMBERED_MS, Programme
from yuanzhan.instants import DAY_MS, HOUR_MS, MINUTE_MS, iso
from yuanzhan.store import audit
from yuanzhan.store.database import Database

OPERATOR = Actor("o1", "周宁", Role.OPERATOR)
MODERATOR = Actor("m1", "陈一", Role.MODERATOR)
PLACES = {"culture": {"door", "stage"}, "lobby": {"door"}}


@dataclass
class Scene:
    database: Database
    clock_ms: list[int] = field(default_factory=lambda: [NOW])
    told: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.programme = Programme()
        self.desk = EventDesk(
            self.database,
            self.programme,
            PLACES.get,
            lambda: self.told.append(self.programme.revision),
            lambda: self.clock_ms[0],
        )

    async def record(self) -> list[audit.AuditRow]:
        async with self.database.reading() as session:
            return [row async for row in audit.rows(session)]


@pytest.fixture
def scene(database: Database) -> Scene:
    return Scene(database)


async def test_an_event_is_planned_told_and_read_again_as_it_was(scene: Scene) -> None:
    event = await scene.desk.plan(OPERATOR, body())
    assert scene.told == [1]
    assert scene.programme.get(event.id) == event
    read = await read_programme(scene.database, NOW)
    assert read.listed(NOW) == [event]
    (row,) = await scene.record()
    assert (row.act, row.target, row.actor_id) == ("event.plan", f"event:{event.id}", "o1")
    after = json.loads(row.after)
    assert (after["hall"], after["capacity"], after["speakers"]) == ("culture", 300, 2)
    assert after["description"] == {"zh": 13, "en": 0}
    assert "林栀" not in row.after, "the record stays for ever: no names of speakers"
    assert "丝竹" not in row.after, "nor free text, where names may be as well"


async def test_a_change_raises_the_sequence_and_the_record_has_both_plans(scene: Scene) -> None:
    event = await scene.desk.plan(OPERATOR, body())
    changed = await scene.desk.change(OPERATOR, event.id, body(NOW + 3 * HOUR_MS, stage=""))
    assert (changed.id, changed.sequence, changed.plan.stage) == (event.id, 1, "")
    row = (await scene.record())[-1]
    assert row.act == "event.change"
    assert (json.loads(row.before)["stage"], json.loads(row.after)["stage"]) == ("stage", "")
    assert (await read_programme(scene.database, NOW)).get(event.id) == changed


async def test_of_two_who_change_the_same_plan_the_second_is_told_and_nothing_is_lost(scene: Scene) -> None:
    event = await scene.desk.plan(OPERATOR, body())
    first = await scene.desk.change(OPERATOR, event.id, body(stage="", sequence=event.sequence))
    with pytest.raises(EventChanged):
        await scene.desk.change(OPERATOR, event.id, body(capacity=2, sequence=event.sequence))
    assert scene.programme.get(event.id) == first
    assert len(await scene.record()) == 2
    again = await scene.desk.change(OPERATOR, event.id, body(capacity=2, sequence=first.sequence))
    assert (again.plan.capacity, again.sequence) == (2, 2)
    with pytest.raises(EventInvalid):
        await scene.desk.change(OPERATOR, event.id, body(sequence="2"))


async def test_a_cancelled_event_stays_to_be_told_and_its_time_is_free(scene: Scene) -> None:
    event = await scene.desk.plan(OPERATOR, body())
    cancelled = await scene.desk.cancel(OPERATOR, event.id)
    assert (cancelled.sequence, cancelled.phase(NOW)) == (1, Phase.CANCELLED)
    other = await scene.desk.plan(OPERATOR, body())
    assert [each.id for each in scene.programme.listed(NOW)] == sorted([event.id, other.id])
    assert scene.programme.here("culture", other.plan.begins_ms) == (other, Phase.RUNNING)
    for again in (scene.desk.cancel(OPERATOR, event.id), scene.desk.change(OPERATOR, event.id, body())):
        with pytest.raises(EventOver):
            await again


async def test_one_hall_has_one_event_at_a_time(scene: Scene) -> None:
    event = await scene.desk.plan(OPERATOR, body())
    for begins_ms in (NOW + HOUR_MS, NOW + HOUR_MS + 59 * MINUTE_MS, NOW + MINUTE_MS):
        with pytest.raises(EventsOverlap) as refused:
            await scene.desk.plan(OPERATOR, body(begins_ms, stage="door"))
        assert refused.value.params["title"] == "古琴夜会"
    await scene.desk.plan(OPERATOR, body(NOW + 2 * HOUR_MS))
    await scene.desk.plan(OPERATOR, body(hall="lobby", stage=""))
    longer = body(ends_ms=NOW + HOUR_MS + 30 * MINUTE_MS)
    assert (await scene.desk.change(OPERATOR, event.id, longer)).sequence == 1, "it is not in its own way"


async def test_of_many_who_plan_the_same_hour_one_gets_it(scene: Scene) -> None:
    plans = [scene.desk.plan(OPERATOR, body()) for _ in range(5)]
    done = await asyncio.gather(*plans, return_exceptions=True)
    assert sum(isinstance(each, EventsOverlap) for each in done) == 4
    assert len(await scene.record()) == 1


@pytest.mark.parametrize(
    ("wrong", "pointer"), [({"hall": "nowhere"}, "/hall"), ({"stage": "moon"}, "/stage")]
)
async def test_a_place_that_is_not_there_is_pointed_at(
    scene: Scene, wrong: dict[str, Any], pointer: str
) -> None:
    with pytest.raises(EventInvalid) as refused:
        await scene.desk.plan(OPERATOR, body() | wrong)
    assert refused.value.params["pointer"] == pointer
    assert (scene.told, await scene.record()) == ([], [])


async def test_who_may_not_plans_changes_and_cancels_nothing(scene: Scene) -> None:
    event = await scene.desk.plan(OPERATOR, body())
    for forbidden in (
        scene.desk.plan(MODERATOR, body()),
        scene.desk.change(MODERATOR, event.id, body()),
        scene.desk.cancel(MODERATOR, event.id),
    ):
        with pytest.raises(NotAllowed):
            await forbidden
    assert len(await scene.record()) == 1


async def test_what_is_over_or_was_never_there_is_said_as_that(scene: Scene) -> None:
    event = await scene.desk.plan(OPERATOR, body())
    with pytest.raises(NoSuchEvent):
        await scene.desk.cancel(OPERATOR, "nothing")
    scene.clock_ms[0] = event.plan.ends_ms
    with pytest.raises(EventOver):
        await scene.desk.cancel(OPERATOR, event.id)
    with pytest.raises(EventPast):
        await scene.desk.plan(OPERATOR, body())


async def test_there_are_not_more_coming_events_than_can_be_looked_through(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(desk_module, "COMING_MAX_COUNT", 2)
    for hours in (1, 3):
        await scene.desk.plan(OPERATOR, body(NOW + hours * HOUR_MS))
    with pytest.raises(TooManyEvents):
        await scene.desk.plan(OPERATOR, body(NOW + 5 * HOUR_MS))
    scene.clock_ms[0] = NOW + 2 * HOUR_MS
    await scene.desk.plan(OPERATOR, body(NOW + 5 * HOUR_MS))


async def test_plans_that_are_cancelled_again_and_again_come_to_an_end(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each stays in everybody's programme until it would have been over."""
    monkeypatch.setattr(desk_module, "KEPT_MAX_COUNT", 3)
    for _ in range(3):
        event = await scene.desk.plan(OPERATOR, body())
        await scene.desk.cancel(OPERATOR, event.id)
    with pytest.raises(TooManyEvents):
        await scene.desk.plan(OPERATOR, body())
    scene.clock_ms[0] = event.plan.ends_ms
    await scene.desk.plan(OPERATOR, body(event.plan.ends_ms + HOUR_MS))


async def test_staff_see_all_that_runs_and_comes_however_much_is_planned(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(desk_module, "LISTED_MAX_COUNT", 1)
    hours = (1, 3, 5, 7)
    ids = [(await scene.desk.plan(OPERATOR, body(NOW + hour * HOUR_MS))).id for hour in hours]
    scene.clock_ms[0] = NOW + 5 * HOUR_MS
    told = await scene.desk.listed()
    assert [each["id"] for each in told] == [ids[3], ids[2], ids[1]], "of what is over the last alone"
    assert [each["phase"] for each in told] == ["coming", "running", "over"]


async def test_staff_see_what_is_over_with_its_counts_and_the_texts_as_written(scene: Scene) -> None:
    event = await scene.desk.plan(OPERATOR, body(description={"zh": "中文"}))
    scene.clock_ms[0] = event.plan.ends_ms
    (told,) = await scene.desk.listed()
    assert (told["phase"], told["description"]) == ("over", {"zh": "中文", "en": ""})
    assert told["attendance"] == {"peak": 0, "visitors": 0, "minutes": 0}
    assert told["begins_at"] == iso(event.plan.begins_ms)


async def test_a_programme_forgets_what_is_long_over(scene: Scene) -> None:
    event = await scene.desk.plan(OPERATOR, body())
    later = event.plan.ends_ms + REMEMBERED_MS
    assert scene.programme.remembered(later) == [event]
    assert scene.programme.listed(event.plan.ends_ms) == []
    scene.clock_ms[0] = later + DAY_MS
    await scene.desk.plan(OPERATOR, body(later + 2 * DAY_MS))
    assert scene.programme.get(event.id) is None
