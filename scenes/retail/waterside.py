"""Where one walks over the lake: a terrace with its moon gate, decks of planks, three stone lanterns.

Two of the ten views of the West Lake lend their names: 平湖秋月, a terrace level with the water from which
one looks at the moon, and 三潭印月, three stone lanterns in the lake that mirror it.
"""

from __future__ import annotations

import numpy as np
import shapely.geometry as sg
from scenes.retail.plan import (
    ISLET,
    ISLET_LAND,
    ISLET_RADIUS_M,
    SHORE_X,
    TERRACE_X,
    TERRACE_Z,
    TONGUE_X,
    WATER_M,
)
from scenes.retail.street import LANTERN_POWER, place_bench

from kit import counter, gate, lantern, parasol, rail, sign
from kit.hall import Hall
from kit.mesh import EAST, WEST, box, lathe, plane, rotation_x, sweep
from kit.model import Model
from kit.water import lotus

Span = tuple[float, float]

WALK_Z: Span = (18.4, 21.6)
"""The deck from the shore to the terrace; between it and the tongue the lotus pool."""
LOTUS_DECK = sg.box(-31.4, -23.4, SHORE_X + 0.2, -13.2).difference(ISLET_LAND.buffer(0.25))
"""From the promenade to the islet, so that the walk over the lake is a round; broad towards the north."""
MOON_GATE = (TONGUE_X + 0.6, 18.3)
LANTERNS = ((-28.6, -2.7), (-29.0, 2.9), (-45.5, 16.0))
"""x, z: two before the bridge, beside the arch that the street looks through, one in the moon gate."""
DECK_M = 0.06
PILES_EVERY_M = 2.4


def make(hall: Hall) -> None:
    _terrace(hall)
    _decks(hall)
    for x, z in LANTERNS:
        hall.place(lake_lantern(), (x, WATER_M, z))


def _terrace(hall: Hall) -> None:
    """Stone level with the lake; its gate frames the sun and the pagoda for whoever comes from the shore."""
    x, z = MOON_GATE
    hall.place(gate.moon_gate(5.6, 4.5, 1.9, 1.6), (x, 0, z), EAST)
    for side in (-1, 1):
        board = sign.name_board(hall.signs, "平湖秋月", 1.9, 0.56, sign.GREEN, 150)
        hall.place(board, (x + side * 0.3, 3.86, z), side * EAST)
    for k, (bx, bz, yaw) in enumerate(
        ((-40.4, 23.0, WEST), (-36.5, TERRACE_Z - 1.0, 0.0), (-34.0, 16.6, np.pi), (-32.2, 23.4, EAST))
    ):
        place_bench(hall, f"seat-terrace-{k + 1}", (bx, 0, bz), float(yaw))
    hall.place(parasol.parasol("cloth_persimmon", "cloth_cream"), (-34.6, 0, 22.6))
    hall.place(counter.laid_counter(("tea", "pears"), 240), (-35.4, 0, 22.6), WEST)
    for lx, lz in ((-41.0, 15.0), (-41.0, 21.8), (TERRACE_X - 0.9, TERRACE_Z - 0.9)):
        hall.place(lantern.standing_lamp(1.6, LANTERN_POWER), (lx, 0, lz))
    hall.checkin("terrace", (x + 2.6, 0, z), 2.0)


def _decks(hall: Hall) -> None:
    """Planks on piles: to the terrace, to the islet, and out among the lotus."""
    _deck(hall, sg.box(TERRACE_X - 0.1, WALK_Z[0], SHORE_X + 0.2, WALK_Z[1]))
    _deck(hall, LOTUS_DECK)
    west, north, east, south = LOTUS_DECK.bounds
    # rails stand where one would lean over the lotus, or could walk around the end of another rail
    for x0, x1, z in (
        (TERRACE_X, SHORE_X, WALK_Z[0] + 0.1),
        (west, east, north + 0.1),
        (ISLET[0] + ISLET_RADIUS_M - 0.3, SHORE_X + 0.4, south - 0.1),
    ):
        hall.place(rail.low_rail(x1 - x0, 0.6, 2.1), ((x0 + x1) / 2, DECK_M, z))
    for k, z in enumerate((-21.6, -19.0)):
        place_bench(hall, f"seat-lotus-{k + 1}", (west + 0.7, DECK_M, z), WEST)
    for x in (west + 0.7, east - 0.9):
        hall.place(lantern.standing_lamp(1.5, LANTERN_POWER), (x, DECK_M, north + 0.7))
    pool = sg.box(TERRACE_X + 0.2, 15.9, SHORE_X - 0.2, WALK_Z[0] - 0.1)
    open_water = sg.box(west - 4, north - 3, west - 0.1, -16.5)
    places = [(-26.6, 17.2), (-28.4, 17.0), (-29.6, 17.2), (-33.0, -20.8), (-32.8, -22.8)]
    hall.place(lotus(8, places, pool.union(open_water), 40), (0, WATER_M, 0))


def _deck(hall: Hall, outline: sg.Polygon) -> None:
    """Planks within a beam that follows the outline, on piles that reach into the lake."""
    hall.add("planks", plane(outline, DECK_M))
    rim = np.array(outline.exterior.coords)
    beam = [(-0.1, -0.22), (-0.1, 0.02), (0.1, 0.02), (0.1, -0.22), (-0.1, -0.22)]
    hall.add("wood", sweep(np.column_stack([rim[:, 0], 0 * rim[:, 0] + DECK_M, rim[:, 1]]), beam))
    under = outline.buffer(-0.15).exterior
    for along in np.arange(0, under.length, PILES_EVERY_M):
        at = under.interpolate(along)
        hall.add("wood", box(0.2, 1.4, 0.2, 0, (at.x, -0.75, at.y)), colour=(0.6, 0.55, 0.5))


def lake_lantern() -> Model:
    """A stone gourd in the water with a round light to each side; y = 0 is the water. 2.1 m tall."""
    model = Model()
    body = [(0.5, -0.6), (0.5, 0.1), (0.36, 0.2), (0.2, 0.34), (0.2, 0.44), (0.4, 0.56)]
    body += [(0.53, 0.82), (0.53, 1.02), (0.4, 1.26), (0.26, 1.32)]
    model.add("stone", lathe(body, 12))
    cap = [
        (0.5, 1.3),
        (0.48, 1.38),
        (0.2, 1.56),
        (0.12, 1.6),
        (0.19, 1.72),
        (0.12, 1.86),
        (0.05, 1.94),
        (0, 2.12),
    ]
    model.add("stone", lathe(cap, 12), colour=(0.85, 0.83, 0.8))
    light = lathe([(0.13, 0.0), (0.0, 0.03)], 10).turned(rotation_x(np.pi / 2))
    for yaw in np.arange(4) * np.pi / 2:
        model.add(
            "lantern", light.facing((0, 0, 1)), (0.53 * np.sin(yaw), 0.92, 0.53 * np.cos(yaw)), float(yaw)
        )
    return model.lamp((0, 0.95, 0), 0.5, glow_m=1.1)
