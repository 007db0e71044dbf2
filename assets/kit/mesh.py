"""Triangle meshes as plain arrays, and the shapes that everything is made of.

Metres, Y up, counter-clockwise triangles. Models face +Z; `yaw` turns +Z towards +X.
Each mesh has normals of unit length (the baker casts rays along them) and TEXCOORD_0 in metres.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import shapely.geometry as sg
import trimesh

Vec3 = Sequence[float]
SOUTH, EAST, NORTH, WEST = 0.0, np.pi / 2, np.pi, -np.pi / 2
"""Yaws to face +Z, +X, -Z, -X."""


@dataclass(frozen=True)
class Mesh:
    """position, normal, colour: (n, 3) float; uv: (n, 2) float; index: (m, 3) int."""

    position: np.ndarray
    normal: np.ndarray
    uv: np.ndarray
    index: np.ndarray
    colour: np.ndarray

    def moved(self, at: Vec3 = (0, 0, 0), yaw: float = 0.0, scale: float = 1.0) -> Mesh:
        turn = rotation_y(yaw)
        return replace(
            self,
            position=self.position * scale @ turn.T + np.asarray(at, float),
            normal=self.normal @ turn.T,
            uv=self.uv * scale,
        )

    def turned(self, matrix: np.ndarray) -> Mesh:
        """By a (3, 3) rotation about the origin."""
        return replace(self, position=self.position @ matrix.T, normal=self.normal @ matrix.T)

    def stretched(self, x: float, y: float, z: float) -> Mesh:
        size = np.array([x, y, z], float)
        normal = self.normal / size
        normal = normal / np.linalg.norm(normal, axis=1, keepdims=True)
        flip = bool(size.prod() < 0)
        index = self.index[:, ::-1] if flip else self.index
        return replace(self, position=self.position * size, normal=normal, index=index)

    def tinted(self, colour: Vec3) -> Mesh:
        return replace(self, colour=self.colour * np.asarray(colour, float))

    def facing(self, direction: Vec3) -> Mesh:
        """Turned inside out if it looks away from `direction` on the whole."""
        if (self.normal @ np.asarray(direction, float)).sum() >= 0:
            return self
        return self.inside_out()

    def inside_out(self) -> Mesh:
        return replace(self, normal=-self.normal, index=self.index[:, ::-1])


def make(
    position: np.ndarray,
    normal: np.ndarray,
    uv: np.ndarray,
    index: np.ndarray,
    colour: np.ndarray | None = None,
) -> Mesh:
    """A mesh with checked arrays: degenerate triangles dropped, normals unit, all indices in range."""
    position = np.asarray(position, float)
    index = np.asarray(index, np.int64).reshape(-1, 3)
    a, b, c = (position[index[:, k]] for k in range(3))
    index = index[np.linalg.norm(np.cross(b - a, c - a), axis=1) > 1e-10]
    normal = np.asarray(normal, float)
    length = np.linalg.norm(normal, axis=1, keepdims=True)
    if not (length > 0.5).all():
        raise ValueError(f"{int((length <= 0.5).sum())} of {len(length)} normals have no direction")
    if colour is None:
        colour = np.ones((len(position), 3))
    colour = np.broadcast_to(np.asarray(colour, float), position.shape)
    return Mesh(position, normal / length, np.asarray(uv, float), index, colour)


def join(meshes: Iterable[Mesh]) -> Mesh:
    parts = list(meshes)
    first = np.cumsum([0] + [len(part.position) for part in parts[:-1]])
    return Mesh(
        np.concatenate([part.position for part in parts]),
        np.concatenate([part.normal for part in parts]),
        np.concatenate([part.uv for part in parts]),
        np.concatenate([part.index + start for part, start in zip(parts, first, strict=True)]),
        np.concatenate([part.colour for part in parts]),
    )


def rotation_y(yaw: float) -> np.ndarray:
    c, s = np.cos(yaw), np.sin(yaw)
    return np.array([[c, 0, s], [0, 1, 0], [-s, 0, c]])


def rotation_x(pitch: float) -> np.ndarray:
    c, s = np.cos(pitch), np.sin(pitch)
    return np.array([[1, 0, 0], [0, c, -s], [0, s, c]])


def rotation_z(roll: float) -> np.ndarray:
    c, s = np.cos(roll), np.sin(roll)
    return np.array([[c, -s, 0], [s, c, 0], [0, 0, 1]])


# ---------------------------------------------------------------- boxes


def _box_tables() -> tuple[np.ndarray, np.ndarray, np.ndarray, int]:
    """Vertex 3*corner+axis is the corner's vertex on the face across `axis`.

    Returns sign (24, 3), axis (24,), triangles (44, 3) and how many of them are faces (the rest bevel).
    """
    corners = [(i & 1, i >> 1 & 1, i >> 2 & 1) for i in range(8)]
    vertex = {(corner, axis): 3 * i + axis for i, corner in enumerate(corners) for axis in range(3)}
    quads: list[list[int]] = []
    edges: list[list[int]] = []
    for axis in range(3):
        b, c = (axis + 1) % 3, (axis + 2) % 3

        def corner(values: dict[int, int]) -> tuple[int, int, int]:
            return (values[0], values[1], values[2])

        for side in (0, 1):
            quads.append(
                [vertex[corner({axis: side, b: p, c: q}), axis] for p, q in ((0, 0), (1, 0), (1, 1), (0, 1))]
            )
        for p in (0, 1):
            for q in (0, 1):
                low, high = corner({axis: 0, b: p, c: q}), corner({axis: 1, b: p, c: q})
                edges.append([vertex[low, b], vertex[high, b], vertex[high, c], vertex[low, c]])
    triangles = [t for q in quads + edges for t in ((q[0], q[1], q[2]), (q[0], q[2], q[3]))]
    triangles += [(3 * i, 3 * i + 1, 3 * i + 2) for i in range(8)]
    index = np.array(triangles)
    sign = np.repeat(np.array(corners) * 2.0 - 1, 3, axis=0)
    axis_of = np.tile(np.arange(3), 8)
    shape = sign * np.where(np.arange(3) == axis_of[:, None], 1, 0.8)
    normal = np.cross(shape[index[:, 1]] - shape[index[:, 0]], shape[index[:, 2]] - shape[index[:, 0]])
    inward = (normal * shape[index].mean(1)).sum(1) < 0
    index[inward] = index[inward][:, ::-1]
    return sign, axis_of, index, 12


_SIGN, _AXIS, _BOX_INDEX, _FACES = _box_tables()


def box(x: float, y: float, z: float, bevel: float = 0.02, at: Vec3 = (0, 0, 0)) -> Mesh:
    """A box of x * y * z metres about `at`; 44 triangles with a bevel, 12 without (bevel=0)."""
    half = np.array([x, y, z], float) / 2
    bevel = min(bevel, float(half.min()) * 0.6)
    own = np.arange(3) == _AXIS[:, None]
    position = _SIGN * (half - bevel * ~own)
    normal = np.where(own, _SIGN, 0.0)
    uv = np.zeros((24, 2))
    for axis in range(3):
        u, v = (k for k in range(3) if k != axis)
        if half[u] < half[v]:  # the grain runs along the longer side
            u, v = v, u
        on_axis = axis == _AXIS
        uv[on_axis] = position[on_axis][:, [u, v]]
    index = _BOX_INDEX if bevel > 0 else _BOX_INDEX[:_FACES]
    return make(position + np.asarray(at, float), normal, uv, index)


def standing(x: float, y: float, z: float, bevel: float = 0.02, at: Vec3 = (0, 0, 0)) -> Mesh:
    """A box whose bottom is at `at`."""
    return box(x, y, z, bevel, (at[0], at[1] + y / 2, at[2]))


# ---------------------------------------------------------------- surfaces


def surface(points: np.ndarray, closed: bool = False) -> Mesh:
    """A smooth sheet through points (rows, columns, 3); faces cross(d/drow, d/dcolumn).

    closed: the last column joins the first.
    """
    points = np.asarray(points, float)
    if closed:
        points = np.concatenate([points, points[:, :1]], axis=1)
    rows, columns = points.shape[:2]
    along_rows = np.gradient(points, axis=0)
    along_columns = np.gradient(points, axis=1)
    if closed:
        along_columns[:, [0, -1]] = ((points[:, 1] - points[:, -2]) / 2)[:, None]
    normal = _filled(np.cross(along_rows, along_columns))
    row_length = np.linalg.norm(np.diff(points, axis=0), axis=2).mean(1)
    u = np.concatenate([[0], np.cumsum(row_length)])
    column_length = np.linalg.norm(np.diff(points, axis=1), axis=2)
    widest = column_length[column_length.sum(1).argmax()]
    v = np.concatenate([[0], np.cumsum(widest)])
    uv = np.stack(np.meshgrid(u, v, indexing="ij"), axis=2)
    i = np.arange(rows * columns).reshape(rows, columns)
    a, b, c, d = i[:-1, :-1], i[1:, :-1], i[1:, 1:], i[:-1, 1:]
    index = np.concatenate([np.stack([a, b, c], 2).reshape(-1, 3), np.stack([a, c, d], 2).reshape(-1, 3)])
    return make(points.reshape(-1, 3), normal.reshape(-1, 3), uv.reshape(-1, 2), index)


def _filled(normal: np.ndarray) -> np.ndarray:
    """Unit normals; where a row shrinks to a point (a pole), those of the row beside it."""
    length = np.linalg.norm(normal, axis=2, keepdims=True)
    normal = normal / np.maximum(length, 1e-12)
    bad = length[..., 0] < 1e-9
    for row in np.flatnonzero(bad.any(axis=1)):
        beside = normal[row + 1] if row == 0 else normal[row - 1]
        mean = beside.mean(axis=0)
        mean = mean if np.linalg.norm(mean) > 1e-6 else np.array([0, 1.0, 0])
        normal[row, bad[row]] = np.where(np.linalg.norm(beside, axis=1, keepdims=True) > 0.5, beside, mean)[
            bad[row]
        ]
    return normal


def lathe(profile: Sequence[tuple[float, float]], sides: int = 12, crease_deg: float = 38.0) -> Mesh:
    """A profile [(radius, height), ...] from bottom to top, turned about Y; edges sharper than
    crease_deg stay sharp.
    """
    points = np.asarray(profile, float)
    angle = np.linspace(0, 2 * np.pi, sides, endpoint=False)
    step = np.diff(points, axis=0)
    heading = np.unwrap(np.arctan2(step[:, 1], step[:, 0]))
    cuts = [0, *(np.flatnonzero(np.abs(np.diff(heading)) > np.radians(crease_deg)) + 1), len(points) - 1]
    rings = np.stack(
        [
            points[:, :1] * np.cos(angle),
            np.repeat(points[:, 1:], sides, axis=1),
            points[:, :1] * np.sin(angle),
        ],
        axis=2,
    )
    return join(surface(rings[a : b + 1], closed=True) for a, b in itertools.pairwise(cuts))


def tube(path: Sequence[Vec3] | np.ndarray, radius: float | Sequence[float], sides: int = 6) -> Mesh:
    """A round limb along a path (n, 3); radius one number or one per point."""
    line = np.asarray(path, float)
    radii = np.broadcast_to(np.asarray(radius, float), (len(line),))
    along = _unit(np.gradient(line, axis=0))
    side = np.cross(along, (0, 1.0, 0))
    flat = np.linalg.norm(side, axis=1) < 1e-2
    side[flat] = np.cross(along[flat], (0, 0, 1.0))
    side = _unit(side)
    for i in range(1, len(side)):  # no sudden twist where the path turns upright
        if side[i] @ side[i - 1] < 0:
            side[i] = -side[i]
    up = np.cross(side, along)
    angle = np.linspace(0, 2 * np.pi, sides, endpoint=False)[None, :, None]
    ring = side[:, None] * np.cos(angle) + up[:, None] * np.sin(angle)
    return _facing_out(surface(line[:, None] + radii[:, None, None] * ring, closed=True), line)


def _facing_out(mesh: Mesh, line: np.ndarray) -> Mesh:
    """Turned inside out if the normals point at the line instead of away from it."""
    columns = len(mesh.position) // len(line)
    centre = np.repeat(line, columns, axis=0)
    return mesh if ((mesh.position - centre) * mesh.normal).sum() >= 0 else mesh.inside_out()


def sweep(
    path: Sequence[Vec3] | np.ndarray, profile: Sequence[tuple[float, float]], side: Vec3 | None = None
) -> Mesh:
    """A profile [(sideways, up), ...] carried along a path, flat sides, ends capped.

    The profile is a convex polygon; repeat its first point to close it. `side` fixes the sideways direction
    (for a path that stands upright); otherwise it is level, to the right of the path.
    """
    line = np.asarray(path, float)
    along = _unit(np.gradient(line, axis=0))
    across = (
        np.cross(along, (0, 1.0, 0)) if side is None else np.tile(np.asarray(side, float), (len(line), 1))
    )
    across = _unit(across)
    up = np.cross(across, along)
    middle = np.mean(np.array(profile[:-1]), axis=0)
    centre = line + across * middle[0] + up * middle[1]
    sheets = []
    for (s0, u0), (s1, u1) in itertools.pairwise(profile):
        sheet = np.stack([line + across * s0 + up * u0, line + across * s1 + up * u1], axis=1)
        mesh = surface(sheet)
        outward = (mesh.normal.reshape(sheet.shape)[:, 0] * (sheet.mean(1) - centre)).sum()
        sheets.append(mesh if outward >= 0 else mesh.inside_out())
    caps = []
    for end in (0, -1):
        ring = line[end] + np.array([across[end] * s + up[end] * u for s, u in profile[:-1]])
        normal = np.tile(along[end] if end else -along[end], (len(ring), 1))
        fan = np.array([(0, i, i + 1) for i in range(1, len(ring) - 1)])
        caps.append(_wound(make(ring, normal, np.asarray(profile[:-1], float), fan)))
    return join(sheets + caps)


def _unit(vectors: np.ndarray) -> np.ndarray:
    return vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-12)


def _wound(mesh: Mesh) -> Mesh:
    """Triangles wound so that they face along their vertices' normals."""
    a, b, c = (mesh.position[mesh.index[:, k]] for k in range(3))
    away = (np.cross(b - a, c - a) * mesh.normal[mesh.index[:, 0]]).sum(1) < 0
    index = mesh.index.copy()
    index[away] = index[away][:, ::-1]
    return replace(mesh, index=index)


