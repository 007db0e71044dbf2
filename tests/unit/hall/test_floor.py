"""What blocks a floor, against every cell looked at by itself."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.floors import CELL_M, flat_floor
from yuanzhan.hall import floor as floor_module
from yuanzhan.hall.floor import ASIDE_M, Block, Deck, Floor

metres = st.floats(-30, 30)
blocks = st.builds(
    Block, x=metres, z=metres, yaw=st.floats(-7, 7), width_m=st.floats(0, 12), depth_m=st.floats(0, 12)
)


def is_in(block: Block, x: float, z: float, aside_m: float = 0.0) -> bool:
    """Turned back into the block's own frame, by hand."""
    away_x, away_z = x - block.x, z - block.z
    across = away_x * math.cos(block.yaw) - away_z * math.sin(block.yaw)
    along = away_x * math.sin(block.yaw) + away_z * math.cos(block.yaw)
    return abs(across) <= block.width_m / 2 + aside_m and abs(along) <= block.depth_m / 2 + aside_m


def middles(floor: Floor) -> list[tuple[float, float]]:
    rows, columns = floor.heights.shape
    return [
        (floor.origin_x + (column + 0.5) * CELL_M, floor.origin_z + (row + 0.5) * CELL_M)
        for row in range(rows)
        for column in range(columns)
    ]


@given(st.lists(blocks, max_size=4))
def test_nobody_stands_in_a_block_and_everybody_beside_it(given_blocks: list[Block]) -> None:
    floor = flat_floor(16, 12, height_m=0.25)
    floor.block(given_blocks)
    for x, z in middles(floor):
        blocked = any(is_in(block, x, z) for block in given_blocks)
        # On its very border rounding decides.
        if blocked == any(is_in(block, x, z, 1e-6) for block in given_blocks) and blocked == any(
            is_in(block, x, z, -1e-6) for block in given_blocks
        ):
            assert math.isnan(floor.height_at(x, z, math.nan)) == blocked


@given(st.lists(st.tuples(blocks, st.floats(0, 0.4)), max_size=4), blocks)
def test_the_floor_is_as_high_as_the_highest_deck_and_blocks_count_before_decks(
    given_decks: list[tuple[Block, float]], given_block: Block
) -> None:
    floor = flat_floor(16, 12, height_m=0.25)
    floor.block([given_block], decks=[Deck(*each) for each in given_decks])
    grounds = [given_block, *(ground for ground, _ in given_decks)]
    for x, z in middles(floor):
        if any(is_in(ground, x, z, 1e-6) != is_in(ground, x, z, -1e-6) for ground in grounds):
            continue
        highest = max([0.25, *(y for ground, y in given_decks if is_in(ground, x, z))])
        wanted = math.nan if is_in(given_block, x, z) else highest
        assert floor.height_at(x, z, math.nan) == pytest.approx(wanted, abs=1e-6, nan_ok=True)
    floor.block([])
    np.testing.assert_array_equal(floor.heights, flat_floor(16, 12, height_m=0.25).heights)


def test_a_deck_where_there_is_no_floor_makes_none() -> None:
    floor = flat_floor(4, 4)
    floor.block([], decks=[Deck(Block(0, 0, 0, 40, 40), 0.3)])
    assert math.isnan(floor.height_at(10.0, 0.0, math.nan))


@given(st.lists(st.tuples(metres, metres), min_size=1), blocks)
def test_one_place_is_as_high_as_it_is_among_many(places: list[tuple[float, float]], block: Block) -> None:
    floor = flat_floor(16, 12, height_m=0.25)
    floor.block([block])
    x, z = np.array(places).T
    alone = [floor.height_at(*place, math.nan) for place in places]
    np.testing.assert_array_equal(alone, floor.heights_at(x, z))


@given(blocks)
def test_what_is_taken_away_leaves_the_floor_as_it_was(block: Block) -> None:
    floor = flat_floor()
    before = floor.heights.copy()
    floor.block([block])
    floor.block([])
    np.testing.assert_array_equal(floor.heights, before)


