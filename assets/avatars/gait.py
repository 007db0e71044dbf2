"""Walking and running: where a foot is at each phase; planted, it moves as fast as the ground."""

from dataclasses import dataclass

import numpy as np

from avatars.kinematics import Pose, about_x, about_y, about_z, plant_leg, sign_of
from avatars.skeleton import SIDES

TAU = 2 * np.pi
# in the plane of the stride (forward, up), from the ankle
_BALL = np.array([0.097, -0.06])
_HEEL = np.array([-0.055, -0.085])
_ANKLE_HEIGHT_M = 0.09
_HEEL_STRIKE_DEG = 14.0
_FLAT_FROM, _FLAT_TO = 0.16, 0.55  # of the stance


@dataclass(frozen=True)
class Gait:
    cycle_s: float
    speed_mps: float  # at which the clip plays at its own pace
    stance: float  # share of the cycle that a foot is down
    lift_m: float
    hips_drop_m: float
    bob_m: float
    arm_swing_deg: float
    elbow_deg: float
    lean_deg: float
    push_off_deg: float

    @property
    def stride_m(self) -> float:
        """Ground covered in a cycle of two steps."""
        return self.cycle_s * self.speed_mps

    def _stance_foot(self, phase: float) -> tuple[np.ndarray, float]:
        """Ankle (forward, up) and pitch in degrees during the stance: on the heel, flat, on the ball."""
        ankle = np.array([self.stride_m * (self.stance / 2 - phase), _ANKLE_HEIGHT_M])
        landing, leaving = self.stance * _FLAT_FROM, self.stance * _FLAT_TO
        if phase < landing:
            pitch = _HEEL_STRIKE_DEG * (1 - phase / landing) ** 1.5
            return ankle + _HEEL - _turned(_HEEL, pitch), pitch
        if phase < leaving:
            return ankle, 0.0
        k = (phase - leaving) / (self.stance - leaving)
        pitch = -self.push_off_deg * k * k * (1.6 - 0.6 * k)
        return ankle + _BALL - _turned(_BALL, pitch), pitch

    def foot(self, phase: float) -> tuple[np.ndarray, float]:
        """Ankle and pitch at any phase; the swing is a Hermite curve with the ground's speed at both ends."""
        if phase < self.stance:
            return self._stance_foot(phase)
        swing, k, e = 1 - self.stance, (phase - self.stance) / (1 - self.stance), 0.004
        (start, start_pitch), (end, end_pitch) = self._stance_foot(self.stance - 1e-6), self._stance_foot(0.0)
        start_speed = (start - self._stance_foot(self.stance - e)[0]) / e * swing * (1, 0.4)
        end_speed = (self._stance_foot(e)[0] - end) / e * swing * (1, 0.3)
        ankle = _hermite(k, start, start_speed, end, end_speed)
        ankle[1] += self.lift_m * np.sin(np.pi * k) ** 2
        return ankle, float(start_pitch + (end_pitch - start_pitch) * k * k * (3 - 2 * k))

    def pose(self, phase: float) -> Pose:
        wave, step = TAU * phase, 2 * TAU * phase
        yaw = 7 * np.cos(wave)
        pose = Pose(
            turns={
                "hips": about_y(-yaw * 0.7) * about_z(2.2 * np.sin(wave)) * about_x(self.lean_deg * 0.4),
                "spine": about_y(yaw * 0.8) * about_x(self.lean_deg * 0.3) * about_z(-1.6 * np.sin(wave)),
                "chest": about_y(yaw * 0.8) * about_x(self.lean_deg * 0.3),
                "neck": about_y(-yaw * 0.5),
                "head": about_y(-yaw * 0.4) * about_x(-self.lean_deg * 0.7 + 1.5 * np.cos(step)),
            },
            hips_m=np.array(
                [0.016 * np.sin(wave), -self.hips_drop_m + self.bob_m * np.cos(step - 0.24 * TAU), 0.0]
            ),
        )
        hang_arms(pose, swing_deg=-self.arm_swing_deg * np.cos(wave), elbow_deg=self.elbow_deg, down_deg=79)
        for side, offset in (("left", 0.0), ("right", 0.5)):
            ankle, pitch = self.foot((phase + offset) % 1)
            toes = max(-pitch, 0.0) * 0.75
            plant_leg(pose, side, (sign_of(side) * 0.075, ankle[1], ankle[0]), pitch, toes)
        return pose


def _turned(v: np.ndarray, pitch_deg: float) -> np.ndarray:
    c, s = np.cos(np.radians(pitch_deg)), np.sin(np.radians(pitch_deg))
    return np.array([v[0] * c - v[1] * s, v[0] * s + v[1] * c])


def _hermite(k: float, p0: np.ndarray, m0: np.ndarray, p1: np.ndarray, m1: np.ndarray) -> np.ndarray:
    k2, k3 = k * k, k * k * k
    return np.asarray(
        (2 * k3 - 3 * k2 + 1) * p0 + (k3 - 2 * k2 + k) * m0 + (3 * k2 - 2 * k3) * p1 + (k3 - k2) * m1
    )


def hang_arms(pose: Pose, swing_deg: float = 0.0, elbow_deg: float = 14.0, down_deg: float = 75.0) -> None:
    """Arms at the sides, swinging against each other."""
    for side, sign in SIDES:
        swing = swing_deg * sign
        pose.turns[side + "UpperArm"] = about_x(3 - swing) * about_z(-down_deg * sign)
        pose.turns[side + "LowerArm"] = about_y(-(elbow_deg + max(swing, 0.0) * 0.75) * sign)
        pose.turns[side + "Hand"] = about_z(-5 * sign)


WALK = Gait(
    cycle_s=1.0, speed_mps=1.05, stance=0.60, lift_m=0.035, hips_drop_m=0.030, bob_m=0.014,
    arm_swing_deg=22, elbow_deg=14, lean_deg=3, push_off_deg=48,
)  # fmt: skip
RUN = Gait(
    cycle_s=0.68, speed_mps=2.8, stance=0.36, lift_m=0.10, hips_drop_m=0.055, bob_m=0.028,
    arm_swing_deg=42, elbow_deg=72, lean_deg=12, push_off_deg=55,
)  # fmt: skip
