"""The far distance: rings of hills and the shore they stand on; unlit, each ring one colour."""

from __future__ import annotations

import numpy as np

from kit.mesh import surface
from kit.model import Model

RINGS = (("hill_near", 70.0, 7.0), ("hill_middle", 100.0, 15.0), ("hill_far", 140.0, 25.0))


def hills(seed: int = 0, centre: tuple[float, float] = (0, 0), sides: int = 120, low: float = 1.5) -> Model:
    """Three rings, the farther the taller and paler; colours are the materials hill_near, hill_middle,
    hill_far.
    """
    model = Model()
    angle = np.linspace(0, 2 * np.pi, sides + 1)
    for i, (material, radius, height) in enumerate(RINGS):
        a = angle + seed
        wave = 0.45 + 0.3 * np.sin(a * 3 + i) + 0.2 * np.sin(a * 7 + i * 2.3) + 0.12 * np.sin(a * 13 + i)
        top = np.clip(height * (wave + 0.06 * np.sin(a * 29 + i * 3)), low, None)
        x, z = centre[0] + radius * np.cos(angle), centre[1] + radius * np.sin(angle)
        # the feet reach well below the shore, so that no gap shows from above
        ring = surface(np.stack([np.column_stack([x, 0 * x - 6, z]), np.column_stack([x, top, z])]))
        inward = -np.column_stack([np.cos(angle), 0 * angle, np.sin(angle)])
        towards = (ring.normal.reshape(2, -1, 3)[0] * inward).sum()
        model.add(material, ring if towards > 0 else ring.inside_out())
    return model


def shore(radius: float = 160.0, y: float = -0.35, centre: tuple[float, float] = (0, 0)) -> Model:
    """A disc under everything, out to the hills."""
    angle = np.linspace(0, 2 * np.pi, 49)
    rim = np.column_stack(
        [centre[0] + radius * np.cos(angle), 0 * angle + y - 0.8, centre[1] + radius * np.sin(angle)]
    )
    middle = np.column_stack([0 * angle + centre[0], 0 * angle + y, 0 * angle + centre[1]])
    return Model().add("shore", surface(np.stack([rim, middle])).facing((0, 1, 0)))