def flat(vertices: np.ndarray, faces: np.ndarray) -> Mesh:
    """Flat-shaded triangles with box-projected uv."""
    corner = np.asarray(vertices, float)[np.asarray(faces)]
    normal = np.cross(corner[:, 1] - corner[:, 0], corner[:, 2] - corner[:, 0])
    keep = np.linalg.norm(normal, axis=1) > 1e-10
    corner, normal = corner[keep].reshape(-1, 3), np.repeat(_unit(normal[keep]), 3, axis=0)
    axis = np.abs(normal).argmax(axis=1)
    uv = np.select(
        [(axis == 0)[:, None], (axis == 1)[:, None]],
        [corner[:, [2, 1]], corner[:, [0, 2]]],
        corner[:, [0, 1]],
    )
    return make(corner, normal, uv, np.arange(len(corner)).reshape(-1, 3))


def card(width: float, height: float, uv: tuple[float, float, float, float] = (0, 0, 1, 1)) -> Mesh:
    """A rectangle about the origin facing +Z; uv = (left, top, right, bottom), v down as in glTF."""
    x, y = width / 2, height / 2
    left, top, right, bottom = uv
    return make(
        np.array([[-x, -y, 0], [x, -y, 0], [x, y, 0], [-x, y, 0]]),
        np.tile([0, 0, 1.0], (4, 1)),
        np.array([[left, bottom], [right, bottom], [right, top], [left, top]], float),
        np.array([[0, 1, 2], [0, 2, 3]]),
    )


