"""Forward kinematics, and two-bone inverse kinematics for legs and arms (law of cosines).

A pose is a dictionary of local rotations by bone name (a missing bone does not turn) and the offset of the
hips from rest.
"""

from dataclasses import dataclass, field

import numpy as np
from scipy.spatial.transform import Rotation

from avatars.distance import Vector
from avatars.skeleton import BONES, INDEX, LOCAL, LOWER_ARM_M, PARENT, SHIN_M, THIGH_M, UPPER_ARM_M

IDENTITY = Rotation.identity()


def about_x(degrees: float) -> Rotation:
    return Rotation.from_euler("x", degrees, degrees=True)


def about_y(degrees: float) -> Rotation:
    return Rotation.from_euler("y", degrees, degrees=True)


def about_z(degrees: float) -> Rotation:
    return Rotation.from_euler("z", degrees, degrees=True)


@dataclass
class Pose:
    turns: dict[str, Rotation] = field(default_factory=dict)
    hips_m: np.ndarray = field(default_factory=lambda: np.zeros(3))

    def world(self) -> tuple[list[Rotation], np.ndarray]:
        """Each bone's rotation, and joints (21, 3), in the avatar's frame."""
        rotations: list[Rotation] = []
        joints = np.zeros((len(BONES), 3))
        for i, name in enumerate(BONES):
            turn, parent = self.turns.get(name, IDENTITY), PARENT[i]
            if parent < 0:
                rotations.append(turn)
                joints[i] = LOCAL[i] + self.hips_m
            else:
                rotations.append(rotations[parent] * turn)
                joints[i] = joints[parent] + rotations[parent].apply(LOCAL[i])
        return rotations, joints

    def matrices(self) -> np.ndarray:
        """(21, 4, 4) float: from each bone's rest frame to the avatar's."""
        rotations, joints = self.world()
        m = np.tile(np.eye(4), (len(BONES), 1, 1))
        m[:, :3, :3] = np.stack([r.as_matrix() for r in rotations])
        m[:, :3, 3] = joints
        return m


def sign_of(side: str) -> int:
    return 1 if side == "left" else -1


def plant_leg(pose: Pose, side: str, ankle_m: Vector, pitch_deg: float, toes_deg: float = 0.0) -> None:
    """Bends hip and knee to bring the ankle to `ankle_m`; pitch turns the foot up, `toes_deg` the toes."""
    rotations, joints = pose.world()
    d = np.asarray(ankle_m) - joints[INDEX[side + "UpperLeg"]]
    reach = min(float(np.linalg.norm(d)), THIGH_M + SHIN_M - 0.0015)
    forward = np.arctan2(d[2], -d[1])
    roll = np.arctan2(d[0] - 0.006 * sign_of(side), np.hypot(d[1], d[2]))
    at_hip = np.arccos(np.clip((THIGH_M**2 + reach**2 - SHIN_M**2) / (2 * THIGH_M * reach), -1, 1))
    at_knee = np.pi - np.arccos(np.clip((THIGH_M**2 + SHIN_M**2 - reach**2) / (2 * THIGH_M * SHIN_M), -1, 1))
    thigh = about_z(np.degrees(roll)) * about_x(-np.degrees(forward + at_hip))
    knee = about_x(np.degrees(at_knee))
    pose.turns[side + "UpperLeg"] = rotations[INDEX["hips"]].inv() * thigh
    pose.turns[side + "LowerLeg"] = knee
    pose.turns[side + "Foot"] = (thigh * knee).inv() * about_x(-pitch_deg)
    pose.turns[side + "Toes"] = about_x(-toes_deg)


def _frame(along: np.ndarray, hinge: np.ndarray) -> Rotation:
    """The rotation whose x axis is `along` and whose y axis is `hinge`."""
    return Rotation.from_matrix(np.stack([along, hinge, np.cross(along, hinge)], 1))


def reach_arm(
    pose: Pose, side: str, wrist_m: Vector, elbow_towards: Vector, hand: Rotation = IDENTITY
) -> None:
    """Bends shoulder and elbow so that the wrist is at `wrist_m` (or as near as the arm is long)."""
    rotations, joints = pose.world()
    sign, bone = sign_of(side), INDEX[side + "UpperArm"]
    start = joints[bone]
    d = np.asarray(wrist_m, float) - start
    reach = min(float(np.linalg.norm(d)), UPPER_ARM_M + LOWER_ARM_M - 0.005)
    along = d / np.linalg.norm(d)
    x = (UPPER_ARM_M**2 - LOWER_ARM_M**2 + reach**2) / (2 * reach)
    h = np.sqrt(max(UPPER_ARM_M**2 - x**2, 1e-6))
    pole = np.asarray(elbow_towards, float)
    pole = pole - along * (pole @ along)
    elbow = start + along * x + pole / np.linalg.norm(pole) * h
    upper, lower = (elbow - start) / UPPER_ARM_M, (start + along * reach - elbow) / LOWER_ARM_M
    bend = lower - upper * (lower @ upper)
    bend /= np.linalg.norm(bend)
    hinge = np.cross(bend, sign * upper)
    upper_turn, lower_turn = _frame(sign * upper, hinge), _frame(sign * lower, hinge)
    pose.turns[side + "UpperArm"] = rotations[PARENT[bone]].inv() * upper_turn
    pose.turns[side + "LowerArm"] = upper_turn.inv() * lower_turn
    pose.turns[side + "Hand"] = hand
