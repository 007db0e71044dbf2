"""Uploads: from a promise of so many bytes to a file that is all here.

What is acknowledged is on the disk."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final

import structlog

from yuanzhan.access import Actor
from yuanzhan.booths.file_names import clean_file_name
from yuanzhan.booths.finishing import MODEL, Finishing
from yuanzhan.booths.ownership import own_booth
from yuanzhan.booths.quota import Limits, require_quota, require_room
from yuanzhan.booths.receiving import Checksum, Sender, append
from yuanzhan.booths.removals import record_removals
from yuanzhan.booths.states import VERSIONS_MAX
from yuanzhan.booths.threads import in_thread, refusing_full_disk
from yuanzhan.errors.booths import TooManyVersions
from yuanzhan.errors.uploads import NoSuchUpload, UploadBusy, UploadOffsetWrong, UploadTooLarge, UploadTooLong
from yuanzhan.store import booth_queries as queries
from yuanzhan.store.booths import UploadRow
from yuanzhan.store.database import Database
from yuanzhan.store.incoming import Incoming, InUse

log = structlog.get_logger("yuanzhan.booths")

# Who takes an upload over from a connection that broke waits so long for it to let go.
TAKE_OVER_S: Final = 10.0


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
    """The use-cases of uploads."""

    def __init__(
        self,
        database: Database,
        incoming: Incoming,
        finishing: Finishing,
        limits: Limits,
        clock: Callable[[], int],
    ) -> None:
        self._database = database
        self._incoming = incoming
        self._finishing = finishing
        self.limits = limits
        self._clock = clock
        self._running: dict[str, _Running] = {}

    async def create(self, actor: Actor, wanted: Wanted) -> Upload:
        """Begin an upload. Raises NoSuchBooth, UploadTooLarge, QuotaFull, TooManyUploads, TooManyVersions,
        DiskFull."""
        most = self.limits.model_bytes if wanted.purpose == MODEL else self.limits.panel_bytes
        if wanted.length > most:
            raise UploadTooLarge(most_mb=most // 2**20)
        await require_room(self.limits, self._incoming.folder, wanted.length)
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
                await require_quota(self.limits, session, booth.organisation_id, wanted.length, now_ms)
                session.add(row)
        except BaseException:
            await in_thread(self._incoming.remove, row.id)
            raise
        return Upload(row.id, 0, row.length, row.expires_at_ms)

    async def find(self, actor: Actor, id: str) -> Upload:
        """The upload as it is on the disk. One that is all here is finished first, if a stop prevented it.

        Raises NoSuchUpload, and what `Finishing.finish` raises.
        """
        row = await self._own(actor, id)
        await self._take_over(id)
        offset = await self._length(row)
        if offset == row.length and not row.is_finished:
            row = await self._finishing.finish(row)
        return _told(row, offset)

    async def receive(
        self, actor: Actor, id: str, offset: int, sender: Sender, size: int | None, checksum: Checksum | None
    ) -> Upload:
        """Append what `sender` brings. `size` is how much it promises, if it does.

        When the connection breaks, what came stays, unless it was to be checked. Raises NoSuchUpload,
        UploadBusy, UploadOffsetWrong, UploadTooLong, ChecksumMismatch, DiskFull, and what
        `Finishing.finish` raises.
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
                await append(receiving, sender, room, checksum)
                length = receiving.length
            finally:
                await in_thread(receiving.close)
            if length == row.length:
                row = await self._finishing.finish(row)
            return _told(row, length)
        finally:
            del self._running[id]
            running.done.set()

    async def remove(self, actor: Actor, id: str) -> None:
        """Forget an upload that is not finished; of one that is, only the memory of it. Raises
        NoSuchUpload."""
        row = await self._own(actor, id)
        await self._take_over(id)
        await self._finishing.forget(row)

    async def abandon(self, id: str) -> None:
        """Forget an upload that nobody can go on with, if it is not finished."""
        async with self._database.reading() as session:
            row = await session.get(UploadRow, id)
        if row is not None and not row.is_finished:
            await self._finishing.forget(row)

    async def drop(self, ids: Iterable[str]) -> None:
        """End these uploads, of which the database knows no more: they were a booth's that was deleted."""
        for id in ids:
            running = self._running.get(id)
            if running is not None:
                running.sender.interrupt()
            await in_thread(self._incoming.remove, id)

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
                    await self._finishing.finish(row)
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


def _told(row: UploadRow, offset: int) -> Upload:
    return Upload(row.id, offset, row.length, row.expires_at_ms, row.version, row.object)
