"""Who watches a hall without being in it: they see what a visitor there sees, and nobody sees them."""

from __future__ import annotations

import random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.support.hall_world import Model, World
from yuanzhan.client import pose_bytes
from yuanzhan.errors.connections import ConnectionRefused
from yuanzhan.hall.crowd import REST_S, Crowd
from yuanzhan.hall.hall import Placement
from yuanzhan.protocol.frames import NO_MASK

choices = st.integers(0, 1_000)
coordinates = st.tuples(
    st.sampled_from([-19.5, -4.0, 0.0, 3.999, 19.5]) | st.floats(-19, 19, width=32),
    st.sampled_from([-11.5, -0.001, 0.0, 4.0, 11.5]) | st.floats(-11, 11, width=32),
)
steps = st.one_of(
    st.tuples(st.just("join"), coordinates),
    st.tuples(st.just("observe"), coordinates),
    st.tuples(st.sampled_from(["move", "watcher moves"]), choices, coordinates),
    st.tuples(st.sampled_from(["leave", "away", "back"]), choices),
    st.tuples(st.sampled_from(["watcher leaves", "watcher away", "watcher back"]), choices),
    st.just(("tick",)),
)


def take(world: World, step: tuple[object, ...]) -> None:
    match step:
        case ("join", (float(x), float(z))) if world.hall.crowd.has_room(world.now_s):
            world.join(x, z)
        case ("observe", (float(x), float(z))) if world.hall.crowd.has_observer_place:
            world.observe(x, z)
        case ("tick",):
            world.tick()
        case (str(kind), int(choice), *rest):
            models = world.observers if kind.startswith("watcher") else world.models
            if models:
                act(world, kind.split()[-1], list(models.values())[choice % len(models)], rest)


def act(world: World, kind: str, model: Model, rest: list[object]) -> None:
    match kind, rest:
        case (("move" | "moves"), [(float(x), float(z))]):
            world.hall.place(model.slot, Placement(x, 0.0, z, 0.0), world.now_s)
            model.x, model.z = x, z
        case (("leave" | "leaves"), []):
            world.leave(model)
        case (("away" | "back"), []):
            model.watching = kind == "back"
            world.hall.watch(model.slot, model.watching)


@given(st.lists(steps, max_size=60))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_visitors_are_sent_byte_for_byte_what_they_would_be_without_observers(
    script: list[tuple[object, ...]],
) -> None:
    watched, alone = World(6, observers_max=3), World(6)
    for step in script:
        take(watched, step)
        if "observe" not in step and not str(step[0]).startswith("watcher"):
            take(alone, step)
            assert sent_to(watched, alone.models) == sent_to(alone, alone.models)
    assert watched.models.keys() == alone.models.keys()
    assert watched.hall.crowd.population == alone.hall.crowd.population == len(alone.models)
    assert watched.hall.crowd.observers_count == len(watched.observers)


@given(st.lists(steps, max_size=60))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_whatever_happened_observers_know_exactly_who_is_near_where_they_watch(
    script: list[tuple[object, ...]],
) -> None:
    world = World(6, observers_max=3)
    for step in script:
        take(world, step)
        if step[0] == "tick":
            for observer in world.observers.values():
                if observer.watching:
                    world.check_view(observer, near_only=True)


def sent_to(world: World, models: dict[int, Model]) -> dict[int, bytes]:
    """What each of these slots got at the last tick."""
    return {slot: each.frame for each in world.deliveries for slot in each.slots if slot in models}


def test_an_observer_gets_the_frame_of_the_visitors_of_its_cell() -> None:
    world = World(observers_max=1)
    walker, stands = world.join(1.0, 1.0), world.join(2.0, 2.0)
    observer = world.observe(3.0, 3.0)
    kinds = []
    for x in (1.0, 1.5, 9.0, 1.2, -15.0, 1.0):
        world.hall.place(walker.slot, Placement(x, 0.0, 1.0, 0.0), world.now_s)
        walker.x = x
        world.tick()
        for delivery in world.deliveries:
            assert (stands.slot in delivery.slots) == (observer.slot in delivery.slots)
            kinds += [delivery.full] if observer.slot in delivery.slots else []
    assert kinds[0]
    assert kinds[1:] == [False] * (len(kinds) - 1)
    assert len(kinds) >= 5
    world.check_view(observer, near_only=True)


