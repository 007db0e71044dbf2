"""All halls of this server and everybody in them.

    house = House(definitions, secret)
    connection = house.open_connection(transport, caller, settled)    # after the 101
    house.tick()                                                      # ten times a second: `Ticker` does
    await house.close(retry_s=3)                                      # tell everybody and let them go

Nothing here awaits a visitor: whoever reads slowly has an outbox for it.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections import Counter, deque
from collections.abc import Callable, Mapping, Sequence
from itertools import chain, islice
from typing import Final

import structlog

from yuanzhan.access import Actor
from yuanzhan.errors.connections import ConnectionRefused
from yuanzhan.events.attendance import Attended
from yuanzhan.events.programme import Programme
from yuanzhan.hall.hall import Placement
from yuanzhan.hall.visits import BoothCount
from yuanzhan.live.allowances import SpentAllowances
from yuanzhan.live.bus import Bus, LocalBus
from yuanzhan.live.cards import Cards, KeepCard, keep_no_card
from yuanzhan.live.commands import Commands
from yuanzhan.live.connection import Connection
from yuanzhan.live.definition import HallDefinition, PublishedBooths
from yuanzhan.live.joining import place_for
from yuanzhan.live.joins import Joins
from yuanzhan.live.needs import check_need
from yuanzhan.live.outreach import Count, Outreach, count_nothing
from yuanzhan.live.rights import Rights, badge_of
from yuanzhan.live.room import Room
from yuanzhan.live.rounds import Rounds, head_counts
from yuanzhan.live.safety import Safety
from yuanzhan.live.sockets import Sockets
from yuanzhan.live.stages import Stages
from yuanzhan.live.stewards import Stewards
from yuanzhan.live.tokens import Claim, TokenSigner
from yuanzhan.live.traffic import Traffic
from yuanzhan.live.visitor import Standing, Visitor
from yuanzhan.live.watchers import Watchers
from yuanzhan.live.writing import Writers
from yuanzhan.moderation.acts import Act, Marks
from yuanzhan.moderation.callers import Caller
from yuanzhan.moderation.lines import KEPT_COUNT, Line
from yuanzhan.moderation.networks import Range, shared_with
from yuanzhan.moderation.people import Known
from yuanzhan.protocol.limits import RESUME_GRACE_S, TICK_HZ, TOKEN_RENEW_S
from yuanzhan.protocol.look import unpack_look
from yuanzhan.protocol.messages.directions import ClientMessage
from yuanzhan.protocol.messages.joining import FreshToken, Hello
from yuanzhan.protocol.messages.notices import Notice
from yuanzhan.protocol.messages.people import Population, Who
from yuanzhan.protocol.messages.positions import Seated
from yuanzhan.protocol.messages.watching import Watch
from yuanzhan.protocol.names import clean_name

log = structlog.get_logger("yuanzhan.live")

CHECK_TICKS: Final = TICK_HZ
"""Each connection is checked once in so many ticks, a tenth of them at each."""

Clock = Callable[[], float]


class House:
    """The halls, in the order given. `clock` is monotonic, `wall_clock` Unix time, both in seconds."""

    def __init__(
        self,
        definitions: Sequence[HallDefinition],
        secret: bytes,
        *,
        clock: Clock = time.monotonic,
        wall_clock: Clock = time.time,
        rng: random.Random | None = None,
        bus: Bus | None = None,
        joins: Joins | None = None,
        keep_card: KeepCard = keep_no_card,
        safety: Safety | None = None,
        programme: Programme | None = None,
        count_letters: Count = count_nothing,
    ) -> None:
        self.traffic = Traffic()
        self._clock = clock
        self._wall_clock = wall_clock
        self._rng = rng or random.SystemRandom()
        self._signer = TokenSigner(secret)
        self._joins = Joins() if joins is None else joins
        self._spent_allowances = SpentAllowances()
        bus = bus or LocalBus()
        epoch = int(wall_clock())
        self._writers = Writers()
        self._rooms = {
            definition.id: Room(definition, self._rng, bus, epoch, self._writers)
            for definition in definitions
        }
        self._visitors: dict[int, Visitor] = {}
        self._issued_tokens: deque[tuple[float, Visitor]] = deque()
        self._by_connection: dict[Connection, Visitor] = {}
        self._connections: list[set[Connection]] = [set() for _ in range(CHECK_TICKS)]
        self._opened_count = 0
        self._ticks_count = 0
        self._away: dict[int, Visitor] = {}
        self._cards = Cards(keep_card)
        safety = Safety() if safety is None else safety
        self.time_zone = safety.zone.key
        self.watchers = Watchers(self._rooms)
        self._stages = Stages(
            self._rooms, Programme() if programme is None else programme, self._wall_ms, clock()
        )
        self.outreach = Outreach(self._rooms, clock, count_letters)
        self._rounds = Rounds(self._rooms, self.watchers, self.outreach, clock())
        self._stewards = Stewards(
            safety,
            self._rooms,
            self._visitors.values,
            self.watchers,
            self._stages,
            move=self._move,
            dismiss=self._dismiss,
            wall_ms=self._wall_ms,
        )
        self._rights = Rights(
            lambda: chain.from_iterable(self._connections),
            self._by_connection.get,
            self._stewards,
            self.watchers,
        )
        self._commands = Commands(
            self._rooms.get,
            self._move,
            self._cards,
            self._stewards,
            self._stages,
            safety,
            self.outreach,
            self._wall_ms,
        )
        self._sockets = Sockets()
        self._emptied: asyncio.Event | None = None

    # --- for web ----------------------------------------------------------------------------------------

    def open_connection(
        self, transport: asyncio.Transport, caller: Caller, settled: Callable[[], None]
    ) -> Connection:
        """The protocol object for a socket whose upgrade was just answered with 101.

        `settled` is called once, when the visitor said a good hello or the connection ended before. The
        caller sets the transport's protocol and calls `connection_made`.
        """
        connection = Connection(self, transport, caller, settled, self._clock, self.traffic, self._sockets)
        self._connections[self._opened_count % CHECK_TICKS].add(connection)
        self._opened_count += 1
        return connection

    def head_counts(self) -> dict[str, int]:
        """Visitors by hall id."""
        return head_counts(self._rooms)

    def observer_counts(self) -> dict[str, int]:
        """Those who watch a full hall, by hall id."""
        return {hall_id: len(room.observers) for hall_id, room in self._rooms.items()}

    def queue_counts(self) -> dict[str, int]:
        """Those who wait outside a full hall, by hall id."""
        return {hall_id: len(room.queue) for hall_id, room in self._rooms.items()}

    def booths_changed(self, hall_id: str, published: PublishedBooths) -> None:
        """The published booths of a hall are these from now on; everybody inside is told within
        `BOOTHS_PERIOD_S`. Nothing happens where they are what they were, and nobody is told where only this
        process learns what else stands there, as at its start.
        """
        room = self._rooms[hall_id]
        if room.published != published:
            is_news = room.published.revision != published.revision
            room.publish(published, self._clock())
            if is_news:
                self._rounds.booths_changed(hall_id)
            self.outreach.booths_changed(room)

    def take_visits(self) -> dict[str, list[BoothCount]]:
        """What was counted at the booths since the last time, by hall id."""
        return {hall_id: room.visits.take() for hall_id, room in self._rooms.items()}

    def programme_changed(self) -> None:
        """What takes place is looked up anew, and told where it is another thing now."""
        self._stages.refresh()

    def take_attendance(self) -> list[Attended]:
        """How many were counted at events since the last time."""
        return self._stages.take_attendance()

    def stage_of(self, event_id: str) -> dict[str, object] | None:
        """An event that is in a hall now: how many are there, whose hands are up, who has the floor."""
        return self._stages.state(event_id)

    # --- for operators ----------------------------------------------------------------------------------

    def apply(self, act: Act) -> int:
        """Carry out an act that is written down. Returns how many people it reached."""
        return self._stewards.apply(act, self._clock())

    def lift(self, act: Act) -> None:
        """An act holds no longer."""
        self._stewards.lift(act, self._clock())

    def on_taken_down(self, show: Callable[[str], None]) -> None:
        """Have `show` called with a hall when a booth in it is taken down, or may be seen again."""
        self._stewards.taken_down = show

    def known(self, hall: str, visitor: int) -> Known | None:
        """Who this id is in a hall, None when gone."""
        room = self._rooms.get(hall)
        found = None if room is None else room.visitor_of(visitor)
        return None if found is None else self._known(found)

    def is_here(self, hall: str, visitor: int) -> bool:
        """Whether this id is somebody's in a hall."""
        room = self._rooms.get(hall)
        return room is not None and room.visitor_of(visitor) is not None

    def ranges(self, hall: str, visitor: int) -> tuple[Range, ...]:
        """The networks around somebody, and how many more a ban of each would hit: all addresses are looked
        at.
        """
        room = self._rooms.get(hall)
        found = None if room is None else room.visitor_of(visitor)
        if found is None:
            return ()
        others = (other.held_by.address for other in self._visitors.values() if other is not found)
        return shared_with(found.marks.address, others)

    def find(self, marks: Marks) -> Known | None:
        """Who here has one of these marks, whatever they call themselves now."""
        wanted = set(marks.own)
        found = next((each for each in self._visitors.values() if wanted.intersection(each.marks.own)), None)
        return None if found is None else self._known(found)

    def search(self, words: str, hall: str | None = None, limit: int = 50) -> list[Known]:
        """Visitors whose names hold these words, in the order of coming."""
        wanted = words.casefold()
        found = (
            visitor
            for visitor in self._visitors.values()
            if visitor.standing is Standing.VISITOR
            and wanted in visitor.name.casefold()
            and hall in (None, visitor.room.definition.id)
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
        self.watchers.tell_change("reports", report_id)

    def reports_done(self, about: Marks) -> None:
        """No report about this person waits any more: the ring on operators' maps goes."""
        wanted = set(about.own)
        for visitor in self._visitors.values():
            if visitor.reported and not wanted.isdisjoint(visitor.marks.own):
                visitor.reported = False
                visitor.room.mark(visitor)

    def grants(self) -> set[str]:
        """What those who are connected and may more than everybody are signed in by."""
        return self._rights.grants()

    def settle_rights(self, asked: set[str], accounts: Mapping[str, Actor]) -> None:
        """Which of these grants hold still, and as whom."""
        self._rights.settle(asked, accounts, self._clock())

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
        )

    @property
    def connections_count(self) -> int:
        """Open sockets, those without a hello included."""
        return sum(map(len, self._connections))

    def send_away(self, retry_s: float) -> None:
        """Tell everybody to go, and when they may come back."""
        for group in self._connections:
            for connection in list(group):
                connection.close("going_away", retry_s)

    async def close(self, retry_s: float, timeout_s: float = 2.0) -> None:
        """Tell everybody that the server stops, wait until their sockets are closed, at most `timeout_s`, and
        until the cards that they left are kept, for a moment more.
        """
        self._emptied = asyncio.Event()
        self.send_away(retry_s)
        self._note_emptied()
        try:
            await asyncio.wait_for(self._emptied.wait(), timeout_s)
        except TimeoutError:
            for group in self._connections:
                for connection in list(group):
                    connection.transport.abort()
        await self._cards.settle()
        self.let_go()

    def let_go(self) -> None:
        """Of what it holds of the system: threads, and ways into the kernel. Once more does nothing."""
        self._sockets.close()
        self._writers.close()

    # --- the tick ---------------------------------------------------------------------------------------

    def read_ahead(self) -> None:
        """Take the poses that came by now; the next tick makes them count."""
        self._sockets.read_ahead()

    def tick(self) -> None:
        """Move all halls to now."""
        self._sockets.read()
        now_s = self._clock()
        self._let_in(now_s)
        for room in self._rooms.values():
            if not room.hall.is_still:
                room.tick(now_s, self.traffic)
        for connection in list(self._connections[self._ticks_count % CHECK_TICKS]):
            connection.check(now_s)
        self._ticks_count += 1
        self._renew_tokens(now_s)
        self._dismiss_absent(now_s)
        # Nobody's address is remembered for longer than it counts, where nobody else comes as well.
        self._joins.forget_rested(now_s)
        self._spent_allowances.forget_full(now_s)
        self._rounds.tick(now_s)
        self._stewards.tick(now_s)
        self._stages.tick(now_s)
        self.outreach.tick(now_s)
        self.watchers.tick(now_s)

    def _let_in(self, now_s: float) -> None:
        for room in self._rooms.values():
            if room.door != "open":
                continue
            for visitor in room.let_in(now_s):
                assert visitor.connection is not None
                self._welcome(visitor, visitor.connection, now_s, resumed=False)

    def _renew_tokens(self, now_s: float) -> None:
        """New ones for those whose token is old. The longest ago issued stand first."""
        issued = self._issued_tokens
        while issued and now_s - issued[0][0] > TOKEN_RENEW_S:
            issued_s, visitor = issued.popleft()
            if visitor.token_issued_s == issued_s and visitor.connection is not None:
                visitor.connection.send(FreshToken(self._issue_token(visitor, now_s)))

    def _dismiss_absent(self, now_s: float) -> None:
        # Who is away the longest stands first: a hall whose network broke is not looked through every tick.
        while self._away:
            visitor = next(iter(self._away.values()))
            if now_s - visitor.away_since_s <= RESUME_GRACE_S:
                return
            self._dismiss(visitor, now_s)

    # --- Listener of the connections --------------------------------------------------------------------

    def hello(self, connection: Connection, hello: Hello) -> None:
        """Let somebody in. Raises ConnectionRefused."""
        check_need(connection.caller, hello)
        name = clean_name(hello.name)
        unpack_look(hello.look)
        room = self._rooms.get(hello.hall)
        if room is None:
            raise ConnectionRefused("no_such_hall")
        now_s = self._clock()
        claim = Claim(self._rng.getrandbits(64), "")
        if hello.token is not None:
            claim = self._signer.read(hello.token, self._wall_clock())
        number = claim.visitor
        marks = connection.caller.marks(number)
        visitor = self._visitors.get(number)
        # Who comes back has been let in under this name; when a whole hall does, looking again takes a tenth.
        if visitor is None or visitor.name != name:
            self._stewards.check_name(name, badge_of(connection.caller, is_bot=hello.bot))
        self._stewards.check(connection, marks)
        if visitor is not None and visitor.room is room:
            self._replace_connection(visitor, now_s)
            self._resume(visitor, connection, name, hello, now_s)
            return
        self._stewards.check_door(connection, room)
        if not self._joins.take(connection.address, now_s):
            raise ConnectionRefused("too_many", detail="joins of one address")
        place, found = self._place(connection.caller, room, hello.at)
        if hello.stood is not None and claim.hall == hello.hall:
            back = room.place_back(hello.stood)
            place, found = (place, found) if back is None else (back, True)
        # A full hall has no need of visitors made by a program.
        accepts = Standing.VISITOR if hello.bot else Standing.QUEUED
        slot = room.admit(hello.look, place, now_s, accepts)
        # Only now: whoever finds the other hall full stays where they are.
        if visitor is not None:
            self._replace_connection(visitor, now_s)
            self._dismiss(visitor, now_s)
        visitor = Visitor(
            number=number,
            name=name,
            look=hello.look,
            lang=hello.lang,
            badge=badge_of(connection.caller, is_bot=hello.bot),
            room=room,
            slot=slot,
            connection=connection,
            allowances=self._spent_allowances.take(connection.address, now_s),
            at=hello.at,
            marks=marks,
        )
        self._visitors[number] = visitor
        self._by_connection[connection] = visitor
        self._welcome(visitor, connection, now_s, resumed=False)
        if not found:
            connection.send(Notice("no_such_place", {"at": hello.at or ""}))

    def message(self, connection: Connection, message: ClientMessage) -> None:
        """What a visitor or an operator wants. Raises ConnectionRefused."""
        check_need(connection.caller, message)
        visitor = self._by_connection.get(connection)
        if isinstance(message, Watch):
            self.watchers.watch(connection, message)
        elif visitor is None and isinstance(message, Who):
            self.watchers.who(connection, message)
        elif visitor is not None:
            self._commands.run(visitor, connection, message, self._clock())

    def lost(self, connection: Connection, *, for_good: bool) -> None:
        """A connection ended."""
        self.watchers.lost(connection)
        visitor = self._by_connection.pop(connection, None)
        if visitor is None or visitor.connection is not connection:
            return
        now_s = self._clock()
        self._spent_allowances.give_back(connection.address, visitor.allowances, now_s)
        if for_good:
            self._dismiss(visitor, now_s)
            return
        visitor.room.detach(visitor)
        if visitor.badge not in ("", "bot"):
            # Nobody on duty is behind it now, and their rights may end unseen; who comes back gets it again.
            visitor.room.rename(visitor, visitor.name, "")
        visitor.away_since_s = now_s
        self._away[visitor.number] = visitor

    def ended(self, connection: Connection) -> None:
        """A socket is closed."""
        for group in self._connections:
            group.discard(connection)
        self._note_emptied()

    # --- inside -----------------------------------------------------------------------------------------

    def _move(self, visitor: Visitor, room: Room, at: str | None, now_s: float) -> bool:
        """Take the visitor to another hall; False when `at` is not known there.

        Who is in a hall goes to another one to be there or to watch; who waits may wait elsewhere as well.
        Raises ConnectionRefused (`hall_full`), and then nothing has changed.
        """
        connection = visitor.connection
        assert connection is not None
        self._stewards.check_door(connection, room)
        place, found = self._place(connection.caller, room, at)
        accepts = Standing.QUEUED if visitor.standing is Standing.QUEUED else Standing.OBSERVER
        slot = room.admit(visitor.look, place, now_s, Standing.VISITOR if visitor.badge == "bot" else accepts)
        visitor.room.dismiss(visitor, now_s)
        visitor.room, visitor.slot, visitor.at = room, slot, at
        self._welcome(visitor, connection, now_s, resumed=False)
        return found

    def _place(self, caller: Caller, room: Room, at: str | None) -> tuple[Placement, bool]:
        place = place_for(caller, room, at)
        return (room.place_or_default(None), False) if place is None else (place, True)

    def _replace_connection(self, visitor: Visitor, now_s: float) -> None:
        self._away.pop(visitor.number, None)
        former = visitor.connection
        if former is not None:
            visitor.room.detach(visitor)
            self._by_connection.pop(former, None)
            self._spent_allowances.give_back(former.address, visitor.allowances, now_s)
            former.close("replaced")

    def _resume(
        self, visitor: Visitor, connection: Connection, name: str, hello: Hello, now_s: float
    ) -> None:
        visitor.lang = hello.lang
        visitor.allowances = self._spent_allowances.take(connection.address, now_s)
        visitor.marks = connection.caller.marks(visitor.number)
        badge = badge_of(connection.caller, is_bot=hello.bot)
        if (visitor.name, visitor.badge) != (name, badge):
            visitor.room.rename(visitor, name, badge)
        if visitor.look != hello.look:
            visitor.room.dress(visitor, hello.look)
        self._by_connection[connection] = visitor
        self._welcome(visitor, connection, now_s, resumed=True)

    def _welcome(self, visitor: Visitor, connection: Connection, now_s: float, *, resumed: bool) -> None:
        """Tell the visitor where they are, or that they wait."""
        room, hall = visitor.room, visitor.room.hall
        room.attach(visitor, connection)
        if visitor.standing is Standing.QUEUED:
            connection.send(FreshToken(self._issue_token(visitor, now_s)))
            room.tell_place(visitor)
            self._stewards.settle(visitor, now_s)
            return
        place = hall.place_of(visitor.slot)
        connection.send(room.welcome(visitor, place, self._issue_token(visitor, now_s), resumed=resumed))
        if visitor.standing is Standing.OBSERVER:
            room.tell_place(visitor)
        connection.send(Population(room.population, self.head_counts()))
        if visitor.seat is not None:
            connection.send(Seated(visitor.seat, *place))
        self._stewards.settle(visitor, now_s)
        self._stages.settle(visitor, is_new=not resumed)

    def _wall_ms(self) -> int:
        return int(self._wall_clock() * 1000)

    def _issue_token(self, visitor: Visitor, now_s: float) -> str:
        visitor.token_issued_s = now_s
        self._issued_tokens.append((now_s, visitor))
        return self._signer.issue(Claim(visitor.number, visitor.room.definition.id), self._wall_clock())

    def _dismiss(self, visitor: Visitor, now_s: float) -> None:
        self._away.pop(visitor.number, None)
        self._visitors.pop(visitor.number, None)
        self.outreach.leave(visitor)
        visitor.room.dismiss(visitor, now_s)

    def _note_emptied(self) -> None:
        if self._emptied is not None and self.connections_count == 0:
            self._emptied.set()
