"""What was said, kept for some time so that a report or a court can be answered, and then removed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import BigInteger, Float, Index, String, Text, func, insert, or_, select, update
from sqlalchemy.orm import Mapped, mapped_column

from yuanzhan.store.base import Base, Id, Moment
from yuanzhan.store.database import Session


class ChatRow(Base):
    """One line. `visitor` is the id that its author had in the hall; `refused` the word that kept it from
    being heard; `cleared_by` the act that took it back.
    """

    __tablename__ = "chat"

    number: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    at_ms: Mapped[int] = mapped_column(Moment)
    hall: Mapped[str] = mapped_column(String(64))
    visitor: Mapped[int] = mapped_column(BigInteger)
    name: Mapped[str] = mapped_column(Text)
    text: Mapped[str] = mapped_column(Text)
    x: Mapped[float] = mapped_column(Float)
    z: Mapped[float] = mapped_column(Float)
    by_visitor: Mapped[str] = mapped_column(String(64))
    by_device: Mapped[str] = mapped_column(String(64))
    by_account: Mapped[str] = mapped_column(String(64))
    refused: Mapped[str] = mapped_column(Text)
    cleared_by: Mapped[str | None] = mapped_column(Id)

    __table_args__ = (
        Index(None, "at_ms"),
        Index(None, "hall", "at_ms"),
        Index(None, "by_device", "at_ms"),
        Index(None, "by_visitor", "at_ms"),
        Index(None, "by_account", "at_ms"),
    )


async def add_all(session: Session, rows: Sequence[Mapping[str, Any]]) -> None:
    """Write many lines at once."""
    if rows:
        await session.execute(insert(ChatRow), list(rows))


async def find(session: Session, number: int) -> ChatRow | None:
    """One line."""
    return await session.get(ChatRow, number)


async def of_hall(session: Session, hall: str, before_ms: int, count: int) -> list[ChatRow]:
    """The last lines of a hall before a moment, the oldest first."""
    query = (
        select(ChatRow)
        .where(ChatRow.hall == hall, ChatRow.at_ms < before_ms)
        .order_by(ChatRow.at_ms.desc(), ChatRow.number.desc())
        .limit(count)
    )
    return list(reversed((await session.execute(query)).scalars().all()))


async def by(
    session: Session, *, visitor: str, device: str, account: str, since_ms: int, count: int
) -> list[ChatRow]:
    """The last lines of one person since a moment, the oldest first."""
    pairs = ((ChatRow.by_visitor, visitor), (ChatRow.by_device, device), (ChatRow.by_account, account))
    same = [column == value for column, value in pairs if value]
    if not same:
        return []
    query = (
        select(ChatRow)
        .where(or_(*same), ChatRow.at_ms >= since_ms)
        .order_by(ChatRow.at_ms.desc(), ChatRow.number.desc())
        .limit(count)
    )
    return list(reversed((await session.execute(query)).scalars().all()))


async def named(
    session: Session, words: str, hall: str | None, since_ms: int, count: int
) -> Sequence[ChatRow]:
    """The last lines since a moment of those whose names held these words, the newest first."""
    query = (
        select(ChatRow)
        .where(ChatRow.at_ms >= since_ms, func.lower(ChatRow.name).contains(words.lower(), autoescape=True))
        .order_by(ChatRow.at_ms.desc(), ChatRow.number.desc())
        .limit(count)
    )
    if hall is not None:
        query = query.where(ChatRow.hall == hall)
    return (await session.execute(query)).scalars().all()


async def of_numbers(session: Session, numbers: Sequence[int]) -> Sequence[ChatRow]:
    """Those of these lines that are kept."""
    return (await session.execute(select(ChatRow).where(ChatRow.number.in_(numbers)))).scalars().all()


async def clear(session: Session, numbers: Iterable[int], act_id: str) -> None:
    """These lines were taken back."""
    wanted = list(numbers)
    if wanted:
        await session.execute(update(ChatRow).where(ChatRow.number.in_(wanted)).values(cleared_by=act_id))
