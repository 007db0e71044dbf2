"""How often one address may enter: enough for a venue, too little to use up a hall's slots."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

import pytest

from tests.support.floors import flat_hall
from yuanzhan.errors.connections import ConnectionRefused
from yuanzhan.hall.crowd import REST_S, slots_for
from yuanzhan.live.connection import Connection
from yuanzhan.live.house import House
from yuanzhan.live.joins import JOINS_PER_MINUTE, Joins
from yuanzhan.moderation.callers import Caller
from yuanzhan.protocol.messages.joining import Hello

PHONE = "203.0.113.7"
HELLO = Hello("hall", "a", 0, "en")


class Nowhere:
    """A transport that takes everything."""

    def __getattr__(self, name: str) -> Callable[..., Any]:
        return lambda *arguments, **options: 0


def visitors(house: House, address: str) -> Connection:
    return house.open_connection(cast(Any, Nowhere()), Caller(address), lambda: None)


def enters_and_leaves(house: House) -> bool:
    """One visitor of one address is in and out again; False when refused."""
    connection = visitors(house, PHONE)
    try:
        house.hello(connection, HELLO)
    except ConnectionRefused as refusal:
        return refusal.close_code != 4429
    house.lost(connection, for_good=True)
    return True


def test_one_address_enters_so_often_at_once_and_then_at_its_rate() -> None:
    joins = Joins(per_minute=600)
    assert sum(joins.take(PHONE, 0.0) for _ in range(100)) == 50
    assert sum(joins.take(PHONE, 1.0) for _ in range(100)) == 10


def test_one_address_does_not_spend_what_another_has() -> None:
    joins = Joins(per_minute=1)
    assert joins.take(PHONE, 0.0)
    assert not joins.take(PHONE, 0.0)
    assert joins.take("2001:db8::/64", 0.0)


@pytest.mark.parametrize("address", ["127.0.0.1", "127.0.0.2", "::1", "::/64"])
def test_this_machine_enters_as_often_as_it_likes(address: str) -> None:
    joins = Joins(per_minute=1)
    assert all(joins.take(address, 0.0) for _ in range(10_000))


def test_addresses_that_rested_are_forgotten() -> None:
    joins = Joins()
    for number in range(500):
        joins.take(f"198.51.100.{number}", number / 1000)
    assert len(joins) == 500
    joins.take(PHONE, 60.0)
    assert len(joins) == 1


async def test_one_address_that_comes_and_goes_leaves_slots_for_others() -> None:
    house = House([flat_hall(capacity=2000)], b"s" * 32, clock=lambda: 0.0)
    slots_in_use = 0
    while enters_and_leaves(house):
        slots_in_use += 1
    assert slots_in_use + JOINS_PER_MINUTE / 60 * REST_S < slots_for(2000) - 2000
    house.hello(visitors(house, "198.51.100.1"), HELLO)
    assert house.head_counts() == {"hall": 1}


async def test_the_house_takes_the_limit_that_was_set() -> None:
    house = House([flat_hall()], b"s" * 32, clock=lambda: 0.0, joins=Joins(per_minute=1))
    house.hello(visitors(house, PHONE), HELLO)
    with pytest.raises(ConnectionRefused, match="joins of one address"):
        house.hello(visitors(house, PHONE), HELLO)
