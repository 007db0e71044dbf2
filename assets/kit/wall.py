"""Garden walls with their coping, openings, and what fills the openings."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import shapely.geometry as sg

from kit import roof
from kit.mesh import box, card, extrude
from kit.model import Model


def garden_wall(
    length_m: float,
    height_m: float = 2.7,
    thickness_m: float = 0.42,
    holes: Sequence[sg.Polygon] = (),
    cope: bool = True,
    material: str = "plaster",
) -> Model:
    """Along x, centred, on the ground: plaster on a stone foot, tiled coping. holes: polygons in (x, y)."""
    face = sg.box(-length_m / 2, 0, length_m / 2, height_m)
    foot = sg.box(-length_m / 2, 0, length_m / 2, 0.45)
    for hole in holes:
        face = face.difference(hole)
        # the foot keeps clear of the stone ring that lines an opening down to the ground
        foot = foot.difference(hole.buffer(0.1) if hole.bounds[1] < 0.45 else hole)
    model = Model()
    model.add(material, extrude(face, thickness_m))
    model.add("stone_block", extrude(foot, thickness_m + 0.12), colour=(0.7, 0.72, 0.72))
    if cope:
        model.place(roof.coping(length_m), (0, height_m, 0))
    return model


def octagon(x: float, y: float = 1.75, radius: float = 0.75) -> sg.Polygon:
    """An opening for a lattice window."""
    angle = np.arange(8) * np.pi / 4 + np.pi / 8
    return sg.Polygon(np.column_stack([x + radius * np.cos(angle), y + radius * np.sin(angle)]))


def window_bars(radius: float = 0.75, material: str = "wood") -> Model:
    """A grid of bars that fills an `octagon`; centred."""
    model = Model()
    for k in (-0.48, -0.16, 0.16, 0.48):
        length = 2 * radius * (0.93 if abs(k) < 0.4 else 0.8)
        model.add(material, box(0.045, length, 0.06, 0), (k * radius, 0, 0))
        model.add(material, box(length, 0.045, 0.06, 0), (0, k * radius, 0))
    return model


def lattice_doors(
    width_m: float, height_m: float = 3.2, leaves: int = 4, open_leaves: Sequence[int] = ()
) -> Model:
    """A row of door leaves between two columns, paper lit from within; stands on the floor."""
    model = Model()
    leaf = width_m / leaves
    for i in range(leaves):
        if i in open_leaves:
            continue
        x = (i + 0.5) * leaf - width_m / 2
        model.add(
            "wood", box(leaf - 0.01, height_m, 0.07, 0.015), (x, height_m / 2, 0), colour=(0.8, 0.75, 0.7)
        )
        model.add("lattice", card(leaf - 0.02, height_m - 0.05), (x, height_m / 2 + 0.01, 0.045))
        model.add("lattice", card(leaf - 0.02, height_m - 0.05), (x, height_m / 2 + 0.01, -0.045), np.pi)
    return model
