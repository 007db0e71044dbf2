"""Acts carried out in the halls, and asked about at the door and before each word.

    stewards.check(connection, marks)           # raises ConnectionRefused: banned, removed
    stewards.check_door(connection, room)       # the same: hall_closed, hall_locked
    stewards.settle(visitor, now_s)             # after a welcome: what holds for who came
    stewards.apply(act), stewards.lift(act)     # written down already: carried out now
    stewards.tick(now_s)                        # what ends by time, and hours

An act takes hold at once: what its target is told goes out before `apply` returns.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Final

from yuanzhan.errors.connections import ConnectionRefused
from yuanzhan.instants import iso
from yuanzhan.live.connection import Connection
from yuanzhan.live.evacuation import Dismiss, Evacuation, Move, is_on_duty, to_the_entrance
from yuanzhan.live.naming import Naming
from yuanzhan.live.room import Room, correct_message
from yuanzhan.live.safety import Safety
from yuanzhan.live.sanctions import close_reason, left_s, restricted, told
from yuanzhan.live.stages import Stages
from yuanzhan.live.visitor import Standing, Visitor
from yuanzhan.live.watchers import Watchers
from yuanzhan.moderation.acts import AT_THE_DOOR, IN_THE_HALL, OF_A_HALL, Act, Kind, Marks
from yuanzhan.moderation.hall_rules import HallRules, local
from yuanzhan.moderation.lines import KEPT_MS
from yuanzhan.moderation.standing import concerns, held_by
from yuanzhan.protocol.limits import CLEARED_MAX_COUNT, STANDING_MAX_COUNT
from yuanzhan.protocol.messages.moderation import (
    Announced,
    Announcement,
    Cleared,
    Rules,
)

LOOK_PERIOD_S: Final = 1.0
"""How often it is looked what has ended and whose hours are over."""
REFUSALS: Final = {"closed": "hall_closed", "locked": "hall_locked"}

Show = Callable[[str], None]
"""A hall's booths have changed."""


