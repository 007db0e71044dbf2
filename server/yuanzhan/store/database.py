"""The database: SQLite in the data directory, or PostgreSQL by URL; the same tables and the same promises.

What a `transaction` wrote is durable when its block has ended: SQLite is in WAL mode with synchronous=FULL,
PostgreSQL keeps its default of synchronous commits. On SQLite a transaction takes the one write lock as it
begins (BEGIN IMMEDIATE): one that began by reading and wrote later could be refused half-way however long it
waited.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from pathlib import Path
from typing import Any, Final

from sqlalchemy import URL, Connection, NullPool, event, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, MissingGreenlet
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker, create_async_engine

from yuanzhan.errors.command_line import SettingInvalid
from yuanzhan.errors.server import DiskFull
from yuanzhan.store.chain import Head

Session = AsyncSession
Sign = Callable[[Head], Awaitable[None]]

FILE_NAME: Final = "yuanzhan.db"
# How long a writer waits for another's transaction. Ours take milliseconds; a backup may take longer.
BUSY_TIMEOUT_S: Final = 20.0
_DRIVERS: Final = {"sqlite": "sqlite+aiosqlite", "postgresql": "postgresql+asyncpg"}
# A file that cannot grow: of the database or its log, and of the index of the log, which is kept in memory.
_SQLITE_FULL: Final = frozenset(
    {sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR_SHMSIZE, sqlite3.SQLITE_IOERR_WRITE}
)
_POSTGRESQL_FULL: Final = "53100"
_END: Final = "yuanzhan.end"


class Database:
    """Opened once at the start, closed at the stop. `sign` is awaited with the audit record's new end, once
    the transaction that wrote it is durable.
    """

    def __init__(self, url: URL, sign: Sign) -> None:
        self.url = url
        self._sign = sign
        self._engine = make_engine(url)
        readonly = {"postgresql_readonly": True} if is_postgresql(url) else {"yuanzhan_begin": "DEFERRED"}
        self._transactions = async_sessionmaker(self._engine, expire_on_commit=False)
        self._readings = async_sessionmaker(
            self._engine.execution_options(**readonly), expire_on_commit=False
        )

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Session]:
        """All or nothing; durable when the block has ended. Raises DiskFull, and then nothing was written."""
        with _telling_full_disk():
            async with self._transactions() as session, session.begin():
                yield session
        end: Head | None = session.info.pop(_END, None)
        if end is not None:
            await self._sign(end)

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[Session]:
        """One state of the database to look at."""
        async with self._readings() as session, session.begin():
            yield session

    async def close(self) -> None:
        """Close every connection."""
        await self._engine.dispose()


@contextmanager
def _telling_full_disk() -> Iterator[None]:
    """What either database says of a full disk becomes DiskFull."""
    try:
        yield
    except DBAPIError as error:
        code = getattr(error.orig, "sqlite_errorcode", None)
        if code in _SQLITE_FULL or getattr(error.orig, "sqlstate", None) == _POSTGRESQL_FULL:
            raise DiskFull() from error
        raise


def sign_after_commit(session: Session, end: Head) -> None:
    """Have the record's new end signed once the transaction is durable, before its block returns."""
    session.info[_END] = end


def database_url(setting: str, data_dir: Path) -> URL:
    """The URL that the setting `database_url` means; the file in the data directory where it says nothing.

    Raises SettingInvalid without telling the value: it may hold a password.
    """
    if not setting:
        return URL.create(_DRIVERS["sqlite"], database=str(data_dir.resolve() / FILE_NAME))
    try:
        url = make_url(setting)
        return url.set(drivername=_DRIVERS[url.get_backend_name()])
    except (ArgumentError, KeyError):
        raise SettingInvalid(
            setting="database_url", value="…", expected="postgresql://user:password@host/name, sqlite:///path"
        ) from None


def is_postgresql(url: URL) -> bool:
    """False for SQLite: there are two."""
    return url.get_backend_name() == "postgresql"


def make_engine(url: URL, *, migrates: bool = False) -> AsyncEngine:
    """An engine whose connections keep our promises. One that `migrates` pools nothing and leaves SQLite's
    foreign keys to be checked at the end: a table that is made anew is missing for a moment.
    """
    # Errors are logged: without the names and hashes that a statement carried.
    options: dict[str, Any] = {"hide_parameters": True}
    if migrates:
        options["poolclass"] = NullPool
    if is_postgresql(url):
        return create_async_engine(url, pool_pre_ping=not migrates, **options)
    engine = create_async_engine(url, connect_args={"timeout": BUSY_TIMEOUT_S}, **options)

    @event.listens_for(engine.sync_engine, "connect")
    def prepare(connection: Any, _record: object) -> None:
        # The driver begins no transaction of its own: `begin` below does, at the start and not at the first
        # write.
        connection.isolation_level = None
        cursor = connection.cursor()
        cursor.execute("PRAGMA journal_mode = WAL")
        cursor.execute("PRAGMA synchronous = FULL")
        cursor.execute(f"PRAGMA foreign_keys = {'OFF' if migrates else 'ON'}")
        cursor.close()

    @event.listens_for(engine.sync_engine, "begin")
    def begin(connection: Connection) -> None:
        kind = connection.get_execution_options().get("yuanzhan_begin", "IMMEDIATE")
        connection.exec_driver_sql(f"BEGIN {kind}")

    @event.listens_for(engine.sync_engine, "invalidate")
    def undo(connection: Any, _record: object, _error: object) -> None:
        # Of a task that was cancelled while a statement ran. SQLite keeps the locks of a connection that was
        # closed until its last cursor is gone, and the traceback of the cancellation still holds one.
        with suppress(MissingGreenlet):  # left to the collector: then nobody holds a cursor either
            connection.run_async(_roll_back)

    return engine


async def _roll_back(driver: Any) -> None:
    """Even when cancelled once more."""
    with suppress(Exception):  # closed already
        await asyncio.shield(driver.rollback())
