"""The lake: water, quay, bridge, islet with its pavilion, and what lies on the far shore."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import numpy as np
import shapely.geometry as sg
from scenes.retail.plan import (
    BRIDGE,
    ISLET,
    ISLET_LAND,
    MAINLAND,
    NORTH_Z,
    SHORE_X,
    SOUTH_Z,
    TERRACE_X,
    TERRACE_Z,
    TONGUE_X,
    WATER_M,
    WATERFRONT,
)
from scenes.retail.street import LANTERN_POWER, place_bench
from scenes.retail.waterside import WALK_Z

from kit import boat, bridge, column, counter, lantern, pagoda, parasol, rail, roof, sign, tree
from kit.hall import Hall
from kit.mesh import WEST, Mesh, box, plane, standing, surface, sweep
from kit.model import Model
from kit.water import lotus

PARASOLS = (
    (-17.4, -9.6, "cloth_persimmon", ("persimmons", "pears")),
    (-17.0, 10.2, "cloth_indigo", ("silk", "tea")),
    (-17.8, -13.4, "cloth_cream", ("jars", "steamers")),
    (-17.4, 14.2, "cloth_persimmon", ("bayberries", "umbrellas")),
)
"""x, z, dye, what lies on the counter."""
FAR_M = 150.0
PAVILION_HALF_M = 2.5
BOATS = ((-27.6, -6.5, 0.25), (-28.3, 6.3, 2.7), (-41.5, -3.5, 1.1), (-47.0, 7.5, 0.6), (-28.2, 24.4, 0.1))
"""x, z, yaw."""
CANDLES = (
    (-26.6, -1.5),
    (-27.9, -0.4),
    (-26.2, 0.9),
    (-27.4, 2.4),
    (-28.8, 0.8),
    (-26.4, 4.2),
    (-27.0, -8.3),
    (-33.2, 6.0),
    (-33.4, -5.6),
    (-44.5, 2.0),
)
"""x, z; most of them where the view from the bridge has water."""
PAVILION_FLOOR_M = 0.3
PAGODA_TOWARDS = np.radians(-1.6)
"""Off the street's axis, to the north: the sun sets on the other side of it."""


def make(hall: Hall) -> None:
    hall.add("water", plane(sg.box(-FAR_M, -FAR_M, SHORE_X + 1.0, FAR_M), WATER_M))
    hall.place(bridge.stone_bridge(), (BRIDGE[0], 0, BRIDGE[1]))
    _quay(hall)
    _islet(hall)
    far_shore(hall)
    _willows(hall)
    _benches(hall)
    _on_the_water(hall)
    _parasols(hall)


def _quay(hall: Hall) -> None:
    """The wall that holds the land against the water, its coping, and the rail along the promenade."""
    edge = [(SHORE_X, NORTH_Z - 12), *WATERFRONT, (SHORE_X, SOUTH_Z + 12)]
    for (x0, z0), (x1, z1) in pairwise(edge):
        path = np.linspace((x0, 0, z0), (x1, 0, z1), 2)
        profile = [(-0.25, -1.4), (-0.25, 0.06), (0.25, 0.06), (0.25, -1.4), (-0.25, -1.4)]
        hall.add("stone_block", sweep(path, profile), colour=(0.82, 0.8, 0.77))
    for x, z0, z1 in (
        (SHORE_X + 0.3, -13.3, 8.8),
        (SHORE_X + 0.3, 16.0, WALK_Z[0]),
        (TONGUE_X + 0.25, 9.2, TERRACE_Z - 0.2),
        (TERRACE_X - 0.25, 15.8, WALK_Z[0]),
        (TERRACE_X - 0.25, WALK_Z[1], TERRACE_Z - 0.2),
    ):
        hall.place(rail.low_rail(z1 - z0, 0.6, 2.1), (x, 0, (z0 + z1) / 2), float(np.pi / 2))
    west = TONGUE_X + 0.25
    for x0, x1, z in (
        (west, BRIDGE[0] - 1.9, 9.2),
        (BRIDGE[0] + 1.9, SHORE_X, 9.2),
        (TERRACE_X - 0.3, SHORE_X, 15.6),
        (west, TERRACE_X - 0.3, TERRACE_Z - 0.25),
    ):
        hall.place(rail.low_rail(x1 - x0, 0.6, 2.1), ((x0 + x1) / 2, 0, z))


