"""A part of an avatar as triangles, and the zones its colours come from."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import IntEnum

import numpy as np


class Zone(IntEnum):
    """What a vertex is made of; its colour is looked up in the palette by it."""

    SKIN = 0
    HAIR = 1
    TOP = 2
    BOTTOM = 3
    ACCENT = 4
    SHOE = 5
    LIGHT = 6
    FACE = 7  # skin, with the face drawn on it
    STRAW = 8


@dataclass(frozen=True)
class Mesh:
    """Arrays of n vertices and m triangles (counter-clockwise seen from outside)."""

    positions: np.ndarray  # (n, 3) float, metres, A-pose
    triangles: np.ndarray  # (m, 3) int
    normals: np.ndarray  # (n, 3) float, unit
    weights: np.ndarray  # (n, 21) float, rows sum to 1
    zones: np.ndarray  # (n,) int, Zone
    uvs: np.ndarray  # (n, 2) float, into a face's cell; zero off the face
    occlusion: np.ndarray  # (n,) float, 1 = open sky
    girth: np.ndarray  # (n,) float, how much of the body's girth this vertex takes on
    variant: np.ndarray  # (n,) int, which accessory a vertex belongs to; zero elsewhere

    @staticmethod
    def of(
        positions: np.ndarray,
        triangles: np.ndarray,
        normals: np.ndarray,
        weights: np.ndarray,
        zone: Zone,
        girth: float = 0.0,
    ) -> "Mesh":
        n = len(positions)
        return Mesh(
            positions=positions,
            triangles=triangles,
            normals=normals,
            weights=weights,
            zones=np.full(n, int(zone)),
            uvs=np.zeros((n, 2)),
            occlusion=np.ones(n),
            girth=np.full(n, girth),
            variant=np.zeros(n, int),
        )

    def with_variant(self, variant: int) -> "Mesh":
        return replace(self, variant=np.full(len(self.positions), variant))


def join(meshes: Sequence[Mesh]) -> Mesh:
    offsets = np.cumsum([0] + [len(m.positions) for m in meshes[:-1]])
    fields = {
        name: np.concatenate([getattr(m, name) for m in meshes])
        for name in ("positions", "normals", "weights", "zones", "uvs", "occlusion", "girth", "variant")
    }
    return Mesh(
        triangles=np.concatenate([m.triangles + o for m, o in zip(meshes, offsets, strict=True)]), **fields
    )


def facing(positions: np.ndarray, triangles: np.ndarray, normals: np.ndarray) -> np.ndarray:
    """The triangles, all turned over if most of them wind against the normals."""
    p = positions[triangles]
    area = np.cross(p[:, 1] - p[:, 0], p[:, 2] - p[:, 0])
    against = np.einsum("ij,ij->i", area, normals[triangles].mean(1)) < 0
    return triangles[:, ::-1] if against.mean() > 0.5 else triangles


def vertex_normals(positions: np.ndarray, triangles: np.ndarray) -> np.ndarray:
    """Area-weighted normals, (n, 3) float, unit."""
    p = positions[triangles]
    area = np.cross(p[:, 1] - p[:, 0], p[:, 2] - p[:, 0])
    normals = np.zeros_like(positions)
    for corner in range(3):
        np.add.at(normals, triangles[:, corner], area)
    return np.asarray(normals / (np.linalg.norm(normals, axis=1, keepdims=True) + 1e-12))
