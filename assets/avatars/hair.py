"""Four hairs, each one sculpted mass: strands would cost triangles and look thin."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from avatars import weights
from avatars.detail import Detail
from avatars.distance import Field, capsule, difference, ellipsoid, intersection, mirrored, union
from avatars.mesh import Mesh, Zone
from avatars.surface import Box, skin
from avatars.weights import Weighting


def _shell(p: np.ndarray, thickness_m: float) -> np.ndarray:
    t = thickness_m
    return ellipsoid(p, (0, 1.542, -0.02), (0.116 + t, 0.115 + t, 0.124 + t))


def _face_opening(
    p: np.ndarray, hairline_m: np.ndarray, front_m: float, half_width_m: float | None = None
) -> np.ndarray:
    """What is cut away in front, below the hairline and between the side locks."""
    d = intersection(p[..., 1] - hairline_m, front_m - p[..., 2], 0.02)
    return d if half_width_m is None else intersection(d, np.abs(p[..., 0]) - half_width_m, 0.02)


def _tapered_nape(p: np.ndarray, d: np.ndarray, base_m: float, slope: float) -> np.ndarray:
    return intersection(d, base_m - p[..., 1] + np.clip(p[..., 2], -0.2, 0.03) * slope, 0.02)


def short(p: np.ndarray) -> np.ndarray:
    """Side-swept, with a tapered nape."""
    x = p[..., 0]
    d = union(_shell(p, 0.012), ellipsoid(p, (-0.02, 1.604, 0.0), (0.108, 0.075, 0.115)), 0.03)
    d = union(d, capsule(p, (0.07, 1.611, 0.075), (-0.055, 1.644, 0.07), 0.034, 0.046), 0.03)
    d = union(d, ellipsoid(p, (-0.085, 1.591, 0.055), (0.036, 0.045, 0.05)), 0.025)
    d = _tapered_nape(p, d, 1.461, 0.55)
    d = difference(d, _face_opening(p, 1.584 - ((x - 0.03) / 0.10) ** 2 * 0.035, 0.03), 0.012)
    return difference(d, ellipsoid(mirrored(p), (0.125, 1.479, -0.005), (0.04, 0.043, 0.032)), 0.01)


def bob(p: np.ndarray) -> np.ndarray:
    """Chin-long, with a fringe."""
    m = mirrored(p)
    d = union(_shell(p, 0.020), ellipsoid(p, (0, 1.491, -0.04), (0.142, 0.115, 0.105)), 0.05)
    d = union(d, ellipsoid(m, (0.112, 1.476, 0.03), (0.036, 0.095, 0.055)), 0.03)
    d = union(d, ellipsoid(p, (0, 1.606, 0.075), (0.098, 0.045, 0.055)), 0.03)
    d = intersection(d, 1.411 - p[..., 1], 0.03)
    return difference(d, _face_opening(p, 1.564 - 0.012 * np.cos(p[..., 0] * 60), 0.03, 0.088), 0.014)


def bun(p: np.ndarray) -> np.ndarray:
    """Drawn up into a bun on the crown."""
    x = p[..., 0]
    d = _tapered_nape(p, _shell(p, 0.014), 1.451, 0.5)
    d = difference(d, _face_opening(p, 1.608 - (x / 0.10) ** 2 * 0.05, 0.02), 0.012)
    d = difference(d, ellipsoid(mirrored(p), (0.125, 1.481, 0.0), (0.04, 0.045, 0.034)), 0.01)
    d = union(d, ellipsoid(p, (0, 1.701, -0.035), (0.052, 0.05, 0.052)), 0.014)
    return union(d, capsule(p, (0, 1.656, -0.03), (0, 1.676, -0.035), 0.034), 0.012)


def long(p: np.ndarray) -> np.ndarray:
    """Parted, falling down the back."""
    x = p[..., 0]
    d = union(_shell(p, 0.018), ellipsoid(p, (0, 1.476, -0.06), (0.125, 0.12, 0.09)), 0.05)
    d = union(d, capsule(p, (0, 1.436, -0.095), (0, 1.136, -0.135), 0.085, 0.05, 0.55), 0.05)
    d = union(d, ellipsoid(mirrored(p), (0.113, 1.511, 0.035), (0.028, 0.075, 0.04)), 0.025)
    d = union(d, ellipsoid(p, (0.045, 1.626, 0.055), (0.075, 0.036, 0.068)), 0.03)
    d = union(d, ellipsoid(p, (-0.06, 1.614, 0.055), (0.06, 0.042, 0.06)), 0.03)
    return difference(d, _face_opening(p, 1.594 - ((x + 0.02) / 0.10) ** 2 * 0.04, 0.03, 0.098), 0.012)


@dataclass(frozen=True)
class Hair:
    name: str
    field: Field
    bottom_m: float
    weighting: Weighting

    def mesh(self, detail: Detail) -> Mesh:
        box = Box((-0.18, self.bottom_m, -0.21), (0.18, 1.80, 0.17), 0.008)
        return skin(
            self.field,
            box,
            detail.triangles["hair." + self.name],
            Zone.HAIR,
            self.weighting,
            field_normals=0.85,
            normal_step_m=0.009,
        )


_SHAPES: list[tuple[Callable[[np.ndarray], np.ndarray], float, Weighting]] = [
    (short, 1.40, weights.rigid("head")),
    (bob, 1.38, weights.rigid("head")),
    (bun, 1.40, weights.rigid("head")),
    (long, 1.05, weights.long_hair),
]
HAIRS = [Hair(shape.__name__, shape, bottom, weighting) for shape, bottom, weighting in _SHAPES]