def _islet(hall: Hall) -> None:
    x, z = ISLET
    rim = np.array(sg.polygon.orient(ISLET_LAND, 1).exterior.coords)
    path = np.column_stack([rim[:, 0], 0 * rim[:, 0], rim[:, 1]])
    profile = [(-0.3, -1.4), (-0.3, 0.1), (0.3, 0.1), (0.3, -1.4), (-0.3, -1.4)]
    hall.add("stone_block", sweep(path, profile), colour=(0.8, 0.78, 0.75))
    hall.add("paving", plane(ISLET_LAND, 0.04))
    hall.place(_pavilion(hall), (x, 0, z - 0.6))
    for k, angle in enumerate(np.radians((150, 215, 330))):
        hall.place(tree.shrub(k + 40), (x + 5.6 * np.sin(angle), 0, z + 5.6 * np.cos(angle)))
    hall.place(tree.willow(31, 1.05, 55), (x - 4.6, 0, z - 3.2))
    for k, (dx, yaw) in enumerate(((-2.0, np.pi / 2), (2.0, -np.pi / 2))):
        hall.seat(f"seat-pavilion-{k + 1}", (x + dx, PAVILION_FLOOR_M + 0.45, z - 0.6), float(yaw))
    hall.seat("seat-pavilion-3", (x, PAVILION_FLOOR_M + 0.45, z - 2.6), 0.0)
    hall.checkin("islet", (x, PAVILION_FLOOR_M, z), 2.0)


def _pavilion(hall: Hall) -> Model:
    """A square pavilion with benches on three sides, open to the bridge."""
    half, floor = PAVILION_HALF_M, PAVILION_FLOOR_M
    model = Model().add("stone_block", standing(2 * half + 1.1, floor, 2 * half + 1.1, 0.03))
    model.add("stone_block", standing(2.6, floor / 2, 0.6, 0.03, (0, 0, half + 0.75)))
    for x in (-half, half):
        for z in (-half, half):
            model.place(column.round_column(3.1, 0.3), (x, floor, z))
    for yaw in np.arange(4) * np.pi / 2:
        side = Model().add("wood", box(2 * half + 0.5, 0.32, 0.22, 0.025, (0, floor + 2.92, half)))
        side.place(column.fret(2 * half - 0.3), (0, floor + 2.35, half))
        if yaw != 0:
            side.add("wood", box(2 * half - 0.3, 0.06, 0.42, 0.015, (0, floor + 0.42, half - 0.1)))
            side.add("wood", box(2 * half - 0.4, 0.3, 0.05, 0, (0, floor + 0.22, half - 0.05)))
            side.place(rail.wood_rail(2 * half - 0.3, 0.45, 1.6), (0, floor + 0.42, half + 0.14))
        model.place(side, yaw=float(yaw))
    model.place(roof.pyramid(half + 1.15, 2.5, 0.85, 2.6), (0, floor + 3.15, 0))
    model.place(
        sign.name_board(hall.signs, "湖心亭", 1.5, 0.5, sign.GREEN, 150), (0, floor + 2.95, half + 0.2)
    )
    model.place(lantern.palace_lantern(0.9, 1.0), (0, floor + 2.3, 0))
    return model


def _on_the_water(hall: Hall) -> None:
    """Boats at the quay and beyond the bridge, lotus in the quiet corners."""
    for x, z, yaw in BOATS:
        hall.place(boat.wupeng(), (x, WATER_M, z), yaw)
    for x, z in CANDLES:
        hall.place(lantern.candle_float(0.2), (x, WATER_M, z))
    corner = sg.box(-33.0, 2.0, SHORE_X - 0.4, 8.6).union(sg.box(-30.5, -8.6, SHORE_X - 0.4, -4.0))
    hall.place(lotus(3, [(-26.4, 7.6), (-26.2, -7.4), (-28.8, 7.8)], corner, 30), (0, WATER_M, 0))


