"""Things worn: glasses, a bamboo hat, a backpack. One mesh holds all; a vertex says to which it belongs."""

import numpy as np

from avatars import weights
from avatars.detail import Detail
from avatars.distance import ellipsoid, loft, union
from avatars.mesh import Mesh, Zone, facing, join, vertex_normals
from avatars.skeleton import SIDES
from avatars.surface import Box, skin
from avatars.trims import ring, sweep

GLASSES, HAT, BACKPACK = 1, 2, 3

HAT_APEX_M, HAT_RIM_M, HAT_RADIUS_M = 1.795, 1.578, 0.285
_HAT_CENTRE_Z_M = -0.018


def _glasses() -> list[Mesh]:
    worn = weights.rigid("head")

    def wire(points: list[tuple[float, float, float]], out: tuple[float, float, float]) -> Mesh:
        up = np.tile(np.array(out), (len(points), 1))
        return sweep(np.array(points), up, 0.0035, 0.003, Zone.ACCENT, worn, sides=4)

    parts = [wire([(-0.013, 1.499, 0.123), (0.0, 1.502, 0.1255), (0.013, 1.499, 0.123)], (0, 0.2, 1))]
    for _, side in SIDES:
        rim = ring(
            (side * 0.0425, 1.493, 0.1175),
            (0.10 * side, 0, 1),
            (0.031, 0.028),
            Zone.ACCENT,
            worn,
            half_width_m=0.0035,
            half_height_m=0.003,
            segments=16,
            sides=4,
        )
        temple = [(side * 0.074, 1.497, 0.112), (side * 0.105, 1.498, 0.06), (side * 0.121, 1.497, 0.0)]
        parts += [rim, wire(temple, (side, 0.2, 0.3))]
    return parts


def hat_height_m(radius_m: np.ndarray) -> np.ndarray:
    """The cone's outside: a little hollow, as woven bamboo hangs."""
    t = radius_m / HAT_RADIUS_M
    return HAT_APEX_M - (HAT_APEX_M - HAT_RIM_M) * (1.18 * t - 0.18 * t * t)


def _hat(detail: Detail) -> list[Mesh]:
    """Turned about its axis: an outside and an inside that share the rim."""
    around = 18 if detail.fine else 9
    radii = HAT_RADIUS_M * np.array([0.06, 0.35, 0.7, 1.0] if detail.fine else [0.06, 1.0])
    angles = 2 * np.pi * np.arange(around) / around
    rings = [(r, h) for r, h in zip(radii, hat_height_m(radii), strict=True)]
    rim = [(radii[-1] * 0.985, rings[-1][1] - 0.010)] if detail.fine else []
    profile = [*rings, *rim, (0.09, HAT_APEX_M - 0.075)]
    v = np.array([(r * np.sin(a), h, r * np.cos(a) + _HAT_CENTRE_Z_M) for r, h in profile for a in angles])
    rows = np.arange(len(profile) - 1)[:, None] * around
    j, j1 = np.arange(around), (np.arange(around) + 1) % around
    quads = np.concatenate(
        [
            np.stack([rows + j, rows + around + j, rows + j1], -1),
            np.stack([rows + j1, rows + around + j, rows + around + j1], -1),
        ]
    ).reshape(-1, 3)
    top = np.array([(0, j[i], j[i + 1]) for i in range(1, around - 1)])
    t = np.concatenate([quads, top])
    centre = v - (0, 1.66, 0)
    t = facing(v, t, centre / np.linalg.norm(centre, axis=1, keepdims=True))
    cone = Mesh.of(v, t, vertex_normals(v, t), weights.rigid("head")(v), Zone.STRAW)
    if not detail.fine:
        return [cone]
    edge = ring(
        (0, HAT_RIM_M - 0.002, _HAT_CENTRE_Z_M),
        (0, 1, 0),
        (HAT_RADIUS_M, HAT_RADIUS_M),
        Zone.STRAW,
        weights.rigid("head"),
        half_width_m=0.008,
        half_height_m=0.006,
        segments=18,
        sides=4,
    )
    return [cone, edge]


def _pack_field(p: np.ndarray) -> np.ndarray:
    sack = loft(
        p,
        [0.955, 1.00, 1.10, 1.20, 1.255],
        [0.104, 0.118, 0.118, 0.108, 0.08],
        [0.062, 0.072, 0.070, 0.058, 0.034],
        [-0.182, -0.184, -0.182, -0.172, -0.158],
        2.8,
        0.03,
    )
    pocket = ellipsoid(p, (0, 1.045, -0.245), (0.080, 0.060, 0.030))
    return union(sack, pocket, 0.012)


def _pack(detail: Detail) -> list[Mesh]:
    box = Box((-0.16, 0.93, -0.29), (0.16, 1.28, -0.07), 0.010)
    worn = weights.rigid("chest")
    parts = [skin(_pack_field, box, detail.triangles["pack"], Zone.ACCENT, worn)]
    for _, sign in SIDES:
        strap = np.array(
            [
                (sign * 0.080, 1.235, -0.13),
                (sign * 0.092, 1.318, -0.075),
                (sign * 0.094, 1.322, 0.0),
                (sign * 0.094, 1.262, 0.097),
                (sign * 0.100, 1.165, 0.122),
                (sign * 0.122, 1.075, 0.088),
                (sign * 0.140, 1.02, 0.01),
                (sign * 0.110, 1.0, -0.12),
            ]
        )
        out = strap - (0, 1.12, -0.01)
        out[:, 1] *= np.where(strap[:, 1] > 1.28, 1.5, 0.1)
        if detail.fine:
            parts.append(sweep(strap, out, 0.017, 0.006, Zone.SHOE, worn, sides=4))
    return parts


def mesh(detail: Detail) -> Mesh:
    kinds = [(HAT, _hat(detail)), (BACKPACK, _pack(detail))]
    if detail.fine:
        kinds.append((GLASSES, _glasses()))
    return join([part.with_variant(kind) for kind, parts in kinds for part in parts])
