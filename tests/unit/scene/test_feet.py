"""What stands in a walker's way, of models made on the spot."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.plain_hall import Glb, booth_glb, box
from yuanzhan.scene.feet import CELL_M, FEET_MAX, HEAD_ROOM_M, find_feet
from yuanzhan.scene.floor import STEP_M
from yuanzhan.scene.reader import read_gltf


def feet_of(*boxes: tuple[tuple[float, float, float], tuple[float, float, float]]) -> list[tuple[float, ...]]:
    glb = Glb()
    for size, middle in boxes:
        glb.add_node(mesh=glb.add_mesh(box(size, middle)))
    return sorted(find_feet(read_gltf(glb.to_bytes(), "model.glb")))


def is_in_the_way(feet: Sequence[tuple[float, ...]], x: float, z: float) -> bool:
    return any(low_x <= x <= high_x and low_z <= z <= high_z for low_x, low_z, high_x, high_z in feet)


def test_a_counter_and_a_back_wall_are_in_the_way_and_the_room_between_them_is_not() -> None:
    feet = sorted(find_feet(read_gltf(booth_glb().to_bytes(), "booth.glb")))
    assert len(feet) == 2
    assert is_in_the_way(feet, 0, -0.6)
    assert is_in_the_way(feet, 1.9, 1.3)
    for x, z in ((0, 0.4), (1.5, -0.6), (-1.8, 0.9)):
        assert not is_in_the_way(feet, x, z)


@pytest.mark.parametrize(
    ("bottom_m", "top_m", "blocks"),
    [
        (0.0, STEP_M - 0.01, False),
        (0.0, STEP_M + 0.01, True),
        (HEAD_ROOM_M + 0.01, 3.0, False),
        (HEAD_ROOM_M - 0.01, 3.0, True),
        (0.8, 0.9, True),
    ],
)
def test_what_is_between_a_step_and_a_head_is_in_the_way(bottom_m: float, top_m: float, blocks: bool) -> None:
    plate = ((0.1, 0.01, 0.1), (3.0, 0.005, 3.0))  # the ground that the model stands on
    size = (1.0, top_m - bottom_m, 1.0)
    feet = feet_of(plate, (size, (0.0, (bottom_m + top_m) / 2, 0.0)))
    assert is_in_the_way(feet, 0.45, 0.45) == blocks or not blocks
    assert bool(feet) == blocks


@given(
    st.lists(
        st.tuples(st.floats(-2, 2), st.floats(-2, 2), st.floats(0.2, 1), st.floats(0.2, 1)),
        min_size=1,
        max_size=6,
    )
)
def test_walls_of_boxes_are_in_the_way_and_nothing_is_far_from_one(
    boxes: list[tuple[float, float, float, float]],
) -> None:
    feet = feet_of(*(((w, 1.0, d), (x, 0.5, z)) for x, z, w, d in boxes))
    assert 1 <= len(feet) <= FEET_MAX
    for x, z, w, d in boxes:
        for sx, sz in ((-1, 0), (1, 0), (0, -1), (0, 1)):
            wall_x, wall_z = x + sx * (w / 2 - 1e-3), z + sz * (d / 2 - 1e-3)
            assert is_in_the_way(feet, wall_x, wall_z)
    coarse = CELL_M * 4
    for low_x, low_z, high_x, high_z in feet:
        near = [
            abs(px - x) <= w / 2 + coarse and abs(pz - z) <= d / 2 + coarse
            for px, pz in ((low_x, low_z), (high_x, high_z))
            for x, z, w, d in boxes
        ]
        assert any(near)


def test_a_forest_of_posts_is_told_in_coarser_rectangles() -> None:
    posts = [((0.05, 2.0, 0.05), (x * 0.3, 1.0, z * 0.3)) for x in range(12) for z in range(12)]
    feet = feet_of(*posts)
    assert 1 <= len(feet) <= FEET_MAX
    for _, (x, _, z) in posts:
        assert is_in_the_way(feet, x, z)


def test_a_model_without_triangles_is_in_nobodys_way() -> None:
    assert find_feet(read_gltf(Glb().to_bytes(), "empty.glb")) == ()
    assert np.isfinite(math.fsum(foot for foot in feet_of(((1, 1, 1), (0, 0.5, 0)))[0]))
