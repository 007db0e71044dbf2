"""A model to a picture: `portrait(gltf)`."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from scipy import ndimage

from yuanzhan.scene.portrait.camera import Camera, Side, framed
from yuanzhan.scene.portrait.front import front_of
from yuanzhan.scene.portrait.light import KEY, Shadow, ambient, key_direction, reflected, shadow_of
from yuanzhan.scene.portrait.looks import Look, Texture, encoded, linear
from yuanzhan.scene.portrait.soup import Soup, soup_of
from yuanzhan.scene.portrait.zbuffer import NOTHING, Covers, Floats, Ints, Visible, rasterise
from yuanzhan.scene.reader import Gltf

WIDTH: Final = 640
HEIGHT: Final = 480
# Samples a pixel, each way.
SAMPLES: Final = 2
# The paper of the pages (client/src/styles/tokens.css), lit from above.
PAPER: Final = np.array([245, 241, 232], dtype=np.float32) / 255
# Layers of glass and the like, one behind the other.
LAYERS: Final = 3
_WEBP_QUALITY: Final = 86

# How far ambient occlusion looks, as a part of the model's diagonal, in how many places, how dark it gets.
_OCCLUSION_REACH: Final = 0.07
_OCCLUSION_TAPS: Final = 48
_OCCLUSION: Final = 2.6
# Turns by which no two places of a spiral fall in line.
_GOLDEN_ANGLE: Final = 2.399963


def portrait(gltf: Gltf, width: int = WIDTH, height: int = HEIGHT) -> tuple[Image.Image, Side]:
    """The model from a little above its front, on paper; and which side that is. Raises SceneInvalid."""
    soup = soup_of(gltf)
    front = front_of(gltf, soup)
    camera = framed(soup.corners.reshape(-1, 3), front, width * SAMPLES, height * SAMPLES)
    scene = _Scene.of(soup, camera)
    colour = scene.drawn()
    small = colour.reshape(height, SAMPLES, width, SAMPLES, 3).mean(axis=(1, 3))
    return Image.fromarray((encoded(small) * 255 + 0.5).astype(np.uint8)), front


def write_webp(picture: Image.Image, path: Path) -> None:
    """The file of a thumbnail."""
    picture.save(path, "WEBP", quality=_WEBP_QUALITY, method=6)


@dataclass(frozen=True, eq=False)
class _Scene:
    """The soup with what is the same for all its samples."""

    soup: Soup = field(repr=False)
    camera: Camera
    shadow: Shadow = field(repr=False)
    towards_key: Floats
    size_m: float
    floor_m: float

    @classmethod
    def of(cls, soup: Soup, camera: Camera) -> _Scene:
        low, high = soup.corners.min(axis=(0, 1)), soup.corners.max(axis=(0, 1))
        right, _, back = camera.axes.astype(np.float32)
        towards_key = key_direction(right, back)
        solid = soup.only(~_is_glass(soup))
        caster = solid if len(solid) else soup
        shadow = shadow_of(caster.corners, towards_key, _cut_out(caster))
        return cls(soup, camera, shadow, towards_key, float(np.linalg.norm(high - low)), float(low[1]))

    def drawn(self) -> Floats:
        """(height, width, 3) linear."""
        glass = _is_glass(self.soup)
        solid = self.soup.only(~glass)
        paper = self._paper()
        visible = self._visible(solid)
        occlusion = self._occlusion(visible)
        picture = paper.copy()
        there = visible.triangle != NOTHING
        picture[there] = self._shaded(solid, visible, occlusion)[0]
        return self._with_glass(picture, visible, self.soup.only(glass))

    def _with_glass(self, picture: Floats, behind: Visible, soup: Soup) -> Floats:
        """Blended over `picture` from the back, as far as `LAYERS` go."""
        if not len(soup):
            return picture
        layers = []
        limit = np.full(behind.depth.shape, -np.inf, dtype=np.float32)
        for _ in range(LAYERS):
            layer = self._visible(soup, nearer_than=behind.depth, farther_than=limit)
            if not (layer.triangle != NOTHING).any():
                break
            layers.append(layer)
            limit = np.where(np.isfinite(layer.depth), layer.depth, np.inf)
        for layer in reversed(layers):
            there = layer.triangle != NOTHING
            colour, alpha = self._shaded(soup, layer, np.ones(there.shape, dtype=np.float32))
            picture[there] = picture[there] * (1 - alpha[:, None]) + colour
        return picture

    def _visible(
        self, soup: Soup, nearer_than: Floats | None = None, farther_than: Floats | None = None
    ) -> Visible:
        points, distance = self.camera.project(soup.corners)
        depth = np.float32(-1) / distance
        kept = _faces_camera(points) | np.array([look.is_double_sided for look in soup.looks])[soup.look]
        numbers = np.nonzero(kept)[0]
        cut = _cut_out(soup)
        width, height = self.camera.width, self.camera.height

        def covers(chosen: Ints, weights: Floats) -> NDArray[np.bool_]:
            solid = np.ones(len(chosen), dtype=np.bool_) if cut is None else cut(numbers[chosen], weights)
            if nearer_than is None or farther_than is None:
                return solid
            here = (weights * depth[numbers[chosen]]).sum(axis=1)
            place = (weights[:, :, None] * points[numbers[chosen]]).sum(axis=1)
            x = np.clip(place[:, 0], 0, width - 1).astype(np.int64)
            y = np.clip(place[:, 1], 0, height - 1).astype(np.int64)
            between = (here < nearer_than[y, x]) & (here > farther_than[y, x] * (1 - 1e-5))
            return np.asarray(solid & between)

        needed = covers if cut is not None or nearer_than is not None else None
        found = rasterise(points[numbers], depth[numbers], width, height, needed)
        # the last entry is for NOTHING, which is -1
        named = np.append(numbers, NOTHING).astype(np.int32)
        return Visible(named[found.triangle], found.depth)

    def _shaded(self, soup: Soup, visible: Visible, occlusion: Floats) -> tuple[Floats, Floats]:
        """Per visible sample, row by row: (n, 3) linear light times alpha, and (n,) alpha."""
        y, x = np.nonzero(visible.triangle != NOTHING)
        triangle = visible.triangle[y, x]
        rays = self.camera.rays(x, y)
        distance = -1 / visible.depth[y, x]
        points = self.camera.position.astype(np.float32) + rays * distance[:, None]
        weights = _weights_at(soup.corners[triangle], points)
        towards_eye = -rays / np.linalg.norm(rays, axis=1, keepdims=True)
        normals = _mixed(soup.normals[triangle], weights)
        own = np.cross(
            soup.corners[triangle, 1] - soup.corners[triangle, 0],
            soup.corners[triangle, 2] - soup.corners[triangle, 0],
        )
        # Both sides of what has two are lit; a normal must not look away from who sees it.
        away = np.sign((own * towards_eye).sum(axis=1, keepdims=True))
        normals = _unit(normals * np.where(away == 0, 1, away))
        coordinates = _mixed(soup.coordinates[triangle], weights)
        colours = _mixed(soup.colours[triangle], weights)
        footprint = self._footprint(soup, triangle, distance)
        light = np.zeros((len(triangle), 3), dtype=np.float32)
        alpha = np.ones(len(triangle), dtype=np.float32)
        lit = self.shadow.lit(
            points + normals * np.float32(1.5 * self.shadow.texel_m), 1.2 * self.shadow.texel_m
        )
        for number, look in enumerate(soup.looks):
            here = soup.look[triangle] == number
            if here.any():
                light[here], alpha[here] = self._surface(
                    look,
                    _Samples(
                        normals[here],
                        towards_eye[here],
                        coordinates[here],
                        colours[here],
                        footprint[here],
                        lit[here],
                        occlusion[y, x][here],
                        soup,
                        triangle[here],
                    ),
                )
        return light, alpha

    def _surface(self, look: Look, samples: _Samples) -> tuple[Floats, Floats]:
        colour = samples.colours * np.array(look.colour, dtype=np.float32)
        if look.colour_texture is not None:
            colour = colour * samples.of(look.colour_texture)
        alpha = colour[:, 3] if look.alpha_mode == "BLEND" else np.ones(len(colour), dtype=np.float32)
        base = colour[:, :3]
        if look.is_unlit:
            return base * alpha[:, None], alpha
        roughness: Floats = np.full(len(base), look.roughness, dtype=np.float32)
        metallic: Floats = np.full(len(base), look.metallic, dtype=np.float32)
        if look.surface_texture is not None:
            surface = samples.of(look.surface_texture)
            roughness, metallic = roughness * surface[:, 1], metallic * surface[:, 2]
        roughness = np.clip(roughness, 0.045, 1)
        normals = samples.bumped(look)
        right = self.camera.axes[0].astype(np.float32)
        light = _lit(base, metallic, roughness, normals, samples, self.towards_key, right)
        glow: Floats = np.array(look.emissive, dtype=np.float32)
        if look.emissive_texture is not None:
            glow = glow * samples.of(look.emissive_texture)[:, :3]
        diffuse, specular = light
        # what glass mirrors is as bright as ever, however clear it is
        alpha_out = np.clip(alpha + specular.max(axis=1) * (1 - alpha) * 0.5, 0, 1)
        return (diffuse + glow) * alpha[:, None] + specular, alpha_out

    def _footprint(self, soup: Soup, triangle: NDArray[np.int32], distance: Floats) -> Floats:
        """(n,): how long a sample is in units of the texture's coordinates (as if seen straight)."""
        corners, coordinates = soup.corners, soup.coordinates
        area = np.linalg.norm(np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]), axis=1)
        a, b = coordinates[:, 1] - coordinates[:, 0], coordinates[:, 2] - coordinates[:, 0]
        spread = np.abs(a[:, 0] * b[:, 1] - a[:, 1] * b[:, 0])
        density = np.sqrt(spread / np.maximum(area, 1e-20)).astype(np.float32)
        sample_m = distance / np.float32(self.camera.focal_px)
        footprint: Floats = density[triangle] * sample_m
        return footprint

    def _occlusion(self, visible: Visible) -> Floats:
        """(height, width): how open each sample is to the room, from the depths around it."""
        # every other sample is enough for what is soft
        triangle, depth = visible.triangle[::2, ::2], visible.depth[::2, ::2]
        there = triangle != NOTHING
        open_ = np.ones(there.shape, dtype=np.float32)
        if there.any():
            distance = np.full(there.shape, np.inf, dtype=np.float32)
            distance[there] = -1 / depth[there]
            shut = self._shut(distance, float(np.median(distance[there])))
            open_[there] = np.clip(1 - _OCCLUSION * shut[there], 0.25, 1)
        soft: Floats = ndimage.uniform_filter(open_, 3).repeat(2, axis=0).repeat(2, axis=1)
        return soft[: visible.depth.shape[0], : visible.depth.shape[1]]

    def _shut(self, distance: Floats, typical_m: float) -> Floats:
        """The mean over pairs of opposite neighbours, on a spiral: how much deeper it is here than there."""
        shut = np.zeros(distance.shape, dtype=np.float32)
        reach_px = self.camera.focal_px / 2 * self.size_m * _OCCLUSION_REACH / typical_m
        for tap in range(_OCCLUSION_TAPS):
            part = ((tap + 1) / _OCCLUSION_TAPS) ** 1.5
            turn = tap * _GOLDEN_ANGLE
            dx, dy = (round(part * reach_px * side) for side in (math.cos(turn), math.sin(turn)))
            radius_m = np.float32(max(part * self.size_m * _OCCLUSION_REACH, 1e-9))
            one, other = _shifted(distance, dx, dy), _shifted(distance, -dx, -dy)
            other = np.where(np.isfinite(other), other, distance)
            with np.errstate(invalid="ignore"):
                hollow = (distance - (one + other) / 2) / radius_m
                # far beyond its reach it is something in front that is seen, not a hollow
                shut += np.where(hollow > 0, np.clip(hollow, 0, 1) * np.clip(2 - hollow, 0, 1), 0)
        return shut / _OCCLUSION_TAPS

    def _paper(self) -> Floats:
        """(height, width, 3): the ground with the model's shadow on it, and the wall behind."""
        width, height = self.camera.width, self.camera.height
        paper = linear(PAPER)
        down = np.linspace(1.03, 0.95, height, dtype=np.float32)[:, None, None]
        picture = np.broadcast_to(paper * down, (height, width, 3)).copy()
        y, x = np.mgrid[0:height, 0:width]
        rays = self.camera.rays(x.ravel(), y.ravel())
        steep = rays[:, 1] < -1e-4
        along = (self.floor_m - self.camera.position[1]) / rays[steep, 1]
        points = (self.camera.position + rays[steep] * along[:, None]).astype(np.float32)
        shade = self._ground_shade(points)
        flat = picture.reshape(-1, 3)
        flat[steep] *= shade[:, None]
        return picture

    def _ground_shade(self, points: Floats) -> Floats:
        """(n,): the key light's shadow, and the darkness under what stands close to the ground."""
        corners = self.soup.corners
        middle = (corners.min(axis=(0, 1)) + corners.max(axis=(0, 1))) / 2
        cells = 256
        cell_m = self.size_m * 2 / cells
        near = corners.mean(axis=1)
        height = (near[:, 1] - self.floor_m) / self.size_m
        column = ((near[:, 0] - middle[0]) / cell_m + cells / 2).astype(np.int64)
        row = ((near[:, 2] - middle[2]) / cell_m + cells / 2).astype(np.int64)
        cover = np.zeros((cells, cells), dtype=np.float32)
        inside = (column >= 0) & (column < cells) & (row >= 0) & (row < cells)
        np.maximum.at(cover, (row[inside], column[inside]), np.clip(1 - 2.2 * height[inside], 0, 1))
        cover = ndimage.grey_closing(cover, size=5)
        contact = 0.6 * ndimage.gaussian_filter(cover, 2.5) + 0.4 * ndimage.gaussian_filter(cover, 9)
        at = (
            np.stack([(points[:, 2] - middle[2]) / cell_m, (points[:, 0] - middle[0]) / cell_m])
            + cells / 2
            - 0.5
        )
        dark = ndimage.map_coordinates(contact, at, order=1, mode="constant")
        lit = self.shadow.lit(points, 0.5 * self.shadow.texel_m)
        shade: Floats = ((1 - 0.30 * (1 - lit)) * (1 - 0.55 * dark)).astype(np.float32)
        return shade


