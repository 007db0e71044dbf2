"""The walkable floor of small scenes, by what one expects of each, and against rays cast with trimesh."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
import trimesh
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from tests.plain_hall import Glb, booth_glb, box, room_glb
from yuanzhan.errors.starting import SceneInvalid
from yuanzhan.scene import raster, surface
from yuanzhan.scene.floor import STEP_M, Floor
from yuanzhan.scene.reader import read_gltf
from yuanzhan.scene.surface import HEAD_ROOM_M, KEEP_AWAY_M, find_floor, floor_of
from yuanzhan.scene.triangles import Triangles

Vector = tuple[float, float, float]
Array = NDArray[np.float64]
SIDES = ((0, 1), (1, 0), (0, -1), (-1, 0))


def floor_among(*meshes: trimesh.Trimesh, spawns: tuple[Vector, ...] = ((0, 0, 0),)) -> Floor:
    corners = np.concatenate([mesh.triangles for mesh in meshes]).astype(np.float32)
    return floor_of(Triangles.of(corners), spawns)


def ground(size: float = 10.0) -> trimesh.Trimesh:
    return box((size, 0.2, size), (0, -0.1, 0))


def test_a_plane_is_walkable_up_to_a_quarter_metre_from_its_edge() -> None:
    floor = floor_among(ground())
    for x, is_walkable in ((4.5, True), (4.9, False), (5.3, False)):
        assert (floor.height_at(x, 0) is not None) is is_walkable
        assert (floor.height_at(0, -x) is not None) is is_walkable
    assert 9.1**2 < floor.area_m2 < 9.7**2


def test_a_column_blocks_and_keeps_visitors_a_quarter_metre_away() -> None:
    floor = floor_among(ground(), box((1, 3, 1), (2, 1.5, 0)))
    assert floor.height_at(2, 0) is None
    assert floor.height_at(2 - 0.5 - 0.15, 0) is None
    assert floor.height_at(2 - 0.5 - 0.5, 0) == 0


def test_a_thin_wall_blocks_even_where_it_misses_the_middle_of_every_cell() -> None:
    corners = [[1.03, 0.0, -5.0], [1.03, 2.0, -5.0], [1.03, 2.0, 5.0], [1.03, 0.0, 5.0]]
    wall = trimesh.Trimesh(corners, [[0, 1, 2], [0, 2, 3]])
    floor = floor_among(ground(), wall)
    assert floor.height_at(3, 0) is None
    assert floor.height_at(0, 0) == 0


@pytest.mark.parametrize(("step", "is_reached"), [(0.15, True), (0.38, True), (0.45, False), (1.0, False)])
def test_visitors_climb_steps_of_at_most_40_cm(step: float, is_reached: bool) -> None:
    floor = floor_among(ground(), box((4, step, 10), (3, step / 2, 0)))
    height = floor.height_at(3, 0)
    assert (height is not None) is is_reached
    assert height is None or height == pytest.approx(step, abs=0.01)


def test_stairs_lead_up() -> None:
    steps = [box((0.3, 0.17 * i, 4), (0.3 * i - 0.15, 0.17 * i / 2, 0)) for i in range(1, 9)]
    landing = box((3, 0.17 * 9, 4), (0.3 * 8 + 1.5, 0.17 * 9 / 2, 0))
    floor = floor_among(box((8, 0.2, 4), (-4, -0.1, 0)), *steps, landing, spawns=((-2, 0, 0),))
    assert floor.height_at(3.5, 0) == pytest.approx(1.53, abs=0.01)


@pytest.mark.parametrize(("rise", "is_reached"), [(2.0, True), (3.5, False)])
def test_ramps_of_at_most_45_degrees_lead_up(rise: float, is_reached: bool) -> None:
    corners = [[0.0, 0.0, -2.0], [2.0, rise, -2.0], [2.0, rise, 2.0], [0.0, 0.0, 2.0]]
    ramp = trimesh.Trimesh(corners, [[0, 1, 2], [0, 2, 3]])
    top = box((3, 0.2, 4), (3.5, rise - 0.1, 0))
    floor = floor_among(box((6, 0.2, 4), (-3, -0.1, 0)), ramp, top, spawns=((-2, 0, 0),))
    assert (floor.height_at(3.5, 0) is not None) is is_reached


@pytest.mark.parametrize(("under_side", "is_walkable"), [(1.6, False), (1.8, True), (3.0, True)])
def test_there_must_be_head_room(under_side: float, is_walkable: bool) -> None:
    floor = floor_among(ground(), box((3, 0.2, 3), (2.5, under_side + 0.1, 0)))
    assert (floor.height_at(2.5, 0) is not None) is is_walkable


def test_what_is_lower_than_a_step_does_not_block() -> None:
    kerb = box((0.1, 0.3, 10), (1, 0.15, 0))
    assert floor_among(ground(), kerb).height_at(3, 0) == 0


def test_a_gap_between_boards_is_walked_over() -> None:
    boards = [box((0.19, 0.05, 4), (0.1 + 0.2 * i, -0.025, 0)) for i in range(-15, 15)]
    floor = floor_among(*boards, spawns=((0.1, 0, 0),))
    assert floor.heights[np.isfinite(floor.heights)].size == floor.heights.size


def test_of_two_floors_the_one_reached_from_the_spawn_point_counts() -> None:
    lower, upper = ground(), box((10, 0.2, 10), (0, 2.9, 0))
    assert floor_among(lower, upper).height_at(1, 1) == 0
    assert floor_among(lower, upper, spawns=((0, 3, 0),)).height_at(1, 1) == pytest.approx(3.0)


def test_a_spawn_point_within_a_wall_leaves_the_largest_part_to_walk_on() -> None:
    floor = floor_among(ground(), box((1, 3, 10), (-2, 1.5, 0)), spawns=((-2, 0, 0),))
    assert floor.height_at(2, 0) == 0
    assert floor.height_at(-4, 0) is None


def test_a_region_that_no_spawn_point_reaches_is_left_out() -> None:
    wall = box((0.4, 3, 10), (0, 1.5, 0))
    one_side = floor_among(ground(), wall, spawns=((2, 0, 0),))
    assert (one_side.height_at(2, 0), one_side.height_at(-2, 0)) == (0, None)
    both = floor_among(ground(), wall, spawns=((2, 0, 0), (-2, 0, 0)))
    assert (both.height_at(2, 0), both.height_at(-2, 0)) == (0, 0)


def test_without_spawn_points_the_room_counts_and_not_its_roof() -> None:
    walls = [box((20, 4, 0.2), (0, 2, z)) for z in (-10, 10)] + [
        box((0.2, 4, 20), (x, 2, 0)) for x in (-10, 10)
    ]
    floor = floor_among(ground(20), *walls, box((20.4, 0.2, 20.4), (0, 4.1, 0)), spawns=())
    assert floor.height_at(0, 0) == 0


def test_a_model_without_a_floor_gets_a_plane_around_its_foot() -> None:
    vase = trimesh.creation.cylinder(radius=0.4, height=1.2)
    floor = floor_among(vase, spawns=())
    foot = float(vase.bounds[0][1])
    assert floor.area_m2 > 30
    assert floor.height_at(0, 0) is None
    assert floor.height_at(2, 0) == pytest.approx(foot, abs=0.01)


def test_nothing_at_all_gets_a_plane_too() -> None:
    assert floor_of(Triangles.joined([]), ()).height_at(0, 0) == 0


def test_a_backdrop_far_away_is_not_searched(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(surface, "REACH_M", 8.0)
    hills = box((900, 1, 900), (0, -5, 0))
    floor = floor_among(ground(), hills)
    assert floor.columns < 60


def test_a_very_large_model_gets_larger_cells(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(surface, "UNKNOWN_CELLS_MAX", 10_000)
    floor = floor_among(box((200, 1, 200), (0, -0.5, 0)), spawns=())
    assert floor.cell_m > 1
    assert floor.area_m2 > 190**2


def room_floor(glb: Glb, booth: Glb | None = None) -> Floor:
    booths = {"a01": read_gltf(booth.to_bytes())} if booth else {}
    return find_floor(read_gltf(glb.to_bytes()), booths)


def test_a_booth_in_its_slot_is_in_the_way() -> None:
    """Its counter stands 0.6 m before the slot's middle, towards -X as the slot is turned."""
    assert room_floor(room_glb()).height_at(5.4, -4) == 0
    assert room_floor(room_glb(), booth_glb()).height_at(5.4, -4) is None


