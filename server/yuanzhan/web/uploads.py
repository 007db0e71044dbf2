"""tus 1.0.0 (https://tus.io/protocols/resumable-upload, core and the extensions creation, termination,
checksum and expiration): uploads that go on where they broke off.

What the protocol says of requests and answers is here; what becomes of the bytes is in booths/uploads.py.
"""

from __future__ import annotations

import asyncio
import base64
import binascii
import re
from collections.abc import AsyncIterator
from email.utils import formatdate
from http import HTTPStatus
from typing import Final

from aiohttp import web
from aiohttp.client_exceptions import ClientPayloadError

from yuanzhan.access import Permission
from yuanzhan.booths.finishing import MODEL, PANEL
from yuanzhan.booths.receiving import Checksum
from yuanzhan.booths.uploads import Upload, Uploads, Wanted
from yuanzhan.errors.booths import NoSuchBooth, TooManyVersions
from yuanzhan.errors.requests import RequestInvalid
from yuanzhan.errors.server import DiskFull, ObjectsUnreachable
from yuanzhan.errors.uploads import (
    ChecksumMismatch,
    FileKindRefused,
    MediaTypeWrong,
    NoSuchUpload,
    PictureUnfinished,
    QuotaFull,
    TooManyUploads,
    TusVersionUnknown,
    UploadBusy,
    UploadHashWrong,
    UploadOffsetWrong,
    UploadTooLarge,
    UploadTooLong,
)
from yuanzhan.web.gate import Gate
from yuanzhan.web.openapi import operation

VERSION: Final = "1.0.0"
EXTENSIONS: Final = "creation,termination,checksum,expiration"
ALGORITHMS: Final = ("sha1", "sha256", "md5")
BODY_TYPE: Final = "application/offset+octet-stream"
# A connection that brings nothing for so long is given up; what came stays.
SILENCE_S: Final = 60.0
METADATA_MAX: Final = 4_096
_WHOLE: Final = re.compile(r"[0-9]{1,15}", re.ASCII)
_KEY: Final = re.compile(r"[!-+\--~]{1,64}", re.ASCII)
_SHA256: Final = re.compile(r"[0-9a-f]{64}", re.ASCII)
_BOOTH: Final = re.compile(r"[0-9a-z_-]{1,64}", re.ASCII)


class UploadRoutes:
    """Handlers of /api/uploads."""

    def __init__(self, uploads: Uploads, gate: Gate) -> None:
        self._uploads = uploads
        self._gate = gate

    @operation(status=204)
    async def options(self, request: web.Request) -> web.StreamResponse:
        """OPTIONS /api/uploads: what of tus is spoken here."""
        return web.Response(
            status=204,
            headers={
                "Tus-Version": VERSION,
                "Tus-Extension": EXTENSIONS,
                "Tus-Max-Size": str(self._uploads.limits.model_bytes),
                "Tus-Checksum-Algorithm": ",".join(ALGORITHMS),
            },
        )

    @operation(
        status=201,
        headers=("Tus-Resumable", "Upload-Length", "Upload-Metadata"),
        errors=(
            NoSuchBooth,
            TusVersionUnknown,
            UploadTooLarge,
            QuotaFull,
            TooManyUploads,
            TooManyVersions,
            DiskFull,
            RequestInvalid,
        ),
    )
    async def create(self, request: web.Request) -> web.StreamResponse:
        """POST /api/uploads: begin an upload (tus creation). Upload-Metadata has `filename`, `booth`, and
        where wanted `sha256` (of the whole file, hex) and `purpose` (`model`, or `panel` for a panel's
        file)."""
        actor = await self._gate.require(request, Permission.BOOTHS_EDIT)
        _require_version(request)
        wanted = _wanted(request)
        upload = await self._uploads.create(actor, wanted)
        return self._answer(upload, 201, Location=f"/api/uploads/{upload.id}")

    @operation(
        status=200,
        headers=("Tus-Resumable",),
        errors=(NoSuchUpload, TusVersionUnknown, DiskFull, ObjectsUnreachable, PictureUnfinished),
    )
    async def head(self, request: web.Request) -> web.StreamResponse:
        """HEAD /api/uploads/{id}: how much has come."""
        actor = await self._gate.require(request, Permission.BOOTHS_EDIT)
        _require_version(request)
        upload = await self._uploads.find(actor, request.match_info["id"])
        return self._answer(upload, 200, **{"Upload-Length": str(upload.length)})

    @operation(
        status=204,
        body_type=BODY_TYPE,
        headers=("Tus-Resumable", "Upload-Offset"),
        errors=(
            NoSuchUpload,
            TusVersionUnknown,
            UploadOffsetWrong,
            UploadBusy,
            UploadTooLong,
            UploadHashWrong,
            ChecksumMismatch,
            MediaTypeWrong,
            FileKindRefused,
            DiskFull,
            ObjectsUnreachable,
            PictureUnfinished,
            RequestInvalid,
        ),
    )
    async def append(self, request: web.Request) -> web.StreamResponse:
        """PATCH /api/uploads/{id}: more of it, from Upload-Offset on. After the last byte the answer says
        what it became: Yuanzhan-Version (of the booth), or Yuanzhan-Object."""
        actor = await self._gate.require(request, Permission.BOOTHS_EDIT)
        _require_version(request)
        if request.content_type != BODY_TYPE:
            raise MediaTypeWrong(wanted=BODY_TYPE)
        offset = _whole(request, "Upload-Offset")
        upload = await self._uploads.receive(
            actor,
            request.match_info["id"],
            offset,
            Body(request),
            request.content_length,
            _checksum(request),
        )
        return self._answer(upload, 204)

    @operation(status=204, headers=("Tus-Resumable",), errors=(NoSuchUpload, TusVersionUnknown, UploadBusy))
    async def remove(self, request: web.Request) -> web.StreamResponse:
        """DELETE /api/uploads/{id}: forget an upload (tus termination)."""
        actor = await self._gate.require(request, Permission.BOOTHS_EDIT)
        _require_version(request)
        await self._uploads.remove(actor, request.match_info["id"])
        return web.Response(status=204)

    def _answer(self, upload: Upload, status: int, **headers: str) -> web.Response:
        made = {
            "Upload-Offset": str(upload.offset),
            "Upload-Expires": formatdate(upload.expires_at_ms / 1000, usegmt=True),
        }
        if upload.version is not None:
            made["Yuanzhan-Version"] = str(upload.version)
        if upload.object is not None:
            made["Yuanzhan-Object"] = upload.object
        return web.Response(status=status, headers=made | headers)


