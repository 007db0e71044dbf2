"""The floor beneath a hall's own booths, for when one is gone."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tests.plain_hall import make_plain_hall
from yuanzhan.scene.bare import with_bare
from yuanzhan.scene.extras import Slot
from yuanzhan.scene.floor import CELL_M, Floor
from yuanzhan.scene.halls import compute_floor
from yuanzhan.scene.manifest import read_manifest

# In the plain hall's slot, which stands at (6, -4): behind the counter, in the back wall, and in the counter.
WALL, COUNTER = (7.3, -3.0), (5.4, -4.0)
# Away from the booth: open floor, and the column in the middle of the hall.
AISLE, COLUMN = (0.0, 6.0), (0.0, 0.0)

SCENES = Path(__file__).parents[3] / "scenes"


@pytest.fixture(scope="module")
def plain_floor(tmp_path_factory: pytest.TempPathFactory) -> Floor:
    return compute_floor(read_manifest(make_plain_hall(tmp_path_factory.mktemp("lobby"))))


def bare_height(floor: Floor, x: float, z: float) -> float:
    assert floor.bare is not None
    cell = floor.cell_of(x, z)
    return float("nan") if cell is None else float(floor.bare[cell])


def test_where_a_booth_of_the_halls_own_stands_one_walks_when_it_is_gone(plain_floor: Floor) -> None:
    for place in (WALL, COUNTER):
        assert plain_floor.height_at(*place) is None
        assert bare_height(plain_floor, *place) == pytest.approx(0.0, abs=0.01)


def test_away_from_its_slot_nothing_is_another_floor(plain_floor: Floor) -> None:
    assert plain_floor.height_at(*AISLE) == bare_height(plain_floor, *AISLE)
    assert plain_floor.height_at(*COLUMN) is None
    assert np.isnan(bare_height(plain_floor, *COLUMN))


def test_both_survive_the_file(plain_floor: Floor) -> None:
    again = Floor.from_bytes(plain_floor.to_bytes())
    assert plain_floor.bare is not None
    assert again.bare is not None
    np.testing.assert_allclose(again.bare, plain_floor.bare, atol=0.0051, equal_nan=True)
    np.testing.assert_array_equal(again.walkable, plain_floor.walkable)
    assert again.to_bytes() == plain_floor.to_bytes()


def test_a_slot_at_the_halls_edge_is_in_the_grid_though_one_could_not_walk_there() -> None:
    slot = Slot("a", (0.0, 0.0, 0.0), 0.0, (2.0, 3.0, 2.0), np.eye(4))
    standing = Floor(np.zeros((10, 10), np.float32), CELL_M, 1.0, -1.0)
    bare = Floor(np.zeros((10, 20), np.float32), CELL_M, -1.0, -1.0)
    both = with_bare(standing, bare, [slot])
    assert (both.origin_x, both.columns, both.rows) == (-1.0, 20, 10)
    assert both.height_at(-0.5, 0.0) is None
    assert bare_height(both, -0.5, 0.0) == 0.0


def test_where_it_makes_no_difference_there_is_one_layer() -> None:
    slot = Slot("a", (50.0, 0.0, 0.0), 0.0, (2.0, 3.0, 2.0), np.eye(4))
    standing = Floor(np.zeros((10, 10), np.float32), CELL_M, 1.0, -1.0)
    bare = Floor(np.ones((10, 20), np.float32), CELL_M, -1.0, -1.0)
    assert with_bare(standing, bare, [slot]) is standing
    coarse = Floor(np.ones((10, 20), np.float32), CELL_M * 1.25, -1.0, -1.0)
    assert with_bare(standing, coarse, [slot]) is standing


@pytest.mark.parametrize("hall", ["lobby", "retail", "culture", "education"])
def test_the_halls_that_come_with_it_open_where_their_booths_stand(hall: str) -> None:
    from yuanzhan.scene.halls import load_hall

    loaded = load_hall(SCENES / hall, Path("/nowhere"))
    floor, slots = loaded.floor, {slot.id: slot for slot in loaded.content.slots}
    assert floor.bare is not None
    for booth in loaded.manifest.booths:
        x, y, z = slots[booth.slot].position
        assert bare_height(floor, x, z) == pytest.approx(y, abs=0.3), booth.id
