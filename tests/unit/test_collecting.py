"""Full collections look only at what is new, and after many ends at everything once."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from yuanzhan.collecting import ENDED_MAX_COUNT, Collecting


@dataclass
class House:
    """How many connections have ended."""

    ended_count: int = 0


class Knot:
    """Holds itself."""

    def __init__(self) -> None:
        self.itself = self


@pytest.fixture
def house() -> Iterator[House]:
    house = House()
    collecting = Collecting(lambda: house.ended_count)
    collecting.start()
    yield house
    collecting.stop()


def test_what_outlived_a_collection_is_set_aside(house: House) -> None:
    kept = [Knot() for _ in range(1000)]
    before = gc.get_freeze_count()
    gc.collect()
    assert gc.get_freeze_count() >= before + len(kept)


def test_what_dies_young_is_collected(house: House) -> None:
    dead = weakref.ref(Knot())
    gc.collect()
    assert dead() is None


def test_what_died_aside_is_collected_when_enough_has_ended(house: House) -> None:
    knot = Knot()
    gc.collect()
    dead = weakref.ref(knot)
    del knot
    gc.collect()
    assert dead() is not None, "set aside"
    house.ended_count = ENDED_MAX_COUNT
    gc.collect()
    gc.collect()
    assert dead() is None
    assert gc.get_freeze_count() > 0, "and set aside again"


def test_stopped_all_is_as_it_was() -> None:
    thresholds = gc.get_threshold()
    collecting = Collecting(lambda: 0)
    collecting.start()
    collecting.stop()
    assert gc.get_threshold() == thresholds
    assert gc.get_freeze_count() == 0
