"""The log of sign-ins counts, tells addresses apart as long as there is room, and keeps nothing typed."""

from __future__ import annotations

import pytest

from yuanzhan.accounts import sign_in_log
from yuanzhan.accounts.sign_in_log import SignInLog
from yuanzhan.instants import DAY_MS, HOUR_MS
from yuanzhan.store import sign_ins
from yuanzhan.store.database import Database
from yuanzhan.store.sign_ins import Event

NOW = 1_795_000_000_000 - 1_795_000_000_000 % DAY_MS


async def counts(database: Database) -> list[tuple[str, str, str, int]]:
    async with database.reading() as session:
        return [(row.event, row.account_id, row.address, row.count) async for row in sign_ins.rows(session)]


async def test_what_happens_again_within_the_hour_is_counted(database: Database) -> None:
    clock = [NOW]
    log = SignInLog(database, lambda: clock[0])
    for _ in range(3):
        clock[0] += 1000
        async with database.transaction() as session:
            await log.add(session, Event.SIGNED_IN, "mei", "192.0.2.1")
    clock[0] = NOW + HOUR_MS
    await log.refused(Event.REFUSED, "mei", "192.0.2.1")
    assert await counts(database) == [
        ("signed_in", "mei", "192.0.2.1", 3),
        ("refused", "mei", "192.0.2.1", 1),
    ]
    async with database.reading() as session:
        rows = [row async for row in sign_ins.rows(session)]
    assert (rows[0].first_at_ms, rows[0].last_at_ms) == (NOW + 1000, NOW + 3000)


async def test_a_flood_of_refusals_fills_no_disk(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sign_in_log, "REFUSED_ROWS_A_DAY", 3)
    clock = [NOW]
    log = SignInLog(database, lambda: clock[0])
    for number in range(9):
        await log.refused(Event.REFUSED, "", f"192.0.2.{number}")
        await log.refused(Event.REFUSED, "", "192.0.2.0")
    assert sorted(await counts(database)) == [
        ("refused", "", "", 6),
        ("refused", "", "192.0.2.0", 10),
        ("refused", "", "192.0.2.1", 1),
        ("refused", "", "192.0.2.2", 1),
    ]
    clock[0] += DAY_MS
    await log.refused(Event.REFUSED, "", "198.51.100.1")
    assert (await counts(database))[-1] == ("refused", "", "198.51.100.1", 1)
