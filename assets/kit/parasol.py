"""A market parasol: oiled cloth on ribs, a pole and a stone foot."""

from __future__ import annotations

import numpy as np

from kit.mesh import join, lathe, surface, tube
from kit.model import Model


def parasol(
    dye: str = "cloth_indigo", hem: str = "cloth_cream", radius_m: float = 1.55, height_m: float = 2.75
) -> Model:
    """Eight-sided, its hem scalloped; about 300 triangles. The cloth materials are those of kit.cloth."""
    sides, rows = 32, 5
    angle = np.linspace(0, 2 * np.pi, sides, endpoint=False)
    t = np.linspace(0, 1, rows)[:, None]
    # between two of its eight ribs the cloth sags inwards
    flat = 1 - 0.06 * np.abs(np.sin(angle * 4)) * t
    reach = radius_m * t**0.9 * flat + 0.02
    y = height_m - 0.62 * t**1.25 - 0.05 * np.abs(np.sin(angle * 4)) * t
    sheet = np.stack([reach * np.cos(angle), y + 0 * angle, reach * np.sin(angle)], axis=2)
    model = Model().add(dye, surface(sheet, closed=True).facing((0, 1, 0)))
    drop = np.array([0, -0.2, 0]) * (0.75 + 0.25 * np.abs(np.sin(angle * 8)))[:, None]
    valance = surface(np.stack([sheet[-1], sheet[-1] + drop]), closed=True)
    outwards = (valance.normal * valance.position * [1, 0, 1]).sum()
    model.add(hem, valance if outwards > 0 else valance.inside_out())
    pole = tube([(0, 0.2, 0), (0, height_m, 0)], 0.032, 6)
    ribs = [
        tube(
            [
                (0, height_m - 0.75, 0),
                (radius_m * 0.55 * np.cos(a), height_m - 0.34, radius_m * 0.55 * np.sin(a)),
            ],
            0.012,
            3,
        )
        for a in np.arange(8) * np.pi / 4
    ]
    model.add("wood", join([pole, *ribs]), colour=(0.75, 0.7, 0.66))
    foot = lathe([(0.3, 0), (0.3, 0.08), (0.1, 0.2), (0.06, 0.26)], 10)
    return model.add("stone", foot)
