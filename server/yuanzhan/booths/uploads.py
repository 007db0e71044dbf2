"""Uploads: from a promise of so many bytes to a version that waits for its check.

What is acknowledged is on the disk. An upload is finished in three steps, each of which can be done
again: its content becomes an object (another name for the same file), the database says what it became,
its file goes. A server that was killed between them does the rest when it starts, or when the uploader
asks."""

from __future__ import annotations

import asyncio
import hashlib
import re
import secrets
import shutil
import unicodedata
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from dataclasses import dataclass
from typing import Any, Final, Protocol

import structlog

from yuanzhan.access import Actor
from yuanzhan.booths.ownership import own_booth
from yuanzhan.booths.removals import record_removals
from yuanzhan.booths.states import VERSIONS_MAX, State
from yuanzhan.booths.stock import Stock
from yuanzhan.booths.threads import in_thread, refusing_full_disk
from yuanzhan.errors.booths import TooManyVersions
from yuanzhan.errors.server import DiskFull, ObjectsUnreachable
from yuanzhan.errors.uploads import (
    ChecksumMismatch,
    NoSuchUpload,
    PictureUnfinished,
    QuotaFull,
    TooManyUploads,
    UploadBusy,
    UploadHashWrong,
    UploadOffsetWrong,
    UploadTooLarge,
    UploadTooLong,
)
from yuanzhan.store import booth_queries as queries
from yuanzhan.store.booths import BoothFileRow, BoothRow, UploadRow, VersionRow
from yuanzhan.store.database import Database, Session
from yuanzhan.store.incoming import Incoming, InUse, Receiving
from yuanzhan.store.objects import ORIGINAL, ContentDiffers

log = structlog.get_logger("yuanzhan.booths")

# So much is written at once: the disk likes it, and it is little for each of many uploads.
WRITE_BYTES: Final = 256 * 1024
# Who takes an upload over from a connection that broke waits so long for it to let go.
TAKE_OVER_S: Final = 10.0
FILE_NAME_MAX: Final = 120

MODEL: Final = "model"
PANEL: Final = "panel"


@dataclass(frozen=True, slots=True)
class Limits:
    """Settings, in bytes and milliseconds."""

    model_bytes: int
    panel_bytes: int
    organisation_bytes: int
    open_uploads: int
    reserve_bytes: int
    kept_ms: int


class Sender(Protocol):
    """The body of a request as it comes."""

    def chunks(self) -> AsyncIterator[bytes]:
        """The bytes. Ends early, or raises ConnectionError, when the connection does."""
        ...

    def interrupt(self) -> None:
        """Have `chunks` end now: somebody else takes the upload over."""
        ...


