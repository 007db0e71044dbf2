"""The gate, the walls, the yards behind the street, the ways to the other halls, panels and screens."""

from __future__ import annotations

import numpy as np
import shapely.geometry as sg
from scenes.retail.plan import (
    BEND,
    BRIDGE,
    GATE_ANGLE,
    GATE_AWAY_M,
    LAKE_ROW_X,
    NORTH_Z,
    ROW,
    SOUTH_Z,
    TOWARDS_BEND,
    gate_point,
)
from scenes.retail.street import place_bench

from kit import (
    bracket,
    cloth,
    column,
    counter,
    gate,
    lantern,
    parasol,
    rock,
    roof,
    shophouse,
    sign,
    tree,
    wall,
)
from kit.hall import Hall
from kit.mesh import EAST, NORTH, SOUTH, WEST, box, plane, standing
from kit.model import Model

GATE_YAW = float(np.pi / 2 - GATE_ANGLE)
"""The gate's front looks away from the street."""
PROMENADE_X = -19.0
INDIGO_DYE = ("#2f4a6b", "#efe6d2", "#8fa7bf")
PERSIMMON_DYE = ("#d9763a", "#fbf1dc", "#8a3d16")
"""Ground, ink and border of cloth with writing."""
PORTAL_LIGHT = {"culture": (1.0, 0.42, 0.22), "education": (0.6, 0.8, 1.0), "lobby": (1.0, 0.86, 0.55)}
"""Each way out glows in the light of its hall: dusk red, daylight, gold."""


def make(hall: Hall) -> None:
    _spawns(hall)
    _paifang(hall)
    _walls(hall)
    _portals(hall)
    _north_yard(hall)
    _tea_garden(hall)
    _gate_square(hall)
    _screens(hall)
    _lake_front(hall)
    _gate_front(hall)
    _panels(hall)
    hall.checkin("gate", (*_on_ground(gate_point(GATE_AWAY_M - 3)),), 2.0)
    hall.checkin("bend", (BEND[0] - 3.5, 0, 3.0), 2.0)
    hall.checkin("bridge", (BRIDGE[0], 2.8, BRIDGE[1]), 1.8)


def _on_ground(point: tuple[float, float], y: float = 0.0) -> tuple[float, float, float]:
    return (point[0], y, point[1])


def _spawns(hall: Hall) -> None:
    hall.spawn("spawn-gate", _on_ground(gate_point(27.5)), TOWARDS_BEND)
    hall.spawn("spawn-bend", (9.5, 0, -0.4), WEST)
    hall.spawn("spawn-lake", (-19.5, 0, 2.0), WEST)
    hall.spawn("spawn-garden", (4.0, 0, 14.5), NORTH)


def _paifang(hall: Hall) -> None:
    """The gate of the street: four columns, three roofs, its name."""
    model = Model()
    for x, tall in ((-2.3, 5.3), (2.3, 5.3), (-4.7, 4.2), (4.7, 4.2)):
        model.place(column.round_column(tall, 0.42, colour=(1.1, 0.72, 0.6)), (x, 0, 0))
        for z in (-0.5, 0.5):  # drum stones that brace the foot
            model.add("stone", box(0.34, 0.9, 0.5, 0.06, (x, 0.45, z)))
    model.add("wood", box(5.4, 0.4, 0.28, 0.03, (0, 4.55, 0)), colour=(1.1, 0.72, 0.6))
    model.add("wood", box(5.4, 0.3, 0.28, 0.03, (0, 5.35, 0)), colour=(1.1, 0.72, 0.6))
    board = sign.name_board(hall.signs, "西湖市集", 3.0, 0.72, sign.LACQUERED, 170, "WEST LAKE MARKET")
    model.place(board, (0, 4.96, 0.2)).place(board, (0, 4.96, -0.2), np.pi)
    for x in (-1.6, 0, 1.6):
        model.place(bracket.bracket_set(0.55), (x, 5.5, -0.05))
    model.place(roof.roof(3.1, 1.25, 1.0, 0.42, 0.55, 1.8, rows=4, ridge=0.6), (0, 6.0, 0))
    for side in (-1, 1):
        x = side * 3.55
        model.add("wood", box(2.6, 0.34, 0.26, 0.03, (x, 3.6, 0)), colour=(1.1, 0.72, 0.6))
        model.add("wood", box(2.6, 0.26, 0.26, 0.03, (x, 4.25, 0)), colour=(1.1, 0.72, 0.6))
        model.add("wood_board", box(2.0, 0.4, 0.1, 0, (x, 3.95, 0)))
        model.place(bracket.bracket_set(0.45), (x, 4.36, -0.05))
        model.place(roof.roof(1.75, 1.0, 0.75, 0.42, 0.4, 1.2, rows=3, ridge=0.5), (x, 4.78, 0))
        model.place(lantern.round_lantern(0.95, 0.8), (side * 3.5, 2.75, 0))
    hall.place(model, _on_ground(gate_point(GATE_AWAY_M)), GATE_YAW)


