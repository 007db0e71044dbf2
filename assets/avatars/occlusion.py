"""Ambient occlusion read off a distance field: how much nearer surfaces are than in the open."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from avatars.distance import Field
from avatars.mesh import Mesh

_HEIGHTS_M = (0.012, 0.03, 0.06, 0.11)
_DARKEST = 0.28


def openness(field: Field, positions: np.ndarray, normals: np.ndarray) -> np.ndarray:
    """(n,) float in 0.28..1."""
    shade = np.zeros(len(positions))
    for i, height in enumerate(_HEIGHTS_M):
        missing = np.maximum(height - field(positions + normals * height), 0) / height
        shade += missing * 0.42 / (1 + i * 0.35)
    return np.clip(1 - shade * 0.75, _DARKEST, 1)


def shaded(mesh: Mesh, around: Sequence[Field]) -> Mesh:
    """The mesh with the occlusion of everything in `around`, itself included."""

    def field(p: np.ndarray) -> np.ndarray:
        return np.minimum.reduce([f(p) for f in around])

    return replace(mesh, occlusion=openness(field, mesh.positions, mesh.normals))
