"""The canonical form of an uploaded model: one GLB, nothing compressed, positions as plain floats.

What every later step (measuring, optimising, showing the original) then reads is our own writing, and no
decoder runs a second time. Rewritten are the bytes and the accessors that name them; the rest of the JSON
stays as it is, in its order, so that names, extras, variants, animations, OMI, KHR and whatever extension
nobody here has heard of live on, with all the numbers by which they refer to each other. (glTF-Transform
drops extensions that it does not know.)

- Draco and meshopt are decoded; both must hold exactly what the JSON says of them.
- KHR_mesh_quantization becomes floats. Decoded normals, tangents and rotations get length 1 again.
- What was decoded gets true `min` and `max`; bounds that were far from true are refused, as the validator
  refuses them in plain files.
- Buffers, images and sounds of other files and data: URIs move into the binary chunk.
- Control characters in names become spaces.
"""

from __future__ import annotations

import json
import struct
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO, Final

import numpy as np
from numpy.typing import NDArray

from yuanzhan.scene import compression
from yuanzhan.scene.accessors import COMPONENT_TYPES, Accessors
from yuanzhan.scene.document import CHUNK_BIN, CHUNK_JSON, MAGIC, Json
from yuanzhan.scene.images import is_other_image, media_type
from yuanzhan.scene.intake import holders
from yuanzhan.scene.issues import refused
from yuanzhan.scene.measure import used_images
from yuanzhan.scene.reader import Gltf
from yuanzhan.scene.structure import COMPONENT_COUNTS, DRACO, MESHOPT, extension, primitives

FLOAT, UNSIGNED_INT = 5126, 5125
TRIANGLES: Final = 4
# Draco and meshopt lose a little on purpose: bounds may be off by this part of the extent, and a millimetre.
BOUNDS_TOLERANCE: Final = 0.05
BOUNDS_TOLERANCE_M: Final = 0.001
# Each view begins where any component may.
_ALIGNMENT: Final = 8

_DECODED_HERE: Final = (DRACO, *MESHOPT, "KHR_mesh_quantization")
_FLOATS_HERE: Final = ("POSITION", "NORMAL", "TANGENT")
# Texture coordinates that glTF itself allows: unsigned, normalised.
_CORE_TEXCOORDS: Final = (5121, 5123)
_CONTROLS: Final = dict.fromkeys((*range(32), *range(127, 160)), " ")


@dataclass(eq=False)
class Canonical:
    """The file as it becomes: its JSON (the input's, changed in place) and the bytes of each buffer view."""

    gltf: Gltf
    document: Json
    views: list[Any] = field(default_factory=list, repr=False)
    # The accessors whose values were decoded or turned into floats; none for a plain file.
    decoded: set[int] = field(default_factory=set)
    _named: Counter[int] = field(default_factory=Counter, repr=False)
    _free: list[int] = field(default_factory=list, repr=False)

    def add_view(self, data: Any, **fields: Any) -> int:
        """The number of a view of `data`: one that nothing names any more, since the others keep theirs."""
        view = {"buffer": 0, "byteLength": len(data), **fields}
        if self._free:
            number = self._free.pop()
            self.document["bufferViews"][number], self.views[number] = view, data
            return number
        self.document.setdefault("bufferViews", []).append(view)
        self.views.append(data)
        return len(self.views) - 1

    def drop_view(self, number: Any) -> None:
        """One name less for a view."""
        self._named[number] -= 1
        if self._named[number] == 0:
            self._free.append(number)

    def set_values(self, index: int, values: NDArray[Any], component: int, *, is_vertex: bool) -> None:
        """Make `values`, (count, components), those of an accessor, in a view of its own."""
        accessor = self.document["accessors"][index]
        if "bufferView" in accessor:
            self.drop_view(accessor["bufferView"])
        for key in ("byteOffset", "sparse", "normalized"):
            if key != "normalized" or component == FLOAT:
                accessor.pop(key, None)
        rows = np.ascontiguousarray(values, dtype=COMPONENT_TYPES[component])
        fields = {}
        if is_vertex and rows.shape[1] * rows.itemsize % 4:
            # Vertices begin at multiples of four bytes (glTF 2.0, section 3.6.2.4).
            flat = rows.view(np.uint8).reshape(len(rows), -1)
            rows = np.pad(flat, ((0, 0), (0, -flat.shape[1] % 4)))
            fields = {"byteStride": rows.shape[1]}
        accessor["bufferView"] = self.add_view(rows.tobytes(), **fields)
        accessor["componentType"] = component
        accessor["count"] = len(values)
        self.decoded.add(index)


