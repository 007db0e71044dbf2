"""What the tables hold of one person, and its end.

A person is an account, or the browser of a guest by the digest of its cookie. Of a browser only what nobody
who was signed in there said or left is a guest's.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeVar

from sqlalchemy import ColumnElement, and_, delete, or_, select, update
from sqlalchemy.orm import InstrumentedAttribute

from yuanzhan.store.accounts import Account, Invitation
from yuanzhan.store.acts import ActMarkRow, ActRow, AppealRow
from yuanzhan.store.audit import AuditRow
from yuanzhan.store.base import Base
from yuanzhan.store.booths import BoothRow, UploadRow
from yuanzhan.store.chat import ChatRow
from yuanzhan.store.database import Session
from yuanzhan.store.reports import ReportRow
from yuanzhan.store.sign_ins import SignInRow
from yuanzhan.store.visits import CardRow

Row = TypeVar("Row", bound=Base)

ROWS_MAX: Final = 20_000
"""Of one kind in one copy: more than anybody says in the days that lines are kept for."""


@dataclass(frozen=True, slots=True)
class Whose:
    """One of the two: an account's id, or the digest of a guest's browser."""

    account: str = ""
    device: str = ""

    def __post_init__(self) -> None:
        if bool(self.account) == bool(self.device):
            raise ValueError("either an account or a device")


def _by(
    whose: Whose, account: InstrumentedAttribute[str], device: InstrumentedAttribute[str]
) -> ColumnElement[bool]:
    if whose.account:
        return account == whose.account
    return and_(device == whose.device, account == "")


def _said(whose: Whose) -> ColumnElement[bool]:
    return _by(whose, ChatRow.by_account, ChatRow.by_device)


def _reported(whose: Whose) -> ColumnElement[bool]:
    return _by(whose, ReportRow.by_account, ReportRow.by_device)


def _left(whose: Whose) -> ColumnElement[bool]:
    return _by(whose, CardRow.by_account, CardRow.by_device)


def _under(whose: Whose) -> ColumnElement[bool]:
    """Acts that are on this person."""
    by, value = ("account", whose.account) if whose.account else ("device", whose.device)
    return ActRow.id.in_(select(ActMarkRow.act_id).where(ActMarkRow.by == by, ActMarkRow.value == value))


async def lines(session: Session, whose: Whose) -> Sequence[ChatRow]:
    """What they said, the oldest first."""
    return await _rows(session, ChatRow, _said(whose), ChatRow.number)


async def reports(session: Session, whose: Whose) -> Sequence[ReportRow]:
    """Reports that they made."""
    return await _rows(session, ReportRow, _reported(whose), ReportRow.made_at_ms)


async def cards(session: Session, whose: Whose) -> Sequence[CardRow]:
    """Cards that they left."""
    return await _rows(session, CardRow, _left(whose), CardRow.left_at_ms)


async def acts(session: Session, whose: Whose) -> Sequence[ActRow]:
    """What operators did to them."""
    return await _rows(session, ActRow, _under(whose), ActRow.made_at_ms)


async def appeals(session: Session, whose: Whose) -> Sequence[AppealRow]:
    """What they said against it."""
    ids = select(ActRow.id).where(_under(whose))
    return await _rows(session, AppealRow, AppealRow.act_id.in_(ids), AppealRow.at_ms)


async def invitations(session: Session, account_id: str) -> Sequence[Invitation]:
    """Those that an account made."""
    return await _rows(session, Invitation, Invitation.invited_by == account_id, Invitation.created_at_ms)


async def sign_ins(session: Session, account_id: str) -> Sequence[SignInRow]:
    """When and from where an account came in, left, or was refused."""
    return await _rows(session, SignInRow, SignInRow.account_id == account_id, SignInRow.hour_ms)


async def booths(session: Session, account_id: str) -> Sequence[BoothRow]:
    """Those that an account began."""
    return await _rows(session, BoothRow, BoothRow.created_by == account_id, BoothRow.created_at_ms)


async def uploads(session: Session, account_id: str) -> Sequence[UploadRow]:
    """Those of an account that are still known."""
    return await _rows(session, UploadRow, UploadRow.account_id == account_id, UploadRow.created_at_ms)


async def record(session: Session, account_id: str) -> Sequence[AuditRow]:
    """What the record holds of an account: what it did, and what was done to it."""
    mine = or_(AuditRow.actor_id == account_id, AuditRow.target == f"account:{account_id}")
    return await _rows(session, AuditRow, mine, AuditRow.sequence)


async def erase_traces(session: Session, whose: Whose, *, keep_lines: bool) -> dict[str, int]:
    """Remove lines (unless they are to be kept) and cards; take the person out of the reports that they made
    and out of appeals that were answered. Returns how many of each. Acts on them stay: they are not theirs.
    """
    said = (await session.execute(select(ChatRow.number).where(_said(whose)))).scalars().all()
    counts = {"lines": 0, "cards": 0, "reports": 0, "appeals": 0}
    for report in await reports(session, whose):
        report.by_visitor = report.by_device = report.by_account = report.note = ""
        report.evidence = without(report.evidence, frozenset(said))
        counts["reports"] += 1
    answered = select(ActRow.id).where(_under(whose))
    emptied = (
        update(AppealRow)
        .where(AppealRow.act_id.in_(answered), AppealRow.state != "open", AppealRow.text != "")
        .values(text="", contact="")
        .returning(AppealRow.act_id)
    )
    counts["appeals"] = len((await session.execute(emptied)).all())
    left = delete(CardRow).where(_left(whose)).returning(CardRow.id)
    counts["cards"] = len((await session.execute(left)).all())
    if not keep_lines:
        await session.execute(delete(ChatRow).where(_said(whose)))
        counts["lines"] = len(said)
    await session.flush()
    return counts


def without(evidence: str, numbers: frozenset[int]) -> str:
    """A report's evidence without where its reporter stood and what they said themselves."""
    found: dict[str, Any] = json.loads(evidence)
    found.pop("here", None)
    found["lines"] = [line for line in found.get("lines", []) if line.get("line") not in numbers]
    return json.dumps(found, ensure_ascii=False, allow_nan=False)


async def erase_account(session: Session, account_id: str) -> None:
    """Remove an account and whatever lets it in. What it did stays under its id, which leads nowhere then."""
    await session.execute(update(ActRow).where(ActRow.actor_id == account_id).values(actor_name=""))
    mine = ReportRow.assignee_id == account_id
    taken = update(ReportRow).where(mine, ReportRow.state == "taken").values(state="open")
    await session.execute(taken)
    await session.execute(update(ReportRow).where(mine).values(assignee_id=None, assignee_name=None))
    await session.execute(update(BoothRow).where(BoothRow.created_by == account_id).values(created_by=""))
    await session.execute(update(UploadRow).where(UploadRow.account_id == account_id).values(account_id=""))
    unused = and_(Invitation.invited_by == account_id, Invitation.used_at_ms.is_(None))
    await session.execute(delete(Invitation).where(unused))
    # Sessions, tokens, recovery codes, and invitations that would set its password anew, go with it by their
    # foreign keys.
    await session.execute(delete(Account).where(Account.id == account_id))


async def _rows(
    session: Session, table: type[Row], mine: ColumnElement[bool], order: InstrumentedAttribute[Any]
) -> Sequence[Row]:
    query = select(table).where(mine).order_by(order).limit(ROWS_MAX)
    return (await session.execute(query)).scalars().all()
