"""A copy has everything of one person and nothing of another; an end leaves what is somebody else's."""

from __future__ import annotations

import json
from typing import Any

import pytest
from sqlalchemy import func, select

from tests.unit.privacy.people import DEVICE, OTHER, account, add, everything_of
from yuanzhan.access import Actor, Role
from yuanzhan.errors.accounts import LastOwner, NoSuchAccount
from yuanzhan.errors.moderation import TargetIsStaff
from yuanzhan.privacy.own_data import OwnData
from yuanzhan.store import audit
from yuanzhan.store.accounts import Account, ApiToken, Invitation, RecoveryCode, SignedIn
from yuanzhan.store.acts import ActMarkRow, ActRow, AppealRow
from yuanzhan.store.chat import ChatRow
from yuanzhan.store.database import Database
from yuanzhan.store.personal import Whose
from yuanzhan.store.reports import ReportRow
from yuanzhan.store.visits import CardRow

NOW = 1_795_000_000_000
GUEST = Whose(device=DEVICE)
SAM = Whose(account="sam")
OWNER = Actor("owner", "掌柜", Role.OWNER)
OPERATOR = Actor("sam", "Sam", Role.OPERATOR)


async def nothing() -> None:
    """Nothing waits to be written."""


@pytest.fixture
def forgotten() -> list[Whose]:
    """Whose lines the halls were told to forget."""
    return []


@pytest.fixture
async def own_data(database: Database, forgotten: list[Whose]) -> OwnData:
    await everything_of(database, NOW)
    return OwnData(database, nothing, forgotten.append, keep_lines=False, clock=lambda: NOW)


async def keys(database: Database, column: Any) -> list[Any]:
    async with database.reading() as session:
        return sorted((await session.execute(select(column))).scalars())


async def row_of(database: Database, table: Any, key: Any) -> Any:
    async with database.reading() as session:
        return await session.get(table, key)


async def test_a_guest_has_what_their_browser_left_and_nothing_else(own_data: OwnData) -> None:
    copy = await own_data.copy(GUEST)
    assert [line["text"] for line in copy["lines"]] == ["said"]
    assert [card["contact"] for card in copy["cards"]] == ["a@b.example"]
    assert [report["note"] for report in copy["reports"]] == ["look"]
    assert [act["kind"] for act in copy["acts"]] == ["ban"]
    assert [appeal["text"] for appeal in copy["appeals"]] == ["why"]
    assert copy["whole"] is True
    assert "theirs" not in json.dumps(copy), "what others said is theirs"


async def test_an_account_has_all_that_is_about_it(own_data: OwnData) -> None:
    copy = await own_data.copy(SAM)
    assert (copy["account"]["login"], copy["account"]["role"]) == ("sam", "operator")
    assert [line["text"] for line in copy["lines"]] == ["as sam"]
    assert len(copy["cards"]) == len(copy["sessions"]) == len(copy["tokens"]) == 1
    assert [(one["address"], one["count"]) for one in copy["sign_ins"]] == [("192.0.2.1", 2)]
    assert copy["invitations"][0]["note"] == "for Lin"
    assert "digest" not in json.dumps(copy)
    assert "none" not in json.dumps(copy), "no secret is in a copy"


async def test_a_guest_erases_what_they_left_and_not_what_protects_others(
    own_data: OwnData, database: Database, forgotten: list[Whose]
) -> None:
    told = await own_data.erase(GUEST)
    assert forgotten == [GUEST]
    assert told["erased"] == {"lines": 1, "cards": 1, "reports": 1, "appeals": 1, "account": 0}
    assert told["kept"] == ["acts", "evidence", "record"]
    assert await keys(database, ChatRow.number) == [2, 3]
    assert await keys(database, CardRow.id) == ["c2", "c3"]
    assert await keys(database, ActRow.id) == ["a1"], "a ban holds on"
    assert await keys(database, ActMarkRow.value) == [DEVICE]
    mine, about_me = await row_of(database, ReportRow, "r1"), await row_of(database, ReportRow, "r2")
    assert (mine.by_device, mine.by_visitor, mine.note, mine.about_device) == ("", "", "", OTHER)
    assert json.loads(mine.evidence) == {"lines": [{"line": 2, "name": "x", "text": "theirs"}]}
    assert (about_me.by_device, len(json.loads(about_me.evidence)["lines"])) == (OTHER, 2)
    appeal = await row_of(database, AppealRow, "a1")
    assert (appeal.text, appeal.contact) == ("", "")
    copy = await own_data.copy(GUEST)
    assert copy["lines"] == copy["cards"] == copy["reports"] == []


async def test_lines_that_have_to_be_kept_are_kept_and_it_is_said(
    database: Database, forgotten: list[Whose]
) -> None:
    await everything_of(database, NOW)
    told = await OwnData(database, nothing, forgotten.append, keep_lines=True).erase(GUEST)
    assert forgotten == []
    assert (told["erased"]["lines"], told["kept"][-1]) == (0, "lines")
    assert await keys(database, ChatRow.number) == [1, 2, 3]


async def test_an_account_goes_with_everything_that_lets_it_in_and_the_record_keeps_an_id(
    own_data: OwnData, database: Database
) -> None:
    told = await own_data.erase(SAM, OPERATOR)
    assert told["erased"]["account"] == 1
    assert await keys(database, Account.id) == ["owner"]
    for table in (SignedIn, ApiToken, RecoveryCode, Invitation):
        async with database.reading() as session:
            assert (await session.execute(select(func.count()).select_from(table))).scalar_one() == 0
    assert (await row_of(database, ActRow, "a1")).actor_name == ""
    async with database.reading() as session:
        (row,) = [row async for row in audit.rows(session)]
        (told_row,) = await audit.named(session, [row])
    assert (row.act, row.target, row.actor_id) == ("privacy.erase", "account:sam", "sam")
    assert "Sam" not in json.dumps(told_row)
    assert told_row["actor"]["name"] == ""
    with pytest.raises(NoSuchAccount):
        await own_data.copy(SAM)


async def test_the_name_of_who_acted_is_told_as_long_as_there_is_the_account(
    own_data: OwnData, database: Database
) -> None:
    await own_data.copy_for(OWNER, GUEST, "asked by mail")
    async with database.reading() as session:
        (row,) = [row async for row in audit.rows(session)]
        (told,) = await audit.named(session, [row])
    assert (row.act, row.actor_name, row.reason) == ("privacy.copy", "", "asked by mail")
    assert told["actor"] == {"id": "owner", "name": "name of owner", "role": "owner"}


async def test_the_last_owner_stays(own_data: OwnData, database: Database) -> None:
    with pytest.raises(LastOwner):
        await own_data.erase(Whose(account="owner"), OWNER)
    await add(database, account("second", Role.OWNER))
    await own_data.erase(Whose(account="owner"), OWNER)
    assert "owner" not in await keys(database, Account.id)


async def test_operators_have_no_say_over_colleagues(own_data: OwnData, database: Database) -> None:
    for work in (own_data.copy_for, own_data.erase_for):
        with pytest.raises(TargetIsStaff):
            await work(OPERATOR, Whose(account="owner"), "because")
    await own_data.erase_for(OWNER, SAM, "left the company")
    assert await keys(database, Account.id) == ["owner"]


def test_a_person_is_an_account_or_a_browser() -> None:
    for wrong in ({}, {"account": "a", "device": "b"}):
        with pytest.raises(ValueError, match="either"):
            Whose(**wrong)
