"""Which triangle is in front at each sample of a picture."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

# Mostly float32; where a step makes float64 of it, nothing is lost.
Floats: TypeAlias = NDArray[np.floating[Any]]
Ints: TypeAlias = NDArray[np.int64]
# Triangle numbers (n,) and their weights (n, 3) to whether there is something there.
Covers: TypeAlias = Callable[[Ints, Floats], NDArray[np.bool_]]

NOTHING: Final = -1
# Seams between triangles have no holes.
_EDGE: Final = np.float32(1e-5)
# Samples worked on at once: some ten arrays of this length.
_CHUNK: Final = 1 << 16


@dataclass(frozen=True, eq=False)
class Visible:
    """(height, width) of the foremost triangle's number (`NOTHING` where there is none) and of its depth
    (infinite there)."""

    triangle: NDArray[np.int32] = field(repr=False)
    depth: Floats = field(repr=False)


def rasterise(
    points: Floats, depth: Floats, width: int, height: int, covers: Covers | None = None
) -> Visible:
    """`points` (n, 3, 2) in pixels (x right, y down, the middle of the first at 0.5), `depth` (n, 3), which
    must be linear over the picture (1 / distance for perspective, negated so that near is small)."""
    triangle = np.full(width * height, NOTHING, dtype=np.int32)
    nearest = np.full(width * height, np.inf, dtype=np.float32)
    slopes = _Slopes.of(points)
    for numbers, x, y in _samples(points, width, height):
        second, third = slopes.weights(numbers, x, y)
        # what has no area has no number there, and is nowhere
        inside = np.nonzero((second >= -_EDGE) & (third >= -_EDGE) & (second + third <= 1 + _EDGE))[0]
        numbers, second, third = numbers[inside], second[inside], third[inside]
        weights = np.stack([1 - second - third, second, third], axis=1)
        corners = depth[numbers]
        here = corners[:, 0] * weights[:, 0] + corners[:, 1] * second + corners[:, 2] * third
        cell = y[inside] * width + x[inside]
        if covers is not None:
            solid = covers(numbers, weights)
            numbers, here, cell = numbers[solid], here[solid], cell[solid]
        nearer = here < nearest[cell]
        numbers, here, cell = numbers[nearer], here[nearer], cell[nearer]
        # Of several in one cell the last assignment stays: the nearest comes last.
        order = np.argsort(-here, kind="stable")
        nearest[cell[order]] = here[order]
        triangle[cell[order]] = numbers[order]
    return Visible(triangle.reshape(height, width), nearest.reshape(height, width))


def _samples(points: Floats, width: int, height: int) -> Iterator[tuple[Ints, Ints, Ints]]:
    """Triangle, x and y of all samples within the rectangles around the triangles, chunk by chunk."""
    # what has no place is beyond the last sample
    low = np.nan_to_num(np.ceil(points.min(axis=1) - 0.5), nan=np.inf)
    high = np.nan_to_num(np.floor(points.max(axis=1) - 0.5), nan=-np.inf)
    first = np.clip(low, 0, (width, height)).astype(np.int64)
    last = np.clip(high, -1, (width - 1, height - 1)).astype(np.int64)
    across, down = np.maximum(last - first + 1, 0).T
    count = across * down
    numbers = np.nonzero(count)[0]
    ends = np.cumsum(count[numbers])
    start = 0
    while start < len(numbers):
        base = ends[start - 1] if start else 0
        stop = max(int(np.searchsorted(ends, base + _CHUNK, side="right")), start + 1)
        chosen = numbers[start:stop]
        owner = np.repeat(chosen, count[chosen])
        place = np.arange(len(owner)) - np.repeat(ends[start:stop] - count[chosen] - base, count[chosen])
        row, column = np.divmod(place, across[owner])
        yield owner, first[owner, 0] + column, first[owner, 1] + row
        start = stop


@dataclass(frozen=True, eq=False)
class _Slopes:
    """Barycentric weights as they grow over the picture: per triangle, (n,) each."""

    start_x: Floats
    start_y: Floats
    second_x: Floats
    second_y: Floats
    third_x: Floats
    third_y: Floats

    @classmethod
    def of(cls, points: Floats) -> _Slopes:
        start = points[:, 0].astype(np.float32)
        b, c = (points[:, corner].astype(np.float64) - points[:, 0] for corner in (1, 2))
        area = b[:, 0] * c[:, 1] - b[:, 1] * c[:, 0]
        with np.errstate(divide="ignore", invalid="ignore"):
            slopes = [c[:, 1] / area, -c[:, 0] / area, -b[:, 1] / area, b[:, 0] / area]
        # half a pixel, so that whole numbers are the middles
        return cls(start[:, 0] - 0.5, start[:, 1] - 0.5, *(slope.astype(np.float32) for slope in slopes))

    def weights(self, numbers: Ints, x: Ints, y: Ints) -> tuple[Floats, Floats]:
        """(n,) each: of the second and the third corner, at samples of triangles."""
        across = x - self.start_x[numbers]
        down = y - self.start_y[numbers]
        with np.errstate(invalid="ignore"):
            return (
                self.second_x[numbers] * across + self.second_y[numbers] * down,
                self.third_x[numbers] * across + self.third_y[numbers] * down,
            )
