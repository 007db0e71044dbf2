"""Outfit 2: a knee-long dress with a stand collar and slanted piping, after the qipao."""

import numpy as np

from avatars import weights
from avatars.detail import Detail
from avatars.distance import capsule, loft, mirrored, union
from avatars.figure import arm_field, bare_arms, bare_legs, feet, hands, leg_field
from avatars.mesh import Mesh, Zone, join
from avatars.skeleton import ARM_AXIS, MIRROR, SHOULDER, SIDES
from avatars.surface import Box, skin
from avatars.trims import band, ring

_SLEEVE_END = SHOULDER + ARM_AXIS * 0.162


def dress_field(p: np.ndarray) -> np.ndarray:
    d = loft(
        p,
        [0.40, 0.55, 0.70, 0.84, 0.92, 1.02, 1.10, 1.18, 1.25, 1.30, 1.335, 1.355],
        [0.185, 0.172, 0.162, 0.158, 0.148, 0.128, 0.134, 0.144, 0.128, 0.098, 0.070, 0.052],
        [0.152, 0.14, 0.125, 0.115, 0.106, 0.094, 0.098, 0.112, 0.100, 0.081, 0.060, 0.049],
        [0, 0, 0, 0, 0, 0, 0, 0, -0.009, -0.014, -0.015, -0.015],
        2.1,
        0.02,
    )
    sleeves = capsule(mirrored(p), SHOULDER - (0.006, 0.006, 0), SHOULDER + ARM_AXIS * 0.115, 0.046, 0.056)
    return union(d, sleeves, 0.06)


def field(p: np.ndarray) -> np.ndarray:
    return np.minimum(dress_field(p), np.minimum(leg_field(p), arm_field(p)))


def _piping(detail: Detail, worn: weights.Weighting) -> list[Mesh]:
    slant = [(0.0, 1.335), (0.03, 1.300), (0.085, 1.262), (0.118, 1.20)]
    side = [(0.118, 1.20), (0.126, 1.05), (0.138, 0.85), (0.155, 0.60), (0.172, 0.41)]
    if not detail.fine:
        return [band(dress_field, slant, 5, 0.012, 0.006, Zone.ACCENT, worn, sides=2, lift_m=0.010, girth=1)]
    return [
        band(dress_field, slant, 11, 0.0085, 0.006, Zone.ACCENT, worn, sides=5, lift_m=0.003, girth=1),
        band(dress_field, side, 14, 0.0075, 0.006, Zone.ACCENT, worn, sides=5, lift_m=0.003, girth=1),
    ]


def _rings(detail: Detail, worn: weights.Weighting) -> list[Mesh]:
    sides = min(detail.tube_sides, 4)
    collar = ring(
        (0, 1.352, -0.018),
        (0, 1, 0.12),
        (0.055, 0.051),
        Zone.ACCENT,
        weights.neck_and_head,
        half_width_m=0.026,
        half_height_m=0.007,
        segments=detail.segments(16, 6),
        sides=sides,
    )
    hem = ring(
        (0, 0.403, 0),
        (0, 1, 0),
        (0.186, 0.153),
        Zone.ACCENT,
        worn,
        half_width_m=0.013,
        half_height_m=0.006,
        segments=detail.segments(22, 10),
        sides=sides,
        girth=1,
    )
    cuffs = []
    for _, sign in SIDES:
        fold = np.ones(3) if sign > 0 else MIRROR
        cuffs.append(
            ring(
                _SLEEVE_END * fold,
                ARM_AXIS * fold,
                (0.055, 0.055),
                Zone.ACCENT,
                worn,
                half_width_m=0.012,
                half_height_m=0.006,
                segments=detail.segments(14, 6),
                sides=sides,
                girth=0.5,
            )
        )
    return [collar, hem, *cuffs]


def mesh(detail: Detail) -> Mesh:
    dress = skin(
        dress_field,
        Box((-0.40, 0.37, -0.19), (0.40, 1.39, 0.19), 0.010),
        detail.triangles["dress"],
        Zone.TOP,
        weights.dress,
        girth=1,
    )
    worn = weights.as_worn_on(dress)
    skin_parts = [bare_arms(detail), bare_legs(detail), hands(detail), *feet(detail)]
    return join([dress, *_piping(detail, worn), *_rings(detail, worn), *skin_parts])
