"""The schema is brought up to date by Alembic's revisions in `migrations/`, one a feature, one after the
other.

All that are missing run in one transaction: they are there together or not at all, whenever the process is
killed. Two processes that start at once wait for each other (SQLite's write lock; a lock of PostgreSQL's
own).
"""

from __future__ import annotations

import asyncio
import re
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any, Final

from sqlalchemy import URL, Connection, inspect, text
from sqlalchemy.exc import DBAPIError

from yuanzhan.errors.starting import DatabaseNewer, DatabaseUnreachable
from yuanzhan.store import tables
from yuanzhan.store.database import BUSY_TIMEOUT_S, is_postgresql, make_engine

_FOLDER: Final = Path(__file__).parent / "migrations"
# Read as text: importing them would load Alembic.
_REVISION: Final = re.compile(r'^revision: Final = "(\w+)"', re.MULTILINE)
_FOLLOWED: Final = re.compile(r'^down_revision: Final = "(\w+)"', re.MULTILINE)
# "yuanzhan" in ASCII: a lock that nobody else of the same database takes by chance.
_LOCK_KEY: Final = 0x7975616E7A68616E


async def migrate(url: URL) -> list[str]:
    """Bring the database up to date. Returns the revisions that ran. Raises DatabaseUnreachable,
    DatabaseNewer.
    """
    if not is_postgresql(url):
        await asyncio.to_thread(try_file, url)
    engine = make_engine(url, migrates=True)
    try:
        async with engine.begin() as connection:
            return await connection.run_sync(_upgrade)
    except (DBAPIError, OSError) as error:
        raise _unreachable(url, str(getattr(error, "orig", None) or error)) from error
    finally:
        await engine.dispose()


def try_file(url: URL) -> None:
    """Whether the file can be opened and is a database (or nothing yet). Blocks. The asynchronous driver
    leaves a thread behind when it cannot open one. Raises DatabaseUnreachable.
    """
    try:
        with closing(sqlite3.connect(url.database or "", timeout=BUSY_TIMEOUT_S)) as connection:
            connection.execute("PRAGMA schema_version")
    except sqlite3.Error as error:
        raise _unreachable(url, str(error)) from error


def _unreachable(url: URL, detail: str) -> DatabaseUnreachable:
    return DatabaseUnreachable(url=url.render_as_string(hide_password=True), detail=detail)


def newest_revision() -> str:
    """The last of the revisions that the program comes with: the one that no other follows. Which number it
    has says nothing: what was begun first may have come last.
    """
    stated = [path.read_text(encoding="utf-8") for path in _FOLDER.glob("r[0-9]*.py")]
    own = {found for text in stated for found in _REVISION.findall(text)}
    (newest,) = own - {found for text in stated for found in _FOLLOWED.findall(text)}
    return str(newest)


def _upgrade(connection: Connection) -> list[str]:
    if is_postgresql(connection.engine.url):
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK_KEY})
    if inspect(connection).has_table("alembic_version"):
        found = connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one_or_none()
        if found == newest_revision():
            return []
    return _run_missing(connection)


def _run_missing(connection: Connection) -> list[str]:
    # Most starts find nothing to do: they need not wait until Alembic is loaded.
    from alembic.config import Config
    from alembic.runtime.environment import EnvironmentContext
    from alembic.script import ScriptDirectory
    from alembic.util import CommandError

    done: list[str] = []
    config = Config()
    config.set_main_option("script_location", str(_FOLDER).replace("%", "%%"))
    config.set_main_option("version_locations", str(_FOLDER).replace("%", "%%"))
    config.set_main_option("path_separator", "newline")
    script = ScriptDirectory.from_config(config)

    def missing(revision: Any, _context: Any) -> Any:
        steps = script._upgrade_revs("head", revision)
        done.extend(step.revision.revision for step in steps)
        return steps

    with EnvironmentContext(config, script, fn=missing, destination_rev="head") as environment:
        environment.configure(connection=connection, target_metadata=tables.METADATA, transactional_ddl=True)
        try:
            environment.run_migrations()
        except CommandError as error:
            raise DatabaseNewer(detail=str(error)) from error
    if not is_postgresql(connection.engine.url):
        broken = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
        if broken:
            raise RuntimeError(f"rows that point nowhere after the migration: {broken[:5]}")
    return done
