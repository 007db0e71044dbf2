"""Limbs reach what they are asked to reach, and a planted foot moves as fast as the ground."""

import numpy as np
import pytest

from avatars.clips import CLIPS, SEAT_DROP_M, Clip, pose_texture
from avatars.gait import RUN, WALK, Gait
from avatars.kinematics import Pose, plant_leg, reach_arm
from avatars.skeleton import (
    BIND,
    BONES,
    HIP,
    INDEX,
    LOWER_ARM_M,
    REST,
    THIGH_M,
    UPPER_ARM_M,
    inverse_bind_matrices,
)


@pytest.mark.parametrize("side", ["left", "right"])
@pytest.mark.parametrize("ankle", [(0.0, 0.09, 0.0), (0.0, 0.25, 0.2), (0.05, 0.12, -0.25)])
def test_an_ankle_is_planted_where_it_was_asked(side: str, ankle: tuple[float, float, float]) -> None:
    pose = Pose(hips_m=np.array([0.0, -0.05, 0.0]))
    target = np.add(ankle, [0.095 if side == "left" else -0.095, 0, 0])
    plant_leg(pose, side, target, pitch_deg=0)
    _, joints = pose.world()
    # the leg is not quite straight at rest, which the two-bone solution leaves out
    np.testing.assert_allclose(joints[INDEX[side + "Foot"]], target, atol=0.02)


@pytest.mark.parametrize("side", ["left", "right"])
def test_a_wrist_reaches_its_target(side: str) -> None:
    pose = Pose()
    target = np.array([0.2 if side == "left" else -0.2, 1.1, 0.25])
    reach_arm(pose, side, target, (0, -1, 0))
    _, joints = pose.world()
    np.testing.assert_allclose(joints[INDEX[side + "Hand"]], target, atol=1e-6)


def test_an_arm_points_at_what_is_too_far() -> None:
    pose = Pose()
    target = np.array([0.5, 1.5, 3.0])
    reach_arm(pose, "left", target, (0, -1, 0))
    _, joints = pose.world()
    arm = joints[INDEX["leftHand"]] - joints[INDEX["leftUpperArm"]]
    towards = target - joints[INDEX["leftUpperArm"]]
    assert np.dot(arm, towards) / np.linalg.norm(arm) / np.linalg.norm(towards) == pytest.approx(1, abs=1e-6)
    assert np.linalg.norm(arm) == pytest.approx(UPPER_ARM_M + LOWER_ARM_M, abs=0.01)


def test_poses_keep_the_bones_as_long_as_they_are() -> None:
    for clip in CLIPS:
        _, joints = clip.pose(0.3).world()
        thigh = np.linalg.norm(joints[INDEX["leftLowerLeg"]] - joints[INDEX["leftUpperLeg"]])
        assert thigh == pytest.approx(THIGH_M, abs=1e-9)


def _sole_speeds(gait: Gait) -> np.ndarray:
    """Forward speed over ground of the ball of the foot while it is flat or rolls over it, m/s."""
    ball = np.array([0.0, -0.06, 0.097])
    steps = 200
    places = []
    for i in range(steps):
        phase = i / steps
        pose = gait.pose(phase)
        rotations, joints = pose.world()
        foot = INDEX["leftFoot"]
        down = gait.stance * 0.2 < phase < gait.stance * 0.97
        places.append(joints[foot] + rotations[foot].apply(ball) if down else np.full(3, np.nan))
    forward = np.array(places)[:, 2]
    speeds = np.diff(forward) * steps / gait.cycle_s + gait.speed_mps
    return np.asarray(speeds[~np.isnan(speeds)])


@pytest.mark.parametrize("gait", [WALK, RUN])
def test_a_planted_foot_does_not_slip(gait: Gait) -> None:
    slip = np.abs(_sole_speeds(gait))
    assert len(slip) > 50
    assert slip.mean() < 0.06
    assert np.percentile(slip, 95) < 0.16


def test_clips_are_loops_in_the_order_of_the_wire() -> None:
    assert [clip.name for clip in CLIPS] == ["stand", "walk", "run", "sit", "wave", "clap", "talk"]

    def step(clip: Clip, a: float, b: float) -> float:
        return float(np.abs(clip.pose(a).matrices() - clip.pose(b).matrices()).max())

    for clip in CLIPS:
        usual = max(step(clip, i / clip.frames, (i + 1) / clip.frames) for i in range(clip.frames - 1))
        assert step(clip, 1 - 1 / clip.frames, 0.0) <= usual * 1.5 + 1e-6


def test_who_sits_is_lower_by_the_seat() -> None:
    _, joints = next(clip for clip in CLIPS if clip.name == "sit").pose(0.0).world()
    assert joints[INDEX["leftUpperLeg"]][1] == pytest.approx(HIP[1] - SEAT_DROP_M, abs=0.02)


def test_bind_and_rest_agree_through_the_inverse_bind() -> None:
    """The rest pose moves each joint of the A-pose mesh to its place in the T-pose."""
    skin = Pose().matrices() @ inverse_bind_matrices()
    moved = np.einsum("bij,bj->bi", skin, np.c_[BIND, np.ones(len(BONES))])[:, :3]
    np.testing.assert_allclose(moved, REST, atol=1e-9)


def test_the_pose_texture_holds_every_frame() -> None:
    texture = pose_texture()
    assert texture.shape == (sum(clip.frames for clip in CLIPS), len(BONES), 3, 4)
    assert np.isfinite(texture).all()
    assert np.abs(texture).max() < 4
