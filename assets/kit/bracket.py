"""Bracket sets (dougong): the blocks and arms that carry the eaves."""

from __future__ import annotations

from functools import cache

from kit.mesh import Mesh, box, join
from kit.model import Model


@cache
def _blocks() -> Mesh:
    arms = [
        box(0.42, 0.24, 0.42, 0.03, (0, 0.12, 0)),
        box(1.15, 0.2, 0.16, 0.03, (0, 0.36, 0)),
        box(0.16, 0.2, 1.3, 0.03, (0, 0.36, 0.1)),
        box(1.5, 0.2, 0.16, 0.03, (0, 0.72, 0)),
        box(1.15, 0.2, 0.16, 0.03, (0, 0.72, 0.68)),
        box(0.16, 0.2, 2.0, 0.03, (0, 0.72, 0.35)),
    ]
    lower = [(-0.5, 0), (0.5, 0), (0, 0.68), (0, -0.45)]
    upper = [(-0.65, 0), (0.65, 0), (-0.5, 0.68), (0.5, 0.68), (0, 0.68)]
    # the cushions sit in the shade of the arms: no bevel
    cushions = [box(0.24, 0.15, 0.24, 0, (x, 0.54, z)) for x, z in lower]
    cushions += [box(0.24, 0.15, 0.24, 0, (x, 0.9, z)) for x, z in upper]
    return join(arms + cushions)


def bracket_set(scale: float = 1.0, material: str = "wood") -> Model:
    """1.0 m tall at scale 1, reaching 1.3 m forward (+Z); stands on the plate. 372 triangles."""
    return Model().add(material, _blocks(), colour=(1.15, 1.02, 0.92), scale=scale)
