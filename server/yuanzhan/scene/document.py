"""Untrusted bytes to the parts of a glTF file: the chunks of a GLB, and JSON as plain dicts.

Each refusal is an issue with a code (`issues.refused`). What is costly is bounded before it happens: the
number of values before the JSON is parsed, its depth before anything walks it.
"""

from __future__ import annotations

import json
import math
import struct
from typing import Any, Final, TypeAlias

from yuanzhan.scene.issues import refused
from yuanzhan.scene.limits import LIMITS, UploadLimits

Json: TypeAlias = dict[str, Any]

MAGIC: Final = b"glTF"
CHUNK_JSON: Final = 0x4E4F534A
CHUNK_BIN: Final = 0x004E4942
# JSON, BIN, and a few of extensions, which are passed over.
CHUNKS_MAX: Final = 16
# Some exporters pad the file itself.
TRAILING_MAX: Final = 3

# What this program, the optimiser and the client read, or what has no bearing on the shape; a file that
# requires more cannot be shown as it is meant.
EXTENSIONS_READ: Final = frozenset(
    {
        "EXT_mesh_gpu_instancing",
        "EXT_meshopt_compression",
        "EXT_texture_webp",
        "KHR_animation_pointer",
        "KHR_audio_emitter",
        "KHR_draco_mesh_compression",
        "KHR_lights_punctual",
        "KHR_materials_anisotropy",
        "KHR_materials_clearcoat",
        "KHR_materials_diffuse_transmission",
        "KHR_materials_dispersion",
        "KHR_materials_emissive_strength",
        "KHR_materials_ior",
        "KHR_materials_iridescence",
        "KHR_materials_pbrSpecularGlossiness",
        "KHR_materials_sheen",
        "KHR_materials_specular",
        "KHR_materials_transmission",
        "KHR_materials_unlit",
        "KHR_materials_variants",
        "KHR_materials_volume",
        "KHR_mesh_quantization",
        "KHR_meshopt_compression",
        "KHR_node_visibility",
        "KHR_texture_basisu",
        "KHR_texture_transform",
        "KHR_xmp_json_ld",
        "OMI_link",
        "OMI_physics_body",
        "OMI_physics_shape",
        "OMI_seat",
        "OMI_spawn_point",
    }
)


def split_glb(data: bytes, name: str) -> tuple[bytes, memoryview]:
    """The JSON of a GLB, and its binary chunk (empty where there is none) as it lies in `data`. Raises
    SceneInvalid."""
    if len(data) < 20:
        raise refused(name, "GLB_SHORT", bytes=len(data))
    version, length = struct.unpack_from("<II", data, 4)
    if version != 2:
        raise refused(name, "GLB_VERSION", version=version)
    if length > len(data):
        raise refused(name, "GLB_LENGTH", said=length, there=len(data))
    if length < len(data) - TRAILING_MAX:
        raise refused(name, "GLB_TRAILING", bytes=len(data) - length)
    chunks = _chunks(data, length, name)
    if not chunks or chunks[0][0] != CHUNK_JSON:
        raise refused(name, "GLB_NO_JSON")
    binary = next((chunk for kind, chunk in chunks[1:] if kind == CHUNK_BIN), memoryview(b""))
    return bytes(chunks[0][1]), binary


def _chunks(data: bytes, end: int, name: str) -> list[tuple[int, memoryview]]:
    chunks: list[tuple[int, memoryview]] = []
    whole = memoryview(data)
    at = 12
    while at + 8 <= end:
        length, kind = struct.unpack_from("<II", data, at)
        if at + 8 + length > end:
            raise refused(name, "GLB_CHUNK", said=length, there=end - at - 8)
        if len(chunks) == CHUNKS_MAX:
            raise refused(name, "GLB_CHUNKS", limit=CHUNKS_MAX)
        chunks.append((kind, whole[at + 8 : at + 8 + length]))
        at += 8 + length
    return chunks


