"""A booth that is being worked on: locked until the transaction ends, with all of its versions."""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from yuanzhan.access import Actor, Permission
from yuanzhan.booths.dress import Dress, Submitted, Title
from yuanzhan.booths.facing import kept
from yuanzhan.booths.ownership import own_booth, seen_booth
from yuanzhan.booths.states import Act, State, after
from yuanzhan.booths.telling import Json, booth_json
from yuanzhan.errors.booths import NoSuchVersion, NotInThisState
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


def move(version: VersionRow, act: Act) -> None:
    """Into the state that `act` leads to. Raises NotInThisState."""
    state = after(State(version.state), act)
    if state is None:
        raise NotInThisState(state=version.state)
    version.state = state


def saved_dress(text: str | None) -> Dress | None:
    """A dress as a row has it."""
    return Submitted.model_validate_json(text) if text is not None else None


def called(dress: str, booth: BoothRow) -> str:
    """A dress with what the booth is called, unless it says that already."""
    submitted = Submitted.model_validate_json(dress)
    if submitted.booth_title is not None:
        return dress
    title = Title(zh=booth.title_zh, en=booth.title_en)
    return kept(submitted.model_copy(update={"booth_title": title}))


def title_of(booth: BoothRow) -> Json:
    """What the record keeps of a booth."""
    return {"title": {"zh": booth.title_zh, "en": booth.title_en}}


def target(version: VersionRow) -> str:
    """A version, as the record names it."""
    return f"booth:{version.booth_id}/{version.number}"


def snapshot(version: VersionRow) -> Json:
    """What the record keeps of a version: its state, and by hash what it is and how it is dressed."""
    dress = hashlib.sha256(version.dress.encode()).hexdigest() if version.dress is not None else None
    return {"state": str(version.state), "original": version.original, "model": version.model, "dress": dress}
