"""The person below the clothes: head, hands, arms, legs and shoes. Six heads tall, with mitten hands."""

from dataclasses import replace

import numpy as np

from avatars import weights
from avatars.detail import Detail
from avatars.distance import capsule, ellipsoid, intersection, mirrored, smoothstep, sphere, union
from avatars.mesh import Mesh, Zone
from avatars.skeleton import ARM_AXIS, ELBOW, SHOULDER, WRIST
from avatars.surface import Box, skin

FACE_WIDTH_M, FACE_HEIGHT_M, FACE_TOP_M = 0.20, 0.25, 1.601
"""The window of the face that an expression's picture covers, seen from the front."""

ARMS_REACH_M = 0.62


def head_field(p: np.ndarray) -> np.ndarray:
    m = mirrored(p)
    d = ellipsoid(p, (0, 1.538, -0.014), (0.116, 0.115, 0.122))
    d = union(d, ellipsoid(p, (0, 1.458, 0.012), (0.088, 0.082, 0.088)), 0.075)  # jaw
    d = union(d, sphere(m, (0.05, 1.454, 0.048), 0.042), 0.05)  # cheeks
    d = union(d, ellipsoid(p, (0, 1.470, 0.112), (0.0135, 0.017, 0.019)), 0.022)  # nose
    d = union(d, ellipsoid(m, (0.114, 1.483, -0.012), (0.014, 0.031, 0.022)), 0.014)  # ears
    return union(d, capsule(p, (0, 1.266, -0.02), (0, 1.426, -0.012), 0.047, 0.043), 0.03)


def hand_field(p: np.ndarray) -> np.ndarray:
    m = mirrored(p)
    d = capsule(m, WRIST + ARM_AXIS * 0.005, WRIST + ARM_AXIS * 0.035, 0.026, 0.031)
    d = union(d, capsule(m, WRIST + ARM_AXIS * 0.05, WRIST + ARM_AXIS * 0.115, 0.033, 0.023, 0.75), 0.03)
    thumb = WRIST + ARM_AXIS * 0.03 + (0, 0, 0.022)
    return union(d, capsule(m, thumb, thumb + ARM_AXIS * 0.05 + (0, 0, 0.022), 0.014, 0.0125), 0.014)


def shoe_field(p: np.ndarray) -> np.ndarray:
    m = mirrored(p)
    d = ellipsoid(m, (0.099, 0.042, 0.055), (0.047, 0.044, 0.092))
    d = union(d, ellipsoid(m, (0.096, 0.05, -0.02), (0.042, 0.05, 0.055)), 0.04)
    d = union(d, capsule(m, (0.095, 0.06, -0.015), (0.095, 0.12, -0.012), 0.04), 0.03)
    return intersection(d, 0.004 - p[..., 1], 0.008)


def _sole_field(p: np.ndarray) -> np.ndarray:
    m = mirrored(p)
    outline = np.minimum(
        ellipsoid(m, (0.099, 0.03, 0.055), (0.052, 0.09, 0.098)),
        ellipsoid(m, (0.096, 0.03, -0.02), (0.047, 0.09, 0.06)),
    )
    return intersection(intersection(outline, p[..., 1] - 0.024, 0.006), -p[..., 1], 0.004)


def arm_field(p: np.ndarray) -> np.ndarray:
    m = mirrored(p)
    upper = capsule(m, SHOULDER + ARM_AXIS * 0.05, ELBOW, 0.040, 0.037)
    return union(upper, capsule(m, ELBOW, WRIST + ARM_AXIS * 0.02, 0.037, 0.027), 0.02)


def leg_field(p: np.ndarray) -> np.ndarray:
    m = mirrored(p)
    knee = capsule(
        m, (0.092, 0.53, 0.002), (0.093, 0.36, -0.012), 0.055, 0.052
    )  # no higher: a lap would show it
    return union(knee, capsule(m, (0.093, 0.36, -0.012), (0.095, 0.10, -0.012), 0.052, 0.034), 0.03)


def _with_face(head: Mesh) -> Mesh:
    """Projects the face's window from the front; the back of the head gets the window's empty rim."""
    p = head.positions
    u = np.clip(p[:, 0] / FACE_WIDTH_M + 0.5, 0.01, 0.99)
    v = np.clip((FACE_TOP_M - p[:, 1]) / FACE_HEIGHT_M, 0.01, 0.99)
    behind = p[:, 2] < 0.01
    u[behind] = np.where(p[behind, 0] < 0, 0.01, 0.99)
    return replace(head, uvs=np.c_[u, v], zones=np.full(len(p), int(Zone.FACE)))


def head(detail: Detail) -> Mesh:
    box = Box((-0.16, 1.28, -0.16), (0.16, 1.70, 0.16), 0.0075)
    mesh = skin(
        head_field, box, detail.triangles["head"], Zone.SKIN, weights.neck_and_head, normal_step_m=0.004
    )
    return _with_face(mesh)


def hands(detail: Detail) -> Mesh:
    box = Box((-ARMS_REACH_M, 0.62, -0.08), (ARMS_REACH_M, 1.02, 0.09), 0.007)
    return skin(hand_field, box, detail.triangles["hands"], Zone.SKIN, weights.body)


def feet(detail: Detail) -> list[Mesh]:
    box = Box((-0.17, -0.02, -0.10), (0.17, 0.18, 0.18), 0.008)
    parts = [skin(shoe_field, box, detail.triangles["shoes"], Zone.SHOE, weights.shoes)]
    if detail.triangles["soles"]:
        box = Box((-0.17, -0.02, -0.12), (0.17, 0.05, 0.18), 0.007)
        parts.append(skin(_sole_field, box, detail.triangles["soles"], Zone.LIGHT, weights.shoes))
    return parts


def bare_arms(detail: Detail) -> Mesh:
    box = Box((-ARMS_REACH_M, 0.70, -0.08), (ARMS_REACH_M, 1.35, 0.09), 0.009)
    return skin(arm_field, box, detail.triangles["arms"], Zone.SKIN, weights.body, girth=0.5)


def bare_legs(detail: Detail) -> Mesh:
    box = Box((-0.17, 0.08, -0.1), (0.17, 0.68, 0.08), 0.010)
    return skin(leg_field, box, detail.triangles["legs"], Zone.SKIN, weights.body, girth=0.5)


def face_light(positions: np.ndarray) -> np.ndarray:
    """How much a vertex belongs to the front of the face, which occlusion must not darken, (n,) in 0..1."""
    return smoothstep(1.36, 1.42, positions[:, 1]) * smoothstep(-0.02, 0.04, positions[:, 2])