@pytest.mark.parametrize(
    ("extras", "on_top", "beneath"),
    [({}, False, False), ({"solid": False}, False, True), ({"walkable": False}, False, False)],
)
def test_leaves_are_walked_through_and_hedges_are_not(
    extras: dict[str, bool], on_top: bool, beneath: bool
) -> None:
    glb = room_glb()
    glb.add_node(mesh=glb.add_mesh(box((2, 1, 2), (5, 1, 5))), extras=extras)
    height = room_floor(glb).height_at(5, 5)
    assert (height is not None) is (on_top or beneath)


def test_what_is_not_to_walk_on_is_not_walked_on() -> None:
    glb = room_glb()
    bed = glb.add_mesh(box((4, 0.1, 4), (5, 0.05, 5)))
    glb.add_node(mesh=bed, extras={"walkable": False})
    assert room_floor(glb).height_at(5, 5) is None


def test_a_carpet_on_what_is_not_to_walk_on_is_walked_on() -> None:
    glb = room_glb()
    glb.add_node(mesh=glb.add_mesh(box((4, 0.1, 4), (5, 0.05, 5))), extras={"walkable": False})
    glb.add_node(mesh=glb.add_mesh(box((4, 0.1, 4), (5, 0.15, 5))))
    assert room_floor(glb).height_at(5, 5) == pytest.approx(0.2, abs=0.01)


