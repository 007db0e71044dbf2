"""Where booths may stand, and who keeps which slot.

The slot that a booth was saved into is kept for it until it is saved elsewhere, or for so many days: whoever
wants it after that gets it. Those of what it shows and of what waits are its own as long as that is so.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from yuanzhan.access import Actor
from yuanzhan.booths.dress import Dress
from yuanzhan.booths.fit import require_inside
from yuanzhan.booths.kinds import KIND_OF_TYPE
from yuanzhan.booths.problems import Findings
from yuanzhan.booths.saved_dress import saved_dress
from yuanzhan.booths.states import State
from yuanzhan.booths.telling import Json, SlotAnswer
from yuanzhan.booths.work import Work
from yuanzhan.errors.booths import SlotTaken
from yuanzhan.errors.requests import NoSuchHall
from yuanzhan.instants import iso
from yuanzhan.scene.extras import Slot
from yuanzhan.store import booth_queries as queries
from yuanzhan.store.database import Session

Slots = Mapping[str, Mapping[str, Slot]]
"""The slots of each hall, by their ids."""


class Places:
    """The slots of all halls. One in which nothing is shown or waits is kept for `kept_ms` (None: without an
    end)."""

    def __init__(self, slots: Slots, kept_ms: int | None, clock: Callable[[], int]) -> None:
        self._slots = slots
        self._kept_ms = kept_ms
        self._clock = clock

    def slot(self, dress: Dress) -> Slot | None:
        """The slot that a dress names, where its hall has that."""
        return self._slots.get(dress.hall, {}).get(dress.slot)

    async def told(self, session: Session, actor: Actor, hall: str) -> list[Json]:
        """The slots of a hall: which are taken, until when, and by which booth where it is of the actor's
        organisation. Raises NoSuchHall."""
        if hall not in self._slots:
            raise NoSuchHall()
        now_ms = self._clock()
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

    async def check(self, work: Work, findings: Findings, dress: Dress) -> None:
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
        elif (slot := self.slot(dress)) is None:
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

    async def hold(self, work: Work, *, saved_anew: bool = False) -> None:
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
        if (saved := saved_dress(work.booth.dress)) is not None:
            kept_ms = self._kept_ms
            wanted[saved.hall, saved.slot] = None if kept_ms is None else now_ms + kept_ms
        wanted |= {(dress.hall, dress.slot): None for dress in map(saved_dress, dresses) if dress is not None}
        if not saved_anew and saved is not None and wanted[saved.hall, saved.slot] is not None:
            holder = await queries.holder_of(work.session, saved.hall, saved.slot)
            if holder not in (None, work.booth.id):
                del wanted[saved.hall, saved.slot]
        taken = await queries.hold_slots(work.session, work.booth.id, wanted, now_ms)
        if taken is not None:
            raise SlotTaken(hall=taken[0], slot=taken[1])
