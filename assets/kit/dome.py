"""A timber dome on a drum: ribs, boarded lower shell, open upper shell, a panorama band and stepped seating.

All round parts are about the Y axis; angle 0 is +X, pi/2 is +Z. Bays lie between ribs; bay k is centred on
angle k * bay.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from kit.mesh import Mesh, box, join, lathe, make, surface, sweep
from kit.model import Model


@dataclass(frozen=True)
class Dome:
    """Figures of the 24 m dome; metres and radians."""

    radius: float = 12.35
    spring: float = 6.3
    """Height at which the vertical ribs begin to lean in: the top of the panorama."""
    apex: float = 13.4
    oculus: float = 2.2
    ribs: int = 16
    boards_to: float = 0.6
    """Angle along the vault up to which it is boarded; above it is open sky between purlins."""
    band: tuple[float, float] = (2.75, 6.15)
    """Bottom and top of the panorama."""

    @property
    def bay(self) -> float:
        return 2 * np.pi / self.ribs

    def vault(self, t: np.ndarray, inset: float = 0.0) -> np.ndarray:
        """(n, 2) radius and height along the vault; t from 0 (spring) to pi/2 (oculus)."""
        r = self.oculus + (self.radius - inset - self.oculus) * np.cos(t)
        y = self.spring + (self.apex - inset - self.spring) * np.sin(t)
        return np.column_stack([r, y])


def at(radius: float, angle: float, y: float = 0.0) -> tuple[float, float, float]:
    return (radius * float(np.cos(angle)), y, radius * float(np.sin(angle)))


def outward(angle: float) -> float:
    """The yaw of a model that looks away from the middle."""
    return float(np.pi / 2 - angle)


def inward(angle: float) -> float:
    return float(-np.pi / 2 - angle)


def ribs(dome: Dome, width: float = 0.25, depth: float = 0.6, material: str = "glulam") -> Model:
    """Glued timber ribs from the floor to the oculus ring, between the bays."""
    upright = np.column_stack([np.full(4, dome.radius), np.linspace(0, dome.spring * 0.97, 4)])
    line = np.concatenate([upright, dome.vault(np.linspace(0, np.pi / 2, 16), depth * 0.2)])
    path = np.column_stack([line, np.zeros(len(line))])
    half, deep = width / 2, depth / 2
    profile = [(-half, -deep), (half, -deep), (half, deep), (-half, deep), (-half, -deep)]
    rib = sweep(path, profile, side=(0, 0, 1))
    model = Model()
    for k in range(dome.ribs):
        model.add(material, rib, yaw=-(k + 0.5) * dome.bay)
    return model


def ring(radius: float, y: float, wide: float, tall: float, sides: int = 96) -> Mesh:
    """A hoop of rectangular section, its middle at (radius, y)."""
    w, h = wide / 2, tall / 2
    corners = [(-w, -h), (w, -h), (w, h), (-w, h), (-w, -h)]
    return lathe([(radius + x, y + u) for x, u in corners], sides)


def vault(dome: Dome, inside: str, outside: str) -> Model:
    """The boarded lower shell, two skins of it, and the purlins of the open part."""
    t = np.linspace(0, dome.boards_to, 7)
    sides = dome.ribs * 6
    model = Model()
    model.add(inside, lathe([tuple(p) for p in dome.vault(t, 0.1)], sides, 90).inside_out())
    model.add(outside, lathe([tuple(p) for p in dome.vault(t, -0.12)], sides, 90))
    edge_r, edge_y = dome.vault(np.array([dome.boards_to]))[0]
    model.add("glulam", ring(edge_r, edge_y, 0.4, 0.22, sides))
    for angle in np.linspace(dome.boards_to, np.pi / 2, 6)[1:-1]:
        r, y = dome.vault(np.array([angle]), 0.05)[0]
        model.add("steel", ring(r, y, 0.09, 0.09, 64))
    model.add("glulam", ring(dome.oculus + 0.1, dome.apex - 0.1, 0.5, 0.5, 48))
    return model


def mullions(dome: Dome) -> Model:
    """Fine bars between the ribs of the open part: what makes it read as glass."""
    model = Model()
    line = dome.vault(np.linspace(dome.boards_to, np.pi / 2 - 0.05, 9))
    path = np.column_stack([line, np.zeros(len(line))])
    bar = sweep(path, [(-0.03, -0.05), (0.03, -0.05), (0.03, 0.05), (-0.03, 0.05), (-0.03, -0.05)], (0, 0, 1))
    for k in range(dome.ribs):
        model.add("steel", bar, yaw=-k * dome.bay)
    return model


def drum(dome: Dome, outside: str = "white_wall") -> Model:
    """The wall behind the panorama, seen from the garden, and its timber edges."""
    low, high = dome.band
    model = Model()
    model.add(outside, lathe([(dome.radius + 0.16, low - 0.1), (dome.radius + 0.16, high + 0.2)], 96))
    for y, tall in ((low - 0.16, 0.26), (high + 0.12, 0.22)):
        model.add("glulam", ring(dome.radius - 0.4, y, 1.1, tall))
    model.add("brass", ring(dome.radius - 0.97, low - 0.03, 0.05, 0.06))
    return model


def panorama(dome: Dome, inset: float = 0.62, sides: int = 128) -> Mesh:
    """The band that goes all the way round, seen from inside; u runs once round, v down from 0 to 1."""
    low, high = dome.band
    r = dome.radius - inset
    angle = np.linspace(0, 2 * np.pi, sides + 1)
    rim = np.column_stack([np.cos(angle), 0 * angle, np.sin(angle)])
    rows = np.stack([rim * r + [0, low, 0], rim * r + [0, high, 0]])
    sheet = surface(rows)
    u = np.tile(angle / (2 * np.pi), 2)
    v = np.repeat([1.0, 0.0], sides + 1)
    sheet = replace(sheet, uv=np.column_stack([u, v]))
    towards_middle = -(sheet.position * [1, 0, 1] * sheet.normal).sum()
    return sheet if towards_middle > 0 else sheet.inside_out()


def glazing(dome: Dome, open_bays: tuple[int, ...], head: float = 2.6) -> Model:
    """The lower wall: sill, rail and bars in each bay, nothing in the open ones. Glass is left to the eye."""
    model = Model()
    width = 2 * dome.radius * np.sin(dome.bay / 2) - 0.3
    for k in range(dome.ribs):
        where, yaw = at(dome.radius, k * dome.bay), outward(k * dome.bay)
        model.add("glulam", box(width, 0.2, 0.24, 0.02, (0, head + 0.02, 0)), where, yaw)
        if k in open_bays:
            continue
        model.add("glulam", box(width, 0.5, 0.2, 0.02, (0, 0.25, 0)), where, yaw)
        model.add("steel", box(width, 0.05, 0.05, 0, (0, 1.05, 0)), where, yaw)
        for x in (-width / 4, 0, width / 4):
            model.add("steel", box(0.05, head - 0.5, 0.06, 0, (x, head / 2 + 0.2, 0)), where, yaw)
    return model


def sector(inner: float, outer: float, first: float, last: float, y: float, sides: int = 48) -> Mesh:
    """A level piece of a ring between two angles, facing up; uv in metres."""
    angle = np.linspace(first, last, sides + 1)
    rim = np.column_stack([np.cos(angle), 0 * angle, np.sin(angle)])
    return surface(np.stack([rim * inner + [0, y, 0], rim * outer + [0, y, 0]])).facing((0, 1, 0))


def riser(radius: float, first: float, last: float, low: float, high: float, sides: int = 48) -> Mesh:
    """An upright piece of a cylinder that looks at the middle."""
    angle = np.linspace(first, last, sides + 1)
    rim = np.column_stack([np.cos(angle), 0 * angle, np.sin(angle)]) * radius
    up = np.array([0.0, 1.0, 0.0])
    sheet = surface(np.stack([rim + low * up, rim + high * up]))
    towards_middle = -(sheet.position * [1, 0, 1] * sheet.normal).sum()
    return sheet if towards_middle > 0 else sheet.inside_out()


@dataclass(frozen=True)
class Seating:
    """Steps that are also benches. rise is a comfortable seat for our visitors, and a step they can climb."""

    inner: float = 5.4
    depth: float = 0.95
    rise: float = 0.35
    rows: int = 6
    outer: float = 12.1
    first: float = np.radians(172)
    last: float = np.radians(368)

    def radius(self, row: int) -> float:
        return self.inner + row * self.depth

    def height(self, row: int) -> float:
        return (row + 1) * self.rise


def seating(s: Seating, tread: str, face: str) -> Model:
    """Rows of timber, closed at both ends."""
    model = Model()
    for row in range(s.rows):
        inner, high = s.radius(row), s.height(row)
        outer = s.radius(row + 1) if row + 1 < s.rows else s.outer
        model.add(tread, sector(inner, outer, s.first, s.last, high))
        model.add(face, riser(inner, s.first, s.last, high - s.rise, high))
        nosing = [at(inner + 0.03, a, high + 0.005) for a in np.linspace(s.first, s.last, 49)]
        edge = [(-0.04, -0.03), (0.04, -0.03), (0.04, 0.03), (-0.04, 0.03), (-0.04, -0.03)]
        model.add("accent", sweep(nosing, edge))
    for angle, turn in ((s.first, -1), (s.last, 1)):
        model.add(face, _end(s, angle, turn))
    return model


def _end(s: Seating, angle: float, turn: int) -> Mesh:
    """The stepped side of the rows."""
    sheets = []
    normal = np.array([-np.sin(angle), 0, np.cos(angle)]) * turn
    for row in range(s.rows):
        inner, high = s.radius(row), s.height(row)
        outer = s.radius(row + 1) if row + 1 < s.rows else s.outer
        corners = np.array(
            [at(inner, angle), at(outer, angle), at(outer, angle, high), at(inner, angle, high)]
        )
        uv = np.array([[inner, 0], [outer, 0], [outer, high], [inner, high]])
        index = np.array([[0, 1, 2], [0, 2, 3]])
        face = np.cross(corners[1] - corners[0], corners[2] - corners[0])
        if face @ normal < 0:
            index = index[:, ::-1]
        sheets.append(make(corners, np.tile(normal, (4, 1)), uv, index))
    return join(sheets)


def disc(
    radius: float, y: float, uv: tuple[float, float, float, float] | None = None, sides: int = 64
) -> Mesh:
    """A round floor facing up; uv: the part of an atlas that holds its picture, or metres where None."""
    angle = np.linspace(0, 2 * np.pi, sides, endpoint=False)
    rim = np.column_stack([np.cos(angle), np.sin(angle)])
    position = np.vstack(
        [[0, y, 0], np.column_stack([rim[:, 0] * radius, np.full(sides, y), rim[:, 1] * radius])]
    )
    unit = np.vstack([[0, 0], rim])
    if uv is None:
        coordinates = unit * radius
    else:
        left, top, right, bottom = uv
        coordinates = np.column_stack(
            [left + (unit[:, 0] + 1) / 2 * (right - left), top + (unit[:, 1] + 1) / 2 * (bottom - top)]
        )
    index = np.array([(0, 1 + (i + 1) % sides, 1 + i) for i in range(sides)])
    return make(position, np.tile([0, 1.0, 0], (sides + 1, 1)), coordinates, index)