def parse_document(data: bytes, name: str, limits: UploadLimits = LIMITS) -> Json:
    """The JSON of a glTF 2.0 file. Raises SceneInvalid."""
    if len(data) > limits.json_bytes:
        raise refused(name, "JSON_TOO_LARGE", mb=len(data) >> 20, limit=limits.json_bytes >> 20)
    # Texts may hold some of these too, but a data: URI does not; memory is what the parts cost.
    values = data.count(b",") + data.count(b"{") + data.count(b"[")
    if values > limits.json_values:
        raise refused(name, "JSON_TOO_MANY_VALUES", count=values, limit=limits.json_values)
    try:
        document = json.loads(
            data.decode("utf-8"), object_pairs_hook=_without_duplicates, parse_constant=_no_constant
        )
    except _Twice as error:
        raise refused(name, "JSON_DUPLICATE_KEY", key=str(error)) from None
    except RecursionError:
        raise refused(name, "JSON_TOO_DEEP", limit=limits.json_depth) from None
    except ValueError as error:
        raise refused(name, "JSON_INVALID", detail=str(error)) from None
    if not isinstance(document, dict) or not isinstance(document.get("asset"), dict):
        raise refused(name, "JSON_NO_ASSET")
    _check_values(document, name, limits)
    version = document["asset"].get("version", "")
    if not str(version).startswith("2."):
        raise refused(name, "GLTF_VERSION", "/asset/version", version=str(version))
    _check_requirements(document, name)
    return document


def _check_requirements(document: Json, name: str) -> None:
    required = document.get("extensionsRequired", [])
    if not isinstance(required, list):
        raise refused(name, "LIST_INVALID", "/extensionsRequired", what="extensionsRequired")
    unknown = sorted(extension for extension in map(str, required) if extension not in EXTENSIONS_READ)
    if unknown:
        raise refused(name, "EXTENSION_REQUIRED", "/extensionsRequired", names=", ".join(unknown))


class _Twice(ValueError):
    """A key that an object has twice."""


def _without_duplicates(pairs: list[tuple[str, Any]]) -> Json:
    found = dict(pairs)
    if len(found) != len(pairs):
        seen: set[str] = set()
        for key, _ in pairs:
            if key in seen:
                raise _Twice(key)
            seen.add(key)
    return found


def _no_constant(constant: str) -> Any:
    raise ValueError(f"{constant} is not JSON")


# Where a value is: its parent's place, its key or number there, its depth. None is the document itself.
_Place: TypeAlias = "tuple[_Place, str | int, int] | None"


def _check_values(document: Json, name: str, limits: UploadLimits) -> None:
    """Depth, numbers and texts of the whole document, without recursion. Raises SceneInvalid."""
    stack: list[tuple[Any, _Place]] = [(document, None)]
    while stack:
        value, place = stack.pop()
        if isinstance(value, str):
            _check_text(value, place, _text_limit(value, place, limits), name)
        elif isinstance(value, float):
            if not math.isfinite(value):
                raise refused(name, "NUMBER_NOT_FINITE", pointer(place))
        else:
            depth = 1 if place is None else place[2] + 1
            if depth > limits.json_depth:
                raise refused(name, "JSON_TOO_DEEP", limit=limits.json_depth)
            is_object = isinstance(value, dict)
            children: Any = value.items() if is_object else enumerate(value)
            for key, child in children:
                if is_object:
                    _check_text(key, place, limits.name_bytes, name)
                if isinstance(child, (str, float, dict, list)):
                    stack.append((child, (place, key, depth)))


def _text_limit(text: str, place: _Place, limits: UploadLimits) -> int:
    key = "" if place is None else place[1]
    if key == "uri" and text.startswith("data:"):
        return limits.json_bytes
    return limits.name_bytes if key in ("name", "uri") else limits.text_bytes


def _check_text(text: str, place: _Place, limit: int, name: str) -> None:
    """Raises SceneInvalid for a text that is too long, or that UTF-8 cannot hold (half a surrogate pair)."""
    try:
        size = len(text) if text.isascii() else len(text.encode())
    except UnicodeEncodeError:
        raise refused(name, "TEXT_BROKEN", pointer(place)) from None
    if size > limit:
        raise refused(name, "TEXT_TOO_LONG", pointer(place), bytes=size, limit=limit)


def pointer(place: _Place) -> str:
    """The JSON pointer (RFC 6901) of a place."""
    parts: list[str] = []
    while place is not None:
        parts.append(str(place[1]).replace("~", "~0").replace("/", "~1"))
        place = place[0]
    return "".join(f"/{part}" for part in reversed(parts))
