"""Which bones move a vertex. A weighting maps positions (n, 3) to weights (n, 21) whose rows sum to 1."""

from collections.abc import Callable, Collection

import numpy as np
from scipy.spatial import cKDTree

from avatars.distance import smoothstep
from avatars.mesh import Mesh
from avatars.skeleton import (
    ANKLE,
    ARM_AXIS,
    BALL,
    BONES,
    ELBOW,
    FINGERTIP,
    HIP,
    INDEX,
    KNEE,
    MIRROR,
    SHOULDER,
    SIDES,
    WRIST,
)

Weighting = Callable[[np.ndarray], np.ndarray]

SOFTNESS_M = 0.016  # of the soft minimum over bones: how far a joint's bend spreads

# bone, from, to, radius: the flesh around each bone
_TRUNK_SEGMENTS = [
    ("hips", (0, 0.80, 0), (0, 0.90, 0), 0.10),
    ("spine", (0, 0.95, 0), (0, 1.06, 0), 0.09),
    ("chest", (0, 1.12, 0), (0, 1.27, -0.01), 0.10),
    ("neck", (0, 1.33, -0.015), (0, 1.375, -0.012), 0.04),
]
_LIMB_SEGMENTS = [
    ("Shoulder", (0.06, 1.262, -0.012), (0.115, 1.262, -0.012), 0.05),
    ("UpperArm", SHOULDER + ARM_AXIS * 0.03, ELBOW, 0.05),
    ("LowerArm", ELBOW, WRIST, 0.045),
    ("Hand", WRIST, FINGERTIP, 0.03),
    ("UpperLeg", HIP - (0, 0.05, 0), KNEE, 0.08),
    ("LowerLeg", KNEE, ANKLE, 0.06),
    ("Foot", ANKLE - (0, 0.005, 0), BALL, 0.04),
]


def _segments() -> list[tuple[int, np.ndarray, np.ndarray, float]]:
    segments = [(INDEX[n], np.asarray(a, float), np.asarray(b, float), r) for n, a, b, r in _TRUNK_SEGMENTS]
    for side, sign in SIDES:
        fold = np.ones(3) if sign > 0 else MIRROR
        segments += [
            (INDEX[side + n], np.asarray(a) * fold, np.asarray(b) * fold, r) for n, a, b, r in _LIMB_SEGMENTS
        ]
    return segments


_SEGMENTS = _segments()
_FAR = 9.0


def _bone_distances(positions: np.ndarray) -> np.ndarray:
    """(n, 21) float: from each vertex to the flesh of each bone."""
    distances = np.full((len(positions), len(BONES)), _FAR)
    for bone, a, b, radius in _SEGMENTS:
        axis = b - a
        t = np.clip((positions - a) @ axis / (axis @ axis), 0, 1)
        distances[:, bone] = np.linalg.norm(positions - a - t[:, None] * axis, axis=1) - radius
    return distances


def _soft_nearest(distances: np.ndarray) -> np.ndarray:
    w = np.exp(-(distances - distances.min(1, keepdims=True)) / SOFTNESS_M)
    return np.asarray(w / w.sum(1, keepdims=True))


def _columns(*, ending: Collection[str]) -> list[int]:
    return [i for i, name in enumerate(BONES) if name.endswith(tuple(ending))]


_LEGS = _columns(ending=("UpperLeg", "LowerLeg", "Foot", "Toes"))


def rigid(bone: str) -> Weighting:
    def weigh(positions: np.ndarray) -> np.ndarray:
        w = np.zeros((len(positions), len(BONES)))
        w[:, INDEX[bone]] = 1
        return w

    return weigh


def body(positions: np.ndarray) -> np.ndarray:
    return _soft_nearest(_bone_distances(positions))


def upper_body(positions: np.ndarray) -> np.ndarray:
    """Robes: legs do not pull the top, and hanging sleeves follow the arms alone."""
    d = _bone_distances(positions)
    d[:, _LEGS] = _FAR
    d[:, _columns(ending=("Hand",))] = _FAR
    in_sleeve = np.abs(positions[:, 0]) > 0.18
    d[np.ix_(in_sleeve, [INDEX[n] for n in ("hips", "spine", "chest", "neck")])] = _FAR
    return _soft_nearest(d)


def jacket(positions: np.ndarray) -> np.ndarray:
    """As the body, but the hem follows the hips more than the thighs."""
    w = body(positions)
    for side, _ in SIDES:
        thigh = INDEX[side + "UpperLeg"]
        moved = w[:, thigh] * 0.55 + w[:, INDEX[side + "LowerLeg"]] + w[:, INDEX[side + "Foot"]]
        w[:, thigh] *= 0.45
        w[:, [INDEX[side + "LowerLeg"], INDEX[side + "Foot"]]] = 0
        w[:, INDEX["hips"]] += moved
    return w