@pytest.mark.parametrize(("depth", "is_walkable"), [(0.2, False), (1.2, True)])
def test_nobody_wades_in_a_shallow_pond_and_high_water_is_no_wall(depth: float, is_walkable: bool) -> None:
    glb = room_glb()
    water = glb.add_material((0, 0.1, 0.1), extras={"yuanzhan": {"water": True}})
    glb.add_node(mesh=glb.add_mesh(box((3, 0.01, 3), (5, depth, 5)), water))
    assert (room_floor(glb).height_at(5, 5) is not None) is is_walkable


def test_invisible_boxes_block_and_carry() -> None:
    glb = room_glb()
    shapes = [{"type": "box", "box": {"size": size}} for size in ([4, 3, 0.2], [4, 0.3, 4])]
    glb.document["extensions"] = {"OMI_physics_shape": {"shapes": shapes}}
    glb.add_node(translation=[5, 1.5, 4], extensions={"OMI_physics_body": {"collider": {"shape": 0}}})
    glb.add_node(translation=[-5, 0.15, 6], extensions={"OMI_physics_body": {"collider": {"shape": 1}}})
    floor = room_floor(glb)
    assert floor.height_at(5, 4) is None
    assert floor.height_at(-5, 6) == pytest.approx(0.3, abs=0.01)


def test_instances_block_where_each_of_them_stands() -> None:
    glb = room_glb()
    places = np.array([[4, 0, 4], [-4, 0, 6]], dtype="<f4")
    attributes = {"TRANSLATION": glb.add_accessor(places, "VEC3", 5126)}
    extensions = {"EXT_mesh_gpu_instancing": {"attributes": attributes}}
    glb.add_node(mesh=glb.add_mesh(box((1, 3, 1), (0, 1.5, 0))), extensions=extensions)
    floor = room_floor(glb)
    assert [floor.height_at(x, z) for x, z in ((4, 4), (-4, 6), (4, 6.5))] == [None, None, 0]


