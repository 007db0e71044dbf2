"""/api/booths/{id}/visits and /leads: what came of a booth."""

from __future__ import annotations

import datetime
from typing import Final

from aiohttp import web

from yuanzhan.access import Permission
from yuanzhan.errors.booths import NoSuchBooth, NoSuchCard
from yuanzhan.errors.requests import RequestInvalid
from yuanzhan.instants import DAY_MS, now_ms
from yuanzhan.visits.book import Book
from yuanzhan.visits.report import card_json, cards_csv
from yuanzhan.web import visitor_bodies as told
from yuanzhan.web.answers import json_answer
from yuanzhan.web.gate import Gate
from yuanzhan.web.openapi import operation

_USUAL_DAYS: Final = 30
# 9999-12-31: later moments have no ISO form.
_LAST_MS: Final = 253_402_300_799_000


class VisitRoutes:
    """Handlers of what came of booths."""

    def __init__(self, book: Book, gate: Gate) -> None:
        self._book = book
        self._gate = gate

    @operation(
        answer=told.VisitsAnswer,
        query={"from": "ISO 8601", "until": "ISO 8601"},
        errors=(NoSuchBooth, RequestInvalid),
    )
    async def visits(self, request: web.Request) -> web.StreamResponse:
        """GET /api/booths/{id}/visits: visits, different visitors, seconds, opened items, hours, heat map.

        Of the last 30 days, or from `from` until `until` (ISO 8601).
        """
        actor = await self._gate.require_any(request, Permission.BOOTHS_EDIT, Permission.BOOTHS_READ_ALL)
        until_ms = _moment(request, "until", now_ms() + 1)
        from_ms = _moment(request, "from", until_ms - _USUAL_DAYS * DAY_MS)
        return json_answer(await self._book.report(actor, request.match_info["id"], from_ms, until_ms))

    @operation(answer=list[told.LeadAnswer], errors=(NoSuchBooth,))
    async def leads(self, request: web.Request) -> web.StreamResponse:
        """GET /api/booths/{id}/leads: the cards that visitors chose to leave, the newest first."""
        actor = await self._gate.require(request, Permission.BOOTHS_EDIT)
        cards = await self._book.cards(actor, request.match_info["id"])
        return json_answer([card_json(card) for card in cards])

    @operation(answer_type="text/csv", errors=(NoSuchBooth,))
    async def leads_csv(self, request: web.Request) -> web.StreamResponse:
        """GET /api/booths/{id}/leads.csv: the same for a spreadsheet."""
        actor = await self._gate.require(request, Permission.BOOTHS_EDIT)
        booth = request.match_info["id"]
        cards = await self._book.cards(actor, booth)
        headers = {"Content-Disposition": f'attachment; filename="leads-{booth}.csv"'}
        return web.Response(text=cards_csv(cards), content_type="text/csv", charset="utf-8", headers=headers)

    @operation(status=204, errors=(NoSuchBooth, NoSuchCard))
    async def forget_lead(self, request: web.Request) -> web.StreamResponse:
        """DELETE /api/booths/{id}/leads/{lead}: forget a card, as its visitor may ask."""
        actor = await self._gate.require(request, Permission.BOOTHS_EDIT)
        await self._book.forget_card(actor, request.match_info["id"], request.match_info["lead"])
        return web.Response(status=204)


def _moment(request: web.Request, name: str, otherwise_ms: int) -> int:
    """A moment of the query in Unix milliseconds; one without a zone is UTC. Raises RequestInvalid."""
    text = request.query.get(name)
    if text is None:
        return otherwise_ms
    try:
        moment = datetime.datetime.fromisoformat(text)
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=datetime.UTC)
        at_ms = round(moment.timestamp() * 1000)
    except (ValueError, OverflowError):
        raise RequestInvalid() from None
    if not 0 <= at_ms <= _LAST_MS:
        raise RequestInvalid()
    return at_ms
