"""Who in a glTF document names what: views, accessors by their purpose, names."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from yuanzhan.scene.document import Json
from yuanzhan.scene.reader import Gltf
from yuanzhan.scene.structure import primitives


def view_names(value: Any) -> Iterator[int]:
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


def vertex_accessors(document: Json, *, with_targets: bool = True) -> list[tuple[str, int]]:
    """Semantic and accessor of every vertex attribute, morph targets' included, each once."""
    found: dict[tuple[str, int], None] = {}
    for _, primitive in primitives(document):
        targets = primitive.get("targets", []) if with_targets else []
        for attributes in (primitive.get("attributes"), *(targets if isinstance(targets, list) else ())):
            for semantic, index in attributes.items() if isinstance(attributes, dict) else ():
                if isinstance(index, int):
                    found[semantic, index] = None
    return list(found)


def lone_weights(document: Json) -> set[int]:
    """The accessors of WEIGHTS_0 where there are no more: they sum up to 1."""
    found = set()
    for _, primitive in primitives(document):
        attributes = primitive.get("attributes")
        if isinstance(attributes, dict) and "WEIGHTS_1" not in attributes:
            index = attributes.get("WEIGHTS_0")
            if isinstance(index, int):
                found.add(index)
    return found


def rotations(gltf: Gltf) -> Iterator[tuple[int, bool]]:
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


def named_items(document: Json) -> Iterator[Json]:
    stack: list[Any] = [document]
    while stack:
        item = stack.pop()
        children = item.values() if isinstance(item, dict) else item
        stack.extend(child for child in children if isinstance(child, (dict, list)))
        if isinstance(item, dict) and isinstance(item.get("name"), str):
            yield item
