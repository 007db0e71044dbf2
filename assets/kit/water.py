"""Ponds: bank, water, lotus."""

from __future__ import annotations

import numpy as np
import shapely.geometry as sg

from kit import palette, tree
from kit.mesh import Mesh, box, join, make, plane, sweep
from kit.model import Model

LEVEL_M = -0.28
"""Water below the paving."""


def pond(outline: sg.Polygon, level_m: float = LEVEL_M, bank_m: float = 0.5) -> Model:
    """Water in a stone bank that follows the outline (drawn in x, z) and stands .22 m above the ground."""
    x, z = np.array(sg.polygon.orient(outline, -1).exterior.coords).T
    path = np.column_stack([x, 0 * x, z])
    b = bank_m
    bank = [(-0.1, -0.9), (-0.1, 0.16), (-0.05, 0.22), (b - 0.05, 0.22), (b, 0.16), (b, -0.9), (-0.1, -0.9)]
    model = Model().add("water", plane(outline, level_m))
    return model.add("stone", _closed_sweep(path, bank, outline), colour=(0.72, 0.72, 0.7))


def _closed_sweep(path: np.ndarray, profile: list[tuple[float, float]], outline: sg.Polygon) -> Mesh:
    """A sweep about a ring whose profile leans outwards of the outline, whichever way the ring runs."""
    ahead = path[1] - path[0]
    right = np.cross(ahead, (0, 1.0, 0))
    probe = (path[0] + path[1]) / 2 + right / np.linalg.norm(right) * 0.3
    if outline.contains(sg.Point(probe[0], probe[2])):
        profile = [(-s, u) for s, u in profile]
    return sweep(path, profile)


def lotus(seed: int, centres: list[tuple[float, float]], outline: sg.Polygon, count: int = 120) -> Model:
    """Leaves and flowers about some centres (x, z), kept inside the pond; y = 0 is the water."""
    rng = np.random.default_rng([21, seed])
    inside = outline.buffer(-0.7)
    meshes: list[Mesh] = []
    for i in range(count):
        x, z = np.array(centres[i % len(centres)]) + rng.normal(size=2) * [1.5, 1.0]
        radius, lifted = 0.22 + 0.25 * rng.random(), rng.random() < 0.35
        tone, flowers = rng.random(), rng.random() < 0.16
        if not inside.contains(sg.Point(x, z)):
            continue
        y = 0.04 + (0.3 * rng.random() if lifted else 0.0)
        meshes.append(_leaf(radius, -0.1 if lifted else -0.03, tone).moved((x, y, z)))
        if flowers:
            meshes.append(_flower(rng).moved((x, y + 0.32, z)))
            stalk = box(0.02, 0.4, 0.02, 0, (x, y + 0.14, z))
            meshes.append(stalk.tinted(palette.linear("#5a7a45")))
    return Model().add("leaf", join(meshes))


def _leaf(radius: float, dip: float, tone: float) -> Mesh:
    angle = np.linspace(0, 2 * np.pi, 8, endpoint=False)
    rim = np.column_stack([radius * np.cos(angle), 0.02 * np.sin(3 * angle), radius * np.sin(angle)])
    dark, light = palette.linear(palette.LOTUS_LEAF[0]), palette.linear(palette.LOTUS_LEAF[1])
    colour = np.vstack([palette.linear("#7f9a5a"), np.tile(dark * (1 - tone) + light * tone, (8, 1))])
    up = np.array([(0, 1 + (i + 1) % 8, 1 + i) for i in range(8)])
    index = np.vstack([up, up[:, ::-1]])
    normal = np.tile([0, 1.0, 0], (9, 1))
    return make(np.vstack([[0, dip, 0], rim]), normal, np.zeros((9, 2)), index, colour)


def _flower(rng: np.random.Generator) -> Mesh:
    petals = 14
    t = np.arange(petals) / petals
    angle, rise = np.arange(petals) * 2.4, 0.5 + 0.6 * t
    out = np.column_stack([np.cos(angle) * np.cos(rise), np.sin(rise), np.sin(angle) * np.cos(rise)])
    pale, deep = palette.linear(palette.LOTUS[1]), palette.linear(palette.LOTUS[0])
    colour = t[:, None] * pale + (1 - t[:, None]) * deep
    return tree.leaves(out * 0.11, 0.12, out, colour, rng, 0.5, out * 8)
