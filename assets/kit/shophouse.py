"""Two-storey shophouses in rows, as in the market streets of Jiangnan.

A row is drawn from left to right along x, its fronts at z = 0 facing +Z, standing on the street at y = 0.
Under a row lies one plinth; between its houses are party walls, at its ends and wherever a shop asks for it a
stepped "horse-head" wall that stands over the roofs. The ground floor is open over its whole width.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely.geometry as sg

from kit import cloth, column, rail, roof
from kit.mesh import EAST, box, card, extrude, standing, sweep
from kit.model import Model

BAY_M = 4.2
DEPTH_M = 6.4
PLINTH_M = 0.14
"""One low step, which a wheelchair's ramp and the floor finder both take."""
BEAM_M = 3.3
"""Under side of the front beam: the opening is 3.3 m of a 7 m street wall."""
UPPER_M = 3.95
"""Floor of the upper storey."""
EAVE_M = 6.75
"""With 7 m between the fronts, the street is as high as it is wide."""
OVERHANG_M = 1.0
RISE_M = 2.3
WALL_M = 0.3
"""Thickness of a horse-head wall."""
PROUD_M = 0.06
ROOF_SHORT_M = 0.11
"""A roof ends within its gable walls: seen edge-on, tiles that reach the face would show as a dotted line."""

Colour = tuple[float, float, float]


@dataclass(frozen=True)
class Shop:
    """cover: the dye of its awning, or "tiles" for a skirt roof; upper: "windows" or "balcony"."""

    cover: str = "cloth_indigo"
    upper: str = "windows"
    tone: Colour = (0.88, 0.86, 0.84)
    """Multiplies the colour of its timber: houses of one street are not of one age."""
    wall_after: bool = False
    """A horse-head wall on its right."""
    open_right: bool = False
    """No party wall on its right: one room with the next."""
    back_door: bool = False


def length(shops: Sequence[Shop]) -> float:
    return len(shops) * BAY_M


def shop_row(shops: Sequence[Shop]) -> Model:
    """The houses side by side, the row's middle at x = 0."""
    model = Model()
    total = length(shops)
    edges = [i * BAY_M - total / 2 for i in range(len(shops) + 1)]
    model.add("stone_block", standing(total, PLINTH_M, DEPTH_M + 0.35, 0.03, (0, 0, -DEPTH_M / 2 + 0.175)))
    for i, shop in enumerate(shops):
        centre = (edges[i] + edges[i + 1]) / 2
        model.place(_ground_floor(shop), (centre, 0, 0))
        model.place(_upper_floor(shop), (centre, UPPER_M, 0))
        if shop.wall_after and i + 1 < len(shops):
            model.place(horse_head_wall(), (edges[i + 1], 0, 0))
        elif not shop.open_right and i + 1 < len(shops):
            party = standing(
                0.14, BEAM_M + 0.35, DEPTH_M - 0.5, 0, (edges[i + 1], PLINTH_M, -DEPTH_M / 2 - 0.2)
            )
            model.add("plaster", party)
    # the end walls stand a little proud, so that no beam or tile comes through them
    for x in (edges[0] + WALL_M / 2 - PROUD_M, edges[-1] - WALL_M / 2 + PROUD_M):
        model.place(horse_head_wall(), (x, 0, 0))
    for x in edges:
        model.place(_front_column(), (min(max(x, edges[0] + 0.3), edges[-1] - 0.3), PLINTH_M, -0.12))
    _roofs(model, shops, edges)
    return model


def _roofs(model: Model, shops: Sequence[Shop], edges: Sequence[float]) -> None:
    """One gable roof between each two horse-head walls; neighbours differ a little in height."""
    start = 0
    for i, shop in enumerate(shops):
        if not (shop.wall_after or i + 1 == len(shops)):
            continue
        left, right = edges[start], edges[i + 1]
        half_depth = (DEPTH_M + 2 * OVERHANG_M - 0.4) / 2
        ridge = -(DEPTH_M - 0.4) / 2
        model.place(
            roof.gable((right - left) / 2 - ROOF_SHORT_M, half_depth, RISE_M, rows=3),
            ((left + right) / 2, EAVE_M, ridge),
        )
        start = i + 1


