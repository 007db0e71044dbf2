"""Acts carried out in the halls, and asked about at the door and before each word.

    stewards.check(connection, marks)           # raises ConnectionRefused: banned, removed
    stewards.check_door(connection, room)       # the same: hall_closed, hall_locked
    stewards.settle(visitor, now_s)             # after a welcome: what holds for who came
    stewards.say(visitor, text, now_s)          # what becomes of a line: Said, or the notice why not
    stewards.apply(act), stewards.lift(act)     # written down already: carried out now
    stewards.tick(now_s)                        # what ends by time, hours, halls that are being left

An act takes hold at once: what its target is told goes out before `apply` returns. Leading thousands out of a
hall takes some ticks, because each of them is sent the whole of another hall.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from typing import Final

import structlog

from yuanzhan.access import Permission
from yuanzhan.errors.connections import ConnectionRefused
from yuanzhan.live.connection import Connection
from yuanzhan.live.room import Room, correct_message
from yuanzhan.live.safety import Safety
from yuanzhan.live.stages import Stages
from yuanzhan.live.visitor import Standing, Visitor
from yuanzhan.live.watchers import Watchers
from yuanzhan.moderation.acts import AT_THE_DOOR, IN_THE_HALL, OF_A_HALL, Act, Kind, Marks
from yuanzhan.moderation.hall_rules import HallRules, local
from yuanzhan.moderation.likeness import likeness
from yuanzhan.moderation.lines import KEPT_MS, Line
from yuanzhan.moderation.standing import concerns, held_by
from yuanzhan.protocol.limits import CLEARED_MAX_COUNT, STANDING_MAX_COUNT
from yuanzhan.protocol.messages.moderation import (
    Announced,
    Announcement,
    Cleared,
    Restricted,
    Rules,
    Sanction,
)
from yuanzhan.protocol.messages.notices import Notice
from yuanzhan.protocol.messages.people import Said

log = structlog.get_logger("yuanzhan.live")

LOOK_PERIOD_S: Final = 1.0
"""How often it is looked what has ended and whose hours are over."""
LED_OUT_PER_TICK: Final = 100
"""Each is sent the whole of another hall: 10,000 are out in ten seconds, and no tick is late for it."""
REFUSALS: Final = {"closed": "hall_closed", "locked": "hall_locked"}

_BADGES: Final = ("staff", "speaker")

Move = Callable[[Visitor, Room, str | None, float], bool]
Dismiss = Callable[[Visitor, float], None]
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
        self._move = move
        self._dismiss = dismiss
        self._wall_ms = wall_ms
        self._next_line = wall_ms() * 1000
        """Numbers of lines grow by one, from the microsecond of the start: no later start gives one again."""
        self._leaving: dict[str, deque[Visitor]] = {}
        self._looked_s = float("-inf")
        self._badged: set[Visitor] = set()
        """Those who have worn a badge of an account since they came."""
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
            connection.send(self._told(act))
            raise ConnectionRefused(_reason(act))

    def check_door(self, connection: Connection, room: Room) -> None:
        """Raises ConnectionRefused where the hall lets nobody in."""
        if room.door != "open" and not _is_on_duty(connection):
            raise ConnectionRefused(REFUSALS[room.door])

    def settle(self, visitor: Visitor, now_s: float) -> None:
        """Somebody was welcomed: what holds for them and here is so, and they are told."""
        connection, room = visitor.connection, visitor.room
        if connection is None:
            return
        if visitor.badge in _BADGES:
            self._badged.add(visitor)
        self._restrain(visitor, now_s)
        if visitor.restrictions.acts:
            connection.send(self._restricted(visitor))
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
            visitor.connection.send(self._restricted(visitor))
        self._stages.look(visitor)
        if visitor.room.door == "closed":
            self._lead(visitor, visitor.room, now_s)

    # --- words ----------------------------------------------------------------------------------------------

    def say(self, visitor: Visitor, text: str, now_s: float) -> Said | Notice:
        """What becomes of a cleaned line. It is kept in any case, with why it was refused."""
        notice = self._may_say(visitor, now_s)
        if notice is not None:
            return notice
        found = self._safety.words.find(text) if self._safety.words_do != "off" else None
        place = visitor.room.hall.place_of(visitor.slot)
        self._next_line += 1
        line = Line(
            number=self._next_line,
            at_ms=self._wall_ms(),
            hall=visitor.room.definition.id,
            visitor=visitor.id,
            name=visitor.name,
            text=text,
            x=place.x,
            z=place.z,
            marks=visitor.marks,
            refused="" if found is None else found.word,
        )
        visitor.room.lines.add(line)
        self._safety.said(line)
        self._watchers.overhear(line)
        if found is not None:
            if self._safety.words_do == "refuse":
                return Notice("chat_words")
            text = self._safety.words.masked(text)
        visitor.said_s = now_s
        return Said(visitor.id, visitor.name, text, line.number, self._stages.speaks(visitor))

    def _may_say(self, visitor: Visitor, now_s: float) -> Notice | None:
        room = visitor.room
        if visitor.restrictions.chat:
            return Notice("chat_muted")
        if visitor.badge in ("staff", "speaker") or self._stages.speaks(visitor):
            return None
        if room.rules.speakers_only:
            return Notice("chat_speakers")
        wait_s = visitor.said_s + room.rules.slow_s - now_s
        if wait_s > 0:
            return Notice("chat_slow", {"seconds": int(wait_s) + 1})
        return None

    def check_name(self, name: str, badge: str) -> None:
        """Raises ConnectionRefused (`bad_name`) where something in a name is a word that is not said, and for
        who wears no badge, where it looks like the name of somebody here who does.
        """
        if self._safety.words_do != "off" and self._safety.words.find(name) is not None:
            raise ConnectionRefused("bad_name", detail="a word of the lists")
        if badge not in _BADGES and (taken := self._badged_names()) and likeness(name) in taken:
            raise ConnectionRefused("bad_name", detail="looks like a colleague")

    def _badged_names(self) -> set[str]:
        """What those who wear a badge here now look like, by the name they chose and by their account's."""
        self._badged = {one for one in self._badged if one.badge in _BADGES and one.room.has(one)}
        names = {_likeness_of_colleague(one.name) for one in self._badged}
        for one in self._badged:
            if one.connection is not None and one.connection.caller.account is not None:
                names.add(_likeness_of_colleague(one.connection.caller.account.name))
        return names - {""}

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
                    visitor.connection.send(self._restricted(visitor))
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
            return self._begin_leaving(self._rooms.get(act.hall or ""))
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
        connection.send(self._restricted(visitor))
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
            connection.send(self._told(act))
            connection.close(_reason(act), self._left_s(act), for_good=True)
        return 1

    def _send(self, visitor: Visitor, act: Act, now_s: float) -> int:
        connection = visitor.connection
        if visitor.standing is Standing.QUEUED:
            return 0
        self._to_the_entrance(visitor, now_s)
        if connection is not None:
            connection.send(self._told(act, visitor))
        return 1

    def _to_the_entrance(self, visitor: Visitor, now_s: float) -> None:
        """Of the hall where they are. Who waits at its door stays there."""
        if visitor.standing is Standing.QUEUED:
            return
        room = visitor.room
        place = room.place_or_default(None)
        room.stand_up(visitor, now_s)
        room.hall.place(visitor.slot, place, now_s)
        if visitor.connection is not None:
            visitor.connection.send(correct_message(place, "sent"))

    def _clear(self, act: Act) -> int:
        room = self._rooms.get(act.hall or "")
        if room is None:
            return 0
        numbers = tuple(act.params["lines"])
        room.lines.clear(frozenset(numbers))
        for first in range(0, len(numbers), CLEARED_MAX_COUNT):
            room.tell_all(Cleared(numbers[first : first + CLEARED_MAX_COUNT]))
        return room.population

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
            self._begin_leaving(room)
        elif was_closed and door != "closed":
            # Whoever is still in may stay. An evacuation goes on, whatever else is changed meanwhile.
            self._leaving.pop(room.definition.id, None)

    def _announce(self, act: Act) -> int:
        count = 0
        for hall_id, room in self._rooms.items():
            if act.hall in (None, hall_id):
                room.tell_all(Announced(self._announcements(room)))
                count += room.population
        return count

    def _announcements(self, room: Room) -> tuple[Announcement, ...]:
        acts = self._standing.announcements(room.definition.id, self._wall_ms())
        return tuple(
            Announcement(act.id, act.params["text"]["zh"], act.params["text"]["en"], self._left_s(act))
            for act in acts[-STANDING_MAX_COUNT:]
        )

    def _begin_leaving(self, room: Room | None) -> int:
        """Everybody in the hall but those on duty is led to the entrance hall, some at each tick; in that
        one, to where they came in.
        """
        if room is None:
            return 0
        leaving = deque(visitor for visitor in self._people() if visitor.room is room)
        self._leaving[room.definition.id] = leaving
        return len(leaving)

    def _lead_out(self, now_s: float) -> None:
        for hall_id, leaving in list(self._leaving.items()):
            room = self._rooms[hall_id]
            for _ in range(min(LED_OUT_PER_TICK, len(leaving))):
                visitor = leaving.popleft()
                if visitor.room is room and room.has(visitor):
                    self._lead(visitor, room, now_s)
            if not leaving:
                del self._leaving[hall_id]

    def _lead(self, visitor: Visitor, room: Room, now_s: float) -> None:
        connection = visitor.connection
        if connection is None:
            self._dismiss(visitor, now_s)
            return
        if _is_on_duty(connection):
            return
        entrance = next(iter(self._rooms.values()))
        if entrance is room and room.door != "closed":
            # There is no hall before this one: they are led to where they came in.
            self._to_the_entrance(visitor, now_s)
            return
        if entrance is not room and entrance.door == "open":
            try:
                self._move(visitor, entrance, None, now_s)
            except ConnectionRefused as refused:
                log.debug("not_led_to_the_entrance", reason=refused.reason)
            else:
                connection.send(Notice("led_out", {"hall": room.definition.id}))
                return
        connection.close("hall_closed", for_good=True)

    # --- time -----------------------------------------------------------------------------------------------

    def tick(self, now_s: float) -> None:
        """What ends by itself."""
        if self._leaving:
            self._lead_out(now_s)
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

    # --- what is told ---------------------------------------------------------------------------------------

    def _restricted(self, visitor: Visitor) -> Restricted:
        held = visitor.restrictions
        sanctions = tuple(self._sanction(act) for act in held.acts[-STANDING_MAX_COUNT:])
        return Restricted(held.chat, held.voice, held.hidden, held.frozen, sanctions)

    def _told(self, act: Act, visitor: Visitor | None = None) -> Restricted:
        """Of an act that is not one of those that hold in a hall."""
        sanctions: tuple[Sanction, ...] = (self._sanction(act),)
        if visitor is None:
            return Restricted(False, False, False, False, sanctions)
        held = self._restricted(visitor)
        return Restricted(
            held.chat,
            held.voice,
            held.hidden,
            held.frozen,
            (*held.acts[1 - STANDING_MAX_COUNT :], *sanctions),
        )

    def _sanction(self, act: Act) -> Sanction:
        return Sanction(act.id, act.kind.value, act.reason.value, act.note, self._left_s(act))

    def _left_s(self, act: Act) -> float | None:
        return None if act.ends_at_ms is None else max(0.0, (act.ends_at_ms - self._wall_ms()) / 1000)


@lru_cache(maxsize=256)
def _likeness_of_colleague(name: str) -> str:
    """Asked for by each newcomer. Visitors' own names are remembered nowhere."""
    return likeness(name)


def _is_on_duty(connection: Connection) -> bool:
    return connection.caller.may(Permission.HALLS_WATCH)


def _reason(act: Act) -> str:
    return "banned" if act.kind is Kind.BAN else "removed"


def _rules(room: Room) -> Rules:
    return Rules(room.door, room.rules.slow_s, room.rules.speakers_only)
