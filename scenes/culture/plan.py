"""Where things are in the garden of winding water: shapes in (x, z), metres, north is -Z."""

from __future__ import annotations

import numpy as np
import shapely.geometry as sg
from shapely.ops import unary_union

WEST_WALL, EAST_WALL, NORTH_WALL, SOUTH_WALL = -34.0, 33.0, -24.5, 17.0
FORECOURT_END = 30.0

HALL = (0.0, -14.6)
HALL_FLOOR = 1.05
STAGE = (-19.6, 2.8)
STAGE_FLOOR = 1.15
EAST_GALLERY = (24.4, -1.0)
WEST_GALLERY = (-29.0, -11.5)
GALLERY_FLOOR = 0.45
BAY = 4.2
BRIDGE = [(5.2, 11.4), (5.2, 7.2), (2.6, 7.2), (2.6, 2.6), (5.0, 2.6), (5.0, -4.6)]
BRIDGE_WIDTH = 2.0


def _pond() -> sg.Polygon:
    a = np.linspace(0, 2 * np.pi, 90, endpoint=False)
    r = 1 + 0.10 * np.sin(3 * a + 0.6) + 0.07 * np.sin(5 * a + 2)
    return sg.Polygon(np.column_stack([-2.5 + 13.2 * r * np.cos(a), 3.2 + 6.6 * r * np.sin(a)]))


POND = _pond()
SITE = sg.box(WEST_WALL - 0.4, NORTH_WALL - 0.4, EAST_WALL + 0.4, SOUTH_WALL + 0.4).union(
    sg.box(-27, SOUTH_WALL, 27, FORECOURT_END)
)


def _paving() -> sg.base.BaseGeometry:
    a = np.linspace(0, 2 * np.pi, 64, endpoint=False)
    about_pond = sg.Polygon(np.column_stack([-2.5 + 16 * np.cos(a), 3.2 + 9.2 * np.sin(a)]))
    parts = [
        about_pond,
        sg.box(14, -18, 28, 15),  # before the east gallery
        sg.box(-26.5, -4, -12, 10),  # around the stage
        sg.box(-31, -21, -23, -3),  # before the west gallery
        sg.box(-13, -22.6, 13, -3),  # around the hall
        sg.box(-5, 8, 5, FORECOURT_END),  # from the gate to the water
        sg.box(-24, 21, 24, FORECOURT_END),  # the forecourt
        sg.box(-31, 9, -12, 13),
        sg.box(-31.5, -5, -27.5, 12),  # the path behind the stage
    ]
    return unary_union(parts).buffer(0.8).intersection(SITE)


PAVING = _paving()
