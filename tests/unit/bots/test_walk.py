"""Bots on a floor with a wall: they find the way round it, and say no more than they must."""

from __future__ import annotations

import struct

import numpy as np
import pytest

from yuanzhan.bots.ground import Ground, read_ground
from yuanzhan.bots.walk import ERROR_MAX_M, Exhibit, Walkers
from yuanzhan.protocol.poses import Action


def walled() -> Ground:
    """12 x 8 m with a wall from the far edge to 1.5 m before the near one."""
    heights = np.zeros((40, 60), np.float32)
    heights[:32, 28:32] = np.nan
    return Ground(heights, 0.2, -6.0, -4.0)


@pytest.fixture(scope="module")
def ground() -> Ground:
    return walled()


def walkers_on(ground: Ground, count: int = 40) -> Walkers:
    exhibits = [Exhibit(ground, (-5.0, -3.0), (-5.5, -3.5)), Exhibit(ground, (5.0, -3.0), (5.5, -3.5))]
    walkers = Walkers(count, ground, exhibits, np.random.default_rng(5))
    for bot in range(count):
        walkers.place(bot, -4.0 + 0.02 * bot, 0.0, 2.0, 0.0)
    return walkers


def test_the_way_leads_round_the_wall(ground: Ground) -> None:
    flow = ground.flow_to(5.0, -3.0)
    x, z, walked_m = -5.0, -3.0, 0.0
    while np.hypot(x - 5.0, z + 3.0) > 0.3:
        (row,), (column,) = ground.cells_at(np.array([x]), np.array([z]))
        assert np.isfinite(ground.heights[row, column])
        x, z = x + 0.1 * flow[row, column, 0], z + 0.1 * flow[row, column, 1]
        walked_m += 0.1
        assert walked_m < 30
    assert walked_m > 14, "straight through the wall it is 10 m"


def test_where_there_is_no_way_the_distance_is_infinite() -> None:
    heights = np.zeros((20, 20), np.float32)
    heights[:, 9:11] = np.nan
    ground = Ground(heights, 0.5, 0.0, 0.0)
    distances = ground.distances_to(*ground.nearest(1.0, 5.0))
    assert np.isfinite(distances[10, 2])
    assert np.isinf(distances[10, 17])


def test_walkers_stay_on_the_floor_arrive_and_go_on(ground: Ground) -> None:
    walkers = walkers_on(ground)
    sides: list[set[bool]] = [set() for _ in range(40)]
    paused = 0
    for tick in range(1200):
        walkers.step(tick * 0.1, 0.1)
        assert ground.is_walkable(walkers.x, walkers.z).all()
        paused += len(walkers.paused(tick * 0.1))
        for bot, on_the_right in enumerate((walkers.x > 1.0).tolist()):
            sides[bot].add(on_the_right)
    assert paused > 0
    assert sum(len(side) == 2 for side in sides) > 30, "most have been on both sides of the wall"


def test_those_who_extrapolate_are_never_far_off_and_standers_say_little(ground: Ground) -> None:
    walkers = walkers_on(ground)
    last: dict[int, tuple[float, np.void]] = {}
    sent_count = 0
    for tick in range(400):
        now_s = tick * 0.1
        walkers.step(now_s, 0.1)
        bots, poses = walkers.due(now_s)
        sent_count += len(bots)
        last |= {bot: (now_s, pose) for bot, pose in zip(bots.tolist(), poses, strict=True)}
        for bot, (at_s, pose) in last.items():
            guess_x = pose["x"] + pose["vx"] * (now_s - at_s)
            guess_z = pose["z"] + pose["vz"] * (now_s - at_s)
            assert np.hypot(guess_x - walkers.x[bot], guess_z - walkers.z[bot]) <= ERROR_MAX_M + 1e-6
            if walkers.speed[bot] == 0:
                assert pose["vx"] == pose["vz"] == 0
                assert pose["action"] != Action.WALK
    assert len(last) == 40
    assert sent_count < 40 * 400 * 0.6


def test_a_floor_file_is_read_and_a_damaged_one_refused() -> None:
    heights = struct.pack("<6h", 0, 150, -32_768, -20, 0, 0)
    data = struct.pack("<4sHHfff", b"YZF1", 3, 2, 0.5, -1.0, 2.0) + heights
    ground = read_ground(data)
    assert ground.heights.shape == (2, 3)
    assert ground.heights[0, 1] == 1.5
    assert np.isnan(ground.heights[0, 2])
    for damaged in (
        b"",
        data[:-1],
        data + b"\0",
        b"XXXX" + data[4:],
        data[:20] + struct.pack("<6h", *[-32_768] * 6),
    ):
        with pytest.raises(ValueError, match=r"floor\.bin"):
            read_ground(damaged)
