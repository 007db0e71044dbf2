"""The same promises on both databases."""

from __future__ import annotations

import asyncio
import signal
import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest
from sqlalchemy import URL, text

from yuanzhan.errors.command_line import SettingInvalid
from yuanzhan.settings import Settings
from yuanzhan.store.database import BUSY_TIMEOUT_S, Database, database_url
from yuanzhan.store.opening import Store


async def _rows(database: Database) -> int:
    async with database.reading() as session:
        return int((await session.execute(text("SELECT count(*) FROM things"))).scalar_one())


@pytest.fixture
async def things(database: Database) -> Database:
    async with database.transaction() as session:
        await session.execute(text("CREATE TABLE things (id integer PRIMARY KEY)"))
    return database


async def test_what_a_block_wrote_is_there_when_it_has_ended(things: Database) -> None:
    async with things.transaction() as session:
        await session.execute(text("INSERT INTO things VALUES (1)"))
    assert await _rows(things) == 1


async def _fail_after(database: Database, statement: str) -> None:
    async with database.transaction() as session:
        await session.execute(text(statement))
        raise RuntimeError("on purpose")


async def test_a_block_that_fails_leaves_nothing(things: Database) -> None:
    with pytest.raises(RuntimeError, match="on purpose"):
        await _fail_after(things, "INSERT INTO things VALUES (1)")
    assert await _rows(things) == 0


async def test_tables_made_in_a_block_that_fails_are_not_there(database: Database) -> None:
    with pytest.raises(RuntimeError, match="on purpose"):
        await _fail_after(database, "CREATE TABLE things (id integer PRIMARY KEY)")
    async with database.transaction() as session:
        await session.execute(text("CREATE TABLE things (id integer PRIMARY KEY)"))


async def test_who_reads_and_then_writes_waits_for_the_others(things: Database) -> None:
    """Twenty at once each read the highest number and add the next: on SQLite none is refused half-way."""
    is_sqlite = things.url.get_backend_name() == "sqlite"

    async def add() -> None:
        async with things.transaction() as session:
            if not is_sqlite:
                await session.execute(text("LOCK TABLE things IN EXCLUSIVE MODE"))
            highest = (await session.execute(text("SELECT coalesce(max(id), 0) FROM things"))).scalar_one()
            await asyncio.sleep(0)
            await session.execute(text("INSERT INTO things VALUES (:id)"), {"id": highest + 1})

    await asyncio.gather(*(add() for _ in range(20)))
    assert await _rows(things) == 20


async def test_sqlite_keeps_what_was_acknowledged(store: Store) -> None:
    if store.database.url.get_backend_name() != "sqlite":
        pytest.skip("of SQLite alone")
    async with store.database.transaction() as session:
        found = [
            (await session.execute(text(f"PRAGMA {name}"))).scalar_one()
            for name in ("journal_mode", "synchronous", "foreign_keys")
        ]
    assert found == ["wal", 2, 1]


WRITER = """
import asyncio, sys
from pathlib import Path
from sqlalchemy import make_url, text
from yuanzhan.store.opening import open_url

async def main():
    async with open_url(make_url(sys.argv[1]), Path(sys.argv[2])) as store:
        for number in range(100_000):
            async with store.database.transaction() as session:
                await session.execute(text("INSERT INTO things VALUES (:id)"), {"id": number})
            print(number, flush=True)

asyncio.run(main())
"""


def _write_until_killed(url: URL, data_dir: Path, wanted: int) -> int:
    """Kill a writer once it has acknowledged row `wanted`. Returns the last that it acknowledged."""
    process = subprocess.Popen(
        [sys.executable, "-c", WRITER, url.render_as_string(hide_password=False), data_dir],
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    acknowledged = -1
    while acknowledged < wanted:
        line = process.stdout.readline()
        assert line, "the writer ended by itself"
        acknowledged = int(line)
    process.send_signal(signal.SIGKILL)
    rest = process.stdout.read()
    process.wait()
    process.stdout.close()
    return max([acknowledged, *(int(line) for line in rest.splitlines())])


@pytest.mark.parametrize("wanted", [1, 7, 40])
async def test_what_was_acknowledged_survives_kill_9(
    things: Database, schema_url: URL, tmp_path: Path, wanted: int
) -> None:
    acknowledged = await asyncio.to_thread(_write_until_killed, schema_url, tmp_path / "data", wanted)
    # One more may be durable whose acknowledgement was lost on the way.
    assert await _rows(things) - 1 in (acknowledged, acknowledged + 1)


@pytest.mark.parametrize(
    ("setting", "url"),
    [
        ("postgresql://expo:pass@db.example/yuanzhan", "postgresql+asyncpg://expo:pass@db.example/yuanzhan"),
        ("postgresql+psycopg://db.example/yuanzhan", "postgresql+asyncpg://db.example/yuanzhan"),
        ("sqlite:////var/lib/yuanzhan/other.db", "sqlite+aiosqlite:////var/lib/yuanzhan/other.db"),
    ],
)
def test_a_url_gets_the_driver_that_we_have(setting: str, url: str, tmp_path: Path) -> None:
    assert database_url(setting, tmp_path).render_as_string(hide_password=False) == url


@pytest.mark.parametrize("setting", ["mysql://root:hidden@db/x", "not a url, hidden", "oracle://hidden"])
def test_other_urls_are_refused_without_telling_the_password(setting: str, tmp_path: Path) -> None:
    with pytest.raises(SettingInvalid) as refused:
        database_url(setting, tmp_path)
    assert "hidden" not in str(refused.value)


def test_without_a_setting_it_is_a_file_of_the_data_directory(tmp_path: Path) -> None:
    assert database_url(Settings().database_url, tmp_path).database == str(tmp_path / "yuanzhan.db")


SLOW: Final = {
    # Half a second until the first of two rows.
    "sqlite": "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 1500000)"
    " SELECT count(*) FROM n UNION ALL SELECT 2",
    "postgresql": "SELECT pg_sleep(0.5)::text UNION ALL SELECT '2'",
}


async def test_who_is_cancelled_in_the_middle_of_a_statement_leaves_nothing_locked(things: Database) -> None:
    slow = SLOW[things.url.get_backend_name()]
    begun = asyncio.Event()

    async def work() -> None:
        async with things.transaction() as session:
            await session.execute(text("INSERT INTO things VALUES (1)"))
            begun.set()
            await session.execute(text(slow))
            await asyncio.Event().wait()

    task = asyncio.create_task(work())
    await begun.wait()
    await asyncio.sleep(0.05)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    # The task and its traceback are still there, as a server's are.
    async with asyncio.timeout(BUSY_TIMEOUT_S / 2), things.transaction() as session:
        await session.execute(text("INSERT INTO things VALUES (1)"))
    assert task.cancelled()
    assert await _rows(things) == 1
