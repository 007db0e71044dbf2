"""Song roofs: a curved slope with lifted corners, half-round tile ribs, rafter ends, ridges and their
ornaments.

The slope is one function of (along, t): t runs from the eave (0) to the ridge (1). Height rises by .6t +
.4t^2 of the
rise, so that the eave is flatter than the ridge; within `corner_m` of a corner the eave lifts by `lift`
* (1-d/corner)^2.2
and flares outwards. `gable` is the t at which the end slopes stop: 0 a gable roof, 1 a pyramid, between
them hip-and-gable.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from kit.mesh import Mesh, box, flat, join, lathe, make, surface, sweep, tube
from kit.model import Model

RIDGE = [
    (-0.14, -0.1),
    (-0.14, 0.28),
    (-0.2, 0.28),
    (-0.2, 0.36),
    (0, 0.46),
    (0.2, 0.36),
    (0.2, 0.28),
    (0.14, 0.28),
    (0.14, -0.1),
    (-0.14, -0.1),
]
SOFFIT_M = 0.16
FRONT, END = 0, 1


@dataclass(frozen=True)
class Shape:
    half_width: float
    half_depth: float
    rise: float
    gable: float
    lift: float
    corner_m: float
    rib_m: float
    rib_radius: float
    rows: int
    ridge: float

    @property
    def ridge_half(self) -> float:
        """Half the length of the ridge."""
        over = 0.35 if 0 < self.gable < 1 else 0.0
        return self.half_width - self.half_depth * self.gable + over

    def height(self, t: np.ndarray) -> np.ndarray:
        return self.rise * (0.6 * t + 0.4 * t * t)

    def point(self, along: np.ndarray, t: np.ndarray, side: int) -> np.ndarray:
        """(..., 3): on the front slope (+Z) or the end slope (+X)."""
        reach = self.half_width if side == FRONT else self.half_depth
        near = np.clip(1 - (reach - np.abs(along)) / self.corner_m, 0, 1) ** 2.2
        bend = near * (1 - np.clip(t, 0, 1)) ** 2 * (self.lift > 0)
        y = self.height(t) + self.lift * bend
        along = along * (1 + 0.03 * bend)
        if side == FRONT:
            return np.stack([along, y, self.half_depth * (1 - t) + 0.45 * bend], -1)
        return np.stack([self.half_width - self.half_depth * t + 0.45 * bend, y, -along], -1)

    def half_at(self, t: np.ndarray, side: int) -> np.ndarray:
        """Half the length of the slope at t."""
        if side == END:
            return self.half_depth * (1 - t)
        if self.gable == 0:
            return np.full_like(t, self.half_width)
        return np.where(t <= self.gable, self.half_width - self.half_depth * t, self.ridge_half)

    def top(self, side: int) -> float:
        return 1.0 if side == FRONT else self.gable


def roof(
    half_width: float,
    half_depth: float,
    rise: float,
    gable: float = 0.42,
    lift: float = 1.15,
    corner_m: float = 5.0,
    rib_m: float = 0.32,
    rib_radius: float = 0.085,
    rows: int = 7,
    ridge: float = 1.0,
    rafters: bool = True,
    finial: bool = False,
) -> Model:
    """A roof whose eaves are at y = 0, half_width and half_depth measured at the eaves; its ridge runs
    along x.
    """
    s = Shape(half_width, half_depth, rise, gable, lift, corner_m, rib_m, rib_radius, rows, ridge)
    model = Model()
    for side in (FRONT, END):
        if s.top(side) == 0:
            continue
        slope = Model()
        _sheet(slope, s, side)
        _ribs(slope, s, side, rafters)
        model.place(slope)
        model.place(slope, yaw=np.pi)
    _ridges(model, s)
    if 0 < gable < 1:
        _gable_walls(model, s)
    if finial:
        bulb = [
            (0.55, 0),
            (0.5, 0.2),
            (0.25, 0.35),
            (0.42, 0.7),
            (0.42, 0.9),
            (0.15, 1.2),
            (0.12, 1.5),
            (0, 1.75),
        ]
        model.add("gold", lathe(bulb, 12, 60), (0, rise - 0.1, 0))
    return model


def hip_and_gable(
    half_width: float, half_depth: float, rise: float, lift: float = 1.15, corner_m: float = 5.0
) -> Model:
    """The roof of a main hall."""
    return roof(half_width, half_depth, rise, 0.42, lift, corner_m)


def pyramid(
    half_width: float, rise: float, lift: float = 1.2, corner_m: float = 4.0, finial: bool = True
) -> Model:
    """The roof of a square pavilion."""
    return roof(half_width, half_width, rise, 1.0, lift, corner_m, finial=finial)


def gable(half_width: float, half_depth: float, rise: float, rows: int = 4) -> Model:
    """A plain gable roof: galleries, shops. Close its ends with a wall."""
    return roof(half_width, half_depth, rise, 0.0, 0.0, rows=rows)


def coping(length_m: float) -> Model:
    """The little roof on a garden wall, along x."""
    return roof(
        length_m / 2, 0.55, 0.42, 0.0, 0.0, rib_m=0.3, rib_radius=0.075, rows=1, ridge=0.5, rafters=False
    )


def _sheet(model: Model, s: Shape, side: int) -> None:
    """The slope itself, its soffit and the board along the eave."""
    top = s.top(side)
    t = np.linspace(0, top, s.rows + 3)
    if side == FRONT and 0 < s.gable < 1:
        t = np.sort(np.concatenate([t, [s.gable, s.gable + 1e-4]]))
    across = np.linspace(-1, 1, 25 if s.half_width > 4 and s.lift > 0 else 5 if s.half_width < 2 else 9)
    T, U = np.meshgrid(t, across, indexing="ij")
    points = s.point(U * s.half_at(T, side), T, side)
    sheet = surface(points).facing((0, 1, 0))
    model.add("tile", sheet, colour=(0.62, 0.62, 0.62))
    model.add("wood", sheet.inside_out().moved((0, -SOFFIT_M, 0)), colour=(0.8, 0.8, 0.8))
    eave = points[0]
    board = surface(np.stack([eave, eave - [0, 0.2, 0]])).facing((0, 0, 1) if side == FRONT else (1, 0, 0))
    model.add("wood", board)


def _ribs(model: Model, s: Shape, side: int, rafters: bool) -> None:
    reach = s.half_width if side == FRONT else s.half_depth
    count = int(2 * reach / s.rib_m)
    arc = np.linspace(0, np.pi, 4)
    wide = np.array([1.0, 0, 0]) if side == FRONT else np.array([0, 0, -1.0])
    out = np.array([0, 0, 1.0]) if side == FRONT else np.array([1.0, 0, 0])
    ring = s.rib_radius * (np.cos(arc)[:, None] * wide + np.sin(arc)[:, None] * np.array([0, 1.05, 0]))
    ribs: list[Mesh] = []
    ends: list[Mesh] = []
    for i in range(count):
        along = -reach + (i + 0.5) * 2 * reach / count
        top = _rib_top(s, side, abs(along), reach)
        if top < 0.03:
            continue
        t = np.linspace(-0.012, top, max(2, int(s.rows * top + 1)))
        line = s.point(np.full_like(t, along), t, side)
        line[0, 1] = s.point(np.array([along]), np.array([0.0]), side)[0, 1] - 0.02
        ribs.append(surface(line[:, None] + ring).facing((0, 1, 0)))
        cap = line[0] + ring
        ribs.append(make(cap, np.tile(out, (4, 1)), cap[:, :2], np.array([[0, 1, 2], [0, 2, 3]])))
        if rafters:
            under = s.point(np.array([along, along]), np.array([0.015, 0.09]), side).mean(0) - [0, 0.27, 0]
            size = (0.1, 0.12, 0.7) if side == FRONT else (0.7, 0.12, 0.1)
            ends.append(box(*size, 0, tuple(under)))
    model.add("tile", join(ribs))
    if ends:
        model.add("wood", join(ends), colour=(1.15, 1.1, 1.0))


def _rib_top(s: Shape, side: int, along: float, reach: float) -> float:
    """The t where a rib meets the ridge or the hip."""
    if side == END:
        return min(s.gable, (reach - along) / s.half_depth)
    if s.gable == 0 or along <= s.ridge_half:
        return 1.0
    top = (reach - along) / s.half_depth
    return min(top, s.gable) if s.gable < 1 else top


def _profile(k: float, across: float = 1.0, up: float = 1.0) -> list[tuple[float, float]]:
    return [(x * k * across, y * k * up) for x, y in RIDGE]


def _ridges(model: Model, s: Shape) -> None:
    grey = (0.8, 0.8, 0.8)
    if s.gable < 1:
        half = s.ridge_half
        x = np.linspace(-half, half, 13 if s.lift > 0 else 2)
        curve = 0.35 * (np.abs(x) / half) ** 3 * (s.lift > 0)
        model.add(
            "tile",
            sweep(np.column_stack([x, s.rise + 0.12 * s.ridge + curve, 0 * x]), _profile(s.ridge)),
            colour=grey,
        )
        if s.lift > 0:
            for k in (-1, 1):
                model.add("tile", _ridge_end(k, half, s.rise), colour=(0.75, 0.75, 0.75))
    if s.gable > 0:
        t = np.linspace(-0.02, s.gable, 10)
        inside = np.clip(t, 0, 1)
        hip = s.point(np.where(t < 0, s.half_width, s.half_width - s.half_depth * inside), inside, FRONT)
        hip[0] += [0.18, 0.22, 0.18]
        for x_sign in (-1, 1):
            for z_sign in (-1, 1):
                line = hip * [x_sign, 1, z_sign] + [0, 0.03, 0]
                model.add("tile", sweep(line, _profile(1, 0.75, 0.7)), colour=grey)


def _ridge_end(k: int, half: float, rise: float) -> Mesh:
    """The upturned fish tail (chiwen)."""
    path = [
        (k * (half - 0.35), rise + 0.3, 0),
        (k * (half - 0.05), rise + 0.95, 0),
        (k * (half - 0.2), rise + 1.45, 0),
        (k * (half - 0.62), rise + 1.62, 0),
    ]
    return tube(path, [0.34, 0.28, 0.17, 0.03], 6)


def _gable_walls(model: Model, s: Shape) -> None:
    """The triangles above the end slopes and the barge ridges on them."""
    t = np.linspace(s.gable, 1, 8)
    z, y = s.half_depth * (1 - t), s.height(t)
    for k in (-1, 1):
        x = k * (s.ridge_half - 0.45)
        rim = np.concatenate(
            [np.column_stack([0 * t + x, y - 0.1, z]), np.column_stack([0 * t + x, y - 0.1, -z])[::-1]]
        )
        last = len(rim) - 1
        faces = [(i, i + 1, last - i) for i in range(len(t) - 1)] + [
            (i + 1, last - 1 - i, last - i) for i in range(len(t) - 2)
        ]
        wall = flat(rim, np.array(faces))
        model.add("plaster", wall.facing((k, 0, 0)), colour=(0.75, 0.6, 0.5))
        for z_sign in (-1, 1):
            line = np.column_stack([0 * t + k * (s.ridge_half - 0.05), y + 0.04, z_sign * z])
            model.add("tile", sweep(line, _profile(1, 0.7, 0.6), side=(1, 0, 0)), colour=(0.8, 0.8, 0.8))


def turned(model: Model) -> Model:
    """The same roof with its ridge along z."""
    return Model().place(model, yaw=float(np.pi / 2))