def _draped(positions: np.ndarray, knee_m: float) -> np.ndarray:
    """Hangs from the hips and follows the legs: both in the middle, each at its side."""
    x, y = positions[:, 0], positions[:, 1]
    left = smoothstep(-0.30, 0.30, x)
    legs = (1 - smoothstep(0.66, 0.92, y)) * 0.94
    shins = (1 - smoothstep(0.14, knee_m, y)) * 0.80
    w = np.zeros((len(positions), len(BONES)))
    w[:, INDEX["hips"]] = 1 - legs
    for share, (side, _) in zip((left, 1 - left), SIDES, strict=True):
        w[:, INDEX[side + "UpperLeg"]] = legs * share * (1 - shins)
        w[:, INDEX[side + "LowerLeg"]] = legs * share * shins
    return w


def skirt(positions: np.ndarray) -> np.ndarray:
    """A long skirt drapes over the knees of who sits."""
    return _draped(positions, knee_m=0.58)


def dress(positions: np.ndarray) -> np.ndarray:
    """A bodice above the hips, a skirt below, whose short hem stays with the thighs."""
    in_skirt = (1 - smoothstep(0.78, 0.95, positions[:, 1]))[:, None]
    d = _bone_distances(positions)
    d[:, _LEGS] = _FAR
    return np.asarray(_soft_nearest(d) * (1 - in_skirt) + _draped(positions, knee_m=0.48) * in_skirt)


def shoes(positions: np.ndarray) -> np.ndarray:
    w = np.zeros((len(positions), len(BONES)))
    toes = smoothstep(0.07, 0.11, positions[:, 2])
    for side, sign in SIDES:
        own = positions[:, 0] * sign > 0
        w[own, INDEX[side + "Foot"]] = 1 - toes[own]
        w[own, INDEX[side + "Toes"]] = toes[own]
    return w


def neck_and_head(positions: np.ndarray) -> np.ndarray:
    y = positions[:, 1]
    head, neck = smoothstep(1.35, 1.41, y), smoothstep(1.29, 1.35, y)
    w = np.zeros((len(positions), len(BONES)))
    w[:, INDEX["head"]] = head
    w[:, INDEX["neck"]] = (1 - head) * neck
    w[:, INDEX["chest"]] = (1 - head) * (1 - neck)
    return w


def long_hair(positions: np.ndarray) -> np.ndarray:
    w = np.zeros((len(positions), len(BONES)))
    head = smoothstep(1.20, 1.44, positions[:, 1])
    w[:, INDEX["head"]] = head
    w[:, INDEX["chest"]] = 1 - head
    return w


def as_worn_on(garment: Mesh, neighbours: int = 4) -> Weighting:
    """Trims move exactly as the cloth below them: weights of the nearest vertices, by inverse distance."""
    tree = cKDTree(garment.positions)

    def weigh(positions: np.ndarray) -> np.ndarray:
        distance, index = tree.query(positions, k=neighbours)
        share = 1 / (distance + 1e-4)
        share /= share.sum(1, keepdims=True)
        return np.asarray(np.einsum("nk,nkb->nb", share, garment.weights[index]))

    return weigh


def smoothed(weights: np.ndarray, triangles: np.ndarray, passes: int = 2) -> np.ndarray:
    """Laplacian smoothing over the mesh's edges."""
    edges = np.concatenate([triangles[:, [0, 1]], triangles[:, [1, 2]], triangles[:, [2, 0]]])
    edges = np.concatenate([edges, edges[:, ::-1]])
    valence = np.maximum(np.bincount(edges[:, 0], minlength=len(weights)), 1)[:, None]
    for _ in range(passes):
        around = np.zeros_like(weights)
        np.add.at(around, edges[:, 0], weights[edges[:, 1]])
        weights = 0.5 * weights + 0.5 * around / valence
    return weights / weights.sum(1, keepdims=True)


def strongest_four(weights: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(n, 4) uint8 bones and (n, 4) uint8 weights that sum to 255, strongest first."""
    order = np.argsort(-weights, axis=1, kind="stable")[:, :4]
    w = np.take_along_axis(weights, order, 1)
    rounded = np.round(w / w.sum(1, keepdims=True) * 255).astype(int)
    rounded[:, 0] += 255 - rounded.sum(1)
    order[rounded == 0] = 0
    return order.astype(np.uint8), rounded.astype(np.uint8)
