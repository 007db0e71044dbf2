"""GLB or glTF bytes to a `Gltf`: the JSON as plain dicts, and its buffers.

Plain dicts rather than typed objects, because what we don't know (extensions, extras) must survive and a
missing key must be told apart from a default. Nothing is believed: sizes are checked before they are used,
and URIs other than `data:` are refused, so reading never opens a second file.
"""

from __future__ import annotations

import base64
import binascii
import json
import struct
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, BinaryIO, Final, TypeAlias

from yuanzhan.errors import SceneInvalid

Json: TypeAlias = dict[str, Any]

MAGIC: Final = b"glTF"
CHUNK_JSON: Final = 0x4E4F534A
CHUNK_BIN: Final = 0x004E4942

# A hall's budget is 8 MB and a booth's 5 MB; unoptimised work in progress may be larger.
FILE_BYTES_MAX: Final = 256 << 20
# The JSON of 10,000 nodes is about 2 MB.
JSON_BYTES_MAX: Final = 16 << 20
# Deeper than any exporter nests (the deepest extension in use needs about 12).
JSON_DEPTH_MAX: Final = 64
# Of each kind of thing (nodes, meshes, accessors, ...): far above any hall, far below what takes seconds to
# walk.
ITEMS_MAX: Final = 65_536

# What this program reads, or what has no bearing on shape (materials); a file that requires more is refused.
EXTENSIONS_READ: Final = frozenset(
    {
        "EXT_mesh_gpu_instancing",
        "EXT_meshopt_compression",
        "EXT_texture_webp",
        "KHR_audio_emitter",
        "KHR_draco_mesh_compression",
        "KHR_lights_punctual",
        "KHR_mesh_quantization",
        "KHR_meshopt_compression",
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


@dataclass(frozen=True)
class Gltf:
    """One glTF file. `document` is its JSON; `binary` the GLB's BIN chunk (empty where only the JSON was
    read)."""

    name: str
    document: Json
    binary: bytes = field(default=b"", repr=False)
    # The lists that were checked already: `item` is called for each node, and must not look at all of them.
    _lists: dict[str, Sequence[Json]] = field(default_factory=dict, repr=False, compare=False)

    def invalid(self, detail: str) -> SceneInvalid:
        """The error that names this file."""
        return SceneInvalid(file=self.name, detail=detail)

    def items(self, key: str) -> Sequence[Json]:
        """The top-level list `key` (nodes, meshes, ...), empty when absent.

        Raises SceneInvalid if it is no list of objects.
        """
        if key not in self._lists:
            found = self.document.get(key, [])
            if (
                not isinstance(found, list)
                or len(found) > ITEMS_MAX
                or not all(isinstance(item, dict) for item in found)
            ):
                raise self.invalid(f"'{key}' must be a list of at most {ITEMS_MAX} objects")
            self._lists[key] = found
        return self._lists[key]

    def item(self, key: str, index: Any) -> Json:
        """`document[key][index]`, checked."""
        found = self.items(key)
        if not isinstance(index, int) or isinstance(index, bool) or not 0 <= index < len(found):
            raise self.invalid(f"there is no {key}[{index}]")
        return found[index]

    @property
    def extensions_used(self) -> frozenset[str]:
        used = self.document.get("extensionsUsed", [])
        return frozenset(e for e in used if isinstance(e, str)) if isinstance(used, list) else frozenset()

    @cached_property
    def buffers(self) -> tuple[bytes, ...]:
        """The bytes of each buffer; empty for one that only holds the fallback of compressed views."""
        return tuple(self._buffer(index, buffer) for index, buffer in enumerate(self.items("buffers")))

    def _buffer(self, index: int, buffer: Json) -> bytes:
        length = buffer.get("byteLength")
        if not isinstance(length, int) or not 0 <= length <= FILE_BYTES_MAX:
            raise self.invalid(f"buffers[{index}].byteLength must be 0 to {FILE_BYTES_MAX}")
        uri = buffer.get("uri")
        if uri is not None:
            data = self.data_uri(uri, f"buffers[{index}]")
        elif index == 0:
            data = self.binary
        else:
            data = b""
        if len(data) < length:
            if not data and _is_fallback(buffer):
                return b""
            raise self.invalid(f"buffers[{index}] has {len(data)} of {length} bytes")
        return data[:length]

    def data_uri(self, uri: Any, where: str) -> bytes:
        """The bytes in a base64 `data:` URI. Raises SceneInvalid for any other URI: a hall is one GLB."""
        if not isinstance(uri, str) or not uri.startswith("data:"):
            raise self.invalid(f"{where} points to another file; export one GLB with everything in it")
        header, _, payload = uri.partition(",")
        if not header.endswith(";base64"):
            raise self.invalid(f"{where} has a data: URI that is not base64")
        try:
            return base64.b64decode(payload, validate=True)
        except binascii.Error:
            raise self.invalid(f"{where} has a damaged data: URI") from None


def read_gltf(data: bytes, name: str = "glTF") -> Gltf:
    """A GLB, or a glTF whose buffers are data: URIs. Raises SceneInvalid, naming `name`."""
    if len(data) > FILE_BYTES_MAX:
        raise SceneInvalid(file=name, detail=f"larger than {FILE_BYTES_MAX >> 20} MB")
    if data[:4] != MAGIC:
        return Gltf(name, _parse_json(data, name))
    if len(data) < 12:
        raise SceneInvalid(file=name, detail="the GLB ends within its header")
    version, length = struct.unpack_from("<II", data, 4)
    if version != 2 or length > len(data):
        raise SceneInvalid(
            file=name, detail=f"a GLB of version {version} and {length} bytes in a file of {len(data)} bytes"
        )
    chunks = _chunks(data, length, name)
    if not chunks or chunks[0][0] != CHUNK_JSON:
        raise SceneInvalid(file=name, detail="the first chunk of the GLB is not JSON")
    binary = next((chunk for kind, chunk in chunks[1:] if kind == CHUNK_BIN), b"")
    return Gltf(name, _parse_json(chunks[0][1], name), binary)


def read_file(path: Path) -> Gltf:
    """The whole file at `path`. Raises SceneInvalid."""
    return read_gltf(_opened(path), path.name)


def read_structure(path: Path) -> Gltf:
    """The JSON of the file at `path` without its geometry: enough for nodes, names and extras, and much
    faster."""
    try:
        with path.open("rb") as file:
            return _structure(file, path.name)
    except OSError as error:
        raise SceneInvalid(file=path.name, detail=f"cannot be read: {error.strerror}") from None


def _structure(file: BinaryIO, name: str) -> Gltf:
    header = file.read(20)
    if header[:4] != MAGIC:
        return Gltf(name, _parse_json(header + file.read(FILE_BYTES_MAX), name))
    if len(header) < 20:
        raise SceneInvalid(file=name, detail="the GLB ends within its header")
    length, kind = struct.unpack_from("<II", header, 12)
    if kind != CHUNK_JSON or length > JSON_BYTES_MAX:
        raise SceneInvalid(
            file=name, detail=f"the GLB must begin with JSON of at most {JSON_BYTES_MAX >> 20} MB"
        )
    return Gltf(name, _parse_json(file.read(length), name))


def _opened(path: Path) -> bytes:
    try:
        if path.stat().st_size > FILE_BYTES_MAX:
            raise SceneInvalid(file=path.name, detail=f"larger than {FILE_BYTES_MAX >> 20} MB")
        return path.read_bytes()
    except OSError as error:
        raise SceneInvalid(file=path.name, detail=f"cannot be read: {error.strerror}") from None


def _chunks(data: bytes, end: int, name: str) -> list[tuple[int, bytes]]:
    chunks: list[tuple[int, bytes]] = []
    at = 12
    while at + 8 <= end:
        length, kind = struct.unpack_from("<II", data, at)
        if at + 8 + length > end:
            raise SceneInvalid(file=name, detail="a chunk of the GLB is longer than the file")
        chunks.append((kind, data[at + 8 : at + 8 + length]))
        at += 8 + length
    return chunks


def _parse_json(data: bytes, name: str) -> Json:
    if len(data) > JSON_BYTES_MAX:
        raise SceneInvalid(file=name, detail=f"its JSON is larger than {JSON_BYTES_MAX >> 20} MB")
    try:
        document = json.loads(
            data.decode("utf-8"), object_pairs_hook=_without_duplicates, parse_constant=_no_constant
        )
    except (ValueError, RecursionError) as error:
        detail = "nested too deep" if isinstance(error, RecursionError) else str(error)
        raise SceneInvalid(file=name, detail=f"not glTF: {detail}"[:200]) from None
    if not isinstance(document, dict) or not isinstance(document.get("asset"), dict):
        raise SceneInvalid(file=name, detail="not glTF: there is no 'asset'")
    if _depth(document) > JSON_DEPTH_MAX:
        raise SceneInvalid(file=name, detail=f"its JSON is nested deeper than {JSON_DEPTH_MAX}")
    if not str(document["asset"].get("version", "")).startswith("2."):
        raise SceneInvalid(file=name, detail="only glTF 2.0 is read")
    _refuse_unknown_requirements(document, name)
    return document


def _refuse_unknown_requirements(document: Json, name: str) -> None:
    required = document.get("extensionsRequired", [])
    if not isinstance(required, list):
        raise SceneInvalid(file=name, detail="'extensionsRequired' must be a list")
    unknown = sorted(
        e for e in map(str, required) if e not in EXTENSIONS_READ and not e.startswith("KHR_materials_")
    )
    if unknown:
        raise SceneInvalid(file=name, detail=f"requires {', '.join(unknown)}, which is not read here"[:200])


def _without_duplicates(pairs: list[tuple[str, Any]]) -> Json:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key is there twice")
    return found


def _no_constant(constant: str) -> Any:
    raise ValueError(f"{constant} is not JSON")


def _depth(document: Json) -> int:
    """How deep objects and lists are nested, without recursion."""
    deepest = 0
    stack: list[tuple[Any, int]] = [(document, 1)]
    while stack:
        value, depth = stack.pop()
        deepest = max(deepest, depth)
        if depth > JSON_DEPTH_MAX:
            return depth
        children = value.values() if isinstance(value, dict) else value
        stack.extend((child, depth + 1) for child in children if isinstance(child, (dict, list)))
    return deepest


def _is_fallback(buffer: Json) -> bool:
    """True for the placeholder that EXT_meshopt_compression leaves where the uncompressed bytes would be.

    The extension asks for `fallback: true`; files without the flag are about, and nothing reads the bytes
    anyway.
    """
    return "uri" not in buffer
