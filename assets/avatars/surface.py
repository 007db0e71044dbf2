"""From a distance field to a mesh with few triangles and smooth shading."""

from collections.abc import Callable
from dataclasses import dataclass

import fast_simplification
import numpy as np
from skimage.measure import marching_cubes

from avatars.distance import Field, Vector, gradient
from avatars.mesh import Mesh, Zone, facing, vertex_normals
from avatars.weights import Weighting, smoothed

_OFF_GRID = 0.3183
_ATTEMPTS = 4  # one pass may end well above a low count
_CAREFUL = 4  # aggression of the simplifier: more of it flattens small things
MAX_CORRECTION_M = 0.004  # a projection step longer than this would jump to another part of the surface


@dataclass(frozen=True)
class Box:
    """Where to look for the surface, and with what step."""

    low: Vector
    high: Vector
    voxel_m: float


def polygonise(
    field: Field, box: Box, keep: Callable[[np.ndarray], np.ndarray] | None = None
) -> tuple[np.ndarray, np.ndarray]:
    """Marching cubes; `keep` chooses triangles by their centres (n, 3)."""
    # off the round numbers that flat hems lie on: exact zeros at grid points make degenerate triangles
    low, high = np.asarray(box.low, float) - box.voxel_m * _OFF_GRID, np.asarray(box.high, float)
    counts = np.ceil((high - low) / box.voxel_m).astype(int) + 1
    axes = [low[i] + box.voxel_m * np.arange(counts[i]) for i in range(3)]
    values = field(np.stack(np.meshgrid(*axes, indexing="ij"), -1)).astype(np.float32)
    outside = np.pad(values, 1, constant_values=0.05)  # closes what the box cuts
    positions, triangles, _, _ = marching_cubes(outside, 0)
    positions = positions * box.voxel_m + low - box.voxel_m
    triangles = triangles[:, ::-1]
    if keep is not None:
        triangles = triangles[keep(positions[triangles].mean(1))]
        used, flat = np.unique(triangles, return_inverse=True)
        positions, triangles = positions[used], flat.reshape(-1, 3)
    return positions, triangles


def simplify(positions: np.ndarray, triangles: np.ndarray, count: int) -> tuple[np.ndarray, np.ndarray]:
    """Quadric simplification to `count` triangles."""
    for _ in range(_ATTEMPTS):
        if len(triangles) <= count:
            break
        positions, triangles = fast_simplification.simplify(
            positions.astype(np.float32), triangles.astype(np.int32), target_count=count, agg=_CAREFUL
        )
    return positions.astype(float), triangles.astype(int)


def fitted(field: Field, positions: np.ndarray) -> np.ndarray:
    """Vertices moved back onto the surface by two Newton steps."""
    for _ in range(2):
        step = np.clip(field(positions), -MAX_CORRECTION_M, MAX_CORRECTION_M)
        positions = positions - gradient(field, positions) * step[:, None]
    return positions


def skin(
    field: Field,
    box: Box,
    count: int,
    zone: Zone,
    weighting: Weighting,
    *,
    keep: Callable[[np.ndarray], np.ndarray] | None = None,
    field_normals: float = 0.6,
    normal_step_m: float = 0.0025,
    girth: float = 0.0,
) -> Mesh:
    """The surface of `field` as a weighted mesh of about `count` triangles.

    Normals are the field's gradient mixed with area normals: smooth on a coarse mesh, stable in creases.
    """
    positions, triangles = simplify(*polygonise(field, box, keep), count)
    positions = fitted(field, positions)
    p = positions[triangles]
    area = np.linalg.norm(np.cross(p[:, 1] - p[:, 0], p[:, 2] - p[:, 0]), axis=1)
    triangles = triangles[area > 1e-9]
    normals = gradient(field, positions, normal_step_m)
    triangles = facing(positions, triangles, normals)
    normals = normals * field_normals + vertex_normals(positions, triangles) * (1 - field_normals)
    normals /= np.linalg.norm(normals, axis=1, keepdims=True) + 1e-12
    return Mesh.of(positions, triangles, normals, smoothed(weighting(positions), triangles), zone, girth)
