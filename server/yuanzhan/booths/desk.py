"""What exhibitors and operators do with booths, each in one transaction that ends with its row in the record.

What was approved does not change: a version keeps the dress that it was submitted with. The slot that a booth
was saved into is kept for it until it is saved elsewhere, or for so many days: whoever wants it after that
gets it. Those of what it shows and of what waits are its own as long as that is so.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Final, TypeVar

from yuanzhan.access import Actor, Permission
from yuanzhan.booths.dress import Dress, Submitted, Title
from yuanzhan.booths.facing import kept, turned_to_visitors
from yuanzhan.booths.fit import require_fit, require_inside, require_panels_inside
from yuanzhan.booths.kinds import KIND_OF_TYPE
from yuanzhan.booths.ownership import is_own, own_booth, seen_booth
from yuanzhan.booths.problems import Findings
from yuanzhan.booths.stands import stand_of
from yuanzhan.booths.states import SUBMITTED_ANEW, VERSIONS_MAX, Act, State, after
from yuanzhan.booths.telling import SlotAnswer, booth_json, bounds_of, review_json, submitted_moment
from yuanzhan.booths.threads import in_thread
from yuanzhan.errors.booths import (
    DressWrong,
    NoSuchVersion,
    NotInThisState,
    SlotTaken,
    SubmittedAnew,
    TooManyBooths,
    TooManyVersions,
)
from yuanzhan.errors.requests import NoSuchHall, Problem
from yuanzhan.instants import iso
from yuanzhan.scene.extras import Slot
from yuanzhan.store import audit, visits
from yuanzhan.store import booth_queries as queries
from yuanzhan.store.base import new_id
from yuanzhan.store.booths import BoothRow, SlotRow, VersionRow
from yuanzhan.store.database import Database, Session

Json = dict[str, Any]
Slots = Mapping[str, Mapping[str, Slot]]
"""The slots of each hall, by their ids."""
_RowT = TypeVar("_RowT", VersionRow, SlotRow)
HallsChanged = Callable[[frozenset[str]], Awaitable[None]]

# Of these nothing is to be seen or decided any more.
_CAN_BE_DELETED: Final = frozenset({State.REJECTED, State.READY, State.WITHDRAWN, State.APPROVED})


@dataclass(frozen=True, slots=True)
class _Work:
    """A booth that is locked, with all of its versions by number."""

    session: Session
    booth: BoothRow
    versions: dict[int, VersionRow]
    halls: set[str] = field(default_factory=set)

    def show(self, halls: Iterable[str]) -> None:
        """These halls show something else once this is durable."""
        self.halls.update(halls)

    def version(self, number: int) -> VersionRow:
        """Raises NoSuchVersion."""
        try:
            return self.versions[number]
        except KeyError:
            raise NoSuchVersion() from None

    @property
    def published(self) -> VersionRow | None:
        return self.versions.get(self.booth.published) if self.booth.published is not None else None


class Desk:
    """The use-cases of booths. A slot in which nothing is shown or waits is kept for `slot_kept_ms` (None:
    without an end). `on_shown` is told, after the commit, which halls show something else now."""

    def __init__(
        self,
        database: Database,
        slots: Slots,
        *,
        booths_max: int,
        slot_kept_ms: int | None,
        on_shown: HallsChanged,
        clock: Callable[[], int],
    ) -> None:
        self._database = database
        self._slots = slots
        self._booths_max = booths_max
        self._slot_kept_ms = slot_kept_ms
        self._on_shown = on_shown
        self._clock = clock

    async def create(self, actor: Actor, title: Title) -> Json:
        """A new booth of the actor's organisation. Raises TooManyBooths."""
        assert actor.organisation_id is not None
        async with self._database.transaction() as session:
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
            await audit.append(session, actor, "booth.create", f"booth:{booth.id}", after=_title(booth))
        return booth_json(booth, [], [])

    async def rename(self, actor: Actor, id: str, title: Title) -> Json:
        """Give a booth another title. Visitors see it when a version with it is published.

        Raises NoSuchBooth.
        """
        async with self._working(actor, id) as work:
            before = _title(work.booth)
            for version in work.versions.values():
                # Submitted before titles were kept: it was called as the booth is until now.
                if version.dress is not None:
                    version.dress = _called(version.dress, work.booth)
            work.booth.title_zh, work.booth.title_en = title.zh or title.en, title.en or title.zh
            await audit.append(
                work.session, actor, "booth.rename", f"booth:{id}", before=before, after=_title(work.booth)
            )
            return await _told(work)

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
        """The slots of a hall: which are taken, until when, and by which booth where it is of the actor's
        organisation. Raises NoSuchHall."""
        if hall not in self._slots:
            raise NoSuchHall()
        now_ms = self._clock()
        async with self._database.reading() as session:
            held = {row.slot: (row, owner) for row, owner in await queries.slots_of_hall(session, hall)}
        told = []
        for slot in self._slots[hall]:
            row, owner = held.get(slot, (None, None))
            is_taken = row is not None and (row.kept_until_ms is None or row.kept_until_ms > now_ms)
            is_own = row is not None and owner == actor.organisation_id
            until_ms = row.kept_until_ms if row is not None and is_taken else None
            told.append(
                SlotAnswer(
                    slot=slot,
                    is_taken=is_taken,
                    booth=row.booth_id if row is not None and is_own else None,
                    kept_until=None if until_ms is None else iso(until_ms),
                ).model_dump()
            )
        return told

    async def delete(self, actor: Actor, id: str) -> Sequence[str]:
        """Remove a booth, what it shows included. Returns the ids of the uploads that end with it. Raises
        NoSuchBooth."""
        async with self._working(actor, id) as work:
            work.show(_halls_of([work.published]))
            before = _title(work.booth) | {"published": work.booth.published}
            uploads = await queries.delete_booth(work.session, work.booth)
            await visits.forget_cards(work.session, id)
            await audit.append(work.session, actor, "booth.delete", f"booth:{id}", before=before)
        return uploads

    async def delete_version(self, actor: Actor, id: str, number: int) -> Json:
        """Remove a version that nobody sees or waits for, for its space. Raises NotInThisState."""
        async with self._working(actor, id) as work:
            version = work.version(number)
            if State(version.state) not in _CAN_BE_DELETED:
                raise NotInThisState(state=version.state)
            await work.session.delete(work.versions.pop(number))
            await self._hold(work)
            await audit.append(
                work.session, actor, "booth.version_delete", _target(version), before=_snapshot(version)
            )
            return await _told(work)

    async def dress(self, actor: Actor, id: str, dress: Dress) -> Json:
        """Save where the booth stands and what it tells. Visitors see it when a version with it is published.

        Raises NoSuchBooth, DressWrong, SlotTaken.
        """
        async with self._working(actor, id) as work:
            findings = Findings()
            await self._check(work, findings, dress)
            findings.raise_if_any(DressWrong)
            work.booth.dress = kept(dress)
            await self._hold(work, saved_anew=True)
            return await _told(work)

    async def submit(self, actor: Actor, id: str, number: int) -> Json:
        """Ask for approval of a version with the dress as it is now.

        What was approved once stays as it was: submitting it again makes a new version of the same model. Of
        one booth one version waits; an earlier one goes back to `ready`. Raises DressWrong, SlotTaken,
        NotInThisState, TooManyVersions.
        """
        async with self._working(actor, id) as work:
            version = work.version(number)
            if State(version.state) in SUBMITTED_ANEW and version.model is not None:
                if len(work.versions) >= VERSIONS_MAX:
                    raise TooManyVersions(most=VERSIONS_MAX)
                version = _copy(version, queries.next_number(work.booth), self._clock())
                work.session.add(version)
                work.versions[version.number] = version
            self._move(version, Act.SUBMIT)
            for other in work.versions.values():
                if other is not version and other.state == State.SUBMITTED:
                    self._move(other, Act.WITHDRAW)
            findings = Findings()
            dress = _dress(work.booth.dress)
            if dress is None:
                findings.add("/slot", "not_placed")
            else:
                dress = turned_to_visitors(dress, [version])
                work.booth.dress = kept(dress)
                await self._check(work, findings, dress)
                slot, bounds = self._slot(dress), bounds_of(version)
                if slot is not None:
                    require_panels_inside(findings, dress, slot.size_m)
                    if bounds is not None:
                        require_fit(findings, dress, slot.size_m, *bounds)
            findings.raise_if_any(DressWrong)
            assert work.booth.dress is not None
            version.dress = _called(work.booth.dress, work.booth)
            version.reason = None
            version.submitted_at_ms = self._clock()
            await self._hold(work)
            await self._record(work, actor, "booth.submit", version)
            return await _told(work)

    async def withdraw(self, actor: Actor, id: str, number: int, reason: str = "") -> Json:
        """Take a version back: from approval (it is `ready` again), or from the visitors, at once."""
        async with self._working(actor, id, by=Permission.BOOTHS_WITHDRAW) as work:
            version = work.version(number)
            before = _snapshot(version)
            self._move(version, Act.WITHDRAW)
            if work.booth.published == number:
                work.booth.published = None
                work.show(_halls_of([version]))
            if reason:
                version.reason = reason
            await self._hold(work)
            await self._record(work, actor, "booth.withdraw", version, reason, before)
            return await _told(work)

    async def approve(
        self, actor: Actor, id: str, number: int, *, publish: bool = True, submitted_at: str | None = None
    ) -> Json:
        """Approve a submitted version and (unless told otherwise) show it to visitors.

        `submitted_at` is when it was submitted that was looked at: what was taken back since, changed and
        submitted again is another thing. Raises NotInThisState, SubmittedAnew, SlotTaken, DressWrong (the
        slot is gone).
        """
        async with self._working(actor, id, by=Permission.BOOTHS_REVIEW) as work:
            version = work.version(number)
            if submitted_at is not None and submitted_at != submitted_moment(version):
                raise SubmittedAnew()
            before = _snapshot(version)
            self._move(version, Act.APPROVE)
            await self._record(work, actor, "booth.approve", version, before=before)
            if publish:
                await self._publish(work, actor, version)
            return await _told(work)

    async def send_back(self, actor: Actor, id: str, number: int, reason: str) -> Json:
        """Return a submitted version to its exhibitor, with a reason."""
        async with self._working(actor, id, by=Permission.BOOTHS_REVIEW) as work:
            version = work.version(number)
            before = _snapshot(version)
            self._move(version, Act.RETURN)
            version.reason = reason
            await self._hold(work)
            await self._record(work, actor, "booth.return", version, reason, before)
            return await _told(work)

    async def publish(self, actor: Actor, id: str, number: int) -> Json:
        """Show an approved version; of an older one this is the roll-back. Raises NotInThisState, SlotTaken,
        DressWrong (the slot is gone)."""
        async with self._working(actor, id, by=Permission.BOOTHS_REVIEW) as work:
            await self._publish(work, actor, work.version(number))
            return await _told(work)

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
            dress, versions = _dress(waiting[-1].dress), waiting
        else:
            dress = _dress(booth.dress)
        slot = self._slot(dress) if dress is not None else None
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

    async def _publish(self, work: _Work, actor: Actor, version: VersionRow) -> None:
        before = _snapshot(version)
        replaced = work.published
        self._move(version, Act.PUBLISH)
        dress = _dress(version.dress)
        if dress is None or self._slot(dress) is None:
            # The hall was rebuilt since: it would be on show where nobody can see it.
            raise DressWrong([Problem("/slot", "no_such_slot")])
        if replaced is not None:
            self._move(replaced, Act.SUPERSEDE)
        work.booth.published = version.number
        await self._hold(work)
        await self._record(work, actor, "booth.publish", version, before=before)
        work.show(_halls_of([version, replaced]))

    @asynccontextmanager
    async def _working(self, actor: Actor, id: str, *, by: Permission | None = None) -> AsyncIterator[_Work]:
        """The booth, locked. The actor's own, or any for whom holds the permission `by`."""
        async with self._database.transaction() as session:
            look = seen_booth if by is not None and actor.may(by) else own_booth
            booth = await look(session, actor, id, to_change=True)
            versions = await queries.versions(session, [id])
            work = _Work(session, booth, {version.number: version for version in versions})
            yield work
        if work.halls:
            await self._on_shown(frozenset(work.halls))

    def _move(self, version: VersionRow, act: Act) -> None:
        state = after(State(version.state), act)
        if state is None:
            raise NotInThisState(state=version.state)
        version.state = state

    async def _check(self, work: _Work, findings: Findings, dress: Dress) -> None:
        """What only we know to be wrong with a dress: the slot, the files, ids used twice."""
        for kind, ids in (
            ("panels", [panel.id for panel in dress.panels]),
            ("products", [product.id for product in dress.products]),
        ):
            for index, item_id in enumerate(ids):
                if item_id in ids[:index]:
                    findings.add(f"/{kind}/{index}/id", "twice", id=item_id)
        if dress.hall not in self._slots:
            findings.add("/hall", "no_such_hall")
        elif (slot := self._slot(dress)) is None:
            findings.add("/slot", "no_such_slot")
        else:
            require_inside(findings, dress, slot.size_m)
        types = {file.object: file.type for file in await queries.files(work.session, work.booth.id)}
        for index, panel in enumerate(dress.panels):
            where = f"/panels/{index}/object"
            if panel.object is None:
                if panel.kind != "text":
                    findings.add(where, "file_missing")
            elif panel.object not in types:
                findings.add(where, "no_such_file")
            elif KIND_OF_TYPE.get(types[panel.object]) != panel.kind:
                findings.add(where, "file_of_other_kind")

    def _slot(self, dress: Dress) -> Slot | None:
        return self._slots.get(dress.hall, {}).get(dress.slot)

    async def _hold(self, work: _Work, *, saved_anew: bool = False) -> None:
        """The booth's slots: where it was saved, what it shows, what waits to be shown. Raises SlotTaken; but
        where it was saved before may have been taken since: that keeps nobody from anything else."""
        shown = work.booth.published or 0
        now_ms = self._clock()
        dresses: list[str | None] = []
        for version in work.versions.values():
            waits = version.state == State.SUBMITTED
            is_next = version.state == State.APPROVED and version.number > shown
            if version.number == work.booth.published or waits or is_next:
                dresses.append(version.dress)
        wanted: dict[queries.Slot, int | None] = {}
        if (saved := _dress(work.booth.dress)) is not None:
            kept_ms = self._slot_kept_ms
            wanted[saved.hall, saved.slot] = None if kept_ms is None else now_ms + kept_ms
        wanted |= {(dress.hall, dress.slot): None for dress in map(_dress, dresses) if dress is not None}
        if not saved_anew and saved is not None and wanted[saved.hall, saved.slot] is not None:
            holder = await queries.holder_of(work.session, saved.hall, saved.slot)
            if holder not in (None, work.booth.id):
                del wanted[saved.hall, saved.slot]
        taken = await queries.hold_slots(work.session, work.booth.id, wanted, now_ms)
        if taken is not None:
            raise SlotTaken(hall=taken[0], slot=taken[1])

    async def _record(
        self,
        work: _Work,
        actor: Actor,
        act: str,
        version: VersionRow,
        reason: str = "",
        before: Json | None = None,
    ) -> None:
        await work.session.flush()
        await audit.append(
            work.session, actor, act, _target(version), reason, before=before, after=_snapshot(version)
        )


