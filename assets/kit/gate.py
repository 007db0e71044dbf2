"""Moon gates."""

from __future__ import annotations

import numpy as np
import shapely.geometry as sg

from kit import palette, sign, wall
from kit.hall import Hall
from kit.mesh import Mesh, make, standing, sweep
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


def portal_gate(
    hall: Hall, title: str, colour: str, radius_m: float = 1.45, material: str = "stone"
) -> Model:
    """A free-standing round gate filled with moving light (the screen "portal"); facing +Z, its board
    over it.

    Adds the screen's material to the hall; `hall.portal` at the same place makes it lead somewhere.
    """
    centre = radius_m * 0.86
    model = ring(radius_m, centre, 0.42, material)
    model.add("stone_block", standing(radius_m * 2.3, 0.06, 1.3, 0.02))
    for side in (-1, 1):
        model.add(material, standing(0.5, 0.34, 0.7, 0.04, (side * radius_m * 0.78, 0, 0)))
    hall.screen_material("portal")
    for z, veil in ((0.02, _disc(radius_m)), (-0.02, _disc(radius_m).moved(yaw=np.pi))):
        model.add("screen_portal", veil, (0, centre, z), colour=tuple(palette.linear(colour)))
    board = sign.name_board(hall.signs, title, 1.5, 0.42, px_per_m=170)
    for z, yaw in ((0.2, 0.0), (-0.2, np.pi)):
        model.place(board, (0, centre + radius_m + 0.42, z * 0.5), yaw)
    model.lamp((0, centre, 0.5), 0.6, _light(colour), glow_m=0.0).lamp((0, centre, -0.5), 0.6, _light(colour))
    return model


def _light(colour: str) -> tuple[float, float, float]:
    r, g, b = palette.linear(colour)
    return float(r), float(g), float(b)


def _disc(radius: float, sides: int = 40) -> Mesh:
    """A round card facing +Z with uv 0..1."""
    angle = np.linspace(0, 2 * np.pi, sides, endpoint=False)
    rim = np.column_stack([np.cos(angle), np.sin(angle)])
    position = np.vstack([[0, 0, 0], np.column_stack([rim * radius, 0 * angle])])
    uv = np.vstack([[0.5, 0.5], rim * [0.5, -0.5] + 0.5])
    index = np.array([(0, 1 + i, 1 + (i + 1) % sides) for i in range(sides)])
    return make(position, np.tile([0, 0, 1.0], (sides + 1, 1)), uv, index)
