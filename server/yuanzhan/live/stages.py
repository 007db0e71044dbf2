"""The events in the halls: who speaks to a whole hall, who would like to, and how many are there.

    stages.settle(visitor)                     # after a welcome: what takes place, and their part in it
    stages.look(visitor)                       # their rights are others now
    stages.speaks(visitor)                     # whether what they say is heard in the whole hall
    stages.hand(visitor, up, now_s), stages.give(visitor, message)    # asked for by visitors
    stages.refresh()                           # the programme has changed
    stages.tick(now_s)

A hall has one event at a time. Who speaks at it: accounts with the role of a speaker, those whom an operator
made a speaker of it (an act, `Kind.STAGE`), and those who were given the floor. The first two and staff lead
it: they see the hands and give the floor. Hands and floor are of the moment: they end with the event, when
their owner leaves, and with the process.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from yuanzhan.events.attendance import Attendance, Attended
from yuanzhan.events.event import Event, Phase
from yuanzhan.events.programme import Programme
from yuanzhan.live.room import Room
from yuanzhan.live.visitor import Standing, Visitor
from yuanzhan.protocol.limits import FLOOR_MAX_COUNT, HANDS_MAX_COUNT
from yuanzhan.protocol.messages.directions import ServerMessage
from yuanzhan.protocol.messages.events import Floor, Hands, Part, Stage
from yuanzhan.protocol.messages.notices import Notice

LOOK_PERIOD_S: Final = 1.0
"""How often it is looked what begins and ends, and who has left."""
TELL_PERIOD_S: Final = 0.5
"""The queue of hands is for the eye: changes closer together are told as one."""
COUNT_PERIOD_S: Final = 5.0
"""How often it is counted who is there. A hall of 10,000 takes some milliseconds each time."""
COUNTED_MAX_S: Final = 15.0
"""No gap between two counts counts as more: a process that was stopped saw nobody meanwhile."""
NO_PART: Final = Part(speaks=False, leads=False, hand=0)


@dataclass(slots=True)
class _Here:
    """What takes place in one hall. Hands and floor hold each visitor's id as it was then: who comes anew
    has another.
    """

    event: Event | None = None
    phase: Phase = Phase.OVER
    hands: dict[Visitor, int] = field(default_factory=dict)
    floor: dict[Visitor, int] = field(default_factory=dict)
    leaders: set[Visitor] = field(default_factory=set)
    people_count: int = 0
    """Who is there and no bot: as of the last count, and who came since. Counting takes milliseconds."""
    is_untold: bool = False
    told_s: float = float("-inf")

    @property
    def runs(self) -> bool:
        return self.phase is Phase.RUNNING

    def forget(self, visitor: Visitor) -> None:
        """Hand and floor of who has left, or come anew."""
        for group in (self.hands, self.floor):
            if group.pop(visitor, None) is not None:
                self.is_untold = True


class Stages:
    """Of all halls. `wall_ms` is Unix time."""

    def __init__(
        self, rooms: Mapping[str, Room], programme: Programme, wall_ms: Callable[[], int], now_s: float
    ) -> None:
        self._rooms = rooms
        self._programme = programme
        self._wall_ms = wall_ms
        self._here = {hall_id: _Here() for hall_id in rooms}
        self._attendance = Attendance()
        self._looked_s = self._counted_s = now_s
        self.refresh()

    # --- who may --------------------------------------------------------------------------------------------

    def speaks(self, visitor: Visitor) -> bool:
        """Whether what they say now is heard in the whole hall."""
        here = self._of(visitor)
        may = self._was_made_speaker(here, visitor) or visitor in here.floor
        return may and here.runs and visitor.standing is Standing.VISITOR and not _is_silenced(visitor)

    def _leads(self, visitor: Visitor) -> bool:
        """Not who watches a full hall or waits outside: others would notice them."""
        here = self._of(visitor)
        may = visitor.badge == "staff" or self._was_made_speaker(here, visitor)
        return may and here.runs and visitor.standing is Standing.VISITOR

    def _was_made_speaker(self, here: _Here, visitor: Visitor) -> bool:
        is_this = here.event is not None and here.event.id in visitor.stages
        return is_this or visitor.badge == "speaker"

    def _of(self, visitor: Visitor) -> _Here:
        return self._here[visitor.room.definition.id]

    # --- coming and changing --------------------------------------------------------------------------------

    def settle(self, visitor: Visitor, *, is_new: bool) -> None:
        """Somebody was welcomed, `is_new` to the hall: the page knows nothing of the stage yet."""
        visitor.told_part = None
        here, connection = self._of(visitor), visitor.connection
        here.leaders.discard(visitor)
        if is_new:
            here.forget(visitor)
        if here.event is None or connection is None or visitor.standing is Standing.QUEUED:
            return
        connection.send(self._stage(here))
        capacity = here.event.plan.capacity
        here.people_count += is_new and _is_counted(visitor)
        if is_new and capacity is not None and here.people_count > capacity and not visitor.badge:
            connection.send(Notice("event_full", {"capacity": capacity}))
        self.look(visitor)

    def look(self, visitor: Visitor, *, is_other: bool = False) -> None:
        """Their part, where it has changed; and for who leads from now on, the hands. Of another event pages
        know no part yet.
        """
        here = self._of(visitor)
        if visitor.standing is Standing.QUEUED:
            return
        led = visitor in here.leaders
        if self._leads(visitor):
            here.leaders.add(visitor)
            if not led:
                self._send(visitor, self._hands(here))
        else:
            here.leaders.discard(visitor)
        if visitor in here.hands and (self.speaks(visitor) or _is_silenced(visitor)):
            del here.hands[visitor]
            here.is_untold = True
        self._tell_part(here, visitor, is_other=is_other)

    def _tell_part(self, here: _Here, visitor: Visitor, *, is_other: bool = False) -> None:
        place = next((place for place, each in enumerate(here.hands, 1) if each is visitor), 0)
        part = Part(self.speaks(visitor), self._leads(visitor), place)
        if part != (visitor.told_part or NO_PART) or (is_other and part != NO_PART):
            visitor.told_part = part
            self._send(visitor, part)

    # --- hands and the floor --------------------------------------------------------------------------------

    def hand(self, visitor: Visitor, up: bool, now_s: float) -> None:
        """Raise or lower one's hand."""
        here = self._of(visitor)
        if not up:
            if here.hands.pop(visitor, None) is not None:
                here.is_untold = True
                self._tell_part(here, visitor)
            return
        refusal = self._why_not(here, visitor, now_s)
        if refusal is not None:
            self._send(visitor, Notice(refusal))
        elif visitor not in here.hands and not self.speaks(visitor):
            here.hands[visitor] = visitor.id
            here.is_untold = True
            self._tell_part(here, visitor)

    def _why_not(self, here: _Here, visitor: Visitor, now_s: float) -> str | None:
        if visitor.standing is not Standing.VISITOR:
            return "observing"
        if not here.runs:
            return "no_event"
        if _is_silenced(visitor):
            return "chat_muted"
        if not visitor.allowances.hand.take(1.0, now_s):
            return "hand_too_fast"
        is_full = len(here.hands) >= HANDS_MAX_COUNT and visitor not in here.hands
        return "hands_full" if is_full else None

    def give(self, leader: Visitor, message: Floor) -> None:
        """Give somebody the floor, take it back, or lower their hand: for who leads."""
        here, room = self._of(leader), leader.room
        visitor = room.visitor_of(message.id)
        if not self._leads(leader) or visitor is None or visitor.standing is not Standing.VISITOR:
            return
        if message.give and visitor not in here.floor and len(here.floor) >= FLOOR_MAX_COUNT:
            self._send(leader, Notice("floor_full", {"max": FLOOR_MAX_COUNT}))
            return
        had_hand = here.hands.pop(visitor, None) is not None
        if message.give:
            here.floor[visitor] = visitor.id
            self._send(visitor, Notice("floor_given"))
        elif here.floor.pop(visitor, None) is not None:
            self._send(visitor, Notice("floor_taken"))
        elif had_hand:
            self._send(visitor, Notice("hand_lowered"))
        here.is_untold = True
        self._tell_part(here, visitor)

    # --- the programme --------------------------------------------------------------------------------------

    def refresh(self) -> None:
        """What takes place, as programme and clock say; told where it has changed."""
        now_ms = self._wall_ms()
        for hall_id, room in self._rooms.items():
            here, found = self._here[hall_id], self._programme.here(hall_id, now_ms)
            event, phase = (None, Phase.OVER) if found is None else found
            if (event, phase) == (here.event, here.phase):
                continue
            is_same = here.event is not None and event is not None and event.id == here.event.id
            former = None if here.event is None else self._programme.get(here.event.id)
            if former is not None and former.cancelled:
                room.tell_all(Notice("event_cancelled"))
            here.event, here.phase = event, phase
            self._people(hall_id)
            if not (is_same and here.runs):
                here.hands.clear()
                here.floor.clear()
            room.tell_all(self._stage(here))
            here.leaders.clear()
            for visitor in room.visitors():
                self.look(visitor, is_other=not is_same)

    def tick(self, now_s: float) -> None:
        """Do what it is time for."""
        if now_s - self._looked_s >= LOOK_PERIOD_S:
            self._looked_s = now_s
            self.refresh()
            for hall_id in self._here:
                self._forget_who_left(hall_id)
        for hall_id, here in self._here.items():
            if here.is_untold and now_s - here.told_s >= TELL_PERIOD_S:
                self._forget_who_left(hall_id)
                here.is_untold, here.told_s = False, now_s
                self._tell_hands(here)
        elapsed_s = now_s - self._counted_s
        if elapsed_s >= COUNT_PERIOD_S:
            self._counted_s = now_s
            self._count(min(elapsed_s, COUNTED_MAX_S))

    def _forget_who_left(self, hall_id: str) -> None:
        """Before hands are told, too: in another hall one's id may be somebody else's here."""
        here, room = self._here[hall_id], self._rooms[hall_id]
        for group in (here.hands, here.floor):
            for visitor, id in list(group.items()):
                if visitor.room is not room or not room.has(visitor) or visitor.id != id:
                    here.forget(visitor)
        here.leaders = {each for each in here.leaders if each.room is room and room.has(each)}

    def _tell_hands(self, here: _Here) -> None:
        hands = self._hands(here)
        for leader in here.leaders:
            self._send(leader, hands)
        for visitor in list(here.hands):
            self._tell_part(here, visitor)

    # --- counts ---------------------------------------------------------------------------------------------

    def _count(self, elapsed_s: float) -> None:
        for hall_id, here in self._here.items():
            if here.event is None:
                continue
            people = self._people(hall_id)
            if here.runs:
                self._attendance.count(here.event.id, [visitor.number for visitor in people], elapsed_s)

    def _people(self, hall_id: str) -> list[Visitor]:
        """Who is in a hall and was not made by a program."""
        people = [visitor for visitor in self._rooms[hall_id].visitors() if _is_counted(visitor)]
        self._here[hall_id].people_count = len(people)
        return people

    def take_attendance(self) -> list[Attended]:
        """What was counted since the last time."""
        running = [here.event.id for here in self._here.values() if here.event is not None and here.runs]
        return self._attendance.take(running)

    # --- what is told ---------------------------------------------------------------------------------------

    def state(self, event_id: str) -> dict[str, Any] | None:
        """An event that is in a hall now, as staff see it: how many are there, hands, who has the floor."""
        for hall_id, here in self._here.items():
            if here.event is not None and here.event.id == event_id:
                self._forget_who_left(hall_id)
                people = {name: [_json(each) for each in group] for name, group in self._groups(here)}
                return {"phase": here.phase.value, "here": len(self._people(hall_id)), **people}
        return None

    def _groups(self, here: _Here) -> list[tuple[str, list[Visitor]]]:
        assert here.event is not None
        made = [each for each in here.leaders if here.event.id in each.stages]
        return [("hands", list(here.hands)), ("floor", list(here.floor)), ("speakers", made)]

    def _hands(self, here: _Here) -> Hands:
        hands = tuple(visitor.person for visitor in here.hands)
        return Hands(hands, tuple(visitor.person for visitor in here.floor))

    def _stage(self, here: _Here) -> Stage:
        event = here.event
        if event is None:
            return Stage("none")
        plan = event.plan
        until_ms = plan.ends_ms if here.runs else plan.begins_ms
        title = plan.title.json()
        return Stage(
            "running" if here.runs else "doors",
            event.id,
            title["zh"],
            title["en"],
            plan.stage or None,
            max(0.0, (until_ms - self._wall_ms()) / 1000),
            plan.capacity,
        )

    def _send(self, visitor: Visitor, message: ServerMessage) -> None:
        if visitor.connection is not None:
            visitor.connection.send(message)


def _is_counted(visitor: Visitor) -> bool:
    return visitor.badge != "bot" and visitor.standing is Standing.VISITOR


def _is_silenced(visitor: Visitor) -> bool:
    """Whether nobody would hear them: then they ask for nothing that leads to it."""
    return visitor.restrictions.chat or visitor.restrictions.hidden


def _json(visitor: Visitor) -> dict[str, Any]:
    return {"visitor": visitor.id, "name": visitor.name}
