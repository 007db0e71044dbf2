"""Outfit 0: a short jacket over a shirt, and trousers."""

import numpy as np

from avatars import weights
from avatars.detail import Detail
from avatars.distance import capsule, difference, intersection, loft, mirrored, union
from avatars.figure import ARMS_REACH_M, feet, hands
from avatars.mesh import Mesh, Zone, join
from avatars.skeleton import ARM_AXIS, ELBOW, SHOULDER, SIDES, WRIST
from avatars.surface import Box, skin
from avatars.trims import band, patch, ring

_WAIST_M = 0.84  # trousers end below the jacket's hem


def _torso(p: np.ndarray) -> np.ndarray:
    return loft(
        p,
        [0.80, 0.88, 0.98, 1.08, 1.18, 1.25, 1.30, 1.335, 1.36],
        [0.172, 0.162, 0.146, 0.146, 0.152, 0.136, 0.104, 0.074, 0.056],
        [0.130, 0.124, 0.108, 0.104, 0.110, 0.102, 0.083, 0.062, 0.050],
        [0.004, 0.004, 0.0, -0.002, -0.004, -0.011, -0.014, -0.015, -0.016],
        2.2,
    )


def _sleeves(p: np.ndarray) -> np.ndarray:
    m = mirrored(p)
    upper = capsule(m, SHOULDER - (0.006, 0.006, 0), ELBOW, 0.048, 0.050)
    return union(upper, capsule(m, ELBOW, WRIST - ARM_AXIS * 0.01, 0.050, 0.048), 0.03)


def body_field(p: np.ndarray) -> np.ndarray:
    """Torso and sleeves, without collar, cuffs and hem: what the trims lie on."""
    return union(_torso(p), _sleeves(p), 0.07)


def _plain_field(p: np.ndarray) -> np.ndarray:
    """Without the stand collar, which few triangles cannot hold."""
    cuffs = capsule(mirrored(p), WRIST - ARM_AXIS * 0.035, WRIST - ARM_AXIS * 0.008, 0.053)
    hem = loft(p, [0.792, 0.838], [0.178, 0.176], [0.137, 0.135], [0.004, 0.004], 2.2, 0.014)
    return union(union(body_field(p), cuffs, 0.008), hem, 0.008)


def jacket_field(p: np.ndarray) -> np.ndarray:
    stand = loft(
        p,
        [1.26, 1.31, 1.35, 1.385],
        [0.118, 0.088, 0.071, 0.074],
        [0.085, 0.068, 0.061, 0.064],
        [-0.016, -0.016, -0.02, -0.024],
        2,
        0.01,
    )
    open_front = intersection(
        np.abs(p[..., 0]) - 0.07 * np.clip((p[..., 1] - 1.22) / 0.16, 0, 1.3), -p[..., 2], 0.006
    )
    collar = difference(np.abs(stand + 0.006) - 0.008, open_front, 0.01)
    return union(_plain_field(p), collar, 0.012)


def trousers_field(p: np.ndarray) -> np.ndarray:
    m = mirrored(p)
    d = capsule(m, (0.085, 0.82, 0), (0.092, 0.46, 0.004), 0.092, 0.070)
    d = union(d, capsule(m, (0.092, 0.46, 0.004), (0.095, 0.085, -0.008), 0.070, 0.060), 0.04)
    seat = loft(p, [0.74, 0.83, 0.90], [0.140, 0.132, 0.11], [0.106, 0.10, 0.09], [0, 0, 0], 2.2)
    cut = intersection(union(d, seat, 0.04), 0.062 - p[..., 1], 0.012)
    return intersection(cut, p[..., 1] - _WAIST_M, 0.004)


def field(p: np.ndarray) -> np.ndarray:
    return np.minimum(jacket_field(p), trousers_field(p))


def _opening(y: float) -> float:
    """Half width of the V of the shirt."""
    return float(0.006 + 0.050 * np.clip((y - 0.90) / 0.43, 0, 1) ** 0.9)


def mesh(detail: Detail) -> Mesh:
    x = ARMS_REACH_M
    jacket = skin(
        jacket_field if detail.fine else _plain_field,
        Box((-x, 0.77, -0.16), (x, 1.42, 0.17), 0.009),
        detail.triangles["jacket"],
        Zone.TOP,
        weights.jacket,
        girth=1,
    )
    trousers = skin(
        trousers_field,
        Box((-0.22, 0.03, -0.15), (0.22, 0.95, 0.15), 0.011),
        detail.triangles["trousers"],
        Zone.BOTTOM,
        weights.body,
        girth=1,
    )
    worn = weights.as_worn_on(jacket)
    rows, columns = (8, 4) if detail.fine else (3, 2)
    lift = 0.0065 if detail.fine else 0.012
    shirt = patch(body_field, 0.90, 1.325, _opening, rows, columns, Zone.ACCENT, worn, lift_m=lift, girth=1)
    collar = ring(
        (0, 1.345, -0.018),
        (0, 1, 0),
        (0.054, 0.050),
        Zone.ACCENT,
        weights.neck_and_head,
        half_width_m=0.016,
        half_height_m=0.007,
        segments=detail.segments(16, 6),
        sides=detail.tube_sides,
    )
    parts = [jacket, trousers, shirt, collar, hands(detail), *feet(detail)]
    if detail.fine:
        for _, sign in SIDES:
            edge = [(sign * _opening(y), y) for y in (1.335, 1.27, 1.15, 1.0, 0.90, 0.80)]
            parts.append(
                band(
                    body_field,
                    edge,
                    detail.segments(13),
                    0.014,
                    0.009,
                    Zone.TOP,
                    worn,
                    sides=6,
                    lift_m=0.006,
                    girth=1,
                )
            )
    return join(parts)
