"""Rocks."""

from __future__ import annotations

import numpy as np

from kit.mesh import blob
from kit.model import Model


def scholar_rock(seed: int, height_m: float = 1.8, material: str = "stone") -> Model:
    """A Taihu stone: three worn pieces leaning on each other. About 960 triangles."""
    rng = np.random.default_rng([11, seed])
    model = Model()
    for i in range(3):
        piece = blob(1.0, 0.2, rng, 2).stretched(0.3, 0.48, 0.26)
        angle = i * 2.3 + seed
        away = 0.2 if i else 0.0
        at = np.array([np.cos(angle) * away, 0.32 + 0.26 * i, np.sin(angle) * away]) * height_m
        model.add(material, piece, at, angle, (0.8, 0.84, 0.86), height_m * (1 - 0.18 * i))
    return model


def boulder(seed: int, size_m: float = 0.6, material: str = "stone") -> Model:
    """A low stone, half in the ground. 80 triangles."""
    rng = np.random.default_rng([13, seed])
    piece = blob(0.5, 0.14, rng, 1).stretched(1.0, 0.62, 0.8)
    return Model().add(
        material, piece, (0, size_m * 0.08, 0), float(rng.random() * 6.28), (0.65, 0.68, 0.66), size_m
    )
