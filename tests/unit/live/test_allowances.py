"""What one visitor may do how often: leaving does not refill it, and neighbours do not share it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

import pytest

from tests.support.floors import flat_hall
from yuanzhan.live.allowances import CHAT_BURST, FULL_AFTER_S, GO_BURST, PROFILE_BURST, SpentAllowances
from yuanzhan.live.connection import Connection
from yuanzhan.live.house import House
from yuanzhan.live.visitor import Visitor
from yuanzhan.moderation.callers import Caller
from yuanzhan.protocol.messages.directions import ClientMessage
from yuanzhan.protocol.messages.joining import Go, Hello, Profile
from yuanzhan.protocol.messages.people import Chat
from yuanzhan.protocol.session import Allowance

SCHOOL = "203.0.113.7"
ELSEWHERE = "198.51.100.1"


class Nowhere:
    """A transport that takes everything."""

    def __getattr__(self, name: str) -> Callable[..., Any]:
        return lambda *arguments, **options: 0


class Clock:
    """Stands still until it is told."""

    now_s = 0.0

    def __call__(self) -> float:
        return self.now_s


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def house(clock: Clock) -> House:
    return House([flat_hall(), flat_hall("other")], b"s" * 32, clock=clock)


def comes(house: House, address: str = SCHOOL, token: str | None = None, hall: str = "hall") -> Connection:
    connection = house.open_connection(cast(Any, Nowhere()), Caller(address), lambda: None)
    house.hello(connection, Hello(hall, "a", 0, "en", token=token))
    return connection


def visitor_of(house: House, connection: Connection) -> Visitor:
    return house._arrivals._by_connection[connection]


def count(allowance: Allowance, now_s: float = 0.0) -> int:
    """How many there are; spends them."""
    return next(spent for spent in range(100) if not allowance.take(1.0, now_s))


def spend(house: House, connection: Connection) -> None:
    """Everything, by the messages that a client would send."""
    spending: list[tuple[float, Callable[[int], ClientMessage]]] = [
        (CHAT_BURST, lambda _: Chat("again")),
        (GO_BURST, lambda step: Go("hall" if step % 2 else "other")),
        (PROFILE_BURST, lambda step: Profile("a", 4 * (step % 2))),
    ]
    for burst, message in spending:
        for step in range(int(burst)):
            house.message(connection, message(step))


def says_bye(house: House, connection: Connection) -> str | None:
    house.lost(connection, for_good=True)
    return None


def drops_the_line(house: House, connection: Connection) -> str | None:
    house.lost(connection, for_good=False)
    return None


def drops_the_line_and_resumes(house: House, connection: Connection) -> str | None:
    token = house._arrivals._issue_token(visitor_of(house, connection), 0.0)
    house.lost(connection, for_good=False)
    return token


def replaces_the_connection(house: House, connection: Connection) -> str | None:
    return house._arrivals._issue_token(visitor_of(house, connection), 0.0)


@pytest.mark.parametrize("hall", ["hall", "other"])
@pytest.mark.parametrize(
    "leave", [says_bye, drops_the_line, drops_the_line_and_resumes, replaces_the_connection]
)
async def test_leaving_and_coming_again_refills_nothing(
    house: House, leave: Callable[[House, Connection], str | None], hall: str
) -> None:
    connection = comes(house)
    spend(house, connection)
    again = comes(house, token=leave(house, connection), hall=hall)
    allowances = visitor_of(house, again).allowances
    assert [count(each) for each in (allowances.chat, allowances.go, allowances.profile)] == [0, 0, 0]


async def test_neighbours_behind_one_address_have_an_allowance_each(house: House) -> None:
    class_of_thirty = [comes(house) for _ in range(30)]
    for pupil in class_of_thirty:
        assert count(visitor_of(house, pupil).allowances.chat) == CHAT_BURST


async def test_what_was_spent_comes_back_at_its_rate_for_whoever_takes_it_up(
    house: House, clock: Clock
) -> None:
    connection = comes(house)
    spend(house, connection)
    house.lost(connection, for_good=True)
    clock.now_s = 3.0
    assert count(visitor_of(house, comes(house)).allowances.chat, 3.0) == 3


async def test_another_address_has_nothing_to_do_with_it(house: House) -> None:
    connection = comes(house)
    spend(house, connection)
    house.lost(connection, for_good=True)
    assert count(visitor_of(house, comes(house, ELSEWHERE)).allowances.chat) == CHAT_BURST


def test_one_address_has_as_many_as_were_there_at_once_however_they_come_and_go() -> None:
    spent = SpentAllowances()
    total = 0
    for _ in range(50):
        inside = [spent.take(SCHOOL, 0.0) for _ in range(3)]
        for allowances in inside:
            total += count(allowances.chat)
            spent.give_back(SCHOOL, allowances, 0.0)
    assert total == 3 * CHAT_BURST


def test_addresses_whose_allowances_are_full_again_are_forgotten() -> None:
    spent = SpentAllowances()
    for number in range(500):
        address = f"198.51.100.{number}"
        spent.give_back(address, spent.take(address, 0.0), number / 1000)
    assert len(spent) == 500
    spent.take(SCHOOL, FULL_AFTER_S + 0.2505)
    assert len(spent) == 249
    spent.take(SCHOOL, FULL_AFTER_S + 1.0)
    assert len(spent) == 0


def test_an_address_in_use_does_not_keep_what_is_long_full() -> None:
    spent = SpentAllowances()
    crowd = [spent.take(SCHOOL, 0.0) for _ in range(100)]
    for allowances in crowd:
        spent.give_back(SCHOOL, allowances, 0.0)
    spent.give_back(SCHOOL, spent.take(ELSEWHERE, FULL_AFTER_S), FULL_AFTER_S)
    taken = spent.take(SCHOOL, FULL_AFTER_S + 1.0)
    assert taken not in crowd
    assert spent.take(SCHOOL, FULL_AFTER_S + 1.0) not in crowd
    assert len(spent) == 0


async def test_an_address_is_forgotten_once_it_counts_no_more_though_nobody_comes(
    house: House, clock: Clock
) -> None:
    house.lost(comes(house), for_good=True)
    assert (len(house._arrivals._spent_allowances), len(house._arrivals._joins)) == (1, 1)
    clock.now_s = FULL_AFTER_S + 0.1
    house.tick()
    assert (len(house._arrivals._spent_allowances), len(house._arrivals._joins)) == (0, 0)
