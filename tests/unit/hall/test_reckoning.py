"""A walker who goes on as told says nothing new; whatever differs is told at once, and nobody drifts."""

from __future__ import annotations

import math
import random
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.hall_world import TICK_S, Model, World
from yuanzhan.client import pose_bytes
from yuanzhan.hall.reckoning import REFRESH_S, SILENT_MAX_S
from yuanzhan.protocol.frames import NO_MASK
from yuanzhan.protocol.limits import EXTRAPOLATE_MAX_S, OFF_MAX_M, POSE_KEEPALIVE_S, TICK_HZ
from yuanzhan.protocol.poses import Action, Tier

KEEPALIVE_TICKS = round(POSE_KEEPALIVE_S / TICK_S)


def say(
    world: World,
    model: Model,
    *,
    vx: float = 0.0,
    vz: float = 0.0,
    head_yaw: float = 0.0,
    action: Action | None = None,
) -> None:
    """One pose of a walker."""
    model.seq += 1
    if action is None:
        action = Action.WALK if vx or vz else Action.STAND
    pose = pose_bytes(
        model.seq, model.x, 0.0, model.z, model.yaw, vx=vx, vz=vz, head_yaw=head_yaw, action=action
    )
    world.hall.put(model.slot, NO_MASK + pose)


def near_records(model: Model, slot: int) -> int:
    """How many NEAR records of somebody a viewer got."""
    return sum(
        int(np.count_nonzero(section.records["slot"] == slot))
        for frame in model.frames
        for section in frame.sections
        if section.tier is Tier.NEAR
    )


def walk(world: World, model: Model, seconds: float, vx: float, vz: float = 0.0) -> None:
    """Straight on, with a pose at each keep-alive."""
    for tick in range(round(seconds / TICK_S)):
        model.x += vx * TICK_S
        model.z += vz * TICK_S
        if tick % KEEPALIVE_TICKS == 0:
            say(world, model, vx=vx, vz=vz)
        world.tick()


def seen_at(viewer: Model, slot: int, tick: int) -> float:
    """Where a viewer has somebody along x, by the velocity of its last record."""
    view = viewer.view
    elapsed_s = min((tick - view.tick[slot]) / TICK_HZ, EXTRAPOLATE_MAX_S)
    return float(view.x[slot] + view.vx[slot] * elapsed_s)


def test_who_walks_straight_on_is_told_about_once_in_the_refresh_time() -> None:
    world = World()
    walker, viewer = world.join(-3.9, 1.0), world.join(-2.0, 2.0)
    world.tick()
    walk(world, walker, 0.5, 0.5)
    viewer.frames.clear()
    walk(world, walker, 6.0, 0.5)
    assert 3 <= near_records(viewer, walker.slot) <= math.ceil(6.0 / REFRESH_S)


def test_who_follows_the_records_is_never_off_by_more_than_the_eye_sees() -> None:
    world = World()
    walker, viewer = world.join(-3.9, 1.0), world.join(-2.0, 2.0)
    world.tick()
    walk(world, walker, 0.5, 0.5)
    for _ in range(60):
        walk(world, walker, 0.1, 0.5)
        off_m = abs(seen_at(viewer, walker.slot, world.hall.tick_number) - walker.x)
        assert off_m <= OFF_MAX_M + 0.5 * TICK_S + 0.03


@pytest.mark.parametrize(
    ("turn", "aside_m", "said"),
    [
        (0.3, 0.0, {"vx": 0.5}),
        (0.0, 0.2, {"vx": 0.5}),
        (0.0, 0.0, {}),
        (0.0, 0.0, {"vx": 0.8}),
        (0.0, 0.0, {"vx": 0.5, "head_yaw": 0.4}),
        (0.0, 0.0, {"vx": 0.5, "action": Action.WAVE}),
    ],
    ids=["turns", "steps aside", "stops", "walks faster", "looks aside", "waves"],
)
def test_what_differs_is_told_at_the_next_tick(turn: float, aside_m: float, said: dict[str, Any]) -> None:
    world = World()
    walker, viewer = world.join(0.5, 1.0), world.join(1.0, 2.0)
    world.tick()
    walk(world, walker, 0.6, 0.5)
    viewer.frames.clear()
    walker.x += 0.5 * TICK_S
    walker.z += aside_m
    walker.yaw += turn
    say(world, walker, **said)
    world.tick()
    assert near_records(viewer, walker.slot) == 1


def test_who_walks_and_falls_silent_stands_for_everybody() -> None:
    world = World()
    walker, viewer = world.join(0.5, 1.0), world.join(1.0, 2.0)
    world.tick()
    say(world, walker, vx=1.0)
    world.tick()
    assert viewer.view.vx[walker.slot] == pytest.approx(1.0)
    for _ in range(math.ceil(SILENT_MAX_S / TICK_S) + 1):
        world.tick()
    assert viewer.view.vx[walker.slot] == 0.0
    assert viewer.view.action[walker.slot] == Action.STAND
    assert viewer.view.x[walker.slot] == pytest.approx(walker.x, abs=0.001)


def test_who_comes_near_later_sees_a_walker_where_it_is_by_now() -> None:
    world = World()
    walker, comer = world.join(1.0, 1.0), world.join(-19.0, -11.0)
    world.tick()
    say(world, walker, vx=1.0)
    world.tick()
    for _ in range(3):
        walker.x += 1.0 * TICK_S
        world.tick()
    world.move(comer, -9.0, -5.0)
    world.tick()
    world.tick(0.6)
    say(world, walker, vx=1.0)
    world.move(comer, 1.5, 0.5)
    world.tick()
    assert comer.view.x[walker.slot] == pytest.approx(walker.x, abs=0.02)


@given(st.integers(0, 2**32))
@settings(max_examples=30)
def test_a_crowd_of_walkers_is_known_where_it_is_whenever_it_stops(seed: int) -> None:
    rng = random.Random(seed)
    world = World(capacity=8)
    models = [world.join(rng.uniform(-6, 6), rng.uniform(-6, 6)) for _ in range(6)]
    world.tick()
    speeds = [(0.0, 0.0)] * len(models)
    for tick in range(30):
        for index, model in enumerate(models):
            vx, vz = speeds[index]
            model.x += vx * TICK_S
            model.z += vz * TICK_S
            if rng.random() < 0.1:
                speeds[index] = rng.choice([(0.0, 0.0), (1.0, 0.0), (-0.7, 0.7)])
                say(world, model, vx=speeds[index][0], vz=speeds[index][1])
            elif tick % KEEPALIVE_TICKS == index % KEEPALIVE_TICKS:
                say(world, model, vx=vx, vz=vz)
        world.tick()
    for model in models:
        say(world, model)
        model.action = Action.STAND
    world.tick()
    assert world.corrections == []
    for viewer in models:
        world.check_view(viewer, near_only=True)