@dataclass(frozen=True, slots=True)
class Upload:
    """An upload as it is told: `offset` bytes of `length` are here."""

    id: str
    offset: int
    length: int
    expires_at_ms: int
    version: int | None = None
    object: str | None = None


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a client promises. `sha256` is of the whole file, in hex."""

    booth_id: str
    purpose: str
    file: str
    length: int
    sha256: str | None = None


@dataclass(slots=True)
class _Running:
    sender: Sender
    done: asyncio.Event


class Uploads:
    """The use-cases of uploads. `on_received` is called when a version waits for its check; `keep_panel`
    makes an object of a file for panels."""

    def __init__(
        self,
        database: Database,
        incoming: Incoming,
        stock: Stock,
        limits: Limits,
        *,
        on_received: Callable[[], None],
        keep_panel: Callable[[UploadRow], Awaitable[BoothFileRow]],
        clock: Callable[[], int],
    ) -> None:
        self._database = database
        self._incoming = incoming
        self._stock = stock
        self.limits = limits
        self._on_received = on_received
        self._keep_panel = keep_panel
        self._clock = clock
        self._running: dict[str, _Running] = {}
        self._finishing: dict[str, asyncio.Lock] = {}

    async def create(self, actor: Actor, wanted: Wanted) -> Upload:
        """Begin an upload. Raises NoSuchBooth, UploadTooLarge, QuotaFull, TooManyUploads, TooManyVersions,
        DiskFull."""
        most = self.limits.model_bytes if wanted.purpose == MODEL else self.limits.panel_bytes
        if wanted.length > most:
            raise UploadTooLarge(most_mb=most // 2**20)
        await self._require_room(wanted.length)
        now_ms = self._clock()
        row = UploadRow(
            id=secrets.token_hex(16),
            booth_id=wanted.booth_id,
            account_id=actor.account_id,
            purpose=wanted.purpose,
            file=clean_file_name(wanted.file),
            length=wanted.length,
            sha256=wanted.sha256,
            created_at_ms=now_ms,
            expires_at_ms=now_ms + self.limits.kept_ms,
            is_finished=False,
        )
        # The file first: a row without a file would be an upload that nobody can send.
        with refusing_full_disk():
            await in_thread(self._incoming.create, row.id)
        try:
            async with self._database.transaction() as session:
                booth = await own_booth(session, actor, wanted.booth_id, to_change=True)
                row.organisation_id = booth.organisation_id
                if wanted.purpose == MODEL and await queries.version_count(session, booth.id) >= VERSIONS_MAX:
                    raise TooManyVersions(most=VERSIONS_MAX)
                await self._require_quota(session, booth, wanted.length)
                session.add(row)
        except BaseException:
            await in_thread(self._incoming.remove, row.id)
            raise
        return Upload(row.id, 0, row.length, row.expires_at_ms)

    async def find(self, actor: Actor, id: str) -> Upload:
        """The upload as it is on the disk. One that is all here is finished first, if a stop prevented it.

        Raises NoSuchUpload, and what `finish` raises.
        """
        row = await self._own(actor, id)
        await self._take_over(id)
        offset = await self._length(row)
        if offset == row.length and not row.is_finished:
            row = await self.finish(row)
        return _told(row, offset)

    async def receive(
        self, actor: Actor, id: str, offset: int, sender: Sender, size: int | None, checksum: Checksum | None
    ) -> Upload:
        """Append what `sender` brings. `size` is how much it promises, if it does.

        When the connection breaks, what came stays, unless it was to be checked. Raises NoSuchUpload,
        UploadBusy, UploadOffsetWrong, UploadTooLong, ChecksumMismatch, DiskFull, and what `finish` raises.
        """
        row = await self._own(actor, id)
        await self._take_over(id)
        running = self._running[id] = _Running(sender, asyncio.Event())
        try:
            if row.is_finished:
                if offset != row.length or size:
                    raise UploadOffsetWrong(offset=row.length)
                return _told(row, row.length)
            try:
                receiving = await in_thread(self._incoming.open, id)
            except InUse:
                raise UploadBusy() from None
            except FileNotFoundError:
                raise NoSuchUpload() from None
            try:
                if offset != receiving.offset:
                    raise UploadOffsetWrong(offset=receiving.offset)
                room = row.length - offset
                if size is not None and size > room:
                    raise UploadTooLong(length=row.length)
                await self._append(receiving, sender, room, checksum)
                length = receiving.length
            finally:
                await in_thread(receiving.close)
            if length == row.length:
                row = await self.finish(row)
            return _told(row, length)
        finally:
            del self._running[id]
            running.done.set()

    async def remove(self, actor: Actor, id: str) -> None:
        """Forget an upload that is not finished; of one that is, only the memory of it. Raises
        NoSuchUpload."""
        row = await self._own(actor, id)
        await self._take_over(id)
        await self._forget(row)

    async def abandon(self, id: str) -> None:
        """Forget an upload that nobody can go on with, if it is not finished."""
        async with self._database.reading() as session:
            row = await session.get(UploadRow, id)
        if row is not None and not row.is_finished:
            await self._forget(row)

    async def drop(self, ids: Iterable[str]) -> None:
        """End these uploads, of which the database knows no more: they were a booth's that was deleted."""
        for id in ids:
            running = self._running.get(id)
            if running is not None:
                running.sender.interrupt()
            await in_thread(self._incoming.remove, id)

    async def finish(self, row: UploadRow) -> UploadRow:
        """What is all here becomes what it was sent for. Doing it again changes nothing.

        Raises UploadHashWrong (then the upload is gone), DiskFull, ObjectsUnreachable and PictureUnfinished
        (then it can be asked for again), and for panels what the file is refused for (then it is gone).
        """
        # Two requests of one uploader may see the end at once.
        async with self._finishing.setdefault(row.id, asyncio.Lock()):
            try:
                return await self._finish(row)
            finally:
                self._finishing.pop(row.id, None)

    async def resume(self) -> None:
        """At the start, when nobody else works here: finish what was all here, forget what nobody knows."""
        async with self._database.reading() as session:
            rows = await queries.uploads(session)
        known = {row.id for row in rows if not row.is_finished}
        swept = await in_thread(self._incoming.sweep, known)
        async with self._database.transaction() as session:
            await record_removals(session, uploads=len(swept))
        for row in rows:
            try:
                if not row.is_finished and await self._length(row) == row.length:
                    await self.finish(row)
            except Exception:
                # What cannot be finished now (or has no file: it was not in the backup) is asked for again by
                # its uploader, who is told why.
                log.warning("upload_not_finished", upload=row.id, exc_info=True)

    async def expire(self) -> None:
        """Forget what is older than it may be: uploads, and files of panels that no panel shows."""
        now_ms = self._clock()
        async with self._database.transaction() as session:
            old = await queries.uploads(session, expired_at_ms=now_ms)
            rows = [row for row in old if row.id not in self._running]
            for row in rows:
                await session.delete(row)
            files_count = await queries.forget_unused_files(session, now_ms - self.limits.kept_ms)
            await record_removals(session, uploads=len(rows), panel_files=files_count)
        # After a stop in between, the next start removes what no row speaks of.
        for row in rows:
            await in_thread(self._incoming.remove, row.id)

    async def _append(
        self, receiving: Receiving, sender: Sender, room: int, checksum: Checksum | None
    ) -> None:
        if checksum is not None:
            with refusing_full_disk():
                await in_thread(receiving.mark)
        try:
            await self._pour(receiving, sender, room, checksum)
        except (UploadTooLong, ChecksumMismatch):
            await in_thread(receiving.discard)
            raise
        except BaseException:
            # The connection broke, the disk is full, the server stops: what came without a checksum counts.
            with refusing_full_disk():
                await in_thread(receiving.discard if checksum is not None else receiving.accept)
            raise
        with refusing_full_disk():
            await in_thread(receiving.accept)

    async def _pour(self, receiving: Receiving, sender: Sender, room: int, checksum: Checksum | None) -> None:
        waiting = bytearray()
        came = 0

        async def write() -> None:
            data = bytes(waiting)
            waiting.clear()
            with refusing_full_disk():
                await in_thread(receiving.write, data)
            if checksum is not None:
                await in_thread(checksum.hash.update, data)

        try:
            async for chunk in sender.chunks():
                came += len(chunk)
                if came > room:
                    raise UploadTooLong(length=receiving.offset + room)
                waiting += chunk
                if len(waiting) >= WRITE_BYTES:
                    await write()
        except ConnectionError:
            if checksum is not None:
                raise
        finally:
            if waiting and came <= room:
                await write()
        if checksum is not None and checksum.hash.digest() != checksum.wanted:
            raise ChecksumMismatch()

    async def _finish(self, row: UploadRow) -> UploadRow:
        async with self._database.reading() as session:
            now = await session.get(UploadRow, row.id)
        if now is None:
            await in_thread(self._incoming.remove, row.id)
            raise NoSuchUpload()
        if not now.is_finished:
            if now.purpose == PANEL:
                now = await self._finish_panel(now)
            else:
                now = await self._finish_model(now)
        await in_thread(self._incoming.remove, row.id)
        return now

    async def _finish_model(self, row: UploadRow) -> UploadRow:
        path = self._incoming.path(row.id)
        try:
            original = await self._stock.keep(path, ORIGINAL, sha256=row.sha256)
        except ContentDiffers:
            await self._forget(row)
            raise UploadHashWrong() from None
        async with self._database.transaction() as session:
            booth = await queries.locked_booth(session, row.booth_id)
            kept = await session.get(UploadRow, row.id, with_for_update=True)
            if booth is None or kept is None:
                raise NoSuchUpload()
            if not kept.is_finished:
                kept.version = queries.next_number(booth)
                kept.is_finished = True
                session.add(
                    VersionRow(
                        booth_id=kept.booth_id,
                        number=kept.version,
                        state=State.RECEIVED,
                        file=kept.file,
                        bytes=kept.length,
                        original=original,
                        received_at_ms=self._clock(),
                    )
                )
        self._on_received()
        return kept

    async def _finish_panel(self, row: UploadRow) -> UploadRow:
        try:
            file = await self._keep_panel(row)
        except (DiskFull, ObjectsUnreachable, PictureUnfinished):
            raise
        except ContentDiffers:
            await self._forget(row)
            raise UploadHashWrong() from None
        except Exception:
            await self._forget(row)
            raise
        async with self._database.transaction() as session:
            kept = await session.get(UploadRow, row.id, with_for_update=True)
            if kept is None:
                raise NoSuchUpload()
            kept.object = file.object
            kept.is_finished = True
            await session.merge(file)
        return kept

    async def _own(self, actor: Actor, id: str) -> UploadRow:
        async with self._database.reading() as session:
            row = await session.get(UploadRow, id)
        if row is None or row.organisation_id != actor.organisation_id:
            raise NoSuchUpload()
        if row.expires_at_ms < self._clock():
            raise NoSuchUpload()
        return row

    async def _take_over(self, id: str) -> None:
        """A client that lost its connection comes back sooner than we notice: end what is left of it."""
        running = self._running.get(id)
        if running is None:
            return
        running.sender.interrupt()
        try:
            async with asyncio.timeout(TAKE_OVER_S):
                await running.done.wait()
        except TimeoutError:
            raise UploadBusy() from None
        if id in self._running:  # somebody else came first
            raise UploadBusy()

    async def _length(self, row: UploadRow) -> int:
        if row.is_finished:
            return row.length
        try:
            return await in_thread(self._incoming.length, row.id)
        except FileNotFoundError:
            raise NoSuchUpload() from None

    async def _forget(self, row: UploadRow) -> None:
        async with self._database.transaction() as session:
            kept = await session.get(UploadRow, row.id)
            if kept is not None:
                await session.delete(kept)
        await in_thread(self._incoming.remove, row.id)

    async def _require_room(self, length: int) -> None:
        """Refuse at once what would not fit, rather than after it was sent."""
        free = (await in_thread(shutil.disk_usage, self._incoming.folder)).free
        if length + self.limits.reserve_bytes > free:
            raise DiskFull()

    async def _require_quota(self, session: Session, booth: BoothRow, length: int) -> None:
        organisation = booth.organisation_id
        count, promised = await queries.promised(session, organisation, self._clock())
        if count >= self.limits.open_uploads:
            raise TooManyUploads(most=self.limits.open_uploads)
        used = await queries.bytes_of(session, organisation)
        if used + promised + length > self.limits.organisation_bytes:
            raise QuotaFull(most_mb=self.limits.organisation_bytes // 2**20)


@dataclass(slots=True)
class Checksum:
    """What a PATCH says of its bytes: a running hash, and what it must come to."""

    hash: Any
    wanted: bytes

    @classmethod
    def of(cls, algorithm: str, wanted: bytes) -> Checksum:
        return cls(hashlib.new(algorithm, usedforsecurity=False), wanted)


def clean_file_name(name: str) -> str:
    """The last part of a path, as text that can be shown; its ending survives a cut."""
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", name))[-1]
    kept = "".join(c for c in last if unicodedata.category(c) not in ("Cc", "Cf", "Cs", "Co", "Zl", "Zp"))
    kept = kept.strip(" .")
    if len(kept) > FILE_NAME_MAX:
        stem, dot, ending = kept.rpartition(".")
        ending = (dot + ending)[:12] if dot and len(ending) <= 11 else ""
        kept = (stem or kept)[: FILE_NAME_MAX - len(ending)] + ending
    return kept or "upload"


def _told(row: UploadRow, offset: int) -> Upload:
    return Upload(row.id, offset, row.length, row.expires_at_ms, row.version, row.object)
