"""Acts of operators and whom they hold for. An act's row is changed once at most: when it is undone."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    ForeignKey,
    Index,
    String,
    Text,
    and_,
    literal,
    or_,
    select,
    tuple_,
    update,
)
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, mapped_column

from yuanzhan.store.base import Base, Id, Moment
from yuanzhan.store.database import Session

MARK_MAX_CHARS = 64
NAME_MAX_CHARS = 200


class ActRow(Base):
    """One act. `params` is JSON; `ends_at_ms` null is until it is undone, `undone_by` an account's id."""

    __tablename__ = "acts"

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    kind: Mapped[str] = mapped_column(String(16))
    reason: Mapped[str] = mapped_column(String(24))
    made_at_ms: Mapped[int] = mapped_column(Moment)
    ends_at_ms: Mapped[int | None] = mapped_column(Moment)
    hall: Mapped[str | None] = mapped_column(String(64))
    name: Mapped[str] = mapped_column(String(NAME_MAX_CHARS))
    note: Mapped[str] = mapped_column(Text)
    comment: Mapped[str] = mapped_column(Text)
    params: Mapped[str] = mapped_column(Text)
    actor_id: Mapped[str] = mapped_column(String(64))
    actor_name: Mapped[str] = mapped_column(Text)
    report: Mapped[str | None] = mapped_column(Id)
    undone_at_ms: Mapped[int | None] = mapped_column(Moment)
    undone_by: Mapped[str | None] = mapped_column(Text)

    __table_args__ = (Index(None, "made_at_ms"), Index(None, "undone_at_ms", "ends_at_ms"))


class ActMarkRow(Base):
    """Whom an act holds for: one row a mark."""

    __tablename__ = "act_marks"

    act_id: Mapped[str] = mapped_column(Id, ForeignKey("acts.id", ondelete="CASCADE"), primary_key=True)
    by: Mapped[str] = mapped_column(String(8), primary_key=True)
    value: Mapped[str] = mapped_column(String(MARK_MAX_CHARS), primary_key=True)

    __table_args__ = (Index(None, "by", "value"),)


class AppealRow(Base):
    """What somebody says against an act that holds for them: once an act."""

    __tablename__ = "appeals"

    act_id: Mapped[str] = mapped_column(Id, ForeignKey("acts.id", ondelete="CASCADE"), primary_key=True)
    text: Mapped[str] = mapped_column(Text)
    contact: Mapped[str] = mapped_column(Text)
    at_ms: Mapped[int] = mapped_column(BigInteger)
    state: Mapped[str] = mapped_column(String(8))
    answered_at_ms: Mapped[int | None] = mapped_column(BigInteger)
    answered_by: Mapped[str | None] = mapped_column(Text)

    __table_args__ = (Index(None, "state", "at_ms"),)


Pair = tuple[str, str]
"""By what, and the value."""
Place = tuple[int, str]
"""Of an act in the order of acts: when it was made, and its id."""
ActAndMarks = tuple[ActRow, list[Pair]]


async def add(session: Session, row: ActRow, marks: Iterable[Pair]) -> None:
    """Write an act and whom it holds for."""
    session.add(row)
    await session.flush()
    session.add_all(ActMarkRow(act_id=row.id, by=by, value=value) for by, value in marks)
    await session.flush()


async def in_force(session: Session, now_ms: int, kinds: Sequence[str]) -> list[ActAndMarks]:
    """Those of these kinds that are neither undone nor over, the oldest first."""
    query = select(ActRow).where(_in_force(now_ms, kinds)).order_by(ActRow.made_at_ms, ActRow.id)
    return await _with_marks(session, list((await session.execute(query)).scalars()))


async def ids_in_force(session: Session, now_ms: int, kinds: Sequence[str]) -> frozenset[str]:
    """The ids of the same ones."""
    query = select(ActRow.id).where(_in_force(now_ms, kinds))
    return frozenset((await session.execute(query)).scalars())


async def get(session: Session, act_id: str) -> ActAndMarks | None:
    """One act, None where there is none of this id."""
    row = await session.get(ActRow, act_id)
    return None if row is None else (await _with_marks(session, [row]))[0]


async def newest(session: Session, count: int, before: Place | None = None) -> list[ActAndMarks]:
    """The last ones (before a place in their order), the newest first."""
    query = select(ActRow).order_by(ActRow.made_at_ms.desc(), ActRow.id.desc()).limit(count)
    if before is not None:
        query = query.where(tuple_(ActRow.made_at_ms, ActRow.id) < tuple_(*map(literal, before)))
    return await _with_marks(session, list((await session.execute(query)).scalars()))


async def of_marks(session: Session, marks: Sequence[Pair], count: int) -> list[ActAndMarks]:
    """The last ones on whoever has one of these marks, the newest first."""
    if not marks:
        return []
    ids = select(ActMarkRow.act_id).where(tuple_(ActMarkRow.by, ActMarkRow.value).in_(list(marks)))
    query = select(ActRow).where(ActRow.id.in_(ids)).order_by(ActRow.made_at_ms.desc()).limit(count)
    return await _with_marks(session, list((await session.execute(query)).scalars()))


async def undo(session: Session, act_id: str, now_ms: int, by: str) -> bool:
    """It holds no longer. False where it was undone before."""
    change = (
        update(ActRow)
        .where(ActRow.id == act_id, ActRow.undone_at_ms.is_(None))
        .values(undone_at_ms=now_ms, undone_by=by)
        .returning(ActRow.id)
    )
    return (await session.execute(change)).first() is not None


async def add_appeal(session: Session, row: AppealRow) -> bool:
    """Write an appeal. False where there is one for this act: the transaction must be given up then."""
    if await session.get(AppealRow, row.act_id) is not None:
        return False
    session.add(row)
    try:
        await session.flush()
    except IntegrityError:  # another was a moment faster
        return False
    return True


async def open_appeals(session: Session, count: int) -> list[AppealRow]:
    """Those that nobody has answered, the oldest first."""
    query = select(AppealRow).where(AppealRow.state == "open").order_by(AppealRow.at_ms).limit(count)
    return list((await session.execute(query)).scalars())


async def appeal_state(session: Session, act_id: str) -> str:
    """Of the appeal against the act: "" where nobody made one."""
    row = await session.get(AppealRow, act_id)
    return "" if row is None else row.state


async def answer_appeal(session: Session, act_id: str, state: str, now_ms: int, by: str) -> AppealRow | None:
    """Answer an appeal. None where there is none that is open."""
    row = await session.get(AppealRow, act_id, with_for_update=True)
    if row is None or row.state != "open":
        return None
    row.state, row.answered_at_ms, row.answered_by = state, now_ms, by
    await session.flush()
    return row


def _in_force(now_ms: int, kinds: Sequence[str]) -> ColumnElement[bool]:
    goes_on = or_(ActRow.ends_at_ms.is_(None), ActRow.ends_at_ms > now_ms)
    return and_(ActRow.undone_at_ms.is_(None), ActRow.kind.in_(kinds), goes_on)


async def _with_marks(session: Session, rows: list[ActRow]) -> list[ActAndMarks]:
    found: dict[str, list[Pair]] = {row.id: [] for row in rows}
    ids = list(found)
    for first in range(0, len(ids), 500):
        query = select(ActMarkRow).where(ActMarkRow.act_id.in_(ids[first : first + 500]))
        for mark in (await session.execute(query)).scalars():
            found[mark.act_id].append((mark.by, mark.value))
    return [(row, found[row.id]) for row in rows]
