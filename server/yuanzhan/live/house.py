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
from collections.abc import Callable, Mapping, Sequence
from itertools import chain
from typing import Final

import structlog

from yuanzhan.access import Actor
from yuanzhan.events.attendance import Attended
from yuanzhan.events.programme import Programme
from yuanzhan.hall.visits import BoothCount
from yuanzhan.live.arrivals import Arrivals
from yuanzhan.live.bus import Bus, LocalBus
from yuanzhan.live.cards import Cards, KeepCard, keep_no_card
from yuanzhan.live.commands import Commands
from yuanzhan.live.connection import Connection
from yuanzhan.live.definition import HallDefinition, PublishedBooths
from yuanzhan.live.joins import Joins
from yuanzhan.live.naming import Naming
from yuanzhan.live.needs import check_need
from yuanzhan.live.outreach import Count, Outreach, count_nothing
from yuanzhan.live.oversight import Oversight
from yuanzhan.live.rights import Rights
from yuanzhan.live.room import Room
from yuanzhan.live.rounds import Rounds, head_counts
from yuanzhan.live.safety import Safety
from yuanzhan.live.sockets import Sockets
from yuanzhan.live.speech import Speech
from yuanzhan.live.stages import Stages
from yuanzhan.live.stewards import Stewards
from yuanzhan.live.tokens import TokenSigner
from yuanzhan.live.traffic import Traffic
from yuanzhan.live.visitor import Visitor
from yuanzhan.live.watchers import Watchers
from yuanzhan.live.writing import Writers
from yuanzhan.moderation.callers import Caller
from yuanzhan.protocol.limits import TICK_HZ
from yuanzhan.protocol.messages.directions import ClientMessage
from yuanzhan.protocol.messages.joining import Hello
from yuanzhan.protocol.messages.people import Who
from yuanzhan.protocol.messages.watching import Watch

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
        rng = rng or random.SystemRandom()
        bus = bus or LocalBus()
        epoch = int(wall_clock())
        self._writers = Writers()
        self._rooms = {
            definition.id: Room(definition, rng, bus, epoch, self._writers) for definition in definitions
        }
        visitors: dict[int, Visitor] = {}
        self._connections: list[set[Connection]] = [set() for _ in range(CHECK_TICKS)]
        self._opened_count = 0
        self._ticks_count = 0
        self._cards = Cards(keep_card)
        safety = Safety() if safety is None else safety
        self.watchers = Watchers(self._rooms)
        self._stages = Stages(
            self._rooms, Programme() if programme is None else programme, self._wall_ms, clock()
        )
        self.outreach = Outreach(self._rooms, clock, count_letters)
        self._rounds = Rounds(self._rooms, self.watchers, self.outreach, clock())
        naming = Naming(safety)
        self._stewards = Stewards(
            safety,
            self._rooms,
            visitors.values,
            self.watchers,
            self._stages,
            naming,
            move=lambda visitor, room, at, now_s: self._arrivals.move(visitor, room, at, now_s),
            dismiss=lambda visitor, now_s: self._arrivals.dismiss(visitor, now_s),
            wall_ms=self._wall_ms,
        )
        self._arrivals = Arrivals(
            self._rooms,
            visitors,
            naming,
            self._stewards,
            self._stages,
            self.outreach,
            TokenSigner(secret),
            Joins() if joins is None else joins,
            clock=clock,
            wall_clock=wall_clock,
            rng=rng,
        )
        self.oversight = Oversight(
            self._rooms, visitors, self._stewards, self.watchers, clock, safety.zone.key
        )
        self._rights = Rights(
            lambda: chain.from_iterable(self._connections),
            self._arrivals.visitor_of,
            self._stewards,
            naming,
            self.watchers,
        )
        self._commands = Commands(
            self._rooms.get,
            self._arrivals.move,
            self._cards,
            Speech(safety, self.watchers, self._stages, self._wall_ms),
            naming,
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

    def doors(self) -> dict[str, dict[str, object]]:
        """Whether each hall lets people in now, when it opens by itself, and for how many it has room."""
        return {
            hall_id: {
                "door": room.door,
                "opens_at": self._stewards.opens_at(room),
                "capacity": room.hall.crowd.capacity,
            }
            for hall_id, room in self._rooms.items()
        }

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

    def on_taken_down(self, show: Callable[[str], None]) -> None:
        """Have `show` called with a hall when a booth in it is taken down, or may be seen again."""
        self._stewards.taken_down = show

    def grants(self) -> set[str]:
        """What those who are connected and may more than everybody are signed in by."""
        return self._rights.grants()

    def settle_rights(self, asked: set[str], accounts: Mapping[str, Actor]) -> None:
        """Which of these grants hold still, and as whom."""
        self._rights.settle(asked, accounts, self._clock())

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
        self._arrivals.let_in(now_s)
        for room in self._rooms.values():
            if not room.hall.is_still:
                room.tick(now_s, self.traffic)
        for connection in list(self._connections[self._ticks_count % CHECK_TICKS]):
            connection.check(now_s)
        self._ticks_count += 1
        self._arrivals.tick(now_s)
        self._rounds.tick(now_s)
        self._stewards.tick(now_s)
        self._stages.tick(now_s)
        self.outreach.tick(now_s)
        self.watchers.tick(now_s)

    # --- Listener of the connections --------------------------------------------------------------------

    def hello(self, connection: Connection, hello: Hello) -> None:
        """Let somebody in. Raises ConnectionRefused."""
        self._arrivals.hello(connection, hello)

    def message(self, connection: Connection, message: ClientMessage) -> None:
        """What a visitor or an operator wants. Raises ConnectionRefused."""
        check_need(connection.caller, message)
        visitor = self._arrivals.visitor_of(connection)
        if isinstance(message, Watch):
            self.watchers.watch(connection, message)
        elif visitor is None and isinstance(message, Who):
            self.watchers.who(connection, message)
        elif visitor is not None:
            self._commands.run(visitor, connection, message, self._clock())

    def lost(self, connection: Connection, *, for_good: bool) -> None:
        """A connection ended."""
        self.watchers.lost(connection)
        self._arrivals.lost(connection, for_good=for_good)

    def ended(self, connection: Connection) -> None:
        """A socket is closed."""
        for group in self._connections:
            group.discard(connection)
        self._note_emptied()

    def _wall_ms(self) -> int:
        return int(self._wall_clock() * 1000)

    def _note_emptied(self) -> None:
        if self._emptied is not None and self.connections_count == 0:
            self._emptied.set()