def _ground_floor(shop: Shop) -> Model:
    model = Model()
    wide, tone = BAY_M, shop.tone
    model.add("planks", box(wide, 0.02, DEPTH_M - 0.3, 0, (0, PLINTH_M + 0.012, -DEPTH_M / 2)))
    _back_wall(model, shop)
    model.add("wood_board", box(wide, 0.06, DEPTH_M, 0, (0, UPPER_M - 0.14, -DEPTH_M / 2)), colour=tone)
    for k in range(4):  # joists run from front to back under the boards
        x = (k + 0.5) / 4 * wide - wide / 2
        model.add(
            "wood_board", box(0.13, 0.2, DEPTH_M - 0.1, 0, (x, UPPER_M - 0.27, -DEPTH_M / 2)), colour=tone
        )
    for z in (-0.12, -2.4, -4.4):
        model.add("wood_board", box(wide, 0.32, 0.2, 0, (0, BEAM_M + 0.16, z)), colour=tone)
    model.place(column.fret(wide - 0.3), (0, BEAM_M - 0.42, -0.12))
    for side in (-1, 1):  # the boards taken down in the morning stand folded at the sides
        leaf = card(0.42, 2.85)
        x = side * (wide / 2 - 0.36)
        model.add("wood", box(0.44, 2.9, 0.06, 0, (x, PLINTH_M + 1.45, -0.1)), colour=tone)
        model.add("lattice", leaf, (x, PLINTH_M + 1.45, -0.065))
    _fascia(model, tone)
    if shop.cover == "tiles":
        model.place(_skirt_roof(), (0, BEAM_M + 0.42, 0.05))
    elif shop.cover:
        hem = "cloth_cream" if shop.cover != "cloth_cream" else "cloth_indigo"
        model.place(cloth.awning(wide - 0.25, 1.45, 0.55, shop.cover, hem), (0, BEAM_M + 0.38, 0.04))
    return model


def _back_wall(model: Model, shop: Shop) -> None:
    """Up to the roof, with two windows upstairs that look at the yard."""
    face = sg.box(-BAY_M / 2, PLINTH_M, BAY_M / 2, EAVE_M + 0.1)
    if shop.back_door:
        face = face.difference(sg.box(-0.8, PLINTH_M - 0.1, 0.8, 2.5))
        model.add("wood", box(1.9, 0.14, 0.3, 0.02, (0, 2.55, -DEPTH_M + 0.1)))
        for side in (-1, 1):
            model.add("wood", box(0.14, 2.45, 0.3, 0.02, (side * 0.86, PLINTH_M + 1.2, -DEPTH_M + 0.1)))
    model.add("plaster", extrude(face, 0.2), (0, 0, -DEPTH_M + 0.1))
    for x in (-1.05, 1.05):
        window = card(0.95, 1.15, (0.0, 0.0, 1.0, 0.66))
        model.add("wood", box(1.1, 1.3, 0.08, 0), (x, 5.35, -DEPTH_M - 0.01), colour=shop.tone)
        model.add("lattice", window, (x, 5.35, -DEPTH_M - 0.055), np.pi)
        model.add("tile", box(1.4, 0.07, 0.36, 0), (x, 6.08, -DEPTH_M - 0.16))


def _fascia(model: Model, tone: Colour) -> None:
    """The edge of the upper floor with the ends of its joists."""
    wide = BAY_M
    model.add("wood_board", box(wide, 0.34, 0.12, 0, (0, UPPER_M - 0.19, 0.34)), colour=tone)
    model.add("wood_board", box(wide, 0.04, 0.5, 0, (0, UPPER_M - 0.37, 0.12)), colour=tone)
    for k in range(6):
        x = (k + 0.5) / 6 * wide - wide / 2
        model.add("wood", box(0.12, 0.15, 0.16, 0, (x, UPPER_M - 0.26, 0.45)), colour=np.array(tone) * 1.15)


def _upper_floor(shop: Shop) -> Model:
    """From y = 0, the upper floor, to the eave."""
    model = Model()
    wide, tall, tone = BAY_M, EAVE_M - UPPER_M, shop.tone
    recess = 0.05 if shop.upper == "windows" else -0.85
    for side in (-1, 1):
        model.add("wood", box(0.2, tall, 0.2, 0.02, (side * (wide / 2 - 0.1), tall / 2, 0.28)), colour=tone)
    model.add("wood_board", box(wide, 0.26, 0.22, 0, (0, tall - 0.08, 0.28)), colour=tone)
    if shop.upper == "balcony":
        model.place(rail.wood_rail(wide - 0.4, 0.85, 1.9), (0, 0, 0.3))
        model.add("wood_board", box(wide, 0.06, 1.2, 0, (0, 0.0, -0.25)), colour=tone)
        model.add("wood_board", box(wide, 0.06, 1.4, 0, (0, tall - 0.3, -0.2)), colour=tone)
        for side in (-1, 1):
            model.add("plaster", box(0.1, tall, 1.1, 0, (side * (wide / 2 - 0.06), tall / 2, -0.3)))
    sill = 0.28 if shop.upper == "balcony" else 0.85
    model.add(
        "wood_board", box(wide, sill, 0.1, 0, (0, sill / 2, recess + 0.02)), colour=np.array(tone) * 0.9
    )
    for k in (-1, 0, 1):
        panel = box(wide / 3 - 0.2, sill - 0.26, 0.05, 0, (k * wide / 3, sill / 2, recess + 0.08))
        if sill > 0.5:
            model.add("wood", panel, colour=tone)
    _windows(model, wide, sill, tall - 0.55, recess, tone)
    model.add("plaster", box(wide, 0.46, 0.12, 0, (0, tall - 0.3, recess)))
    return model


