"""What visitors may ask for: one method a message. A refusal is a notice; only abuse ends a connection.

Observers may look around, and nothing that others would notice; those in the queue may go elsewhere.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from yuanzhan.errors.connections import ConnectionRefused
from yuanzhan.live.cards import Cards
from yuanzhan.live.connection import Connection
from yuanzhan.live.naming import Naming
from yuanzhan.live.outreach import Outreach
from yuanzhan.live.places import place_for
from yuanzhan.live.reporting import complaint_of
from yuanzhan.live.room import Room, SeatRefused, correct_message
from yuanzhan.live.safety import Safety
from yuanzhan.live.speech import Speech
from yuanzhan.live.stages import Stages
from yuanzhan.live.visitor import Standing, Visitor
from yuanzhan.protocol.limits import CHAT_MAX_CHARS
from yuanzhan.protocol.look import unpack_look
from yuanzhan.protocol.messages.booths import Card, Opened
from yuanzhan.protocol.messages.directions import ClientMessage
from yuanzhan.protocol.messages.events import Floor, Hand
from yuanzhan.protocol.messages.joining import Go, Profile
from yuanzhan.protocol.messages.moderation import Report
from yuanzhan.protocol.messages.notices import Notice
from yuanzhan.protocol.messages.outreach import Outcome, Reachable
from yuanzhan.protocol.messages.people import Chat, People, Who
from yuanzhan.protocol.messages.positions import Seated, Sit
from yuanzhan.protocol.names import clean_chat, clean_name, count_chars

FindRoom = Callable[[str], Room | None]
"""The hall of an id."""
Move = Callable[[Visitor, Room, str | None, float], bool]
"""(visitor, hall, at, now_s): take it there; False when `at` is not known. Raises ConnectionRefused."""


class Commands:
    """The messages of visitors, carried out."""

    def __init__(
        self,
        find_room: FindRoom,
        move: Move,
        cards: Cards,
        speech: Speech,
        naming: Naming,
        stages: Stages,
        safety: Safety,
        outreach: Outreach,
        wall_ms: Callable[[], int],
    ) -> None:
        self._find_room = find_room
        self._move = move
        self._cards = cards
        self._speech = speech
        self._naming = naming
        self._stages = stages
        self._safety = safety
        self._outreach = outreach
        self._wall_ms = wall_ms
        self._table: dict[type[ClientMessage], Callable[[Visitor, Connection, Any, float], None]] = {
            Card: self._card,
            Chat: self._chat,
            Floor: self._floor,
            Go: self._go,
            Hand: self._hand,
            Opened: self._opened,
            Outcome: self._outcome,
            Profile: self._profile,
            Reachable: self._reachable,
            Report: self._report,
            Sit: self._sit,
            Who: self._who,
        }

    def run(self, visitor: Visitor, connection: Connection, message: ClientMessage, now_s: float) -> None:
        """Carry out one message."""
        self._table[type(message)](visitor, connection, message, now_s)

    def _chat(self, visitor: Visitor, connection: Connection, message: Chat, now_s: float) -> None:
        text = clean_chat(message.text)
        if visitor.standing is Standing.OBSERVER:
            connection.send(Notice("observing"))
        elif not text:
            connection.send(Notice("chat_empty"))
        elif count_chars(text) > CHAT_MAX_CHARS:
            connection.send(Notice("chat_too_long", {"max": CHAT_MAX_CHARS}))
        elif not visitor.allowances.chat.take(1.0, now_s):
            connection.send(Notice("chat_too_fast"))
        else:
            said = self._speech.say(visitor, text, now_s)
            if isinstance(said, Notice):
                connection.send(said)
            else:
                visitor.room.tell_said(visitor, said)

    def _report(self, visitor: Visitor, connection: Connection, message: Report, now_s: float) -> None:
        if not visitor.allowances.report.take(1.0, now_s):
            connection.send(Notice("report_too_fast"))
            return
        complaint = complaint_of(visitor, message, self._safety, self._wall_ms())
        if complaint is None:
            connection.send(Notice("report_gone"))
            return

        def answer(is_kept: bool) -> None:
            connection.send(Notice("report_received" if is_kept else "report_failed"))

        if not self._safety.complain(complaint, answer):
            answer(False)

    def _go(self, visitor: Visitor, connection: Connection, message: Go, now_s: float) -> None:
        if visitor.restrictions.frozen:
            connection.send(Notice("held_still"))
            return
        room = self._find_room(message.hall)
        if room is None:
            connection.send(Notice("no_such_hall"))
            return
        if room is not visitor.room:
            self._go_to_hall(visitor, connection, room, message.at, now_s)
            return
        if visitor.standing is Standing.QUEUED:
            return  # there already, as far as may be
        place = place_for(connection.caller, room, message.at)
        if place is None:
            connection.send(Notice("no_such_place", {"at": message.at or ""}))
            return
        room.stand_up(visitor, now_s)
        room.hall.place(visitor.slot, place, now_s)
        connection.send(correct_message(place, "moved"))

    def _go_to_hall(
        self, visitor: Visitor, connection: Connection, room: Room, at: str | None, now_s: float
    ) -> None:
        if not visitor.allowances.go.take(1.0, now_s):
            connection.send(Notice("go_too_fast"))
            return
        try:
            found = self._move(visitor, room, at, now_s)
        except ConnectionRefused as refused:
            connection.send(Notice(refused.reason, {"hall": room.definition.id}))
            return
        if not found:
            connection.send(Notice("no_such_place", {"at": at or ""}))

    def _profile(self, visitor: Visitor, connection: Connection, message: Profile, now_s: float) -> None:
        if not visitor.allowances.profile.take(1.0, now_s):
            connection.send(Notice("profile_too_fast"))
            return
        try:
            name = clean_name(message.name)
            self._naming.check(name, visitor.badge)
            unpack_look(message.look)
        except ConnectionRefused as refused:
            connection.send(Notice(refused.reason))
            return
        if visitor.look != message.look:
            visitor.room.dress(visitor, message.look)
        if visitor.name != name:
            visitor.room.rename(visitor, name, visitor.badge)
            connection.send(Notice("name_changed", {"name": name}))

    def _sit(self, visitor: Visitor, connection: Connection, message: Sit, now_s: float) -> None:
        if visitor.standing is Standing.OBSERVER:
            connection.send(Notice("observing"))
            return
        if visitor.restrictions.frozen:
            connection.send(Notice("held_still"))
            return
        if message.seat is None:
            place = visitor.room.stand_up(visitor, now_s)
        else:
            try:
                place = visitor.room.take_seat(visitor, message.seat, now_s)
            except SeatRefused as refused:
                connection.send(Notice(refused.notice, {"seat": message.seat}))
                return
        connection.send(Seated(message.seat, *place))

    def _opened(self, visitor: Visitor, connection: Connection, message: Opened, now_s: float) -> None:
        if visitor.standing is Standing.VISITOR and visitor.allowances.opened.take(1.0, now_s):
            visitor.room.visits.opened(visitor.slot, message.booth, message.item)

    def _reachable(self, visitor: Visitor, connection: Connection, message: Reachable, now_s: float) -> None:
        self._outreach.allow(visitor, message, now_s)

    def _outcome(self, visitor: Visitor, connection: Connection, message: Outcome, now_s: float) -> None:
        self._outreach.answer(visitor, message)

    def _card(self, visitor: Visitor, connection: Connection, message: Card, now_s: float) -> None:
        self._cards.leave(visitor, connection, message, now_s)

    def _hand(self, visitor: Visitor, connection: Connection, message: Hand, now_s: float) -> None:
        self._stages.hand(visitor, message.up, now_s)

    def _floor(self, visitor: Visitor, connection: Connection, message: Floor, now_s: float) -> None:
        self._stages.give(visitor, message)

    def _who(self, visitor: Visitor, connection: Connection, message: Who, now_s: float) -> None:
        found = (visitor.room.visitor_of(visitor_id) for visitor_id in message.ids)
        connection.send(People(tuple(other.person for other in found if other is not None)))
