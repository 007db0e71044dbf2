"""Thin trims: collars, lapels, cuffs, piping.

Voxels of 8 mm would shatter them, so they are swept along lines laid on the cloth.
"""

from collections.abc import Callable, Sequence

import numpy as np
from scipy.interpolate import PchipInterpolator

from avatars.distance import Field, Vector, gradient
from avatars.mesh import Mesh, Zone, facing
from avatars.weights import Weighting

_SAMPLES = 161


def laid_on(field: Field, xy: np.ndarray) -> np.ndarray:
    """Points (n, 2) dropped from the front along z onto the surface of `field`: (n, 3)."""
    z = np.linspace(0.30, -0.02, _SAMPLES)
    rays = np.concatenate(
        [np.repeat(xy[:, None], _SAMPLES, 1), np.broadcast_to(z[None, :, None], (len(xy), _SAMPLES, 1))], 2
    )
    d = field(rays)
    first = np.where((d < 0).any(1), np.argmax(d < 0, 1), np.argmin(d, 1)).clip(1, _SAMPLES - 1)
    row = np.arange(len(xy))
    before, after = d[row, first - 1], d[row, first]
    t = np.clip(before / (before - after + 1e-9), 0, 1)
    return np.c_[xy, z[first - 1] + (z[first] - z[first - 1]) * t]


def along(points: Sequence[tuple[float, float]], count: int) -> np.ndarray:
    """A smooth line through (x, y) points, resampled to (count, 2)."""
    p = np.asarray(points, float)
    length = np.r_[0, np.cumsum(np.linalg.norm(np.diff(p, axis=0), axis=1))]
    s = np.linspace(0, length[-1], count)
    return np.c_[PchipInterpolator(length, p[:, 0])(s), PchipInterpolator(length, p[:, 1])(s)]


def _grid(rows: int, columns: int, wrap_rows: bool, wrap_columns: bool) -> np.ndarray:
    """Triangles of a grid of rows x columns vertices, row-major."""
    i = np.arange(rows if wrap_rows else rows - 1)
    j = np.arange(columns if wrap_columns else columns - 1)
    i, j = (a.ravel() for a in np.meshgrid(i, j, indexing="ij"))
    i1, j1 = (i + 1) % rows, (j + 1) % columns
    a, b, c, d = i * columns + j, i * columns + j1, i1 * columns + j, i1 * columns + j1
    return np.concatenate([np.c_[a, c, b], np.c_[b, c, d]])


def sweep(
    points: np.ndarray,
    up: np.ndarray,
    half_width_m: float,
    half_height_m: float,
    zone: Zone,
    weighting: Weighting,
    *,
    sides: int,
    closed: bool = False,
    taper: float = 1.0,
    lift_m: float = 0.0,
    girth: float = 0.0,
) -> Mesh:
    """A tube of elliptic section along (n, 3) points; with two sides, a flat ribbon."""
    tangent = np.roll(points, -1, 0) - np.roll(points, 1, 0) if closed else np.gradient(points, axis=0)
    tangent /= np.linalg.norm(tangent, axis=1, keepdims=True)
    across = np.cross(tangent, up)
    across /= np.linalg.norm(across, axis=1, keepdims=True)
    up = np.cross(across, tangent)
    grow = np.linspace(1, taper, len(points))[:, None]
    vertices, normals = [], []
    for angle in 2 * np.pi * np.arange(sides) / sides:
        c, s = np.cos(angle), np.sin(angle)
        vertices.append(points + up * lift_m + across * (c * half_width_m) * grow + up * (s * half_height_m))
        normals.append(up if sides == 2 else across * c / half_width_m + up * s / half_height_m)
    v = np.stack(vertices, 1).reshape(-1, 3)
    n = np.stack(normals, 1).reshape(-1, 3)
    n /= np.linalg.norm(n, axis=1, keepdims=True)
    t = _grid(len(points), sides, closed, sides > 2)
    return Mesh.of(v, facing(v, t, n), n, weighting(v), zone, girth)


def band(
    field: Field,
    points: Sequence[tuple[float, float]],
    segments: int,
    half_width_m: float,
    half_height_m: float,
    zone: Zone,
    weighting: Weighting,
    *,
    sides: int,
    lift_m: float = 0.0,
    taper: float = 1.0,
    girth: float = 0.0,
) -> Mesh:
    """A trim laid on the front of a garment along (x, y) points."""
    p = laid_on(field, along(points, segments))
    return sweep(
        p,
        gradient(field, p),
        half_width_m,
        half_height_m,
        zone,
        weighting,
        sides=sides,
        lift_m=lift_m,
        taper=taper,
        girth=girth,
    )


def ring(
    centre: Vector,
    axis: Vector,
    radii_m: tuple[float, float],
    zone: Zone,
    weighting: Weighting,
    *,
    half_width_m: float,
    half_height_m: float,
    segments: int,
    sides: int,
    girth: float = 0.0,
) -> Mesh:
    """A closed trim around an elliptic opening: cuffs, collars, hems. The first radius is across z."""
    n = np.asarray(axis, float)
    n /= np.linalg.norm(n)
    e1 = np.cross(n, [0, 0, 1])
    if np.linalg.norm(e1) < 0.1:
        e1 = np.array([1.0, 0, 0])
    e1 /= np.linalg.norm(e1)
    t = np.linspace(0, 2 * np.pi, segments, endpoint=False)[:, None]
    out = np.cos(t) * e1 * radii_m[0] + np.sin(t) * np.cross(n, e1) * radii_m[1]
    up = out / np.linalg.norm(out, axis=1, keepdims=True)
    return sweep(
        np.asarray(centre) + out,
        up,
        half_width_m,
        half_height_m,
        zone,
        weighting,
        sides=sides,
        closed=True,
        girth=girth,
    )


def patch(
    field: Field,
    bottom_m: float,
    top_m: float,
    half_width_m: Callable[[float], float],
    rows: int,
    columns: int,
    zone: Zone,
    weighting: Weighting,
    *,
    lift_m: float,
    girth: float = 0.0,
) -> Mesh:
    """A piece of cloth seen through an opening, laid on the front: the shirt in a jacket's V."""
    xy = [
        (half_width_m(y) * (2 * j / columns - 1), y)
        for y in np.linspace(bottom_m, top_m, rows + 1)
        for j in range(columns + 1)
    ]
    v = laid_on(field, np.array(xy))
    n = gradient(field, v)
    v = v + n * lift_m
    t = _grid(rows + 1, columns + 1, False, False)
    return Mesh.of(v, facing(v, t, n), n, weighting(v), zone, girth)
