"""A black-awning boat (wupeng) of the canals."""

from __future__ import annotations

import numpy as np

from kit.mesh import Mesh, box, join, surface, tube
from kit.model import Model

LENGTH_M = 5.6
BEAM_M = 1.35


def wupeng(material: str = "paint") -> Model:
    """Along z, its bow at +Z; y = 0 is the water. About 700 triangles."""
    model = Model()
    hull = _hull()
    model.add(material, hull, colour=(0.05, 0.035, 0.028))
    model.add(material, hull.moved((0, 0.02, 0)).inside_out(), colour=(0.2, 0.12, 0.07))
    model.add(material, box(BEAM_M * 0.72, 0.03, LENGTH_M * 0.72, 0, (0, 0.1, 0)), colour=(0.3, 0.19, 0.1))
    for z, length in ((-1.0, 1.35), (0.45, 1.45)):
        hood = _hood(length)
        model.add(material, hood, (0, 0.32, z), colour=(0.035, 0.035, 0.04))
        model.add(material, hood.moved((0, -0.015, 0)).inside_out(), (0, 0.32, z), colour=(0.3, 0.2, 0.1))
    for z in (-2.1, 1.7):
        model.add(material, box(BEAM_M * 0.8, 0.04, 0.3, 0, (0, 0.33, z)), colour=(0.3, 0.19, 0.1))
    oar = tube([(0.5, 1.15, -2.0), (0.15, 0.45, -2.7), (-0.25, -0.35, -3.5)], (0.025, 0.03, 0.06), 5)
    return model.add(material, oar, colour=(0.32, 0.2, 0.1))


def _hull() -> Mesh:
    """Sides and bottom in one sheet: rings across, from stern to bow, both ends drawn up."""
    t = np.linspace(-1, 1, 17)
    half = BEAM_M / 2 * (1 - np.abs(t) ** 3.2 * 0.62)
    sheer = 0.36 + 0.34 * np.abs(t) ** 2.6
    keel = -0.16 + 0.42 * np.abs(t) ** 3
    rows = []
    for across, level in ((-1, 1.0), (-0.86, 0.3), (-0.5, 0.0), (0.5, 0.0), (0.86, 0.3), (1, 1.0)):
        rows.append(np.column_stack([half * across, keel + (sheer - keel) * level, t * LENGTH_M / 2]))
    return surface(np.stack(rows)).facing((0, -1, 0))


def _hood(length_m: float) -> Mesh:
    """Half a barrel of matting with a rib at each end."""
    arc = np.linspace(0, np.pi, 9)
    ring = np.column_stack([-BEAM_M * 0.47 * np.cos(arc), 0.72 * np.sin(arc) ** 0.8, 0 * arc])
    offsets = [np.array([0, 0, z]) for z in (-length_m / 2, length_m / 2)]
    ends = [ring + offset for offset in offsets]
    ribs = [tube(ring * 1.02 + offset, 0.02, 4) for offset in offsets]
    return join([surface(np.stack(ends)).facing((0, 1, 0)), *ribs])
