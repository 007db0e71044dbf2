"""Signed distance fields: negative inside, metres. Points are (..., 3) float, distances (...) float.

The ellipsoid and the smooth union are Inigo Quilez' ("distance functions", "smooth minimum"); the others
follow from them.
"""

from collections.abc import Callable, Sequence

import numpy as np
from scipy.interpolate import PchipInterpolator

Field = Callable[[np.ndarray], np.ndarray]
Vector = Sequence[float] | np.ndarray


def union(a: np.ndarray, b: np.ndarray, blend_m: float) -> np.ndarray:
    """Smooth minimum: the two shapes melt into each other over `blend_m`."""
    h = np.maximum(blend_m - np.abs(a - b), 0) / blend_m
    return np.minimum(a, b) - h * h * blend_m * 0.25


def intersection(a: np.ndarray, b: np.ndarray, blend_m: float) -> np.ndarray:
    return -union(-a, -b, blend_m)


def difference(a: np.ndarray, b: np.ndarray, blend_m: float) -> np.ndarray:
    return intersection(a, -b, blend_m)


def mirrored(points: np.ndarray) -> np.ndarray:
    """The points folded onto the wearer's left side, so that one shape makes both."""
    folded = points.copy()
    folded[..., 0] = np.abs(folded[..., 0])
    return folded


def sphere(points: np.ndarray, centre: Vector, radius_m: float) -> np.ndarray:
    return np.linalg.norm(points - np.asarray(centre), axis=-1) - radius_m


def ellipsoid(points: np.ndarray, centre: Vector, radii_m: Vector) -> np.ndarray:
    radii = np.asarray(radii_m)
    q = points - np.asarray(centre)
    k0 = np.linalg.norm(q / radii, axis=-1)
    k1 = np.linalg.norm(q / radii**2, axis=-1) + 1e-9
    return k0 * (k0 - 1) / k1


def capsule(
    points: np.ndarray,
    start: Vector,
    end: Vector,
    radius_m: float,
    end_radius_m: float | None = None,
    depth: float = 1.0,
) -> np.ndarray:
    """A rod from start to end, tapering to `end_radius_m`, flattened along z by `depth`."""
    a, b = np.asarray(start, float), np.asarray(end, float)
    r1 = radius_m if end_radius_m is None else end_radius_m
    axis = b - a
    t = np.clip(((points - a) @ axis) / (axis @ axis), 0, 1)
    across = points - a - t[..., None] * axis
    if depth != 1:
        across = across / np.array([1, 1, depth])
    return np.linalg.norm(across, axis=-1) - (radius_m + (r1 - radius_m) * t)


def loft(
    points: np.ndarray,
    heights_m: Sequence[float],
    half_widths_m: Sequence[float],
    half_depths_m: Sequence[float],
    centres_z_m: Sequence[float] | None = None,
    squareness: float = 2.4,
    blend_m: float = 0.03,
) -> np.ndarray:
    """A body of superelliptic sections stacked along y: torsos, skirts, collars."""
    y = np.clip(points[..., 1], heights_m[0], heights_m[-1])
    rx, rz = PchipInterpolator(heights_m, half_widths_m)(y), PchipInterpolator(heights_m, half_depths_m)(y)
    cz = PchipInterpolator(heights_m, centres_z_m)(y) if centres_z_m is not None else 0.0
    n = squareness
    q = (np.abs(points[..., 0] / rx) ** n + np.abs((points[..., 2] - cz) / rz) ** n) ** (1 / n)
    side = (q - 1) * np.minimum(rx, rz)
    capped = intersection(side, points[..., 1] - heights_m[-1], blend_m)
    return intersection(capped, heights_m[0] - points[..., 1], blend_m)


def gradient(field: Field, points: np.ndarray, step_m: float = 0.0025) -> np.ndarray:
    """Unit outward directions, (n, 3) float."""
    axes = np.eye(3) * step_m
    g = np.stack([field(points + axis) - field(points - axis) for axis in axes], -1)
    return np.asarray(g / (np.linalg.norm(g, axis=-1, keepdims=True) + 1e-12))


def smoothstep(low: float, high: float, x: np.ndarray) -> np.ndarray:
    t = np.clip((x - low) / (high - low), 0, 1)
    return np.asarray(t * t * (3 - 2 * t))
