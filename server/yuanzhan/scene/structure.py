"""Rules about an uploaded glTF that its JSON alone decides: how much it is, and that it is a tree.

The Khronos validator looks for what is against glTF; these are about what glTF allows and no hall can bear.
They run before anything walks the scene or makes an array. One function a rule.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Final, TypeGuard

from yuanzhan.scene.document import Json
from yuanzhan.scene.issues import Issue, told
from yuanzhan.scene.limits import MB, UploadLimits
from yuanzhan.scene.shape import shape_issues

COMPONENT_BYTES: Final = {5120: 1, 5121: 1, 5122: 2, 5123: 2, 5125: 4, 5126: 4}
COMPONENT_COUNTS: Final = {"SCALAR": 1, "VEC2": 2, "VEC3": 3, "VEC4": 4, "MAT2": 4, "MAT3": 9, "MAT4": 16}
INSTANCING: Final = "EXT_mesh_gpu_instancing"
DRACO: Final = "KHR_draco_mesh_compression"
MESHOPT: Final = ("EXT_meshopt_compression", "KHR_meshopt_compression")

_LISTS: Final = (
    "accessors", "animations", "buffers", "bufferViews", "cameras", "images", "materials", "meshes", "nodes",
    "samplers", "scenes", "skins", "textures",
)  # fmt: skip
_TRIANGLES, _STRIP, _FAN = 4, 5, 6


def structure_issues(document: Json, limits: UploadLimits) -> list[Issue]:
    """What is wrong with `document`; of lists that are none, nothing else is told."""
    issues = [*_lists_are_lists(document, limits)] or shape_issues(document)
    if issues:
        return issues
    return [issue for rule in RULES for issue in rule(document, limits)]


def _lists_are_lists(document: Json, limits: UploadLimits) -> Iterator[Issue]:
    most = {"nodes": limits.nodes, "images": limits.images, "scenes": limits.scenes}
    for key in _LISTS:
        items = document.get(key, [])
        if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
            yield told("LIST_INVALID", f"/{key}", what=key)
        elif len(items) > most.get(key, limits.items):
            yield told("TOO_MANY", f"/{key}", what=key, count=len(items), limit=most.get(key, limits.items))


def _nodes_are_a_tree(document: Json, limits: UploadLimits) -> Iterator[Issue]:
    """Each node below at most one other, none within itself, none too deep."""
    nodes = document.get("nodes", [])
    parents: dict[int, int] = {}
    for index in range(len(nodes)):
        for child in _numbers(nodes[index].get("children"), len(nodes)):
            if child in parents:
                yield told("NODE_TWICE", f"/nodes/{index}/children", node=child)
                return
            parents[child] = index
    level = [index for index in range(len(nodes)) if index not in parents]
    reached = 0
    for depth in range(1, len(nodes) + 1):
        if not level:
            break
        if depth > limits.node_depth:
            yield told("NODE_DEPTH", f"/nodes/{level[0]}", limit=limits.node_depth)
            return
        reached += len(level)
        level = [child for index in level for child in _numbers(nodes[index].get("children"), len(nodes))]
    if reached < len(nodes):
        yield told("NODE_CIRCLE", "/nodes")


def _accessors_ask_for_no_more_than_there_is(document: Json, limits: UploadLimits) -> Iterator[Issue]:
    """An accessor without a buffer view means zeros, any number of them; Draco's hold what it decodes to."""
    decoded = set(_draco_accessors(document))
    unbacked_bytes = decoded_bytes = 0
    for index, accessor in enumerate(document.get("accessors", [])):
        count = accessor.get("count")
        if not _is_whole(count):
            continue
        if count > limits.elements:
            yield told("ACCESSOR_TOO_LARGE", f"/accessors/{index}", count=count, limit=limits.elements)
            return
        if index in decoded:
            decoded_bytes += count * _element_bytes(accessor)
        elif "bufferView" not in accessor:
            unbacked_bytes += count * _element_bytes(accessor)
    if unbacked_bytes > limits.unbacked_bytes:
        yield told(
            "ACCESSORS_EMPTY", "/accessors", mb=unbacked_bytes // MB, limit=limits.unbacked_bytes // MB
        )
    decoded_bytes += sum(size for _, _, size in _meshopt_views(document))
    if decoded_bytes > limits.decoded_bytes:
        yield told("DECODED_TOO_LARGE", "", mb=decoded_bytes // MB, limit=limits.decoded_bytes // MB)


def _meshopt_views_hold_what_they_stand_for(document: Json, limits: UploadLimits) -> Iterator[Issue]:
    for index, view, size in _meshopt_views(document):
        length = view.get("byteLength")
        if _is_whole(length) and length != size:
            yield told("MESHOPT_SIZE", f"/bufferViews/{index}", said=length, there=size)


def _animations_end(document: Json, limits: UploadLimits) -> Iterator[Issue]:
    count = sum(len(animation.get("channels", [])) for animation in document.get("animations", []))
    if count > limits.channels:
        yield told("TOO_MANY", "/animations", what="channels", count=count, limit=limits.channels)


def _the_scene_can_be_drawn(document: Json, limits: UploadLimits) -> Iterator[Issue]:
    """Draw calls, instances and triangles of every node that has a mesh."""
    meshes = document.get("meshes", [])
    costs = [mesh_cost(document, mesh) for mesh in meshes]
    draws = triangles = instances = 0
    for node in document.get("nodes", []):
        mesh = node.get("mesh")
        if not _is_whole(mesh) or mesh >= len(meshes):
            continue
        placed = instance_count(document, node)
        instances += placed if placed > 1 else 0
        draws += costs[mesh][0]
        triangles += costs[mesh][1] * placed
    for code, count, limit in (
        ("TOO_MANY_DRAWS", draws, limits.draws),
        ("TOO_MANY_INSTANCES", instances, limits.instances),
        ("TOO_MANY_TRIANGLES", triangles, limits.triangles),
    ):
        if count > limit:
            yield told(code, "/nodes", count=count, limit=limit)


RULES: Final[tuple[Callable[[Json, UploadLimits], Iterator[Issue]], ...]] = (
    _nodes_are_a_tree,
    _accessors_ask_for_no_more_than_there_is,
    _meshopt_views_hold_what_they_stand_for,
    _animations_end,
    _the_scene_can_be_drawn,
)


def primitives(document: Json) -> Iterator[tuple[str, Json]]:
    """JSON pointer and object of every primitive of every mesh."""
    for index, mesh in enumerate(document.get("meshes", [])):
        found = mesh.get("primitives")
        for number, primitive in enumerate(found if isinstance(found, list) else ()):
            if isinstance(primitive, dict):
                yield f"/meshes/{index}/primitives/{number}", primitive


def extension(item: Json, *names: str) -> Json | None:
    """The first of the extensions `names` that `item` has."""
    extensions = item.get("extensions")
    if not isinstance(extensions, dict):
        return None
    return next((extensions[name] for name in names if isinstance(extensions.get(name), dict)), None)


def _draco_accessors(document: Json) -> Iterator[int]:
    for _, primitive in primitives(document):
        draco = extension(primitive, DRACO)
        attributes = primitive.get("attributes")
        if draco is None or not isinstance(attributes, dict):
            continue
        compressed = draco.get("attributes")
        names = compressed if isinstance(compressed, dict) else {}
        for index in (primitive.get("indices"), *(attributes.get(name) for name in names)):
            if _is_whole(index):
                yield index


def _meshopt_views(document: Json) -> Iterator[tuple[int, Json, int]]:
    """Number, object and decoded bytes of the buffer views that meshopt compresses."""
    for index, view in enumerate(document.get("bufferViews", [])):
        meshopt = extension(view, *MESHOPT)
        if meshopt is not None:
            count, stride = meshopt.get("count"), meshopt.get("byteStride")
            if _is_whole(count) and _is_whole(stride):
                yield index, view, count * stride


def mesh_cost(document: Json, mesh: Json) -> tuple[int, int]:
    """Draw calls and triangles of a mesh placed once, from the JSON alone."""
    found = mesh.get("primitives")
    draws = triangles = 0
    for primitive in found if isinstance(found, list) else ():
        if not isinstance(primitive, dict):
            continue
        draws += 1
        attributes = primitive.get("attributes")
        position = attributes.get("POSITION") if isinstance(attributes, dict) else None
        count = _count(document, primitive.get("indices", position))
        mode = primitive.get("mode", _TRIANGLES)
        if mode == _TRIANGLES:
            triangles += count // 3
        elif mode in (_STRIP, _FAN):
            triangles += max(count - 2, 0)
    return draws, triangles


def instance_count(document: Json, node: Json) -> int:
    """How often a node's mesh is placed: once, or as often as EXT_mesh_gpu_instancing says."""
    instancing = extension(node, INSTANCING)
    attributes = instancing.get("attributes") if instancing is not None else None
    if not isinstance(attributes, dict) or not attributes:
        return 1
    return max(_count(document, index) for index in attributes.values())


def _count(document: Json, index: Any) -> int:
    accessors = document.get("accessors", [])
    if not _is_whole(index) or index >= len(accessors):
        return 0
    count = accessors[index].get("count")
    return count if _is_whole(count) else 0


def _element_bytes(accessor: Json) -> int:
    component = accessor.get("componentType")
    size = COMPONENT_BYTES.get(component, 4) if isinstance(component, int) else 4
    return size * COMPONENT_COUNTS.get(str(accessor.get("type")), 16)


def _is_whole(value: Any) -> TypeGuard[int]:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _numbers(value: Any, end: int) -> list[int]:
    """The node numbers in a list; what is none is the validator's business."""
    return [item for item in value if _is_whole(item) and item < end] if isinstance(value, list) else []
