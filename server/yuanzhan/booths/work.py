"""A booth that is being worked on: locked until the transaction ends, with all of its versions."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from yuanzhan.access import Actor, Permission
from yuanzhan.booths.ownership import own_booth, seen_booth
from yuanzhan.booths.recorded import snapshot, target
from yuanzhan.booths.saved_dress import saved_dress
from yuanzhan.booths.telling import Json, booth_json
from yuanzhan.errors.booths import NoSuchVersion
from yuanzhan.store import audit
from yuanzhan.store import booth_queries as queries
from yuanzhan.store.booths import BoothRow, VersionRow
from yuanzhan.store.database import Database, Session

HallsChanged = Callable[[frozenset[str]], Awaitable[None]]


class Workbench:
    """Gives out booths to be worked on. `on_shown` is told, after the commit, which halls show something else
    now."""

    def __init__(self, database: Database, on_shown: HallsChanged) -> None:
        self.database = database
        self._on_shown = on_shown

    @asynccontextmanager
    async def working(self, actor: Actor, id: str, *, by: Permission | None = None) -> AsyncIterator[Work]:
        """The booth, locked. The actor's own, or any for whom holds the permission `by`. Raises
        NoSuchBooth."""
        async with self.database.transaction() as session:
            look = seen_booth if by is not None and actor.may(by) else own_booth
            booth = await look(session, actor, id, to_change=True)
            versions = await queries.versions(session, [id])
            work = Work(session, booth, {version.number: version for version in versions})
            yield work
        if work.halls:
            await self._on_shown(frozenset(work.halls))


@dataclass(frozen=True, slots=True)
class Work:
    """A booth that is locked, with all of its versions by number."""

    session: Session
    booth: BoothRow
    versions: dict[int, VersionRow]
    halls: set[str] = field(default_factory=set)

    def show(self, versions: Iterable[VersionRow | None]) -> None:
        """The halls of these show something else once this is durable."""
        dresses = (saved_dress(version.dress) for version in versions if version is not None)
        self.halls.update(dress.hall for dress in dresses if dress is not None)

    def version(self, number: int) -> VersionRow:
        """Raises NoSuchVersion."""
        try:
            return self.versions[number]
        except KeyError:
            raise NoSuchVersion() from None

    @property
    def published(self) -> VersionRow | None:
        return self.versions.get(self.booth.published) if self.booth.published is not None else None

    async def told(self) -> Json:
        """The booth as it is now, for who worked on it."""
        holds = await queries.slots_of(self.session, [self.booth.id])
        return booth_json(self.booth, self.versions.values(), holds)

    async def record(
        self, actor: Actor, act: str, version: VersionRow, reason: str = "", before: Json | None = None
    ) -> None:
        """What was done to a version, as a line of the record."""
        await self.session.flush()
        await audit.append(
            self.session, actor, act, target(version), reason, before=before, after=snapshot(version)
        )
