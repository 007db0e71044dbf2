"""Letters that were sent to visitors who allow it, and what came of each, as counts: of nobody."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import Boolean, Index, Integer, String, Text, delete, func, select, update
from sqlalchemy.orm import Mapped, mapped_column

from yuanzhan.store.accounts import Organisation
from yuanzhan.store.base import Base, Id, Moment
from yuanzhan.store.database import Session


class LetterRow(Base):
    """One letter. `organisation_id` is of the exhibitor who sent it, None of operators; `booth` what it is
    about, and the title as it was then; `audience` is JSON. `meant` is how many it was to be sent to.
    """

    __tablename__ = "letters"

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    at_ms: Mapped[int] = mapped_column(Moment)
    organisation_id: Mapped[str | None] = mapped_column(Id)
    hall: Mapped[str] = mapped_column(String(64))
    booth: Mapped[str] = mapped_column(String(64))
    leads: Mapped[bool] = mapped_column(Boolean)
    title_zh: Mapped[str] = mapped_column(Text)
    title_en: Mapped[str] = mapped_column(Text)
    zh: Mapped[str] = mapped_column(Text)
    en: Mapped[str] = mapped_column(Text)
    audience: Mapped[str] = mapped_column(Text)
    meant: Mapped[int] = mapped_column(Integer)
    sent: Mapped[int] = mapped_column(Integer, default=0)
    shown: Mapped[int] = mapped_column(Integer, default=0)
    led: Mapped[int] = mapped_column(Integer, default=0)
    arrived: Mapped[int] = mapped_column(Integer, default=0)
    off: Mapped[int] = mapped_column(Integer, default=0)

    __table_args__ = (Index(None, "at_ms"), Index(None, "organisation_id", "at_ms"))


COUNTS = ("sent", "shown", "led", "arrived", "off")


async def add(session: Session, row: LetterRow) -> None:
    """Write a letter down."""
    session.add(row)
    await session.flush()


async def newest(
    session: Session, count: int, *, organisation_id: str | None = None, booth: str | None = None
) -> Sequence[LetterRow]:
    """The last letters, the newest first: all, an organisation's, or of those the ones about one booth."""
    query = select(LetterRow).order_by(LetterRow.at_ms.desc(), LetterRow.id).limit(count)
    if organisation_id is not None:
        query = query.where(LetterRow.organisation_id == organisation_id)
    if booth is not None:
        query = query.where(LetterRow.booth == booth)
    return (await session.execute(query)).scalars().all()


async def count_since(session: Session, organisation_id: str, since_ms: int) -> int:
    """How many an organisation has sent since a moment."""
    query = select(func.count()).where(
        LetterRow.organisation_id == organisation_id, LetterRow.at_ms > since_ms
    )
    return (await session.execute(query)).scalar_one()


async def hold_organisation(session: Session, organisation_id: str) -> None:
    """Nobody else of it sends before this transaction has ended: two at once would be counted as one. On
    SQLite a transaction holds the write lock anyway.
    """
    query = select(Organisation.id).where(Organisation.id == organisation_id).with_for_update()
    await session.execute(query)


async def count(session: Session, more: Mapping[str, Mapping[str, int]]) -> None:
    """Add what came of letters: by id, by one of `COUNTS`."""
    for letter_id, counts in more.items():
        values = {name: getattr(LetterRow, name) + number for name, number in counts.items()}
        await session.execute(update(LetterRow).where(LetterRow.id == letter_id).values(values))


async def remove_before(session: Session, before_ms: int, most: int) -> int:
    """Remove letters that were sent before, at most so many. Returns how many went."""
    old = select(LetterRow.id).where(LetterRow.at_ms < before_ms).limit(most)
    ids = (await session.execute(old)).scalars().all()
    if ids:
        await session.execute(delete(LetterRow).where(LetterRow.id.in_(ids)))
    return len(ids)