@dataclass(frozen=True, eq=False)
class _Samples:
    """Samples of one material."""

    normals: Floats
    towards_eye: Floats
    coordinates: Floats
    colours: Floats
    footprint: Floats
    lit: Floats
    occlusion: Floats
    soup: Soup
    triangle: NDArray[np.int32]

    def of(self, texture: Texture) -> Floats:
        """(n, 4) of a texture, from the mip level that fits."""
        scale = float(np.sqrt(abs(np.linalg.det(texture.transform[:, :2]))))
        texels = self.footprint * max(texture.size) * scale
        level = np.floor(np.log2(np.maximum(texels, 1e-6)) + 0.5)
        return texture.sample(self.coordinates, np.clip(level, 0, 16).astype(np.int32))

    def bumped(self, look: Look) -> Floats:
        """(n, 3) normals with the normal map, in the frame that the texture's coordinates make."""
        texture = look.normal_texture
        if texture is None:
            return self.normals
        bump = self.of(texture)[:, :3] * 2 - 1
        corners, coordinates = self.soup.corners[self.triangle], self.soup.coordinates[self.triangle]
        edge1, edge2 = corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]
        across1, across2 = coordinates[:, 1] - coordinates[:, 0], coordinates[:, 2] - coordinates[:, 0]
        area = across1[:, 0] * across2[:, 1] - across1[:, 1] * across2[:, 0]
        sign = np.where(area < 0, -1, 1)[:, None]
        tangent = (edge1 * across2[:, 1:2] - edge2 * across1[:, 1:2]) * sign
        tangent = tangent - self.normals * (tangent * self.normals).sum(axis=1, keepdims=True)
        length = np.linalg.norm(tangent, axis=1, keepdims=True)
        tangent = tangent / np.maximum(length, 1e-20)
        # down the texture is -V of glTF's right-handed frame
        bitangent = np.cross(self.normals, tangent) * sign
        bent = (
            tangent * bump[:, :1] * look.bump
            + bitangent * bump[:, 1:2] * look.bump
            + self.normals * bump[:, 2:]
        )
        return np.where((length > 1e-12) & (np.abs(area) > 1e-12)[:, None], _unit(bent), self.normals)


