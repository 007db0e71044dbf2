"""Who is let in, watches and waits, whatever comes in which order: the house against three lists."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.floors import flat_hall
from tests.support.hall_world import payload_of
from yuanzhan.errors.connections import ConnectionRefused
from yuanzhan.live.connection import Connection
from yuanzhan.live.house import House
from yuanzhan.live.rounds import WAIT_PERIOD_S
from yuanzhan.moderation.callers import Caller
from yuanzhan.protocol.codec import decode_server
from yuanzhan.protocol.kinds import Kind
from yuanzhan.protocol.limits import RESUME_GRACE_S
from yuanzhan.protocol.messages.joining import FreshToken, Hello, Queued, Welcome

VISITORS, OBSERVERS, QUEUE = 2, 2, 3

choices = st.integers(0, 1_000)
steps = st.one_of(
    st.just(("enter", 0)),
    st.tuples(st.sampled_from(["leave", "drop", "return", "elsewhere"]), choices),
    st.tuples(st.sampled_from(["tick", "tick", "grace"]), st.just(0)),
)


class Wire:
    """A transport that keeps what the server says."""

    def __init__(self, hear: Callable[[bytes], None]) -> None:
        self._hear = hear

    def write(self, data: bytes) -> None:
        self._hear(data)

    def __getattr__(self, name: str) -> Callable[..., Any]:
        return lambda *arguments, **options: 0


@dataclass(eq=False)
class Person:
    """One of those who come: what the server told them, and whether they are on the line."""

    name: str
    connection: Connection | None = None
    token: str | None = None
    welcome: Welcome | None = None
    queued: Queued | None = None
    away_since_s: float = 0.0

    def hear(self, data: bytes) -> None:
        payload = payload_of(data)
        message = decode_server(payload) if payload[0] == Kind.CONTROL else None
        if isinstance(message, Welcome):
            self.welcome, self.queued, self.token = message, None, message.token
        elif isinstance(message, Queued):
            self.queued = message
        elif isinstance(message, FreshToken):
            self.token = message.token


@dataclass
class Street:
    """The house, and what should be so: who stands where, in the order of coming."""

    now_s: float = 1000.0
    visitors: list[Person] = field(default_factory=list)
    observers: list[Person] = field(default_factory=list)
    queue: list[Person] = field(default_factory=list)
    count: int = 0

    def __post_init__(self) -> None:
        hall = flat_hall("hall", VISITORS, observers_max=OBSERVERS, queue_max=QUEUE)
        self.house = House([hall, flat_hall("other")], b"s" * 32, clock=lambda: self.now_s)

    def everybody(self) -> list[Person]:
        return self.visitors + self.observers + self.queue

    def do(self, kind: str, choice: int) -> None:
        if kind == "enter":
            self.enter()
        elif kind == "tick":
            self.tick(WAIT_PERIOD_S)
        elif kind == "grace":
            self.tick(RESUME_GRACE_S + 1)
        elif everybody := self.everybody():
            getattr(self, {"return": "come_back"}.get(kind, kind))(everybody[choice % len(everybody)])

    def enter(self) -> None:
        self.count += 1
        person = Person(f"visitor {self.count}")
        line = self.line_for_newcomer()
        if line is None:
            with pytest.raises(ConnectionRefused, match="hall_full"):
                self.hello(person)
            return
        self.hello(person)
        line.append(person)

    def line_for_newcomer(self) -> list[Person] | None:
        if len(self.visitors) < VISITORS and not first_of(self.observers + self.queue):
            return self.visitors
        if len(self.observers) < OBSERVERS and not first_of(self.queue):
            return self.observers
        return self.queue if len(self.queue) < QUEUE else None

    def hello(self, person: Person, hall: str = "hall") -> None:
        connection = self.house.open_connection(
            cast(Any, Wire(person.hear)), Caller("127.0.0.1"), lambda: None
        )
        # Not looked after: whether a peer still breathes is another matter.
        self.house.ended(connection)
        self.house.hello(connection, Hello(hall, person.name, 0, "en", token=person.token))
        person.connection = connection

    def leave(self, person: Person) -> None:
        if person.connection is not None:
            self.house.lost(person.connection, for_good=True)
            self.forget(person)

    def drop(self, person: Person) -> None:
        if person.connection is not None:
            self.house.lost(person.connection, for_good=False)
            person.connection, person.away_since_s = None, self.now_s

    def come_back(self, person: Person) -> None:
        if person.connection is None:
            self.hello(person)

    def elsewhere(self, person: Person) -> None:
        if person.connection is None:
            self.hello(person, "other")
            self.forget(person)

    def forget(self, person: Person) -> None:
        for line in (self.visitors, self.observers, self.queue):
            if person in line:
                line.remove(person)

    def tick(self, elapsed_s: float) -> None:
        self.now_s += elapsed_s
        self.house.tick()
        self.let_in()
        for person in self.everybody():
            if person.connection is None and self.now_s - person.away_since_s > RESUME_GRACE_S:
                self.forget(person)

    def let_in(self) -> None:
        while len(self.visitors) < VISITORS and (person := first_of(self.observers + self.queue)):
            self.forget(person)
            self.visitors.append(person)
        while len(self.observers) < OBSERVERS and (person := first_of(self.queue)):
            self.forget(person)
            self.observers.append(person)

    def check(self) -> None:
        assert self.house.head_counts()["hall"] == len(self.visitors)
        assert self.house.observer_counts()["hall"] == len(self.observers)
        assert self.house.queue_counts()["hall"] == len(self.queue)
        for person in self.visitors:
            assert person.welcome is not None
            assert not person.welcome.observer
        for person in self.observers:
            assert person.welcome is not None
            assert person.welcome.observer
        for person in self.queue:
            assert person.welcome is None
        slots = [person.welcome.id for person in self.visitors if person.welcome]
        assert len(set(slots)) == len(slots)

    def check_places(self) -> None:
        """After so long everybody who waits has been told their place."""
        self.tick(WAIT_PERIOD_S)
        self.tick(WAIT_PERIOD_S)
        for line in (self.observers, self.queue):
            for place, person in enumerate(line, 1):
                if person.connection is not None:
                    assert person.queued == Queued("hall", place, len(line))


def first_of(line: list[Person]) -> Person | None:
    return next((person for person in line if person.connection is not None), None)


@given(st.lists(steps, max_size=60))
@settings(max_examples=150, deadline=None)
def test_the_house_lets_in_whom_three_lists_let_in(script: list[tuple[str, int]]) -> None:
    street = Street()
    for kind, choice in script:
        street.do(kind, choice)
        street.check()
    street.check_places()
    street.check()
