"""Where a model is looked at from, so that all of it is in the picture."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Any, Final, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

# Mostly float32; where a step makes float64 of it, nothing is lost.
Floats: TypeAlias = NDArray[np.floating[Any]]
Axes = NDArray[np.float64]

# The side of a model that is looked at.
Side: TypeAlias = Literal["+z", "-z"]

# From the front, a little from its right, a little from above: as one comes up to it.
YAW_DEG: Final = 28.0
PITCH_DEG: Final = 16.0
# Of the picture's height; long enough that straight things stay straight.
FIELD_OF_VIEW_DEG: Final = 26.0
MARGIN: Final = 0.09


@dataclass(frozen=True, eq=False)
class Camera:
    """`axes` is (3, 3): its right, up and backward as rows; `position` (3,) metres; `focal_px` pixels."""

    axes: Axes = field(repr=False)
    position: Axes
    focal_px: float
    width: int
    height: int

    def project(self, points: Floats) -> tuple[Floats, Floats]:
        """(..., 3) metres to (..., 2) pixels and (...) distance along the view."""
        seen = (points - self.position.astype(np.float32)) @ self.axes.T.astype(np.float32)
        distance = -seen[..., 2]
        pixels = np.stack(
            [
                self.width / 2 + self.focal_px * seen[..., 0] / distance,
                self.height / 2 - self.focal_px * seen[..., 1] / distance,
            ],
            axis=-1,
        )
        return pixels.astype(np.float32), distance.astype(np.float32)

    def rays(self, x: NDArray[np.int64], y: NDArray[np.int64]) -> Floats:
        """(n, 3): from the camera through the middles of pixels, one metre along the view."""
        right = (x + 0.5 - self.width / 2) / self.focal_px
        up = (self.height / 2 - y - 0.5) / self.focal_px
        rays: Floats = (right[:, None] * self.axes[0] + up[:, None] * self.axes[1] - self.axes[2]).astype(
            np.float32
        )
        return rays


def framed(points: Floats, side: Side, width: int, height: int) -> Camera:
    """A camera of `width` x `height` pixels that has all `points`, (n, 3) metres, in view from `side`."""
    yaw, pitch = math.radians(YAW_DEG), math.radians(PITCH_DEG)
    sign = 1 if side == "-z" else -1
    back = np.array(
        [sign * math.sin(yaw) * math.cos(pitch), math.sin(pitch), -sign * math.cos(yaw) * math.cos(pitch)]
    )
    right = np.cross([0.0, 1.0, 0.0], back)
    right /= np.linalg.norm(right)
    axes = np.stack([right, np.cross(back, right), back])
    tangent = math.tan(math.radians(FIELD_OF_VIEW_DEG) / 2)
    slopes = np.array([tangent * width / height, tangent]) * (1 - MARGIN)
    seen = points.astype(np.float64) @ axes.T
    # On each side the farthest distance that some point asks for; moving aside evens the two sides out.
    aside = np.array([_middle(seen[:, axis], seen[:, 2], slopes[axis]) for axis in (0, 1)])
    distance = max(
        float(np.max(seen[:, 2] + np.abs(seen[:, axis] - aside[axis]) / slopes[axis])) for axis in (0, 1)
    )
    position = np.array([aside[0], aside[1], distance]) @ axes
    return Camera(axes, position, height / 2 / tangent, width, height)


def _middle(across: Axes, back: Axes, slope: float) -> float:
    """Where the view must pass so that both sides have the same room."""
    return float((np.max(across / slope + back) - np.max(-across / slope + back)) / 2 * slope)