def _walls(hall: Hall) -> None:
    """About the whole place; the openings on the promenade and by the gate lead to the other halls."""
    windows = [wall.octagon(x) for x in (-15, -9, -3, 3, 9, 15)]
    for x0, x1, z in ((-14.8, 26.0, NORTH_Z), (-14.8, 41.0, SOUTH_Z)):
        middle = ((x0 + x1) / 2, 0, z)
        hall.place(wall.garden_wall(x1 - x0, holes=windows), middle)
        for hole in windows:
            centre = hole.centroid
            hall.place(wall.window_bars(), (middle[0] + centre.x, centre.y, z))
    length = float(np.hypot(15, 21))
    hall.place(wall.garden_wall(length), (33.5, 0, -10.5), float(np.arctan2(-21, 15)))
    hall.place(wall.garden_wall(9.8), (41, 0, 4.9), EAST)
    hall.place(wall.garden_wall(2.8), (41, 0, 19.6), EAST)
    for z in (NORTH_Z, SOUTH_Z):
        hall.place(wall.garden_wall(1.8), (-24.1, 0, z))


def _portals(hall: Hall) -> None:
    for id, at, yaw, name in (
        ("culture", (PROMENADE_X, NORTH_Z), SOUTH, "元文娱 · 曲水园"),
        ("education", (PROMENADE_X, SOUTH_Z), NORTH, "元教育 · 穹顶课堂"),
        ("lobby", (41.0, 14.0), WEST, "元宇宙浙江 · 大厅"),
    ):
        hall.place(gate.moon_gate(), (at[0], 0, at[1]), yaw)
        model = Model()
        model.place(sign.name_board(hall.signs, name, 2.9, 0.62, sign.LACQUERED, 150), (0, 4.25, 0.32))
        # behind the gate a shallow room, lit in the colour of the hall that it leads to
        model.add("plaster", box(5.4, 4.2, 0.2, 0, (0, 2.1, -2.4)))
        for side in (-1, 1):
            model.add("plaster", box(0.2, 4.2, 2.2, 0, (side * 2.6, 2.1, -1.3)))
            model.place(lantern.wall_lantern(0.8, 0.5), (side * 3.1, 3.4, 0.25))
        model.add("wood_board", box(5.4, 0.1, 2.4, 0, (0, 4.1, -1.3)))
        model.add("paving", box(5.0, 0.04, 2.2, 0, (0, 0.0, -1.3)))
        scroll = sign.painting(hall.paintings, 2.6, 2.2, 60 + len(id), 90)
        model.place(scroll, (0, 1.9, -2.24))
        for y in (0.8, 2.6):
            model.lamp((0, y, -1.2), 1.6, PORTAL_LIGHT[id], 1.6)
        hall.place(model, (at[0], 0, at[1]), yaw)
        out = np.array([np.sin(yaw), np.cos(yaw)])
        x, z = np.array(at) - out * 1.0
        hall.portal(f"to-{id}", id, (float(x), 0.05, float(z)), yaw, 1.3)


def _bed(hall: Hall, shape: sg.Polygon, seed: int, shrubs: int) -> None:
    """A planted bed: soil a hand above the paving, shrubs and stones."""
    rng = np.random.default_rng([71, seed])
    hall.add("ground", plane(shape, 0.06))
    left, near, right, far = shape.bounds
    placed = 0
    while placed < shrubs:
        x, z = rng.uniform(left, right), rng.uniform(near, far)
        if not shape.buffer(-0.3).contains(sg.Point(x, z)):
            continue
        if placed % 5 == 4:
            hall.place(rock.boulder(seed * 20 + placed, 0.5 + 0.4 * rng.random()), (x, 0.06, z))
        else:
            hall.place(tree.shrub(seed * 20 + placed, 0.5 + 0.3 * rng.random()), (x, 0, z))
        placed += 1