class Body:
    """The body of a request, as booths/receiving.py reads it (a Sender)."""

    def __init__(self, request: web.Request) -> None:
        self._content = request.content
        self._transport = request.transport

    async def chunks(self) -> AsyncIterator[bytes]:
        """As they come. Raises ConnectionError when the connection breaks, is silent, or is interrupted."""
        while True:
            try:
                async with asyncio.timeout(SILENCE_S):
                    chunk = await self._content.readany()
            except (TimeoutError, ClientPayloadError, web.RequestPayloadError) as error:
                self._hang_up()
                raise ConnectionError from error
            if not chunk:
                return
            yield chunk

    def interrupt(self) -> None:
        """End it: its connection is believed dead."""
        self._content.set_exception(ConnectionError("taken over"))
        self._hang_up()

    def _hang_up(self) -> None:
        if self._transport is not None:
            self._transport.abort()


async def tell_version(request: web.Request, response: web.StreamResponse) -> None:
    """`on_response_prepare`: refusals say which tus is spoken here, too (tus 1.0.0, "Headers")."""
    if request.path.startswith("/api/uploads"):
        response.headers.setdefault("Tus-Resumable", VERSION)
        if response.status == HTTPStatus.PRECONDITION_FAILED:
            response.headers["Tus-Version"] = VERSION


def metadata(header: str) -> dict[str, str]:
    """Upload-Metadata: pairs of a key and a value in Base64, with commas between them. Raises
    RequestInvalid."""
    if len(header) > METADATA_MAX:
        raise RequestInvalid()
    found: dict[str, str] = {}
    for pair in filter(None, (part.strip() for part in header.split(","))):
        key, _, value = pair.partition(" ")
        try:
            text = base64.b64decode(value.strip(), validate=True).decode("utf-8")
        except (binascii.Error, ValueError):
            raise RequestInvalid() from None
        if not _KEY.fullmatch(key) or key in found:
            raise RequestInvalid()
        found[key] = text
    return found


def _wanted(request: web.Request) -> Wanted:
    told = metadata(request.headers.get("Upload-Metadata", ""))
    length = _whole(request, "Upload-Length")
    sha256 = told.get("sha256", "").lower() or None
    purpose = told.get("purpose", MODEL)
    is_right = (
        length > 0
        and (sha256 is None or _SHA256.fullmatch(sha256) is not None)
        and purpose in (MODEL, PANEL)
        and _BOOTH.fullmatch(told.get("booth", "")) is not None
    )
    if not is_right:
        raise RequestInvalid()
    return Wanted(told["booth"], purpose, told.get("filename", ""), length, sha256)


def _checksum(request: web.Request) -> Checksum | None:
    """Upload-Checksum: an algorithm and a hash in Base64. Raises RequestInvalid."""
    header = request.headers.get("Upload-Checksum")
    if header is None:
        return None
    algorithm, _, value = header.partition(" ")
    try:
        wanted = base64.b64decode(value, validate=True)
    except (binascii.Error, ValueError):
        raise RequestInvalid() from None
    if algorithm not in ALGORITHMS:
        raise RequestInvalid()
    return Checksum.of(algorithm, wanted)


def _whole(request: web.Request, header: str) -> int:
    """A header that must be a whole number. Raises RequestInvalid."""
    value = request.headers.get(header, "")
    if not _WHOLE.fullmatch(value):
        raise RequestInvalid()
    return int(value)


def _require_version(request: web.Request) -> None:
    if request.headers.get("Tus-Resumable") != VERSION:
        raise TusVersionUnknown(version=VERSION)
