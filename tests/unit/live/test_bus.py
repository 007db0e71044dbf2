"""The contract of the bus. A second driver adds itself to `DRIVERS`."""

from __future__ import annotations

import pickle
from collections.abc import Callable

import pytest

from tests.support.floors import flat_floor
from yuanzhan.hall.hall import Hall, Placement
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


def test_an_older_tick_of_a_region_is_not_heard_after_a_newer_one(bus: Bus) -> None:
    heard: list[tuple[int, int, int]] = []
    bus.subscribe("a", lambda item: heard.append((item.region, item.epoch, item.tick)))
    for tick in (1, 5, 3, 5, 6):
        bus.publish(news("a", tick))
    bus.publish(news("a", 2, region=1))
    bus.publish(news("a", 1, epoch=2))
    bus.publish(news("a", 7, epoch=1))
    assert heard == [(0, 1, 1), (0, 1, 5), (0, 1, 6), (1, 1, 2), (0, 2, 1)]


def test_an_encoded_tick_is_the_same_after_a_journey_and_stays_so() -> None:
    hall = Hall(4, flat_floor())
    slot = hall.join(5, Placement(1.0, 0.0, 1.0, 0.0), 0.0)
    encoded = hall.advance(0.1).encoded
    cell = int(hall.crowd.cell[slot])
    arrived = pickle.loads(pickle.dumps(encoded))
    frames = encoded.frame(cell), encoded.full_frame(cell)
    hall.leave(slot, 0.2)
    hall.advance(0.2)
    assert (arrived.frame(cell), arrived.full_frame(cell)) == frames


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
