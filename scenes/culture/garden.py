"""Ground, water, bridge and planting."""

from __future__ import annotations

import itertools

import numpy as np
import shapely.geometry as sg
from scenes.culture import plan

from kit import far, lantern, mesh, rail, rock, tree, water
from kit.hall import Hall
from kit.mesh import box
from kit.model import Model


def ground(hall: Hall) -> None:
    hall.add("paving", mesh.plane(plan.PAVING.difference(plan.POND), 0.03))
    lawn = plan.SITE.difference(plan.PAVING.buffer(-0.4)).difference(plan.POND)
    hall.add("ground", mesh.plane(lawn))
    for (x0, z0), (x1, z1) in itertools.pairwise(plan.SITE.exterior.coords):
        size = (abs(x1 - x0) + 0.6, 1.2, abs(z1 - z0) + 0.6)
        hall.add("stone_block", box(*size, 0.05, ((x0 + x1) / 2, -0.56, (z0 + z1) / 2)))
    hall.place(far.hills()).place(far.shore(y=-0.6))


def pond(hall: Hall) -> None:
    hall.place(water.pond(plan.POND))
    lilies = [(-9, 4.5), (-5.5, 0.2), (7.6, 4.0), (-1.5, 7.4)]
    hall.place(water.lotus(5, lilies, plan.POND, 140), (0, water.LEVEL_M, 0))
    rng = np.random.default_rng(17)
    rim = np.array(plan.POND.exterior.coords)
    for i in range(24):
        x, z = rim[int(rng.integers(len(rim)))]
        if abs(x - 5.2) > 1.8:  # the bridge lands there
            hall.place(rock.boulder(i, 0.5 + 0.8 * rng.random()), (x, 0.05, z))
    for i in range(13):
        a = i * 2.4 + 0.3
        x, z = -2.5 + 9.6 * np.sqrt((i + 1) / 14) * np.cos(a), 3.0 + 4.6 * np.sqrt((i + 1) / 14) * np.sin(a)
        if plan.POND.buffer(-0.8).contains(sg.Point(x, z)) and not _on_bridge(x, z):
            hall.place(lantern.candle_float(), (x, water.LEVEL_M, z), yaw=a)


def _on_bridge(x: float, z: float) -> bool:
    return sg.LineString(plan.BRIDGE).buffer(1.5).contains(sg.Point(x, z))


def bridge(hall: Hall) -> None:
    """Zigzag slabs: evil spirits go straight, so visitors turn."""
    for i, ((ax, az), (bx, bz)) in enumerate(itertools.pairwise(plan.BRIDGE)):
        length = abs(bx - ax) + abs(bz - az) + plan.BRIDGE_WIDTH
        middle, along_x = ((ax + bx) / 2, (az + bz) / 2), abs(bx - ax) > 0.1
        yaw = 0.0 if along_x else np.pi / 2
        slab = Model().add("stone", box(length, 0.2, plan.BRIDGE_WIDTH, 0.04), colour=(0.95, 0.95, 0.93))
        clear = length - 2 * plan.BRIDGE_WIDTH + 0.2
        for side in (-1, 1):
            slab.place(rail.low_rail(clear), (0, 0.1, side * (plan.BRIDGE_WIDTH / 2 - 0.1)))
        hall.place(slab, (middle[0], 0.22 if along_x else 0.205, middle[1]), yaw)
        pier = 0 if i in (0, 4) else 1
        if pier:
            hall.add("stone", box(0.5, 1.0, 0.5, 0.05), (ax, -0.35, az))


def planting(hall: Hall) -> None:
    pines = (
        (-12.4, -8.6, 1.0),
        (13.5, -9, 1.15),
        (-24, -21.5, 1.2),
        (11.5, 12.8, 0.9),
        (-10.6, 15.2, 0.85),
        (30.4, 13, 1.1),
    )
    for i, (x, z, s) in enumerate(pines):
        hall.place(tree.pine(i, s), (x, 0, z))
    for i, (x, z, s) in enumerate(
        ((-14.2, 11.6, 1.2), (14.2, -2, 1.0), (-15, -12.5, 1.3), (8.3, 14.4, 1.15), (-23.5, 14, 1.2))
    ):
        hall.place(tree.blossom(i, s), (x, 0, z))
    for i, (x, z) in enumerate(((-12.6, 13.4), (12.6, 4.6))):
        hall.place(tree.willow(i, 1.15), (x, 0, z))
    clumps = (
        (-32, -22.6), (-18, -22.8), (14, -22.8), (20.5, -22.6), (-32.4, 14.8), (-18, 15.8), (19, 15.6),
        (-32.6, 2), (14, 15.7), (-5.6, 15.8), (31.6, -22),
    )  # fmt: skip
    for i, (x, z) in enumerate(clumps):
        hall.place(tree.bamboo(i), (x, 0, z))
    for i, (x, z, tall, y) in enumerate(
        (
            (-6.6, 14.4, 2.3, 0),
            (13.2, 1.2, 1.8, 0),
            (-13.4, -4.8, 1.7, 0),
            (9.8, 11.6, 1.3, 0),
            (-11.2, 8.2, 1.0, -0.2),
        )
    ):
        hall.place(rock.scholar_rock(i, tall), (x, y, z))
    rng = np.random.default_rng(23)
    for i in range(34):
        x, z = rng.uniform(-32, 31), (plan.NORTH_WALL + 0.7 if rng.random() < 0.5 else plan.SOUTH_WALL - 0.8)
        if abs(x) > 3.4 or z < 0:
            hall.place(tree.shrub(i, 0.6 + 0.4 * rng.random()), (x, 0, z + 0.2 * rng.normal()))
    for x, z in ((7.6, 12.2), (-10.2, -5.4), (14.6, 9.4), (-16.2, 10.6), (11.6, -3.6), (-27, 3)):
        hall.place(lantern.standing_lamp(), (x, 0, z))


def forecourt(hall: Hall) -> None:
    """Before the gate."""
    for side in (-1, 1):
        hall.place(tree.bamboo(30 + side, 0.8), (side * 6.4, 0, 18.3))
        hall.place(rock.scholar_rock(9 + side, 1.0), (side * 4.4, 0, 18.2))
        hall.place(tree.pine(20 + side, 1.1), (side * 15, 0, 20.2))
        hall.place(lantern.standing_lamp(1.7), (side * 5.2, 0, 24))
        hall.place(tree.bamboo(40 + side, 0.9), (side * 20, 0, 18.6))
    for i in range(12):
        x = -24 + i * 4.3
        if abs(x) > 6:
            hall.place(tree.shrub(60 + i, 0.9), (x, 0, 18.6))
    end, middle = plan.FORECOURT_END, (plan.SOUTH_WALL + plan.FORECOURT_END) / 2
    deep = plan.FORECOURT_END - plan.SOUTH_WALL
    parapets = ((54.0, 0.45, (0, end - 0.2)), (0.45, deep, (-26.8, middle)), (0.45, deep, (26.8, middle)))
    for wide, depth, (x, z) in parapets:
        hall.add("stone_block", mesh.standing(wide, 0.5, depth, 0.04), (x, 0, z))
        hall.add(
            "stone_block",
            mesh.standing(wide + 0.14, 0.1, depth + 0.14, 0.03),
            (x, 0.5, z),
            colour=(1.06, 1.05, 1.02),
        )
    for x in (-24, -8, 8, 24):
        hall.place(lantern.standing_lamp(1.3, 0.7), (x, 0, end - 0.9))
