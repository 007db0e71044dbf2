"""Walkers stay on the floor, say what the protocol asks, and are where they say."""

from __future__ import annotations

import numpy as np
import pytest

from yuanzhan.bench.plan import CRUSH_RADIUS_M, DENSITIES, Density
from yuanzhan.bench.stroll import HOP_MAX_M, Stroll, homes
from yuanzhan.bots.ground import Ground
from yuanzhan.protocol.limits import POSE_KEEPALIVE_S
from yuanzhan.protocol.poses import PoseFlag

EXHIBITS = np.array([[-20.0, -10.0], [20.0, 10.0]])


def yard() -> Ground:
    """60 x 40 m with a pond in the middle."""
    heights = np.zeros((160, 240), np.float32)
    heights[60:100, 90:150] = np.nan
    return Ground(heights, 0.25, -30.0, -20.0)


@pytest.mark.parametrize("density", DENSITIES)
def test_homes_are_on_the_floor_and_as_dense_as_asked(density: Density) -> None:
    ground = yard()
    places = homes(ground, 2000, density, EXHIBITS, np.random.default_rng(2))
    assert ground.is_walkable(places[:, 0], places[:, 1]).all()
    spread = np.hypot(*(places - places.mean(axis=0)).T)
    if density == "crush":
        assert spread.max() <= 2 * CRUSH_RADIUS_M
    nearest = np.hypot(*(places[:, None] - EXHIBITS[None]).transpose(2, 0, 1)).min(axis=1)
    assert (np.mean(nearest < 5.0) > 0.4) == (density == "clustered")


def test_walkers_stay_on_the_floor_and_speak_about_twice_a_second() -> None:
    ground = yard()
    rng = np.random.default_rng(3)
    places = homes(ground, 300, "even", EXHIBITS, rng)
    stroll = Stroll(ground, places, "walk", rng)
    for visitor in range(300):
        stroll.place(visitor, float(places[visitor, 0]), float(places[visitor, 1]), 0.0)
    stroll.arrived[:] = True
    said_count = 0
    last_s = np.zeros(300)
    for step in range(1, 1500):
        now_s = step * 0.01
        visitors, poses = stroll.due(now_s)
        walking = (poses["flags"] & PoseFlag.TELEPORTED) == 0
        assert np.isfinite(ground.heights[ground.cells_at(poses["x"], poses["z"])]).all()
        if step > 100:
            assert (now_s - last_s[visitors[walking]]).max(initial=0.0) <= POSE_KEEPALIVE_S + 0.011
            said_count += len(visitors)
        last_s[visitors] = now_s
    assert 2.0 <= said_count / 300 / 14.0 <= 3.0


def test_who_came_in_elsewhere_hops_home_within_the_reach_of_a_teleport() -> None:
    ground = yard()
    rng = np.random.default_rng(4)
    stroll = Stroll(ground, np.array([[25.0, -15.0]]), "walk", rng)
    stroll.place(0, -25.0, -15.0, 0.0)
    at = np.array([-25.0, -15.0])
    hops = 0
    for step in range(1, 2000):
        _, poses = stroll.due(step * 0.01)
        for pose in poses:
            if pose["flags"] & PoseFlag.TELEPORTED:
                there = np.array([pose["x"], pose["z"]], np.float64)
                assert np.hypot(*(there - at)) <= HOP_MAX_M + 1e-3
                at = there
                hops += 1
        if stroll.arrived[0]:
            break
    assert np.hypot(*(at - (25.0, -15.0))) < 0.5
    assert hops >= 5


def test_where_they_are_is_where_dead_reckoning_has_them() -> None:
    ground = yard()
    rng = np.random.default_rng(5)
    places = homes(ground, 50, "even", EXHIBITS, rng)
    stroll = Stroll(ground, places, "walk", rng)
    for visitor in range(50):
        stroll.place(visitor, float(places[visitor, 0]), float(places[visitor, 1]), 0.0)
    stroll.arrived[:] = True
    for step in range(1, 200):
        now_s = step * 0.01
        before = stroll.where(now_s)
        visitors, poses = stroll.due(now_s)
        told = np.stack((poses["x"], poses["z"]), axis=1)
        if step > 60:
            assert np.abs(before[visitors] - told).max(initial=0.0) < 0.02
