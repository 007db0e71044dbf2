"""/api/events, /events.ics: the programme, for visitors, their calendars, and those who plan it."""

from __future__ import annotations

import asyncio
import hashlib
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from aiohttp import web

from yuanzhan import catalogue
from yuanzhan.access import Permission
from yuanzhan.catalogue import Lang
from yuanzhan.errors.events import (
    EventChanged,
    EventEndsEarly,
    EventInvalid,
    EventOver,
    EventPast,
    EventsOverlap,
    EventTooLong,
    NoSuchEvent,
    TooManyEvents,
)
from yuanzhan.errors.requests import NoSuchHall
from yuanzhan.events.calendar import calendar_of, said
from yuanzhan.events.desk import EventDesk
from yuanzhan.events.event import Event
from yuanzhan.events.programme import Programme
from yuanzhan.web import event_bodies as told
from yuanzhan.web.answers import is_known, json_answer
from yuanzhan.web.forms import Form
from yuanzhan.web.gate import Gate
from yuanzhan.web.halls import PublishedHall
from yuanzhan.web.openapi import operation
from yuanzhan.web.policy import REVALIDATE

FEEDS_KEPT_COUNT: Final = 32
"""Feeds that stand ready: each hall's and all halls', in both languages, at a few addresses of the site."""

_PLAN_ERRORS: Final = (EventInvalid, EventEndsEarly, EventTooLong, EventPast, EventsOverlap)

StageOf = Callable[[str], Mapping[str, object] | None]
"""What goes on at an event now; None where nothing does. `live.house.House.stage_of` is one."""