def _north_yard(hall: Hall) -> None:
    """Behind the northern shops: stalls under the sky (stalls.py), bamboo along the wall."""
    _bed(hall, sg.box(-6.6, -20.7, 17.6, -20.0), 1, 8)
    for k, x in enumerate((-5.6, 15.2)):
        hall.place(tree.bamboo(k + 3, 0.9), (x, 0, -20.2))
    hall.place(tree.pine(5, 1.1), (22.5, 0, -14.6))
    _bed(hall, sg.Point(22.5, -14.6).buffer(1.6), 2, 5)
    for k, x in enumerate((0.5, 6.5)):
        place_bench(hall, f"seat-yard-{k + 1}", (x, 0, -11.2), NORTH)
    for x in (-4, 4.5, 13):
        hall.place(lantern.standing_lamp(1.5, 0.6), (x, 0, -11.0))
    lights = cloth.lantern_line(9.6, 0.9, lantern.round_lantern(0.62, 0.5, 0.3), 3)
    for x, line in ((-3.0, lights), (3.4, cloth.pennant_line(9.6, 0.9)), (8.8, lights)):
        hall.add("wood", standing(0.12, 5.4, 0.12, 0, (x, 0, -20.3)))
        hall.place(line, (x, 5.3, -15.5), EAST)
    for k, (x, z) in enumerate(((-2.4, -15.2), (15.6, -14.6))):
        hall.place(parasol.parasol(("cloth_indigo", "cloth_persimmon")[k]), (x, 0, z))
        hall.place(counter.laid_counter((("silk", "tea"), ("steamers", "jars"))[k], 220 + k), (x, 0, z + 0.7))


def _tea_garden(hall: Hall) -> None:
    """Behind the southern shops: pines, a scholar's rock, benches under a blossom tree."""
    _bed(hall, sg.box(-6.6, 19.6, 39, 20.7), 3, 9)
    _bed(hall, sg.Point(-1.5, 15.4).buffer(2.1), 4, 5)
    hall.place(tree.pine(4, 1.15), (-1.5, 0, 15.4), 0.6)
    hall.place(rock.scholar_rock(2, 1.7), (-0.4, 0.05, 16.4))
    hall.place(rock.scholar_rock(7, 2.3), (8.2, 0.05, 16.2))
    _bed(hall, sg.Point(8.2, 16.2).buffer(1.7), 5, 6)
    for k, x in enumerate((-5.0, 16.0, 30.0)):
        hall.place(tree.bamboo(k + 11, 0.95), (x, 0, 20.1))
    for k, (x, z, yaw) in enumerate(((3.4, 18.4, NORTH), (3.4, 12.4, SOUTH), (12.6, 17.4, WEST))):
        place_bench(hall, f"seat-garden-{k + 1}", (x, 0, z), yaw)
    for x, z in ((1.2, 18.6), (5.6, 12.2), (12.8, 14.2)):
        hall.place(lantern.standing_lamp(1.5, 0.6), (x, 0, z))


def _gate_square(hall: Hall) -> None:
    """In front of the gate, where visitors arrive."""
    bed = sg.Polygon([(30.5, -4.8), (36.2, -5.4), (40.3, 1.0), (40.3, 6.0), (36.5, 4.5)])
    _bed(hall, bed, 6, 9)
    hall.place(tree.willow(21, 1.1, 60), (37.6, 0, 0.6))
    hall.place(tree.pine(8, 1.1), (33.6, 0, -2.6))
    hall.place(rock.scholar_rock(5, 2.1), (36.8, 0, 3.4))
    _bed(hall, sg.Point(24.5, 17.6).buffer(1.9), 7, 5)
    hall.place(tree.blossom(14, 1.2), (24.5, 0, 17.6))
    for k, at in enumerate(((29.6, 0, 18.2), (33.0, 0, 18.8))):
        place_bench(hall, f"seat-gate-{k + 1}", at, float(np.pi))


