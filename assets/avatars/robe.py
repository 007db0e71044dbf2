"""Outfit 1: a crossed-collar robe with hanging sleeves, a sash and a long skirt; left over right (右衽)."""

import numpy as np

from avatars import weights
from avatars.detail import Detail
from avatars.distance import capsule, intersection, loft, mirrored, union
from avatars.figure import ARMS_REACH_M, feet, hands
from avatars.mesh import Mesh, Zone, join
from avatars.skeleton import ARM_AXIS, ELBOW, MIRROR, SHOULDER, SIDES, SLEEVE_DOWN, WRIST
from avatars.surface import Box, skin
from avatars.trims import band, patch, ring

# the opening of a sleeve, at the wrist: an ellipse hanging below the arm
_MOUTH = WRIST + ARM_AXIS * 0.012 + SLEEVE_DOWN * 0.050
_MOUTH_RADII_M = (0.104, 0.054)


def torso_field(p: np.ndarray) -> np.ndarray:
    return loft(
        p,
        [0.92, 0.98, 1.08, 1.18, 1.25, 1.30, 1.335, 1.355],
        [0.138, 0.135, 0.142, 0.149, 0.134, 0.102, 0.072, 0.054],
        [0.102, 0.10, 0.102, 0.110, 0.102, 0.082, 0.061, 0.050],
        [0, 0, -0.002, -0.004, -0.011, -0.014, -0.015, -0.015],
        2.2,
        0.02,
    )


def _sleeves(p: np.ndarray) -> np.ndarray:
    """Widening from the elbow to the mouth, where a plane closes them."""
    m = mirrored(p)
    upper = capsule(m, SHOULDER - (0.006, 0.006, 0), ELBOW, 0.050, 0.056)
    q = m - ELBOW
    reach = (_MOUTH - ELBOW) @ ARM_AXIS
    t = np.clip(q @ ARM_AXIS / reach, 0, 1)
    drop = t * 0.050
    a, b = 0.052 + (_MOUTH_RADII_M[0] - 0.052) * t, 0.050 + (_MOUTH_RADII_M[1] - 0.050) * t
    across = np.sqrt(((q @ SLEEVE_DOWN - drop) / a) ** 2 + (q[..., 2] / b) ** 2)
    bell = intersection((across - 1) * np.minimum(a, b), q @ ARM_AXIS - reach, 0.006)
    bell = intersection(bell, -q @ ARM_AXIS - 0.03, 0.04)
    return union(upper, bell, 0.04)


def robe_field(p: np.ndarray) -> np.ndarray:
    return union(torso_field(p), _sleeves(p), 0.065)


def _sash_field(p: np.ndarray) -> np.ndarray:
    return loft(p, [0.905, 0.995], [0.147, 0.146], [0.111, 0.110], [0, 0], 2.2, 0.022)


def _sash(detail: Detail, worn: weights.Weighting) -> Mesh:
    if not detail.fine:
        return ring(
            (0, 0.95, 0),
            (0, 1, 0),
            (0.150, 0.114),
            Zone.ACCENT,
            worn,
            half_width_m=0.045,
            half_height_m=0.01,
            segments=10,
            sides=2,
            girth=1,
        )
    box = Box((-0.2, 0.88, -0.15), (0.2, 1.02, 0.15), 0.009)
    return skin(_sash_field, box, detail.triangles["sash"], Zone.ACCENT, worn, girth=1)


def skirt_field(p: np.ndarray) -> np.ndarray:
    bell = loft(
        p,
        [0.045, 0.2, 0.45, 0.70, 0.88, 0.96],
        [0.250, 0.228, 0.196, 0.170, 0.148, 0.135],
        [0.226, 0.206, 0.174, 0.145, 0.112, 0.10],
        [-0.006, -0.005, -0.002, 0, 0, 0],
        2.1,
        0.02,
    )
    folds = np.cos(np.arctan2(p[..., 0], p[..., 2]) * 9) * np.clip((0.8 - p[..., 1]) / 0.6, 0, 1)
    return bell + 0.006 * folds


