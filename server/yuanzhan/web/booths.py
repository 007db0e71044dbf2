"""/api/booths: the booths of an organisation, their places and what stands around their models."""

from __future__ import annotations

from typing import Any

from aiohttp import web

from yuanzhan.access import Permission
from yuanzhan.booths.desk import Desk
from yuanzhan.booths.dress import DRESS_MAX_BYTES, Dress
from yuanzhan.booths.finishing import PANEL
from yuanzhan.booths.kinds import KIND_OF_TYPE, TYPE_OF_SUFFIX
from yuanzhan.booths.overview import Overview
from yuanzhan.booths.telling import BoothAnswer, SlotAnswer, url_of
from yuanzhan.booths.threads import in_thread
from yuanzhan.booths.uploads import Uploads, Wanted
from yuanzhan.errors.booths import DressWrong, NoSuchBooth, NoSuchVersion, SlotTaken, TooManyBooths
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
from yuanzhan.web.booth_bodies import FileAnswer, NewBooth, Tell
from yuanzhan.web.gate import Gate
from yuanzhan.web.openapi import operation
from yuanzhan.web.uploads import Body


class BoothRoutes:
    """Handlers of /api/booths, but for those of single versions."""

    def __init__(self, desk: Desk, overview: Overview, uploads: Uploads, gate: Gate, tell: Tell) -> None:
        self._desk = desk
        self._overview = overview
        self._uploads = uploads
        self._gate = gate
        self._tell = tell

    @operation(answer=list[BoothAnswer])
    async def booths(self, request: web.Request) -> web.StreamResponse:
        """GET /api/booths: the booths of one's own organisation; for staff all of them."""
        actor = await self._gate.require_any(request, Permission.BOOTHS_EDIT, Permission.BOOTHS_READ_ALL)
        told = [self._tell(booth) for booth in await self._overview.booths(actor)]
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
        return json_answer(self._tell(await self._desk.create(actor, new.title)), status=201)

    @operation(answer=BoothAnswer, errors=(NoSuchBooth,))
    async def get(self, request: web.Request) -> web.StreamResponse:
        """GET /api/booths/{id}: one booth with all of its versions."""
        actor = await self._gate.require_any(request, Permission.BOOTHS_EDIT, Permission.BOOTHS_READ_ALL)
        return json_answer(self._tell(await self._overview.get(actor, request.match_info["id"])))

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
        return json_answer(self._tell(await self._desk.rename(actor, request.match_info["id"], new.title)))

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
        return json_answer(self._tell(await self._desk.dress(actor, request.match_info["id"], dress)))

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

    @operation(answer=list[SlotAnswer], errors=(NoSuchHall,))
    async def slots(self, request: web.Request) -> web.StreamResponse:
        """GET /api/halls/{hall}/slots: where a booth can stand, and until when others' places are kept."""
        actor = await self._gate.require_any(request, Permission.BOOTHS_EDIT, Permission.BOOTHS_READ_ALL)
        return json_answer(await self._overview.slots(actor, request.match_info["hall"]))

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
        return json_answer(await self._overview.preview(actor, request.match_info["id"]))