def _screens(hall: Hall) -> None:
    """On the blank gable walls: ink by the lake, pictures of the market at the bend."""
    for name, at, yaw, size in (
        ("ink", (-13.26, 3.55, -6.7), WEST, (5.2, 2.92)),
        ("slides", (12.06, 3.0, -6.3), EAST, (3.8, 2.14)),
    ):
        out = np.array([np.sin(yaw), 0, np.cos(yaw)])
        frame = Model().add("wood", box(size[0] + 0.3, size[1] + 0.3, 0.12, 0.03), colour=(0.5, 0.42, 0.38))
        frame.add("tile", box(size[0] + 0.7, 0.1, 0.5, 0.02, (0, size[1] / 2 + 0.3, 0.15)))
        place = np.array(at) + out * 0.08
        hall.place(frame, tuple(place), yaw)
        hall.screen(name, size[0], size[1], tuple(place + out * 0.075), yaw)


SLOGAN = (("万人同屏", INDIGO_DYE), ("实时互动", PERSIMMON_DYE), ("精准触达", INDIGO_DYE))
"""The plan's words for such a market, from right to left as old shop signs run."""


def _lake_front(hall: Hall) -> None:
    """What the gable walls say to those who come over the bridge."""
    for k, (text, dye) in enumerate(SLOGAN):
        picture = cloth.banner_picture(text, 120, 500, *dye)
        hall.place(cloth.banner(hall.signs, picture, 1.05, 4.4, 0.06), (-13.45, 5.75, 8.55 - k * 1.85), WEST)
    board = sign.name_board(hall.signs, "元零售 · 西湖市集", 4.2, 0.86, sign.LACQUERED, 120)
    hall.place(board, (-13.36, 6.05, -6.7), WEST)
    for z in (-9.4, -4.0, 4.0, 9.4):
        hall.place(lantern.wall_lantern(0.8, 0.5), (-13.27, 4.3 if z > 0 else 5.4, z), WEST)


def _gate_front(hall: Hall) -> None:
    """The gable walls at the gate and at the bend: the market's words on cloth, its lake in ink."""
    for k, (name, side, text) in enumerate(
        (("d", -1, "虚实相生"), ("c", 1, "人货相逢"), ("c", -1, "百工千品"), ("d", 1, "四方来客"))
    ):
        row = ROW[name]
        x = side * (shophouse.length(row.shops) / 2 + shophouse.PROUD_M)
        picture = cloth.banner_picture(text, 120, 460, *(PERSIMMON_DYE, INDIGO_DYE)[k % 2])
        flag = cloth.banner(hall.signs, picture, 1.05, 4.0, 0.06)
        hall.place(flag, row.world(x + side * 0.2, 5.5, -1.3), row.yaw + side * EAST)
        ink = sign.painting(hall.paintings, 2.6, 1.5, 81 + k, 84)
        hall.place(ink, row.world(x + side * 0.06, 3.2, -4.1), row.yaw + side * EAST)
        hall.place(lantern.wall_lantern(0.8, 0.9), row.world(x, 4.9, -2.3), row.yaw + side * EAST)


def _panels(hall: Hall) -> None:
    """Four stands with what the plan says; the words are in hall.toml."""
    for id, title, at, yaw in (
        ("plan-retail", "元零售", _on_ground(gate_point(GATE_AWAY_M + 1.5, 3.5)), GATE_YAW),
        ("plan-expo", "三维会展", (10.4, 0, 6.2), float(np.radians(-35))),
        ("plan-people", "虚拟数字人", (LAKE_ROW_X - 1.1, 0, -11.2), WEST),
        ("plan-market", "元宇宙营销", (LAKE_ROW_X - 1.1, 0, 10.9), WEST),
    ):
        model = Model()
        board = sign.framed(
            hall.signs, sign.board_picture(title, 150, 200, sign.PAPER, "元宇宙浙江 2023-2025"), 1.2, 1.6
        )
        model.place(board, (0, 1.55, 0))
        for x in (-0.6, 0.6):
            model.add("wood", standing(0.1, 2.6, 0.1, 0.015, (x, 0, -0.02)))
        model.add("tile", box(1.7, 0.09, 0.5, 0.02, (0, 2.6, 0)))
        model.add("stone", standing(1.5, 0.12, 0.5, 0.03))
        hall.place(model, at, yaw)
        out = (np.sin(yaw) * 0.07, np.cos(yaw) * 0.07)
        hall.panel(id, (at[0] + out[0], 1.55, at[2] + out[1]), yaw)
