"""A hall as its visitors see it: model clients that apply the frames end up knowing everybody."""

from __future__ import annotations

import random

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.support.floors import flat_floor
from tests.support.hall_world import TICK_S, Model, World, payload_of
from yuanzhan.client import pose_bytes
from yuanzhan.errors.connections import ConnectionRefused
from yuanzhan.hall.crowd import REST_S
from yuanzhan.hall.hall import Hall, Placement
from yuanzhan.hall.tiers import CROWD_CYCLE_TICKS, Budget
from yuanzhan.protocol.frames import NO_MASK
from yuanzhan.protocol.poses import POSE_XR, Action, PoseFlag, Tier
from yuanzhan.protocol.sections import read_frame

TINY = Budget(near_max=8, near_mean=4, own=3, mid_mean=3, crowd=4)

# On cell borders, in corners, on the very edge of the floor, and anywhere.
coordinates_x = st.sampled_from([-20.0, -19.99, -4.0, -0.001, 0.0, 3.999, 4.0, 19.5]) | st.floats(
    -19.75, 19.75, width=32
)
coordinates_z = st.sampled_from([-12.0, -8.0, -0.001, 0.0, 4.0, 11.9]) | st.floats(-11.75, 11.75, width=32)
choices = st.integers(0, 1_000)
steps = st.one_of(
    st.tuples(st.just("join"), coordinates_x, coordinates_z, st.integers(0, 3)),
    st.tuples(st.just("leave"), choices),
    st.tuples(st.just("move"), choices, coordinates_x, coordinates_z, st.floats(-10, 10, width=32)),
    st.tuples(st.just("away"), choices),
    st.tuples(st.just("back"), choices),
    st.tuples(st.just("full"), choices),
    st.tuples(st.just("dress"), choices, st.integers(0, 3)),
    st.tuples(st.just("tick"), st.sampled_from([0.0, 0.1, 0.1, 0.1, 0.7, 5.0, -3.0])),
)


def take(world: World, step: tuple[object, ...]) -> None:
    match step:
        case ("join", float(x), float(z), int(look)) if len(world.models) < 12:
            world.join(x, z, look)
        case ("tick", float(elapsed_s)):
            world.tick(elapsed_s)
        case (str(kind), int(choice), *rest) if world.models and kind not in ("join", "tick"):
            model = list(world.models.values())[choice % len(world.models)]
            act(world, kind, model, rest)


def act(world: World, kind: str, model: Model, rest: list[object]) -> None:
    match kind, rest:
        case "leave", []:
            world.leave(model)
        case "move", [float(x), float(z), float(yaw)]:
            # Wherever the server has it, somebody is placed by `place`, so that distance is no matter.
            world.hall.place(model.slot, Placement(x, 0.0, z, yaw), world.now_s)
            model.x, model.z, model.yaw, model.action = x, z, yaw, Action.STAND
        case "away", []:
            model.watching = False
            world.hall.watch(model.slot, False)
        case "back", []:
            model.watching = True
            world.hall.watch(model.slot, True)
        case "full", []:
            world.hall.owe_full(model.slot)
        case "dress", [int(look)]:
            model.look = look
            world.hall.set_look(model.slot, look)


def settle(world: World) -> None:
    """Long enough for every tier to have told everything."""
    for _ in range(2 * CROWD_CYCLE_TICKS + 40):
        world.tick()


@given(st.lists(steps, max_size=60))
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_whatever_happened_everybody_ends_up_knowing_everybody(script: list[tuple[object, ...]]) -> None:
    world = World(capacity=12)
    for step in script:
        take(world, step)
    settle(world)
    for viewer in world.models.values():
        if viewer.watching:
            world.check_view(viewer)


@given(st.lists(steps, max_size=40))
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_with_hardly_any_budget_nobody_vanishes_either(script: list[tuple[object, ...]]) -> None:
    world = World(capacity=12, budget=TINY)
    for step in script:
        take(world, step)
    settle(world)
    for viewer in world.models.values():
        if viewer.watching:
            world.check_view(viewer)


@given(st.lists(steps, max_size=40))
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_those_near_are_known_exactly_after_every_tick(script: list[tuple[object, ...]]) -> None:
    world = World(capacity=12)
    for step in script:
        take(world, step)
        if step[0] == "tick":
            for viewer in world.models.values():
                if viewer.watching:
                    world.check_view(viewer, near_only=True)


