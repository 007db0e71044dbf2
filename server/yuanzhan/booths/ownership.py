"""Whose booth it is: what belongs to another organisation is not there."""

from __future__ import annotations

from yuanzhan.access import Actor, Permission
from yuanzhan.errors.booths import NoSuchBooth
from yuanzhan.store import booth_queries as queries
from yuanzhan.store.booths import BoothRow
from yuanzhan.store.database import Session


def is_own(actor: Actor, booth: BoothRow) -> bool:
    """Whether the booth belongs to the organisation that the actor works for."""
    return actor.organisation_id is not None and actor.organisation_id == booth.organisation_id


async def own_booth(session: Session, actor: Actor, id: str, *, to_change: bool = False) -> BoothRow:
    """A booth that the actor's organisation has. Raises NoSuchBooth."""
    booth = await _get(session, id, to_change)
    if booth is None or not is_own(actor, booth):
        raise NoSuchBooth()
    return booth


async def seen_booth(session: Session, actor: Actor, id: str, *, to_change: bool = False) -> BoothRow:
    """A booth that the actor may look at: the own ones, for staff all. Raises NoSuchBooth."""
    booth = await _get(session, id, to_change)
    if booth is None or not (is_own(actor, booth) or actor.may(Permission.BOOTHS_READ_ALL)):
        raise NoSuchBooth()
    return booth


async def _get(session: Session, id: str, to_change: bool) -> BoothRow | None:
    return await queries.locked_booth(session, id) if to_change else await session.get(BoothRow, id)
