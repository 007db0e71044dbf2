"""Is one file still the other, after optimising? Names, extras, extensions, transforms, animations, bounds.

The optimiser answers for what it hands out by asking this; a difference means that the file is not used.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from yuanzhan.scene.accessors import Accessors
from yuanzhan.scene.bounds import Bounds, placed_bounds
from yuanzhan.scene.nodes import placed_nodes
from yuanzhan.scene.reader import Gltf, Json

# Of the longest side of the box.
BOUNDS_TOLERANCE: Final = 0.01
# Translations, rotations and scales are not touched; JSON may round the last digit.
TRANSFORM_TOLERANCE: Final = 1e-5

# Of an animated value's own range; what does not move may be off by the smaller part of its size.
RANGE_TOLERANCE: Final = 0.01
STILL_TOLERANCE: Final = 1e-4

# How geometry and pictures are stored, which is what an optimiser changes.
STORAGE_EXTENSIONS: Final = frozenset(
    {
        "EXT_meshopt_compression",
        "EXT_texture_avif",
        "EXT_texture_webp",
        "KHR_accessor_float16",
        "KHR_draco_mesh_compression",
        "KHR_mesh_quantization",
        "KHR_meshopt_compression",
        "KHR_texture_basisu",
    }
)
# Name accessors, which get new numbers.
_RENUMBERED: Final = frozenset({"EXT_mesh_gpu_instancing", "KHR_lights_punctual"})
# Their lists at the root are written anew by who knows them: defaults left out, numbers changed.
_WRITTEN_ANEW: Final = frozenset({"KHR_lights_punctual", "KHR_materials_variants", "KHR_xmp_json_ld"})
# What JSON of an extension names by numbers that change.
_VIEW: Final = re.compile(r"bufferView", re.IGNORECASE)
_REFERENCE: Final = re.compile(r"bufferView|.*accessor|.*texture", re.IGNORECASE)
# Lists whose members with a name of their own must all be found again.
_NAMED: Final = ("materials", "meshes", "cameras", "skins", "animations", "scenes")


@dataclass(frozen=True, slots=True)
class Difference:
    """What is not the same: `what` in a word, `where` as a JSON pointer."""

    what: str
    where: str
    detail: str = field(default="")


def differences(before: Gltf, after: Gltf, bounds_tolerance: float = BOUNDS_TOLERANCE) -> list[Difference]:
    """All that `after` says otherwise than `before`. Raises SceneInvalid for a file that cannot be
    measured."""
    return [
        *_nodes(before, after),
        *_names(before, after),
        *_extras(before, after),
        *_extensions(before, after),
        *_animations(before, after),
        *_bounds(before, after, bounds_tolerance),
    ]


def bounds_of(gltf: Gltf) -> Bounds | None:
    """How large everything is that is placed. Raises SceneInvalid."""
    return placed_bounds(gltf, Accessors(gltf), placed_nodes(gltf))


def stated_bounds(gltf: Gltf) -> Iterator[Difference]:
    """Accessors of positions whose `min` and `max` are not those of what is really in them."""
    accessors = Accessors(gltf)
    used = {
        primitive.get("attributes", {}).get("POSITION")
        for mesh in gltf.items("meshes")
        for primitive in mesh.get("primitives", [])
    }
    for index in sorted(used - {None}):
        accessor, values = gltf.item("accessors", index), accessors.floats(index)
        stated = np.array([accessor.get("min"), accessor.get("max")], dtype=np.float64) / _normaliser(
            accessor
        )
        real = np.array([values.min(axis=0), values.max(axis=0)], dtype=np.float64)
        size = float(np.max(real[1] - real[0]))
        if not np.all(np.abs(stated - real) <= max(size, 1e-9) * BOUNDS_TOLERANCE):
            yield Difference("bounds", f"/accessors/{index}")


def _normaliser(accessor: Json) -> float:
    if not accessor.get("normalized"):
        return 1.0
    return {5120: 127.0, 5121: 255.0, 5122: 32767.0, 5123: 65535.0}.get(accessor.get("componentType", 0), 1.0)


def _bounds(before: Gltf, after: Gltf, tolerance: float) -> Iterator[Difference]:
    was, now = bounds_of(before), bounds_of(after)
    if was is None or now is None:
        if was is not now:
            yield Difference("bounds", "/scenes", "nothing is placed" if now is None else "more is placed")
        return
    size = max(*was.size, 1e-9)
    moved = max(abs(a - b) for a, b in zip((*was.low, *was.high), (*now.low, *now.high), strict=True))
    if moved > size * tolerance:
        yield Difference("bounds", "/scenes", f"{moved:.4g} m of {size:.4g} m")


def _nodes(before: Gltf, after: Gltf) -> Iterator[Difference]:
    """Node by node: the optimiser neither adds nor removes nor sorts any."""
    was, now = before.items("nodes"), after.items("nodes")
    if len(was) != len(now):
        yield Difference("nodes", "/nodes", f"{len(was)} became {len(now)}")
        return
    for index, (old, new) in enumerate(zip(was, now, strict=True)):
        where = f"/nodes/{index}"
        for key, empty in (("name", ""), ("extras", {}), ("children", [])):
            if (old.get(key) or empty) != (new.get(key) or empty):
                yield Difference(key, f"{where}/{key}")
        for key in ("mesh", "camera", "skin"):
            if (key in old) != (key in new):
                yield Difference(key, f"{where}/{key}")
        if not _same_numbers(_transform(old), _transform(new), TRANSFORM_TOLERANCE):
            yield Difference("transform", where)
        yield from _node_extensions(old, new, where)


def _transform(node: Json) -> list[float]:
    # a matrix is written as its parts: those are compared by the bounds
    if "matrix" in node:
        return []
    parts = (("translation", [0, 0, 0]), ("rotation", [0, 0, 0, 1]), ("scale", [1, 1, 1]))
    return [float(value) for key, default in parts for value in node.get(key, default)]


def _same_numbers(was: list[float], now: list[float], tolerance: float) -> bool:
    if not was or not now:
        return True
    return all(abs(a - b) <= tolerance * max(1.0, abs(a)) for a, b in zip(was, now, strict=True))


def _node_extensions(old: Json, new: Json, where: str) -> Iterator[Difference]:
    was, now = _extensions_of(old), _extensions_of(new)
    for name in was.keys() - STORAGE_EXTENSIONS:
        if name not in now or (name not in _RENUMBERED and was[name] != now[name]):
            yield Difference("extension", f"{where}/extensions/{name}")


def _extensions_of(json: Json) -> Mapping[str, Any]:
    found = json.get("extensions")
    return found if isinstance(found, dict) else {}


def _names(before: Gltf, after: Gltf) -> Iterator[Difference]:
    """Members that are used and have a name that no other has."""
    used = _used(before)
    for key in _NAMED:
        was = Counter(
            item.get("name")
            for index, item in enumerate(before.items(key))
            if key not in used or index in used[key]
        )
        now = {item.get("name") for item in after.items(key)}
        for name in was:
            if name and name not in now:
                yield Difference("name", f"/{key}", str(name))


def _used(gltf: Gltf) -> dict[str, set[Any]]:
    """Meshes and skins that a node has, and the materials of those meshes, colour choices included."""
    nodes = gltf.items("nodes")
    meshes = {node["mesh"] for node in nodes if "mesh" in node}
    materials: set[Any] = set()
    for index in meshes:
        for primitive in gltf.item("meshes", index).get("primitives", []):
            materials.add(primitive.get("material"))
            variants = _extensions_of(primitive).get("KHR_materials_variants", {})
            materials.update(mapping.get("material") for mapping in variants.get("mappings", []))
    skins = {node["skin"] for node in nodes if "skin" in node}
    return {"meshes": meshes, "materials": materials, "skins": skins}


def _extras(before: Gltf, after: Gltf) -> Iterator[Difference]:
    """Extras of the file and of what has a name or a place; those of nodes are in `_nodes`."""
    for where, old, new in (
        ("", before.document, after.document),
        ("/asset", before.document["asset"], after.document["asset"]),
    ):
        if (old.get("extras") or {}) != (new.get("extras") or {}):
            yield Difference("extras", f"{where}/extras")
    for key in ("scenes", "meshes", "materials", "images", "cameras", "animations", "skins"):
        was = Counter(filter(None, map(_canonical_extras, before.items(key))))
        now = Counter(filter(None, map(_canonical_extras, after.items(key))))
        # merged twins leave fewer, never none
        for extras in was.keys() - now.keys():
            yield Difference("extras", f"/{key}", extras[:80])


def _canonical_extras(item: Json) -> str:
    extras = item.get("extras")
    if isinstance(extras, dict):
        extras = {key: value for key, value in extras.items() if key != "targetNames"}
    return json.dumps(extras, sort_keys=True, ensure_ascii=False) if extras else ""


def _extensions(before: Gltf, after: Gltf) -> Iterator[Difference]:
    for name in sorted(before.extensions_used - STORAGE_EXTENSIONS - after.extensions_used):
        yield Difference("extension", f"/extensionsUsed/{name}")
    for name in sorted(_extensions_of(before.document).keys() - STORAGE_EXTENSIONS - _WRITTEN_ANEW):
        if _content(before, name) != _content(after, name):
            yield Difference("extension", f"/extensions/{name}")
    if _variants(before) != _variants(after):
        yield Difference("variants", "/extensions/KHR_materials_variants")
    elif len(before.items("nodes")) == len(after.items("nodes")):
        for index, (old, new) in enumerate(zip(_choices(before), _choices(after), strict=True)):
            if old != new:
                yield Difference("variants", f"/nodes/{index}/mesh")


def _content(gltf: Gltf, name: str) -> tuple[Any, list[bytes]]:
    """What the file has of an extension at its root: JSON without numbers that change, and the bytes that it
    names (a sound, say) without what pads them."""
    views: list[bytes] = []

    def plain(value: Any) -> Any:
        if isinstance(value, list):
            return [plain(item) for item in value]
        if not isinstance(value, dict):
            return value
        views.extend(
            accessors.view(number).rstrip(b"\0")
            for key, number in value.items()
            if _VIEW.fullmatch(key) and isinstance(number, int)
        )
        return {key: plain(item) for key, item in value.items() if not _REFERENCE.fullmatch(key)}

    accessors = Accessors(gltf)
    return plain(_extensions_of(gltf.document).get(name)), views


def _variants(gltf: Gltf) -> list[Any]:
    variants = _extensions_of(gltf.document).get("KHR_materials_variants", {})
    return [variant.get("name") for variant in variants.get("variants", [])]


def _choices(gltf: Gltf) -> list[set[tuple[str, str]]]:
    """Which material each colour choice means, by their names, for the mesh of each node."""
    names, found = _variants(gltf), []
    for node in gltf.items("nodes"):
        pairs: set[tuple[str, str]] = set()
        primitives = gltf.item("meshes", node["mesh"]).get("primitives", []) if "mesh" in node else []
        for primitive in primitives:
            for mapping in _extensions_of(primitive).get("KHR_materials_variants", {}).get("mappings", []):
                material = gltf.item("materials", mapping["material"]).get("name", "")
                pairs |= {(names[variant], material) for variant in mapping["variants"]}
        found.append(pairs)
    return found


def _animations(before: Gltf, after: Gltf) -> Iterator[Difference]:
    was = [_channels(animation) for animation in before.items("animations")]
    now = [_channels(animation) for animation in after.items("animations")]
    if was != now:
        yield Difference("animations", "/animations")
        return
    old, new = _moves(before), _moves(after)
    for where in old:
        if not all(_same_range(a, b) for a, b in zip(old[where], new[where], strict=True)):
            yield Difference("animations", where)


def _moves(gltf: Gltf) -> dict[str, tuple[NDArray[Any], ...]]:
    """Times and values of each channel, (n, components) each."""
    accessors = Accessors(gltf)
    found: dict[str, tuple[NDArray[Any], ...]] = {}
    for index, animation in enumerate(gltf.items("animations")):
        for number, channel in enumerate(animation.get("channels", [])):
            sampler = animation["samplers"][channel["sampler"]]
            times, values = (accessors.floats(sampler[key]) for key in ("input", "output"))
            if channel.get("target", {}).get("path") == "rotation":
                # q, -q and what a rounding made a little longer are one rotation.
                values = np.abs(values) / np.maximum(np.linalg.norm(values, axis=1, keepdims=True), 1e-9)
            found[f"/animations/{index}/channels/{number}"] = (times, values)
    return found


def _same_range(was: NDArray[Any], now: NDArray[Any]) -> bool:
    """Whether each component has its lowest and highest value about where it was."""
    if was.shape[1:] != now.shape[1:] or not len(was) or not len(now):
        return was.shape == now.shape
    ends = [np.array([values.min(axis=0), values.max(axis=0)], dtype=np.float64) for values in (was, now)]
    span, size = float(np.ptp(ends[0], axis=0).max()), float(np.abs(ends[0]).max())
    tolerance = max(span * RANGE_TOLERANCE, size * STILL_TOLERANCE, 1e-6)
    return bool(np.all(np.abs(ends[0] - ends[1]) <= tolerance))


def _channels(animation: Json) -> list[tuple[Any, Any]]:
    targets = [channel.get("target", {}) for channel in animation.get("channels", [])]
    return [(target.get("node"), target.get("path")) for target in targets]