@given(blocks, metres, metres)
def test_the_nearest_place_is_aside_of_the_block_and_no_other_is_nearer(
    block: Block, x: float, z: float
) -> None:
    floor = flat_floor(16, 12)
    floor.block([block])
    free = [(a, b) for a, b in middles(floor) if not is_in(block, a, b, ASIDE_M + 1e-6)]
    found = floor.nearest(x, z)
    if not free:
        return
    assert found is not None
    assert not is_in(block, found[0], found[2], ASIDE_M - 1e-6)
    nearest_m = min(math.dist((x, z), place) for place in free)
    assert math.dist((x, z), (found[0], found[2])) <= nearest_m + 1e-6


@given(blocks, metres | st.sampled_from([-1e6, 1e6]), metres, st.floats(0, 5))
def test_within_a_distance_the_same_place_is_found_or_none(
    block: Block, x: float, z: float, within_m: float
) -> None:
    floor = flat_floor(16, 12)
    floor.block([block])
    found = floor.nearest(x, z)
    is_near = found is not None and math.dist((x, z), (found[0], found[2])) <= within_m
    assert floor.nearest(x, z, within_m) == (found if is_near else None)


def test_beside_the_corner_of_a_turned_block_is_not_aside_of_it() -> None:
    floor = flat_floor(16, 16)
    block = Block(0, 0, math.pi / 4, 4, 4)
    floor.block([block])
    at = math.hypot(2.5, 2.5) - 0.2
    found = floor.nearest(at, 0)
    assert is_in(block, at, 0, ASIDE_M)
    assert found is not None
    assert not is_in(block, found[0], found[2], ASIDE_M)


@given(st.lists(blocks, max_size=9), st.lists(st.builds(Deck, blocks, st.floats(0, 0.4)), max_size=9))
def test_looked_at_in_parts_the_floor_is_the_same(given_blocks: list[Block], decks: list[Deck]) -> None:
    at_once, in_parts = flat_floor(16, 12), flat_floor(16, 12)
    at_once.block(given_blocks, decks=decks)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(floor_module, "CELLS_AT_ONCE", 50)
        in_parts.block(given_blocks, decks=decks)
    np.testing.assert_array_equal(at_once.heights, in_parts.heights)
    assert at_once.nearest(0, 0) == in_parts.nearest(0, 0)


def test_a_floor_that_is_blocked_as_a_whole_has_no_place() -> None:
    floor = flat_floor(4, 4)
    floor.block([Block(0, 0, 0, 99, 99)])
    assert floor.nearest(0, 0) is None
    assert floor.height_at(0.0, 0.0, -1.0) == -1.0


def test_a_turned_block_is_turned_as_a_pose_is() -> None:
    """A quarter turn puts what is long along x along z."""
    floor = flat_floor()
    floor.block([Block(0, 0, math.pi / 2, 8, 1)])
    assert math.isnan(floor.height_at(0.1, 3.6, math.nan))
    assert floor.height_at(3.6, 0.1, math.nan) == pytest.approx(0)


@given(st.lists(blocks, max_size=4), st.lists(blocks, max_size=2))
def test_where_the_halls_own_booths_are_gone_the_floor_beneath_them_counts(
    own: list[Block], given_blocks: list[Block]
) -> None:
    shape = (12, 16)
    rng = np.random.default_rng(1)
    whole, bare = (rng.uniform(0, 1, shape).astype(np.float32) for _ in range(2))
    floor = Floor(whole, -4.0, -3.0, CELL_M, bare)
    floor.block(given_blocks, own)
    everything = [*own, *given_blocks]
    for x, z in middles(floor):
        if any(is_in(block, x, z, 1e-6) != is_in(block, x, z, -1e-6) for block in everything):
            continue  # on a border rounding decides
        at = round((z + 3.0) / CELL_M - 0.5), round((x + 4.0) / CELL_M - 0.5)
        height = whole[at] if any(is_in(ground, x, z) for ground in own) else bare[at]
        expected = math.nan if any(is_in(block, x, z) for block in given_blocks) else float(height)
        assert floor.height_at(x, z, math.nan) == pytest.approx(expected, nan_ok=True)
    floor.block([])
    np.testing.assert_array_equal(floor.heights, whole)


def test_a_floor_that_knows_nothing_beneath_its_booths_stays_as_it_is() -> None:
    floor = flat_floor()
    before = floor.heights.copy()
    floor.block([], [])
    np.testing.assert_array_equal(floor.heights, before)
