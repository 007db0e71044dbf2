"""What a person may ask for about themself: a copy of everything, and its end.

Asked by an account for itself, by a guest with the cookie of their browser, or by staff for somebody who asks
them: then with a reason, and both are acts in the audit record. What somebody else has to keep stays, and the
answer says so: acts that operators did to them, and their lines in the evidence of other people's reports.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Final

from yuanzhan.access import STAFF, Actor, Permission, Role
from yuanzhan.errors.accounts import LastOwner, NoSuchAccount
from yuanzhan.errors.moderation import TargetIsStaff
from yuanzhan.instants import iso, now_ms
from yuanzhan.store import accounts as stored
from yuanzhan.store import audit, personal
from yuanzhan.store.accounts import Account
from yuanzhan.store.database import Database, Session
from yuanzhan.store.personal import Whose

Json = dict[str, Any]
KEPT: Final = ("acts", "evidence", "record")
"""What stays after an erasure, beside `lines` where the server has to keep them; the pages say why."""


@dataclass(frozen=True, slots=True)
class Here:
    """What the halls hold of those who are in them, and nobody else does: told, and forgotten."""

    held: Callable[[Whose], list[Json]]
    forget: Callable[[Whose], None]


def _nothing_held(whose: Whose) -> list[Json]:
    return []


def _nothing_forgotten(whose: Whose) -> None:
    return None


NOBODY_HERE: Final = Here(_nothing_held, _nothing_forgotten)
"""Where there are no halls: on the command line."""


class OwnData:
    """The use-cases. `flush` has everything written that was said so far; `forget` has the halls forget what
    somebody said; `keep_lines`: lines stay for as long as all do, whoever asks.
    """

    def __init__(
        self,
        database: Database,
        flush: Callable[[], Awaitable[None]],
        forget: Callable[[Whose], None],
        *,
        keep_lines: bool,
        here: Here = NOBODY_HERE,
        clock: Callable[[], int] = now_ms,
    ) -> None:
        self._database = database
        self._flush = flush
        self._forget = forget
        self._keep_lines = keep_lines
        self._here = here
        self._clock = clock

    async def copy(self, whose: Whose) -> Json:
        """Everything about a person who asks for themself. Raises NoSuchAccount."""
        await self._flush()
        async with self._database.reading() as session:
            return await self._copied(session, whose)

    async def copy_for(self, actor: Actor, whose: Whose, reason: str) -> Json:
        """The same, by staff for somebody who asks them. Raises NoSuchAccount, TargetIsStaff."""
        await self._flush()
        async with self._database.transaction() as session:
            await _check_rank(session, actor, whose)
            copy = await self._copied(session, whose)
            await audit.append(session, actor, "privacy.copy", target_of(whose), reason)
        return copy

    async def erase(self, whose: Whose, actor: Actor | None = None) -> Json:
        """Erase what a person who asks for themself left. Raises NoSuchAccount, LastOwner."""
        return await self._erase(whose, actor, "asked by the person")

    async def erase_for(self, actor: Actor, whose: Whose, reason: str) -> Json:
        """The same, by staff. Raises NoSuchAccount, LastOwner, TargetIsStaff."""
        return await self._erase(whose, actor, reason, by_staff=True)

    async def of_login(self, login: str) -> Whose:
        """Whose account a login is. Raises NoSuchAccount."""
        async with self._database.reading() as session:
            row = await stored.account_of_login(session, login.strip().lower())
        if row is None:
            raise NoSuchAccount()
        return Whose(account=row.id)

    async def _erase(self, whose: Whose, actor: Actor | None, reason: str, *, by_staff: bool = False) -> Json:
        by = actor or Actor("", "guest", Role.VISITOR)
        await self._flush()
        async with self._database.transaction() as session:
            if by_staff:
                await _check_rank(session, by, whose)
            if whose.account:
                await _keep_an_owner(session, whose.account)
            counts = await personal.erase_traces(session, whose, keep_lines=self._keep_lines)
            if whose.account:
                await personal.erase_account(session, whose.account)
            await audit.append(session, by, "privacy.erase", target_of(whose), reason, after=counts)
        self._here.forget(whose)
        if not self._keep_lines:
            self._forget(whose)
        kept = [*KEPT, "lines"] if self._keep_lines else list(KEPT)
        return {"erased": counts | {"account": int(bool(whose.account))}, "kept": kept}

    async def _copied(self, session: Session, whose: Whose) -> Json:
        copy: Json = {"made_at": iso(self._clock())}
        if whose.account:
            copy |= await _of_account(session, whose.account)
        else:
            copy["device"] = whose.device
        copy["lines"] = [
            {"at": iso(row.at_ms), "hall": row.hall, "name": row.name, "text": row.text}
            for row in await personal.lines(session, whose)
        ]
        copy["cards"] = [
            {
                "at": iso(row.left_at_ms),
                "booth": row.booth,
                "hall": row.hall,
                "name": row.name,
                "contact": row.contact,
                "note": row.note,
            }
            for row in await personal.cards(session, whose)
        ]
        copy["reports"] = [
            {
                "at": iso(row.made_at_ms),
                "hall": row.hall,
                "what": row.what,
                "reason": row.reason,
                "note": row.note,
                "state": row.state,
            }
            for row in await personal.reports(session, whose)
        ]
        copy["acts"] = [
            {
                "id": row.id,
                "at": iso(row.made_at_ms),
                "until": None if row.ends_at_ms is None else iso(row.ends_at_ms),
                "kind": row.kind,
                "hall": row.hall,
                "reason": row.reason,
                "note": row.note,
                "undone": row.undone_at_ms is not None,
            }
            for row in await personal.acts(session, whose)
        ]
        copy["appeals"] = [
            {
                "at": iso(row.at_ms),
                "act": row.act_id,
                "text": row.text,
                "contact": row.contact,
                "state": row.state,
            }
            for row in await personal.appeals(session, whose)
        ]
        copy["reachable"] = self._here.held(whose)
        counted = (value for value in copy.values() if isinstance(value, list))
        copy["whole"] = all(len(value) < personal.ROWS_MAX for value in counted)
        return copy


def target_of(whose: Whose) -> str:
    """As the audit record names them: by an id that leads to nobody."""
    return f"account:{whose.account}" if whose.account else f"person:device:{whose.device}"


async def _of_account(session: Session, id: str) -> Json:
    row = await _account(session, id)
    return {
        "account": {
            "id": row.id,
            "login": row.login,
            "name": row.name,
            "role": row.role,
            "organisation": row.organisation.name if row.organisation else None,
            "created_at": iso(row.created_at_ms),
            "second_factor": row.second_factor is not None,
        },
        "identity": await _identity(session, id),
        "sessions": [
            {"agent": one.agent, "created_at": iso(one.created_at_ms), "seen_at": iso(one.seen_at_ms)}
            for one in await stored.sessions_of(session, id)
        ],
        "sign_ins": [
            {
                "event": one.event,
                "address": one.address,
                "first_at": iso(one.first_at_ms),
                "last_at": iso(one.last_at_ms),
                "count": one.count,
            }
            for one in await personal.sign_ins(session, id)
        ],
        "tokens": [
            {"name": one.name, "created_at": iso(one.created_at_ms)}
            for one in await stored.tokens_of(session, id)
        ],
        "invitations": [
            {"role": one.role, "note": one.note, "created_at": iso(one.created_at_ms)}
            for one in await personal.invitations(session, id)
        ],
        "booths": [
            {"id": one.id, "title": {"zh": one.title_zh, "en": one.title_en}}
            for one in await personal.booths(session, id)
        ],
        "uploads": [
            {"file": one.file, "bytes": one.length, "created_at": iso(one.created_at_ms)}
            for one in await personal.uploads(session, id)
        ],
        "record": [
            {
                "at": iso(one.at_ms),
                "act": one.act,
                "target": one.target,
                "by_you": one.actor_id == id,
                "before": json.loads(one.before),
                "after": json.loads(one.after),
            }
            for one in await personal.record(session, id)
        ],
    }


async def _identity(session: Session, id: str) -> Json | None:
    row = await stored.identity_of(session, id)
    if row is None:
        return None
    return {
        "issuer": row.issuer,
        "subject": row.subject,
        "label": row.label,
        "created_at": iso(row.created_at_ms),
        "seen_at": iso(row.seen_at_ms),
    }


async def _account(session: Session, id: str, *, locked: bool = False) -> Account:
    row = await stored.account(session, id, locked=locked)
    if row is None:
        raise NoSuchAccount()
    return row


async def _check_rank(session: Session, actor: Actor, whose: Whose) -> None:
    """The accounts of colleagues are for who manages accounts."""
    if whose.account:
        row = await _account(session, whose.account)
        if Role(row.role) in STAFF and not actor.may(Permission.ACCOUNTS_MANAGE):
            raise TargetIsStaff()


async def _keep_an_owner(session: Session, id: str) -> None:
    await stored.lock_owners(session)
    row = await _account(session, id, locked=True)
    if row.role == Role.OWNER and row.closed_at_ms is None and await stored.owner_count(session) <= 1:
        raise LastOwner()
