"""/api/booths/{id}/versions and /api/reviews: what exhibitors and operators decide of versions."""

from __future__ import annotations

import re
from typing import Final

from aiohttp import web

from yuanzhan.access import Permission
from yuanzhan.booths.desk import Desk
from yuanzhan.booths.overview import Overview
from yuanzhan.booths.publication import Publication
from yuanzhan.booths.telling import BoothAnswer, ReviewAnswer
from yuanzhan.booths.threads import in_thread
from yuanzhan.errors.booths import (
    DressWrong,
    NoSuchBooth,
    NoSuchVersion,
    NotInThisState,
    SlotTaken,
    SubmittedAnew,
    TooManyVersions,
)
from yuanzhan.errors.requests import BodyWrong
from yuanzhan.errors.uploads import MediaTypeWrong
from yuanzhan.web.answers import json_answer, json_list_answer
from yuanzhan.web.bodies import body_as
from yuanzhan.web.booth_bodies import Approval, Reason, Tell, Withdrawal
from yuanzhan.web.gate import Gate
from yuanzhan.web.openapi import operation

_NUMBER: Final = re.compile(r"[1-9][0-9]{0,5}", re.ASCII)


class VersionRoutes:
    """Handlers of the versions of booths, and of the list of those that wait for approval."""

    def __init__(
        self, publication: Publication, desk: Desk, overview: Overview, gate: Gate, tell: Tell
    ) -> None:
        self._publication = publication
        self._desk = desk
        self._overview = overview
        self._gate = gate
        self._tell = tell

    @operation(
        status=200,
        answer=BoothAnswer,
        errors=(
            NoSuchBooth,
            NoSuchVersion,
            NotInThisState,
            SlotTaken,
        ),
    )
    async def delete_version(self, request: web.Request) -> web.StreamResponse:
        """DELETE /api/booths/{id}/versions/{number}: remove a version that nobody sees or waits for."""
        actor = await self._gate.require(request, Permission.BOOTHS_EDIT)
        return json_answer(self._tell(await self._desk.delete_version(actor, *_version(request))))

    @operation(
        answer=BoothAnswer,
        errors=(
            NoSuchBooth,
            NoSuchVersion,
            NotInThisState,
            DressWrong,
            SlotTaken,
            TooManyVersions,
        ),
    )
    async def submit(self, request: web.Request) -> web.StreamResponse:
        """POST /api/booths/{id}/versions/{number}/submit: ask for approval, with the dress as it is now.
        One that was approved before becomes a new version of the same model."""
        actor = await self._gate.require(request, Permission.BOOTHS_EDIT)
        return json_answer(self._tell(await self._publication.submit(actor, *_version(request))))

    @operation(
        body=Withdrawal,
        answer=BoothAnswer,
        errors=(
            BodyWrong,
            MediaTypeWrong,
            NoSuchBooth,
            NoSuchVersion,
            NotInThisState,
            SlotTaken,
        ),
    )
    async def withdraw(self, request: web.Request) -> web.StreamResponse:
        """POST /api/booths/{id}/versions/{number}/withdraw: back from approval, or away from visitors at
        once."""
        actor = await self._gate.require_any(request, Permission.BOOTHS_EDIT, Permission.BOOTHS_WITHDRAW)
        told = await body_as(request, Withdrawal, optional=True)
        done = await self._publication.withdraw(actor, *_version(request), told.reason)
        return json_answer(self._tell(done))

    @operation(
        body=Approval,
        answer=BoothAnswer,
        errors=(
            BodyWrong,
            MediaTypeWrong,
            NoSuchBooth,
            NoSuchVersion,
            NotInThisState,
            SubmittedAnew,
            SlotTaken,
            DressWrong,
        ),
    )
    async def approve(self, request: web.Request) -> web.StreamResponse:
        """POST /api/booths/{id}/versions/{number}/approve: approve, and show it to visitors."""
        actor = await self._gate.require(request, Permission.BOOTHS_REVIEW)
        told = await body_as(request, Approval, optional=True)
        id, number = _version(request)
        done = await self._publication.approve(
            actor, id, number, publish=told.publish, submitted_at=told.submitted_at
        )
        return json_answer(self._tell(done))

    @operation(
        body=Reason,
        answer=BoothAnswer,
        errors=(
            BodyWrong,
            MediaTypeWrong,
            NoSuchBooth,
            NoSuchVersion,
            NotInThisState,
        ),
    )
    async def send_back(self, request: web.Request) -> web.StreamResponse:
        """POST /api/booths/{id}/versions/{number}/return: not like this, with a reason."""
        actor = await self._gate.require(request, Permission.BOOTHS_REVIEW)
        told = await body_as(request, Reason)
        done = await self._publication.send_back(actor, *_version(request), told.reason)
        return json_answer(self._tell(done))

    @operation(
        answer=BoothAnswer,
        errors=(
            NoSuchBooth,
            NoSuchVersion,
            NotInThisState,
            SlotTaken,
            DressWrong,
        ),
    )
    async def publish(self, request: web.Request) -> web.StreamResponse:
        """POST /api/booths/{id}/versions/{number}/publish: show an approved version; an older one: roll
        back."""
        actor = await self._gate.require_any(request, Permission.BOOTHS_EDIT, Permission.BOOTHS_REVIEW)
        return json_answer(self._tell(await self._publication.publish(actor, *_version(request))))

    @operation(answer=list[ReviewAnswer])
    async def reviews(self, request: web.Request) -> web.StreamResponse:
        """GET /api/reviews: versions that wait for approval, the longest wait first."""
        await self._gate.require(request, Permission.BOOTHS_REVIEW)
        return await in_thread(json_list_answer, await self._overview.reviews())


def _version(request: web.Request) -> tuple[str, int]:
    number = request.match_info["number"]
    if not _NUMBER.fullmatch(number):
        raise NoSuchVersion()
    return request.match_info["id"], int(number)
