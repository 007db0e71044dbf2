"""Operators who watch halls from outside: everybody as dots, what is said, and that something has changed.

A watcher costs a hall nothing but one encoding for all of them: 8 bytes a visitor, twice a second, and
skipped for whoever has not read the last one. It has no slot, no avatar and no frames.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from yuanzhan.errors.connections import ConnectionRefused
from yuanzhan.hall.dots import encode_dots
from yuanzhan.live.connection import Connection
from yuanzhan.live.room import Room
from yuanzhan.moderation.lines import Line
from yuanzhan.protocol.codec import encode
from yuanzhan.protocol.frames import server_frame
from yuanzhan.protocol.limits import DOTS_HZ
from yuanzhan.protocol.messages.directions import ServerMessage
from yuanzhan.protocol.messages.people import People, Who
from yuanzhan.protocol.messages.watching import Desk, DeskWhat, Overheard, Watch, Watching

UNREAD_MAX_BYTES: Final = 16 * 1024
"""With more unsent than this, a watcher's network is behind: the next dots tell all that these would."""
WATCHERS_MAX_COUNT: Final = 200
"""Every operator of the largest fair, with two screens each."""


class Watchers:
    """Those who watch, and which hall."""

    def __init__(self, rooms: Mapping[str, Room]) -> None:
        self._rooms = rooms
        self._watching: dict[Connection, Room] = {}
        self._shown_s = float("-inf")

    def __len__(self) -> int:
        return len(self._watching)

    def watch(self, connection: Connection, message: Watch) -> None:
        """Somebody who may wants to watch a hall. Raises ConnectionRefused for an unknown one."""
        room = self._rooms.get(message.hall)
        if room is None:
            raise ConnectionRefused("no_such_hall")
        if connection not in self._watching and len(self._watching) >= WATCHERS_MAX_COUNT:
            raise ConnectionRefused("too_many", detail="watchers")
        self._watching[connection] = room
        connection.watch()
        floor = room.hall.floor
        connection.send(
            Watching(message.hall, floor.origin_x, floor.origin_z, floor.width_m, floor.depth_m, DOTS_HZ)
        )

    def who(self, connection: Connection, message: Who) -> None:
        """Names of ids of the hall that is watched."""
        room = self._watching.get(connection)
        if room is not None:
            found = (room.visitor_of(visitor_id) for visitor_id in message.ids)
            connection.send(People(tuple(visitor.person for visitor in found if visitor is not None)))

    def lost(self, connection: Connection) -> None:
        """Whoever watched is gone."""
        self._watching.pop(connection, None)

    def rights_changed(self, connection: Connection) -> None:
        """The account is signed out or has another role: who watches with it comes anew, if they may."""
        if connection in self._watching:
            connection.close("not_allowed")

    def overhear(self, line: Line) -> None:
        """A line was said."""
        if not self._watching:
            return
        message = Overheard(line.number, line.visitor, line.name, line.text, line.at_ms)
        self._tell(message, line.hall)

    def tell_change(self, what: DeskWhat, changed: str = "") -> None:
        """Something that all of them see has changed."""
        if self._watching:
            self._tell(Desk(what, changed))

    def tell(self, message: ServerMessage) -> None:
        """To all of them."""
        if self._watching:
            self._tell(message)

    def tick(self, now_s: float) -> None:
        """Show the dots, where it is time."""
        if not self._watching or now_s - self._shown_s < 1.0 / DOTS_HZ:
            return
        self._shown_s = now_s
        frames: dict[str, bytes] = {}
        for connection, room in list(self._watching.items()):
            hall_id = room.definition.id
            if hall_id not in frames:
                hall = room.hall
                frames[hall_id] = server_frame(encode_dots(hall.crowd, hall.floor, hall.tick_number, now_s))
            if connection.transport.get_write_buffer_size() <= UNREAD_MAX_BYTES:
                connection.send_frame(frames[hall_id])

    def _tell(self, message: ServerMessage, hall_id: str | None = None) -> None:
        frame = server_frame(encode(message))
        for connection, room in list(self._watching.items()):
            if hall_id is None or room.definition.id == hall_id:
                connection.send_frame(frame)
