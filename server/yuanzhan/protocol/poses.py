"""Poses and cell records as numpy dtypes, and the arithmetic of their quantised fields.

Frame of reference: metres, Y up, yaw 0 looks along -Z and grows counter-clockwise seen from above.
Quaternions are x, y, z, w. Everything is little-endian. The offsets here are the wire's: docs/protocol.md
says the same in words, client/src/protocol/generated.ts in TypeScript.

A quantised position or yaw decodes to the middle of its step, so the error is at most half a step.
"""

from __future__ import annotations

from enum import IntEnum, IntFlag
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64] | NDArray[np.float32]
Records = NDArray[np.void]


class Action(IntEnum):
    """What an avatar is doing."""

    STAND = 0
    WALK = 1
    RUN = 2
    SIT = 3
    WAVE = 4
    CLAP = 5
    TALK = 6


class PoseFlag(IntFlag):
    """Second byte of a POSE, and the flags of an XR record."""

    TELEPORTED = 1
    XR = 2
    LEFT_HAND = 4
    RIGHT_HAND = 8


class FrameFlag(IntFlag):
    """Second byte of a FRAME."""

    FULL = 1


class DotFlag(IntFlag):
    """What a dot of an operator's map says of its visitor."""

    MUTED = 1
    HIDDEN = 2
    FROZEN = 4
    REPORTED = 8
    STAFF = 16
    BOT = 32


class Tier(IntEnum):
    """First byte of a section's header: which record its body holds."""

    NEAR = 1
    MID = 2
    CROWD = 3
    XR = 4
    GONE = 5
    LOOK = 6


XR_PART: Final = np.dtype([("position_mm", "<i2", 3), ("rotation", "i1", 4)])
"""Head or hand relative to the feet, in the visitor's own yawed frame; quaternion in 1/127."""

XR_BLOCK: Final = np.dtype([("head", XR_PART), ("left", XR_PART), ("right", XR_PART)])

POSE: Final = np.dtype(
    [
        ("kind", "u1"),
        ("flags", "u1"),
        ("seq", "<u2"),
        ("x", "<f4"),
        ("y", "<f4"),
        ("z", "<f4"),
        ("yaw", "<f4"),
        ("vx", "<f4"),
        ("vz", "<f4"),
        ("head_yaw", "i1"),
        ("head_pitch", "i1"),
        ("action", "u1"),
        ("reserved", "u1"),
    ]
)

POSE_XR: Final = np.dtype(
    [*((name, POSE[name]) for name in POSE.names or ()), ("xr", XR_BLOCK), ("reserved2", "<u2")]
)

NEAR: Final = np.dtype(
    [
        ("slot", "<u2"),
        ("generation", "u1"),
        ("seq", "u1"),
        ("x", "<u2"),
        ("z", "<u2"),
        ("y_cm", "<i2"),
        ("yaw", "u1"),
        ("vx", "i1"),
        ("vz", "i1"),
        ("head_yaw", "i1"),
        ("head_pitch", "i1"),
        ("action", "u1"),
    ]
)

MID: Final = np.dtype(
    [
        ("slot", "<u2"),
        ("generation", "u1"),
        ("action", "u1"),
        ("x", "u1"),
        ("z", "u1"),
        ("yaw", "u1"),
        ("vx", "i1"),
        ("vz", "i1"),
        ("y", "u1"),
    ]
)

CROWD: Final = np.dtype(
    [("slot", "<u2"), ("generation", "u1"), ("x", "u1"), ("z", "u1"), ("yaw_action", "u1")]
)

XR: Final = np.dtype(
    [("slot", "<u2"), ("generation", "u1"), ("flags", "u1"), ("xr", XR_BLOCK), ("reserved", "<u2")]
)

GONE: Final = np.dtype([("slot", "<u2"), ("generation", "u1"), ("reserved", "u1")])

