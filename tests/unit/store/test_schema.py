"""The schema: brought up to date in one go, the same as the tables that the code declares."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import URL, Connection, make_url, text

from yuanzhan.errors.starting import DatabaseNewer, DatabaseUnreachable
from yuanzhan.store import tables
from yuanzhan.store.database import make_engine
from yuanzhan.store.schema import migrate, newest_revision


async def test_the_first_start_makes_everything_and_the_second_nothing(empty_url: URL) -> None:
    first = await migrate(empty_url)
    assert (first[0], first[-1]) == ("0001", newest_revision())
    assert await migrate(empty_url) == []


async def test_two_that_start_at_once_wait_for_each_other(empty_url: URL) -> None:
    ran = await asyncio.gather(*(migrate(empty_url) for _ in range(4)))
    assert sorted(map(len, ran))[:3] == [0, 0, 0]


async def test_the_migrations_make_the_tables_that_the_code_declares(empty_url: URL) -> None:
    await migrate(empty_url)
    engine = make_engine(empty_url, migrates=True)

    def differences(connection: Connection) -> list[object]:
        return list(compare_metadata(MigrationContext.configure(connection), tables.METADATA))

    async with engine.connect() as connection:
        assert await connection.run_sync(differences) == []
    await engine.dispose()


async def test_a_database_of_a_later_version_is_left_alone(empty_url: URL) -> None:
    await migrate(empty_url)
    engine = make_engine(empty_url)
    async with engine.begin() as connection:
        await connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(DatabaseNewer):
        await migrate(empty_url)
    await engine.dispose()


async def test_a_database_that_cannot_be_reached_is_said_without_its_password() -> None:
    url = make_url("postgresql+asyncpg://expo:hidden@127.0.0.1:9/none")
    with pytest.raises(DatabaseUnreachable) as refused:
        await migrate(url)
    assert "hidden" not in str(refused.value)


async def test_a_file_that_is_no_database_is_left_as_it_is(tmp_path: Path) -> None:
    other = tmp_path / "letter.txt"
    other.write_text("Dear Lin, " * 500, encoding="utf-8")
    for path in (other, tmp_path / "no" / "such" / "folder.db"):
        with pytest.raises(DatabaseUnreachable):
            await migrate(make_url(f"sqlite+aiosqlite:///{path}"))
    assert other.read_text(encoding="utf-8") == "Dear Lin, " * 500