def _windows(model: Model, wide: float, sill: float, top: float, z: float, tone: Colour) -> None:
    """Six lattice leaves over the sill."""
    leaf = (wide - 0.36) / 6
    height = top - sill
    for k in range(6):
        x = (k + 0.5 - 3) * leaf
        model.add(
            "lattice", card(leaf - 0.03, height, (0.0, 0.0, 1.0, 0.66)), (x, sill + height / 2, z + 0.045)
        )
    model.add("wood_board", box(wide - 0.2, height, 0.06, 0, (0, sill + height / 2, z)), colour=tone)
    for y in (sill, top):
        model.add("wood", box(wide - 0.2, 0.1, 0.14, 0, (0, y, z + 0.04)), colour=tone)
    for k in (0, 2, 4, 6):
        model.add(
            "wood", box(0.07, height, 0.12, 0, ((k - 3) * leaf, sill + height / 2, z + 0.05)), colour=tone
        )


def _front_column() -> Model:
    return column.round_column(UPPER_M - PLINTH_M - 0.1, 0.3)


def _skirt_roof() -> Model:
    """A narrow roof of tiles over the shop front: half of a small gable roof, its ridge at the wall."""
    whole = roof.roof(BAY_M / 2 - 0.12, 1.35, 0.62, 0.0, 0.0, rows=1, ridge=0.4, rafters=False)
    half = Model()
    for material, meshes in whole.meshes.items():
        for mesh in meshes:
            if mesh.position[:, 2].mean() > -0.05:
                half.add(material, mesh)
    return half


# ---------------------------------------------------------------- the horse-head wall

STEPS = ((1.5, 9.75), (2.95, 8.75), (DEPTH_M / 2 + OVERHANG_M + 0.05, 7.6))
"""(half width, height) of each step about the middle of the house."""


def horse_head_wall() -> Model:
    """A stepped gable wall along z, centred on x = 0, its front end over the street's edge."""
    middle = (DEPTH_M - 0.4) / 2
    widest = STEPS[-1][0]
    face = sg.box(-DEPTH_M / 2, 0, DEPTH_M / 2 - 0.2, STEPS[-1][1])
    face = face.union(
        sg.Polygon(
            [
                (-widest, 6.9),
                (-DEPTH_M / 2, 6.1),
                (DEPTH_M / 2, 6.1),
                (widest, 6.9),
                (widest, 7.6),
                (-widest, 7.6),
            ]
        )
    )
    for half, height in STEPS:
        face = face.union(sg.box(-half, 6.9, half, height))
    model = Model().add("plaster", extrude(face, WALL_M), (0, 0, -middle), EAST)
    inner = 0.0
    for half, height in STEPS:
        spans = ((-half, half),) if inner == 0.0 else ((-half, -inner), (inner, half))
        for a, b in spans:
            model.place(
                _step_coping(a - 0.12 * (a == -half), b + 0.12 * (b == half), height), (0, 0, -middle)
            )
        inner = half
    return model


def _step_coping(start: float, end: float, y: float) -> Model:
    """Tiles along a step, their outer end swung up like a horse's head."""
    z = np.linspace(start, end, 9)
    reach = max(abs(start), abs(end))
    lift = 0.24 * np.clip((np.abs(z) - (reach - 0.75)) / 0.75, 0, 1) ** 2
    path = np.column_stack([0 * z, y + lift, z])
    model = Model()
    model.add(
        "tile",
        sweep(path, [(-0.4, -0.02), (0, 0.24), (0.4, -0.02), (0, -0.1), (-0.4, -0.02)]),
        colour=(0.62, 0.62, 0.62),
    )
    cap = [(-0.1, 0.16), (-0.1, 0.34), (0.1, 0.34), (0.1, 0.16), (-0.1, 0.16)]
    model.add("tile", sweep(path, cap), colour=(0.8, 0.8, 0.8))
    # the inked border that walls of the region have under their coping
    for tall, deep, grey in ((0.1, 0.12, 0.45), (0.34, 0.02, 0.3)):
        border = box(WALL_M + deep, tall, end - start - 0.24, 0, (0, y - 0.06 - tall / 2, (start + end) / 2))
        model.add("tile", border, colour=(grey, grey, grey))
    for k in range(max(1, int((end - start) / 0.62))):
        at = start + (k + 0.5) * (end - start) / max(1, int((end - start) / 0.62))
        rise = float(np.interp(at, z, lift))
        for side in (-1, 1):
            model.add(
                "tile",
                box(0.34, 0.07, 0.13, 0, (side * 0.24, y + 0.14 + rise, at)).moved(),
                colour=(0.75, 0.75, 0.75),
            )
    return model
