"""What came of booths: counts by minute, who came by day as a sketch that names nobody, cards that were left.

Booths are named by their id alone: counts outlive the booth that they are of, cards do not (`forget_cards`).
A row of a minute is added to, never replaced, so that a batch that is written in two parts counts whole.
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import BigInteger, Float, Index, Integer, LargeBinary, String, Text, delete, func, select
from sqlalchemy.orm import Mapped, mapped_column

from yuanzhan.instants import DAY_MS, HOUR_MS, MINUTE_MS
from yuanzhan.store.base import Base, Id, Moment, new_id
from yuanzhan.store.database import Session

NAME_CHARS: Final = 64
"""Of booths, halls and items: as on the wire."""
ROLLED_AT_ONCE: Final = 1000
"""Some tenths of a second: who writes meanwhile waits little."""
_SECONDS: Final = np.dtype("<f4")


class BoothMinuteRow(Base):
    """One minute (or, long afterwards, one hour) at one booth. `heat` is the zlib of (rows, columns) f32
    seconds; empty where nobody stood.
    """

    __tablename__ = "booth_minutes"

    booth: Mapped[str] = mapped_column(String(NAME_CHARS), primary_key=True)
    at_ms: Mapped[int] = mapped_column(Moment, primary_key=True, autoincrement=False)
    visits: Mapped[int] = mapped_column(Integer)
    dwell_s: Mapped[float] = mapped_column(Float)
    rows: Mapped[int] = mapped_column(Integer)
    columns: Mapped[int] = mapped_column(Integer)
    heat: Mapped[bytes] = mapped_column(LargeBinary)

    __table_args__ = (Index(None, "at_ms"),)


class BoothDayRow(Base):
    """Who visited a booth on one day (UTC): registers of a HyperLogLog sketch, zlib."""

    __tablename__ = "booth_days"

    booth: Mapped[str] = mapped_column(String(NAME_CHARS), primary_key=True)
    at_ms: Mapped[int] = mapped_column(Moment, primary_key=True, autoincrement=False)
    sketch: Mapped[bytes] = mapped_column(LargeBinary)

    __table_args__ = (Index(None, "at_ms"),)


class BoothOpenedRow(Base):
    """How often an item of a booth was opened in one hour."""

    __tablename__ = "booth_opened"

    booth: Mapped[str] = mapped_column(String(NAME_CHARS), primary_key=True)
    at_ms: Mapped[int] = mapped_column(Moment, primary_key=True, autoincrement=False)
    item: Mapped[str] = mapped_column(String(NAME_CHARS), primary_key=True)
    count: Mapped[int] = mapped_column(BigInteger)

    __table_args__ = (Index(None, "at_ms"),)


class CardRow(Base):
    """A card that a visitor chose to leave. `by_device` and `by_account` are for whoever left it alone, to
    see and erase it; its booth's people never read them.
    """

    __tablename__ = "booth_cards"

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    booth: Mapped[str] = mapped_column(String(NAME_CHARS))
    hall: Mapped[str] = mapped_column(String(NAME_CHARS))
    name: Mapped[str] = mapped_column(Text)
    contact: Mapped[str] = mapped_column(Text)
    note: Mapped[str] = mapped_column(Text)
    left_at_ms: Mapped[int] = mapped_column(Moment)
    by_device: Mapped[str] = mapped_column(String(NAME_CHARS))
    by_account: Mapped[str] = mapped_column(String(NAME_CHARS))

    __table_args__ = (
        Index(None, "booth", "left_at_ms"),
        Index(None, "by_device"),
        Index(None, "by_account"),
        Index(None, "left_at_ms"),
    )


class Minute(NamedTuple):
    """A BoothMinuteRow to be read: of a month there are 43,200."""

    at_ms: int
    visits: int
    dwell_s: float
    rows: int
    columns: int
    heat: bytes


@dataclass(frozen=True, slots=True)
class Counted:
    """What came together at one booth. `heat_s` is (rows, columns) float32, `sketch` (n,) uint8."""

    booth: str
    visits: int
    dwell_s: float
    heat_s: NDArray[np.float32]
    sketch: NDArray[np.uint8]
    opened: dict[str, int]


async def add(session: Session, at_ms: int, counts: Sequence[Counted]) -> None:
    """Add what was counted in the minute of `at_ms`."""
    for counted in counts:
        await _add_minute(session, at_ms - at_ms % MINUTE_MS, counted)
        if counted.sketch.any():
            await _add_day(session, at_ms - at_ms % DAY_MS, counted)
        for item, count in counted.opened.items():
            await _add_opened(session, at_ms - at_ms % HOUR_MS, counted.booth, item, count)
        await session.flush()


async def _add_minute(session: Session, at_ms: int, counted: Counted) -> None:
    row = await _minute(session, counted.booth, at_ms)
    row.visits += counted.visits
    row.dwell_s += counted.dwell_s
    _add_heat(row, counted.heat_s)


async def _minute(session: Session, booth: str, at_ms: int) -> BoothMinuteRow:
    """The row of a minute, to be added to."""
    row = await session.get(BoothMinuteRow, (booth, at_ms), with_for_update=True)
    if row is None:
        row = BoothMinuteRow(booth=booth, at_ms=at_ms, visits=0, dwell_s=0.0, rows=0, columns=0, heat=b"")
        session.add(row)
    return row


def _add_heat(row: BoothMinuteRow, heat_s: NDArray[np.float32]) -> None:
    """Of a slot that has another size now, the newer map counts."""
    former = heat_of(row)
    if former.shape == heat_s.shape:
        heat_s = heat_s + former
    row.rows, row.columns = heat_s.shape
    row.heat = zlib.compress(np.ascontiguousarray(heat_s, _SECONDS).tobytes())


async def _add_day(session: Session, at_ms: int, counted: Counted) -> None:
    row = await session.get(BoothDayRow, (counted.booth, at_ms), with_for_update=True)
    if row is None:
        session.add(
            BoothDayRow(booth=counted.booth, at_ms=at_ms, sketch=zlib.compress(counted.sketch.tobytes()))
        )
    else:
        row.sketch = zlib.compress(np.maximum(sketch_of(row), counted.sketch).tobytes())


async def _add_opened(session: Session, at_ms: int, booth: str, item: str, count: int) -> None:
    row = await session.get(BoothOpenedRow, (booth, at_ms, item), with_for_update=True)
    if row is None:
        session.add(BoothOpenedRow(booth=booth, at_ms=at_ms, item=item, count=count))
    else:
        row.count += count


def heat_of(row: BoothMinuteRow | Minute) -> NDArray[np.float32]:
    """(rows, columns) seconds."""
    if not row.heat:
        return np.zeros((row.rows, row.columns), np.float32)
    return np.frombuffer(zlib.decompress(row.heat), _SECONDS).reshape(row.rows, row.columns)


def sketch_of(row: BoothDayRow) -> NDArray[np.uint8]:
    """(n,) registers."""
    return np.frombuffer(zlib.decompress(row.sketch), np.uint8)


async def minutes(session: Session, booth: str, from_ms: int, until_ms: int) -> Sequence[Minute]:
    """Minutes and hours that began in the time given, in order."""
    row = BoothMinuteRow
    query = (
        select(row.at_ms, row.visits, row.dwell_s, row.rows, row.columns, row.heat)
        .where(row.booth == booth, row.at_ms >= from_ms, row.at_ms < until_ms)
        .order_by(row.at_ms)
    )
    return [Minute._make(found) for found in await session.execute(query)]


async def days(session: Session, booth: str, from_ms: int, until_ms: int) -> Sequence[BoothDayRow]:
    """Days that touch the time given."""
    query = select(BoothDayRow).where(
        BoothDayRow.booth == booth, BoothDayRow.at_ms > from_ms - DAY_MS, BoothDayRow.at_ms < until_ms
    )
    return (await session.execute(query)).scalars().all()


async def opened(session: Session, booth: str, from_ms: int, until_ms: int) -> dict[str, int]:
    """How often each item was opened, the most opened first."""
    total = func.sum(BoothOpenedRow.count)
    query = (
        select(BoothOpenedRow.item, total)
        .where(
            BoothOpenedRow.booth == booth,
            BoothOpenedRow.at_ms > from_ms - HOUR_MS,
            BoothOpenedRow.at_ms < until_ms,
        )
        .group_by(BoothOpenedRow.item)
        .order_by(total.desc(), BoothOpenedRow.item)
    )
    return {item: int(count) for item, count in (await session.execute(query)).all()}


async def add_card(
    session: Session,
    *,
    booth: str,
    hall: str,
    name: str,
    contact: str,
    note: str,
    at_ms: int,
    by_device: str = "",
    by_account: str = "",
) -> str:
    """Keep a card. Returns its id."""
    card = CardRow(
        id=new_id(),
        booth=booth,
        hall=hall,
        name=name,
        contact=contact,
        note=note,
        left_at_ms=at_ms,
        by_device=by_device,
        by_account=by_account,
    )
    session.add(card)
    await session.flush()
    return card.id


async def cards(session: Session, booth: str) -> Sequence[CardRow]:
    """A booth's cards, the newest first."""
    query = select(CardRow).where(CardRow.booth == booth).order_by(CardRow.left_at_ms.desc(), CardRow.id)
    return (await session.execute(query)).scalars().all()


