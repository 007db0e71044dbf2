"""The log of sign-ins: who came in when and from where, who left, and who was refused.

One row an hour for the same event of the same account from the same network, with a count: whoever tries
without end fills no disk. No login that somebody typed is kept: it may be a password in the wrong field.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from enum import StrEnum
from typing import Final

from sqlalchemy import Index, Integer, String, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, mapped_column

from yuanzhan.instants import HOUR_MS
from yuanzhan.store.base import Base, Id, Moment
from yuanzhan.store.database import Session

ADDRESS_MAX_CHARS: Final = 64


class Event(StrEnum):
    """What is logged. The names are in the store: never reused."""

    SIGNED_IN = "signed_in"
    """A session was opened: by password, provider or invitation."""
    REFUSED = "refused"
    CODE_REFUSED = "code_refused"
    """The password was right, or the provider vouched; the second factor was wrong."""
    SIGNED_OUT = "signed_out"
    ENDED = "ended"
    """A session was ended from another one of the same account."""


class SignInRow(Base):
    """`account_id` is empty where the login is nobody's; `address` is a household, empty for all that are one
    too many to be told apart (`accounts.sign_in_log`).
    """

    __tablename__ = "sign_ins"

    hour_ms: Mapped[int] = mapped_column(Moment, primary_key=True, autoincrement=False)
    account_id: Mapped[str] = mapped_column(Id, primary_key=True)
    event: Mapped[str] = mapped_column(String(16), primary_key=True)
    address: Mapped[str] = mapped_column(String(ADDRESS_MAX_CHARS), primary_key=True)
    first_at_ms: Mapped[int] = mapped_column(Moment)
    last_at_ms: Mapped[int] = mapped_column(Moment)
    count: Mapped[int] = mapped_column(Integer)

    __table_args__ = (Index(None, "account_id"),)


async def add(session: Session, event: Event, account_id: str, address: str, at_ms: int) -> None:
    """Count one more of it."""
    is_postgresql = session.get_bind().dialect.name == "postgresql"
    insert = postgresql.insert if is_postgresql else sqlite.insert
    row = insert(SignInRow).values(
        hour_ms=at_ms - at_ms % HOUR_MS,
        account_id=account_id,
        event=event.value,
        address=address[:ADDRESS_MAX_CHARS],
        first_at_ms=at_ms,
        last_at_ms=at_ms,
        count=1,
    )
    again = {"count": SignInRow.count + 1, "last_at_ms": at_ms}
    await session.execute(row.on_conflict_do_update(index_elements=_KEY, set_=again))


async def rows(session: Session) -> AsyncIterator[SignInRow]:
    """Every row, the oldest first."""
    query = select(SignInRow).order_by(SignInRow.hour_ms, SignInRow.first_at_ms)
    async for row in await session.stream_scalars(query.execution_options(yield_per=500)):
        yield row


_KEY: Final = ("hour_ms", "account_id", "event", "address")
