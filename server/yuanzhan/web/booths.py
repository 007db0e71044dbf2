"""/api/booths: what exhibitors do with their booths, and operators with those of others."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Annotated, Any, Final

from aiohttp import web
from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from yuanzhan.access import Permission
from yuanzhan.booths.desk import Desk
from yuanzhan.booths.dress import DRESS_MAX_BYTES, AnyTitle, BodyText, Dress, filled
from yuanzhan.booths.kinds import KIND_OF_TYPE, TYPE_OF_SUFFIX
from yuanzhan.booths.telling import BoothAnswer, Json, ReviewAnswer, SlotAnswer, TakenDownAnswer, url_of
from yuanzhan.booths.threads import in_thread
from yuanzhan.booths.uploads import PANEL, Uploads, Wanted
from yuanzhan.errors.booths import (
    DressWrong,
    NoSuchBooth,
    NoSuchVersion,
    NotInThisState,
    SlotTaken,
    SubmittedAnew,
    TooManyBooths,
    TooManyVersions,
)
from yuanzhan.errors.requests import BodyWrong, NoSuchHall, RequestInvalid
from yuanzhan.errors.server import DiskFull, ObjectsUnreachable
from yuanzhan.errors.uploads import (
    FileKindRefused,
    MediaTypeWrong,
    PictureUnfinished,
    QuotaFull,
    TooManyUploads,
    UploadTooLarge,
)
from yuanzhan.web.answers import json_answer, json_list_answer
from yuanzhan.web.bodies import body_as
from yuanzhan.web.gate import Gate
from yuanzhan.web.openapi import operation
from yuanzhan.web.uploads import Body

_NUMBER: Final = re.compile(r"[1-9][0-9]{0,5}", re.ASCII)
_STRICT: Final = ConfigDict(extra="forbid", strict=True)
TakenDown = Callable[[str], TakenDownAnswer | None]
"""What the staff did to a booth, by its id."""
REASON_MAX: Final = 1_000
MOMENT_MAX: Final = 32


class NewBooth(BaseModel):
    """What a booth begins with."""

    model_config = _STRICT

    title: AnyTitle


class Reason(BaseModel):
    """Why. The exhibitor reads it."""

    model_config = _STRICT

    reason: Annotated[BodyText, Field(max_length=REASON_MAX), AfterValidator(filled)]


class Withdrawal(BaseModel):
    """Why, where there is something to say."""

    model_config = _STRICT

    reason: Annotated[BodyText, Field(max_length=REASON_MAX)] = ""


class Approval(BaseModel):
    """Without `publish` it is approved only, to be published later. `submitted_at` is that of the version as
    it was looked at."""

    model_config = _STRICT

    publish: bool = True
    submitted_at: Annotated[BodyText, Field(max_length=MOMENT_MAX)] | None = None


class FileAnswer(BaseModel):
    """A file for panels: `object` goes into the dress, `url` is where it is served."""

    object: str
    url: str
    type: str
    kind: str


class BoothRoutes:
    """Handlers of /api/booths and /api/reviews."""

    def __init__(self, desk: Desk, uploads: Uploads, gate: Gate, taken_down: TakenDown) -> None:
        self._desk = desk
        self._uploads = uploads
        self._gate = gate
        self._taken_down = taken_down

    @operation(answer=list[BoothAnswer])
    async def booths(self, request: web.Request) -> web.StreamResponse:
        """GET /api/booths: the booths of one's own organisation; for staff all of them."""
        actor = await self._gate.require_any(request, Permission.BOOTHS_EDIT, Permission.BOOTHS_READ_ALL)
        told = [self._told(booth) for booth in await self._desk.booths(actor)]
        return await in_thread(json_list_answer, told)

    @operation(
        body=NewBooth,
        answer=BoothAnswer,
        status=201,
        errors=(
            BodyWrong,
            MediaTypeWrong,
            TooManyBooths,
        ),
    )
    async def create(self, request: web.Request) -> web.StreamResponse:
        """POST /api/booths: a new booth."""
        actor = await self._gate.require(request, Permission.BOOTHS_EDIT)
        new = await body_as(request, NewBooth)
        return json_answer(self._told(await self._desk.create(actor, new.title)), status=201)

    @operation(answer=BoothAnswer, errors=(NoSuchBooth,))
    async def get(self, request: web.Request) -> web.StreamResponse:
        """GET /api/booths/{id}: one booth with all of its versions."""
        actor = await self._gate.require_any(request, Permission.BOOTHS_EDIT, Permission.BOOTHS_READ_ALL)
        return json_answer(self._told(await self._desk.get(actor, request.match_info["id"])))

    @operation(
        body=NewBooth,
        answer=BoothAnswer,
        errors=(
            BodyWrong,
            MediaTypeWrong,
            NoSuchBooth,
        ),
    )
    async def rename(self, request: web.Request) -> web.StreamResponse:
        """PUT /api/booths/{id}: another title."""
        actor = await self._gate.require(request, Permission.BOOTHS_EDIT)
        new = await body_as(request, NewBooth)
        return json_answer(self._told(await self._desk.rename(actor, request.match_info["id"], new.title)))

    @operation(status=204, errors=(NoSuchBooth,))
    async def delete(self, request: web.Request) -> web.StreamResponse:
        """DELETE /api/booths/{id}: remove a booth, what visitors see of it included."""
        actor = await self._gate.require(request, Permission.BOOTHS_EDIT)
        await self._uploads.drop(await self._desk.delete(actor, request.match_info["id"]))
        return web.Response(status=204)

    @operation(
        body=Dress,
        answer=BoothAnswer,
        errors=(
            DressWrong,
            MediaTypeWrong,
            NoSuchBooth,
            SlotTaken,
        ),
    )
    async def dress(self, request: web.Request) -> web.StreamResponse:
        """PUT /api/booths/{id}/dress: where the booth stands, and what it tells. It takes the slot."""
        actor = await self._gate.require(request, Permission.BOOTHS_EDIT)
        dress = await body_as(request, Dress, most_bytes=DRESS_MAX_BYTES, wrong=DressWrong)
        return json_answer(self._told(await self._desk.dress(actor, request.match_info["id"], dress)))

    @operation(
        answer=FileAnswer,
        status=201,
        body_type="*/*",
        query={"name": "the file's name"},
        errors=(
            NoSuchBooth,
            RequestInvalid,
            FileKindRefused,
            UploadTooLarge,
            QuotaFull,
            TooManyUploads,
            DiskFull,
            ObjectsUnreachable,
            PictureUnfinished,
        ),
    )
    async def add_file(self, request: web.Request) -> web.StreamResponse:
        """POST /api/booths/{id}/files: a picture, video or sound for panels, as the body. Its kind is
        told by its bytes. A long one can be sent to /api/uploads instead, with `purpose` `panel`."""
        actor = await self._gate.require(request, Permission.BOOTHS_EDIT)
        length = request.content_length
        if not length:
            raise RequestInvalid()
        name = request.query.get("name", "")[:400]
        upload = await self._uploads.create(actor, Wanted(request.match_info["id"], PANEL, name, length))
        try:
            done = await self._uploads.receive(actor, upload.id, 0, Body(request), length, None)
            if done.object is None:  # it broke off: nobody could go on with it
                raise RequestInvalid()
        except BaseException:
            await self._uploads.abandon(upload.id)
            raise
        content_type = TYPE_OF_SUFFIX[done.object[done.object.find(".") :]]
        answer = FileAnswer(
            object=done.object,
            url=url_of(done.object) or "",
            type=content_type,
            kind=KIND_OF_TYPE[content_type],
        )
        return json_answer(answer.model_dump(), status=201)

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
        return json_answer(self._told(await self._desk.delete_version(actor, *_version(request))))

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
        return json_answer(self._told(await self._desk.submit(actor, *_version(request))))

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
        return json_answer(self._told(await self._desk.withdraw(actor, *_version(request), told.reason)))

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
        done = await self._desk.approve(
            actor, id, number, publish=told.publish, submitted_at=told.submitted_at
        )
        return json_answer(self._told(done))

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
        return json_answer(self._told(await self._desk.send_back(actor, *_version(request), told.reason)))

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
        return json_answer(self._told(await self._desk.publish(actor, *_version(request))))

    @operation(answer=list[SlotAnswer], errors=(NoSuchHall,))
    async def slots(self, request: web.Request) -> web.StreamResponse:
        """GET /api/halls/{hall}/slots: where a booth can stand, and until when others' places are kept."""
        actor = await self._gate.require_any(request, Permission.BOOTHS_EDIT, Permission.BOOTHS_READ_ALL)
        return json_answer(await self._desk.slots(actor, request.match_info["hall"]))

    @operation(answer=list[ReviewAnswer])
    async def reviews(self, request: web.Request) -> web.StreamResponse:
        """GET /api/reviews: versions that wait for approval, the longest wait first."""
        await self._gate.require(request, Permission.BOOTHS_REVIEW)
        return await in_thread(json_list_answer, await self._desk.reviews())

    @operation(
        answer=dict[str, Any],
        errors=(
            NoSuchBooth,
            NoSuchVersion,
            DressWrong,
        ),
    )
    async def preview(self, request: web.Request) -> web.StreamResponse:
        """GET /api/booths/{id}/preview: the booth as its hall would list it, with its newest model and
        the dress as it is saved now; for staff, while a version waits, as it was submitted."""
        actor = await self._gate.require_any(request, Permission.BOOTHS_EDIT, Permission.BOOTHS_READ_ALL)
        return json_answer(await self._desk.preview(actor, request.match_info["id"]))

    def _told(self, booth: Json) -> Json:
        down = self._taken_down(booth["id"])
        return booth | {"taken_down": None if down is None else down.model_dump()}


def _version(request: web.Request) -> tuple[str, int]:
    number = request.match_info["number"]
    if not _NUMBER.fullmatch(number):
        raise NoSuchVersion()
    return request.match_info["id"], int(number)
