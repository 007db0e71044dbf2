"""What exhibitors do with their booths until they submit them, each in one transaction that ends with its row
in the record."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from yuanzhan.access import Actor
from yuanzhan.booths.dress import Dress, Title
from yuanzhan.booths.facing import kept
from yuanzhan.booths.places import Places
from yuanzhan.booths.problems import Findings
from yuanzhan.booths.recorded import snapshot, target, title_of
from yuanzhan.booths.saved_dress import called
from yuanzhan.booths.states import State
from yuanzhan.booths.telling import Json, booth_json
from yuanzhan.booths.work import Workbench
from yuanzhan.errors.booths import DressWrong, NotInThisState, TooManyBooths
from yuanzhan.store import audit, visits
from yuanzhan.store import booth_queries as queries
from yuanzhan.store.base import new_id
from yuanzhan.store.booths import BoothRow

# Of these nothing is to be seen or decided any more.
_CAN_BE_DELETED: Final = frozenset({State.REJECTED, State.READY, State.WITHDRAWN, State.APPROVED})


class Desk:
    """Booths of one's own: made, named, dressed, removed."""

    def __init__(
        self, bench: Workbench, places: Places, *, booths_max: int, clock: Callable[[], int]
    ) -> None:
        self._bench = bench
        self._places = places
        self._booths_max = booths_max
        self._clock = clock

    async def create(self, actor: Actor, title: Title) -> Json:
        """A new booth of the actor's organisation. Raises TooManyBooths."""
        assert actor.organisation_id is not None
        async with self._bench.database.transaction() as session:
            if await queries.booth_count(session, actor.organisation_id) >= self._booths_max:
                raise TooManyBooths(most=self._booths_max)
            booth = BoothRow(
                id=new_id(),
                organisation_id=actor.organisation_id,
                title_zh=title.zh or title.en,
                title_en=title.en or title.zh,
                created_by=actor.account_id,
                created_at_ms=self._clock(),
            )
            session.add(booth)
            await session.flush()
            await audit.append(session, actor, "booth.create", f"booth:{booth.id}", after=title_of(booth))
        return booth_json(booth, [], [])

    async def rename(self, actor: Actor, id: str, title: Title) -> Json:
        """Give a booth another title. Visitors see it when a version with it is published.

        Raises NoSuchBooth.
        """
        async with self._bench.working(actor, id) as work:
            before = title_of(work.booth)
            for version in work.versions.values():
                # Submitted before titles were kept: it was called as the booth is until now.
                if version.dress is not None:
                    version.dress = called(version.dress, work.booth)
            work.booth.title_zh, work.booth.title_en = title.zh or title.en, title.en or title.zh
            await audit.append(
                work.session, actor, "booth.rename", f"booth:{id}", before=before, after=title_of(work.booth)
            )
            return await work.told()

    async def dress(self, actor: Actor, id: str, dress: Dress) -> Json:
        """Save where the booth stands and what it tells. Visitors see it when a version with it is published.

        Raises NoSuchBooth, DressWrong, SlotTaken.
        """
        async with self._bench.working(actor, id) as work:
            findings = Findings()
            await self._places.check(work, findings, dress)
            findings.raise_if_any(DressWrong)
            work.booth.dress = kept(dress)
            await self._places.hold(work, saved_anew=True)
            return await work.told()

    async def delete(self, actor: Actor, id: str) -> Sequence[str]:
        """Remove a booth, what it shows included. Returns the ids of the uploads that end with it. Raises
        NoSuchBooth."""
        async with self._bench.working(actor, id) as work:
            work.show([work.published])
            before = title_of(work.booth) | {"published": work.booth.published}
            uploads = await queries.delete_booth(work.session, work.booth)
            await visits.forget_cards(work.session, id)
            await audit.append(work.session, actor, "booth.delete", f"booth:{id}", before=before)
        return uploads

    async def delete_version(self, actor: Actor, id: str, number: int) -> Json:
        """Remove a version that nobody sees or waits for, for its space. Raises NotInThisState."""
        async with self._bench.working(actor, id) as work:
            version = work.version(number)
            if State(version.state) not in _CAN_BE_DELETED:
                raise NotInThisState(state=version.state)
            await work.session.delete(work.versions.pop(number))
            await self._places.hold(work)
            await audit.append(
                work.session, actor, "booth.version_delete", target(version), before=snapshot(version)
            )
            return await work.told()
