"""The store as the server and the commands open it: the schema brought up to date, the record's seal at
hand.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sqlalchemy import URL
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from yuanzhan.errors.command_line import RecordMissing
from yuanzhan.errors.starting import DatabaseUnreachable
from yuanzhan.instants import now_ms
from yuanzhan.store import audit
from yuanzhan.store.chain import Head
from yuanzhan.store.database import Database, database_url, is_postgresql
from yuanzhan.store.schema import migrate, try_file
from yuanzhan.store.seal import Seal, look_at_seal, open_seal
from yuanzhan.store.verify import Verdict, verify

SIGN_AGAIN_S: Final = 30.0


@dataclass(frozen=True, slots=True)
class Store:
    """The database and what belongs to it."""

    database: Database
    seal: Seal

    async def keep_signed(self, period_s: float = SIGN_AGAIN_S) -> None:
        """Until cancelled: have the record's end signed where an act could not, its own or a command's."""
        while True:
            with suppress(SQLAlchemyError, OSError):  # nobody can act either, and hears of it
                await self.sign()
            await asyncio.sleep(period_s)

    async def sign(self) -> None:
        """Sign the record's end as it is."""
        async with self.database.reading() as session:
            end = await audit.head(session)
        await self.seal.put(end, self.hash_at)

    async def verify_audit(self) -> Verdict:
        """Hold the audit record against its signed head."""
        async with self.database.reading() as session:
            return await verify(session, self.seal.read, now_ms())

    async def hash_at(self, sequence: int) -> str | None:
        """The hash of a row of the record, or None."""
        async with self.database.reading() as session:
            return await audit.hash_at(session, sequence)


@asynccontextmanager
async def open_store(setting: str, data_dir: Path) -> AsyncIterator[Store]:
    """The store of `database_url` and a data directory that is prepared already.

    Raises SettingInvalid, DatabaseUnreachable, DatabaseNewer, DataDirUnwritable.
    """
    async with open_url(database_url(setting, data_dir), data_dir) as store:
        yield store


@asynccontextmanager
async def open_url(url: URL, data_dir: Path) -> AsyncIterator[Store]:
    """The same for a URL that is known."""
    await migrate(url)

    async def sign(end: Head) -> None:
        await store.seal.put(end, store.hash_at)

    database = Database(url, sign)
    try:
        async with database.reading() as session:
            end = await audit.head(session)
        store = Store(database, open_seal(data_dir, end))
        yield store
    finally:
        await database.close()


@asynccontextmanager
async def open_record(setting: str, data_dir: Path) -> AsyncIterator[Store]:
    """The store to read the record of, as it is: nothing is made, nothing brought up to date.

    Raises SettingInvalid, RecordMissing, DatabaseUnreachable, DataDirUnwritable.
    """
    url = await asyncio.to_thread(_found, setting, data_dir)
    place = url.render_as_string(hide_password=True) if is_postgresql(url) else url.database or ""

    async def sign(_: Head) -> None:
        """Who only reads signs nothing."""

    database = Database(url, sign)
    try:
        try:
            async with database.reading() as session:
                await audit.head(session)
        except DBAPIError:
            raise RecordMissing(place=place) from None
        except OSError as error:
            raise DatabaseUnreachable(url=place, detail=str(error)) from error
        yield Store(database, look_at_seal(data_dir))
    finally:
        await database.close()


def _found(setting: str, data_dir: Path) -> URL:
    """Where the record is. Blocks. Raises SettingInvalid, RecordMissing, DatabaseUnreachable."""
    url = database_url(setting, data_dir)
    if not data_dir.is_dir():
        raise RecordMissing(place=str(data_dir))
    if not is_postgresql(url):
        if not Path(url.database or "").is_file():
            raise RecordMissing(place=url.database or "")
        try_file(url)
    return url