def canonicalise(gltf: Gltf) -> Canonical:
    """The canonical form of `gltf`, whose document is changed. Raises SceneInvalid ."""
    canonical = Canonical(gltf, gltf.document)
    canonical._named.update(_view_names(gltf.document))
    accessors = Accessors(gltf)
    _decode_views(canonical, accessors)
    _decode_draco(canonical, accessors)
    _make_floats(canonical)
    _make_lengths_one(canonical)
    _tell_true_bounds(canonical)
    _take_in_files(canonical)
    _leave_out_images(canonical)
    _clean_up(canonical)
    return canonical


def write_glb(canonical: Canonical, path: Path) -> None:
    """Write the file."""
    with path.open("wb") as file:
        _write(canonical, file)


def _write(canonical: Canonical, file: BinaryIO) -> None:
    at = 0
    for view, data in zip(canonical.document.get("bufferViews", []), canonical.views, strict=True):
        view["byteOffset"] = at
        at += -(-len(data) // _ALIGNMENT) * _ALIGNMENT
    if at:
        (buffer,) = canonical.document["buffers"]
        buffer["byteLength"] = at
    text = json.dumps(canonical.document, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()
    text += b" " * (-len(text) % 4)
    whole = 20 + len(text) + (8 + at if at else 0)
    file.write(struct.pack("<4s4I", MAGIC, 2, whole, len(text), CHUNK_JSON) + text)
    if at:
        file.write(struct.pack("<2I", at, CHUNK_BIN))
        for data in canonical.views:
            file.write(data)
            file.write(bytes(-len(data) % _ALIGNMENT))


def _view_names(value: Any) -> Iterator[int]:
    """The number of a buffer view wherever one is named, extensions included; without recursion."""
    stack = [value]
    while stack:
        item = stack.pop()
        if isinstance(item, list):
            stack.extend(child for child in item if isinstance(child, (dict, list)))
            continue
        for key, child in item.items():
            if key == "bufferView" and isinstance(child, int):
                yield child
            elif isinstance(child, (dict, list)):
                stack.append(child)


def _decode_views(canonical: Canonical, accessors: Accessors) -> None:
    """The bytes of each view, decompressed by meshopt."""
    compressed = set()
    for index, view in enumerate(canonical.gltf.items("bufferViews")):
        canonical.views.append(accessors.part(index))
        if _remove_extension(view, *MESHOPT):
            compressed.add(index)
        view["buffer"] = 0
    for index, accessor in enumerate(canonical.gltf.items("accessors")):
        if accessor.get("bufferView") in compressed:
            canonical.decoded.add(index)


def _decode_draco(canonical: Canonical, accessors: Accessors) -> None:
    """KHR_draco_mesh_compression to plain accessors."""
    meshes: dict[Any, tuple[dict[int, NDArray[Any]], NDArray[np.int64]]] = {}
    for where, primitive in primitives(canonical.document):
        draco = extension(primitive, DRACO)
        if draco is None:
            continue
        view = draco.get("bufferView")
        if view not in meshes:
            meshes[view] = _decoded_mesh(canonical, accessors, view, where)
        _place_draco(canonical, primitive, draco, *meshes[view], where)
        _remove_extension(primitive, DRACO)
        canonical.drop_view(view)


def _decoded_mesh(
    canonical: Canonical, accessors: Accessors, view: Any, where: str
) -> tuple[dict[int, NDArray[Any]], NDArray[np.int64]]:
    try:
        attributes, faces = compression.decode_draco_mesh(accessors.view(view))
        accessors.budget.spend(faces.nbytes + sum(values.nbytes for values in attributes.values()))
    except ValueError as error:
        raise refused(canonical.gltf.name, "DRACO_DAMAGED", where, detail=str(error)) from None
    return attributes, faces


def _place_draco(
    canonical: Canonical,
    primitive: Json,
    draco: Json,
    decoded: dict[int, NDArray[Any]],
    faces: NDArray[np.int64],
    where: str,
) -> None:
    """Give a primitive's accessors what the Draco mesh holds. Raises SceneInvalid where it is not what they
    say."""
    name = canonical.gltf.name
    attributes, ids = primitive.get("attributes"), draco.get("attributes")
    if not isinstance(attributes, dict) or not isinstance(ids, dict):
        raise refused(name, "DRACO_DAMAGED", where, detail="no attributes")
    for semantic, id in ids.items():
        values = decoded.get(id) if isinstance(id, int) else None
        if values is None or semantic not in attributes:
            raise refused(name, "DRACO_DAMAGED", where, detail=f"no attribute {semantic}")
        _place_values(canonical, attributes[semantic], values, f"{where}/attributes/{semantic}")
    if faces.size and int(faces.max()) >= min(len(values) for values in decoded.values()):
        raise refused(name, "DRACO_DAMAGED", where, detail="its triangles have vertices that are not there")
    indices = faces.reshape(-1, 1)
    primitive["mode"] = TRIANGLES
    if "indices" in primitive:
        _place_values(canonical, primitive["indices"], indices, f"{where}/indices", is_vertex=False)
    else:
        accessors = canonical.document.setdefault("accessors", [])
        accessors.append({"type": "SCALAR", "componentType": UNSIGNED_INT, "count": len(indices)})
        primitive["indices"] = len(accessors) - 1
        canonical.set_values(len(accessors) - 1, indices, UNSIGNED_INT, is_vertex=False)


def _place_values(
    canonical: Canonical, index: Any, values: NDArray[Any], where: str, *, is_vertex: bool = True
) -> None:
    accessor = canonical.gltf.item("accessors", index)
    component, width = accessor.get("componentType"), COMPONENT_COUNTS.get(str(accessor.get("type")))
    if component not in COMPONENT_TYPES or width != values.shape[1] or accessor.get("count") != len(values):
        raise refused(
            canonical.gltf.name,
            "DRACO_SIZE",
            where,
            said=f"{accessor.get('count')} x {accessor.get('type')}",
            there=f"{len(values)} x {values.shape[1]}",
        )
    _check_bounds(canonical, index, values)
    canonical.set_values(index, values, component, is_vertex=is_vertex)


def _make_floats(canonical: Canonical) -> None:
    """KHR_mesh_quantization to floats."""
    accessors = _accessors(canonical)
    for semantic, index in _vertex_accessors(canonical.document):
        accessor = canonical.gltf.item("accessors", index)
        component = accessor.get("componentType")
        is_core_texcoord = component in _CORE_TEXCOORDS and accessor.get("normalized") is True
        if component == FLOAT or not (
            semantic in _FLOATS_HERE or (semantic.startswith("TEXCOORD_") and not is_core_texcoord)
        ):
            continue
        _check_bounds(canonical, index, accessors.raw(index))
        canonical.set_values(index, accessors.floats(index), FLOAT, is_vertex=True)
        for key in ("min", "max"):
            accessor.pop(key, None)


def _make_lengths_one(canonical: Canonical) -> None:
    """Decoded directions and rotations are off by a rounding, which the validator calls an error."""
    accessors = _accessors(canonical)
    for semantic, index in _vertex_accessors(canonical.document, with_targets=False):
        if index in canonical.decoded and semantic in ("NORMAL", "TANGENT"):
            values = accessors.floats(index)
            if values.shape[1] >= 3:
                values = _unit(values, 3)
                # The fourth of a tangent is a sign.
                values[:, 3:] = np.where(values[:, 3:] < 0, -1.0, 1.0)
                canonical.set_values(index, values, FLOAT, is_vertex=True)
    for index in _lone_weights(canonical.document):
        if index in canonical.decoded and canonical.gltf.item("accessors", index)["componentType"] == FLOAT:
            values = np.maximum(accessors.floats(index), 0)
            sums = values.sum(axis=1, keepdims=True)
            values /= np.where(sums > 0, sums, 1)
            canonical.set_values(index, values, FLOAT, is_vertex=True)
    for index, is_cubic in _rotations(canonical.gltf):
        accessor = canonical.gltf.item("accessors", index)
        if index in canonical.decoded and accessor.get("componentType") == FLOAT:
            values = accessors.floats(index)
            if values.shape[1] == 4:
                kept = slice(1, None, 3) if is_cubic else slice(None)
                values[kept] = _unit(values[kept], 4)
                canonical.set_values(index, values, FLOAT, is_vertex=False)


def _unit(values: NDArray[np.float32], width: int) -> NDArray[np.float32]:
    """(n, k) float32 with the first `width` components of length 1; those of none look along an axis."""
    wide = values.astype(np.float64)
    lengths = np.linalg.norm(wide[:, :width], axis=1, keepdims=True)
    has_none = ~(lengths[:, 0] > 1e-9)
    wide[:, :width] /= np.where(lengths > 1e-9, lengths, 1.0)
    wide[has_none, :width] = 0.0
    wide[has_none, width - 1] = 1.0
    return wide.astype(np.float32)


def _tell_true_bounds(canonical: Canonical) -> None:
    """`min` and `max` of what was decoded: where they stood, and where glTF asks for them."""
    accessors = _accessors(canonical)
    asked = {index for semantic, index in _vertex_accessors(canonical.document) if semantic == "POSITION"}
    for index in sorted(canonical.decoded):
        accessor = canonical.gltf.item("accessors", index)
        if index not in asked and "min" not in accessor and "max" not in accessor:
            continue
        values = accessors.raw(index)
        if not len(values) or not np.isfinite(values).all():
            raise refused(canonical.gltf.name, "NOT_FINITE", f"/accessors/{index}")
        _check_bounds(canonical, index, values)
        accessor["min"], accessor["max"] = values.min(axis=0).tolist(), values.max(axis=0).tolist()


def _check_bounds(canonical: Canonical, index: int, values: NDArray[Any]) -> None:
    """Raises SceneInvalid when an accessor's `min` and `max` are far from what it holds."""
    accessor = canonical.gltf.item("accessors", index)
    if not len(values):
        return
    low, high = values.min(axis=0).astype(np.float64), values.max(axis=0).astype(np.float64)
    allowed = BOUNDS_TOLERANCE * float((high - low).max()) + BOUNDS_TOLERANCE_M
    for key, true in (("min", low), ("max", high)):
        said = accessor.get(key)
        if said is None:
            continue
        try:
            off = np.abs(np.asarray(said, dtype=np.float64) - true)
        except (TypeError, ValueError):
            off = np.array([np.inf])
        if not (off <= allowed).all():
            said_text = ", ".join(f"{value:g}" for value in said if isinstance(value, (int, float)))
            raise refused(
                canonical.gltf.name,
                "BOUNDS_WRONG",
                f"/accessors/{index}/{key}",
                said=said_text,
                there=", ".join(f"{value:g}" for value in true),
            )


def _take_in_files(canonical: Canonical) -> None:
    """Images and sounds into the binary chunk."""
    for where, item in holders(canonical.document):
        if where.startswith("/buffers/") or "uri" not in item:
            continue
        if item["uri"] in canonical.gltf.missing:
            del item["uri"]
            continue
        data = canonical.gltf.data_uri(item.pop("uri"), where)
        item["bufferView"] = canonical.add_view(data)
        kind = media_type(data)
        if kind is not None:
            item["mimeType"] = kind


# One transparent pixel.
_NO_IMAGE: Final = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c489"
    "0000000d49444154789c6360606060000000050001a5f645400000000049454e44ae426082"
)


def _leave_out_images(canonical: Canonical) -> None:
    """Kinds of images that nobody here reads and no texture needs: a pixel instead, the others keep their
    numbers."""
    used = used_images(canonical.gltf)
    for number, image in enumerate(canonical.gltf.items("images")):
        view = image.get("bufferView")
        if number not in used and isinstance(view, int) and is_other_image(bytes(canonical.views[view][:16])):
            canonical.drop_view(view)
            image["bufferView"], image["mimeType"] = canonical.add_view(_NO_IMAGE), "image/png"


def _clean_up(canonical: Canonical) -> None:
    document = canonical.document
    for number in canonical._free:
        # Nothing names it, but those behind it keep their numbers.
        document["bufferViews"][number], canonical.views[number] = {"buffer": 0, "byteLength": 4}, bytes(4)
    if canonical.views:
        kept: Json = next(iter(document.get("buffers", [])), {})
        document["buffers"] = [{key: kept[key] for key in ("name", "extras") if key in kept}]
    else:
        for key in ("buffers", "bufferViews"):
            document.pop(key, None)
    for key in ("extensionsUsed", "extensionsRequired"):
        names = document.get(key)
        left = [name for name in names if name not in _DECODED_HERE] if isinstance(names, list) else []
        document.pop(key, None)
        if left:
            document[key] = left
    for item in _named_items(document):
        item["name"] = item["name"].translate(_CONTROLS)


def _named_items(document: Json) -> Iterator[Json]:
    stack: list[Any] = [document]
    while stack:
        item = stack.pop()
        children = item.values() if isinstance(item, dict) else item
        stack.extend(child for child in children if isinstance(child, (dict, list)))
        if isinstance(item, dict) and isinstance(item.get("name"), str):
            yield item


def _accessors(canonical: Canonical) -> Accessors:
    """The accessors of the file as it is now."""
    return Accessors(Gltf(canonical.gltf.name, canonical.document), views=canonical.views)


def _vertex_accessors(document: Json, *, with_targets: bool = True) -> list[tuple[str, int]]:
    """Semantic and accessor of every vertex attribute, morph targets' included, each once."""
    found: dict[tuple[str, int], None] = {}
    for _, primitive in primitives(document):
        targets = primitive.get("targets", []) if with_targets else []
        for attributes in (primitive.get("attributes"), *(targets if isinstance(targets, list) else ())):
            for semantic, index in attributes.items() if isinstance(attributes, dict) else ():
                if isinstance(index, int):
                    found[semantic, index] = None
    return list(found)


def _lone_weights(document: Json) -> set[int]:
    """The accessors of WEIGHTS_0 where there are no more: they sum up to 1."""
    found = set()
    for _, primitive in primitives(document):
        attributes = primitive.get("attributes")
        if isinstance(attributes, dict) and "WEIGHTS_1" not in attributes:
            index = attributes.get("WEIGHTS_0")
            if isinstance(index, int):
                found.add(index)
    return found


def _rotations(gltf: Gltf) -> Iterator[tuple[int, bool]]:
    """The accessors of animated rotations, and whether they have tangents between their values."""
    for animation in gltf.items("animations"):
        samplers, channels = animation.get("samplers"), animation.get("channels")
        if not isinstance(samplers, list) or not isinstance(channels, list):
            continue
        for channel in channels:
            target = channel.get("target") if isinstance(channel, dict) else None
            number = channel.get("sampler") if isinstance(channel, dict) else None
            if not isinstance(target, dict) or target.get("path") != "rotation":
                continue
            if isinstance(number, int) and 0 <= number < len(samplers) and isinstance(samplers[number], dict):
                output = samplers[number].get("output")
                if isinstance(output, int):
                    yield output, samplers[number].get("interpolation") == "CUBICSPLINE"


def _remove_extension(item: Json, *names: str) -> bool:
    """Take the extensions away. True when one was there."""
    extensions = item.get("extensions")
    if not isinstance(extensions, dict):
        return False
    had = [extensions.pop(name) for name in names if name in extensions]
    if not extensions:
        del item["extensions"]
    return bool(had)
