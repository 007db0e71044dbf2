"""The motions, each a loop: a function from phase 0..1 to a pose, sampled into the pose texture."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from avatars.gait import RUN, TAU, WALK, hang_arms
from avatars.kinematics import Pose, about_x, about_y, about_z, plant_leg, reach_arm
from avatars.skeleton import SIDES, inverse_bind_matrices

SEAT_DROP_M = 0.345  # of the hips, onto a seat whose surface is 0.43 m above the feet


def stand(phase: float) -> Pose:
    """Breathing, the weight moving from foot to foot."""
    s, c, breath = np.sin(TAU * phase), np.cos(TAU * phase), np.sin(2 * TAU * phase)
    pose = Pose(
        turns={
            "hips": about_z(-1.4 * s) * about_y(1.5 * c),
            "spine": about_z(1.2 * s) * about_x(0.8),
            "chest": about_x(-1.2 + 1.1 * breath),
            "neck": about_x(1),
            "head": about_y(5 * np.sin(TAU * phase + 1)) * about_x(1 + 1.2 * breath) * about_z(1.5 * s),
        },
        hips_m=np.array([0.012 * s, -0.012 - 0.003 * np.cos(2 * TAU * phase), 0]),
    )
    for side, sign in SIDES:
        pose.turns[side + "Shoulder"] = about_z(sign * (-3 + 1.2 * breath))
    hang_arms(pose, swing_deg=2 * s, elbow_deg=16, down_deg=77 + 0.8 * breath)
    for side, sign in SIDES:
        plant_leg(pose, side, (0.110 * sign, 0.09, -0.012 + 0.01 * sign), 0)
        pose.turns[side + "UpperLeg"] = pose.turns[side + "UpperLeg"] * about_y(6 * sign)
    return pose


def wave(phase: float) -> Pose:
    pose, hand = stand(phase), np.sin(3 * TAU * phase)
    pose.turns |= {
        "rightShoulder": about_z(-6),
        "rightUpperArm": about_z(28) * about_y(-14) * about_x(-92),
        "rightLowerArm": about_y(104 + 19 * hand),
        "rightHand": about_y(-8 + 14 * np.sin(3 * TAU * phase - 0.8)),
        "head": about_z(5) * about_y(-4) * about_x(-2),
        "chest": about_z(2.5) * about_x(-2),
    }
    return pose


def clap(phase: float) -> Pose:
    pose, beat = stand(0), np.cos(TAU * phase)
    apart = 0.05 + 0.075 * (0.5 + 0.5 * beat)
    pose.turns |= {"head": about_x(-1 + 2 * beat), "chest": about_x(-2 + 1.2 * beat)}
    for side, sign in SIDES:
        wrist = (sign * apart, 1.135 + 0.02 * sign, 0.255)
        reach_arm(pose, side, wrist, (sign * 0.9, -0.75, -0.15), about_y(14 * sign))
    return pose


def sit(phase: float) -> Pose:
    s = np.sin(TAU * phase)
    pose = Pose(
        turns={
            "hips": about_x(-4),
            "spine": about_x(3),
            "chest": about_x(1 + 1.2 * s),
            "neck": about_x(1),
            "head": about_x(1 - s) * about_y(6 * np.sin(TAU * phase + 0.7)),
        },
        hips_m=np.array([0, -SEAT_DROP_M, -0.06]),
    )
    for side, sign in SIDES:
        plant_leg(pose, side, (0.112 * sign, 0.09, 0.335 + 0.015 * sign), 0)
        reach_arm(pose, side, (sign * 0.105, 0.655, 0.235), (sign * 0.9, -0.2, -0.6), about_z(8 * sign))
    return pose


def talk(phase: float) -> Pose:
    pose = stand(phase)
    gesture = 0.5 * np.sin(2 * TAU * phase) + 0.5 * np.sin(3 * TAU * phase + 1)
    other = np.sin(2 * TAU * phase + 2)
    right = (-0.21 + 0.05 * gesture, 1.06 + 0.055 * other, 0.25 + 0.04 * gesture)
    reach_arm(pose, "right", right, (-0.8, -0.9, -0.3), about_x(-25) * about_y(-10 * gesture))
    reach_arm(
        pose, "left", (0.20 - 0.02 * other, 0.99 + 0.03 * gesture, 0.215), (0.8, -0.9, -0.3), about_x(22)
    )
    nod = about_x(2.5 * np.sin(4 * TAU * phase)) * about_z(3 * np.sin(2 * TAU * phase))
    pose.turns |= {
        "head": about_y(8 * np.sin(TAU * phase)) * nod,
        "chest": about_y(3 * gesture) * about_x(-1 + np.sin(2 * TAU * phase)),
    }
    return pose


@dataclass(frozen=True)
class Clip:
    name: str
    pose: Callable[[float], Pose]
    frames: int
    seconds: float
    stride_m: float = 0.0  # ground covered by one loop; it is then driven by distance, not by time


CLIPS = [
    Clip("stand", stand, 48, 4.0),
    Clip("walk", WALK.pose, 24, WALK.cycle_s, WALK.stride_m),
    Clip("run", RUN.pose, 16, RUN.cycle_s, RUN.stride_m),
    Clip("sit", sit, 24, 4.0),
    Clip("wave", wave, 32, 2.0),
    Clip("clap", clap, 10, 0.5),
    Clip("talk", talk, 60, 5.0),
]
"""In the order of the wire's action numbers."""


def pose_texture() -> np.ndarray:
    """(frames, 21, 3, 4) float: the upper rows of world x inverse bind, one row of texels a frame."""
    inverse = inverse_bind_matrices()
    frames = [clip.pose(i / clip.frames).matrices() @ inverse for clip in CLIPS for i in range(clip.frames)]
    return np.stack(frames)[:, :, :3, :]