def _lit(
    base: Floats,
    metallic: Floats,
    roughness: Floats,
    normals: Floats,
    samples: _Samples,
    towards_key: Floats,
    right: Floats,
) -> tuple[Floats, Floats]:
    """Diffuse and specular light (n, 3): metallic-roughness as glTF 2.0, appendix B, says, with a studio's
    light."""
    eye = samples.towards_eye
    facing = np.clip((normals * eye).sum(axis=1), 1e-3, 1)
    key = np.clip(normals @ towards_key, 0, 1) * samples.lit
    body = base * (1 - metallic)[:, None]
    mirror = 0.04 + (base - 0.04) * metallic[:, None]
    open_ = samples.occlusion[:, None]
    diffuse = body * (KEY * key[:, None] / np.float32(np.pi) * 1.25 + ambient(normals) * open_ * 0.78)
    # The split-sum approximation of Karis, fitted by Lazarov.
    c0 = np.array([-1, -0.0275, -0.572, 0.022], dtype=np.float32)
    c1 = np.array([1, 0.0425, 1.04, -0.04], dtype=np.float32)
    fit = roughness[:, None] * c0 + c1
    a = np.minimum(fit[:, 0] ** 2, 2 ** (-9.28 * facing)) * fit[:, 0] + fit[:, 1]
    scale, offset = (-1.04 * a + fit[:, 2])[:, None], (1.04 * a + fit[:, 3])[:, None]
    bounced = 2 * facing[:, None] * normals - eye
    specular = reflected(bounced.astype(np.float32), roughness, right, towards_key)
    shadowed = (0.55 + 0.45 * samples.lit)[:, None] * open_
    return diffuse.astype(np.float32), (specular * (mirror * scale + offset) * shadowed).astype(np.float32)