def plane(polygon: sg.base.BaseGeometry, y: float = 0.0, cell_m: float = 0.0) -> Mesh:
    """A level floor in the shape of a shapely polygon drawn in (x, z), facing up.

    cell_m: cut to cells of that size, for a floor whose light is kept at its vertices.
    """
    sheets = []
    for part in _polygons(polygon):
        vertices, faces = trimesh.creation.triangulate_polygon(part, engine="earcut")
        vertices = np.column_stack([vertices[:, 0], np.full(len(vertices), y), vertices[:, 1]])
        vertices, faces = _cut(vertices, faces, cell_m)
        normal = np.tile([0, 1.0, 0], (len(vertices), 1))
        sheets.append(_wound(make(vertices, normal, vertices[:, [0, 2]], faces)))
    return join(sheets)


def rectangle(width: float, depth: float, y: float = 0.0, cell_m: float = 0.0) -> Mesh:
    """A level floor about the origin."""
    return plane(sg.box(-width / 2, -depth / 2, width / 2, depth / 2), y, cell_m)


def extrude(polygon: sg.base.BaseGeometry, depth: float, cell_m: float = 0.0) -> Mesh:
    """A shapely polygon drawn in (x, y), given depth about z = 0."""
    solids = []
    for part in _polygons(polygon):
        solid = trimesh.creation.extrude_polygon(part, depth, engine="earcut")
        vertices, faces = _cut(solid.vertices - [0, 0, depth / 2], solid.faces, cell_m)
        solids.append(flat(vertices, faces))
    return join(solids)


