"""The parts of assets/kit: sound meshes, booths within their budget, signs that do not overlap."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from itertools import chain

import numpy as np
import pytest
import shapely.geometry as sg

from kit import (
    booth,
    bracket,
    column,
    far,
    gate,
    lantern,
    mesh,
    product,
    rail,
    rock,
    roof,
    sign,
    tree,
    wall,
    water,
)
from kit.hall import Hall
from kit.mesh import Mesh
from kit.model import Model

POND = sg.Point(0, 0).buffer(8)
PARTS: dict[str, Callable[[], Model]] = {
    "column": lambda: column.round_column(4.1),
    "colonnade": lambda: column.colonnade([-4, 0, 4], 4.0),
    "brackets": bracket.bracket_set,
    "stone rail": lambda: rail.stone_rail(8),
    "wood rail": lambda: rail.wood_rail(6),
    "low rail": lambda: rail.low_rail(4),
    "hall roof": lambda: roof.hip_and_gable(10.9, 7.5, 4.9),
    "pyramid": lambda: roof.pyramid(5.6, 4.6),
    "gable": lambda: roof.gable(8, 3.6, 2.2),
    "wall": lambda: wall.garden_wall(12, holes=[wall.octagon(0)]),
    "doors": lambda: wall.lattice_doors(3.6),
    "moon gate": gate.moon_gate,
    "round lantern": lantern.round_lantern,
    "palace lantern": lantern.palace_lantern,
    "standing lamp": lantern.standing_lamp,
    "candle": lantern.candle_float,
    "rock": lambda: rock.scholar_rock(1),
    "boulder": lambda: rock.boulder(1),
    "pine": lambda: tree.pine(1),
    "blossom": lambda: tree.blossom(1),
    "willow": lambda: tree.willow(1),
    "bamboo": lambda: tree.bamboo(1),
    "broadleaf": lambda: tree.broadleaf(1),
    "shrub": lambda: tree.shrub(1),
    "pond": lambda: water.pond(POND),
    "lotus": lambda: water.lotus(1, [(0, 0)], POND),
    "hills": far.hills,
    "shore": far.shore,
} | {make.__name__: make for make in product.ALL}


@cache
def part(name: str) -> Model:
    """Made once, and only where a test asks for it: every process that shares the tests reads this file."""
    return PARTS[name]()


def meshes_of(model: Model) -> list[Mesh]:
    return [each for meshes in model.meshes.values() for each in meshes]


@pytest.mark.parametrize("name", PARTS)
def test_every_part_has_unit_normals_and_whole_arrays(name: str) -> None:
    for each in meshes_of(part(name)):
        count = len(each.position)
        assert each.position.shape == each.normal.shape == each.colour.shape == (count, 3)
        assert each.uv.shape == (count, 2)
        assert all(np.isfinite(a).all() for a in (each.position, each.normal, each.uv, each.colour))
        np.testing.assert_allclose(np.linalg.norm(each.normal, axis=1), 1.0, atol=1e-6)
        assert each.index.min() >= 0
        assert each.index.max() < count


@pytest.mark.parametrize("name", PARTS)
def test_triangles_face_the_way_their_normals_point(name: str) -> None:
    # Leaves are seen from both sides.
    solid = [meshes for material, meshes in part(name).meshes.items() if material != "leaf"]
    for each in chain.from_iterable(solid):
        a, b, c = (each.position[each.index[:, k]] for k in range(3))
        face = np.cross(b - a, c - a)
        agree = (face * each.normal[each.index].mean(axis=1)).sum(axis=1) > 0
        area = np.linalg.norm(face, axis=1)
        # smooth normals may lean the other way on a few slivers, never on a tenth of the surface
        assert area[agree].sum() > 0.9 * area.sum()


def test_a_bevelled_box_is_closed_and_as_large_as_asked() -> None:
    box = mesh.box(1.0, 2.0, 3.0, bevel=0.1)
    a, b, c = (box.position[box.index[:, k]] for k in range(3))
    volume = (a * np.cross(b, c)).sum() / 6
    assert (len(box.position), len(box.index)) == (24, 44)
    np.testing.assert_allclose(np.ptp(box.position, axis=0), [1, 2, 3])
    assert 0.93 * 6 < volume < 6


def test_normals_without_direction_are_refused() -> None:
    corner = np.eye(3)
    with pytest.raises(ValueError, match="1 of 3 normals"):
        mesh.make(corner, np.array([[0, 0, 0], [0, 1, 0], [0, 1, 0]]), np.zeros((3, 2)), [[0, 1, 2]])


def test_yaw_turns_the_front_towards_x_and_lamps_come_along() -> None:
    lamp = Model().lamp((0, 2, 1), power=1.0, glow_m=0.5)
    hall = Model().place(lamp, (10, 0, 0), yaw=mesh.EAST, scale=2)
    assert hall.lamps[0].at == pytest.approx((12, 4, 0))
    assert (hall.lamps[0].power, hall.lamps[0].glow_m) == (4.0, 1.0)


@pytest.mark.parametrize("make_product", product.ALL, ids=lambda make: make.__name__)
def test_a_booth_is_two_draw_calls_and_five_thousand_triangles(make_product: object) -> None:
    model, atlas = booth.stand("展位", "A booth", make_product(), seed=3, awning=True)  # type: ignore[operator]
    assert set(model.meshes) == {"booth", atlas.name}
    assert model.triangle_count() <= 5_000
    points = np.concatenate([each.position for each in meshes_of(model)])
    assert points[:, 1].min() >= -0.01


def test_there_are_two_dozen_products() -> None:
    assert len({make.__name__ for make in product.ALL}) >= 24


def test_signs_in_an_atlas_do_not_overlap_and_a_full_one_says_so() -> None:
    atlas = sign.Atlas("sign", 256)
    taken: list[sg.Polygon] = []
    for width, height in ((100, 40), (60, 200), (80, 80), (90, 30)):
        region = sg.box(*atlas.put(sign.board_picture("元展", width, height, sign.GREEN)))
        assert sg.box(0, 0, 1, 1).contains(region)
        assert not any(region.intersects(other) for other in taken)
        taken.append(region)
    with pytest.raises(ValueError, match="full"):
        atlas.put(sign.board_picture("元展", 240, 120, sign.GREEN))


def test_a_character_that_the_face_lacks_is_named() -> None:
    with pytest.raises(ValueError, match=r"U\+1F3EE"):
        sign.text_width("\U0001f3ee", 20)


def test_two_places_of_one_name_and_a_booth_without_slot_are_refused() -> None:
    hall = Hall()
    hall.slot("a01", (0, 0, 0), mesh.SOUTH)
    with pytest.raises(ValueError, match="slot-a01"):
        hall.slot("a01", (1, 0, 0), mesh.SOUTH)
    with pytest.raises(ValueError, match="no slot b01"):
        hall.booth("tea", "b01", Model(), sign.Atlas("booth_sign"))
