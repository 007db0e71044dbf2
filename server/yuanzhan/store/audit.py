"""The record: who did what to whom, on what ground, what was before and after. Rows are only ever added.

Rules
  1. Each row holds the hash of the one before it, and the hash of itself: SHA-256 over the canonical JSON
     (RFC 8785 for what we put in: sorted keys, no spaces, whole numbers, UTF-8) of everything else in it.
     Sequence numbers begin with 1 and have no gap.
  2. A row is written in the transaction of the change that it records: there is neither without the other.
  3. The database itself refuses to change or remove a row (triggers, on both databases). Who owns the
     database can take the triggers away; the chain shows what they changed then.
  4. A row names nobody who has an account but by the account's id: rows stay when somebody has their data
     erased, and the id leads nowhere then. `named` looks up who it is as long as there is such an account.
  5. Who can write rows can also compute hashes. The last row's number and hash are therefore signed
     (Ed25519) with a key outside the database and kept in a file of the data directory (`seal.py`): a chain
     that was made anew or cut short does not fit it.

`append` takes the chain's end until the transaction ends: append last, and be short.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any, Final

from sqlalchemy import BigInteger, Index, String, Text, select, text
from sqlalchemy.orm import Mapped, mapped_column

from yuanzhan.access import Actor
from yuanzhan.instants import iso, now_ms
from yuanzhan.store.accounts import Account
from yuanzhan.store.base import Base, Moment
from yuanzhan.store.chain import START, Head
from yuanzhan.store.database import Session, sign_after_commit

_HASH_CHARS: Final = 64
TARGET_MAX_CHARS: Final = 200
ACT_MAX_CHARS: Final = 64
REASON_MAX_CHARS: Final = 2000
SNAPSHOT_MAX_CHARS: Final = 64 * 1024
"""Of `before` and of `after`, as JSON: a booth's dress fits; what is larger belongs into a file, its hash in
here.
"""

# "auditrow" in ASCII: whoever appends on PostgreSQL waits for it.
_LOCK_KEY: Final = 0x6175646974726F77
_PAGE_ROWS: Final = 500

Snapshot = Mapping[str, Any] | None


class AuditRow(Base):
    """One act. `before` and `after` are canonical JSON, kept as text so that every byte stays."""

    __tablename__ = "audit"

    sequence: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    at_ms: Mapped[int] = mapped_column(Moment)
    actor_id: Mapped[str] = mapped_column(String(64))
    actor_name: Mapped[str] = mapped_column(Text)
    actor_role: Mapped[str] = mapped_column(String(16))
    act: Mapped[str] = mapped_column(String(ACT_MAX_CHARS))
    target: Mapped[str] = mapped_column(String(TARGET_MAX_CHARS))
    reason: Mapped[str] = mapped_column(Text)
    before: Mapped[str] = mapped_column(Text)
    after: Mapped[str] = mapped_column(Text)
    previous: Mapped[str] = mapped_column(String(_HASH_CHARS))
    hash: Mapped[str] = mapped_column(String(_HASH_CHARS))

    __table_args__ = (Index(None, "target", "sequence"), Index(None, "actor_id", "sequence"))


async def append(
    session: Session,
    actor: Actor,
    act: str,
    target: str,
    reason: str = "",
    before: Snapshot = None,
    after: Snapshot = None,
    *,
    at_ms: int | None = None,
) -> Head:
    """Record an act in the session's transaction. Returns the chain's new end.

    `act` is a word with a dot (`account.invite`, `visitor.mute`), `target` kind and id with a colon
    (`account:5f…`, `hall:culture`). No password, token or address belongs into `before` or `after`.
    Raises ValueError for what is too long: a caller has checked it before.
    """
    last = await _take_end(session)
    row = AuditRow(
        sequence=last.sequence + 1,
        at_ms=now_ms() if at_ms is None else at_ms,
        actor_id=actor.account_id,
        actor_name="" if actor.account_id else actor.name,
        actor_role=str(actor.role),
        act=_bounded("act", act, ACT_MAX_CHARS),
        target=_bounded("target", target, TARGET_MAX_CHARS),
        reason=_bounded("reason", reason, REASON_MAX_CHARS),
        before=_bounded("before", canonical(before), SNAPSHOT_MAX_CHARS),
        after=_bounded("after", canonical(after), SNAPSHOT_MAX_CHARS),
        previous=last.hash,
    )
    row.hash = hash_of(row)
    session.add(row)
    await session.flush()
    end = Head(row.sequence, row.hash)
    sign_after_commit(session, end)
    return end


async def head(session: Session) -> Head:
    """The chain's end as it is."""
    newest = select(AuditRow.sequence, AuditRow.hash).order_by(AuditRow.sequence.desc()).limit(1)
    row = (await session.execute(newest)).first()
    return START if row is None else Head(row.sequence, row.hash)