def test_an_observer_who_walks_on_gets_the_frame_of_a_visitor_who_goes_the_same_way() -> None:
    world = World(observers_max=1)
    walker, observer = world.join(1.0, 1.0), world.observe(1.0, 1.0)
    world.join(13.0, 1.0)
    for x in (1.5, 5.0, 9.0, 9.5):
        world.now_s += 2.0  # time enough to have walked there
        for model in (walker, observer):
            world.move(model, x, 1.0)
        world.tick()
        for delivery in world.deliveries:
            assert (walker.slot in delivery.slots) == (observer.slot in delivery.slots)
    assert world.hall.crowd.cell[walker.slot] == world.hall.crowd.cell[observer.slot]
    assert world.corrections == []


def test_an_observer_may_not_be_where_no_visitor_may_be_and_is_told() -> None:
    world = World(observers_max=1)
    world.join()
    observer = world.observe(1.0, 1.0)
    world.tick()
    world.hall.put(observer.slot, NO_MASK + pose_bytes(1, 15.0, 0.0, 1.0, 0.0))
    world.tick(0.3)
    (correction,) = world.corrections
    assert (correction.slot, correction.reason) == (observer.slot, "too_fast")
    assert correction.place.x == 1.0


def test_observers_hear_what_is_said_near_where_they_watch() -> None:
    world = World(observers_max=2)
    speaker = world.join(0, 0)
    near, far = world.observe(6, 8), world.observe(7, 8)
    assert world.hall.near(speaker.slot, 10.0).tolist() == [speaker.slot, near.slot]
    assert far.slot in world.hall.near(near.slot, 10.0)


def test_observers_take_no_place_of_a_visitor_and_are_no_more_than_agreed() -> None:
    world = World(capacity=2, observers_max=2)
    one, _ = world.observe(), world.observe()
    with pytest.raises(ConnectionRefused, match="observer places are taken"):
        world.observe()
    world.join()
    world.join()
    assert not world.hall.crowd.has_room(world.now_s)
    world.leave(one)
    assert world.observe().slot == one.slot


def test_a_hall_that_only_observers_are_in_ticks_and_says_that_nobody_is_there() -> None:
    world = World(observers_max=1)
    observer = world.observe()
    assert not world.hall.is_still
    world.tick()
    assert [(frame.full, frame.sections) for frame in observer.frames] == [(True, ())]
    world.leave(observer)
    assert world.hall.is_still


@given(st.lists(st.tuples(st.sampled_from(["visit", "observe", "go", "go", "wait"]), choices), max_size=200))
@settings(max_examples=100, deadline=None)
def test_no_slot_is_given_twice_at_a_time(script: list[tuple[str, int]]) -> None:
    crowd = Crowd(3, observers_max=2)
    now_s = 0.0
    taken: list[int] = []
    for kind, choice in script:
        visitors = sum(slot < crowd.slots_count for slot in taken)
        if kind == "wait":
            now_s += REST_S / 4
        elif kind == "go" and taken:
            crowd.remove(taken.pop(choice % len(taken)), now_s)
        elif kind == "visit" and crowd.has_room(now_s):
            taken.append(crowd.add(0, now_s))
        elif kind == "visit":
            with pytest.raises(ConnectionRefused):
                crowd.add(0, now_s)
        elif kind == "observe" and crowd.has_observer_place:
            taken.append(crowd.add_observer())
            assert taken[-1] >= crowd.slots_count
        assert len(set(taken)) == len(taken)
        visitors = sum(slot < crowd.slots_count for slot in taken)
        assert (crowd.population, crowd.observers_count) == (visitors, len(taken) - visitors)
        assert crowd.population <= 3
        assert crowd.observers_count <= 2


def test_ten_observers_among_a_hundred_walkers_see_them_all() -> None:
    world = World(100, observers_max=10)
    rng = random.Random(5)
    walkers = [world.join(rng.uniform(-19, 19), rng.uniform(-11, 11)) for _ in range(100)]
    observers = [world.observe(rng.uniform(-19, 19), rng.uniform(-11, 11)) for _ in range(10)]
    for _ in range(10):
        for walker in walkers:
            x = min(19.0, max(-19.0, walker.x + rng.uniform(-0.5, 0.5)))
            world.move(walker, x, walker.z)
        world.tick()
    for _ in range(120):
        world.tick()
    for observer in observers:
        world.check_view(observer)
