"""Whose word counts more: what colleagues do to each other.

Nobody acts on colleagues of their own rank or above, nor takes back what these say; nobody undoes what
somebody above them did. What one did or said oneself one may take back. Who is a colleague no more has no
rank, and neither has the server: what it does by a rule, or on the command line, any of those may undo who
may do it.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from yuanzhan.access import Actor, Role
from yuanzhan.errors.moderation import TargetIsStaff
from yuanzhan.errors.requests import NotAllowed
from yuanzhan.store import accounts
from yuanzhan.store.database import Session

_RANK: Final = {Role.MODERATOR: 1, Role.OPERATOR: 2, Role.OWNER: 3}


async def check_may_act_on(session: Session, actor: Actor, account: str, role: Role | None = None) -> None:
    """`role` is that of who is here now; without, it is the account's. Raises TargetIsStaff."""
    rank = _RANK.get(role, 0) if role is not None else await _rank_of(session, account)
    if rank and _rank(actor) <= rank:
        raise TargetIsStaff()


async def check_may_clear(session: Session, actor: Actor, authors: Iterable[str]) -> None:
    """Of accounts, by id. Raises TargetIsStaff."""
    for author in sorted({author for author in authors if author} - {actor.account_id}):
        await check_may_act_on(session, actor, author)


async def check_may_judge(session: Session, actor: Actor, account: str) -> None:
    """What is reported of an account: not of oneself, nor of who is above. A colleague of the same rank may:
    else nobody could say what becomes of a report about an owner. Raises TargetIsStaff.
    """
    if account and (account == actor.account_id or _rank(actor) < await _rank_of(session, account)):
        raise TargetIsStaff()


async def check_may_undo(session: Session, actor: Actor, maker: str) -> None:
    """What the account `maker` did. Raises NotAllowed."""
    if maker not in ("", actor.account_id) and _rank(actor) < await _rank_of(session, maker):
        raise NotAllowed()


async def outranks(session: Session, actor: Actor, maker: str) -> bool:
    """Whether what the actor does counts more than what the account `maker` did."""
    return _rank(actor) > await _rank_of(session, maker)


def _rank(actor: Actor) -> int:
    return _RANK.get(actor.role, 0)


async def _rank_of(session: Session, account: str) -> int:
    row = await accounts.account(session, account) if account else None
    return 0 if row is None or row.closed_at_ms is not None else _RANK.get(Role(row.role), 0)
