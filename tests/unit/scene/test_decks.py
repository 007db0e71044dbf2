"""What one steps up on, of models made on the spot."""

from __future__ import annotations

import numpy as np
import pytest

from tests.plain_hall import Glb, box
from yuanzhan.scene.decks import CARPET_M, DECKS_MAX, find_decks
from yuanzhan.scene.floor import STEP_M
from yuanzhan.scene.reader import read_gltf

Box = tuple[tuple[float, float, float], tuple[float, float, float]]


def decks_of(*boxes: Box) -> tuple[tuple[float, ...], ...]:
    glb = Glb()
    for size, middle in boxes:
        glb.add_node(mesh=glb.add_mesh(box(size, middle)))
    return find_decks(read_gltf(glb.to_bytes(), "model.glb"))


def height_at(decks: tuple[tuple[float, ...], ...], x: float, z: float) -> float:
    return max([0.0, *(up for ax, az, bx, bz, up in decks if ax <= x <= bx and az <= z <= bz)])


def test_a_podium_with_a_counter_on_it_is_stepped_up_on_all_around() -> None:
    podium = ((3.0, 0.2, 2.0), (0.0, -0.4, 0.0))
    counter = ((1.0, 1.0, 0.4), (0.0, 0.2, 0.3))
    decks = decks_of(podium, counter)
    for x, z in ((-1.4, -0.9), (1.4, 0.9), (0.0, -0.5)):
        assert height_at(decks, x, z) == pytest.approx(0.2)
    assert height_at(decks, 1.6, 0) == 0.0


@pytest.mark.parametrize(
    ("top_m", "is_deck"), [(CARPET_M - 0.01, False), (CARPET_M + 0.01, True), (STEP_M, True), (0.45, False)]
)
def test_what_is_higher_than_a_carpet_and_no_higher_than_a_step_is_one(top_m: float, is_deck: bool) -> None:
    decks = decks_of(((1.0, top_m, 1.0), (0.0, top_m / 2, 0.0)))
    assert decks == (((-0.5, -0.5, 0.5, 0.5, pytest.approx(top_m)),) if is_deck else ())


def test_each_step_of_a_low_stair_is_one_and_posts_are_none() -> None:
    stair: list[Box] = [
        ((1.0, up, 0.5), (0.0, up / 2, step * 0.5)) for step, up in enumerate((0.12, 0.24, 0.36))
    ]
    decks = decks_of(*stair, ((0.02, 2.0, 0.02), (2.0, 1.0, 0.0)))
    assert [height_at(decks, 0.0, z) for z in (0.0, 0.5, 1.0)] == pytest.approx([0.12, 0.24, 0.36])
    assert len(decks) == 3


def test_a_field_of_stones_of_all_heights_is_told_in_few_rectangles_near_to_it() -> None:
    random = np.random.default_rng(4)
    stones: list[Box] = [
        ((0.5, up, 0.5), (column * 0.5, up / 2, row * 0.5))
        for column in range(12)
        for row in range(12)
        for up in [float(random.uniform(0.05, STEP_M))]
    ]
    decks = decks_of(*stones)
    assert 0 < len(decks) <= DECKS_MAX
    assert {up for *_, up in decks} <= {0.1, 0.2, 0.3, 0.4}


def test_a_model_without_shapes_has_none() -> None:
    assert decks_of() == ()