def _cut_out(soup: Soup) -> Covers | None:
    """For materials with holes (alphaMode MASK): where there is something."""
    masks = [
        (number, look)
        for number, look in enumerate(soup.looks)
        if look.alpha_mode == "MASK" and look.colour_texture is not None
    ]
    if not masks:
        return None

    def covers(triangle: Ints, weights: Floats) -> NDArray[np.bool_]:
        solid = np.ones(len(triangle), dtype=np.bool_)
        for number, look in masks:
            here = np.nonzero(soup.look[triangle] == number)[0]
            if len(here) and look.colour_texture is not None:
                coordinates = _mixed(soup.coordinates[triangle[here]], weights[here])
                alpha = look.colour_texture.sample(coordinates, np.full(len(here), 1, dtype=np.int32))[:, 3]
                solid[here] = alpha * look.colour[3] >= look.cutoff
        return solid

    return covers


def _is_glass(soup: Soup) -> NDArray[np.bool_]:
    glass: NDArray[np.bool_] = np.array([look.alpha_mode == "BLEND" for look in soup.looks])[soup.look]
    return glass


def _faces_camera(points: Floats) -> NDArray[np.bool_]:
    """Counter-clockwise as seen, where y goes down."""
    a, b = points[:, 1] - points[:, 0], points[:, 2] - points[:, 0]
    facing: NDArray[np.bool_] = a[:, 0] * b[:, 1] - a[:, 1] * b[:, 0] < 0
    return facing