def test_three_hundred_walkers_in_a_crush_know_each_other_when_they_stop() -> None:
    world = World(capacity=300)
    rng = random.Random(7)
    models = [world.join(rng.uniform(-3, 3), rng.uniform(-3, 3)) for _ in range(300)]
    for _ in range(20):
        for model in models:
            x = min(19.0, max(-19.0, model.x + rng.uniform(-0.5, 0.5)))
            z = min(11.0, max(-11.0, model.z + rng.uniform(-0.5, 0.5)))
            world.move(model, x, z, rng.uniform(-3, 3))
        world.tick()
    assert world.corrections == []
    settle(world)
    for viewer in models[::25]:
        world.check_view(viewer)


def test_an_empty_hall_ticks() -> None:
    assert World().hall.tick(0.0).deliveries == []


def test_nobody_moves_nothing_is_sent() -> None:
    world = World()
    one, other = world.join(1, 1), world.join(2, 2)
    settle(world)
    one.frames.clear()
    other.frames.clear()
    for _ in range(50):
        world.tick()
    assert one.frames == []
    assert other.frames == []


def test_the_first_frame_is_full_and_holds_everybody_with_their_looks() -> None:
    world = World()
    far = world.join(-19, -11, look=5)
    world.tick()
    newcomer = world.join(19, 11, look=9)
    world.tick()
    (first,) = newcomer.frames
    assert first.full
    assert first.count(Tier.LOOK) == first.count(Tier.CROWD) == 2
    assert first.count(Tier.NEAR) == 1
    world.check_view(newcomer)
    assert far.frames[-1].full is False
    assert far.view.look[newcomer.slot] == 9


def test_those_who_leave_are_gone_for_everybody_at_the_next_tick() -> None:
    world = World()
    stays, goes = world.join(-19, -11), world.join(19, 11)
    world.tick()
    assert stays.view.population == 2
    world.leave(goes)
    world.tick()
    assert stays.view.population == 1


def test_a_slot_is_given_again_only_after_a_rest_and_to_another_id() -> None:
    world = World(capacity=1)
    slots_count = world.hall.crowd.slots_count
    first = world.join()
    seen = {first.id}
    world.leave(first)
    for _ in range(slots_count - 1):
        model = world.join()
        seen.add(model.id)
        world.leave(model)
    with pytest.raises(ConnectionRefused, match="at rest"):
        world.join()
    world.now_s += REST_S
    again = world.join()
    assert again.slot == first.slot
    assert again.id not in seen
    assert len(seen) == slots_count


def test_a_full_hall_refuses() -> None:
    world = World(capacity=2)
    world.join()
    world.join()
    with pytest.raises(ConnectionRefused) as refusal:
        world.join()
    assert refusal.value.close_code == 4503


def test_all_visitors_of_a_cell_get_the_same_bytes() -> None:
    world = World()
    for x in (1.0, 2.0, 3.0):
        world.join(x, 1.0)
    world.tick()
    world.move(next(iter(world.models.values())), 1.5, 1.5)
    result = world.hall.tick(world.now_s + TICK_S)
    (delivery,) = result.deliveries
    assert len(delivery.slots) == 3
    assert read_frame(payload_of(delivery.frame)).count(Tier.NEAR) == 1


def test_a_headset_travels_with_near_and_not_with_the_others() -> None:
    world = World()
    wearer, neighbour, far = world.join(1, 1), world.join(2, 2), world.join(-19, -11)
    world.tick()
    pose = np.zeros(1, POSE_XR)
    pose["kind"], pose["flags"], pose["seq"] = 0x10, PoseFlag.XR | PoseFlag.LEFT_HAND, 1
    pose["x"], pose["z"] = 1.2, 1.0
    pose["xr"]["head"]["position_mm"] = (10, 1650, -20)
    pose["xr"]["left"]["rotation"] = (0, 0, 0, 127)
    world.hall.put(wearer.slot, NO_MASK + pose.tobytes())
    world.tick()
    assert neighbour.view.xr[wearer.slot]["head"]["position_mm"].tolist() == [10, 1650, -20]
    assert neighbour.view.xr[wearer.slot]["left"]["rotation"].tolist() == [0, 0, 0, 127]
    assert wearer.slot not in far.view.xr
    world.move(wearer, 1.3, 1.0)
    world.tick()
    assert wearer.slot not in neighbour.view.xr


