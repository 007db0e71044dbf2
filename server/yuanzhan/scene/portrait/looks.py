"""Materials as a renderer wants them, and their textures as linear numbers."""

from __future__ import annotations

import io
import math
import warnings
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, TypeAlias

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from yuanzhan.scene.accessors import Accessors
from yuanzhan.scene.images import SIDE_MAX, image_size
from yuanzhan.scene.reader import Gltf, Json

# Mostly float32; where a step makes float64 of it, nothing is lost.
Floats: TypeAlias = NDArray[np.floating[Any]]

# A picture of 640 pixels shows no finer detail than this of a texture that is seen whole.
TEXTURE_SIDE: Final = 1024
_REPEAT, _CLAMP, _MIRROR = 10497, 33071, 33648
# The lightest parts of what a transmissive surface lets through are taken for see-through.
_TRANSMITTED: Final = 0.8


@dataclass(frozen=True, eq=False)
class Texture:
    """Mip levels, finest first, each (height, width, 4) float32: colours linear, data as it is."""

    levels: tuple[Floats, ...] = field(repr=False)
    wrap: tuple[int, int] = (_REPEAT, _REPEAT)
    # (2, 3): KHR_texture_transform
    transform: Floats = field(default_factory=lambda: np.eye(2, 3, dtype=np.float32))

    @property
    def size(self) -> tuple[int, int]:
        """Width and height of the finest level."""
        height, width = self.levels[0].shape[:2]
        return width, height

    def sample(self, coordinates: Floats, level: NDArray[np.int32]) -> Floats:
        """(n, 4): bilinear, at `coordinates` (n, 2) of the given mip `level` (n,)."""
        placed = coordinates @ self.transform[:, :2].T + self.transform[:, 2]
        level = np.clip(level, 0, len(self.levels) - 1)
        result = np.empty((len(placed), 4), dtype=np.float32)
        for number in np.unique(level):
            chosen = level == number
            result[chosen] = _bilinear(self.levels[number], placed[chosen], self.wrap)
        return result


def _bilinear(image: Floats, coordinates: Floats, wrap: tuple[int, int]) -> Floats:
    height, width = image.shape[:2]
    # Far outside, float32 has no fraction left.
    x = np.nan_to_num(coordinates[:, 0]) * width - 0.5
    y = np.nan_to_num(coordinates[:, 1]) * height - 0.5
    left, top = np.floor(x), np.floor(y)
    across, down = (x - left)[:, None], (y - top)[:, None]
    columns = [_wrapped(left + step, width, wrap[0]) for step in (0, 1)]
    rows = [_wrapped(top + step, height, wrap[1]) for step in (0, 1)]
    above = image[rows[0], columns[0]] * (1 - across) + image[rows[0], columns[1]] * across
    below = image[rows[1], columns[0]] * (1 - across) + image[rows[1], columns[1]] * across
    mixed: Floats = above * (1 - down) + below * down
    return mixed


def _wrapped(index: Floats, size: int, wrap: int) -> NDArray[np.int64]:
    whole = np.clip(index, -1e9, 1e9).astype(np.int64)
    if wrap == _CLAMP:
        return np.clip(whole, 0, size - 1)
    if wrap == _MIRROR:
        whole = whole % (2 * size)
        return np.minimum(whole, 2 * size - 1 - whole)
    return whole % size


@dataclass(frozen=True, eq=False)
class Look:
    """One material. Textures are None where there are none; `coordinates` is the set that they lie on."""

    colour: tuple[float, ...] = (1.0, 1.0, 1.0, 1.0)
    metallic: float = 0.0
    roughness: float = 0.8
    emissive: tuple[float, ...] = (0.0, 0.0, 0.0)
    alpha_mode: str = "OPAQUE"
    cutoff: float = 0.5
    is_double_sided: bool = False
    is_unlit: bool = False
    bump: float = 1.0
    coordinates: int = 0
    colour_texture: Texture | None = None
    surface_texture: Texture | None = None
    normal_texture: Texture | None = None
    emissive_texture: Texture | None = None


def looks_of(gltf: Gltf) -> list[Look]:
    """Each material of the file, and at the end the one of what has none. Textures that cannot be read are
    left out."""
    textures = _Textures(gltf)
    return [*(_look(material, textures) for material in gltf.items("materials")), Look()]


def _look(material: Json, textures: _Textures) -> Look:
    extensions = _object(material, "extensions")
    glossy = extensions.get("KHR_materials_pbrSpecularGlossiness")
    rough = _object(material, "pbrMetallicRoughness")
    is_glossy = isinstance(glossy, dict) and not rough
    base: Json = glossy if is_glossy and isinstance(glossy, dict) else rough
    colour = _numbers(base, "diffuseFactor" if is_glossy else "baseColorFactor", (1.0, 1.0, 1.0, 1.0))
    base_texture = base.get("diffuseTexture" if is_glossy else "baseColorTexture")
    transmission = _number(_object(extensions, "KHR_materials_transmission"), "transmissionFactor", 0.0)
    alpha_mode = str(material.get("alphaMode", "OPAQUE"))
    if transmission > 0 and alpha_mode == "OPAQUE":
        colour = (*colour[:3], colour[3] * (1 - _TRANSMITTED * transmission))
        alpha_mode = "BLEND"
    strength = _number(_object(extensions, "KHR_materials_emissive_strength"), "emissiveStrength", 1.0)
    emissive = _numbers(material, "emissiveFactor", (0.0, 0.0, 0.0))
    normal = _object(material, "normalTexture")
    return Look(
        colour=colour,
        metallic=0.0 if is_glossy else _number(rough, "metallicFactor", 1.0),
        roughness=1 - _number(base, "glossinessFactor", 1.0)
        if is_glossy
        else _number(rough, "roughnessFactor", 1.0),
        emissive=tuple(value * strength for value in emissive),
        alpha_mode=alpha_mode,
        cutoff=_number(material, "alphaCutoff", 0.5),
        is_double_sided=material.get("doubleSided") is True,
        is_unlit="KHR_materials_unlit" in extensions,
        bump=_number(normal, "scale", 1.0),
        coordinates=_coordinates(base_texture, normal),
        colour_texture=textures.get(base_texture, is_colour=True),
        surface_texture=None if is_glossy else textures.get(rough.get("metallicRoughnessTexture")),
        normal_texture=textures.get(normal),
        emissive_texture=textures.get(material.get("emissiveTexture"), is_colour=True)
        if any(emissive)
        else None,
    )