async def hash_at(session: Session, sequence: int) -> str | None:
    """The hash of a row, or None where there is no such row."""
    return (
        await session.execute(select(AuditRow.hash).where(AuditRow.sequence == sequence))
    ).scalar_one_or_none()


async def rows(session: Session, after: int = 0) -> AsyncIterator[AuditRow]:
    """Every row with a higher number than `after`, in order, a page at a time."""
    while True:
        page = select(AuditRow).where(AuditRow.sequence > after).order_by(AuditRow.sequence).limit(_PAGE_ROWS)
        found = (await session.execute(page.execution_options(populate_existing=True))).scalars().all()
        if not found:
            return
        for row in found:
            yield row
        after = found[-1].sequence
        session.expunge_all()


async def newest(
    session: Session,
    count: int,
    before: int | None = None,
    *,
    area: str = "",
    target: str = "",
    actor_id: str = "",
) -> list[AuditRow]:
    """The last `count` rows (of those with a lower number than `before`), the newest first: where they are
    given, of acts whose word begins with `area` and a dot, on this `target`, by this account.
    """
    query = select(AuditRow).order_by(AuditRow.sequence.desc()).limit(count)
    if before is not None:
        query = query.where(AuditRow.sequence < before)
    if area:
        query = query.where(AuditRow.act.startswith(f"{area}.", autoescape=True))
    if target:
        query = query.where(AuditRow.target == target)
    if actor_id:
        query = query.where(AuditRow.actor_id == actor_id)
    return list((await session.execute(query)).scalars())


async def named(session: Session, found: Sequence[AuditRow]) -> list[dict[str, Any]]:
    """Rows as staff reads them: with the names of those who acted, where they still have an account."""
    ids = {row.actor_id for row in found if row.actor_id}
    query = select(Account.id, Account.name).where(Account.id.in_(ids))
    names = {account.id: account.name for account in (await session.execute(query)).all()}
    told = []
    for row in found:
        one = exported(row)
        one["actor"]["name"] = one["actor"]["name"] or names.get(row.actor_id, "")
        told.append(one)
    return told


def exported(row: AuditRow) -> dict[str, Any]:
    """A row as the export and the API have it, and as far as it can be read: who edits the database may put
    anything there.
    """
    at_ms = row.at_ms if isinstance(row.at_ms, int) else 0
    try:
        at = iso(at_ms)
    except (ValueError, OverflowError, OSError):
        at = str(at_ms)
    return {
        "sequence": row.sequence,
        "at": at,
        "at_ms": at_ms,
        "actor": {"id": _text(row.actor_id), "name": _text(row.actor_name), "role": _text(row.actor_role)},
        "act": _text(row.act),
        "target": _text(row.target),
        "reason": _text(row.reason),
        "before": _value(row.before),
        "after": _value(row.after),
        "previous": _text(row.previous),
        "hash": _text(row.hash),
    }


def _text(kept: object) -> str:
    return kept.decode(errors="replace") if isinstance(kept, bytes) else str(kept)


def _value(kept: str) -> Any:
    """What the JSON says; the text itself where it is none."""
    try:
        return json.loads(kept, parse_constant=_not_json)
    except (ValueError, TypeError, RecursionError):
        return _text(kept)


def _not_json(word: str) -> None:
    raise ValueError(word)


def is_as_written(row: AuditRow) -> bool:
    """Whether the row's content is what its hash says. What cannot even be hashed is not."""
    try:
        return hash_of(row) == row.hash
    except (TypeError, ValueError):
        return False


def hash_of(row: AuditRow) -> str:
    """What `hash` must be: hex SHA-256 of the canonical JSON of the row without it.

    `before` and `after` go in as the text that is kept, so that a change of one byte shows.
    """
    content = {
        "sequence": row.sequence,
        "at_ms": row.at_ms,
        "actor": {"id": row.actor_id, "name": row.actor_name, "role": row.actor_role},
        "act": row.act,
        "target": row.target,
        "reason": row.reason,
        "before": row.before,
        "after": row.after,
        "previous": row.previous,
    }
    return hashlib.sha256(canonical(content).encode()).hexdigest()


def canonical(value: Any) -> str:
    """One text for one value. Raises ValueError for numbers that are none (NaN)."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)


async def _take_end(session: Session) -> Head:
    """The chain's end, which nobody else may continue until this transaction has ended.

    On SQLite a transaction holds the write lock anyway.
    """
    if session.get_bind().dialect.name == "postgresql":
        await session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK_KEY})
    return await head(session)


def _bounded(name: str, value: str, most: int) -> str:
    if len(value) > most:
        raise ValueError(f"{name} has {len(value)} characters, at most {most} may be kept")
    if "\0" in value:
        raise ValueError(f"{name} has a null character, which PostgreSQL does not keep")
    return value
