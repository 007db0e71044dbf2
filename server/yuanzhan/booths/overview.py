"""Booths as those see them who made or review them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import TypeVar

from yuanzhan.access import Actor, Permission
from yuanzhan.booths.facing import turned_to_visitors
from yuanzhan.booths.ownership import is_own, seen_booth
from yuanzhan.booths.places import Places
from yuanzhan.booths.saved_dress import saved_dress
from yuanzhan.booths.stands import stand_of
from yuanzhan.booths.states import State
from yuanzhan.booths.telling import Json, booth_json, review_json
from yuanzhan.booths.threads import in_thread
from yuanzhan.errors.booths import DressWrong, NoSuchVersion
from yuanzhan.errors.requests import Problem
from yuanzhan.store import booth_queries as queries
from yuanzhan.store.booths import BoothRow, SlotRow, VersionRow
from yuanzhan.store.database import Database

_RowT = TypeVar("_RowT", VersionRow, SlotRow)


class Overview:
    """Reads; changes nothing."""

    def __init__(self, database: Database, places: Places) -> None:
        self._database = database
        self._places = places

    async def booths(self, actor: Actor) -> list[Json]:
        """The booths of the actor's organisation; for staff those of all."""
        everybody = actor.may(Permission.BOOTHS_READ_ALL)
        async with self._database.reading() as session:
            found = await queries.booths(session, None if everybody else actor.organisation_id or "")
            versions = await queries.versions(session, [booth.id for booth in found])
            holds = await queries.slots_of(session, [booth.id for booth in found])
        # Hundreds of reports are read for this: not in the loop, where halls wait for their tick.
        return await in_thread(_all_told, found, _by_booth(versions), _by_booth(holds))

    async def get(self, actor: Actor, id: str) -> Json:
        """One booth. Raises NoSuchBooth."""
        async with self._database.reading() as session:
            booth = await seen_booth(session, actor, id)
            versions = await queries.versions(session, [id])
            return booth_json(booth, versions, await queries.slots_of(session, [id]))

    async def slots(self, actor: Actor, hall: str) -> list[Json]:
        """The slots of a hall, as `Places.told` has them. Raises NoSuchHall."""
        async with self._database.reading() as session:
            return await self._places.told(session, actor, hall)

    async def preview(self, actor: Actor, id: str) -> Json:
        """The booth as its hall would list it, with its newest model and the dress as it is saved now; for
        others than its own people, while a version waits for approval, with that one's.

        Raises NoSuchBooth, NoSuchVersion (no model yet), DressWrong (no place yet).
        """
        async with self._database.reading() as session:
            booth = await seen_booth(session, actor, id)
            versions = await queries.versions(session, [id])
        waiting = [version for version in versions if version.state == State.SUBMITTED]
        if waiting and not is_own(actor, booth):
            dress, versions = saved_dress(waiting[-1].dress), waiting
        else:
            dress = saved_dress(booth.dress)
        slot = self._places.slot(dress) if dress is not None else None
        if dress is None or slot is None:
            raise DressWrong([Problem("/slot", "not_placed")])
        usable = [version for version in versions if version.model is not None]
        if not usable:
            raise NoSuchVersion()
        dress = turned_to_visitors(dress, usable)
        return {"hall": dress.hall} | stand_of(booth, usable[-1], dress).json(slot)

    async def reviews(self) -> list[Json]:
        """Versions that wait for approval, the longest wait first, each with its booth."""
        async with self._database.reading() as session:
            waiting = await queries.waiting_for_review(session)
            versions = await queries.versions(session, {booth.id for _, booth, _ in waiting})
        return await in_thread(_reviews_told, waiting, _by_booth(versions))


def _by_booth(rows: Iterable[_RowT]) -> Mapping[str, Sequence[_RowT]]:
    found = defaultdict[str, list[_RowT]](list)
    for row in rows:
        found[row.booth_id].append(row)
    return found


def _all_told(
    booths: Iterable[BoothRow],
    versions: Mapping[str, Sequence[VersionRow]],
    holds: Mapping[str, Sequence[SlotRow]],
) -> list[Json]:
    return [booth_json(each, versions.get(each.id, ()), holds.get(each.id, ())) for each in booths]


def _reviews_told(
    waiting: Iterable[tuple[VersionRow, BoothRow, str]], versions: Mapping[str, Sequence[VersionRow]]
) -> list[Json]:
    return [
        review_json(version, booth, exhibitor, versions[booth.id]) for version, booth, exhibitor in waiting
    ]
