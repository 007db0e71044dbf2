"""How a version gets before visitors, and away from them: each step in one transaction that ends with its row
in the record.

What was approved does not change: a version keeps the dress that it was submitted with.
"""

from __future__ import annotations

from collections.abc import Callable

from yuanzhan.access import Actor, Permission
from yuanzhan.booths.facing import kept, turned_to_visitors
from yuanzhan.booths.fit import require_fit, require_panels_inside
from yuanzhan.booths.places import Places
from yuanzhan.booths.problems import Findings
from yuanzhan.booths.recorded import snapshot
from yuanzhan.booths.saved_dress import called, saved_dress
from yuanzhan.booths.states import SUBMITTED_ANEW, VERSIONS_MAX, Act, State, after
from yuanzhan.booths.telling import Json, bounds_of, submitted_moment
from yuanzhan.booths.work import Work, Workbench
from yuanzhan.errors.booths import DressWrong, NotInThisState, SubmittedAnew, TooManyVersions
from yuanzhan.errors.requests import Problem
from yuanzhan.store import booth_queries as queries
from yuanzhan.store.booths import VersionRow


class Publication:
    """What exhibitors and operators decide of versions."""

    def __init__(self, bench: Workbench, places: Places, clock: Callable[[], int]) -> None:
        self._bench = bench
        self._places = places
        self._clock = clock

    async def submit(self, actor: Actor, id: str, number: int) -> Json:
        """Ask for approval of a version with the dress as it is now.

        What was approved once stays as it was: submitting it again makes a new version of the same model. Of
        one booth one version waits; an earlier one goes back to `ready`. Raises DressWrong, SlotTaken,
        NotInThisState, TooManyVersions.
        """
        async with self._bench.working(actor, id) as work:
            version = work.version(number)
            if State(version.state) in SUBMITTED_ANEW and version.model is not None:
                if len(work.versions) >= VERSIONS_MAX:
                    raise TooManyVersions(most=VERSIONS_MAX)
                version = _copy(version, queries.next_number(work.booth), self._clock())
                work.session.add(version)
                work.versions[version.number] = version
            _move(version, Act.SUBMIT)
            for other in work.versions.values():
                if other is not version and other.state == State.SUBMITTED:
                    _move(other, Act.WITHDRAW)
            findings = Findings()
            dress = saved_dress(work.booth.dress)
            if dress is None:
                findings.add("/slot", "not_placed")
            else:
                dress = turned_to_visitors(dress, [version])
                work.booth.dress = kept(dress)
                await self._places.check(work, findings, dress)
                slot, bounds = self._places.slot(dress), bounds_of(version)
                if slot is not None:
                    require_panels_inside(findings, dress, slot.size_m)
                    if bounds is not None:
                        require_fit(findings, dress, slot.size_m, *bounds)
            findings.raise_if_any(DressWrong)
            assert work.booth.dress is not None
            version.dress = called(work.booth.dress, work.booth)
            version.reason = None
            version.submitted_at_ms = self._clock()
            await self._places.hold(work)
            await work.record(actor, "booth.submit", version)
            return await work.told()

    async def withdraw(self, actor: Actor, id: str, number: int, reason: str = "") -> Json:
        """Take a version back: from approval (it is `ready` again), or from the visitors, at once."""
        async with self._bench.working(actor, id, by=Permission.BOOTHS_WITHDRAW) as work:
            version = work.version(number)
            before = snapshot(version)
            _move(version, Act.WITHDRAW)
            if work.booth.published == number:
                work.booth.published = None
                work.show([version])
            if reason:
                version.reason = reason
            await self._places.hold(work)
            await work.record(actor, "booth.withdraw", version, reason, before)
            return await work.told()

    async def approve(
        self, actor: Actor, id: str, number: int, *, publish: bool = True, submitted_at: str | None = None
    ) -> Json:
        """Approve a submitted version and (unless told otherwise) show it to visitors.

        `submitted_at` is when it was submitted that was looked at: what was taken back since, changed and
        submitted again is another thing. Raises NotInThisState, SubmittedAnew, SlotTaken, DressWrong (the
        slot is gone).
        """
        async with self._bench.working(actor, id, by=Permission.BOOTHS_REVIEW) as work:
            version = work.version(number)
            if submitted_at is not None and submitted_at != submitted_moment(version):
                raise SubmittedAnew()
            before = snapshot(version)
            _move(version, Act.APPROVE)
            await work.record(actor, "booth.approve", version, before=before)
            if publish:
                await self._publish(work, actor, version)
            return await work.told()

    async def send_back(self, actor: Actor, id: str, number: int, reason: str) -> Json:
        """Return a submitted version to its exhibitor, with a reason."""
        async with self._bench.working(actor, id, by=Permission.BOOTHS_REVIEW) as work:
            version = work.version(number)
            before = snapshot(version)
            _move(version, Act.RETURN)
            version.reason = reason
            await self._places.hold(work)
            await work.record(actor, "booth.return", version, reason, before)
            return await work.told()

    async def publish(self, actor: Actor, id: str, number: int) -> Json:
        """Show an approved version; of an older one this is the roll-back. Raises NotInThisState, SlotTaken,
        DressWrong (the slot is gone)."""
        async with self._bench.working(actor, id, by=Permission.BOOTHS_REVIEW) as work:
            await self._publish(work, actor, work.version(number))
            return await work.told()

    async def _publish(self, work: Work, actor: Actor, version: VersionRow) -> None:
        before = snapshot(version)
        replaced = work.published
        _move(version, Act.PUBLISH)
        dress = saved_dress(version.dress)
        if dress is None or self._places.slot(dress) is None:
            # The hall was rebuilt since: it would be on show where nobody can see it.
            raise DressWrong([Problem("/slot", "no_such_slot")])
        if replaced is not None:
            _move(replaced, Act.SUPERSEDE)
        work.booth.published = version.number
        await self._places.hold(work)
        await work.record(actor, "booth.publish", version, before=before)
        work.show([version, replaced])


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


def _move(version: VersionRow, act: Act) -> None:
    """Into the state that `act` leads to. Raises NotInThisState."""
    state = after(State(version.state), act)
    if state is None:
        raise NotInThisState(state=version.state)
    version.state = state
