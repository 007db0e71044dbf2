"""Where a published booth stands, against the matrices that three.js would multiply."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from yuanzhan.scene.extras import Slot
from yuanzhan.scene.manifest import Text
from yuanzhan.scene.stands import Stand, beside_the_demo, revision_of, slot_rectangle

SLOT = Slot("a01", (6.0, 0.5, -4.0), 0.7, (3.7, 3.0, 2.3), np.eye(4))
STAND = Stand("b1", "a01", 2, "/files/x.glb", 9, Text("茶", "Tea"), (-1.0, 0.0, -0.25), (3.0, 2.0, 0.75))
small = st.floats(-3, 3)


def turn(yaw: float) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    cos, sin = math.cos(yaw), math.sin(yaw)
    return np.array([[cos, 0, sin], [0, 1, 0], [-sin, 0, cos]])


@given(small, small, st.floats(-360, 360), st.floats(0.3, 4), small, small)
def test_corners_of_the_model_are_corners_of_its_block(
    x: float, z: float, yaw_deg: float, scale: float, low_x: float, low_z: float
) -> None:
    low, high = (low_x, -1.0, low_z), (low_x + 2.0, 1.0, low_z + 0.5)
    stand = Stand("b", "a01", 1, "", 0, Text(), low, high, offset_m=(x, z), yaw_deg=yaw_deg, scale=scale)
    (block,) = stand.blocks(SLOT)
    foot = np.array([low_x + 1.0, -1.0, low_z + 0.25])
    for corner_x, sign_x in ((low[0], -1), (high[0], 1)):
        for corner_z, sign_z in ((low[2], -1), (high[2], 1)):
            model = np.array([corner_x, -1.0, corner_z])
            booth = (model - foot) * scale
            in_slot = turn(math.radians(yaw_deg)) @ booth + [x, 0, z]
            hall = turn(SLOT.yaw) @ in_slot + np.array(SLOT.position)
            own = [sign_x * block.width_m / 2, 0, sign_z * block.depth_m / 2]
            there = turn(block.yaw) @ np.array(own) + [block.x, SLOT.position[1], block.z]
            np.testing.assert_allclose(there, hall, atol=1e-9)


def test_feet_block_only_where_they_are() -> None:
    stand = Stand(
        "b", "a01", 1, "", 0, Text(), (-2, 0, -1), (2, 2, 1), feet=((-2, 0.5, 2, 1), (-2, -1, -1.5, 1))
    )
    straight = Slot("a01", (0.0, 0.0, 0.0), 0.0, (4.0, 3.0, 3.0), np.eye(4))
    back, side = stand.blocks(straight)
    assert (back.x, back.z, back.width_m, back.depth_m) == (0.0, 0.75, 4.0, 0.5)
    assert (side.x, side.z, side.width_m, side.depth_m) == (-1.75, 0.0, 0.5, 2.0)


def test_a_model_of_which_nothing_is_in_the_way_blocks_nobody() -> None:
    assert Stand("b", "a01", 1, "", 0, Text(), (-2, 0, -1), (2, 3, 1), feet=()).blocks(SLOT) == ()


def test_decks_raise_the_floor_where_they_are_and_are_walls_when_they_are_higher_than_a_step() -> None:
    straight = Slot("a01", (6.0, 0.5, -4.0), 0.0, (4.0, 3.0, 3.0), np.eye(4))
    podium = Stand(
        "b", "a01", 1, "", 0, Text(), (-2, 0, -1), (2, 2, 1), feet=(), decks=((-2, -1, 2, 0, 0.15),)
    )
    (deck,) = podium.raised(straight)
    assert deck.json() == [6.0, -4.5, 0.0, 4.0, 1.0, 0.65]
    assert podium.json(straight)["decks"] == [deck.json()]
    assert podium.blocks(straight) == ()
    larger = replace(podium, scale=3.0)
    assert larger.raised(straight) == ()
    (wall,) = larger.blocks(straight)
    assert wall.json() == [6.0, -5.5, 0.0, 12.0, 3.0]


@pytest.mark.parametrize(("height_m", "scale", "count"), [(0.3, 1.0, 0), (0.3, 2.0, 1), (2.0, 0.2, 0)])
def test_what_is_no_higher_than_a_step_blocks_nobody(height_m: float, scale: float, count: int) -> None:
    stand = Stand("b", "a01", 1, "", 0, Text(), (0, 0, 0), (1, height_m, 1), scale=scale)
    assert len(stand.blocks(SLOT)) == count


def test_items_are_what_the_dress_has() -> None:
    dress = {
        "panels": [{"id": "p1"}],
        "products": [{"id": "chair"}],
        "links": [{"url": "https://a"}, {"url": "https://b"}],
        "card": {"name": "A"},
    }
    stand = Stand("b", "a01", 1, "", 0, Text(), (0, 0, 0), (1, 1, 1), dress=dress)
    assert stand.items == {"about", "p1", "chair", "link-1", "link-2"}
    assert stand.takes_cards
    assert not STAND.takes_cards
    assert STAND.items == {"about"}


def test_a_published_booth_takes_the_place_of_the_halls_own() -> None:
    own = [{"id": "tea", "slot": "a01"}, {"id": "silk", "slot": "a02"}]
    assert beside_the_demo(own, [STAND.json(SLOT)]) == [own[1], STAND.json(SLOT)]
    assert beside_the_demo(own, []) == own


def test_equal_booths_have_an_equal_revision_and_any_change_another() -> None:
    one, other = STAND.json(SLOT), STAND.json(SLOT) | {"id": "b2"}
    assert revision_of([]) == 0
    assert revision_of([one, other]) == revision_of([other, one]) != 0
    assert len({revision_of(each) for each in ([one], [other], [one, other], [one | {"version": 3}])}) == 4


def test_a_slots_rectangle_is_its_width_and_depth() -> None:
    rectangle = slot_rectangle(SLOT)
    assert (rectangle.x, rectangle.z, rectangle.yaw) == (6.0, -4.0, 0.7)
    assert (rectangle.width_m, rectangle.depth_m) == (3.7, 2.3)
