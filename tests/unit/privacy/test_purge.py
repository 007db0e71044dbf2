"""What was kept long enough goes, with a line in the record; what was not, and what holds, stays."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest
from sqlalchemy import select

from tests.unit.privacy.people import account, act, add, card, event, line, report, sign_in
from yuanzhan.access import Role
from yuanzhan.instants import DAY_MS, HOUR_MS
from yuanzhan.privacy.purge import Purge
from yuanzhan.settings import Settings
from yuanzhan.store import audit, retention, visits
from yuanzhan.store.accounts import Account, ApiToken, Invitation, SignedIn
from yuanzhan.store.acts import ActRow, AppealRow
from yuanzhan.store.chat import ChatRow
from yuanzhan.store.database import Database
from yuanzhan.store.events import EventRow
from yuanzhan.store.reports import ReportRow
from yuanzhan.store.sign_ins import SignInRow
from yuanzhan.store.visits import BoothMinuteRow, CardRow, Counted

NOW = 1_795_000_000_000


@pytest.fixture
def purge(database: Database) -> Purge:
    return Purge(database, Settings(), clock=lambda: NOW)


async def keys(database: Database, column: Any) -> list[Any]:
    async with database.reading() as session:
        return sorted((await session.execute(select(column))).scalars())


async def rows(database: Database) -> list[audit.AuditRow]:
    async with database.reading() as session:
        return [row async for row in audit.rows(session)]


async def test_lines_go_after_their_days_and_the_record_says_how_many(
    database: Database, purge: Purge
) -> None:
    await add(database, *(line(number, NOW - 61 * DAY_MS) for number in range(3)), line(9, NOW))
    assert await purge.once() == {"lines": 3}
    assert await purge.once() == {}
    assert await keys(database, ChatRow.number) == [9]
    (row,) = await rows(database)
    assert (row.act, row.target, row.actor_name) == ("data.purge", "data:lines", "server")
    assert json.loads(row.after) == {"removed": 3, "older_than_days": 60}


async def test_more_than_one_batch_goes(
    database: Database, purge: Purge, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retention, "AT_ONCE", 2)
    await add(database, *(line(number, 0) for number in range(5)))
    assert await purge.once() == {"lines": 5}
    assert [json.loads(row.after)["removed"] for row in await rows(database)] == [2, 2, 1]


async def test_reports_cards_and_invitations_go_after_their_days(database: Database, purge: Purge) -> None:
    old, new = NOW - 400 * DAY_MS, NOW - DAY_MS
    invitation = {"role": "visitor", "note": "", "created_at_ms": 0}
    await add(
        database,
        report("old", old),
        report("new", new),
        card("old", old),
        card("new", new),
        Invitation(id="old", digest="1", expires_at_ms=old, **invitation),
        Invitation(id="used", digest="2", expires_at_ms=NOW + DAY_MS, used_at_ms=old, **invitation),
        Invitation(id="new", digest="3", expires_at_ms=new, **invitation),
        Invitation(id="open", digest="4", expires_at_ms=NOW + DAY_MS, **invitation),
    )
    assert await purge.once() == {"reports": 1, "cards": 1, "invitations": 2}
    assert await keys(database, ReportRow.id) == ["new"]
    assert await keys(database, CardRow.id) == ["new"]
    assert await keys(database, Invitation.id) == ["new", "open"]


async def test_the_log_of_sign_ins_goes_after_half_a_year(database: Database, purge: Purge) -> None:
    await add(database, sign_in("old", NOW - 181 * DAY_MS), sign_in("new", NOW - 179 * DAY_MS))
    assert await purge.once() == {"sign_ins": 1}
    assert await keys(database, SignInRow.account_id) == ["new"]


async def test_acts_go_once_they_are_over_and_what_holds_stays(database: Database, purge: Purge) -> None:
    old = NOW - 400 * DAY_MS
    await add(
        database,
        act("ended", old, old + 1),
        act("undone", old, None, kind="ban", undone_at_ms=old + 1),
        act("once", old, None, kind="send"),
        act("for ever", old, None, kind="ban"),
        act("lately", old, NOW - DAY_MS),
        AppealRow(act_id="ended", text="why", contact="", at_ms=old, state="open"),
        AppealRow(act_id="lately", text="why", contact="", at_ms=old, state="open"),
    )
    assert await purge.once() == {"acts": 3}
    assert await keys(database, ActRow.id) == ["for ever", "lately"]
    assert await keys(database, AppealRow.act_id) == ["lately"]


async def test_counts_go_by_their_days(database: Database, purge: Purge) -> None:
    nobody = np.zeros(16, np.uint8)
    counted = [Counted(booth, 1, 2.0, np.zeros((0, 0), np.float32), nobody, {"pot": 1}) for booth in "ab"]
    async with database.transaction() as session:
        await visits.add(session, NOW - 800 * DAY_MS, counted)
        await visits.add(session, NOW - DAY_MS, counted)
    assert await purge.once() == {"counts": 4}
    assert len(await keys(database, BoothMinuteRow.booth)) == 2


async def test_who_spoke_at_an_event_goes_after_its_days_and_how_many_came_stays(
    database: Database, purge: Purge
) -> None:
    old, new = NOW - 181 * DAY_MS, NOW - 179 * DAY_MS
    await add(
        database,
        event("old", old),
        event("cancelled", old, speakers="[]", description_en="", cancelled_at_ms=old),
        event("lately", new),
        event("nameless", old, speakers="[]", description_zh="", description_en=""),
    )
    assert await purge.once() == {"events": 2}
    assert await purge.once() == {}
    async with database.reading() as session:
        rows_of = {row.id: row for row in (await session.execute(select(EventRow))).scalars()}
    for id in ("old", "cancelled"):
        row = rows_of[id]
        assert (row.speakers, row.description_zh, row.description_en) == ("[]", "", "")
    row = rows_of["old"]
    assert (row.title_zh, row.title_en, row.ends_at_ms) == ("古琴夜会", "Guqin", old)
    assert (row.peak_count, row.visitors_count, row.stayed_s) == (40, 90, 7200)
    assert json.loads(rows_of["lately"].speakers) == ["林栀"]
    assert rows_of["lately"].description_en == "With Lin Zhi"
    (written,) = await rows(database)
    assert (written.act, written.target) == ("data.purge", "data:events")
    assert json.loads(written.after) == {"removed": 2, "older_than_days": 180}
    assert "林栀" not in written.before + written.after


async def test_sessions_and_tokens_go_when_nobody_can_use_them(database: Database, purge: Purge) -> None:
    def session(id: str, created: int, seen: int) -> SignedIn:
        return SignedIn(id=id, account_id="sam", digest=id, agent="", created_at_ms=created, seen_at_ms=seen)

    await add(
        database,
        account("sam"),
        session("idle", NOW - 2 * DAY_MS, NOW - 13 * HOUR_MS),
        session("long", NOW - 8 * DAY_MS, NOW),
        session("used", NOW - DAY_MS, NOW - HOUR_MS),
        ApiToken(id="over", account_id="sam", digest="1", name="", created_at_ms=0, expires_at_ms=NOW - 1),
        ApiToken(id="good", account_id="sam", digest="2", name="", created_at_ms=0, expires_at_ms=NOW + 1),
        ApiToken(id="ever", account_id="sam", digest="3", name="", created_at_ms=0),
    )
    assert await purge.once() == {"sessions": 3}
    assert await keys(database, SignedIn.id) == ["used"]
    assert await keys(database, ApiToken.id) == ["ever", "good"]


async def test_closed_accounts_are_erased_and_the_record_stays(database: Database, purge: Purge) -> None:
    await add(
        database,
        account("owner", Role.OWNER),
        account("gone", closed_at_ms=NOW - 181 * DAY_MS),
        account("lately", closed_at_ms=NOW - DAY_MS),
        card("c", NOW, account="gone"),
    )
    assert await purge.once() == {"accounts": 1}
    assert await keys(database, Account.id) == ["lately", "owner"]
    assert await keys(database, CardRow.id) == []


async def test_a_stop_ends_it(database: Database, purge: Purge) -> None:
    purge.stop()
    await purge.run()
    assert await rows(database) == []
