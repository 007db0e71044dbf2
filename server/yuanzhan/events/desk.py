"""Planning, changing and cancelling events.

As with acts: one transaction writes the event and its line in the audit record; when that is durable the
halls know of it; only then is it acknowledged.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Any, Final

from yuanzhan.access import Actor, Permission
from yuanzhan.errors.events import (
    EventChanged,
    EventInvalid,
    EventOver,
    EventsOverlap,
    NoSuchEvent,
    TooManyEvents,
)
from yuanzhan.errors.requests import NotAllowed
from yuanzhan.events.event import Event, Phase, Plan
from yuanzhan.events.plans import read_plan, read_sequence
from yuanzhan.events.programme import REMEMBERED_MS, Programme
from yuanzhan.events.rows import attendance_json, event_of, put
from yuanzhan.moderation.whole import whole
from yuanzhan.store import audit
from yuanzhan.store import events as stored
from yuanzhan.store.base import new_id
from yuanzhan.store.database import Database, Session
from yuanzhan.store.events import EventRow

COMING_MAX_COUNT: Final = 500
"""Events that are not over: a fair of two weeks with nine a day in each of four halls."""
KEPT_MAX_COUNT: Final = 2 * COMING_MAX_COUNT
"""The same with those that were cancelled, which pages and calendars are told of as long."""
LISTED_MAX_COUNT: Final = 300
"""Of those that are over, the last to begin."""

PlacesOf = Callable[[str], Collection[str] | None]
"""The ids of the places of a hall; None where there is no such hall."""


async def read_programme(database: Database, now_ms: int) -> Programme:
    """The programme as the store has it."""
    async with database.reading() as session:
        rows = await stored.ending_after(session, now_ms - REMEMBERED_MS)
    return Programme(map(event_of, rows))


class EventDesk:
    """`changed` is called when the programme has become another one; `clock_ms` is Unix time."""

    def __init__(
        self,
        database: Database,
        programme: Programme,
        places_of: PlacesOf,
        changed: Callable[[], None],
        clock_ms: Callable[[], int],
    ) -> None:
        self._database = database
        self._programme = programme
        self._places_of = places_of
        self._changed = changed
        self._clock_ms = clock_ms

    async def plan(self, actor: Actor, body: Mapping[str, Any]) -> Event:
        """A new event. Raises NotAllowed and what is wrong with it, and then nothing was written."""
        _check(actor)
        return await whole(self._plan(actor, body))

    async def change(self, actor: Actor, event_id: str, body: Mapping[str, Any]) -> Event:
        """The same event with another plan. Where the body has the `sequence` that it begins from, nothing
        that was changed since is written over. Raises as `plan`, NoSuchEvent, EventOver, EventChanged.
        """
        _check(actor)
        return await whole(self._change(actor, event_id, body))

    async def cancel(self, actor: Actor, event_id: str) -> Event:
        """It does not take place, and calendars that follow say so. Raises as `change`."""
        _check(actor)
        return await whole(self._cancel(actor, event_id))

    async def listed(self) -> list[dict[str, Any]]:
        """As staff see them, the last to begin first: with how many came."""
        at_ms = self._clock_ms()
        async with self._database.reading() as session:
            coming = await stored.ending_after(session, at_ms)
            over = await stored.over(session, at_ms, LISTED_MAX_COUNT)
        rows = sorted([*coming, *over], key=lambda row: (-row.begins_at_ms, row.id))
        return [_staff_json(row, at_ms) for row in rows]

    async def _plan(self, actor: Actor, body: Mapping[str, Any]) -> Event:
        at_ms = self._clock_ms()
        plan = read_plan(body, at_ms)
        async with self._database.transaction() as session:
            await self._check_room(session, plan, "")
            coming_count, kept_count = await stored.counts_after(session, at_ms)
            if coming_count >= COMING_MAX_COUNT or kept_count >= KEPT_MAX_COUNT:
                raise TooManyEvents(most=COMING_MAX_COUNT)
            row = EventRow(
                id=new_id(),
                sequence=0,
                changed_at_ms=at_ms,
                cancelled_at_ms=None,
                peak_count=0,
                visitors_count=0,
                stayed_s=0,
            )
            put(plan, row)
            await stored.add(session, row)
            await _record(session, actor, "event.plan", row.id, None, plan, at_ms)
        return self._told(event_of(row), at_ms)

    async def _change(self, actor: Actor, event_id: str, body: Mapping[str, Any]) -> Event:
        at_ms = self._clock_ms()
        async with self._database.transaction() as session:
            row = await _row_of(session, event_id, at_ms)
            if read_sequence(body) not in (None, row.sequence):
                raise EventChanged()
            former = event_of(row).plan
            plan = read_plan(body, at_ms, former)
            await self._check_room(session, plan, row.id)
            put(plan, row)
            row.sequence += 1
            row.changed_at_ms = at_ms
            await session.flush()
            await _record(session, actor, "event.change", row.id, former, plan, at_ms)
        return self._told(event_of(row), at_ms)

    async def _cancel(self, actor: Actor, event_id: str) -> Event:
        at_ms = self._clock_ms()
        async with self._database.transaction() as session:
            row = await _row_of(session, event_id, at_ms)
            row.cancelled_at_ms = row.changed_at_ms = at_ms
            row.sequence += 1
            await session.flush()
            await _record(session, actor, "event.cancel", row.id, event_of(row).plan, None, at_ms)
        return self._told(event_of(row), at_ms)

    async def _check_room(self, session: Session, plan: Plan, except_id: str) -> None:
        """Raises EventInvalid for a hall or a place that is not there, EventsOverlap."""
        places = self._places_of(plan.hall)
        if places is None:
            raise EventInvalid(pointer="/hall")
        if plan.stage and plan.stage not in places:
            raise EventInvalid(pointer="/stage")
        await stored.take_plan(session)
        other = await stored.in_the_way(session, plan.hall, plan.begins_ms, plan.ends_ms, except_id)
        if other is not None:
            raise EventsOverlap(title=other.title_zh or other.title_en)

    def _told(self, event: Event, at_ms: int) -> Event:
        self._programme.put(event, at_ms)
        self._changed()
        return event


def _check(actor: Actor) -> None:
    if not actor.may(Permission.EVENTS_MANAGE):
        raise NotAllowed()


async def _row_of(session: Session, event_id: str, at_ms: int) -> EventRow:
    """An event that can still be changed. Raises NoSuchEvent, EventOver."""
    row = await stored.get(session, event_id)
    if row is None:
        raise NoSuchEvent()
    if event_of(row).phase(at_ms) in (Phase.OVER, Phase.CANCELLED):
        raise EventOver()
    return row


async def _record(
    session: Session, actor: Actor, act: str, id: str, before: Plan | None, after: Plan | None, at_ms: int
) -> None:
    snapshots = [None if plan is None else _without_names(plan) for plan in (before, after)]
    await audit.append(session, actor, act, f"event:{id}", "", *snapshots, at_ms=at_ms)


def _without_names(plan: Plan) -> dict[str, Any]:
    """The record stays for ever, and speakers may want to be forgotten: it says how many, not who, and of the
    description, where names may be as well, only how long it is.
    """
    lengths = {lang: len(text) for lang, text in plan.description.own().items()}
    return {**plan.json(), "speakers": len(plan.speakers), "description": lengths}


def _staff_json(row: EventRow, at_ms: int) -> dict[str, Any]:
    event = event_of(row)
    own = {"title": event.plan.title.own(), "description": event.plan.description.own()}
    return {**event.json(at_ms), **own, "attendance": attendance_json(row)}