def _parasols(hall: Hall) -> None:
    """Traders who found no shop: counters under parasols on the promenade."""
    for k, (x, z, dye, goods) in enumerate(PARASOLS):
        hem = "cloth_persimmon" if dye == "cloth_cream" else "cloth_cream"
        hall.place(parasol.parasol(dye, hem), (x, 0, z), 0.3 * k)
        hall.place(counter.laid_counter(goods, 200 + k), (x - 0.75, 0, z), WEST)


# ---------------------------------------------------------------- the far shore

Ring = tuple[str, Callable[[np.ndarray], np.ndarray], float, int]


def _wide(base: float, lake: float) -> Callable[[np.ndarray], np.ndarray]:
    """A ring's radius: `base` over land, `lake` more towards the west."""
    return lambda angle: base + lake * np.clip(-np.cos(angle), 0, 1) ** 0.6


RINGS: tuple[Ring, ...] = (
    ("hill_near", _wide(72, 28), 5.0, 1),
    ("hill_middle", _wide(96, 30), 12.5, 2),
    ("hill_far", _wide(128, 26), 23.0, 3),
)


def far_shore(hall: Hall) -> None:
    """Three rings of hills that stand back from the lake, the land east of it, the pagoda on its hill."""
    angle = np.linspace(0, 2 * np.pi, 161)
    for material, radius, height, seed in RINGS:
        wave = 0.42 + 0.26 * np.sin(angle * 3 + seed) + 0.2 * np.sin(angle * 7 + seed * 2.3)
        wave += 0.1 * np.sin(angle * 13 + seed) + 0.05 * np.sin(angle * 31 + seed * 3)
        # in the middle of the lake's far side the hills give way to the sun
        gap = 1 - 0.72 * np.exp(-(((angle - np.pi) / 0.16) ** 2)) * (material != "hill_near")
        top = np.clip(height * wave * gap, 0.9, None)
        x, z = radius(angle) * np.cos(angle), radius(angle) * np.sin(angle)
        sheet = np.stack([np.column_stack([x, 0 * x - 8, z]), np.column_stack([x, top, z])])
        hall.add(material, _inward(sheet))
    land = sg.box(SHORE_X, -FAR_M, FAR_M, FAR_M).difference(MAINLAND.buffer(-0.4))
    hall.add("shore", plane(land, -0.32))
    direction = np.array([-np.cos(PAGODA_TOWARDS), np.sin(PAGODA_TOWARDS)])
    x, z = direction * 118.0
    hall.place(pagoda.hill(64, 9.5, 5), (x, 0, z), float(np.pi / 2))
    hall.place(pagoda.silhouette(6, 4.0, 3.6, "hill_near"), (x + 0.5, 8.4, z))


def _inward(sheet: np.ndarray) -> Mesh:
    ring = surface(sheet)
    towards = (ring.normal * ring.position * [-1, 0, -1]).sum()
    return ring if towards > 0 else ring.inside_out()


def _willows(hall: Hall) -> None:
    """Along the shore, clear of the street's axis and of the three views."""
    for seed, (x, z, scale) in enumerate(
        (
            (-23.3, -9.4, 1.15),
            (-23.2, 7.4, 1.1),
            (-23.6, -19.0, 1.05),
            (-23.4, 19.0, 1.1),
            (-40.4, 13.6, 0.95),
        )
    ):
        hall.place(tree.willow(seed + 1, scale, 54), (x, 0, z), seed * 1.7)
        hall.place(_tree_pit(), (x, 0, z))


def _tree_pit() -> Model:
    """A square of kerb stones with soil."""
    model = Model().add("ground", box(1.5, 0.05, 1.5, 0, (0, 0.07, 0)))
    for yaw in np.arange(4) * np.pi / 2:
        model.place(Model().add("stone", box(1.74, 0.2, 0.16, 0.02, (0, 0.1, 0.79))), yaw=float(yaw))
    return model


def _benches(hall: Hall) -> None:
    for k, z in enumerate((-12.0, -4.8, 4.8, 13.0)):
        place_bench(hall, f"seat-quay-{k + 1}", (-22.4, 0, z), -np.pi / 2)
    for z in (-6.6, 6.0, -15.0, 15.0):
        hall.place(lantern.standing_lamp(1.6, LANTERN_POWER), (-23.9, 0, z))
