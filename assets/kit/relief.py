"""A sculpture: the land between Taihu and Wenzhou as stacked plates of bronze, its cities as lights.

The outline is drawn by hand to be recognised, as an artwork; it is not a map.
"""

from __future__ import annotations

import numpy as np
import shapely.geometry as sg
from skimage.measure import find_contours

from kit.mesh import Mesh, extrude, lathe, rotation_x, tube
from kit.model import Model

OUTLINE = (
    (119.85, 31.15), (120.15, 30.95), (120.45, 30.93), (120.65, 30.87), (120.75, 31.0), (121.0, 30.83),
    (121.27, 30.7), (121.0, 30.58), (120.9, 30.42), (120.65, 30.37), (120.3, 30.27), (120.6, 30.2),
    (120.9, 30.17), (121.25, 30.35), (121.5, 30.12), (121.85, 29.97), (122.1, 29.85), (121.95, 29.55),
    (121.6, 29.48), (121.95, 29.2), (121.9, 29.05), (121.65, 28.9), (121.6, 28.6), (121.55, 28.3),
    (121.3, 28.2), (121.1, 28.0), (120.85, 27.9), (120.7, 27.6), (120.6, 27.3), (120.4, 27.15),
    (120.0, 27.35), (119.7, 27.4), (119.6, 27.65), (119.2, 27.5), (118.95, 27.5), (118.8, 27.7),
    (118.85, 27.95), (118.7, 28.1), (118.75, 28.3), (118.45, 28.35), (118.4, 28.65), (118.15, 28.95),
    (118.05, 29.15), (118.2, 29.4), (118.5, 29.6), (118.75, 29.7), (118.9, 29.95), (119.0, 30.1),
    (119.3, 30.3), (119.25, 30.55), (119.6, 30.75), (119.55, 30.9), (119.6, 31.1),
)  # fmt: skip
"""Degrees east and north, about 20 km apart."""
ISLANDS = (
    (122.12, 30.04, 0.14),
    (122.32, 29.96, 0.08),
    (122.2, 30.28, 0.08),
    (122.42, 30.72, 0.05),
    (122.0, 30.3, 0.05),
)
CITIES = {
    "杭州": (120.16, 30.25), "宁波": (121.55, 29.87), "温州": (120.7, 28.0), "嘉兴": (120.75, 30.75),
    "湖州": (120.1, 30.87), "绍兴": (120.58, 30.0), "金华": (119.65, 29.08), "衢州": (118.87, 28.94),
    "舟山": (122.1, 30.02), "台州": (121.42, 28.66), "丽水": (119.92, 28.45),
}  # fmt: skip
RIVER = (
    (118.5, 29.45),
    (119.0, 29.55),
    (119.5, 29.5),
    (119.75, 29.8),
    (119.95, 30.05),
    (120.2, 30.18),
    (120.45, 30.3),
)
"""Xin'an, Fuchun, Qiantang: one water."""
PEAKS = (
    (119.2, 27.95, 0.55, 1.0), (119.7, 27.75, 0.45, 0.8), (120.3, 27.75, 0.35, 0.6), (118.6, 28.6, 0.3, 0.5),
    (119.15, 30.35, 0.35, 0.75), (118.7, 29.3, 0.35, 0.55), (120.4, 28.6, 0.45, 0.75),
    (120.9, 29.15, 0.4, 0.65),
    (121.2, 29.6, 0.3, 0.4), (119.5, 28.6, 0.4, 0.6), (120.1, 29.5, 0.3, 0.4), (119.6, 30.5, 0.25, 0.4),
)  # fmt: skip
"""Longitude, latitude, width in degrees, height of 1: Baishanzu, Tianmu, Kuocang, Tiantai, Siming, others."""
CENTRE = (120.4, 29.15)
NARROWING = float(np.cos(np.radians(29.15)))
"""A degree of longitude against one of latitude."""


def relief(metres_per_degree: float = 1.55, tilt: float = np.radians(28)) -> Model:
    """About 6.5 m square, its middle at the origin, north away from +Z, leaning towards who comes from +Z."""
    k = metres_per_degree
    model = Model()
    land = _metres(sg.Polygon(OUTLINE), k).buffer(0)
    lean = rotation_x(tilt)

    def lay(material: str, mesh: Mesh, height: float, shade: float = 1.0) -> None:
        # drawn in (x, y), laid down so that +y is north (-Z), then leant
        flat = mesh.turned(rotation_x(-np.pi / 2)).moved((0, height, 0)).turned(lean)
        model.add(material, flat, colour=(shade, shade, shade))

    lay("bronze", extrude(land, 0.1), 0.0, 0.36)
    for x, y, radius in ISLANDS:
        lay("bronze", extrude(_metres(sg.Point(x, y).buffer(radius, quad_segs=4), k), 0.08), 0.0, 0.36)
    for i, level in enumerate((0.16, 0.3, 0.45, 0.6, 0.78)):
        for plate in _plates(level, land, k):
            lay("bronze", extrude(plate, 0.05), 0.1 + 0.085 * i, 0.48 + 0.2 * i)
    river = np.array([(*_point(x, y, k), 0.0) for x, y in RIVER])
    lay("light", tube(river, 0.022, 6), 0.07)
    for x, y in CITIES.values():
        px, py = _point(x, y, k)
        lay("light", _bead().moved((px, py, 0)), 0.12 + 0.4 * _height(x, y))
        where = lean @ np.array([px, 0.2, -py])
        model.lamp(tuple(where), 0.12, (1.0, 0.78, 0.45), glow_m=0.55)
    return model


def _bead() -> Mesh:
    a = np.linspace(0, np.pi, 6)
    return lathe([(0.055 * np.sin(x), -0.055 * np.cos(x)) for x in a], 10, 90)


def _point(longitude: float, latitude: float, k: float) -> tuple[float, float]:
    return ((longitude - CENTRE[0]) * NARROWING * k, (latitude - CENTRE[1]) * k)


def _metres(shape: sg.Polygon, k: float) -> sg.Polygon:
    return sg.Polygon([_point(x, y, k) for x, y in shape.exterior.coords])


def _height(longitude: float, latitude: float) -> float:
    return float(
        max(
            h * np.exp(-(((longitude - x) * NARROWING) ** 2 + (latitude - y) ** 2) / w**2)
            for x, y, w, h in PEAKS
        )
    )


def _plates(level: float, land: sg.Polygon, k: float) -> list[sg.Polygon]:
    """Where the land stands above a level, as polygons in metres."""
    longitude, latitude = np.linspace(117.6, 122.8, 105), np.linspace(26.8, 31.4, 93)
    X, Y = np.meshgrid(longitude, latitude)
    field = sum(h * np.exp(-(((X - x) * NARROWING) ** 2 + (Y - y) ** 2) / w**2) for x, y, w, h in PEAKS)
    field = field * (1 + 0.16 * np.sin(X * 9 + 2 * np.sin(Y * 7)) * np.sin(Y * 8))
    plates = []
    for line in find_contours(np.asarray(field), level):
        rows, columns = line[:, 0], line[:, 1]
        x = np.interp(columns, np.arange(105), longitude)
        y = np.interp(rows, np.arange(93), latitude)
        if len(line) < 8:
            continue
        shape = sg.Polygon([_point(a, b, k) for a, b in zip(x, y, strict=True)]).buffer(0).simplify(0.02)
        shape = shape.intersection(land.buffer(-0.06 - 0.03 * level))
        plates += [p for p in getattr(shape, "geoms", [shape]) if isinstance(p, sg.Polygon) and p.area > 0.05]
    return plates
