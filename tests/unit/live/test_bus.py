"""The contract of the bus. A second driver adds itself to `DRIVERS`."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.support.floors import flat_floor
from yuanzhan.hall.hall import Hall
from yuanzhan.live.bus import Bus, CellNews, LocalBus

DRIVERS: list[Callable[[], Bus]] = [LocalBus]
ENCODED = Hall(4, flat_floor()).advance(0.0).encoded


def news(hall: str, tick: int, region: int = 0, epoch: int = 1) -> CellNews:
    return CellNews(hall, region, "node", epoch, tick, ENCODED)


@pytest.fixture(params=DRIVERS, ids=lambda driver: driver.__name__)
def bus(request: pytest.FixtureRequest) -> Bus:
    made: Bus = request.param()
    return made


def test_a_subscriber_hears_its_hall_and_no_other(bus: Bus) -> None:
    heard: list[CellNews] = []
    bus.subscribe("a", heard.append)
    bus.publish(news("a", 1))
    bus.publish(news("b", 1))
    bus.publish(news("a", 2, region=3))
    assert [(item.hall, item.region, item.tick) for item in heard] == [("a", 0, 1), ("a", 3, 2)]


def test_nothing_is_heard_from_before_and_after_the_subscription(bus: Bus) -> None:
    heard: list[int] = []
    bus.publish(news("a", 1))
    unsubscribe = bus.subscribe("a", lambda item: heard.append(item.tick))
    bus.publish(news("a", 2))
    unsubscribe()
    unsubscribe()
    bus.publish(news("a", 3))
    assert heard == [2]


def test_ticks_of_a_region_come_in_order(bus: Bus) -> None:
    heard: list[int] = []
    bus.subscribe("a", lambda item: heard.append(item.tick))
    for tick in range(100):
        bus.publish(news("a", tick))
    assert heard == sorted(heard)


def test_one_that_fails_does_not_keep_the_others_from_hearing(bus: Bus) -> None:
    heard: list[int] = []

    def fail(item: CellNews) -> None:
        raise RuntimeError("a receiver with a fault")

    bus.subscribe("a", fail)
    bus.subscribe("a", lambda item: heard.append(item.tick))
    bus.publish(news("a", 1))
    assert heard == [1]


def test_one_that_unsubscribes_while_it_hears_does_not_disturb_the_others(bus: Bus) -> None:
    heard: list[str] = []

    def hear_once(item: CellNews) -> None:
        heard.append("first")
        unsubscribe()

    unsubscribe = bus.subscribe("a", hear_once)
    bus.subscribe("a", lambda item: heard.append("second"))
    bus.publish(news("a", 1))
    bus.publish(news("a", 2))
    assert heard == ["first", "second", "second"]