LOOK: Final = np.dtype([("slot", "<u2"), ("generation", "u1"), ("reserved", "u1"), ("look", "<u4")])

RECORDS: Final = {
    Tier.NEAR: NEAR,
    Tier.MID: MID,
    Tier.CROWD: CROWD,
    Tier.XR: XR,
    Tier.GONE: GONE,
    Tier.LOOK: LOOK,
}

FRAME_HEADER: Final = np.dtype([("kind", "u1"), ("flags", "u1"), ("sections", "<u2"), ("tick", "<u4")])

SECTION_HEADER: Final = np.dtype(
    [("tier", "u1"), ("reserved", "u1"), ("count", "<u2"), ("cell_x", "<i2"), ("cell_z", "<i2")]
)

DOTS_HEADER: Final = np.dtype([("kind", "u1"), ("reserved", "u1"), ("count", "<u2"), ("tick", "<u4")])

DOT: Final = np.dtype([("slot", "<u2"), ("generation", "u1"), ("flags", "u1"), ("x", "<u2"), ("z", "<u2")])
"""Of one hall: x and z are 1/65536 of its width and depth."""

POSE_BYTES: Final = 32
POSE_XR_BYTES: Final = 64

TURN: Final = 2.0 * np.pi
VELOCITY_STEP_M_S: Final = 0.05
"""i8 of it reaches 6.35 m/s, above the running speed."""
HEAD_STEP: Final = np.pi / 2 / 127
"""Head yaw and pitch reach a quarter turn to each side."""
MID_Y_STEP_M: Final = 0.1
"""u8 of it reaches 25.5 m above the hall's lowest floor."""


def quantise_fraction(fraction: Floats, bits: int) -> NDArray[np.int64]:
    """(n,) positions as fractions of their cell -> (n,) steps from 0 to 2**bits - 1."""
    steps = 1 << bits
    return np.clip(np.floor(np.asarray(fraction, np.float64) * steps), 0, steps - 1).astype(np.int64)


def fraction_of(steps: NDArray[Any], bits: int) -> NDArray[np.float64]:
    """(n,) steps -> (n,) fractions of the cell, the middle of each step."""
    return (steps.astype(np.float64) + 0.5) / (1 << bits)


def quantise_yaw(yaw: Floats, bits: int) -> NDArray[np.int64]:
    """(n,) radians, any number of turns -> (n,) steps from 0 to 2**bits - 1."""
    turns = np.asarray(yaw, np.float64) / TURN
    return quantise_fraction(turns - np.floor(turns), bits)


def yaw_of(steps: NDArray[Any], bits: int) -> NDArray[np.float64]:
    """(n,) steps -> (n,) radians from 0 to 2 pi, the middle of each step."""
    return fraction_of(steps, bits) * TURN


def quantise_velocity(velocity: Floats) -> NDArray[np.int64]:
    """(n,) m/s -> (n,) steps from -127 to 127. Zero stays zero: that is what says "stands"."""
    return np.clip(np.rint(np.asarray(velocity, np.float64) / VELOCITY_STEP_M_S), -127, 127).astype(np.int64)


def quantise_head(angle: Floats) -> NDArray[np.int64]:
    """(n,) radians -> (n,) steps from -127 to 127."""
    return np.clip(np.rint(np.asarray(angle, np.float64) / HEAD_STEP), -127, 127).astype(np.int64)


def quantise_height_cm(y: Floats) -> NDArray[np.int64]:
    """(n,) metres -> (n,) centimetres in an i16."""
    return np.clip(np.rint(np.asarray(y, np.float64) * 100.0), -32768, 32767).astype(np.int64)


def quantise_mid_height(y: Floats, floor_y: float) -> NDArray[np.int64]:
    """(n,) metres -> (n,) steps of 0.1 m above the hall's lowest floor."""
    return np.clip(np.rint((np.asarray(y, np.float64) - floor_y) / MID_Y_STEP_M), 0, 255).astype(np.int64)
