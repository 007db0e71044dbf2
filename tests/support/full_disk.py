"""A disk that is full when a test says so."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from yuanzhan.store.database import Database, Session


class FullDisk:
    """The database, which at times cannot write. The disk is the one part that is not real here."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.is_full = False

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Session]:
        async with self._database.transaction() as session:
            yield session
            await session.flush()
            if self.is_full:
                raise OSError("no space left on device")
