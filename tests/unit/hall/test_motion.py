"""What is possible and what is corrected, against one visitor at a time in plain Python."""

from __future__ import annotations

import math
import struct

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.floors import flat_floor
from tests.support.hall_world import World
from yuanzhan.hall.floor import Floor
from yuanzhan.hall.hall import Hall, Placement
from yuanzhan.hall.motion import (
    ALLOWANCE_MAX_M,
    CORRECT_PAUSE_S,
    HEIGHT_SLACK_M,
    SPEED_MAX_M_S,
    TELEPORT_MAX_M,
    TELEPORT_PAUSE_S,
)
from yuanzhan.protocol.frames import NO_MASK
from yuanzhan.protocol.poses import Action

any_float = st.floats(width=32) | st.sampled_from([math.nan, math.inf, -math.inf, 3.4e38, -3.4e38, 1e-40])


def pose(x: float, y: float, z: float, yaw: float = 0.0, *, teleported: bool = False, seq: int = 1) -> bytes:
    return NO_MASK + struct.pack(
        "<BBHffffffbbBB", 0x10, int(teleported), seq, x, y, z, yaw, 0.0, 0.0, 0, 0, Action.WALK, 0
    )


class Oracle:
    """One visitor, judged with if and else."""

    def __init__(self, x: float, z: float, now_s: float) -> None:
        self.x, self.z = x, z
        self.allowance_m = SPEED_MAX_M_S / 2
        self.at_s = self.teleport_after_s = now_s

    def judge(self, x: float, y: float, z: float, teleported: bool, now_s: float) -> str:
        if not all(map(math.isfinite, (x, y, z))):
            self._refill(now_s)
            return "not_finite"
        self._refill(now_s)
        # One cell of half a metre beyond the floor of 40 x 24 m still counts where the grid has it.
        if not (-20 <= x < 20 and -12 <= z < 12) or abs(y) > HEIGHT_SLACK_M:
            return "outside"
        distance = math.dist((x, z), (self.x, self.z))
        if distance > self.allowance_m:
            if not (teleported and distance <= TELEPORT_MAX_M and now_s >= self.teleport_after_s):
                return "too_fast"
            self.teleport_after_s = now_s + TELEPORT_PAUSE_S
        else:
            self.allowance_m -= distance
        self.x, self.z = x, z
        return ""

    def _refill(self, now_s: float) -> None:
        gained = max(0.0, now_s - self.at_s) * SPEED_MAX_M_S
        self.allowance_m = min(ALLOWANCE_MAX_M, self.allowance_m + gained)
        self.at_s = now_s


moves = st.lists(
    st.tuples(
        st.floats(-22, 22, width=32) | any_float,
        st.sampled_from([0.0, 1.25, 1.75, -2.0]) | any_float,
        st.floats(-14, 14, width=32) | any_float,
        st.booleans(),
        st.sampled_from([0.0, 0.1, 0.1, 0.4, 0.6, 3.0, -5.0]),
    ),
    max_size=25,
)


@given(moves)
@settings(deadline=None)
def test_each_pose_is_judged_as_by_hand(
    script: list[tuple[float, float, float, bool, float]],
) -> None:
    now_s = 50.0
    hall = Hall(4, flat_floor())
    slot = hall.join(0, Placement(0.0, 0.0, 0.0, 0.0), now_s)
    oracle = Oracle(0.0, 0.0, now_s)
    for x, y, z, teleported, elapsed_s in script:
        now_s += elapsed_s
        hall.put(slot, pose(x, y, z, teleported=teleported))
        result = hall.tick(now_s)
        wanted = oracle.judge(x, y, z, teleported, now_s)
        assert result.advance.changed_count == (wanted == "")
        place = hall.place_of(slot)
        assert (place.x, place.z) == pytest.approx((oracle.x, oracle.z))
        for correction in result.corrections:
            assert (correction.place.x, correction.place.z) == pytest.approx((oracle.x, oracle.z))


@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        (pose(math.nan, 0, 0), "not_finite"),
        (pose(0, math.inf, 0), "not_finite"),
        (pose(0, 0, 0, yaw=-math.inf), "not_finite"),
        (pose(25, 0, 0), "outside"),
        (pose(0, 5, 0), "outside"),
        (pose(1e38, 0, 1e38), "outside"),
        (pose(8, 0, 0), "too_fast"),
        (pose(15, 0, 0, teleported=True), "too_fast"),
    ],
)
def test_an_impossible_pose_is_reverted_and_told_why(wrong: bytes, reason: str) -> None:
    world = World()
    model = world.join(0, 0)
    neighbour = world.join(1, 1)
    world.tick()
    world.tick(CORRECT_PAUSE_S)
    world.hall.put(model.slot, wrong)
    world.tick()
    (correction,) = world.corrections
    assert correction.slot == model.slot
    assert correction.reason == reason
    assert correction.place == (0.0, 0.0, 0.0, 0.0)
    world.check_view(neighbour)


def test_corrections_are_not_more_than_four_a_second_and_the_last_wrong_pose_gets_one() -> None:
    world = World()
    model = world.join(0, 0)
    for _ in range(20):
        world.hall.put(model.slot, pose(19, 0, 11))
        world.tick()
    assert 7 <= len(world.corrections) <= 9
    world.corrections.clear()
    world.tick(CORRECT_PAUSE_S)
    world.tick(CORRECT_PAUSE_S)
    assert len(world.corrections) <= 1


def test_running_for_a_minute_is_possible_and_flying_is_not() -> None:
    for speed_m_s, possible in ((5.0, True), (9.0, False)):
        world = World()
        model = world.join(-19, 0)
        x, direction = -19.0, 1.0
        for _ in range(600):
            if abs(x + direction * speed_m_s * 0.1) > 19:
                direction = -direction
            x += direction * speed_m_s * 0.1
            world.hall.put(model.slot, pose(x, 0, 0))
            world.tick()
        assert (world.corrections == []) == possible


def test_a_floor_with_holes_is_left_only_by_its_edge() -> None:
    heights = np.zeros((10, 10), np.float32)
    heights[:, 5:] = np.nan
    floor = Floor(heights, 0.0, 0.0, 1.0)
    x = np.array([4.9, 5.5, 6.5, -0.1])
    found = floor.heights_at(x, np.full(4, 5.0))
    assert np.isfinite(found).tolist() == [True, True, False, False]
    assert floor.lowest_y == 0.0


def test_a_ramp_gives_each_place_its_height() -> None:
    heights = np.tile(np.arange(8, dtype=np.float32), (4, 1))
    floor = Floor(heights, -4.0, -2.0, 1.0)
    assert floor.height_at(-3.5, 0.0, math.nan) == 0.0
    assert floor.height_at(3.5, 0.0, math.nan) == 7.0
    assert math.isnan(floor.height_at(4.5, 0.0, math.nan))


@pytest.mark.parametrize("heights", [np.full((3, 3), np.nan, np.float32), np.zeros((0, 3), np.float32)])
def test_a_floor_with_nowhere_to_stand_is_refused(
    heights: np.ndarray[tuple[int, int], np.dtype[np.float32]],
) -> None:
    with pytest.raises(ValueError, match="a floor"):
        Floor(heights, 0.0, 0.0, 1.0)
