"""Reports of visitors with their evidence, and what became of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

from sqlalchemy import BigInteger, ColumnElement, Index, String, Text, and_, distinct, func, or_, select
from sqlalchemy.orm import Mapped, mapped_column

from yuanzhan.store.base import Base, Id, Moment
from yuanzhan.store.database import Session

_UNHANDLED: Final = ("open", "taken")


class ReportRow(Base):
    """One report. `about_*` is who it is about, `by_*` who made it: digests and ids, no address. `evidence`
    is JSON.
    """

    __tablename__ = "reports"

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    state: Mapped[str] = mapped_column(String(12))
    what: Mapped[str] = mapped_column(String(8))
    reason: Mapped[str] = mapped_column(String(24))
    hall: Mapped[str] = mapped_column(String(64))
    name: Mapped[str] = mapped_column(Text)
    note: Mapped[str] = mapped_column(Text)
    made_at_ms: Mapped[int] = mapped_column(Moment)
    changed_at_ms: Mapped[int] = mapped_column(Moment)
    visitor: Mapped[int | None] = mapped_column(BigInteger)
    line: Mapped[int | None] = mapped_column(BigInteger)
    booth: Mapped[str | None] = mapped_column(String(64))
    about_visitor: Mapped[str] = mapped_column(String(64))
    about_device: Mapped[str] = mapped_column(String(64))
    about_account: Mapped[str] = mapped_column(String(64))
    by_visitor: Mapped[str] = mapped_column(String(64))
    by_device: Mapped[str] = mapped_column(String(64))
    by_account: Mapped[str] = mapped_column(String(64))
    evidence: Mapped[str] = mapped_column(Text)
    assignee_id: Mapped[str | None] = mapped_column(String(64))
    assignee_name: Mapped[str | None] = mapped_column(Text)
    act_id: Mapped[str | None] = mapped_column(Id)

    __table_args__ = (
        Index(None, "state", "made_at_ms"),
        Index(None, "about_device", "made_at_ms"),
        Index(None, "about_visitor", "made_at_ms"),
        Index(None, "about_account", "made_at_ms"),
        Index(None, "by_device"),
        Index(None, "by_account"),
        Index(None, "made_at_ms"),
    )


class Offence(NamedTuple):
    """How often somebody was reported, by how many different visitors, since some time."""

    reports: int
    reporters: int


async def add(session: Session, row: ReportRow) -> None:
    """Write a report."""
    session.add(row)
    await session.flush()


async def get(session: Session, report_id: str, *, locked: bool = False) -> ReportRow | None:
    """One report; `locked` until the transaction ends."""
    return await session.get(ReportRow, report_id, with_for_update=locked, populate_existing=locked)


async def listed(
    session: Session, states: Sequence[str], count: int, *, oldest_first: bool
) -> list[ReportRow]:
    """The oldest or the newest of those in these states."""
    order = ReportRow.made_at_ms if oldest_first else ReportRow.made_at_ms.desc()
    query = select(ReportRow).where(ReportRow.state.in_(states)).order_by(order)
    return list((await session.execute(query.limit(count))).scalars())


async def offence(session: Session, *, visitor: str, device: str, account: str, since_ms: int) -> Offence:
    """How often this person was reported since then, dismissed reports not counted."""
    same = _about(visitor, device, account)
    if not same:
        return Offence(0, 0)
    query = (
        select(func.count(), func.count(distinct(ReportRow.by_visitor)))
        .where(or_(*same), ReportRow.made_at_ms >= since_ms)
        .where(ReportRow.state != "dismissed")
    )
    reports, reporters = (await session.execute(query)).one()
    return Offence(int(reports), int(reporters))


async def waits(session: Session, *, visitor: str, device: str, account: str) -> bool:
    """Whether an open or taken report is about this person."""
    same = _about(visitor, device, account)
    if not same:
        return False
    query = select(ReportRow.id).where(or_(*same), ReportRow.state.in_(_UNHANDLED)).limit(1)
    return (await session.execute(query)).first() is not None


async def with_others(
    session: Session, report_id: str, *, visitor: str, device: str, account: str
) -> list[ReportRow]:
    """A report and the open and taken ones about the same person: nobody else changes them until the
    transaction has ended.
    """
    wanted = ReportRow.id == report_id
    same = _about(visitor, device, account)
    if same:
        wanted = or_(wanted, and_(or_(*same), ReportRow.state.in_(_UNHANDLED)))
    # In one order: two who answer the same ones wait for each other, and not each for the other.
    query = select(ReportRow).where(wanted).order_by(ReportRow.id).with_for_update()
    return list((await session.execute(query.execution_options(populate_existing=True))).scalars())


def _about(visitor: str, device: str, account: str) -> list[ColumnElement[bool]]:
    """By each of what is known of somebody: any of them is enough."""
    pairs = (
        (ReportRow.about_visitor, visitor),
        (ReportRow.about_device, device),
        (ReportRow.about_account, account),
    )
    return [column == value for column, value in pairs if value]
