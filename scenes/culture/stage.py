"""The stage by the water: a pyramid roof on four columns, an animated ink screen, red curtains, seats
that face it.
"""

from __future__ import annotations

import numpy as np
from scenes.culture import plan

from kit import bracket, column, lantern, mesh, rail, roof, sign
from kit.hall import Hall
from kit.mesh import EAST, NORTH, SOUTH, WEST, box, lathe, rectangle, standing, surface
from kit.model import Model

FLOOR = plan.STAGE_FLOOR


def stage(hall: Hall) -> Model:
    """About the origin, facing +Z; 9.4 x 9.4 m."""
    model = Model()
    _platform(model)
    _frame(model)
    model.place(roof.pyramid(5.6, 4.6), (0, FLOOR + 4.85, 0))
    model.add("wood", box(6.4, 3.0, 0.16, 0.03, (0, FLOOR + 1.7, -3.0)), colour=(0.7, 0.65, 0.6))
    model.place(_curtains(), (0, FLOOR, -2.72))
    model.place(sign.name_board(hall.signs, "曲水流音", 2.8, 0.72), (0, FLOOR + 4.28, 3.92))
    for x, line in ((-3.6, "一曲清歌留客醉"), (3.6, "满庭芳树送春来")):
        model.place(sign.name_board(hall.signs, line, 0.34, 2.2, sign.RED), (x, FLOOR + 2.0, 3.84))
    for x in (-2.2, 2.2):
        model.place(lantern.round_lantern(1.2, hanger_m=0.85), (x, FLOOR + 2.9, 3.6))
        model.lamp((x * 0.73, FLOOR + 3.7, 1.2), 4.0)
    for x in (-2.4, 0.0, 2.4):
        model.lamp((x, FLOOR + 4.1, 4.4), 0.5)
    return model


def _platform(model: Model) -> None:
    model.add("stone_block", standing(9.4, 1.0, 9.4, 0.05))
    model.add("stone_block", box(9.7, 0.16, 9.7, 0.05, (0, 1.07, 0)))
    model.add("planks", rectangle(9.2, 9.2), (0, FLOOR + 0.01, 0), colour=(1.2, 1.1, 1))
    model.add("carpet", box(4.4, 0.03, 4.4, 0, (0, FLOOR + 0.025, 0.6)))
    for i in range(6):
        model.add("stone_block", standing(3, 0.19, 0.34, 0.02, (0, 0.19 * i, 4.85 + 0.34 * (6 - i) - 0.17)))
    for side in (-1, 1):
        model.place(rail.stone_rail(6.0), (side * 4.4, FLOOR, 1.4), EAST)
        for i in range(6):  # one comes up at the sides: the front steps lead down to the water
            model.add(
                "stone_block",
                standing(0.34, 0.19, 2.2, 0.02, (side * (4.85 + 0.34 * (6 - i) - 0.17), 0.19 * i, -2.9)),
            )


def _frame(model: Model) -> None:
    for x in (-3.6, 3.6):
        for z in (-3.6, 3.6):
            model.place(column.round_column(4.2, 0.4), (x, FLOOR, z))
    for side in (-1, 1):
        for size, y in (((7.8, 0.45, 0.26), 3.95), ((7.8, 0.2, 0.42), 4.28)):
            model.add("wood", box(*size, 0.03, (0, FLOOR + y, side * 3.6)))
            model.add("wood", box(size[2], size[1], size[0], 0.03, (side * 3.6, FLOOR + y, 0)))
    for t in (-3.6, -1.8, 0, 1.8, 3.6):
        for x, z, yaw in ((t, 3.6, SOUTH), (t, -3.6, NORTH), (3.6, t, EAST), (-3.6, t, WEST)):
            model.place(bracket.bracket_set(0.8), (x, FLOOR + 4.38, z), yaw)
    model.add("wood_board", box(7, 0.08, 7, 0, (0, FLOOR + 4.8, 0)), colour=(0.7, 0.6, 0.5))


def _curtains() -> Model:
    """Gathered cloth at both sides of the screen and a valance above it."""
    model = Model()
    t = np.linspace(0, 1, 25)
    for side in (-1, 1):
        rows = []
        for y, wide, deep in (
            (3.55, 0.62, 0.05),
            (2.2, 0.5, 0.07),
            (1.5, 0.3, 0.05),
            (1.3, 0.26, 0.04),
            (0.05, 0.5, 0.08),
        ):
            x = side * (3.35 - wide * t)
            rows.append(np.column_stack([x, 0 * t + y, 0.12 + deep * np.sin(t * np.pi * 9)]))
        model.add("cloth", surface(np.stack(rows)).facing((0, 0, 1)))
        model.add("gold", box(0.34, 0.07, 0.2, 0.02, (side * 3.2, 1.4, 0.12)))
    x = np.linspace(-3.4, 3.4, 61)
    drop = 0.42 + 0.12 * np.abs(np.sin(x * 1.85))
    fold = 0.2 + 0.06 * np.sin(x * 9)
    valance = np.stack(
        [np.column_stack([x, 3.65 + 0 * x, fold]), np.column_stack([x, 3.65 - drop, fold + 0.02])]
    )
    return model.add("cloth", surface(valance).facing((0, 0, 1)))


def seats(hall: Hall) -> None:
    """Stone drums on both banks, in arcs about the stage; each looks at it."""
    x0, z0 = plan.STAGE
    drum = lathe([(0, 0), (0.2, 0), (0.25, 0.1), (0.26, 0.22), (0.25, 0.34), (0.2, 0.44), (0, 0.45)], 14)
    number = 0
    for radius, first, last, count in (
        (10.2, 42, 62, 5),
        (11.8, 41, 66, 6),
        (10.4, 128, 146, 4),
        (12.0, 126, 146, 5),
    ):
        for degrees in np.linspace(first, last, count):
            a = np.radians(degrees)
            x, z = x0 + radius * np.sin(a), z0 + radius * np.cos(a)
            if plan.POND.buffer(0.9).contains(mesh.sg.Point(x, z)):
                continue
            number += 1
            hall.add("stone", drum, (x, 0.03, z), colour=(0.9, 0.9, 0.88))
            hall.seat(f"seat-{number:02}", (x, 0.48, z), float(np.arctan2(x0 - x, z0 - z)))