def field(p: np.ndarray) -> np.ndarray:
    return np.minimum(robe_field(p), skirt_field(p))


def _mouth_rims(detail: Detail, worn: weights.Weighting) -> list[Mesh]:
    rims = []
    for _, sign in SIDES:
        fold = np.ones(3) if sign > 0 else MIRROR
        across, deep = _MOUTH_RADII_M
        rims.append(
            ring(
                _MOUTH * fold,
                ARM_AXIS * fold,
                (across, deep),
                Zone.ACCENT,
                worn,
                half_width_m=0.017,
                half_height_m=0.007,
                segments=detail.segments(18, 8),
                sides=min(detail.tube_sides, 4),
            )
        )
    return rims


def _collar(detail: Detail, worn: weights.Weighting) -> list[Mesh]:
    """The under band stops where the upper one crosses it."""
    under = [(-0.060, 1.335), (-0.052, 1.295), (-0.03, 1.235), (0.004, 1.165)]
    upper = [(0.060, 1.335), (0.052, 1.295), (0.02, 1.20), (-0.035, 1.08), (-0.07, 0.985)]
    lift = 0.0 if detail.fine else 0.008
    sides = 6 if detail.fine else 2
    return [
        band(
            torso_field,
            under,
            detail.segments(8),
            0.021,
            0.009,
            Zone.ACCENT,
            worn,
            sides=sides,
            lift_m=0.004 + lift,
            girth=1,
        ),
        band(
            torso_field,
            upper,
            detail.segments(12),
            0.021,
            0.009,
            Zone.ACCENT,
            worn,
            sides=sides,
            lift_m=0.009 + lift,
            girth=1,
        ),
        ring(
            (0, 1.338, -0.020),
            (0, 1, 0.25),
            (0.064, 0.058),
            Zone.ACCENT,
            weights.neck_and_head,
            half_width_m=0.018,
            half_height_m=0.008,
            segments=detail.segments(14, 6),
            sides=min(detail.tube_sides, 4),
        ),
    ]


def _tie(detail: Detail, worn: weights.Weighting) -> list[Mesh]:
    ends = [
        ([(0.03, 0.93), (0.036, 0.75), (0.05, 0.56)], 0.020, 0.004),
        ([(0.008, 0.93), (0.004, 0.8), (-0.004, 0.63)], 0.018, 0.007),
    ]
    count, lift = (2, 0.0) if detail.fine else (1, 0.008)
    return [
        band(
            skirt_field,
            line,
            detail.segments(7),
            width,
            0.006,
            Zone.ACCENT,
            worn,
            sides=detail.tube_sides,
            lift_m=height + lift,
            taper=1.25,
            girth=1,
        )
        for line, width, height in ends[:count]
    ]


def mesh(detail: Detail) -> Mesh:
    x = ARMS_REACH_M + 0.06
    robe = skin(
        robe_field,
        Box((-x, 0.70, -0.16), (x, 1.39, 0.17), 0.010),
        detail.triangles["robe"],
        Zone.TOP,
        weights.upper_body,
        girth=1,
    )
    skirt = skin(
        skirt_field,
        Box((-0.29, 0.02, -0.26), (0.29, 0.99, 0.25), 0.013),
        detail.triangles["skirt"],
        Zone.BOTTOM,
        weights.skirt,
        keep=lambda c: c[:, 1] > 0.052,
        girth=1,
    )
    worn = weights.as_worn_on(robe)
    inner = patch(
        torso_field,
        1.205,
        1.325,
        lambda y: 0.004 + 0.044 * (y - 1.205) / 0.12,
        4 if detail.fine else 1,
        2,
        Zone.LIGHT,
        worn,
        lift_m=0.005 if detail.fine else 0.012,
        girth=1,
    )
    parts = [robe, skirt, _sash(detail, worn), inner, *_collar(detail, worn), *_mouth_rims(detail, worn)]
    return join([*parts, *_tie(detail, weights.as_worn_on(skirt)), hands(detail), *feet(detail)])
