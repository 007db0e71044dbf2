"""The parts of a market by a lake: sound meshes, hanging lines that hang, a bridge that can be walked."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, partial

import numpy as np
import pytest

from kit import boat, bridge, cloth, counter, lantern, pagoda, parasol, shophouse, sign
from kit.model import Model

STEP_M = 0.4
"""What a visitor takes in one step (docs/authoring.md)."""
SHOPS = [
    shophouse.Shop(),
    shophouse.Shop("tiles", "balcony", wall_after=True),
    shophouse.Shop("", open_right=True),
    shophouse.Shop("cloth_cream", back_door=True),
]
PARTS: dict[str, Callable[[], Model]] = {
    "awning": lambda: cloth.awning(4.0),
    "pennants": lambda: cloth.pennant_line(6.0, 0.7),
    "drapes": lambda: cloth.drape_line(6.0, 0.5, [("cloth_indigo", 0.9), ("cloth_cream", 0.7)]),
    "lanterns on a line": lambda: cloth.lantern_line(6.0, 0.7, lantern.round_lantern(), 3),
    "bridge": bridge.stone_bridge,
    "pagoda": pagoda.silhouette,
    "hill": lambda: pagoda.hill(60, 9, 1),
    "boat": boat.wupeng,
    "parasol": parasol.parasol,
    "shops": lambda: shophouse.shop_row(SHOPS),
    "horse-head wall": shophouse.horse_head_wall,
} | {name: partial(make, 1) for name, make in counter.GOODS.items()}


@cache
def part(name: str) -> Model:
    """Made once, and only where a test asks for it."""
    return PARTS[name]()


@pytest.mark.parametrize("name", PARTS)
def test_every_part_has_unit_normals_and_triangles_that_face_along_them(name: str) -> None:
    for meshes in part(name).meshes.values():
        for mesh in meshes:
            np.testing.assert_allclose(np.linalg.norm(mesh.normal, axis=1), 1.0, atol=1e-6)
            assert np.isfinite(mesh.position).all()
            a, b, c = (mesh.position[mesh.index[:, k]] for k in range(3))
            face = np.cross(b - a, c - a)
            agree = (face * mesh.normal[mesh.index].mean(axis=1)).sum(axis=1) > 0
            area = np.linalg.norm(face, axis=1)
            assert area[agree].sum() > 0.9 * area.sum()


@pytest.mark.parametrize(("span_m", "sag_m"), [(6.1, 0.7), (9.6, 0.9), (2.0, 1.5), (30.0, 0.1)])
def test_a_catenary_ends_where_it_is_tied_and_hangs_by_its_sag(span_m: float, sag_m: float) -> None:
    line = cloth.catenary(span_m, sag_m, 101)
    np.testing.assert_allclose(line[[0, -1]], [[-span_m / 2, 0], [span_m / 2, 0]], atol=1e-9)
    assert line[50, 1] == pytest.approx(-sag_m, abs=1e-9)
    # y'' = sqrt(1 + y'^2) / a: the ratio is the same all along a chain, which it is not along a parabola
    slope = np.gradient(line[:, 1], line[:, 0])
    ratio = np.gradient(slope, line[:, 0])[5:-5] / np.sqrt(1 + slope[5:-5] ** 2)
    np.testing.assert_allclose(ratio, ratio.mean(), rtol=0.02)


def test_the_bridge_is_climbed_in_steps_from_the_ground_and_back() -> None:
    along = np.arange(-bridge.LENGTH_M / 2, bridge.LENGTH_M / 2 + 1e-9, bridge.STEP_M / 2)
    deck = bridge.height(along)
    assert deck[0] == pytest.approx(0, abs=0.05)
    assert deck[-1] == pytest.approx(0, abs=0.05)
    assert deck.max() == pytest.approx(bridge.CROWN_M, abs=0.01)
    assert np.abs(np.diff(deck)).max() < STEP_M / 2


@pytest.mark.parametrize(("at", "radius"), bridge.ARCHES)
def test_stone_is_left_over_every_arch(at: float, radius: float) -> None:
    angle = np.linspace(0, np.pi, 41)
    arch = bridge.WATER_M + radius * np.sin(angle)
    assert (bridge.height(at + radius * np.cos(angle)) - arch).min() > 0.25


def test_a_row_is_as_long_as_its_bays_and_one_step_above_the_street() -> None:
    row = part("shops")
    assert shophouse.length(SHOPS) == pytest.approx(4 * shophouse.BAY_M)
    plaster = np.concatenate([m.position for m in row.meshes["plaster"]])
    reach = shophouse.length(SHOPS) / 2 + shophouse.PROUD_M
    assert plaster[:, 0].min() == pytest.approx(-reach)
    assert plaster[:, 0].max() == pytest.approx(reach)
    assert 0 < shophouse.PLINTH_M < STEP_M


def test_roofs_end_within_the_walls_beside_them() -> None:
    tiles = np.concatenate([m.position for m in part("shops").meshes["tile"]])
    on_the_slope = (tiles[:, 1] > shophouse.EAVE_M) & (tiles[:, 1] < shophouse.STEPS[-1][1] - 0.6)
    inner = shophouse.length(SHOPS) / 2 + shophouse.PROUD_M - 0.05
    assert on_the_slope.sum() > 100
    assert np.abs(tiles[on_the_slope, 0]).max() < inner


def test_a_banner_reads_the_same_way_on_both_sides() -> None:
    atlas = sign.Atlas("sign", 512)
    model = cloth.banner(
        atlas, cloth.banner_picture("茶", 90, 180, "#2f4a6b", "#efe6d2", "#8fa7bf"), 0.75, 1.5
    )
    front, back = model.meshes["sign"]
    assert front.normal[:, 2].mean() > 0.5
    assert back.normal[:, 2].mean() < -0.5
    # u grows to the reader's right: with x in front, against x behind
    assert np.corrcoef(front.position[:, 0], front.uv[:, 0])[0, 1] > 0.99
    assert np.corrcoef(back.position[:, 0], back.uv[:, 0])[0, 1] < -0.99
