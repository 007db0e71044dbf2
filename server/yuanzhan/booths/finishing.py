"""The end of an upload: what is all here becomes what it was sent for.

In three steps, each of which can be done again: its content becomes an object (another name for the same
file), the database says what it became, its file goes. A server that was killed between them does the rest
when it starts, or when the uploader asks.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final

from yuanzhan.booths.states import State
from yuanzhan.booths.stock import Stock
from yuanzhan.booths.threads import in_thread
from yuanzhan.errors.server import DiskFull, ObjectsUnreachable
from yuanzhan.errors.uploads import NoSuchUpload, PictureUnfinished, UploadHashWrong
from yuanzhan.store import booth_queries as queries
from yuanzhan.store.booths import BoothFileRow, UploadRow, VersionRow
from yuanzhan.store.database import Database
from yuanzhan.store.incoming import Incoming
from yuanzhan.store.objects import ORIGINAL, ContentDiffers

# What an upload is sent for.
MODEL: Final = "model"
PANEL: Final = "panel"


class Finishing:
    """`on_received` is called when a version waits for its check; `keep_panel` makes an object of a file for
    panels."""

    def __init__(
        self,
        database: Database,
        incoming: Incoming,
        stock: Stock,
        *,
        on_received: Callable[[], None],
        keep_panel: Callable[[UploadRow], Awaitable[BoothFileRow]],
        clock: Callable[[], int],
    ) -> None:
        self._database = database
        self._incoming = incoming
        self._stock = stock
        self._on_received = on_received
        self._keep_panel = keep_panel
        self._clock = clock
        self._turns: dict[str, asyncio.Lock] = {}

    async def finish(self, row: UploadRow) -> UploadRow:
        """What is all here becomes what it was sent for. Doing it again changes nothing.

        Raises UploadHashWrong (then the upload is gone), DiskFull, ObjectsUnreachable and PictureUnfinished
        (then it can be asked for again), and for panels what the file is refused for (then it is gone).
        """
        # Two requests of one uploader may see the end at once.
        async with self._turns.setdefault(row.id, asyncio.Lock()):
            try:
                return await self._finish(row)
            finally:
                self._turns.pop(row.id, None)

    async def forget(self, row: UploadRow) -> None:
        """The upload was never there."""
        async with self._database.transaction() as session:
            kept = await session.get(UploadRow, row.id)
            if kept is not None:
                await session.delete(kept)
        await in_thread(self._incoming.remove, row.id)

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
            await self.forget(row)
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
            await self.forget(row)
            raise UploadHashWrong() from None
        except Exception:
            await self.forget(row)
            raise
        async with self._database.transaction() as session:
            kept = await session.get(UploadRow, row.id, with_for_update=True)
            if kept is None:
                raise NoSuchUpload()
            kept.object = file.object
            kept.is_finished = True
            await session.merge(file)
        return kept
