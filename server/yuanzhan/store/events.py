"""Events and how many came to them: one row each. Nobody's coming or going is kept, only sums."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Index, Integer, String, Text, case, func, select, text, update
from sqlalchemy.orm import Mapped, mapped_column

from yuanzhan.store.base import Base, Id, Moment
from yuanzhan.store.database import Session

# "eventrow" in ASCII: who plans on PostgreSQL waits for it, so that two never plan the same hour of a hall.
_LOCK_KEY = 0x6576656E74726F77


class EventRow(Base):
    """One event. `speakers` is a JSON list of names; `stage` the id of a place in the hall, empty for its
    entrance; `sequence` grows with each change, as RFC 5545 wants it.
    """

    __tablename__ = "events"

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    hall: Mapped[str] = mapped_column(String(64))
    stage: Mapped[str] = mapped_column(String(64))
    title_zh: Mapped[str] = mapped_column(Text)
    title_en: Mapped[str] = mapped_column(Text)
    description_zh: Mapped[str] = mapped_column(Text)
    description_en: Mapped[str] = mapped_column(Text)
    speakers: Mapped[str] = mapped_column(Text)
    begins_at_ms: Mapped[int] = mapped_column(Moment)
    ends_at_ms: Mapped[int] = mapped_column(Moment)
    doors_min: Mapped[int] = mapped_column(Integer)
    capacity: Mapped[int | None] = mapped_column(Integer)
    sequence: Mapped[int] = mapped_column(Integer)
    changed_at_ms: Mapped[int] = mapped_column(Moment)
    cancelled_at_ms: Mapped[int | None] = mapped_column(Moment)
    peak_count: Mapped[int] = mapped_column(Integer)
    visitors_count: Mapped[int] = mapped_column(Integer)
    stayed_s: Mapped[int] = mapped_column(Moment)

    __table_args__ = (Index(None, "ends_at_ms"), Index(None, "hall", "begins_at_ms"))


async def take_plan(session: Session) -> None:
    """Nobody else plans until this transaction has ended. On SQLite it has the write lock anyway."""
    if session.get_bind().dialect.name == "postgresql":
        await session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK_KEY})


async def add(session: Session, row: EventRow) -> None:
    """Write an event."""
    session.add(row)
    await session.flush()


async def get(session: Session, event_id: str) -> EventRow | None:
    """One event, to be changed; None where there is none of this id."""
    return await session.get(EventRow, event_id, with_for_update=True)


async def ending_after(session: Session, moment_ms: int) -> list[EventRow]:
    """Those that end later, the next to begin first."""
    query = select(EventRow).where(EventRow.ends_at_ms > moment_ms)
    return list((await session.execute(query.order_by(EventRow.begins_at_ms, EventRow.id))).scalars())


async def over(session: Session, moment_ms: int, count: int) -> list[EventRow]:
    """Those that have ended by then, the last to begin first."""
    query = select(EventRow).where(EventRow.ends_at_ms <= moment_ms)
    query = query.order_by(EventRow.begins_at_ms.desc(), EventRow.id).limit(count)
    return list((await session.execute(query)).scalars())


async def counts_after(session: Session, moment_ms: int) -> tuple[int, int]:
    """How many end later and are not cancelled; and with those that are."""
    cancelled = func.count(EventRow.cancelled_at_ms)
    query = select(func.count() - cancelled, func.count()).where(EventRow.ends_at_ms > moment_ms)
    coming_count, kept_count = (await session.execute(query)).one()
    return int(coming_count), int(kept_count)


async def in_the_way(
    session: Session, hall: str, begins_ms: int, ends_ms: int, except_id: str
) -> EventRow | None:
    """An event of the hall at the same time, but for the named one and those that are cancelled."""
    query = (
        select(EventRow)
        .where(EventRow.hall == hall, EventRow.id != except_id, EventRow.cancelled_at_ms.is_(None))
        .where(EventRow.begins_at_ms < ends_ms, EventRow.ends_at_ms > begins_ms)
        .order_by(EventRow.begins_at_ms)
        .limit(1)
    )
    return (await session.execute(query)).scalar_one_or_none()


async def add_attendance(session: Session, counts: Sequence[tuple[str, int, int, int]]) -> None:
    """Add what was counted: event, most at once, newcomers, seconds stayed by all together."""
    for event_id, peak, newcomers, stayed_s in counts:
        higher = case((EventRow.peak_count < peak, peak), else_=EventRow.peak_count)
        await session.execute(
            update(EventRow)
            .where(EventRow.id == event_id)
            .values(
                peak_count=higher,
                visitors_count=EventRow.visitors_count + newcomers,
                stayed_s=EventRow.stayed_s + stayed_s,
            )
        )