def _weights_at(corners: Floats, points: Floats) -> Floats:
    """(n, 3) barycentric weights of `points` (n, 3) in their triangles (n, 3, 3), in space."""
    a, b, p = corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0], points - corners[:, 0]
    aa, ab, bb = (a * a).sum(axis=1), (a * b).sum(axis=1), (b * b).sum(axis=1)
    pa, pb = (p * a).sum(axis=1), (p * b).sum(axis=1)
    scale = np.maximum(aa * bb - ab * ab, 1e-30)
    second, third = (bb * pa - ab * pb) / scale, (aa * pb - ab * pa) / scale
    weights: Floats = np.clip(np.stack([1 - second - third, second, third], axis=1), 0, 1)
    return weights.astype(np.float32)


def _mixed(values: Floats, weights: Floats) -> Floats:
    """(n, 3, k) at corners to (n, k)."""
    mixed: Floats = np.einsum("nck,nc->nk", values, weights)
    return mixed


def _unit(vectors: Floats) -> Floats:
    unit: Floats = vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-20)
    return unit


def _shifted(values: Floats, dx: int, dy: int) -> Floats:
    """Each sample's neighbour `dx` to the right and `dy` down; infinite beyond the edge."""
    height, width = values.shape
    moved = np.full_like(values, np.inf)
    target_rows, source_rows = slice(max(-dy, 0), height - max(dy, 0)), slice(max(dy, 0), height + min(dy, 0))
    target_columns = slice(max(-dx, 0), width - max(dx, 0))
    source_columns = slice(max(dx, 0), width + min(dx, 0))
    moved[target_rows, target_columns] = values[source_rows, source_columns]
    return moved
