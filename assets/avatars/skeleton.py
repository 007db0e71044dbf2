"""The skeleton: VRM 1.0 humanoid bones, metres, Y up, facing +Z, the wearer's left at +X.

Bodies are modelled in an A-pose (arms 62 degrees down), because shoulders look best in the commonest pose.
The nodes rest in a T-pose with identity rotations, as VRM 1.0 wants; the inverse bind matrices carry the turn
between the two.
"""

import numpy as np
from scipy.spatial.transform import Rotation

ARM_DOWN_RAD = np.radians(62)
ARM_AXIS = np.array(
    [np.cos(ARM_DOWN_RAD), -np.sin(ARM_DOWN_RAD), 0.0]
)  # from the left shoulder to the left hand
SLEEVE_DOWN = np.array([ARM_AXIS[1], -ARM_AXIS[0], 0.0])  # across the arm, towards the thigh

UPPER_ARM_M, LOWER_ARM_M, HAND_M = 0.245, 0.215, 0.13
SHOULDER = np.array([0.148, 1.258, -0.012])
ELBOW = SHOULDER + ARM_AXIS * UPPER_ARM_M
WRIST = ELBOW + ARM_AXIS * LOWER_ARM_M
FINGERTIP = WRIST + ARM_AXIS * HAND_M

HIP, KNEE, ANKLE, BALL = (
    np.array(p)
    for p in ((0.088, 0.83, 0.0), (0.092, 0.46, 0.006), (0.095, 0.09, -0.012), (0.10, 0.03, 0.085))
)
THIGH_M = float(np.linalg.norm(KNEE - HIP))
SHIN_M = float(np.linalg.norm(ANKLE - KNEE))

_TRUNK = [
    ("hips", None, (0, 0.86, 0)),
    ("spine", "hips", (0, 0.95, -0.005)),
    ("chest", "spine", (0, 1.09, -0.01)),
    ("neck", "chest", (0, 1.32, -0.015)),
    ("head", "neck", (0, 1.381, -0.008)),
]
_LIMBS = [
    ("Shoulder", "chest", (0.035, 1.265, -0.012)),
    ("UpperArm", "Shoulder", SHOULDER),
    ("LowerArm", "UpperArm", ELBOW),
    ("Hand", "LowerArm", WRIST),
    ("UpperLeg", "hips", HIP),
    ("LowerLeg", "UpperLeg", KNEE),
    ("Foot", "LowerLeg", ANKLE),
    ("Toes", "Foot", BALL),
]
SIDES = (("left", 1), ("right", -1))
MIRROR = np.array([-1.0, 1.0, 1.0])


def _limb_parent(side: str, parent: str) -> str:
    return parent if parent in ("chest", "hips") else side + parent


BONES = [name for name, _, _ in _TRUNK] + [side + name for side, _ in SIDES for name, _, _ in _LIMBS]
INDEX = {name: i for i, name in enumerate(BONES)}
PARENT = [-1 if parent is None else INDEX[parent] for _, parent, _ in _TRUNK] + [
    INDEX[_limb_parent(side, parent)] for side, _ in SIDES for _, parent, _ in _LIMBS
]
BIND = np.array(
    [p for _, _, p in _TRUNK] + [np.asarray(p) * (sign, 1, 1) for _, sign in SIDES for _, _, p in _LIMBS],
    dtype=float,
)
"""Joints in the A-pose the meshes are modelled in, (21, 3) float."""


def _t_pose() -> np.ndarray:
    rest = BIND.copy()
    for side, sign in SIDES:
        shoulder = rest[INDEX[side + "UpperArm"]]
        rest[INDEX[side + "LowerArm"]] = shoulder + (sign * UPPER_ARM_M, 0, 0)
        rest[INDEX[side + "Hand"]] = shoulder + (sign * (UPPER_ARM_M + LOWER_ARM_M), 0, 0)
    return rest


REST = _t_pose()
"""Joints in the T-pose of the nodes, (21, 3) float."""

LOCAL = np.array([REST[i] - (REST[p] if p >= 0 else 0) for i, p in enumerate(PARENT)])
"""Each joint from its parent's, (21, 3) float."""


def inverse_bind_matrices() -> np.ndarray:
    """(21, 4, 4) float: from the A-pose of the meshes to each bone's own frame."""
    matrices = np.empty((len(BONES), 4, 4))
    for i, name in enumerate(BONES):
        bind = np.eye(4)
        if name.endswith(("UpperArm", "LowerArm", "Hand")):
            sign = 1 if name.startswith("left") else -1
            bind[:3, :3] = Rotation.from_euler("z", -ARM_DOWN_RAD * sign).as_matrix()
        bind[:3, 3] = BIND[i]
        matrices[i] = np.linalg.inv(bind)
    return matrices