def test_a_file_that_crosses_too_many_cells_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(raster, "PAIRS_MAX", 100)
    with pytest.raises(SceneInvalid, match="too large and too dense"):
        room_floor(room_glb())


boxes = st.tuples(
    st.floats(0.3, 4),
    st.floats(0.05, 4),
    st.floats(0.3, 4),
    st.floats(-4, 4),
    st.floats(-0.5, 3),
    st.floats(-4, 4),
)


@settings(max_examples=25, deadline=None, phases=[Phase.explicit, Phase.reuse, Phase.generate])
@given(st.lists(boxes, max_size=8))
def test_random_scenes_agree_with_rays_and_keep_every_promise(
    sizes: list[tuple[float, float, float, float, float, float]],
) -> None:
    """Where the floor says that one stands: a ray down meets the ground at that height, rays up meet nothing
    for 1.7 m, no wall crosses the circle of 0.25 m at knee to head height, and neighbours are at most a step
    apart.
    """
    meshes = [ground(12)] + [box((w, h, d), (x, y, z)) for w, h, d, x, y, z in sizes]
    triangles = np.concatenate([mesh.triangles for mesh in meshes])
    floor = floor_among(*meshes, spawns=())
    for axis in (0, 1):
        steps = np.abs(np.diff(floor.heights, axis=axis))
        assert not (steps[np.isfinite(steps)] > STEP_M + 0.011).any()
    rows, columns = np.nonzero(floor.walkable)
    picks = np.random.default_rng(0).permutation(len(rows))[:100]
    feet = np.array(
        [
            (x, float(floor.heights[row, column]), z)
            for row, column in zip(rows[picks].tolist(), columns[picks].tolist(), strict=True)
            for x, z in [floor.middle_of(row, column)]
        ]
    )
    down = _rays(triangles, feet + np.array([0, 0.02, 0]), (0, -1, 0))
    np.testing.assert_allclose(down, 0.02, atol=0.015)
    # Up from around the middle, from just above step height; the outermost are within the circle.
    for dx, dz in itertools.product((-1, 0, 1), repeat=2):
        aside = [dx * KEEP_AWAY_M * 0.7, STEP_M + 0.02, dz * KEEP_AWAY_M * 0.7]
        up = _rays(triangles, feet + aside, (0, 1, 0))
        # Beside the middle the ground may lie a step higher.
        assert (up > HEAD_ROOM_M - STEP_M - 0.05 - (STEP_M if dx or dz else 0)).all()
    # Sideways at the height of knees, waist and head.
    for height, (dx, dz) in itertools.product((0.45, 1.0, 1.6), SIDES):
        assert (_rays(triangles, feet + np.array([0, height, 0]), (dx, 0, dz)) > KEEP_AWAY_M - 0.01).all()


def _rays(triangles: Array, origins: Array, direction: Vector) -> Array:
    """How far the first triangle is from each origin: every ray with every triangle (Moeller-Trumbore)."""
    a, edge1, edge2 = triangles[:, 0], triangles[:, 1] - triangles[:, 0], triangles[:, 2] - triangles[:, 0]
    d = np.array(direction, dtype=np.float64)
    p = np.cross(d, edge2)
    det = np.einsum("ij,ij->i", edge1, p)
    s = origins[:, None] - a[None]
    q = np.cross(s, edge1[None])
    det = np.where(np.abs(det) > 1e-12, det, np.inf)  # parallel triangles are hit infinitely far away
    with np.errstate(invalid="ignore"):
        u = np.einsum("rij,ij->ri", s, p) / det
        v = q @ d / det
        t = np.einsum("ij,rij->ri", edge2, q) / det
    hits = np.isfinite(det) & (u >= 0) & (v >= 0) & (u + v <= 1) & (t >= 0)
    nearest: Array = np.where(hits, t, np.inf).min(axis=1)
    return nearest