def _cut(vertices: np.ndarray, faces: np.ndarray, cell_m: float) -> tuple[np.ndarray, np.ndarray]:
    """Triangles halved until no edge exceeds cell_m, shared vertices shared again; 0 leaves them whole."""
    if not cell_m:
        return np.asarray(vertices), np.asarray(faces)
    vertices, faces = trimesh.remesh.subdivide_to_size(vertices, faces, cell_m)
    merged = trimesh.Trimesh(vertices, faces, process=False)
    merged.merge_vertices()
    return np.asarray(merged.vertices), np.asarray(merged.faces)


def _polygons(shape: sg.base.BaseGeometry) -> list[sg.Polygon]:
    """The polygons of a shapely geometry; slivers that a difference leaves behind are dropped."""
    parts = getattr(shape, "geoms", [shape])
    return [part for part in parts if isinstance(part, sg.Polygon) and part.area > 1e-3]


def blob(radius: float, roughness: float, rng: np.random.Generator, subdivisions: int = 2) -> Mesh:
    """A stone: a sphere pushed about by a few waves."""
    ball = trimesh.creation.icosphere(subdivisions=subdivisions)
    p, phase = np.asarray(ball.vertices), rng.random(6) * 6.28
    wave = (
        np.sin(p[:, 0] * 4 + phase[0]) * np.cos(p[:, 1] * 3.5 + phase[1])
        + 0.6 * np.sin(p[:, 2] * 6 + phase[2] + p[:, 1] * 5)
        + 0.3 * np.sin(p[:, 0] * 11 + p[:, 2] * 9 + phase[3])
    )
    p = p * (1 + roughness * wave[:, None]) * radius
    normal = trimesh.Trimesh(p, ball.faces, process=False).vertex_normals
    return make(p, normal, p[:, [0, 1]] + p[:, [2, 2]] * 0.5, ball.faces)
