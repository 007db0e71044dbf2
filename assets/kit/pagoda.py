"""A pagoda on a far hill: a silhouette of the right outline, one colour, unlit."""

from __future__ import annotations

import numpy as np

from kit.mesh import Mesh, join, lathe, surface
from kit.model import Model

SIDES = 8


def silhouette(
    storeys: int = 7, radius_m: float = 4.2, storey_m: float = 3.4, material: str = "hill_middle"
) -> Model:
    """Stands on y = 0; each storey .9 as wide and .93 as tall as the one below; the spire a fifth."""
    parts: list[Mesh] = []
    y, radius, tall = 0.0, radius_m, storey_m
    for _ in range(storeys):
        parts.append(lathe([(radius * 0.8, y), (radius * 0.78, y + tall * 0.75)], SIDES, crease_deg=1))
        parts.append(_eaves(radius * 1.28, radius * 0.72, y + tall * 0.72, tall * 0.42))
        y += tall
        radius *= 0.9
        tall *= 0.93
    spire = y * 0.24
    knob = [
        (radius * 0.75, 0),
        (radius * 0.2, 0.25),
        (0.09, 0.3),
        (0.16, 0.42),
        (0.08, 0.5),
        (0.13, 0.62),
        (0.05, 0.7),
        (0.02, 1),
    ]
    parts.append(
        lathe([(r * (spire / 4 if r < 0.2 else 1), y - tall * 0.25 + spire * h) for r, h in knob], SIDES, 90)
    )
    return Model().add(material, join(parts))


def _eaves(outer: float, inner: float, y: float, rise: float) -> Mesh:
    """A ring of roof, its eight corners swung up and out."""
    angle = np.linspace(0, 2 * np.pi, SIDES * 6, endpoint=False)
    corner = np.abs(np.cos(angle * SIDES / 2)) ** 5
    # the flat between two corners lies nearer the axis, as an octagon's side does
    flat = np.cos(np.pi / SIDES) / np.cos((angle + np.pi / SIDES) % (2 * np.pi / SIDES) - np.pi / SIDES)
    rim = np.stack([outer * flat * (1 + 0.05 * corner), y + rise * 0.55 * corner], axis=1)
    bottom = np.stack([inner * np.cos(angle), np.full(len(angle), y), inner * np.sin(angle)], axis=1)
    edge = np.stack([rim[:, 0] * np.cos(angle), rim[:, 1], rim[:, 0] * np.sin(angle)], axis=1)
    top = np.stack([inner * np.cos(angle), np.full(len(angle), y + rise), inner * np.sin(angle)], axis=1)
    middle = edge * [0.62, 0, 0.62] + top * [0.38, 0, 0.38] + [0, y + rise * 0.42, 0]
    return surface(np.stack([bottom, edge, middle, top]), closed=True)


def hill(width_m: float, height_m: float, seed: int, material: str = "hill_middle") -> Model:
    """A wooded hill seen from one side (+Z): a card with an uneven crest, feet 6 m below the shore."""
    x = np.linspace(-1, 1, 81)
    crest = (1 - x * x) ** 1.4 * height_m
    rough = sum(np.sin(x * k + seed * k) / k for k in (9, 17, 31, 57))
    top = crest * (1 + 0.10 * rough) + 0.35 * np.sin(x * 90 + seed) * (crest > 1)
    sheet = np.stack(
        [
            np.column_stack([x * width_m / 2, 0 * x - 6, 0 * x]),
            np.column_stack([x * width_m / 2, np.maximum(top, -6), 0 * x]),
        ]
    )
    return Model().add(material, surface(sheet).facing((0, 0, 1)))
