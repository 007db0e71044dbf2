"""Where everything of the market street stands. x runs east, z south; the lake is in the west.

The street comes from the gate in the south-east, bends once at `BEND` and runs due west to the lake, where
the bridge crosses its axis broadside. The sun sets over the lake, 5 degrees south of the axis: its light lies
along the northern fronts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely.geometry as sg

from kit.mesh import NORTH, SOUTH, WEST, rotation_y
from kit.shophouse import BAY_M, PLINTH_M, Shop

STREET_M = 7.0
"""Between the fronts: as wide as the eaves are high."""
BEND = (13.0, 0.0)
GATE_ANGLE = np.radians(35)
"""From the bend to the gate, turned from east towards south."""
GATE_AWAY_M = 20.5
SHORE_X = -25.0
LAKE_ROW_X = -13.4
TONGUE_X = -42.0
"""West end of the tongue of land that carries the southern end of the bridge."""
TERRACE_X, TERRACE_Z = -31.0, 27.0
"""East and south end of the terrace beyond the tongue."""
BRIDGE = (-37.0, 0.0)
ISLET = (-37.0, -14.8)
ISLET_RADIUS_M = 6.6
NORTH_Z, SOUTH_Z = -21.0, 21.0
WATER_M = -0.6


@dataclass(frozen=True)
class Row:
    """A row of shops: the middle of its front line on the ground, and where its fronts look."""

    name: str
    at: tuple[float, float]
    yaw: float
    shops: Sequence[Shop]

    def world(self, x: float, y: float, z: float) -> tuple[float, float, float]:
        """From the row's own frame (x along it from left to right, z out of its fronts)."""
        turned = rotation_y(self.yaw) @ np.array([x, y, z])
        return (float(turned[0] + self.at[0]), float(turned[1]), float(turned[2] + self.at[1]))

    def bay(self, index: int) -> float:
        """The middle of a bay along the row."""
        return (index + 0.5 - len(self.shops) / 2) * BAY_M

    def slot_place(self, index: int) -> tuple[float, float, float]:
        return self.world(self.bay(index), PLINTH_M + 0.03, -4.55)


def gate_point(along: float, aside: float = 0.0) -> tuple[float, float]:
    """A point between bend and gate: metres from the bend, metres to the north-east of the street's axis."""
    c, s = np.cos(GATE_ANGLE), np.sin(GATE_ANGLE)
    return (float(BEND[0] + along * c + aside * s), float(BEND[1] + along * s - aside * c))


TOWARDS_BEND = float(-np.pi / 2 - GATE_ANGLE)
"""Yaw of somebody who comes from the gate."""
OLD, NEW, RED = (0.66, 0.64, 0.64), (1.0, 0.97, 0.93), (0.95, 0.7, 0.6)

ROWS = (
    Row(
        "a",
        (-0.6, -STREET_M / 2),
        SOUTH,
        (
            Shop("cloth_persimmon", "balcony"),
            Shop("tiles", "windows", OLD, wall_after=True),
            Shop("cloth_indigo", "windows", NEW),
            Shop("cloth_indigo", "balcony", NEW, wall_after=True),
            Shop("tiles", "windows", RED),
            Shop("cloth_persimmon", "windows"),
        ),
    ),
    Row(
        "b",
        (-4.8, STREET_M / 2),
        NORTH,
        (
            Shop("cloth_indigo", "balcony", NEW, open_right=True),
            Shop("cloth_cream", "windows", NEW, wall_after=True),
            Shop("tiles", "windows", OLD),
            Shop("cloth_indigo", "balcony"),
        ),
    ),
    Row(
        "c",
        gate_point(9.6, STREET_M / 2),
        float(-GATE_ANGLE),
        (
            Shop("cloth_indigo", "windows"),
            Shop("tiles", "balcony", NEW, wall_after=True),
            Shop("cloth_persimmon", "windows", OLD),
            Shop("cloth_cream", "balcony"),
        ),
    ),
    Row(
        "d",
        gate_point(8.6, -STREET_M / 2),
        float(np.pi - GATE_ANGLE),
        (
            Shop("cloth_persimmon", "balcony", NEW),
            Shop("tiles", "windows", OLD),
            Shop("cloth_indigo", "windows"),
        ),
    ),
    Row(
        "e",
        (LAKE_ROW_X, -16.4),
        WEST,
        (Shop("cloth_persimmon", "balcony"), Shop("cloth_indigo", "windows", NEW)),
    ),
    Row(
        "f",
        (LAKE_ROW_X, 16.0),
        WEST,
        (Shop("cloth_indigo", "windows", OLD), Shop("cloth_persimmon", "balcony")),
    ),
)
ROW = {row.name: row for row in ROWS}

TEAHOUSE = ("b", (0, 1))
"""Two bays that are one room, without a booth: from here one looks out over the street."""

WATERFRONT = (
    (SHORE_X, 9.0),
    (TONGUE_X, 9.0),
    (TONGUE_X, TERRACE_Z),
    (TERRACE_X, TERRACE_Z),
    (TERRACE_X, 15.8),
    (SHORE_X, 15.8),
)
"""The edge of the tongue and its terrace, from the northern corner at the shore to the southern."""
MAINLAND = sg.Polygon(
    [
        (SHORE_X, NORTH_Z),
        (26, NORTH_Z),
        (41, 0),
        (41, SOUTH_Z),
        (SHORE_X, SOUTH_Z),
        *reversed(WATERFRONT),
    ]
)
"""Paved ground."""

_angle = np.linspace(0, 2 * np.pi, 48, endpoint=False)
ISLET_LAND = sg.Polygon(
    np.column_stack([ISLET[0] + ISLET_RADIUS_M * np.cos(_angle), ISLET[1] + ISLET_RADIUS_M * np.sin(_angle)])
)