class Stewards:
    """See above. `wall_ms` is Unix time."""

    def __init__(
        self,
        safety: Safety,
        rooms: Mapping[str, Room],
        people: Callable[[], Iterable[Visitor]],
        watchers: Watchers,
        stages: Stages,
        naming: Naming,
        *,
        move: Move,
        dismiss: Dismiss,
        wall_ms: Callable[[], int],
    ) -> None:
        self._safety = safety
        self._standing = safety.standing
        self._rooms = rooms
        self._people = people
        self._watchers = watchers
        self._stages = stages
        self._naming = naming
        self._dismiss = dismiss
        self._evacuation = Evacuation(rooms, people, move, dismiss)
        self._wall_ms = wall_ms
        self._looked_s = float("-inf")
        self.taken_down: Show = lambda hall: None
        """Told of a hall whose booths are to be shown anew."""
        for room in rooms.values():
            self._refresh(room)

    # --- the door -------------------------------------------------------------------------------------------

    def check(self, connection: Connection, marks: Marks) -> None:
        """Raises ConnectionRefused for who was put out and may not come back yet; they are told why first."""
        account = connection.caller.account
        marks = held_by(marks, is_staff=account is not None and account.is_staff)
        act = self._standing.at_the_door(marks, self._wall_ms())
        if act is not None:
            connection.send(told(act, self._wall_ms()))
            raise ConnectionRefused(close_reason(act))

    def opens_at(self, room: Room) -> str | None:
        """When a hall that is closed by its hours opens next."""
        opens = room.rules.opens_at(local(self._wall_ms(), self._safety.zone))
        return None if opens is None else iso(round(opens.timestamp() * 1000))

    def check_door(self, connection: Connection, room: Room) -> None:
        """Raises ConnectionRefused where the hall lets nobody in."""
        if room.door != "open" and not is_on_duty(connection):
            raise ConnectionRefused(REFUSALS[room.door])

    def settle(self, visitor: Visitor, now_s: float) -> None:
        """Somebody was welcomed: what holds for them and here is so, and they are told."""
        connection, room = visitor.connection, visitor.room
        if connection is None:
            return
        self._naming.settle(visitor)
        self._restrain(visitor, now_s)
        if visitor.restrictions.acts:
            connection.send(restricted(visitor.restrictions, self._wall_ms()))
        if room.rules != HallRules():
            connection.send(_rules(room))
        items = self._announcements(room)
        if items:
            connection.send(Announced(items))

    def look_at(self, visitor: Visitor, now_s: float) -> None:
        """What holds for somebody whose rights are others now, and whether they may stay where they are."""
        act = self._standing.at_the_door(visitor.held_by, self._wall_ms())
        if act is not None:
            self._put_out(visitor, act, now_s)
            return
        before = visitor.restrictions
        self._restrain(visitor, now_s)
        if visitor.connection is not None and visitor.restrictions != before:
            visitor.connection.send(restricted(visitor.restrictions, self._wall_ms()))
        self._stages.look(visitor)
        if visitor.room.door == "closed":
            self._evacuation.lead(visitor, visitor.room, now_s)

    # --- acts -----------------------------------------------------------------------------------------------

    def apply(self, act: Act, now_s: float) -> int:
        """Carry out what was written down. Returns how many people it reached."""
        self._standing.add(act)
        count = self._carry_out(act, now_s)
        self._watchers.tell_change("acts", act.id)
        return count

    def lift(self, act: Act, now_s: float) -> None:
        """It holds no longer: undone, or over."""
        self._standing.remove(act.id)
        if act.kind in IN_THE_HALL:
            for visitor in self._concerned(act):
                self._restrain(visitor, now_s)
                self._stages.look(visitor)
                if visitor.connection is not None:
                    visitor.connection.send(restricted(visitor.restrictions, self._wall_ms()))
        elif act.kind is Kind.STAGE:
            self._put_on_stage(act, now_s)
        elif act.kind in OF_A_HALL:
            self._refresh_hall(act)
        elif act.kind is Kind.ANNOUNCE:
            self._announce(act)
        elif act.kind is Kind.TAKE_DOWN and act.hall is not None:
            self.taken_down(act.hall)
        self._watchers.tell_change("acts", act.id)

    def _carry_out(self, act: Act, now_s: float) -> int:
        if act.kind in IN_THE_HALL:
            return sum(self._hold(visitor, act, now_s) for visitor in self._concerned(act))
        if act.kind is Kind.STAGE:
            return self._put_on_stage(act, now_s)
        if act.kind in AT_THE_DOOR:
            return sum(self._put_out(visitor, act, now_s) for visitor in self._concerned(act))
        if act.kind is Kind.SEND:
            return sum(self._send(visitor, act, now_s) for visitor in self._concerned(act))
        if act.kind is Kind.CLEAR:
            return self._clear(act)
        if act.kind in OF_A_HALL:
            return self._refresh_hall(act)
        if act.kind is Kind.ANNOUNCE:
            return self._announce(act)
        if act.kind is Kind.EVACUATE:
            return self._evacuation.begin(self._rooms.get(act.hall or ""))
        if act.hall is not None:
            self.taken_down(act.hall)
        return 0

    def _concerned(self, act: Act) -> list[Visitor]:
        """Those here for whom an act on a person holds."""
        return [visitor for visitor in self._people() if concerns(act, visitor.held_by)]

    def _hold(self, visitor: Visitor, act: Act, now_s: float) -> int:
        self._restrain(visitor, now_s)
        self._stages.look(visitor)
        connection = visitor.connection
        if connection is None:
            return 1
        connection.send(restricted(visitor.restrictions, self._wall_ms()))
        if act.kind is Kind.FREEZE and visitor.standing is not Standing.QUEUED:
            connection.send(correct_message(visitor.room.hall.place_of(visitor.slot), "frozen"))
        return 1

    def _put_on_stage(self, act: Act, now_s: float) -> int:
        """Those it holds for speak at an event, or speak no more."""
        concerned = self._concerned(act)
        for visitor in concerned:
            self._restrain(visitor, now_s)
            self._stages.look(visitor)
        return len(concerned)

    def _restrain(self, visitor: Visitor, now_s: float) -> None:
        """The visitor's restrictions and stages, as what holds now says."""
        visitor.stages = self._standing.stages(visitor.held_by, self._wall_ms())
        visitor.restrictions = restrictions = self._standing.on(visitor.held_by, self._wall_ms())
        visitor.room.restrain(visitor, restrictions, now_s)

    def _put_out(self, visitor: Visitor, act: Act, now_s: float) -> int:
        connection = visitor.connection
        if connection is None:
            self._dismiss(visitor, now_s)
        else:
            connection.send(told(act, self._wall_ms()))
            connection.close(close_reason(act), left_s(act, self._wall_ms()), for_good=True)
        return 1

    def _send(self, visitor: Visitor, act: Act, now_s: float) -> int:
        connection = visitor.connection
        if not to_the_entrance(visitor, now_s):
            return 0
        if connection is not None:
            connection.send(told(act, self._wall_ms(), visitor.restrictions))
        return 1

    def _clear(self, act: Act) -> int:
        """In every hall: who said it, or who read it, may have gone to another one since. Counted are the
        halls where it was said; what is too old to be known there still, as if in the act's.
        """
        numbers = tuple(act.params["lines"])
        said_in: set[str | None] = set()
        for room in self._rooms.values():
            if room.lines.clear(frozenset(numbers)):
                said_in.add(room.definition.id)
            for first in range(0, len(numbers), CLEARED_MAX_COUNT):
                room.tell_all(Cleared(numbers[first : first + CLEARED_MAX_COUNT]))
        said_in = said_in or {act.hall}
        return sum(room.population for hall_id, room in self._rooms.items() if hall_id in said_in)

    # --- halls ----------------------------------------------------------------------------------------------

    def _refresh_hall(self, act: Act) -> int:
        room = self._rooms.get(act.hall or "")
        if room is None:
            return 0
        self._refresh(room)
        return room.population

    def _refresh(self, room: Room) -> None:
        """Rules and door as what holds now and the clock say; told where they changed."""
        now_ms = self._wall_ms()
        rules = self._standing.rules(room.definition.id, now_ms)
        door = rules.door_at(local(now_ms, self._safety.zone))
        if (rules, door) == (room.rules, room.door):
            return
        was_closed = room.door == "closed"
        room.rules, room.door = rules, door
        room.set_capacity(rules.capacity)
        room.tell_all(_rules(room))
        self._watchers.tell_change("halls", room.definition.id)
        if door == "closed" and not was_closed:
            self._evacuation.begin(room)
        elif was_closed and door != "closed":
            # Whoever is still in may stay. An evacuation goes on, whatever else is changed meanwhile.
            self._evacuation.stop(room.definition.id)

    def _announce(self, act: Act) -> int:
        count = 0
        for hall_id, room in self._rooms.items():
            if act.hall in (None, hall_id):
                room.tell_all(Announced(self._announcements(room)))
                count += room.population
        return count

    def _announcements(self, room: Room) -> tuple[Announcement, ...]:
        now_ms = self._wall_ms()
        acts = self._standing.announcements(room.definition.id, now_ms)
        return tuple(
            Announcement(act.id, act.params["text"]["zh"], act.params["text"]["en"], left_s(act, now_ms))
            for act in acts[-STANDING_MAX_COUNT:]
        )

    # --- time -----------------------------------------------------------------------------------------------

    def tick(self, now_s: float) -> None:
        """What ends by itself."""
        self._evacuation.tick(now_s)
        if now_s - self._looked_s < LOOK_PERIOD_S:
            return
        self._looked_s = now_s
        now_ms = self._wall_ms()
        for act in self._standing.ended(now_ms):
            self.lift(act, now_s)
        for room in self._rooms.values():
            room.lines.forget_before(now_ms - KEPT_MS)
            if room.rules.hours:
                self._refresh(room)


def _rules(room: Room) -> Rules:
    return Rules(room.door, room.rules.slow_s, room.rules.speakers_only)
