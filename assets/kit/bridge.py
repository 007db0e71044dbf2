"""A stone bridge of three round arches, as over the canals and the lake."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import shapely.geometry as sg

from kit.mesh import EAST, Mesh, box, extrude, join, lathe, sweep
from kit.model import Model

LENGTH_M = 18.0
WIDTH_M = 3.6
CROWN_M = 2.8
WATER_M = -0.6
ARCHES = ((0.0, 2.55), (-4.85, 1.05), (4.85, 1.05))
"""(where along the bridge, radius): with its reflection the middle arch makes a full moon."""
STEP_M = 0.42


def height(along: np.ndarray | float) -> np.ndarray:
    """The deck's height over its ends: half a cosine, so that it meets the ground level."""
    return CROWN_M * (0.5 + 0.5 * np.cos(2 * np.pi * np.asarray(along, float) / LENGTH_M))


def stone_bridge() -> Model:
    """Along z, the middle at the origin, its ends at y = 0; water is expected at WATER_M."""
    model = Model()
    model.add("stone_block", _body().moved(yaw=EAST), colour=(0.86, 0.84, 0.8))
    model.add(
        "stone", join(_arch_ring(at, radius, side) for at, radius in ARCHES for side in (-1, 1)), yaw=EAST
    )
    model.add("stone_block", join(_slabs()), colour=(1.02, 1.0, 0.96))
    for side in (-1, 1):
        model.place(_rail(), (side * (WIDTH_M / 2 - 0.14), 0, 0))
        model.add("stone", _string_course(side), colour=(0.9, 0.88, 0.85))
    return model


def _body() -> Mesh:
    """The side walls, drawn along x: from below the water up to just under the slabs, less the arches."""
    along = np.linspace(-LENGTH_M / 2, LENGTH_M / 2, 49)
    upper = height(along) - 0.1
    outline = sg.Polygon(
        [(-LENGTH_M / 2, WATER_M - 0.6), *zip(along, upper, strict=True), (LENGTH_M / 2, WATER_M - 0.6)]
    )
    for at, radius in ARCHES:
        outline = outline.difference(sg.Point(at, WATER_M).buffer(radius, quad_segs=16))
    return extrude(outline, WIDTH_M - 0.1)


def _arch_ring(at: float, radius: float, side: int) -> Mesh:
    """The voussoirs, a little proud of the wall; drawn along x."""
    angle = np.linspace(-0.08, np.pi + 0.08, 2 * int(8 + 4 * radius) + 1)
    middle = radius + 0.14
    z = side * (WIDTH_M / 2 - 0.06)
    path = np.column_stack(
        [at + middle * np.cos(angle), WATER_M + middle * np.sin(angle), np.full(len(angle), z)]
    )
    profile = [(-0.1, -0.16), (-0.1, 0.16), (0.1, 0.16), (0.1, -0.16), (-0.1, -0.16)]
    return sweep(path, profile, side=(0, 0, 1))


def _slabs() -> list[Mesh]:
    """The steps: each slab lies level at the deck's height under its middle."""
    count = round(LENGTH_M / STEP_M)
    each = LENGTH_M / count
    middles = (np.arange(count) + 0.5) * each - LENGTH_M / 2
    return [
        box(WIDTH_M, 0.24, each + 0.03, 0.02, (0, float(height(z)) - 0.12 + 0.02, float(z))) for z in middles
    ]


def _string_course(side: int) -> Mesh:
    """The long stone under the balustrade, following the arch."""
    z = np.linspace(-LENGTH_M / 2, LENGTH_M / 2, 33)
    path = np.column_stack([np.full(len(z), side * (WIDTH_M / 2 - 0.02)), height(z) - 0.14, z])
    profile = [(-0.1, -0.11), (-0.1, 0.11), (0.1, 0.11), (0.1, -0.11), (-0.1, -0.11)]
    return sweep(path, profile)


def _rail() -> Model:
    """Posts with buds every 1.8 m, slabs between them that slope with the deck."""
    model = Model()
    bud = lathe([(0.06, 0.0), (0.1, 0.02), (0.13, 0.09), (0.1, 0.2), (0.0, 0.26)], 10)
    posts = np.linspace(-LENGTH_M / 2 + 0.1, LENGTH_M / 2 - 0.1, 11)
    for z in posts:
        model.add("stone", box(0.2, 1.1, 0.2, 0.025, (0, float(height(z)) + 0.5, z)))
        model.add("stone", bud, (0, float(height(z)) + 1.05, z))
    for a, b in pairwise(posts):
        z = np.linspace(a + 0.08, b - 0.08, 5)
        for low, high, half in ((0.12, 0.56, 0.05), (0.76, 0.9, 0.075)):
            path = np.column_stack([np.zeros(5), height(z), z])
            profile = [(-half, low), (-half, high), (half, high), (half, low), (-half, low)]
            model.add("stone", sweep(path, profile))
        middle = (a + b) / 2
        model.add("stone", box(0.1, 0.24, 0.14, 0, (0, float(height(middle)) + 0.66, middle)))
    return model
