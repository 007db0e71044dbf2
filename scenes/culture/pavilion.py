"""The main hall: five bays on a platform, hip-and-gable roof, lattice doors, a long ink painting inside."""

from __future__ import annotations

import itertools

from kit import bracket, column, lantern, rail, roof, sign, wall
from kit.hall import Hall
from kit.mesh import EAST, NORTH, WEST, box, rectangle, standing
from kit.model import Model

FLOOR = 1.05
COLUMN = 4.1
XS = (-8.4, -5.2, -2.0, 2.0, 5.2, 8.4)
PLATE = FLOOR + COLUMN + 0.12


def pavilion(hall: Hall) -> Model:
    """Stands about the origin, facing +Z; 20.4 x 13.6 m."""
    model = Model()
    _platform(model)
    _frame(model)
    _brackets(model)
    _walls(model)
    model.place(roof.hip_and_gable(10.9, 7.5, 4.9), (0, PLATE + 0.62, 0))
    model.place(sign.painting(hall.paintings, 9.0, 3.2, seed=5, px_per_m=100), (0, FLOOR + 1.95, -4.82))
    model.place(sign.name_board(hall.signs, "宋韵雅集", 3.9, 0.98), (0, PLATE + 0.02, 5.98))
    for x, line in ((-2.0, "山光悦鸟性"), (2.0, "水色照人衣")):
        model.place(sign.name_board(hall.signs, line, 0.42, 2.1, sign.GREEN), (x, FLOOR + 2.1, 5.24))
    for x in (-6.8, -3.6, 3.6, 6.8):
        model.place(lantern.round_lantern(1.1, hanger_m=0.75), (x, FLOOR + COLUMN - 1.35, 5))
    for x in (-5.5, 0, 5.5):
        model.place(lantern.palace_lantern(1.1, 2.4), (x, FLOOR + 3.4, -1.6))
        model.lamp((x, FLOOR + 3.2, -3.2), 1.6)
    # light on the brackets: lamps that nobody sees, behind the eave board
    for x in (-7.5, -4.5, -1.5, 1.5, 4.5, 7.5):
        model.lamp((x, PLATE - 0.5, 5.9), 0.55)
    return model


def _platform(model: Model) -> None:
    model.add("stone_block", standing(20.9, 0.22, 14.1, 0.05), colour=(0.85, 0.85, 0.85))
    model.add("stone_block", standing(20.4, 0.9, 13.6, 0.05))
    model.add("stone_block", box(20.8, 0.16, 14, 0.05, (0, 0.97, 0)), colour=(1.06, 1.05, 1.02))
    model.add("paving", rectangle(20, 13.2), (0, FLOOR + 0.012, 0), colour=(0.95, 0.88, 0.8))
    for i in range(6):
        model.add(
            "stone_block", standing(4.6, 0.175, 0.36, 0.025, (0, 0.175 * i, 6.8 + 0.36 * (6 - i) - 0.03))
        )
    for side in (-1, 1):
        model.add("stone_block", box(0.4, 0.35, 2.9, 0.04, (side * 2.5, 0.55, 8.0)))
    for x in (-6.3, 6.3):
        model.place(rail.stone_rail(7.4), (x, FLOOR, 6.6))
    for x in (-10, 10):
        model.place(rail.stone_rail(13.2), (x, FLOOR, 0), EAST)


def _frame(model: Model) -> None:
    post = column.round_column(COLUMN)
    for x in XS:
        for z in (-5, -1.7, 1.7, 5):
            if z != -1.7 or abs(x) > 8:
                model.place(post, (x, FLOOR, z))
    for z in (-5, 1.7, 5):
        model.add("wood", box(17.4, 0.42, 0.26, 0.03, (0, FLOOR + COLUMN - 0.3, z)))
        model.add("wood", box(17.8, 0.2, 0.46, 0.03, (0, FLOOR + COLUMN + 0.02, z)))
    for x in (-8.4, 8.4):
        model.add("wood", box(0.26, 0.42, 10.6, 0.03, (x, FLOOR + COLUMN - 0.3, 0)))
        model.add("wood", box(0.46, 0.2, 11, 0.03, (x, FLOOR + COLUMN + 0.02, 0)))
    for left, right in itertools.pairwise(XS):
        for z in (-5, 5):
            model.place(column.fret(right - left - 0.4), ((left + right) / 2, FLOOR + COLUMN - 0.85, z))
    model.add("wood_board", box(16.6, 0.08, 9.8, 0, (0, FLOOR + COLUMN + 0.9, 0)), colour=(0.7, 0.6, 0.5))


def _brackets(model: Model) -> None:
    between = [(a + b) / 2 for a, b in itertools.pairwise(XS)]
    for x in sorted([*XS, *between]):
        model.place(bracket.bracket_set(), (x, PLATE, 5))
        model.place(bracket.bracket_set(), (x, PLATE, -5), NORTH)
    for z in (-3.35, -1.7, 0, 1.7, 3.35):
        model.place(bracket.bracket_set(), (8.4, PLATE, z), EAST)
        model.place(bracket.bracket_set(), (-8.4, PLATE, z), WEST)
    purlin = PLATE + 1.12
    for side in (-1, 1):
        model.add("wood", box(18, 0.3, 0.3, 0.03, (0, purlin, side * 5.68)))
        model.add("wood", box(0.3, 0.3, 11, 0.03, (side * 9.08, purlin, 0)))
        model.add("plaster", box(16.8, 1.0, 0.1, 0, (0, PLATE + 0.5, side * 4.9)), colour=(0.8, 0.7, 0.6))
        model.add("plaster", box(0.1, 1.0, 9.8, 0, (side * 8.3, PLATE + 0.5, 0)), colour=(0.8, 0.7, 0.6))


def _walls(model: Model) -> None:
    for i, (left, right) in enumerate(itertools.pairwise(XS)):
        middle, width = (left + right) / 2, right - left
        open_leaves = (1, 2) if i == 2 else ()
        model.place(wall.lattice_doors(width - 0.44, 3.2, 4, open_leaves), (middle, FLOOR, 1.7))
        model.add("wood", box(width, 0.16, 0.2, 0.02, (middle, FLOOR + 3.3, 1.7)))
        model.add("plaster", box(width, 0.6, 0.1, 0, (middle, FLOOR + 3.65, 1.7)), colour=(0.9, 0.85, 0.75))
    for side in (-1, 1):
        model.add("plaster", box(0.24, 3.9, 6.7, 0, (side * 8.4, FLOOR + 1.95, -1.65)))
    model.add("plaster", box(16.8, 3.9, 0.24, 0, (0, FLOOR + 1.95, -5)))


def furniture() -> Model:
    """A low table and stools before the painting; on the hall's floor."""
    model = Model()
    model.add("wood", standing(2.6, 0.07, 0.9, 0.02, (0, 0.68, 0)))
    for x in (-1.15, 1.15):
        for z in (-0.36, 0.36):
            model.add("wood", standing(0.09, 0.68, 0.09, 0.01, (x, 0, z)))
    model.add("wood", box(2.3, 0.1, 0.06, 0.01, (0, 0.56, 0.38)))
    return model
