"""Halls that are being left: everybody in them is led to the entrance hall, some at each tick.

Leading thousands out of a hall takes some ticks, because each of them is sent the whole of another hall.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Mapping
from typing import Final

import structlog

from yuanzhan.access import Permission
from yuanzhan.errors.connections import ConnectionRefused
from yuanzhan.live.connection import Connection
from yuanzhan.live.room import Room, correct_message
from yuanzhan.live.visitor import Standing, Visitor
from yuanzhan.protocol.messages.notices import Notice

log = structlog.get_logger("yuanzhan.live")

LED_OUT_PER_TICK: Final = 100
"""Each is sent the whole of another hall: 10,000 are out in ten seconds, and no tick is late for it."""

Move = Callable[[Visitor, Room, str | None, float], bool]
"""(visitor, hall, at, now_s). Raises ConnectionRefused, and then nothing has changed."""
Dismiss = Callable[[Visitor, float], None]


class Evacuation:
    """Of all halls, the first of which is the entrance hall."""

    def __init__(
        self,
        rooms: Mapping[str, Room],
        people: Callable[[], Iterable[Visitor]],
        move: Move,
        dismiss: Dismiss,
    ) -> None:
        self._rooms = rooms
        self._people = people
        self._move = move
        self._dismiss = dismiss
        self._leaving: dict[str, deque[Visitor]] = {}

    def begin(self, room: Room | None) -> int:
        """Everybody in the hall but those on duty is led to the entrance hall, some at each tick; in that
        one, to where they came in.
        """
        if room is None:
            return 0
        leaving = deque(visitor for visitor in self._people() if visitor.room is room)
        self._leaving[room.definition.id] = leaving
        return len(leaving)

    def stop(self, hall_id: str) -> None:
        """Whoever is still in may stay."""
        self._leaving.pop(hall_id, None)

    def tick(self, now_s: float) -> None:
        """Lead out those whose turn it is."""
        for hall_id, leaving in list(self._leaving.items()):
            room = self._rooms[hall_id]
            for _ in range(min(LED_OUT_PER_TICK, len(leaving))):
                visitor = leaving.popleft()
                if visitor.room is room and room.has(visitor):
                    self.lead(visitor, room, now_s)
            if not leaving:
                del self._leaving[hall_id]

    def lead(self, visitor: Visitor, room: Room, now_s: float) -> None:
        """Somebody out of a hall, unless they are on duty there."""
        connection = visitor.connection
        if connection is None:
            self._dismiss(visitor, now_s)
            return
        if is_on_duty(connection):
            return
        entrance = next(iter(self._rooms.values()))
        if entrance is room and room.door != "closed":
            # There is no hall before this one: they are led to where they came in.
            if to_the_entrance(visitor, now_s):
                connection.send(Notice("led_out", {"hall": room.definition.id}))
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


def to_the_entrance(visitor: Visitor, now_s: float) -> bool:
    """Of the hall where they are. Who waits at its door stays there. Whether they were led."""
    if visitor.standing is Standing.QUEUED:
        return False
    room = visitor.room
    place = room.place_or_default(None)
    room.stand_up(visitor, now_s)
    room.hall.place(visitor.slot, place, now_s)
    if visitor.connection is not None:
        visitor.connection.send(correct_message(place, "sent"))
    return True


def is_on_duty(connection: Connection) -> bool:
    """Those stay in a hall that is closed."""
    return connection.caller.may(Permission.HALLS_WATCH)
