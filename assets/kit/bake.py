"""Light, computed once by casting rays: sky, one bounce and lamps, without the sun.

Large surfaces get a lightmap on TEXCOORD_1, everything else a vertex attribute _LIGHT. The sun is left
out of both
because the client draws it with a shadow map; it does light the bounce.

Radiance values are linear. `light` everywhere means incoming irradiance / pi, so that light * albedo is
what is seen.
Rays go through embree, 52 a texel by default, in fixed chunks with fixed seeds: the same sources bake
the same bytes.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from multiprocessing import get_context

import numpy as np
import xatlas
from embreex import rtcore_scene
from embreex.mesh_construction import TriangleMesh
from PIL import Image
from scipy import ndimage

from kit import palette
from kit.mesh import Mesh
from kit.model import Lamp
from kit.sky import Sky, look_up, table

OFFSET_M = 0.015
"""Rays start this far off the surface."""
LAMP_REACH_M = 8.0
CHUNK = 30_000
SCALE = 3.0
"""Stored value 1 stands for this light."""


@dataclass(frozen=True)
class Quality:
    rays: int = 52
    vertex_rays: int = 40
    texels_per_m: float = 7.5


PREVIEW = Quality(12, 10, 4.0)


@dataclass(frozen=True)
class Sun:
    direction: np.ndarray
    colour: np.ndarray
    """(3,) colour * intensity, three.js units: irradiance on a surface that faces it."""


@dataclass(frozen=True)
class Surface:
    """What rays hit: one material's triangles."""

    mesh: Mesh
    albedo: np.ndarray
    fine: bool
    """Cut to 1 m cells, each with its own radiance."""


