"""Reports of visitors with their evidence, and what became of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import BigInteger, Index, String, Text, distinct, func, or_, select
from sqlalchemy.orm import Mapped, mapped_column

from yuanzhan.store.base import Base, Id, Moment
from yuanzhan.store.database import Session


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


async def get(session: Session, report_id: str) -> ReportRow | None:
    """One report."""
    return await session.get(ReportRow, report_id)


async def listed(session: Session, states: Sequence[str], count: int) -> list[ReportRow]:
    """Those in these states, the newest first."""
    query = select(ReportRow).where(ReportRow.state.in_(states)).order_by(ReportRow.made_at_ms.desc())
    return list((await session.execute(query.limit(count))).scalars())


async def offence(session: Session, *, visitor: str, device: str, account: str, since_ms: int) -> Offence:
    """How often this person was reported since then, dismissed reports not counted."""
    pairs = (
        (ReportRow.about_visitor, visitor),
        (ReportRow.about_device, device),
        (ReportRow.about_account, account),
    )
    same = [column == value for column, value in pairs if value]
    if not same:
        return Offence(0, 0)
    query = (
        select(func.count(), func.count(distinct(ReportRow.by_visitor)))
        .where(or_(*same), ReportRow.made_at_ms >= since_ms)
        .where(ReportRow.state != "dismissed")
    )
    reports, reporters = (await session.execute(query)).one()
    return Offence(int(reports), int(reporters))


async def unhandled_about(session: Session, *, visitor: str, device: str, account: str) -> list[ReportRow]:
    """Open and taken reports about this person."""
    pairs = (
        (ReportRow.about_visitor, visitor),
        (ReportRow.about_device, device),
        (ReportRow.about_account, account),
    )
    same = [column == value for column, value in pairs if value]
    if not same:
        return []
    query = select(ReportRow).where(or_(*same), ReportRow.state.in_(("open", "taken")))
    return list((await session.execute(query)).scalars())
