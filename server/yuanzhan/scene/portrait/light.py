"""A photographer's studio: a key light with a soft shadow, a bright room around, a floor of paper."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Any, Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from yuanzhan.scene.portrait.zbuffer import Covers, Visible, rasterise

# Mostly float32; where a step makes float64 of it, nothing is lost.
Floats: TypeAlias = NDArray[np.floating[Any]]

# From the left of the camera, above: linear light, not sRGB.
KEY: Final = np.array([2.35, 2.25, 2.08], dtype=np.float32)
ABOVE: Final = np.array([0.95, 0.99, 1.04], dtype=np.float32)
BESIDE: Final = np.array([0.62, 0.62, 0.62], dtype=np.float32)
BELOW: Final = np.array([0.40, 0.375, 0.34], dtype=np.float32)
SOFTBOX: Final = np.array([2.6, 2.6, 2.6], dtype=np.float32)

_RAISED: Final = np.array([0.0, 0.35, 0.0], dtype=np.float32)
_SHADOW_SIDE: Final = 1024
# Offsets in texels of the shadow map: a soft edge.
_SHADOW_TAPS: Final = tuple(
    (radius * math.cos(turn), radius * math.sin(turn))
    for radius, count in ((1.0, 4), (3.0, 8), (5.5, 12))
    for turn in (2 * math.pi * (step + radius) / count for step in range(count))
)


def key_direction(right: Floats, back: Floats) -> Floats:
    """(3,) unit, towards the key light: to the left of the camera and above it."""
    direction = back * 0.55 - right * 0.62 + np.array([0.0, 0.9, 0.0])
    unit: Floats = (direction / np.linalg.norm(direction)).astype(np.float32)
    return unit


@dataclass(frozen=True, eq=False)
class Shadow:
    """What the key light sees: nearest depth along it. `axes` (3, 3) are across, along, towards the light."""

    visible: Visible = field(repr=False)
    axes: Floats = field(repr=False)
    low: Floats = field(repr=False)
    texel_m: float

    def lit(self, points: Floats, bias_m: float) -> Floats:
        """(n,): how much of the key light reaches `points` (n, 3)."""
        seen = points @ self.axes.T
        across = (seen[:, 0] - self.low[0]) / self.texel_m
        along = (seen[:, 1] - self.low[1]) / self.texel_m
        depth = -seen[:, 2] - np.float32(bias_m)
        map_depth = self.visible.depth
        reached = np.zeros(len(points), dtype=np.float32)
        for right, up in _SHADOW_TAPS:
            column = np.clip(across + right, 0, _SHADOW_SIDE - 1).astype(np.int64)
            row = np.clip(along + up, 0, _SHADOW_SIDE - 1).astype(np.int64)
            reached += depth <= map_depth[row, column] + np.float32(
                0.6 * self.texel_m * math.hypot(right, up)
            )
        reached /= len(_SHADOW_TAPS)
        return reached


def shadow_of(corners: Floats, towards: Floats, covers: Covers | None) -> Shadow:
    """The shadow map of triangles (n, 3, 3) for a light in the direction `towards`."""
    across = np.cross([0.0, 1.0, 0.0], towards)
    across /= np.linalg.norm(across)
    axes = np.stack([across, np.cross(towards, across), towards]).astype(np.float32)
    seen = corners @ axes.T
    low, high = seen.min(axis=(0, 1)), seen.max(axis=(0, 1))
    texel = float(max(high[0] - low[0], high[1] - low[1], 1e-6)) / (_SHADOW_SIDE - 16)
    low = low - 8 * texel
    pixels = (seen[..., :2] - low[:2]) / texel
    visible = rasterise(pixels.astype(np.float32), -seen[..., 2], _SHADOW_SIDE, _SHADOW_SIDE, covers)
    return Shadow(visible, axes, low, texel)


def ambient(normals: Floats) -> Floats:
    """(n, 3): what arrives from the room at a matt surface that faces `normals`."""
    up = normals[:, 1:2]
    above = BESIDE + (ABOVE - BESIDE) * np.clip(up, 0, 1)
    below = BESIDE + (BELOW - BESIDE) * np.clip(-up, 0, 1)
    mixed: Floats = np.where(up >= 0, above, below)
    return mixed


def reflected(directions: Floats, roughness: Floats, right: Floats, towards_key: Floats) -> Floats:
    """(n, 3): what a surface of that `roughness` (n,) mirrors from `directions` (n, 3): the room and its two
    long softboxes."""
    room = ambient(directions)
    spread = (0.03 + 0.75 * roughness)[:, None]
    boxes = np.zeros_like(room)
    for centre, size, strength in ((towards_key, 0.30, 1.0), (right + _RAISED, 0.22, 0.55)):
        unit = centre / np.linalg.norm(centre)
        nearness = (directions @ unit)[:, None]
        edge = math.cos(size)
        boxes += (
            _step((nearness - edge) / spread + 0.5)
            * SOFTBOX
            * np.float32(strength)
            / (1 + 2.2 * roughness[:, None])
        )
    horizon = _step((directions[:, 1:2] + 0.12) / (spread * 1.2) + 0.5)
    mirrored: Floats = room * (0.55 + 0.45 * horizon) + boxes
    return mirrored


def _step(value: Floats) -> Floats:
    clipped = np.clip(value, 0, 1)
    smooth: Floats = clipped * clipped * (3 - 2 * clipped)
    return smooth
