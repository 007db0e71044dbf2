"""What was kept long enough goes, some thousands of rows at a time: who writes meanwhile waits little.

Each function removes (`forget_of_events`: empties) at most `AT_ONCE` rows that are older than a moment and
returns how many went; none left is 0. Acts that hold are never old.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import ColumnElement, and_, delete, or_, select, tuple_, update
from sqlalchemy.orm import InstrumentedAttribute

from yuanzhan.store.accounts import Account, ApiToken, Invitation, SignedIn
from yuanzhan.store.acts import ActRow
from yuanzhan.store.chat import ChatRow
from yuanzhan.store.database import Session
from yuanzhan.store.events import EventRow
from yuanzhan.store.reports import ReportRow
from yuanzhan.store.sign_ins import SignInRow
from yuanzhan.store.visits import BoothDayRow, BoothMinuteRow, BoothOpenedRow, CardRow

AT_ONCE: Final = 5000

_Count = type[BoothMinuteRow] | type[BoothDayRow] | type[BoothOpenedRow]
_COUNTS: Final[tuple[_Count, ...]] = (BoothMinuteRow, BoothDayRow, BoothOpenedRow)


async def remove_lines(session: Session, before_ms: int) -> int:
    """What was said before."""
    return await _remove(session, ChatRow.number, ChatRow.at_ms < before_ms)


async def remove_reports(session: Session, before_ms: int) -> int:
    """Reports that nothing happened to since."""
    return await _remove(session, ReportRow.id, ReportRow.changed_at_ms < before_ms)


async def remove_acts(session: Session, before_ms: int, once: Sequence[str]) -> int:
    """Acts that were over before, with their appeals and whom they held for. Of the kinds `once` it is over
    as soon as it is done.
    """
    is_over = or_(
        ActRow.undone_at_ms < before_ms,
        ActRow.ends_at_ms < before_ms,
        and_(ActRow.kind.in_(once), ActRow.made_at_ms < before_ms),
    )
    return await _remove(session, ActRow.id, is_over)


async def remove_sign_ins(session: Session, before_ms: int) -> int:
    """Who signed in, or was refused, before."""
    key = (SignInRow.hour_ms, SignInRow.account_id, SignInRow.event, SignInRow.address)
    old = select(*key).where(SignInRow.last_at_ms < before_ms).limit(AT_ONCE)
    keys = [tuple(row) for row in (await session.execute(old)).all()]
    if keys:
        await session.execute(delete(SignInRow).where(tuple_(*key).in_(keys)))
    return len(keys)


async def remove_cards(session: Session, before_ms: int) -> int:
    """Cards that were left before."""
    return await _remove(session, CardRow.id, CardRow.left_at_ms < before_ms)


async def forget_of_events(session: Session, before_ms: int) -> int:
    """Who spoke at events that ended before, and what was said of them in free text. What each was called,
    when and where it was, and how many came stays.
    """
    names_somebody = or_(
        EventRow.speakers != "[]", EventRow.description_zh != "", EventRow.description_en != ""
    )
    old = select(EventRow.id).where(EventRow.ends_at_ms < before_ms, names_somebody).limit(AT_ONCE)
    ids = (await session.execute(old)).scalars().all()
    if ids:
        emptied = update(EventRow).where(EventRow.id.in_(ids))
        await session.execute(emptied.values(speakers="[]", description_zh="", description_en=""))
    return len(ids)


async def remove_counts(session: Session, before_ms: int) -> int:
    """Minutes, days and hours of booths before."""
    gone = 0
    for table in _COUNTS:
        booths = select(table.booth).where(table.at_ms < before_ms).limit(1)
        booth = (await session.execute(booths)).scalar_one_or_none()
        if booth is not None:
            old = delete(table).where(table.booth == booth, table.at_ms < before_ms).returning(table.at_ms)
            gone += len((await session.execute(old)).all())
    return gone


async def remove_invitations(session: Session, before_ms: int) -> int:
    """Invitations that were used or too old before."""
    is_old = or_(Invitation.used_at_ms < before_ms, Invitation.expires_at_ms < before_ms)
    return await _remove(session, Invitation.id, is_old)


async def remove_sessions(session: Session, idle_before_ms: int, created_before_ms: int) -> int:
    """Sessions that nobody can use any more."""
    is_over = or_(SignedIn.seen_at_ms < idle_before_ms, SignedIn.created_at_ms < created_before_ms)
    return await _remove(session, SignedIn.id, is_over)


async def remove_tokens(session: Session, before_ms: int) -> int:
    """API tokens whose time is over."""
    return await _remove(session, ApiToken.id, ApiToken.expires_at_ms < before_ms)


async def closed_accounts(session: Session, before_ms: int) -> Sequence[str]:
    """Accounts that were closed before, some of them."""
    query = select(Account.id).where(Account.closed_at_ms < before_ms).limit(50)
    return (await session.execute(query)).scalars().all()


async def _remove(session: Session, key: InstrumentedAttribute[Any], old: ColumnElement[bool]) -> int:
    keys = (await session.execute(select(key).where(old).limit(AT_ONCE))).scalars().all()
    if keys:
        await session.execute(delete(key.class_).where(key.in_(keys)))
    return len(keys)