def test_those_within_hearing_are_found() -> None:
    world = World()
    speaker, listener, deaf = world.join(0, 0), world.join(6, 8), world.join(7, 8)
    away = world.join(1, 1)
    world.hall.watch(away.slot, False)
    assert world.hall.near(speaker.slot, 10.0).tolist() == [speaker.slot, listener.slot]
    assert deaf.slot in world.hall.near(listener.slot, 10.0)


def test_a_seated_visitor_stays_on_the_seat_and_may_look_about() -> None:
    world = World()
    sitter, neighbour = world.join(0, 0), world.join(1, 0)
    world.hall.sit(sitter.slot, Placement(0.5, 0.45, 0.5, 1.0), world.now_s)
    world.move(sitter, 9.0, 9.0, yaw=2.0, action=Action.WALK)
    world.tick()
    assert world.corrections == []
    place = world.hall.place_of(sitter.slot)
    assert place[:3] == pytest.approx((0.5, 0.45, 0.5))
    assert place.yaw == pytest.approx(2.0)
    assert neighbour.view.action[sitter.slot] == Action.SIT
    stands = world.hall.stand(sitter.slot, world.now_s)
    assert stands.y == 0.0


def test_frames_skipped_are_made_up_for_by_a_full_one() -> None:
    world = World()
    slow, other = world.join(0, 0), world.join(1, 1)
    settle(world)
    kept = slow.view
    slow.view = world.join(5, 5).view  # what comes now is lost on the way
    world.move(other, 3, 3)
    world.leave(next(model for model in world.models.values() if model.x == 5))
    world.tick()
    slow.view = kept
    world.hall.owe_full(slow.slot)
    world.tick()
    assert slow.frames[-1].full
    world.check_view(slow)


def test_the_whole_of_a_hall_of_ten_thousand_goes_into_one_frame() -> None:
    hall = Hall(10_000, flat_floor(200.0, 200.0))
    rng = np.random.default_rng(3)
    for x, z in rng.uniform(-99, 99, (10_000, 2)).tolist():
        hall.join(0, Placement(x, 0.0, z, 0.0), 0.0)
    hall.watch(0, True)
    (delivery,) = hall.tick(0.1).deliveries
    frame = read_frame(payload_of(delivery.frame))
    assert frame.count(Tier.CROWD) == frame.count(Tier.LOOK) == 10_000
    assert len(delivery.frame) < 200_000


def test_a_crowd_that_comes_at_once_is_told_everything_in_the_order_of_coming() -> None:
    world = World(capacity=40, budget=Budget(full_bytes=500))
    first = [world.join(x, 0.0) for x in range(10)]
    world.tick()
    later = [world.join(x, 4.0) for x in range(10)]
    told: list[int] = []
    for _ in range(21):
        known = {model.slot for model in (*first, *later) if model.frames}
        told.append(len(known))
        if any(model.frames for model in later):
            assert all(model.frames for model in first)
        world.tick()
    assert told[0] < 10
    assert told == sorted(told)
    assert told[-1] == 20
    for model in (*first, *later):
        assert [frame.full for frame in model.frames].count(True) == 1
        assert model.frames[0].full
        world.check_view(model, near_only=True)


def test_full_frames_of_a_tick_stay_within_their_budget() -> None:
    hall = Hall(2000, flat_floor(200.0, 200.0), budget=Budget(full_bytes=100_000))
    for number in range(1000):
        hall.watch(hall.join(0, Placement(number % 90, 0.0, number // 90, 0.0), 0.0), True)
    deliveries = hall.tick(0.1).deliveries
    assert all(delivery.full for delivery in deliveries)
    assert 0 < sum(len(delivery.frame) * len(delivery.slots) for delivery in deliveries) < 200_000


def test_a_pose_from_before_a_move_by_the_server_is_dropped() -> None:
    world = World()
    model = world.join(0, 0)
    world.tick()
    world.hall.put(model.slot, NO_MASK + pose_bytes(1, 1.0, 0.0, 0.0, 0.0))
    world.hall.place(model.slot, Placement(10.0, 0.0, 5.0, 0.0), world.now_s)
    world.tick()
    assert world.hall.place_of(model.slot).x == 10.0