class Baker:
    def __init__(
        self, surfaces: Sequence[Surface], lamps: Sequence[Lamp], lamp_strength: float, sky: Sky, sun: Sun
    ) -> None:
        self.sun, self.lamps, self.lamp_strength = sun, lamps, lamp_strength
        self.sky_map = table(sky, sun.direction)
        cut = [bisect(s.mesh, 1.0) if s.fine else s.mesh for s in surfaces]
        start = np.cumsum([0] + [len(m.position) for m in cut])
        position = np.concatenate([m.position for m in cut]).astype(np.float32)
        index = np.concatenate([m.index + o for m, o in zip(cut, start, strict=False)]).astype(np.int32)
        self.scene = rtcore_scene.EmbreeScene()
        TriangleMesh(self.scene, position, index)
        corner = position[index].astype(float)
        normal = np.cross(corner[:, 1] - corner[:, 0], corner[:, 2] - corner[:, 0])
        self.normal = normal / np.maximum(np.linalg.norm(normal, axis=1, keepdims=True), 1e-12)
        albedo = np.concatenate(
            [m.colour[m.index].mean(1) * s.albedo for m, s in zip(cut, surfaces, strict=True)]
        )
        self.triangle_count = len(index)
        self.radiance = self._first_light(corner.mean(1), self.normal, np.clip(albedo, 0, 0.9))

    def _first_light(self, centre: np.ndarray, normal: np.ndarray, albedo: np.ndarray) -> np.ndarray:
        """(n, 3) radiance of each triangle under sun, an open sky and lamps: the source of the bounce."""
        rng = np.random.default_rng(1)
        sun = self._sunlight(centre, normal, rng, 2)[:, None] * self.sun.colour / np.pi
        open_sky = self.sky_map[: len(self.sky_map) // 2].mean((0, 1))
        sky = np.clip(normal[:, 1:2] * 0.5 + 0.5, 0, 1) * open_sky * 0.55
        return albedo * (sun + sky + self._lamplight(centre, normal))

    def light(self, position: np.ndarray, normal: np.ndarray, rays: int) -> tuple[np.ndarray, np.ndarray]:
        """(n, 3) sky + bounce + lamps, and (n,) the share of rays that met the back of a surface (inside
        it).
        """
        chunks = [
            (position[i : i + CHUNK], normal[i : i + CHUNK], rays, i) for i in range(0, len(position), CHUNK)
        ]
        self.scene.run(position[:1].astype(np.float32), normal[:1].astype(np.float32), query="OCCLUDED")
        workers = min(len(os.sched_getaffinity(0)), len(chunks))
        if workers < 2:
            parts = [self._chunk(chunk) for chunk in chunks]
        else:
            global _forked  # the children inherit the scene instead of receiving it
            _forked = self
            with get_context("fork").Pool(workers) as pool:
                parts = pool.map(_run_chunk, chunks, chunksize=1)
            _forked = None
        return np.concatenate([p[0] for p in parts]), np.concatenate([p[1] for p in parts])

    def _chunk(self, chunk: tuple[np.ndarray, np.ndarray, int, int]) -> tuple[np.ndarray, np.ndarray]:
        position, normal, rays, seed = chunk
        rng = np.random.default_rng(seed)
        gathered = np.zeros((len(position), 3))
        inside = np.zeros(len(position))
        tangent, bitangent = _frames(normal)
        jitter = rng.random((len(position), 2))
        origin = position + normal * OFFSET_M
        for k in range(rays):
            # cosine-weighted, stratified in both, rotated at random for each point
            u = ((k + 0.5) / rays + jitter[:, 0]) % 1
            phi = 2 * np.pi * ((k * 0.61803398875 + jitter[:, 1]) % 1)
            r = np.sqrt(u)
            d = tangent * (r * np.cos(phi))[:, None] + bitangent * (r * np.sin(phi))[:, None]
            d += normal * np.sqrt(np.maximum(1 - u, 1e-6))[:, None]
            hit = self._cast(origin, d, "INTERSECT")
            free = hit < 0
            gathered[free] += look_up(self.sky_map, d[free])
            struck, towards = hit[~free], d[~free]
            behind = (self.normal[struck] * towards).sum(1) > 0
            gathered[~free] += self.radiance[struck] * ~behind[:, None]
            inside[np.flatnonzero(~free)[behind]] += 1
        return gathered / rays + self._lamplight(position, normal), inside / rays

    def _cast(self, origin: np.ndarray, direction: np.ndarray, query: str) -> np.ndarray:
        return self.scene.run(origin.astype(np.float32), direction.astype(np.float32), query=query)

    def _sunlight(
        self, position: np.ndarray, normal: np.ndarray, rng: np.random.Generator, rays: int
    ) -> np.ndarray:
        cosine = np.clip(normal @ self.sun.direction, 0, 1)
        lit = np.flatnonzero(cosine > 0)
        seen = np.zeros(len(position))
        origin = position[lit] + normal[lit] * OFFSET_M
        for _ in range(rays):
            seen[lit] += (
                self._cast(origin, self.sun.direction + rng.normal(size=(len(lit), 3)) * 0.012, "OCCLUDED")
                < 0
            )
        return seen / rays * cosine

    def _lamplight(self, position: np.ndarray, normal: np.ndarray) -> np.ndarray:
        """(n, 3): power / (d^2 + .25), faded out at LAMP_REACH_M, in shadow where something is nearer."""
        total = np.zeros((len(position), 3))
        reach2 = LAMP_REACH_M**2
        for lamp in self.lamps:
            away = np.array(lamp.at) - position
            distance2 = (away * away).sum(1)
            near = np.flatnonzero(distance2 < reach2)
            direction = away[near] / np.sqrt(distance2[near])[:, None].clip(1e-6)
            cosine = (normal[near] * direction).sum(1)
            lit = cosine > 0
            near, direction, cosine = near[lit], direction[lit], cosine[lit]
            if not len(near):
                continue
            free = self._cast(position[near] + normal[near] * 0.02, direction, "DISTANCE")
            seen = free >= np.sqrt(distance2[near]) - 0.25
            fade = np.clip(1 - (distance2[near] / reach2) ** 2, 0, 1) ** 2
            value = seen * cosine * lamp.power * fade / (distance2[near] + 0.25)
            total[near] += value[:, None] * np.array(lamp.colour)
        return total * self.lamp_strength


_forked: Baker | None = None


def _run_chunk(chunk: tuple[np.ndarray, np.ndarray, int, int]) -> tuple[np.ndarray, np.ndarray]:
    assert _forked is not None
    return _forked._chunk(chunk)


def _frames(normal: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    length = np.linalg.norm(normal, axis=1)
    if not (np.abs(length - 1) < 1e-3).all():  # a ray without direction walks the whole tree
        raise ValueError(f"{int((np.abs(length - 1) >= 1e-3).sum())} normals are not of unit length")
    other = np.where(np.abs(normal[:, :1]) > 0.9, [[0, 1.0, 0]], [[1.0, 0, 0]])
    tangent = np.cross(normal, other)
    tangent /= np.linalg.norm(tangent, axis=1, keepdims=True)
    return tangent, np.cross(normal, tangent)


# ---------------------------------------------------------------- at vertices


def vertex_light(baker: Baker, mesh: Mesh, grain_m: float, rays: int) -> np.ndarray:
    """(n, 3) light of each vertex. Vertices within a cell of grain_m that look the same way share one
    sample.
    """
    key = np.column_stack([np.round(mesh.position / grain_m), np.round(mesh.normal * 2)]).astype(np.int32)
    _, first, of = np.unique(key, axis=0, return_index=True, return_inverse=True)
    light, inside = baker.light(mesh.position[first], mesh.normal[first], rays)
    return _filled_in(light[of.ravel()], (inside > 0.4)[of.ravel()], mesh)


def _filled_in(light: np.ndarray, buried: np.ndarray, mesh: Mesh) -> np.ndarray:
    """Vertices that sit inside something take the light of their neighbours, or black would leak along
    the edges.
    """
    light, known = light.copy(), ~buried
    a, b = mesh.index[:, [0, 1, 2]].ravel(), mesh.index[:, [1, 2, 0]].ravel()
    for _ in range(4):
        if known.all():
            break
        total, count = np.zeros_like(light), np.zeros(len(light))
        for source, target in ((a, b), (b, a)):
            ok = known[source] & ~known[target]
            np.add.at(total, target[ok], light[source[ok]])
            np.add.at(count, target[ok], 1)
        filled = count > 0
        light[filled] = total[filled] / count[filled, None]
        known |= filled
    return light


def bisect(mesh: Mesh, longest_m: float) -> Mesh:
    """Edges longer than longest_m are halved, again and again; neighbours stay joined."""
    data = np.hstack([mesh.position, mesh.normal, mesh.uv, mesh.colour])
    index = mesh.index
    for _ in range(12):
        edge = np.linalg.norm(data[index][:, :, :3] - data[np.roll(index, -1, 1)][:, :, :3], axis=2)
        longest, long_ = edge.argmax(1), edge.max(1) > longest_m
        if not long_.any():
            break
        row = np.arange(int(long_.sum()))
        triangle, k = index[long_], longest[long_]
        i0, i1, i2 = triangle[row, k], triangle[row, (k + 1) % 3], triangle[row, (k + 2) % 3]
        pairs, of = np.unique(np.sort(np.column_stack([i0, i1]), 1), axis=0, return_inverse=True)
        middle = len(data) + of.ravel()
        data = np.vstack([data, (data[pairs[:, 0]] + data[pairs[:, 1]]) / 2])
        index = np.vstack(
            [index[~long_], np.column_stack([i0, middle, i2]), np.column_stack([middle, i1, i2])]
        )
    normal = data[:, 3:6] / np.linalg.norm(data[:, 3:6], axis=1, keepdims=True)
    return Mesh(data[:, :3], normal, data[:, 6:8], index, data[:, 8:])


def encode_light(light: np.ndarray) -> np.ndarray:
    """(n, 4) uint8: sqrt(light / SCALE), and 255."""
    value = np.sqrt(np.clip(light / SCALE, 0, 1)) * 255
    return np.column_stack([np.rint(value), np.full(len(light), 255)]).astype(np.uint8)


# ---------------------------------------------------------------- the lightmap


@dataclass(frozen=True)
class Lightmap:
    image: Image.Image
    meshes: dict[str, tuple[Mesh, np.ndarray]]
    """By material: its mesh with seams split, and TEXCOORD_1 (n, 2)."""


def lightmap(baker: Baker, meshes: dict[str, Mesh], quality: Quality) -> Lightmap:
    atlas = xatlas.Atlas()
    for mesh in meshes.values():
        atlas.add_mesh(
            mesh.position.astype(np.float32), mesh.index.astype(np.uint32), mesh.normal.astype(np.float32)
        )
    chart, pack = xatlas.ChartOptions(), xatlas.PackOptions()
    chart.max_iterations, chart.normal_deviation_weight = 1, 4
    # resolution 0: the page grows to fit; a fixed one would silently overflow to a second page
    pack.resolution, pack.texels_per_unit = 0, quality.texels_per_m
    pack.padding, pack.bilinear, pack.rotate_charts = 3, True, True
    atlas.generate(chart, pack)
    if atlas.atlas_count != 1:
        raise ValueError(
            f"the lightmap needs {atlas.atlas_count} pages: fewer texels a metre, or less surface"
        )
    split: dict[str, tuple[Mesh, np.ndarray]] = {}
    for i, (name, mesh) in enumerate(meshes.items()):
        source, index, uv = atlas.get_mesh(i)
        source = source.astype(np.int64)
        split[name] = (
            Mesh(
                mesh.position[source],
                mesh.normal[source],
                mesh.uv[source],
                index.astype(np.int64),
                mesh.colour[source],
            ),
            uv.astype(float),
        )
    texels = _Texels(atlas.width, atlas.height)
    for i, (mesh, uv) in enumerate(split.values()):
        texels.draw(mesh, uv, i)
    covered = texels.covered
    light, inside = baker.light(texels.position[covered], texels.unit_normals(), quality.rays)
    picture = np.zeros((atlas.height, atlas.width, 3))
    picture[covered] = light
    buried = np.zeros_like(covered)
    buried[covered] = inside > 0.4
    picture = texels.smoothed(picture, covered & ~buried, 1.3)
    _, (y, x) = ndimage.distance_transform_edt(~(covered & ~buried), return_indices=True)
    encoded = palette.to_srgb(picture[y, x] / SCALE)
    return Lightmap(Image.fromarray(np.rint(encoded * 255).astype(np.uint8)), split)


class _Texels:
    """Where in the hall each texel of the lightmap lies."""

    def __init__(self, width: int, height: int) -> None:
        self.width, self.height = width, height
        self.position = np.zeros((height, width, 3))
        self.normal = np.zeros((height, width, 3))
        self.group = np.zeros((height, width), np.int32)
        self.covered = np.zeros((height, width), bool)

    def draw(self, mesh: Mesh, uv: np.ndarray, group: int) -> None:
        pixels = uv * [self.width, self.height]
        for triangle in mesh.index:
            self._triangle(pixels[triangle], mesh.position[triangle], mesh.normal[triangle], group)

    def _triangle(self, q: np.ndarray, position: np.ndarray, normal: np.ndarray, group: int) -> None:
        low = np.maximum(np.floor(q.min(0) - 0.5).astype(int), 0)
        high = np.minimum(np.ceil(q.max(0) + 0.5).astype(int), [self.width, self.height])
        area = (q[1, 0] - q[0, 0]) * (q[2, 1] - q[0, 1]) - (q[2, 0] - q[0, 0]) * (q[1, 1] - q[0, 1])
        if (high <= low).any() or abs(area) < 1e-9:
            return
        px = np.arange(low[0], high[0]) + 0.5 - q[0, 0]
        py = (np.arange(low[1], high[1]) + 0.5 - q[0, 1])[:, None]
        b1 = (px * (q[2, 1] - q[0, 1]) - py * (q[2, 0] - q[0, 0])) / area
        b2 = (py * (q[1, 0] - q[0, 0]) - px * (q[1, 1] - q[0, 1])) / area
        b0 = 1 - b1 - b2
        window = np.s_[low[1] : high[1], low[0] : high[0]]
        margin = -0.9 / np.sqrt(abs(area))  # texels whose centre is just outside still get filtered in
        inside = (b0 > margin) & (b1 > margin) & (b2 > margin) & ~self.covered[window]
        if not inside.any():
            return
        weight = np.clip(np.stack([b0[inside], b1[inside], b2[inside]], 1), 0, 1)
        weight /= weight.sum(1, keepdims=True)
        self.position[window][inside] = weight @ position
        self.normal[window][inside] = weight @ normal
        self.group[window][inside] = group
        self.covered[window] |= inside

    def unit_normals(self) -> np.ndarray:
        normal = self.normal[self.covered]
        return normal / np.linalg.norm(normal, axis=1, keepdims=True)

    def smoothed(self, picture: np.ndarray, use: np.ndarray, sigma: float) -> np.ndarray:
        """Blurred among texels of the same material that look the same way within half a metre."""
        key = (self.group * 64 + np.round(self.normal @ [1, 4, 16]).astype(np.int32) + 64) * self.covered
        total, weight = np.zeros_like(picture), np.zeros(picture.shape[:2])
        reach = int(np.ceil(2 * sigma))
        for dy in range(-reach, reach + 1):
            for dx in range(-reach, reach + 1):
                shift, axes = (dy, dx), (0, 1)
                near = np.linalg.norm(np.roll(self.position, shift, axes) - self.position, axis=2) < 0.5
                same = (np.roll(key, shift, axes) == key) & np.roll(use, shift, axes) & near & self.covered
                w = np.exp(-(dx * dx + dy * dy) / (2 * sigma * sigma)) * same
                total += w[..., None] * np.roll(picture, shift, axes)
                weight += w
        return np.where(weight[..., None] > 0, total / np.maximum(weight, 1e-9)[..., None], picture)
