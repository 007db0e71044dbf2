"""The halls as operators have them: who is there and what was said, and acts that are carried out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from itertools import islice
from typing import Final

from yuanzhan.live.room import Room
from yuanzhan.live.rounds import head_counts
from yuanzhan.live.stewards import Stewards
from yuanzhan.live.visitor import Standing, Visitor
from yuanzhan.live.watchers import Watchers
from yuanzhan.moderation.acts import Act, Marks
from yuanzhan.moderation.lines import KEPT_COUNT, Line
from yuanzhan.moderation.networks import Range, shared_with
from yuanzhan.moderation.people import Known, OfHall

_STANDINGS: Final[Mapping[Standing, OfHall]] = {
    Standing.VISITOR: "visitor",
    Standing.OBSERVER: "observer",
    Standing.QUEUED: "queued",
}


class Oversight:
    """Of all halls and everybody in them, by their numbers. `clock` is monotonic seconds."""

    def __init__(
        self,
        rooms: Mapping[str, Room],
        visitors: Mapping[int, Visitor],
        stewards: Stewards,
        watchers: Watchers,
        clock: Callable[[], float],
        time_zone: str,
    ) -> None:
        self._rooms = rooms
        self._visitors = visitors
        self._stewards = stewards
        self._watchers = watchers
        self._clock = clock
        self.time_zone = time_zone

    def apply(self, act: Act) -> int:
        """Carry out an act that is written down. Returns how many people it reached."""
        return self._stewards.apply(act, self._clock())

    def lift(self, act: Act) -> None:
        """An act holds no longer."""
        self._stewards.lift(act, self._clock())

    def known(self, hall: str, visitor: int) -> Known | None:
        """Who this id is in a hall, None when gone."""
        room = self._rooms.get(hall)
        found = None if room is None else room.visitor_of(visitor)
        return None if found is None else self._known(found)

    def is_here(self, hall: str, visitor: int) -> bool:
        """Whether this id is somebody's in a hall."""
        room = self._rooms.get(hall)
        return room is not None and room.visitor_of(visitor) is not None

    def known_by(self, visit: str) -> Known | None:
        """Whose visit this is, in whatever hall they are, watch or wait; None when gone."""
        found = next((each for each in self._visitors.values() if each.visit == visit), None)
        return None if found is None else self._known(found)

    def ranges(self, known: Known) -> tuple[Range, ...]:
        """The networks around somebody, and how many more a ban of each would hit: all addresses are looked
        at.
        """
        others = (other.held_by.address for other in self._visitors.values() if other.visit != known.visit)
        return shared_with(known.marks.address, others)

    def find(self, marks: Marks) -> Known | None:
        """Who here has one of these marks, whatever they call themselves now."""
        wanted = set(marks.own)
        found = next((each for each in self._visitors.values() if wanted.intersection(each.marks.own)), None)
        return None if found is None else self._known(found)

    def search(self, words: str, hall: str | None = None, limit: int = 50) -> list[Known]:
        """Those whose names hold these words, in the order of coming; also who watches or waits."""
        wanted = words.casefold()
        found = (
            visitor
            for visitor in self._visitors.values()
            if wanted in visitor.name.casefold() and hall in (None, visitor.room.definition.id)
        )
        households = Counter(visitor.marks.address for visitor in self._visitors.values())
        return [self._known(visitor, households[visitor.marks.address]) for visitor in islice(found, limit)]

    def recent_lines(self, hall: str) -> list[Line]:
        """The last lines of a hall, the oldest first."""
        room = self._rooms.get(hall)
        return [] if room is None else room.lines.last(KEPT_COUNT)

    def forget_lines(self, *, device: str, account: str) -> None:
        """What an account, or a browser that nobody was signed in at, said is shown to nobody any more."""
        for room in self._rooms.values():
            room.lines.forget_of(device=device, account=account)

    def has_hall(self, hall: str) -> bool:
        """Whether there is such a hall."""
        return hall in self._rooms

    def has_booth(self, hall: str, booth: str) -> bool:
        """Whether this booth is shown in this hall now."""
        room = self._rooms.get(hall)
        return room is not None and room.stands(booth)

    def hall_states(self) -> list[dict[str, object]]:
        """Each hall as operators see it."""
        return [
            {
                "hall": hall_id,
                "visitors": room.population,
                "observers": len(room.observers),
                "queue": len(room.queue),
                "capacity": room.hall.crowd.capacity,
                "capacity_most": room.definition.capacity,
                "door": room.door,
                "rules": room.rules.to_json(),
            }
            for hall_id, room in self._rooms.items()
        ]

    def reports_changed(self, report_id: str) -> None:
        """Operators who watch are told."""
        self._watchers.tell_change("reports", report_id)

    def reports_done(self, about: Marks) -> None:
        """No report about this person waits any more: the ring on operators' maps goes."""
        wanted = set(about.own)
        for visitor in self._visitors.values():
            if visitor.reported and not wanted.isdisjoint(visitor.marks.own):
                visitor.reported = False
                visitor.room.mark(visitor)

    def head_counts(self) -> dict[str, int]:
        """Visitors by hall id."""
        return head_counts(self._rooms)

    def _known(self, visitor: Visitor, household_count: int | None = None) -> Known:
        room, connection = visitor.room, visitor.connection
        account = None if connection is None else connection.caller.account
        if household_count is None:
            address = visitor.marks.address
            household_count = sum(other.marks.address == address for other in self._visitors.values())
        place = room.hall.place_of(visitor.slot) if visitor.standing is not Standing.QUEUED else None
        return Known(
            hall=room.definition.id,
            visitor=visitor.id,
            name=visitor.name,
            badge=visitor.badge,
            lang=visitor.lang,
            marks=visitor.marks,
            role=None if account is None else account.role,
            restrictions=visitor.restrictions,
            is_here=connection is not None,
            housemates=household_count - 1,
            x=0.0 if place is None else place.x,
            z=0.0 if place is None else place.z,
            standing=_STANDINGS[visitor.standing],
        )
