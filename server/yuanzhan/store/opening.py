"""The store as the server and the commands open it: the schema brought up to date, the record's seal at
hand.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import URL

from yuanzhan.store import audit
from yuanzhan.store.chain import Head
from yuanzhan.store.database import Database, database_url
from yuanzhan.store.schema import migrate
from yuanzhan.store.seal import Seal, open_seal
from yuanzhan.store.verify import Verdict, verify


@dataclass(frozen=True, slots=True)
class Store:
    """The database and what belongs to it."""

    database: Database
    seal: Seal

    async def verify_audit(self) -> Verdict:
        """Hold the audit record against its signed head."""
        async with self.database.reading() as session:
            return await verify(session, self.seal.read)


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
    seal = open_seal(data_dir)

    async def sign(end: Head) -> None:
        await seal.put(end, hash_at)

    async def hash_at(sequence: int) -> str | None:
        async with database.reading() as session:
            return await audit.hash_at(session, sequence)

    database = Database(url, sign)
    try:
        yield Store(database, seal)
    finally:
        await database.close()
