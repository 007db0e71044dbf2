"""Tying an account to somebody's identity at a provider, and untying it."""

from __future__ import annotations

from dataclasses import dataclass

from yuanzhan.accounts.people import Person
from yuanzhan.errors.sign_in import IdentityTaken
from yuanzhan.instants import now_ms
from yuanzhan.store import accounts as store
from yuanzhan.store import audit
from yuanzhan.store.accounts import LABEL_MAX_CHARS, Identity
from yuanzhan.store.database import Session


@dataclass(frozen=True, slots=True)
class Proven:
    """Who a provider says it is, checked. `label` and `name` are what it calls them, for showing alone;
    `vouched`: it asked for a second factor, and its word counts; `at_ms`: when it asked who they are, if that
    is known.
    """

    issuer: str
    subject: str
    label: str = ""
    name: str = ""
    vouched: bool = False
    at_ms: int | None = None


async def tie(session: Session, person: Person, proven: Proven) -> None:
    """Raises IdentityTaken. A closed account's identity is free again."""
    found = await store.identity(session, proven.issuer, proven.subject, locked=True)
    if found is not None:
        identity, account = found
        if account.id == person.id:
            identity.seen_at_ms = now_ms()
            return
        if account.closed_at_ms is None:
            raise IdentityTaken()
        await store.forget_identity(session, account.id)
    at_ms = now_ms()
    row = Identity(
        issuer=proven.issuer,
        subject=proven.subject,
        account_id=person.id,
        label=proven.label[:LABEL_MAX_CHARS],
        created_at_ms=at_ms,
        seen_at_ms=at_ms,
    )
    await store.add_identity(session, row)
    # Whose identity it is the record need not know, and could never forget.
    await audit.append(
        session,
        person.actor,
        "account.link_identity",
        f"account:{person.id}",
        after={"issuer": proven.issuer},
    )


async def untie(session: Session, person: Person) -> bool:
    """As its person: whoever had taken the account may have tied themselves to it. False: it has none."""
    if not await store.forget_identity(session, person.id):
        return False
    await audit.append(session, person.actor, "account.unlink_identity", f"account:{person.id}")
    return True
