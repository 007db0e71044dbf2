"""Galleries: bays between columns under one long roof, each bay a place for a booth."""

from __future__ import annotations

from scenes.culture import plan

from kit import bracket, column, lantern, roof
from kit.mesh import box, rectangle, standing
from kit.model import Model

FLOOR = plan.GALLERY_FLOOR
BAY = plan.BAY


def gallery(bays: int) -> Model:
    """Along x about the origin, facing +Z: 4.7 m deep, a strip of light in each bay."""
    model = Model()
    length = bays * BAY
    model.add("stone_block", standing(length + 1, FLOOR, 5.6, 0.04))
    model.add("stone_block", standing(length + 1, FLOOR / 2, 0.4, 0.03, (0, 0, 2.95)))
    model.add("paving", rectangle(length, 5.5), (0, FLOOR + 0.012, 0), colour=(0.95, 0.88, 0.8))
    model.add("plaster", box(length, 4.3, 0.3, 0, (0, 2.3, -2.5)))
    for i in range(bays + 1):
        _partition(model, i * BAY - length / 2)
    for i in range(bays):
        _bay(model, (i + 0.5) * BAY - length / 2)
    model.add("wood_board", box(length, 0.06, 4.7, 0, (0, 4.0, 0)), colour=(0.8, 0.7, 0.6))
    model.add("wood_board", box(length + 0.3, 0.95, 0.08, 0, (0, 4.45, 2.28)), colour=(0.75, 0.65, 0.55))
    model.place(roof.gable(length / 2 + 0.9, 3.6, 2.2), (0, 4.25, 0))
    for side in (-1, 1):
        _gable_end(model, side * (length / 2 + 0.15))
    return model


def _partition(model: Model, x: float) -> None:
    model.place(column.round_column(3.5, 0.3), (x, FLOOR, 2.4))
    model.place(column.round_column(3.5, 0.3, base=False), (x, FLOOR, -2.3))
    model.add("plaster", box(0.16, 3.5, 2.2, 0, (x, FLOOR + 1.75, -1.35)))
    model.add("wood", box(0.22, 3.5, 0.14, 0.02, (x, FLOOR + 1.75, -0.2)))
    model.add("wood", box(0.18, 0.26, 4.9, 0.02, (x, 3.75, 0)))
    model.place(bracket.bracket_set(0.55), (x, 4.02, 2.4))
    model.place(lantern.round_lantern(0.75, hanger_m=0.7), (x, 2.95, 2.95))
    model.lamp((x, 3.9, 3.0), 0.3)  # on the brackets


def _bay(model: Model, x: float) -> None:
    model.add("wood", box(BAY - 0.2, 0.3, 0.16, 0.02, (x, 3.78, 2.4)))
    model.place(column.fret(BAY - 0.3), (x, 3.3, 2.4))
    model.add("strip", box(BAY - 0.5, 0.06, 0.08, 0, (x, 3.93, -0.4)))
    for side in (-1, 1):
        model.lamp((x + side * 0.8, 3.4, -0.5), 1.15, (1.0, 0.74, 0.46))


def _gable_end(model: Model, x: float) -> None:
    """The wall between ceiling and roof at either end."""
    for z, tall in ((0.0, 1.9), (1.1, 1.25), (-1.1, 1.25), (2.2, 0.55), (-2.2, 0.55)):
        model.add("plaster", standing(0.12, tall, 1.12, 0, (x, 4.03, z)), colour=(0.85, 0.75, 0.65))
