"""/api/acts, /api/reports, /api/people, /api/appeals: what operators see and do."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Final, Protocol

from aiohttp import web

from yuanzhan.access import Permission
from yuanzhan.errors.moderation import (
    ActInvalid,
    ActKnown,
    ActOver,
    AppealKnown,
    BothLanguagesNeeded,
    NothingSaid,
    ReportHandled,
    TargetGone,
    TargetIsStaff,
)
from yuanzhan.errors.requests import RequestInvalid
from yuanzhan.errors.sign_in import TooManyTries
from yuanzhan.moderation.acts import RULES, Kind, Reason
from yuanzhan.moderation.appeals import APPEAL_MAX_CHARS, CONTACT_MAX_CHARS
from yuanzhan.moderation.desk import Desk
from yuanzhan.moderation.orders import cleaned, read_order
from yuanzhan.moderation.people import Known
from yuanzhan.moderation.records import act_json
from yuanzhan.moderation.reports import Step
from yuanzhan.web import desk_bodies as told
from yuanzhan.web.answers import json_answer
from yuanzhan.web.forms import Form
from yuanzhan.web.gate import Gate
from yuanzhan.web.handshake import address_of
from yuanzhan.web.openapi import operation
from yuanzhan.web.rations import Rations

APPEALS_BURST: Final = 5.0
APPEALS_RATE_HZ: Final = 1 / 600
"""One text for one act: nobody needs more, and nobody guesses ids at this rate."""
SEARCH_MAX_CHARS: Final = 64
_PLACE: Final = re.compile(r"([0-9]{1,15})-([0-9a-z]{1,24})")


class Halls(Protocol):
    """What operators look at live; `live.oversight.Oversight` is one."""

    @property
    def time_zone(self) -> str:
        """That of their opening hours, as the tz database has it."""

    def hall_states(self) -> Sequence[Mapping[str, object]]:
        """Each hall: its people, door and rules."""

    def search(self, words: str, hall: str | None = None, limit: int = 50) -> list[Known]:
        """Visitors whose names hold these words."""

    def known(self, hall: str, visitor: int) -> Known | None:
        """Who this id is in a hall, None when gone."""

    def known_by(self, visit: str) -> Known | None:
        """Whose visit this is, in whatever hall, None when gone."""


def appeals_ration(clock: Callable[[], float]) -> Rations:
    """How often an address may appeal. `clock` is monotonic seconds."""
    return Rations(APPEALS_RATE_HZ, APPEALS_BURST, clock)


class DeskRoutes:
    """Handlers. `appeals` is how often an address may appeal, `wall_ms` Unix time."""

    def __init__(
        self,
        desk: Desk,
        halls: Halls,
        gate: Gate,
        *,
        trust_forwarded: bool,
        appeals: Rations,
        wall_ms: Callable[[], int],
    ) -> None:
        self._desk = desk
        self._halls = halls
        self._gate = gate
        self._trust_forwarded = trust_forwarded
        self._wall_ms = wall_ms
        self._appeals = appeals

    @operation(answer=told.OverviewAnswer)
    async def overview(self, request: web.Request) -> web.StreamResponse:
        """GET /api/desk: every hall, and what holds now for halls and booths."""
        return json_answer(
            {
                "halls": self._halls.hall_states(),
                "acts": self._desk.on_halls(),
                "now_ms": self._wall_ms(),
                "time_zone": self._halls.time_zone,
            }
        )

    @operation(answer=told.ActKindsAnswer)
    async def table(self, request: web.Request) -> web.StreamResponse:
        """GET /api/desk/acts: which acts there are, for how long, and who may."""
        actor = await self._gate.require_any(request, Permission.HALLS_WATCH)
        rows = [
            {
                "kind": kind.value,
                "on": rule.on.value,
                "lasting": rule.lasting,
                "minutes": None if rule.default_ms is None else rule.default_ms // 60_000,
                "longest_minutes": None if rule.longest_ms is None else rule.longest_ms // 60_000,
                "may": actor.may(rule.permission),
            }
            for kind, rule in RULES.items()
        ]
        return json_answer({"acts": rows, "reasons": [reason.value for reason in Reason]})

    @operation(
        answer=told.ActsAnswer,
        query={
            "holding": "those that hold now alone",
            "before": "`next` of another answer: go on from there",
        },
        errors=(RequestInvalid,),
    )
    async def list_acts(self, request: web.Request) -> web.StreamResponse:
        """GET /api/acts: the last ones, the newest first, a page at a time."""
        before = _place(request.query.get("before"))
        is_holding = "holding" in request.query
        page = self._desk.in_force(before) if is_holding else await self._desk.recent(before)
        following = None if page.following is None else "{}-{}".format(*page.following)
        return json_answer({"acts": page.acts, "next": following})

    @operation(
        body=told.ActWanted,
        answer=told.DoneAnswer,
        status=201,
        errors=(
            ActInvalid,
            ActKnown,
            BothLanguagesNeeded,
            NothingSaid,
            TargetGone,
            TargetIsStaff,
            ReportHandled,
        ),
    )
    async def perform(self, request: web.Request) -> web.StreamResponse:
        """POST /api/acts: 201 when it is written down for good and carried out."""
        actor = await self._gate.require_any(request, *ACTING)
        order = read_order((await Form.of(request)).content)
        done = await self._desk.perform(actor, order)
        return json_answer({"act": act_json(done.act, self._wall_ms()), "reached": done.reached}, status=201)

    @operation(answer=told.OneAct, errors=(TargetGone, ActOver))
    async def undo(self, request: web.Request) -> web.StreamResponse:
        """POST /api/acts/{id}/undo"""
        actor = await self._gate.require_any(request, *ACTING)
        act = await self._desk.undo(actor, request.match_info["id"])
        return json_answer({"act": act_json(act, self._wall_ms())})

    @operation(answer=told.ReportsAnswer, query={"handled": "what is done with instead of the queue"})
    async def list_reports(self, request: web.Request) -> web.StreamResponse:
        """GET /api/reports: the queue, or with ?handled what is done with."""
        return json_answer({"reports": await self._desk.reports.listed(handled="handled" in request.query)})

    @operation(answer=told.WholeReport, errors=(TargetGone,))
    async def report(self, request: web.Request) -> web.StreamResponse:
        """GET /api/reports/{id}: one with its evidence."""
        return json_answer(await self._desk.reports.one(request.match_info["id"]))

    @operation(answer=told.ReportAnswer, errors=(TargetGone, TargetIsStaff, ReportHandled))
    async def step_report(self, request: web.Request) -> web.StreamResponse:
        """POST /api/reports/{id}/{step}: take, release, dismiss, reopen."""
        actor = await self._gate.require(request, Permission.REPORTS_HANDLE)
        try:
            step = Step(request.match_info["step"])
        except ValueError:
            raise TargetGone() from None
        return json_answer(await self._desk.reports.step(actor, request.match_info["id"], step))

    @operation(answer=told.PeopleAnswer, query={"name": "words of their names", "hall": "in this hall alone"})
    async def search(self, request: web.Request) -> web.StreamResponse:
        """GET /api/people?name=...&hall=...: who is here, watches or waits, and who said something today."""
        words = request.query.get("name", "")[:SEARCH_MAX_CHARS].strip()
        hall = request.query.get("hall") or None
        found = self._halls.search(words, hall)
        left = await self._desk.histories.who_left(words.replace("\0", ""), hall)
        return json_answer({"people": [known.to_json() for known in found], "left": left})

    @operation(answer=told.WholePerson, errors=(TargetGone,))
    async def person(self, request: web.Request) -> web.StreamResponse:
        """GET /api/people/{hall}/{visitor}: one, with what they said and what was done."""
        visitor = request.match_info["visitor"]
        if not (visitor.isascii() and visitor.isdigit() and len(visitor) <= 8):
            raise TargetGone()
        known = self._halls.known(request.match_info["hall"], int(visitor))
        return json_answer(await self._desk.histories.person(known))

    @operation(answer=told.WholePerson, errors=(TargetGone,))
    async def visit(self, request: web.Request) -> web.StreamResponse:
        """GET /api/visitors/{visit}: the same by their visit, in whatever hall they are."""
        return json_answer(
            await self._desk.histories.person(self._halls.known_by(request.match_info["visit"]))
        )

    @operation(
        answer=told.LinesAnswer,
        query={"before": "a moment, Unix milliseconds"},
        errors=(TargetGone, RequestInvalid),
    )
    async def lines(self, request: web.Request) -> web.StreamResponse:
        """GET /api/halls/{hall}/lines: what was said lately, or with ?before=MS before a moment."""
        before = request.query.get("before")
        if before is not None and not (before.isascii() and before.isdigit() and len(before) <= 15):
            raise RequestInvalid()
        lines = await self._desk.histories.said(
            request.match_info["hall"], None if before is None else int(before)
        )
        return json_answer({"lines": lines})

    @operation(
        body=told.AppealMade, status=204, errors=(ActInvalid, TargetGone, ActOver, AppealKnown, TooManyTries)
    )
    async def appeal(self, request: web.Request) -> web.StreamResponse:
        """POST /api/acts/{id}/appeal: by whoever was told the act's id."""
        self._appeals.take(address_of(request, trust_forwarded=self._trust_forwarded))
        form = await Form.of(request)
        text, contact = cleaned(form.text("text")), cleaned(form.text_or_none("contact") or "")
        if not 1 <= len(text) <= APPEAL_MAX_CHARS:
            raise ActInvalid(pointer="/text")
        if len(contact) > CONTACT_MAX_CHARS:
            raise ActInvalid(pointer="/contact")
        await self._desk.appeals.make(request.match_info["id"], text, contact)
        return web.Response(status=204)

    @operation(answer=told.AppealState, errors=(TargetGone,))
    async def appeal_state(self, request: web.Request) -> web.StreamResponse:
        """GET /api/acts/{id}/appeal: by whoever was told the act's id."""
        return json_answer(await self._desk.appeals.state(request.match_info["id"]))

    @operation(answer=told.AppealsAnswer)
    async def list_appeals(self, request: web.Request) -> web.StreamResponse:
        """GET /api/appeals: those that nobody has answered."""
        return json_answer({"appeals": await self._desk.appeals.listed()})

    @operation(status=204, errors=(TargetGone,))
    async def answer_appeal(self, request: web.Request) -> web.StreamResponse:
        """POST /api/appeals/{id}/{answer}: grant or decline."""
        actor = await self._gate.require(request, Permission.REPORTS_HANDLE)
        answer = request.match_info["answer"]
        if answer not in ("grant", "decline"):
            raise TargetGone()
        await self._desk.appeals.answer(actor, request.match_info["id"], granted=answer == "grant")
        return web.Response(status=204)


ACTING: Final = tuple(sorted({RULES[kind].permission for kind in Kind}))
"""Whoever has one of these can do some act; the desk looks which."""


def _place(text: str | None) -> tuple[int, str] | None:
    """A place among acts, as `next` tells it. Raises RequestInvalid."""
    if text is None:
        return None
    found = _PLACE.fullmatch(text)
    if found is None:
        raise RequestInvalid()
    return int(found[1]), found[2]
