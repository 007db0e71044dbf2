"""GLB or glTF bytes to a `Gltf`: the JSON as plain dicts, and its buffers.

Plain dicts rather than typed objects, because what we don't know (extensions, extras) must survive and a
missing key must be told apart from a default. Nothing is believed: sizes are checked before they are used,
and URIs other than `data:` are refused, so reading never opens a second file.
"""

from __future__ import annotations

import base64
import binascii
import struct
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, BinaryIO, Final

from yuanzhan.errors.starting import SceneInvalid
from yuanzhan.scene.document import CHUNK_JSON, MAGIC, Json, parse_document, split_glb
from yuanzhan.scene.issues import refused
from yuanzhan.scene.limits import LIMITS

__all__ = ["Gltf", "Json", "read_file", "read_gltf", "read_structure"]

# A hall's budget is 8 MB and a booth's 5 MB; unoptimised work in progress may be larger.
FILE_BYTES_MAX: Final = LIMITS.file_bytes
# Of each kind of thing (nodes, meshes, accessors, ...): far above any hall, far below what takes seconds to
# walk.
ITEMS_MAX: Final = LIMITS.items


@dataclass(frozen=True)
class Gltf:
    """One glTF file. `document` is its JSON; `binary` the GLB's BIN chunk (empty where only the JSON was
    read)."""

    name: str
    document: Json
    binary: bytes | memoryview = field(default=b"", repr=False)
    # The bytes of its other files by the URI that names them. Halls have none: they are one GLB.
    resources: Mapping[str, bytes] = field(default_factory=dict, repr=False)
    # URIs of sounds whose files did not come along: the model is silent there.
    missing: Set[str] = frozenset()
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
    def buffers(self) -> tuple[bytes | memoryview, ...]:
        """The bytes of each buffer; empty for one that only holds the fallback of compressed views."""
        return tuple(self._buffer(index, buffer) for index, buffer in enumerate(self.items("buffers")))

    def _buffer(self, index: int, buffer: Json) -> bytes | memoryview:
        length = buffer.get("byteLength")
        if not isinstance(length, int) or not 0 <= length <= LIMITS.unpacked_bytes:
            raise self.invalid(f"buffers[{index}].byteLength must be 0 to {LIMITS.unpacked_bytes}")
        uri = buffer.get("uri")
        if uri is not None:
            data: bytes | memoryview = self.data_uri(uri, f"buffers[{index}]")
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
        """The bytes of a resource, or in a base64 `data:` URI. Raises SceneInvalid for any other URI."""
        if isinstance(uri, str) and uri in self.resources:
            return self.resources[uri]
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
        return Gltf(name, parse_document(data, name))
    text, binary = split_glb(data, name)
    return Gltf(name, parse_document(text, name), bytes(binary))


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
        return Gltf(name, parse_document(header + file.read(FILE_BYTES_MAX), name))
    if len(header) < 20:
        raise refused(name, "GLB_SHORT", bytes=len(header))
    length, kind = struct.unpack_from("<II", header, 12)
    if kind != CHUNK_JSON:
        raise refused(name, "GLB_NO_JSON")
    return Gltf(name, parse_document(file.read(min(length, FILE_BYTES_MAX)), name))


def _opened(path: Path) -> bytes:
    try:
        if path.stat().st_size > FILE_BYTES_MAX:
            raise SceneInvalid(file=path.name, detail=f"larger than {FILE_BYTES_MAX >> 20} MB")
        return path.read_bytes()
    except OSError as error:
        raise SceneInvalid(file=path.name, detail=f"cannot be read: {error.strerror}") from None


def _is_fallback(buffer: Json) -> bool:
    """True for the placeholder that EXT_meshopt_compression leaves where the uncompressed bytes would be.

    The extension asks for `fallback: true`; files without the flag are about, and nothing reads the bytes
    anyway.
    """
    return "uri" not in buffer
