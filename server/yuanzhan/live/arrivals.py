"""Those who come to the halls: they come in, come back, wait, go from one to another, and go.

    arrivals.hello(connection, hello)       # raises ConnectionRefused
    arrivals.move(visitor, room, at, now_s)
    arrivals.lost(connection, for_good=...)
    arrivals.dismiss(visitor, now_s)

Who lost their line is away for a moment: their avatar stays where it is for `RESUME_GRACE_S`.
"""

from __future__ import annotations

import random
from collections import deque
from collections.abc import Callable, Mapping

from yuanzhan.errors.connections import ConnectionRefused
from yuanzhan.hall.hall import Placement
from yuanzhan.live.allowances import SpentAllowances
from yuanzhan.live.connection import Connection
from yuanzhan.live.joins import Joins
from yuanzhan.live.naming import Naming
from yuanzhan.live.needs import check_need
from yuanzhan.live.outreach import Outreach
from yuanzhan.live.places import place_for
from yuanzhan.live.rights import badge_of
from yuanzhan.live.room import Room
from yuanzhan.live.rounds import head_counts
from yuanzhan.live.stages import Stages
from yuanzhan.live.stewards import Stewards
from yuanzhan.live.tokens import Claim, TokenSigner
from yuanzhan.live.visitor import Standing, Visitor
from yuanzhan.moderation.callers import Caller
from yuanzhan.protocol.limits import RESUME_GRACE_S, TOKEN_RENEW_S
from yuanzhan.protocol.look import unpack_look
from yuanzhan.protocol.messages.joining import FreshToken, Hello
from yuanzhan.protocol.messages.notices import Notice
from yuanzhan.protocol.messages.people import Population
from yuanzhan.protocol.messages.positions import Seated
from yuanzhan.protocol.names import clean_name


class Arrivals:
    """See above. `visitors` are those who are here, by the number in their tokens, which nobody else changes;
    `clock` is monotonic, `wall_clock` Unix time, both in seconds.
    """

    def __init__(
        self,
        rooms: Mapping[str, Room],
        visitors: dict[int, Visitor],
        naming: Naming,
        stewards: Stewards,
        stages: Stages,
        outreach: Outreach,
        signer: TokenSigner,
        joins: Joins,
        *,
        clock: Callable[[], float],
        wall_clock: Callable[[], float],
        rng: random.Random,
    ) -> None:
        self._rooms = rooms
        self._visitors = visitors
        self._naming = naming
        self._stewards = stewards
        self._stages = stages
        self._outreach = outreach
        self._signer = signer
        self._joins = joins
        self._clock = clock
        self._wall_clock = wall_clock
        self._rng = rng
        self._spent_allowances = SpentAllowances()
        self._issued_tokens: deque[tuple[float, Visitor]] = deque()
        self._by_connection: dict[Connection, Visitor] = {}
        self._away: dict[int, Visitor] = {}

    def visitor_of(self, connection: Connection) -> Visitor | None:
        """Who is at the other end, None for those who have not come in."""
        return self._by_connection.get(connection)

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
            self._naming.check(name, badge_of(connection.caller, is_bot=hello.bot))
        self._stewards.check(connection, marks)
        if visitor is not None and visitor.room is room:
            self._replace_connection(visitor, now_s)
            self._resume(visitor, connection, name, hello, now_s)
            return
        self._stewards.check_door(connection, room)
        if not self._joins.take(connection.address, now_s):
            raise ConnectionRefused("too_many", detail="joins of one address")
        place, found = self._place(connection.caller, room, hello.at)
        stood = hello.stood if claim.hall == hello.hall else None
        if stood is not None:
            back = room.place_back(stood)
            place, found = (place, found) if back is None else (back, True)
        # A full hall has no need of visitors made by a program.
        accepts = Standing.VISITOR if hello.bot else Standing.QUEUED
        slot = room.admit(hello.look, place, now_s, accepts)
        # Only now: whoever finds the other hall full stays where they are.
        if visitor is not None:
            self._replace_connection(visitor, now_s)
            self.dismiss(visitor, now_s)
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
            back=stood,
            marks=marks,
        )
        self._visitors[number] = visitor
        self._by_connection[connection] = visitor
        self._welcome(visitor, connection, now_s, resumed=False)
        if not found:
            connection.send(Notice("no_such_place", {"at": hello.at or ""}))

    def lost(self, connection: Connection, *, for_good: bool) -> None:
        """A connection ended."""
        visitor = self._by_connection.pop(connection, None)
        if visitor is None or visitor.connection is not connection:
            return
        now_s = self._clock()
        self._spent_allowances.give_back(connection.address, visitor.allowances, now_s)
        if for_good:
            self.dismiss(visitor, now_s)
            return
        visitor.room.detach(visitor)
        if visitor.badge not in ("", "bot"):
            # Nobody on duty is behind it now, and their rights may end unseen; who comes back gets it again.
            visitor.room.rename(visitor, visitor.name, "")
        visitor.away_since_s = now_s
        self._away[visitor.number] = visitor

    def move(self, visitor: Visitor, room: Room, at: str | None, now_s: float) -> bool:
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
        visitor.room, visitor.slot, visitor.at, visitor.back = room, slot, at, None
        self._welcome(visitor, connection, now_s, resumed=False)
        return found

    def dismiss(self, visitor: Visitor, now_s: float) -> None:
        """Somebody is here no more."""
        self._away.pop(visitor.number, None)
        self._visitors.pop(visitor.number, None)
        self._outreach.leave(visitor)
        visitor.room.dismiss(visitor, now_s)

    def tick(self, now_s: float) -> None:
        """Who is let in by now, and who does not come back."""
        self._renew_tokens(now_s)
        self._dismiss_absent(now_s)
        # Nobody's address is remembered for longer than it counts, where nobody else comes as well.
        self._joins.forget_rested(now_s)
        self._spent_allowances.forget_full(now_s)

    def let_in(self, now_s: float) -> None:
        """Give those who wait what is free."""
        for room in self._rooms.values():
            if room.door != "open":
                continue
            for visitor in room.let_in(now_s):
                assert visitor.connection is not None
                self._welcome(visitor, visitor.connection, now_s, resumed=False)

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
        connection.send(Population(room.population, head_counts(self._rooms)))
        if visitor.seat is not None:
            connection.send(Seated(visitor.seat, *place))
        self._stewards.settle(visitor, now_s)
        self._stages.settle(visitor, is_new=not resumed)

    def _issue_token(self, visitor: Visitor, now_s: float) -> str:
        visitor.token_issued_s = now_s
        self._issued_tokens.append((now_s, visitor))
        return self._signer.issue(Claim(visitor.number, visitor.room.definition.id), self._wall_clock())

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
            self.dismiss(visitor, now_s)
