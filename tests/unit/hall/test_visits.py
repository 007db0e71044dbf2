"""Visits counted by the hall, against one visitor at a time in plain Python."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from yuanzhan.hall.crowd import Crowd
from yuanzhan.hall.floor import Block
from yuanzhan.hall.sketch import estimate
from yuanzhan.hall.visits import AROUND_M, HEAT_CELL_M, VISIT_AFTER_S, BoothCount, Visits, Zone

TEA = Zone("tea", Block(0, 0, 0, 4, 3), frozenset({"about", "pot"}))
SILK = Zone("silk", Block(5, 1, math.pi / 3, 4, 2))
FAR = Zone("far", Block(-40, -40, 0, 1, 1))


class World:
    """A crowd without a hall, whose people stand where they are put."""

    def __init__(self, *zones: Zone, slots_count: int = 40) -> None:
        self.crowd = Crowd(slots_count)
        self.visits = Visits(self.crowd.size)
        self.visits.set_zones(zones)
        self.now_s = 50.0

    def enter(self, x: float, z: float, number: int = 7 << 32 | 1, *, counts: bool = True) -> int:
        slot = self.crowd.add(0, self.now_s)
        self.crowd.watching[slot] = True
        self.visits.enter(slot, number, counts=counts)
        self.place(slot, x, z)
        return slot

    def place(self, slot: int, x: float, z: float) -> None:
        self.crowd.x[slot], self.crowd.z[slot] = x, z

    def count(self, times: int = 1, elapsed_s: float = 1.0) -> None:
        for _ in range(times):
            self.now_s += elapsed_s
            self.visits.count(self.crowd, self.now_s, elapsed_s)

    def take(self) -> dict[str, BoothCount]:
        return {count.booth: count for count in self.visits.take()}


def test_who_stays_visits_once_and_dwells_from_when_they_came() -> None:
    world = World(TEA)
    world.enter(0, -2.5)
    world.count(10)
    count = world.take()["tea"]
    # The first second tells that somebody is there; nine more are known to have been spent there.
    assert (count.visits, count.dwell_s, estimate(count.sketch)) == (1, 9.0, 1)
    assert count.heat_s.sum() == 10.0


def test_who_walks_by_is_warm_and_nothing_else() -> None:
    world = World(TEA)
    slot = world.enter(-3.9, -3)
    for x in (-1.9, 0.1, 2.1, 9.0):
        world.count(elapsed_s=1.0)
        world.place(slot, x, -3)
    world.count(5)
    count = world.take()["tea"]
    assert (count.visits, count.dwell_s) == (0, 0.0)
    assert count.heat_s.sum() == 4.0


def test_who_comes_again_visits_twice_and_is_one_visitor() -> None:
    world = World(TEA)
    slot = world.enter(0, -2.5)
    world.count(8)
    world.place(slot, 30, 30)
    world.count(2)
    world.place(slot, 0, -2.5)
    world.count(8)
    count = world.take()["tea"]
    assert (count.visits, estimate(count.sketch)) == (2, 1)


def test_bots_and_who_lost_the_line_do_not_count() -> None:
    world = World(TEA)
    world.enter(0, -2, counts=False)
    away = world.enter(1, -2)
    world.crowd.watching[away] = False
    world.count(10)
    assert world.take() == {}


def test_the_next_in_a_slot_is_somebody_else() -> None:
    world = World(TEA)
    slot = world.enter(0, -2)
    world.count(5)
    world.visits.enter(slot, 99 << 40 | 5, counts=True)
    world.count(5)
    assert world.take()["tea"].visits == 0
    world.count(2)
    assert world.take()["tea"].visits == 1


def test_the_heat_map_is_of_the_slot_with_its_front_first() -> None:
    """A booth that is turned by a quarter: its front, -Z of the slot, looks along -X of the hall."""
    zone = Zone("turned", Block(10, 5, math.pi / 2, 4, 3))
    world = World(zone)
    world.enter(10 - 1.5 - AROUND_M + 0.1, 5)
    world.count()
    heat = world.take()["turned"].heat_s
    assert heat.shape == (zone.rows, zone.columns) == (14, 16)
    row, column = np.argwhere(heat > 0)[0]
    assert row == 0
    assert column in (7, 8)


def test_what_is_opened_counts_by_item_and_unknown_items_do_not() -> None:
    world = World(TEA, SILK)
    visitor, bot = world.enter(0, 0), world.enter(0, 0, counts=False)
    for booth, item in (("tea", "pot"), ("tea", "pot"), ("tea", "about"), ("tea", "x"), ("none", "pot")):
        world.visits.opened(visitor, booth, item)
    world.visits.opened(bot, "tea", "pot")
    assert world.take()["tea"].opened == {"pot": 2, "about": 1}
    assert world.take() == {}


def test_a_booth_that_stays_is_visited_on_and_one_that_goes_loses_nothing_counted() -> None:
    world = World(TEA, FAR)
    world.enter(0, -2.5)
    world.enter(-40, -40, number=5)
    world.count(7)
    world.visits.set_zones([SILK, TEA])
    world.count(3)
    taken = world.visits.take()
    visits = {name: sum(count.visits for count in taken if count.booth == name) for name in ("tea", "far")}
    assert visits == {"tea": 1, "far": 1}
    assert sum(count.dwell_s for count in taken if count.booth == "tea") == 9.0


def test_a_booth_that_moved_is_visited_anew() -> None:
    world = World(TEA)
    world.enter(0, -2.5)
    world.count(7)
    world.visits.set_zones([Zone("tea", Block(0.5, 0, 0, 4, 3))])
    world.count(7)
    assert sum(count.visits for count in world.visits.take()) == 2


@dataclass
class OneVisitor:
    """A visitor, counted with if and else."""

    number: int
    zone: str | None = None
    since_s: float = 0.0
    visiting: bool = False


@dataclass
class Oracle:
    zones: list[Zone]
    people: dict[int, OneVisitor] = field(default_factory=dict)
    visits: dict[str, int] = field(default_factory=dict)
    dwell_s: dict[str, float] = field(default_factory=dict)
    heat_s: dict[tuple[str, int, int], float] = field(default_factory=dict)

    def find(self, x: float, z: float) -> tuple[str, int, int] | None:
        best, best_distance = None, math.inf
        for zone in self.zones:
            ground = zone.ground
            away_x, away_z = x - ground.x, z - ground.z
            across = away_x * math.cos(ground.yaw) - away_z * math.sin(ground.yaw)
            along = away_x * math.sin(ground.yaw) + away_z * math.cos(ground.yaw)
            half_width, half_depth = ground.width_m / 2 + AROUND_M, ground.depth_m / 2 + AROUND_M
            distance = math.hypot(away_x, away_z)
            if -half_width <= across < half_width and -half_depth <= along < half_depth:
                row = int((along + half_depth) / HEAT_CELL_M)
                column = int((across + half_width) / HEAT_CELL_M)
                if distance < best_distance:
                    best, best_distance = (zone.booth, row, column), distance
        return best

    def count(self, places: dict[int, tuple[float, float]], now_s: float, elapsed_s: float) -> None:
        for slot, (x, z) in places.items():
            person = self.people[slot]
            found = self.find(x, z)
            name = found[0] if found else None
            if name != person.zone:
                person.zone, person.since_s, person.visiting = name, now_s, False
            if found is None or name is None:
                continue
            self.heat_s[found] = self.heat_s.get(found, 0.0) + elapsed_s
            if person.visiting:
                self.dwell_s[name] = self.dwell_s.get(name, 0.0) + elapsed_s
            elif now_s - person.since_s >= VISIT_AFTER_S:
                person.visiting = True
                self.visits[name] = self.visits.get(name, 0) + 1
                self.dwell_s[name] = self.dwell_s.get(name, 0.0) + now_s - person.since_s


@given(st.integers(0, 2**32), st.integers(0, 30), st.integers(1, 12))
def test_many_walking_about_are_counted_as_one_by_one(seed: int, count: int, seconds: int) -> None:
    rng = np.random.default_rng(seed)
    zones = [TEA, SILK, FAR, Zone("near", Block(1, 4, -0.4, 3, 3))]
    world, oracle = World(*zones), Oracle(zones)
    # In f32, as poses are: on the border of a cell both must see the same place.
    x, z = (rng.uniform(-9, 9, count).astype(np.float32) for _ in range(2))
    slots = [world.enter(0.0, 0.0, number=index + 1) for index in range(count)]
    oracle.people = {slot: OneVisitor(index) for index, slot in enumerate(slots)}
    for _ in range(seconds):
        walking = rng.random(count) < 0.3
        x[walking] += rng.uniform(-3, 3, count).astype(np.float32)[walking]
        z[walking] += rng.uniform(-3, 3, count).astype(np.float32)[walking]
        places = {slot: (float(x[index]), float(z[index])) for index, slot in enumerate(slots)}
        for slot, place in places.items():
            world.place(slot, *place)
        world.count()
        oracle.count(places, world.now_s, 1.0)
    taken = world.take()
    assert {name: c.visits for name, c in taken.items() if c.visits} == oracle.visits
    assert {name: c.dwell_s for name, c in taken.items() if c.dwell_s} == pytest.approx(oracle.dwell_s)
    heat = {
        (name, int(row), int(column)): float(c.heat_s[row, column])
        for name, c in taken.items()
        for row, column in np.argwhere(c.heat_s > 0)
    }
    assert heat == oracle.heat_s
