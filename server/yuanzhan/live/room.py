"""A hall with its visitors: who has which slot, who sits where, who hears whom; and when it is full, who
watches and who waits.

Those who find the hall full stand in one of two lines: observers wait for a visitor to leave, the queue for
an observer's place (or, where nobody observes, for a visitor's). Nobody overtakes: newcomers get what is
free only while nobody waits for it, otherwise `let_in` gives it to whoever came first.
"""

from __future__ import annotations

import math
import random
from collections.abc import Iterable, Iterator
from typing import Final

from yuanzhan.errors.connections import ConnectionRefused
from yuanzhan.hall.encoded import MID_RING, NEAR_RING
from yuanzhan.hall.floor import Floor
from yuanzhan.hall.hall import Hall, Placement
from yuanzhan.hall.visits import Visits
from yuanzhan.live.bus import Bus, CellNews
from yuanzhan.live.connection import Connection
from yuanzhan.live.definition import HallDefinition, PublishedBooth, PublishedBooths
from yuanzhan.live.line import Line
from yuanzhan.live.outgoing import Outgoing
from yuanzhan.live.traffic import Traffic
from yuanzhan.live.visitor import NO_SLOT, Standing, Visitor
from yuanzhan.live.writing import Writers
from yuanzhan.moderation.hall_rules import Door, HallRules
from yuanzhan.moderation.lines import RecentLines
from yuanzhan.moderation.standing import Restrictions
from yuanzhan.protocol.codec import encode
from yuanzhan.protocol.fields import Badge
from yuanzhan.protocol.frames import server_frame
from yuanzhan.protocol.limits import CHAT_RANGE_M, TICK_HZ
from yuanzhan.protocol.messages.booths import Booths
from yuanzhan.protocol.messages.directions import ServerMessage
from yuanzhan.protocol.messages.joining import Queued, Stood, Welcome
from yuanzhan.protocol.messages.people import People, Said
from yuanzhan.protocol.messages.positions import Correct, CorrectReason

SEAT_REACH_M: Final = 3.0
"""How far from a seat one may be to take it."""
BACK_REACH_M: Final = 3.0
"""So far from where they were may somebody come back who sat there, or where something stands now."""
NODE: Final = "only"
"""This process, on a bus of one."""
WHOLE_HALL: Final = 0
"""The one region of a hall that one process holds."""
SPREAD_M: Final = 1.5
"""Newcomers stand so far around their spawn point, not inside each other."""
_SPREAD_TRIES: Final = 8
BOOTH_ANSWERS_HZ: Final = 500.0
"""How many of a hall's visitors ask a second for its booths when they change: one core's work for a tenth of
its time, and everybody of a hall of 10,000 has the new booth within 20 s.
"""


