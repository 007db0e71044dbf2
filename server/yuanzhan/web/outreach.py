"""/api/outreach: letters to visitors who allow it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from aiohttp import web

from yuanzhan.access import Permission
from yuanzhan.errors.booths import NoSuchBooth
from yuanzhan.errors.outreach import BoothNotShown, TooManyLetters
from yuanzhan.errors.requests import BodyWrong, NotAllowed, RequestInvalid
from yuanzhan.errors.sign_in import TooManyTries
from yuanzhan.errors.uploads import MediaTypeWrong
from yuanzhan.outreach.desk import Draft, OutreachDesk
from yuanzhan.outreach.letter import Text
from yuanzhan.web.answers import json_answer
from yuanzhan.web.bodies import body_as
from yuanzhan.web.gate import Gate
from yuanzhan.web.openapi import operation
from yuanzhan.web.outreach_bodies import (
    ID_MAX_CHARS,
    LetterAnswer,
    LetterBody,
    OutreachAnswer,
    People,
    ReachBody,
)
from yuanzhan.web.rations import Rations

REACH_RATE_HZ: Final = 0.5
REACH_BURST: Final = 30.0
"""Pressing through all halls, interests and languages of the form, and then one each two seconds: each looks
at everybody who allows letters, and enough of them would tell people apart.
"""


class OutreachRoutes:
    """Handlers. `clock` is monotonic seconds."""

    def __init__(self, desk: OutreachDesk, gate: Gate, clock: Callable[[], float]) -> None:
        self._desk = desk
        self._gate = gate
        self._asking = Rations(REACH_RATE_HZ, REACH_BURST, clock)

    @operation(
        answer=OutreachAnswer,
        query={"booth": "only letters about this booth"},
        errors=(NoSuchBooth, NotAllowed, RequestInvalid),
    )
    async def sent(self, request: web.Request) -> web.StreamResponse:
        """GET /api/outreach: the last letters and what came of each, as counts; with ?booth= those about one.
        Exhibitors see their own organisation's.
        """
        actor = await self._gate.require_any(request, *REACHING)
        booth = request.query.get("booth") or None
        if booth is not None and (len(booth) > ID_MAX_CHARS or not booth.isprintable()):
            raise RequestInvalid()
        return json_answer(await self._desk.sent(actor, booth))

    @operation(
        body=ReachBody,
        answer=People,
        errors=(BodyWrong, MediaTypeWrong, NoSuchBooth, NotAllowed, TooManyTries),
    )
    async def reach(self, request: web.Request) -> web.StreamResponse:
        """POST /api/outreach/audience: about how many a letter would be sent to now. Small numbers are not
        told.
        """
        actor = await self._gate.require_any(request, *REACHING)
        self._asking.take(actor.account_id)
        body = await body_as(request, ReachBody)
        return json_answer(await self._desk.reach_of(actor, body.audience.audience(), body.by))

    @operation(
        body=LetterBody,
        answer=LetterAnswer,
        status=201,
        errors=(BodyWrong, MediaTypeWrong, NoSuchBooth, NotAllowed, BoothNotShown, TooManyLetters),
    )
    async def send(self, request: web.Request) -> web.StreamResponse:
        """POST /api/outreach: 201 when it is written down for good and on its way."""
        actor = await self._gate.require_any(request, *REACHING)
        body = await body_as(request, LetterBody)
        draft = Draft(
            text=Text(body.text.zh, body.text.en),
            audience=body.audience.audience(),
            by=body.by,
            about=None if body.about is None else (body.about.hall, body.about.booth),
            leads=body.invite,
        )
        return json_answer(await self._desk.send(actor, draft), status=201)


REACHING: Final = (Permission.REACH_ALL, Permission.REACH_OWN)
"""Whoever has one of these may send something; the desk looks what, and to whom."""
