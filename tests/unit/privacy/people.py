"""Somebody who said, left, reported and suffered something, twice: as an account and as a guest."""

from __future__ import annotations

import json
from typing import Any

from yuanzhan.access import Role
from yuanzhan.instants import HOUR_MS
from yuanzhan.store.accounts import Account, ApiToken, Invitation, RecoveryCode, SignedIn
from yuanzhan.store.acts import ActMarkRow, ActRow, AppealRow
from yuanzhan.store.chat import ChatRow
from yuanzhan.store.database import Database
from yuanzhan.store.events import EventRow
from yuanzhan.store.reports import ReportRow
from yuanzhan.store.sign_ins import SignInRow
from yuanzhan.store.visits import CardRow

DEVICE = "d" * 32
OTHER = "e" * 32


def account(id: str, role: Role = Role.VISITOR, **more: Any) -> Account:
    values = {"login": id, "name": f"name of {id}", "password_hash": "none", "created_at_ms": 0}
    return Account(id=id, role=str(role), **(values | more))


def line(number: int, at_ms: int, *, device: str = "", account: str = "", text: str = "said") -> ChatRow:
    return ChatRow(
        number=number,
        at_ms=at_ms,
        hall="first",
        visitor=1,
        name="小满",
        text=text,
        x=0.0,
        z=0.0,
        by_visitor="",
        by_device=device,
        by_account=account,
        refused="",
        cleared_by=None,
    )


def sign_in(account_id: str, at_ms: int) -> SignInRow:
    moments = {"hour_ms": at_ms, "first_at_ms": at_ms, "last_at_ms": at_ms}
    return SignInRow(account_id=account_id, event="signed_in", address="192.0.2.1", count=2, **moments)


def card(id: str, at_ms: int, *, device: str = "", account: str = "") -> CardRow:
    return CardRow(
        id=id,
        booth="b1",
        hall="first",
        name="小满",
        contact="a@b.example",
        note="",
        left_at_ms=at_ms,
        by_device=device,
        by_account=account,
    )


def report(id: str, at_ms: int, *, by_device: str = "", about_device: str = "", **more: Any) -> ReportRow:
    evidence = {
        "here": [1.0, 2.0],
        "lines": [{"line": 1, "name": "小满", "text": "mine"}, {"line": 2, "name": "x", "text": "theirs"}],
    }
    values = {"state": "open", "by_account": "", "note": "look"} | more
    return ReportRow(
        id=id,
        what="person",
        reason="harassment",
        hall="first",
        name="x",
        made_at_ms=at_ms,
        changed_at_ms=at_ms,
        about_visitor="",
        about_device=about_device,
        about_account="",
        by_visitor="v",
        by_device=by_device,
        evidence=json.dumps(evidence),
        **values,
    )


def act(id: str, made_at_ms: int, ends_at_ms: int | None, *, kind: str = "mute", **more: Any) -> ActRow:
    values = {"actor_id": "staff", "actor_name": "值守"} | more
    return ActRow(
        id=id,
        kind=kind,
        reason="harassment",
        made_at_ms=made_at_ms,
        ends_at_ms=ends_at_ms,
        hall="first",
        name="小满",
        note="",
        comment="",
        params="{}",
        **values,
    )


def event(id: str, ends_at_ms: int, **more: Any) -> EventRow:
    """An hour in the culture hall, of somebody who spoke."""
    values = {
        "description_zh": "与林栀",
        "description_en": "With Lin Zhi",
        "speakers": json.dumps(["林栀"]),
        "cancelled_at_ms": None,
    } | more
    return EventRow(
        id=id,
        hall="culture",
        stage="stage",
        title_zh="古琴夜会",
        title_en="Guqin",
        begins_at_ms=ends_at_ms - HOUR_MS,
        ends_at_ms=ends_at_ms,
        doors_min=10,
        capacity=300,
        sequence=0,
        changed_at_ms=0,
        peak_count=40,
        visitors_count=90,
        stayed_s=7200,
        **values,
    )


async def add(database: Database, *rows: Any) -> None:
    """Each in its turn: rows that others point at come first."""
    async with database.transaction() as session:
        for row in rows:
            session.add(row)
            await session.flush()


async def everything_of(database: Database, at_ms: int) -> None:
    """`sam` has an account; a guest has the browser DEVICE; somebody else has OTHER."""
    await add(
        database,
        account("owner", Role.OWNER),
        account("sam", Role.OPERATOR),
        SignedIn(id="s", account_id="sam", digest="1", agent="x", created_at_ms=at_ms, seen_at_ms=at_ms),
        sign_in("sam", at_ms),
        sign_in("owner", at_ms),
        ApiToken(id="t", account_id="sam", digest="2", name="ci", created_at_ms=at_ms),
        RecoveryCode(account_id="sam", digest="3"),
        Invitation(
            id="i",
            digest="4",
            role="exhibitor",
            note="for Lin",
            invited_by="sam",
            created_at_ms=at_ms,
            expires_at_ms=at_ms,
        ),
        line(1, at_ms, device=DEVICE),
        line(2, at_ms, device=OTHER),
        line(3, at_ms, device=DEVICE, account="sam", text="as sam"),
        card("c1", at_ms, device=DEVICE),
        card("c2", at_ms, device=OTHER),
        card("c3", at_ms, device=DEVICE, account="sam"),
        report("r1", at_ms, by_device=DEVICE, about_device=OTHER),
        report("r2", at_ms, by_device=OTHER, about_device=DEVICE),
        act("a1", at_ms, None, kind="ban", actor_id="sam", actor_name="Sam"),
        ActMarkRow(act_id="a1", by="device", value=DEVICE),
        AppealRow(act_id="a1", text="why", contact="me@b.example", at_ms=at_ms, state="declined"),
    )
