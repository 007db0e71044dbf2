"""Moon gates."""

from __future__ import annotations

import numpy as np
import shapely.geometry as sg

from kit import wall
from kit.mesh import standing, sweep
from kit.model import Model


def moon_gate(
    width_m: float = 8.4,
    height_m: float = 4.95,
    radius_m: float = 1.95,
    centre_m: float = 1.75,
    thickness_m: float = 0.5,
    material: str = "plaster",
) -> Model:
    """A piece of wall along x with a round gate in its middle, lined with stone, a step under it."""
    opening = sg.Point(0, centre_m).buffer(radius_m, quad_segs=24)
    model = wall.garden_wall(width_m, height_m, thickness_m, [opening], material=material)
    model.place(ring(radius_m, centre_m, thickness_m))
    model.add("stone_block", standing(radius_m * 1.85, 0.1, thickness_m + 0.7, 0.03))
    return model


def ring(radius_m: float, centre_m: float, thickness_m: float = 0.5, material: str = "stone") -> Model:
    """The stone that lines a round opening, open below where it meets the ground."""
    below = np.arcsin(min(1.0, centre_m / radius_m))
    angle = np.linspace(-below, np.pi + below, 48)
    path = np.column_stack([radius_m * np.cos(angle), centre_m + radius_m * np.sin(angle), 0 * angle])
    half = thickness_m / 2 + 0.09
    outer = [
        (-half, -0.12),
        (-half, 0.14),
        (-half + 0.06, 0.2),
        (half - 0.06, 0.2),
        (half, 0.14),
        (half, -0.12),
        (-half, -0.12),
    ]
    return Model().add(material, sweep(path, outer, side=(0, 0, 1)), colour=(0.82, 0.82, 0.8))