async def _told(work: _Work) -> Json:
    """The booth that was worked on, as it is told."""
    holds = await queries.slots_of(work.session, [work.booth.id])
    return booth_json(work.booth, work.versions.values(), holds)


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


def _dress(text: str | None) -> Dress | None:
    return Submitted.model_validate_json(text) if text is not None else None


def _called(dress: str, booth: BoothRow) -> str:
    """A dress with what the booth is called, unless it says that already."""
    submitted = Submitted.model_validate_json(dress)
    if submitted.booth_title is not None:
        return dress
    title = Title(zh=booth.title_zh, en=booth.title_en)
    return kept(submitted.model_copy(update={"booth_title": title}))


def _halls_of(versions: Iterable[VersionRow | None]) -> frozenset[str]:
    dresses = (_dress(version.dress) for version in versions if version is not None)
    return frozenset(dress.hall for dress in dresses if dress is not None)


def _copy(version: VersionRow, number: int, now_ms: int) -> VersionRow:
    """The same model as a new version."""
    return VersionRow(
        booth_id=version.booth_id,
        number=number,
        state=State.READY,
        file=version.file,
        bytes=version.bytes,
        original=version.original,
        canonical=version.canonical,
        model=version.model,
        thumbnail=version.thumbnail,
        parts=version.parts,
        received_at_ms=now_ms,
        report=version.report,
        optimised=version.optimised,
        textures=version.textures,
    )


def _title(booth: BoothRow) -> Json:
    return {"title": {"zh": booth.title_zh, "en": booth.title_en}}


def _target(version: VersionRow) -> str:
    return f"booth:{version.booth_id}/{version.number}"


def _snapshot(version: VersionRow) -> Json:
    """What the record keeps of a version: its state, and by hash what it is and how it is dressed."""
    dress = hashlib.sha256(version.dress.encode()).hexdigest() if version.dress is not None else None
    return {"state": str(version.state), "original": version.original, "model": version.model, "dress": dress}