async def card_count(session: Session, booth: str, from_ms: int, until_ms: int) -> int:
    """How many cards were left in the time given."""
    query = select(func.count()).where(
        CardRow.booth == booth, CardRow.left_at_ms >= from_ms, CardRow.left_at_ms < until_ms
    )
    return (await session.execute(query)).scalar_one()


async def forget_card(session: Session, booth: str, id: str) -> bool:
    """Remove one card: somebody asked for that. False where there is none."""
    gone = await session.execute(
        delete(CardRow).where(CardRow.booth == booth, CardRow.id == id).returning(CardRow.id)
    )
    return gone.first() is not None


async def forget_cards(session: Session, booth: str) -> None:
    """Remove a booth's cards, with the booth."""
    await session.execute(delete(CardRow).where(CardRow.booth == booth))


async def roll_up(session: Session, before_ms: int, most: int = ROLLED_AT_ONCE) -> int:
    """Put minutes of whole hours that began before `before_ms` together, the oldest first. Returns how many
    rows went; where it is `most`, more may be left.
    """
    before_ms -= before_ms % HOUR_MS
    query = (
        select(BoothMinuteRow)
        .where(BoothMinuteRow.at_ms < before_ms, BoothMinuteRow.at_ms % HOUR_MS != 0)
        .order_by(BoothMinuteRow.at_ms)
        .limit(most)
    )
    found = (await session.execute(query)).scalars().all()
    hours: dict[tuple[str, int], BoothMinuteRow] = {}
    for row in found:
        hour_ms = row.at_ms - row.at_ms % HOUR_MS
        hour = hours.get((row.booth, hour_ms))
        if hour is None:
            hour = hours[row.booth, hour_ms] = await _minute(session, row.booth, hour_ms)
        hour.visits += row.visits
        hour.dwell_s += row.dwell_s
        _add_heat(hour, heat_of(row))
        await session.delete(row)
    await session.flush()
    return len(found)
