"""Columns and the frames that stand on them."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

from kit.mesh import Vec3, box, lathe
from kit.model import Model


def round_column(
    height_m: float,
    diameter_m: float | None = None,
    base: bool = True,
    material: str = "wood",
    colour: Vec3 = (1, 1, 1),
) -> Model:
    """A timber column, 1:10 unless told, drawn in towards the top, on a stone drum 1.75 times as wide."""
    r = (diameter_m or height_m / 10) / 2
    model = Model()
    steps = ((0, 1.0), (0.2, 1.0), (0.55, 0.985), (0.8, 0.95), (0.94, 0.9), (1.0, 0.84))
    model.add(material, lathe([(r * k, height_m * h) for h, k in steps], 12), colour=colour)
    if base:
        drum = [(1.75, 0), (1.75, 0.06), (1.6, 0.12), (1.25, 0.24), (1.05, 0.27), (0, 0.27)]
        model.add("stone", lathe([(r * k, h) for k, h in drum], 14))
    return model


def beam(length_m: float, height_m: float = 0.42, depth_m: float = 0.26, material: str = "wood") -> Model:
    """Along x, centred."""
    return Model().add(material, box(length_m, height_m, depth_m, 0.03))


def colonnade(
    xs: Sequence[float], height_m: float, diameter_m: float | None = None, material: str = "wood"
) -> Model:
    """Columns at (x, 0, 0) with a tie beam, a plate above it and a fretted rail between them."""
    model = Model()
    first, last = min(xs), max(xs)
    for x in xs:
        model.place(round_column(height_m, diameter_m, material=material), (x, 0, 0))
    middle, length = (first + last) / 2, last - first
    model.add(material, box(length + 0.6, 0.42, 0.26, 0.03, (middle, height_m - 0.3, 0)))
    model.add(material, box(length + 1.0, 0.2, 0.46, 0.03, (middle, height_m + 0.02, 0)))
    ordered = sorted(xs)
    for left, right in itertools.pairwise(ordered):
        model.place(
            fret(right - left - (diameter_m or height_m / 10), material),
            ((left + right) / 2, height_m - 0.85, 0),
        )
    return model


def fret(width_m: float, material: str = "wood") -> Model:
    """A light rail with short posts up to the beam: what hangs between two columns."""
    model = Model().add(material, box(width_m, 0.12, 0.12, 0.02))
    count = max(3, round(width_m / 0.7))
    for i in range(1, count):
        model.add(material, box(0.08, 0.36, 0.08, 0), (width_m * (i / count - 0.5), 0.22, 0))
    return model