class _Textures:
    """The textures of a file, each image read once."""

    def __init__(self, gltf: Gltf) -> None:
        self._gltf = gltf
        self._accessors = Accessors(gltf)
        self._levels: dict[tuple[Any, bool], tuple[Floats, ...] | None] = {}

    def get(self, info: Any, *, is_colour: bool = False) -> Texture | None:
        index = info.get("index") if isinstance(info, dict) else None
        textures = self._gltf.items("textures")
        if not isinstance(index, int) or not 0 <= index < len(textures):
            return None
        levels = self._read(textures[index], is_colour)
        if levels is None:
            return None
        samplers = self._gltf.items("samplers")
        number = textures[index].get("sampler")
        sampler = samplers[number] if isinstance(number, int) and 0 <= number < len(samplers) else {}
        wrap = (int(sampler.get("wrapS", _REPEAT)), int(sampler.get("wrapT", _REPEAT)))
        return Texture(levels, wrap, _transform(info))

    def _read(self, texture: Json, is_colour: bool) -> tuple[Floats, ...] | None:
        webp = _object(_object(texture, "extensions"), "EXT_texture_webp")
        source = webp.get("source", texture.get("source"))
        key = (source, is_colour)
        if key not in self._levels:
            self._levels[key] = self._decoded(source, is_colour)
        return self._levels[key]

    def _decoded(self, source: Any, is_colour: bool) -> tuple[Floats, ...] | None:
        images = self._gltf.items("images")
        if not isinstance(source, int) or not 0 <= source < len(images) or "bufferView" not in images[source]:
            return None
        data = self._accessors.view(images[source]["bufferView"])
        try:
            size = image_size(data)
            if max(size.width, size.height) > 2 * SIDE_MAX:
                return None
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                with Image.open(io.BytesIO(data), formats=("PNG", "JPEG", "WEBP")) as image:
                    image.draft("RGB", (TEXTURE_SIDE, TEXTURE_SIDE))
                    picture = image.convert("RGBA")
        except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
            return None
        picture.thumbnail((TEXTURE_SIDE, TEXTURE_SIDE), Image.Resampling.BOX)
        values = np.asarray(picture, dtype=np.float32) / 255
        if is_colour:
            values = np.concatenate([linear(values[..., :3]), values[..., 3:]], axis=-1)
        return _mip_levels(values)


def _mip_levels(finest: Floats) -> tuple[Floats, ...]:
    levels = [finest]
    while max(levels[-1].shape[:2]) > 4:
        image = levels[-1]
        height, width = (max(side // 2, 1) for side in image.shape[:2])
        rows, columns = min(2, image.shape[0]), min(2, image.shape[1])
        cut = image[: height * rows, : width * columns]
        levels.append(cut.reshape(height, rows, width, columns, 4).mean(axis=(1, 3)))
    return tuple(levels)


def linear(encoded: Floats) -> Floats:
    """sRGB (IEC 61966-2-1) to linear."""
    low = encoded / np.float32(12.92)
    high = ((encoded + np.float32(0.055)) / np.float32(1.055)) ** np.float32(2.4)
    return np.where(encoded <= 0.04045, low, high).astype(np.float32)


def encoded(values: Floats) -> Floats:
    """Linear to sRGB."""
    clipped = np.clip(values, 0, 1)
    high = np.float32(1.055) * clipped ** np.float32(1 / 2.4) - np.float32(0.055)
    return np.where(clipped <= 0.0031308, clipped * np.float32(12.92), high).astype(np.float32)


def _transform(info: Mapping[str, Any]) -> Floats:
    """KHR_texture_transform as (2, 3)."""
    given = _object(_object(info, "extensions"), "KHR_texture_transform")
    offset = _numbers(given, "offset", (0.0, 0.0))
    scale = _numbers(given, "scale", (1.0, 1.0))
    turn = _number(given, "rotation", 0.0)
    cos, sin = math.cos(turn), math.sin(turn)
    return np.array(
        [[cos * scale[0], sin * scale[1], offset[0]], [-sin * scale[0], cos * scale[1], offset[1]]],
        dtype=np.float32,
    )


def _coordinates(*infos: Any) -> int:
    for info in infos:
        if isinstance(info, dict) and "index" in info:
            own = _object(_object(info, "extensions"), "KHR_texture_transform").get(
                "texCoord", info.get("texCoord", 0)
            )
            return own if own in (0, 1, 2, 3) else 0
    return 0


def _object(json: Mapping[str, Any], key: str) -> Json:
    found = json.get(key)
    return found if isinstance(found, dict) else {}


def _number(json: Mapping[str, Any], key: str, default: float) -> float:
    found = json.get(key, default)
    return float(found) if isinstance(found, (int, float)) and math.isfinite(found) else default


def _numbers(json: Mapping[str, Any], key: str, default: tuple[float, ...]) -> tuple[float, ...]:
    found = json.get(key)
    if not isinstance(found, list) or len(found) != len(default):
        return default
    return tuple(float(value) if isinstance(value, (int, float)) else 0.0 for value in found)
