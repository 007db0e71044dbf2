"""Accessors to numpy arrays: strides, sparse values, quantised (normalised) components and compressed views.

Every size is checked against the bytes that are really there before an array is made (an accessor without a
buffer view means zeros, and may ask for any number of them).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from yuanzhan.errors.starting import SceneInvalid
from yuanzhan.scene import compression
from yuanzhan.scene.limits import LIMITS
from yuanzhan.scene.reader import Gltf, Json
from yuanzhan.scene.structure import COMPONENT_COUNTS, MESHOPT, extension

ELEMENTS_MAX: Final = LIMITS.elements
DECODED_BYTES_MAX: Final = LIMITS.decoded_bytes

COMPONENT_TYPES: Final = {5120: "<i1", 5121: "<u1", 5122: "<i2", 5123: "<u2", 5125: "<u4", 5126: "<f4"}


class _Budget:
    """How many bytes one file may still become."""

    def __init__(self) -> None:
        self._left = DECODED_BYTES_MAX

    def spend(self, size: int) -> None:
        """Raises ValueError when there are not so many left."""
        if size > self._left:
            raise ValueError(f"the file holds more than {DECODED_BYTES_MAX} bytes when decompressed")
        self._left -= size


@dataclass(frozen=True, eq=False)
class Accessors:
    """The accessors of one file; compressed views are decoded once and kept."""

    gltf: Gltf
    budget: _Budget = field(default_factory=_Budget, repr=False)
    # The bytes of every view where they are at hand already; otherwise they are cut out of the buffers.
    views: Sequence[Any] | None = field(default=None, repr=False)
    _views: dict[int, bytes] = field(default_factory=dict, repr=False)

    def raw(self, index: int) -> NDArray[Any]:
        """(count, components) of the accessor's own component type, sparse values applied; SCALAR has one
        component."""
        accessor = self.gltf.item("accessors", index)
        where = f"accessors[{index}]"
        dtype = self._dtype(accessor.get("componentType"), where)
        width = COMPONENT_COUNTS.get(str(accessor.get("type")))
        if width is None:
            raise self.gltf.invalid(f"{where}.type is none of glTF")
        count = self._whole(accessor, "count", ELEMENTS_MAX, where)
        if "bufferView" in accessor:
            offset = self._whole(accessor, "byteOffset", None, where, 0)
            values = self._elements(accessor["bufferView"], offset, dtype, width, count, where)
        else:
            if count * width * dtype.itemsize > DECODED_BYTES_MAX:
                raise self.gltf.invalid(f"{where} asks for more than {DECODED_BYTES_MAX} bytes of zeros")
            values = np.zeros((count, width), dtype=dtype)
        if "sparse" in accessor:
            values = self._with_sparse(values, accessor["sparse"], where)
        return values

    def floats(self, index: int) -> NDArray[np.float32]:
        """(count, components) float32; normalised integers become 0 to 1 or -1 to 1 (glTF 2.0, section
        3.6.2.2)."""
        values = self.raw(index)
        if values.dtype.kind == "f" or not self.gltf.item("accessors", index).get("normalized", False):
            return values.astype(np.float32)
        largest = np.float32(np.iinfo(values.dtype).max)
        floats: NDArray[np.float32] = np.maximum(values.astype(np.float32) / largest, np.float32(-1))
        return floats

    def indices(self, index: int) -> NDArray[np.int64]:
        """(count,) int: an accessor of unsigned scalars."""
        values = self.raw(index)
        if values.dtype.kind != "u" or values.shape[1] != 1:
            raise self.gltf.invalid(f"accessors[{index}] must be unsigned whole scalars")
        return values[:, 0].astype(np.int64)

    def view(self, index: Any) -> bytes:
        """The bytes of a buffer view, decompressed."""
        return bytes(self.part(index))

    def part(self, index: Any) -> bytes | memoryview:
        """The same without a copy where the file is at hand as a memoryview."""
        view = self.gltf.item("bufferViews", index)
        if self.views is not None:
            found: bytes | memoryview = self.views[index]
            return found
        meshopt = extension(view, *MESHOPT)
        if meshopt is None:
            return self._slice(view, f"bufferViews[{index}]")
        if index not in self._views:
            self._views[index] = self._decompressed(view, meshopt, f"bufferViews[{index}]")
        return self._views[index]

    def _slice(self, view: Json, where: str) -> bytes | memoryview:
        number = view.get("buffer")
        buffers = self.gltf.buffers
        if not isinstance(number, int) or isinstance(number, bool) or not 0 <= number < len(buffers):
            raise self.gltf.invalid(f"{where}.buffer is none of the file")
        offset = self._whole(view, "byteOffset", None, where, 0)
        length = self._whole(view, "byteLength", None, where)
        if offset + length > len(buffers[number]):
            raise self.gltf.invalid(f"{where} reaches beyond its buffer")
        return buffers[number][offset : offset + length]

    def _decompressed(self, view: Json, meshopt: Json, where: str) -> bytes:
        count = self._whole(meshopt, "count", ELEMENTS_MAX, where)
        stride = self._whole(meshopt, "byteStride", 256, where)
        try:
            self.budget.spend(count * stride)
            return compression.decode_meshopt(
                bytes(self._slice(meshopt, where)),
                count,
                stride,
                str(meshopt.get("mode")),
                str(meshopt.get("filter", "NONE")),
            )
        except ValueError as error:
            raise self.gltf.invalid(f"{where}: {error}") from None

    def _elements(
        self, view_index: Any, offset: int, dtype: np.dtype[Any], width: int, count: int, where: str
    ) -> NDArray[Any]:
        data = self.part(view_index)
        size = dtype.itemsize * width
        view = self.gltf.item("bufferViews", view_index)
        meshopt = extension(view, *MESHOPT)
        stride = self._whole(view if meshopt is None else meshopt, "byteStride", 256, where, size)
        if count and (stride < size or offset + (count - 1) * stride + size > len(data)):
            raise self.gltf.invalid(f"{where} reaches beyond its buffer view")
        if not count:
            return np.zeros((0, width), dtype=dtype)
        return np.ndarray((count, width), dtype, data, offset, (stride, dtype.itemsize))

    def _with_sparse(self, values: NDArray[Any], sparse: Any, where: str) -> NDArray[Any]:
        where = f"{where}.sparse"
        at, new = (sparse.get("indices"), sparse.get("values")) if isinstance(sparse, dict) else (None, None)
        if not isinstance(at, dict) or not isinstance(new, dict):
            raise self.gltf.invalid(f"{where} needs indices and values")
        count = self._whole(sparse, "count", len(values), where)
        at_dtype = self._dtype(at.get("componentType"), where)
        if at_dtype.kind != "u":
            raise self.gltf.invalid(f"{where}.indices must be unsigned")
        at_offset = self._whole(at, "byteOffset", None, where, 0)
        new_offset = self._whole(new, "byteOffset", None, where, 0)
        positions = self._elements(at.get("bufferView"), at_offset, at_dtype, 1, count, where)[:, 0]
        replaced = values.copy()
        if count and int(positions.max()) >= len(values):
            raise self.gltf.invalid(f"{where}.indices reach beyond the accessor")
        replaced[positions] = self._elements(
            new.get("bufferView"), new_offset, values.dtype, values.shape[1], count, where
        )
        return replaced

    def _dtype(self, component_type: Any, where: str) -> np.dtype[Any]:
        name = COMPONENT_TYPES.get(component_type) if isinstance(component_type, int) else None
        if name is None:
            raise self.gltf.invalid(f"{where}.componentType is none of glTF")
        return np.dtype(name)

    def _whole(self, json: Json, key: str, most: int | None, where: str, default: int | None = None) -> int:
        value = json.get(key, default)
        if (
            not isinstance(value, int)
            or isinstance(value, bool)
            or value < 0
            or (most is not None and value > most)
        ):
            raise self.gltf.invalid(
                f"{where}.{key} must be a whole number" + (f" up to {most}" if most else "")
            )
        return value


def decode_draco(
    accessors: Accessors, extension: Json, where: str
) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
    """(n, 3) float32 positions and (m, 3) int faces of a KHR_draco_mesh_compression primitive. Raises
    SceneInvalid."""
    attributes = extension.get("attributes")
    if not isinstance(attributes, dict):
        raise accessors.gltf.invalid(f"{where}: Draco without attributes")
    data = accessors.view(extension.get("bufferView"))
    try:
        positions, faces = compression.decode_draco(data, attributes.get("POSITION"))
        accessors.budget.spend(positions.nbytes + faces.nbytes)
    except ValueError as error:
        raise SceneInvalid(file=accessors.gltf.name, detail=f"{where}: {error}") from None
    return positions, faces