class EventRoutes:
    """Handlers. `public_url` is the site's address where one is set; `clock_ms` Unix time."""

    def __init__(
        self,
        desk: EventDesk,
        programme: Programme,
        halls: Mapping[str, PublishedHall],
        stage_of: StageOf,
        gate: Gate,
        *,
        public_url: str,
        clock_ms: Callable[[], int],
    ) -> None:
        self._desk = desk
        self._programme = programme
        self._halls = halls
        self._stage_of = stage_of
        self._gate = gate
        self._public_url = public_url.rstrip("/")
        self._clock_ms = clock_ms
        self._feeds: OrderedDict[tuple[str, ...], tuple[int, bytes]] = OrderedDict()
        self._making = asyncio.Lock()

    @operation(answer=told.EventsAnswer, query={"hall": "of this hall alone"})
    async def listed(self, request: web.Request) -> web.StreamResponse:
        """GET /api/events: what runs and what is coming, of all halls or of ?hall=."""
        now_ms = self._clock_ms()
        events = self._programme.listed(now_ms, request.query.get("hall") or None)
        return json_answer({"events": [event.json(now_ms) for event in events], "now_ms": now_ms})

    async def all_halls_feed(self, request: web.Request) -> web.StreamResponse:
        """GET /events.ics"""
        return await self._feed(request, None)

    async def hall_feed(self, request: web.Request) -> web.StreamResponse:
        """GET /halls/{hall}/events.ics"""
        hall = request.match_info["hall"]
        if hall not in self._halls:
            raise NoSuchHall()
        return await self._feed(request, hall)

    async def one_feed(self, request: web.Request) -> web.StreamResponse:
        """GET /events/{id}.ics: one event, to be put into a calendar once."""
        event = self._programme.get(request.match_info["id"])
        if event is None:
            raise NoSuchEvent()
        lang = _lang_of(request)
        content = self._made([event], lang, said(event.plan.title, lang), self._base(request))
        return _calendar(request, content, f"{event.id}.ics")

    @operation(answer=told.StaffEventsAnswer)
    async def for_staff(self, request: web.Request) -> web.StreamResponse:
        """GET /api/desk/events: the last and the coming ones, with how many came."""
        return json_answer({"events": await self._desk.listed(), "now_ms": self._clock_ms()})

    @operation(
        body=told.EventWanted, answer=told.EventAnswer, status=201, errors=(*_PLAN_ERRORS, TooManyEvents)
    )
    async def plan(self, request: web.Request) -> web.StreamResponse:
        """POST /api/events"""
        actor = await self._gate.require(request, Permission.EVENTS_MANAGE)
        event = await self._desk.plan(actor, (await Form.of(request)).content)
        return json_answer(event.json(self._clock_ms()), status=201)

    @operation(
        body=told.EventChange,
        answer=told.EventAnswer,
        errors=(*_PLAN_ERRORS, NoSuchEvent, EventOver, EventChanged),
    )
    async def change(self, request: web.Request) -> web.StreamResponse:
        """PUT /api/events/{id}"""
        actor = await self._gate.require(request, Permission.EVENTS_MANAGE)
        body = (await Form.of(request)).content
        event = await self._desk.change(actor, request.match_info["id"], body)
        return json_answer(event.json(self._clock_ms()))

    @operation(answer=told.EventAnswer, errors=(NoSuchEvent, EventOver))
    async def cancel(self, request: web.Request) -> web.StreamResponse:
        """POST /api/events/{id}/cancel"""
        actor = await self._gate.require(request, Permission.EVENTS_MANAGE)
        event = await self._desk.cancel(actor, request.match_info["id"])
        return json_answer(event.json(self._clock_ms()))

    @operation(answer=told.StageAnswer, errors=(NoSuchEvent,))
    async def stage(self, request: web.Request) -> web.StreamResponse:
        """GET /api/events/{id}/stage: how many are there now, whose hands are up, who has the floor."""
        stage = self._stage_of(request.match_info["id"])
        if stage is None:
            raise NoSuchEvent()
        return json_answer(stage)

    async def _feed(self, request: web.Request, hall: str | None) -> web.StreamResponse:
        """Made once for each state of the programme, beside the loop and one at a time: hundreds of events
        take a while, and after a change many ask at once.
        """
        lang, base = _lang_of(request), self._base(request)
        key = (hall or "", lang, base)
        if self._kept(key) is None:
            async with self._making:
                if self._kept(key) is None:
                    revision = self._programme.revision
                    self._feeds[key] = revision, await self._make(hall, lang, base)
        self._feeds.move_to_end(key)
        content = self._feeds[key][1]
        while len(self._feeds) > FEEDS_KEPT_COUNT:
            self._feeds.popitem(last=False)
        return _calendar(request, content, "yuanzhan.ics")

    def _kept(self, key: tuple[str, ...]) -> bytes | None:
        """The feed of the programme as it is."""
        revision, content = self._feeds.get(key, (-1, b""))
        return content if revision == self._programme.revision else None

    async def _make(self, hall: str | None, lang: Lang, base: str) -> bytes:
        events = self._programme.remembered(self._clock_ms(), hall)
        name = catalogue.sentence("calendar.name", lang)
        if hall is not None:
            name = f"{name} {self._place_name(hall, lang)}"
        return await asyncio.to_thread(self._made, events, lang, name, base)

    def _made(self, events: Sequence[Event], lang: Lang, name: str, base: str) -> bytes:
        return calendar_of(events, lang, name, base, self._place_name)

    def _place_name(self, hall: str, lang: Lang) -> str:
        found = self._halls.get(hall)
        place: Any = {} if found is None else found.summary["place"]
        return place.get(lang) or hall

    def _base(self, request: web.Request) -> str:
        return self._public_url or f"{request.scheme}://{request.host}"


def _lang_of(request: web.Request) -> Lang:
    """?lang= first: a calendar's program asks in no language of its own."""
    wanted = request.query.get("lang", "")
    if wanted in ("zh", "en"):
        return "zh" if wanted == "zh" else "en"
    return catalogue.lang_of_header(request.headers.get("Accept-Language", ""))


def _calendar(request: web.Request, content: bytes, name: str) -> web.StreamResponse:
    tag = hashlib.sha256(content).hexdigest()[:16]
    headers = {
        "ETag": f'"{tag}"',
        "Vary": "Accept-Language",
        "Cache-Control": REVALIDATE,
        "Content-Disposition": f'attachment; filename="{name}"',
    }
    if is_known(request, tag):
        return web.Response(status=304, headers=headers)
    return web.Response(body=content, content_type="text/calendar", charset="utf-8", headers=headers)