class Room:
    """One hall of the house."""

    def __init__(
        self, definition: HallDefinition, rng: random.Random, bus: Bus, epoch: int, writers: Writers
    ) -> None:
        self.definition = definition
        self._bus = bus
        self._epoch = epoch
        self._newest: dict[tuple[str, int], CellNews] = {}
        bus.subscribe(definition.id, self._hear)
        floor = Floor(
            definition.floor_heights,
            definition.floor_origin_x,
            definition.floor_origin_z,
            definition.floor_cell_m,
            definition.floor_bare_heights,
        )
        self.hall = Hall(definition.capacity, floor, observers_max=definition.observers_max)
        self.outgoing = Outgoing(self.hall, writers)
        self.visits = Visits(self.hall.crowd.size)
        self.published = PublishedBooths()
        self.observers: Line[Visitor] = Line()
        self.queue: Line[Visitor] = Line()
        self._rng = rng
        self._visitors: list[Visitor | None] = [None] * self.hall.crowd.size
        self._sitters: dict[str, int] = {}
        self.rules = HallRules()
        self.door: Door = "open"
        self.lines = RecentLines()

    @property
    def population(self) -> int:
        """Visitors in the hall, those away for a moment included."""
        return self.hall.crowd.population

    # --- coming and going -------------------------------------------------------------------------------

    def admit(self, look: int, place: Placement, now_s: float, accepts: Standing = Standing.VISITOR) -> int:
        """A slot for a newcomer: a visitor's, or the best that there is of what they accept; NO_SLOT for a
        place in the queue. Raises ConnectionRefused (`hall_full`).
        """
        nobody_queues = self.queue.first is None
        if nobody_queues and self.observers.first is None and self.hall.crowd.has_room(now_s):
            return self.hall.join(look, place, now_s)
        if accepts >= Standing.OBSERVER and nobody_queues and self.hall.crowd.has_observer_place:
            return self.hall.observe(place, now_s)
        if accepts >= Standing.QUEUED and len(self.queue) < self.definition.queue_max:
            return NO_SLOT
        raise ConnectionRefused("hall_full")

    def let_in(self, now_s: float) -> list[Visitor]:
        """Give what is free to those who waited for it longest: attach and welcome them."""
        crowd = self.hall.crowd
        let_in = []
        while (visitor := self.observers.first or self.queue.first) and crowd.has_room(now_s):
            place = self._viewpoint(visitor)
            self._give_up_place(visitor, now_s)
            visitor.slot = self.hall.join(visitor.look, place, now_s)
            let_in.append(visitor)
        while (visitor := self.queue.first) and crowd.has_observer_place:
            place = self._viewpoint(visitor)
            self._give_up_place(visitor, now_s)
            visitor.slot = self.hall.observe(place, now_s)
            let_in.append(visitor)
        return let_in

    def tell_waiting(self) -> None:
        """Everybody in the lines their place, where it has changed."""
        for line in (self.observers, self.queue):
            for place, visitor in line.places():
                self._tell_wait(visitor, Queued(self.definition.id, place, len(line)))

    def tell_place(self, visitor: Visitor) -> None:
        """Somebody in a line their place."""
        line = self.queue if visitor.standing is Standing.QUEUED else self.observers
        self._tell_wait(visitor, Queued(self.definition.id, line.place_of(visitor), len(line)))

    def _tell_wait(self, visitor: Visitor, wait: Queued) -> None:
        if visitor.connection is not None and visitor.told_wait != wait:
            visitor.told_wait = wait
            visitor.connection.send(wait)

    def attach(self, visitor: Visitor, connection: Connection) -> None:
        """The visitor watches, or waits, through this connection now."""
        visitor.connection = connection
        visitor.told_wait = None
        if visitor.standing is Standing.QUEUED:
            self.queue.join(visitor)
            connection.wait()
            return
        if visitor.standing is Standing.OBSERVER:
            self.observers.join(visitor)
        if self._visitors[visitor.slot] is not visitor:
            self._visitors[visitor.slot] = visitor
            self.visits.enter(visitor.slot, visitor.number, counts=visitor.badge != "bot")
        self.outgoing.attach(visitor.slot, connection)

    def detach(self, visitor: Visitor) -> None:
        """The visitor's connection is gone; the avatar stays."""
        visitor.connection = None
        if visitor.standing is not Standing.QUEUED:
            self.outgoing.detach(visitor.slot)

    def dismiss(self, visitor: Visitor, now_s: float) -> None:
        """The avatar goes, or whoever watched or waited."""
        if visitor.seat is not None:
            self.stand_up(visitor, now_s)
        self.detach(visitor)
        self._give_up_place(visitor, now_s)

    def _give_up_place(self, visitor: Visitor, now_s: float) -> None:
        """The slot and the place in line."""
        self.observers.leave(visitor)
        self.queue.leave(visitor)
        if visitor.standing is not Standing.QUEUED:
            self.outgoing.detach(visitor.slot)
            self._visitors[visitor.slot] = None
            self.hall.leave(visitor.slot, now_s)

    def _viewpoint(self, visitor: Visitor) -> Placement:
        """Where somebody who is let in will be: observers stay, others come back, or where they wanted to."""
        if visitor.standing is Standing.OBSERVER:
            return self.hall.place_of(visitor.slot)
        back = None if visitor.back is None else self.place_back(visitor.back)
        return self.place_or_default(visitor.at) if back is None else back

    def place_or_default(self, name: str | None) -> Placement:
        """As `place_named`, and the default for an unknown name."""
        place = self.place_named(name) or self.place_named(None)
        assert place is not None
        return place

    def place_named(self, name: str | None) -> Placement | None:
        """Where `at` means, a little beside it; None for an unknown name."""
        if name is None:
            return self.beside(next(iter(self.definition.spawns.values())))
        for table in (self.definition.spawns, self.definition.places, self.definition.seats):
            if name in table:
                return self.beside(table[name])
        booth = self._published_booth(name)
        return None if booth is None else self.beside(booth.place)

    def beside(self, place: Placement) -> Placement:
        """A free-looking spot on the floor near `place`, looking the same way."""
        for _ in range(_SPREAD_TRIES):
            angle, radius = self._rng.uniform(0, math.tau), SPREAD_M * math.sqrt(self._rng.random())
            x, z = place.x + radius * math.cos(angle), place.z + radius * math.sin(angle)
            height = self.hall.floor.height_at(x, z, math.nan)
            if abs(height - place.y) < 0.5:
                return Placement(x, height, z, place.yaw)
        return place._replace(y=self.hall.floor.height_at(place.x, place.z, place.y))

    def place_back(self, stood: Stood) -> Placement | None:
        """Where somebody comes back to who stood or sat there; None where nobody can stand (any more)."""
        height = self.hall.floor.height_at(stood.x, stood.z, math.nan)
        if not math.isnan(height):
            return Placement(stood.x, height, stood.z, stood.yaw)
        nearest = self.hall.floor.nearest(stood.x, stood.z, BACK_REACH_M)
        return None if nearest is None else Placement(*nearest, stood.yaw)

    # --- published booths -------------------------------------------------------------------------------

    def publish(self, published: PublishedBooths, now_s: float) -> None:
        """These are the booths now: who stands where one came to stand is put beside it."""
        self.published = published
        self.visits.set_zones([booth.zone for booth in published.booths])
        self.hall.floor.block(
            [block for booth in published.booths for block in booth.blocks],
            published.own,
            [deck for booth in published.booths for deck in booth.decks],
        )
        for slot in self.hall.without_floor().tolist():
            here = self.hall.place_of(slot)
            nearest = self.hall.floor.nearest(here.x, here.z)
            if nearest is None:
                continue
            place = Placement(*nearest, here.yaw)
            self.hall.place(slot, place, now_s)
            self.outgoing.send(slot, correct_message(place, "outside"))

    def tell_booths(self) -> None:
        """Everybody inside, to ask for the booths one after another."""
        watching_count = self.population + len(self.observers)
        spread_s = watching_count / BOOTH_ANSWERS_HZ
        self.tell_all(Booths(self.definition.id, self.published.revision, spread_s))

    def takes_cards(self, booth_id: str) -> bool:
        """Whether a card may be left there."""
        return any(booth.id == booth_id and booth.takes_cards for booth in self.published.booths)

    def stands(self, booth_id: str) -> bool:
        """Whether this booth is shown here now, a published one or one of the hall's own."""
        return booth_id in self.published.own_ids or self._published_booth(booth_id) is not None

    def place_of_booth(self, booth_id: str) -> Placement | None:
        """Where one comes to stand at a booth that is shown here."""
        booth = self._published_booth(booth_id)
        if booth is not None:
            return booth.place
        return self.definition.places.get(booth_id) if booth_id in self.published.own_ids else None

    def _published_booth(self, booth_id: str) -> PublishedBooth | None:
        return next((booth for booth in self.published.booths if booth.id == booth_id), None)

    # --- what visitors do -------------------------------------------------------------------------------

    def take_seat(self, visitor: Visitor, seat: str, now_s: float) -> Placement:
        """Raises SeatRefused."""
        place = self.definition.seats.get(seat)
        if place is None:
            raise SeatRefused("no_such_place")
        if self._sitters.get(seat, visitor.slot) != visitor.slot:
            raise SeatRefused("seat_taken")
        here = self.hall.place_of(visitor.slot)
        if math.dist((here.x, here.z), (place.x, place.z)) > SEAT_REACH_M:
            raise SeatRefused("seat_far")
        if visitor.seat is not None:
            del self._sitters[visitor.seat]
        self._sitters[seat] = visitor.slot
        visitor.seat = seat
        self.hall.sit(visitor.slot, place, now_s)
        return place

    def stand_up(self, visitor: Visitor, now_s: float) -> Placement:
        """Leave the seat, if any; returns where the visitor stands."""
        if visitor.seat is None:
            return self.hall.place_of(visitor.slot)
        del self._sitters[visitor.seat]
        visitor.seat = None
        return self.hall.stand(visitor.slot, now_s)

    def rename(self, visitor: Visitor, name: str, badge: Badge) -> None:
        """The visitor is called so from now on; everybody who can meet them is told."""
        visitor.name, visitor.badge = name, badge
        if visitor.standing is Standing.VISITOR:
            self.tell_all(People((visitor.person,)))

    def dress(self, visitor: Visitor, look: int) -> None:
        """The visitor looks so from now on."""
        visitor.look = look
        if visitor.standing is Standing.VISITOR:
            self.hall.set_look(visitor.slot, look)

    def visitor_of(self, visitor_id: int) -> Visitor | None:
        """Who this id is, None when gone."""
        slot = self.hall.crowd.slot_of(visitor_id)
        return None if slot is None else self._visitors[slot]

    def in_slots(self, slots: Iterable[int]) -> Iterator[Visitor]:
        """Whoever is in these."""
        return (visitor for slot in slots if (visitor := self._visitors[slot]) is not None)

    def has(self, visitor: Visitor) -> bool:
        """Whether this visitor still is in the hall, watches or waits here."""
        if visitor.standing is Standing.QUEUED:
            return visitor in self.queue
        return self._visitors[visitor.slot] is visitor

    def visitors(self) -> list[Visitor]:
        """Everybody with an avatar here."""
        crowd = self.hall.crowd
        here = (self._visitors[slot] for slot in range(crowd.slots_count) if crowd.present[slot])
        return [visitor for visitor in here if visitor is not None]

    def restrain(self, visitor: Visitor, restrictions: Restrictions, now_s: float) -> None:
        """What the hall itself has to know of a visitor's restrictions."""
        if visitor.standing is Standing.QUEUED:
            return
        self.hall.freeze(visitor.slot, restrictions.frozen, now_s)
        if visitor.standing is Standing.VISITOR:
            self.hall.hide(visitor.slot, restrictions.hidden, now_s)
            self.mark(visitor)

    def mark(self, visitor: Visitor) -> None:
        """The visitor's dot on operators' maps, as it is now."""
        if visitor.standing is Standing.VISITOR:
            self.hall.crowd.marks[visitor.slot] = visitor.dot_marks

    def set_capacity(self, capacity: int | None) -> None:
        """At most so many visitors from now on; who is here stays. None: as the hall is made."""
        most = self.definition.capacity
        self.hall.crowd.capacity = most if capacity is None else min(capacity, most)

    def tell_near(self, visitor: Visitor, message: ServerMessage) -> None:
        """To everybody within hearing, the visitor and observers included; nobody hears who is hidden."""
        frame = server_frame(encode(message))
        hidden = visitor.restrictions.hidden
        slots = [visitor.slot] if hidden else self.hall.near(visitor.slot, CHAT_RANGE_M).tolist()
        self.outgoing.send_frame(frame, slots)

    def tell_said(self, visitor: Visitor, said: Said) -> None:
        """To those near, or from the stage to everybody; who is hidden is heard by nobody there either."""
        if said.stage and not visitor.restrictions.hidden:
            self.tell_all(said)
        else:
            self.tell_near(visitor, said)

    def tell_all(self, message: ServerMessage) -> None:
        """To everybody in the hall, observers included."""
        self.outgoing.send_frame(server_frame(encode(message)))

    def welcome(self, visitor: Visitor, place: Placement, token: str, *, resumed: bool) -> Welcome:
        """What somebody who is here now, at `place`, has to know of the hall."""
        hall, grid = self.hall, self.hall.grid
        return Welcome(
            id=visitor.id,
            hall=self.definition.id,
            token=token,
            resumed=resumed,
            name=visitor.name,
            look=visitor.look,
            x=place.x,
            y=place.y,
            z=place.z,
            yaw=place.yaw,
            tick=hall.tick_number,
            tick_hz=TICK_HZ,
            cell_m=grid.cell_m,
            origin_x=grid.origin_x,
            origin_z=grid.origin_z,
            floor_y=hall.floor.lowest_y,
            near_ring=NEAR_RING,
            mid_ring=MID_RING,
            slots=hall.crowd.slots_count,
            capacity=hall.crowd.capacity,
            population=self.population,
            observer=visitor.standing is Standing.OBSERVER,
            booths=self.published.revision,
        )

    # --- the tick ---------------------------------------------------------------------------------------

    def tick(self, now_s: float, traffic: Traffic) -> None:
        """Move the hall and write to everybody in it."""
        self.outgoing.owe_full(now_s)
        advance = self.hall.advance(now_s)
        for correction in advance.corrections:
            self.outgoing.send(correction.slot, correct_message(correction.place, correction.reason))
        tick = self.hall.tick_number
        self._bus.publish(CellNews(self.definition.id, WHOLE_HALL, NODE, self._epoch, tick, advance.encoded))
        for news in self._newest.values():
            self.outgoing.deliver(self.hall.compose(news.encoded), now_s, traffic)
        self._newest.clear()

    def _hear(self, news: CellNews) -> None:
        """What the bus brings: the newest of each region is kept until everybody is written to."""
        self._newest[news.node, news.region] = news


class SeatRefused(Exception):
    """Not that seat, not now; `notice` says why."""

    def __init__(self, notice: str) -> None:
        super().__init__(notice)
        self.notice = notice


def correct_message(place: Placement, reason: str) -> Correct:
    """The message that puts a visitor somewhere."""
    reasons: dict[str, CorrectReason] = {
        "outside": "outside",
        "too_fast": "too_fast",
        "not_finite": "not_finite",
        "moved": "moved",
        "sent": "sent",
        "frozen": "frozen",
    }
    return Correct(place.x, place.y, place.z, place.yaw, reasons[reason])
