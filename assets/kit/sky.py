"""The sky as a formula of direction, the same here (for the baker) and in client/src/scene/sky.ts (for
the eye).

Colours are linear radiance. Between horizon and zenith the colour follows exp(-falloff * height); the
horizon turns
from `horizon` beneath the sun to `horizon_away` opposite; a glow surrounds the sun; clouds are four
octaves of value
noise on a plane overhead, hashed with integers so that NumPy and GLSL agree.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields

import numpy as np

Rgb = tuple[float, float, float]


@dataclass(frozen=True)
class Sky:
    """[sky] of hall.toml; what it leaves out is a mild late morning."""

    zenith: Rgb = (0.16, 0.34, 0.62)
    horizon: Rgb = (0.72, 0.82, 0.90)
    ground: Rgb = (0.28, 0.27, 0.25)
    glow: Rgb = (0.9, 0.85, 0.7)
    middle: Rgb = (0.36, 0.56, 0.76)
    horizon_away: Rgb = (0.62, 0.74, 0.85)
    glow_strength: float = 0.5
    falloff: float = 7.0
    cloud: float = 0.6
    cloud_colour: Rgb = (1.0, 1.0, 1.0)

    @classmethod
    def from_toml(cls, table: Mapping[str, object]) -> Sky:
        known = {f.name for f in fields(cls)}
        unknown = set(table) - known
        if unknown:
            raise ValueError(f"[sky] has unknown keys {sorted(unknown)}; it may have {sorted(known)}")
        return cls(**{k: tuple(v) if isinstance(v, list) else float(v) for k, v in table.items()})  # type: ignore


def sun_direction(elevation_deg: float, azimuth_deg: float) -> np.ndarray:
    """Unit vector towards the sun; azimuth 0 is +Z, 90 is +X."""
    e, a = np.radians(elevation_deg), np.radians(azimuth_deg)
    return np.array([np.sin(a) * np.cos(e), np.sin(e), np.cos(a) * np.cos(e)])


def radiance(sky: Sky, sun: np.ndarray, direction: np.ndarray) -> np.ndarray:
    """(n, 3) linear radiance towards unit directions (n, 3), the sun's disc not included."""
    up = direction[:, 1:2]
    t = np.clip(up, 0, 1)
    c = np.clip(direction @ sun, -1, 1)[:, None]
    away = 0.25 - 0.25 * c
    horizon = np.array(sky.horizon) * (1 - away) + np.array(sky.horizon_away) * away
    low, high = np.exp(-t * sky.falloff), np.exp(-2.2 * t)
    dome = np.array(sky.middle) * high + np.array(sky.zenith) * (1 - high)
    colour = horizon * low + dome * (1 - low)
    towards = np.clip(c, 0, 1)
    colour = colour + np.array(sky.glow) * sky.glow_strength * (towards**8 + 2 * towards**90)
    cover = cloud_cover(direction)[:, None] * sky.cloud
    lit = np.array(sky.cloud_colour) + np.array(sky.glow) * 0.9 * towards**3
    colour = colour * (1 - cover) + lit * cover
    below = np.clip(-up * 14, 0, 1)
    return colour * (1 - below) + np.array(sky.ground) * below


def cloud_cover(direction: np.ndarray) -> np.ndarray:
    """(n,) 0..1."""
    up = direction[:, 1]
    p = direction[:, [0, 2]] / (np.maximum(up, 0) + 0.16)[:, None] * [0.9, 1.5]
    value = np.zeros(len(p))
    weight = 0.5
    for _ in range(4):
        value += weight * _value_noise(p)
        p = p @ np.array([[1.6, 1.2], [-1.2, 1.6]]) + 7.3
        weight *= 0.5
    t = np.clip(up, 0, 1)
    return np.clip((value - 0.5) * 3.2, 0, 1) * np.clip(t * 5 - 0.25, 0, 1) * np.exp(-t * 1.2)


def _value_noise(p: np.ndarray) -> np.ndarray:
    cell = np.floor(p)
    f = p - cell
    f = f * f * (3 - 2 * f)
    x, y = cell[:, 0].astype(np.int32), cell[:, 1].astype(np.int32)
    low = _hash(x, y) * (1 - f[:, 0]) + _hash(x + 1, y) * f[:, 0]
    high = _hash(x, y + 1) * (1 - f[:, 0]) + _hash(x + 1, y + 1) * f[:, 0]
    return low * (1 - f[:, 1]) + high * f[:, 1]


def _hash(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    with np.errstate(over="ignore"):
        h = x.astype(np.uint32) * np.uint32(374761393) + y.astype(np.uint32) * np.uint32(668265263)
        h = (h ^ (h >> np.uint32(13))) * np.uint32(1274126177)
        h = h ^ (h >> np.uint32(16))
    return (h & np.uint32(0xFFFFFF)).astype(float) / 0xFFFFFF


def table(sky: Sky, sun: np.ndarray, rows: int = 128, columns: int = 256) -> np.ndarray:
    """(rows, columns, 3): the sky as a map of elevation (top down) and azimuth, for looking up."""
    elevation = (0.5 - (np.arange(rows) + 0.5) / rows) * np.pi
    azimuth = ((np.arange(columns) + 0.5) / columns - 0.5) * 2 * np.pi
    e, a = np.meshgrid(elevation, azimuth, indexing="ij")
    direction = np.stack([np.cos(e) * np.cos(a), np.sin(e), np.cos(e) * np.sin(a)], -1).reshape(-1, 3)
    return radiance(sky, sun, direction).reshape(rows, columns, 3)


def look_up(map_: np.ndarray, direction: np.ndarray) -> np.ndarray:
    rows, columns = map_.shape[:2]
    v = (0.5 - np.arcsin(np.clip(direction[:, 1], -1, 1)) / np.pi) * rows
    u = (np.arctan2(direction[:, 2], direction[:, 0]) / (2 * np.pi) + 0.5) * columns
    return map_[np.clip(v.astype(int), 0, rows - 1), u.astype(int) % columns]
