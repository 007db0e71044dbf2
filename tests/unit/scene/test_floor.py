"""The floor as an array, its file, and the nearest place to stand."""

from __future__ import annotations

import math
import struct
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from yuanzhan.errors.starting import SceneInvalid
from yuanzhan.scene.floor import Floor, read_floor


@st.composite
def floors(draw: st.DrawFn) -> Floor:
    rows, columns = draw(st.integers(1, 12)), draw(st.integers(1, 12))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    heights = rng.uniform(-3, 3, (rows, columns)).astype(np.float32)
    heights[rng.random((rows, columns)) < draw(st.floats(0, 1))] = np.nan
    return Floor(heights, 0.25, draw(st.integers(-9, 9)) / 4, draw(st.integers(-9, 9)) / 4)


@given(floors())
def test_a_floor_survives_its_file_to_the_centimetre(floor: Floor) -> None:
    again = Floor.from_bytes(floor.to_bytes())
    assert (again.cell_m, again.origin_x, again.origin_z) == (floor.cell_m, floor.origin_x, floor.origin_z)
    np.testing.assert_allclose(again.heights, floor.heights, atol=0.0051, equal_nan=True)
    assert again.to_bytes() == floor.to_bytes()


@given(floors(), st.floats(-6, 6), st.floats(-6, 6))
def test_the_nearest_place_is_the_one_that_looking_at_all_of_them_finds(
    floor: Floor, x: float, z: float
) -> None:
    found = floor.nearest_walkable(x, z)
    if not floor.walkable.any():
        assert found is None
        return
    assert found is not None
    assert floor.height_at(found[0], found[2]) == found[1]
    here = floor.height_at(x, z)
    if here is not None:
        assert found == (x, here, z)
        return
    middles = [floor.middle_of(*cell) for cell in np.argwhere(floor.walkable).tolist()]
    nearest = min(math.hypot(mx - x, mz - z) for mx, mz in middles)
    assert math.hypot(found[0] - x, found[2] - z) == pytest.approx(nearest)


@given(floors(), st.floats(-6, 6), st.floats(-6, 6))
def test_a_cell_is_the_square_around_its_middle(floor: Floor, x: float, z: float) -> None:
    cell = floor.cell_of(x, z)
    inside = (
        0 <= x - floor.origin_x < floor.columns * floor.cell_m
        and 0 <= z - floor.origin_z < floor.rows * floor.cell_m
    )
    assert (cell is not None) is inside
    if cell is not None:
        middle = floor.middle_of(*cell)
        assert max(abs(middle[0] - x), abs(middle[1] - z)) <= floor.cell_m / 2


def test_the_file_is_laid_out_as_documented() -> None:
    heights = np.array([[1.234, np.nan], [-0.5, 0.0], [2.0, 3.0]], dtype=np.float32)
    data = Floor(heights, 0.5, -1.0, 2.0).to_bytes()
    assert struct.unpack_from("<4sHHfff", data) == (b"YZF1", 2, 3, 0.5, -1.0, 2.0)
    assert struct.unpack_from("<6h", data, 20) == (123, -32768, -50, 0, 200, 300)
    assert len(data) == 32


def test_the_layer_without_the_halls_own_booths_tells_what_differs() -> None:
    heights = np.array([[1.0, np.nan, 0.5, 0.25]], dtype=np.float32)
    bare = np.array([[1.0, 0.25, 0.5, np.nan]], dtype=np.float32)
    data = Floor(heights, 0.5, -1.0, 2.0, bare).to_bytes()
    assert struct.unpack_from("<8h", data, 20) == (100, -32768, 50, 25, 32767, 25, 32767, -32768)
    again = Floor.from_bytes(data)
    assert again.bare is not None
    np.testing.assert_array_equal(again.bare, bare)
    np.testing.assert_array_equal(again.heights, heights)


def test_area_and_lowest_height_count_only_where_one_can_stand() -> None:
    floor = Floor(np.array([[1.0, np.nan], [-0.5, np.nan]], dtype=np.float32), 0.5, 0.0, 0.0)
    assert (floor.area_m2, floor.lowest_m) == (0.5, -0.5)
    empty = Floor(np.full((1, 1), np.nan, dtype=np.float32), 0.5, 0.0, 0.0)
    assert (empty.area_m2, empty.lowest_m, empty.nearest_walkable(0, 0)) == (0, 0, None)


def test_heights_of_another_kind_are_refused() -> None:
    wrong: list[Any] = [np.zeros((2, 2)), np.zeros(4, dtype=np.float32)]
    for heights in wrong:
        with pytest.raises(ValueError, match="float32"):
            Floor(heights, 0.2, 0, 0)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"YZF1",
        struct.pack("<4sHHfff", b"YZF2", 1, 1, 0.2, 0, 0) + bytes(2),
        struct.pack("<4sHHfff", b"YZF1", 1, 1, 0.2, 0, 0),
        struct.pack("<4sHHfff", b"YZF1", 1, 1, 0.2, 0, 0) + bytes(3),
        struct.pack("<4sHHfff", b"YZF1", 1, 1, 0.2, 0, 0) + bytes(6),
        struct.pack("<4sHHfff", b"YZF1", 0, 0, 0.2, 0, 0),
        struct.pack("<4sHHfff", b"YZF1", 65535, 65535, 0.2, 0, 0) + bytes(2),
        struct.pack("<4sHHfff", b"YZF1", 1, 1, math.nan, 0, 0) + bytes(2),
        struct.pack("<4sHHfff", b"YZF1", 1, 1, 0.0, 0, 0) + bytes(2),
        struct.pack("<4sHHfff", b"YZF1", 1, 1, 0.2, math.inf, 0) + bytes(2),
    ],
)
def test_what_is_no_floor_is_refused(data: bytes) -> None:
    with pytest.raises(SceneInvalid):
        Floor.from_bytes(data)


def test_a_missing_file_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(SceneInvalid, match="cannot be read"):
        read_floor(tmp_path / "floor.bin")
