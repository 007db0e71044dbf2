"""The JSON types of everything in a glTF that this program looks into, as one table.

The Khronos validator tells all that is wrong with a file; this is for our own reading, which may then take a
number for a number. What is absent is no error here, and whether an index leads anywhere is seen where it is
followed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Final, TypeAlias

from yuanzhan.scene.issues import Issue, told

# A kind of value, a list of one sort, an object with some properties (those of `*` are all of one sort).
Shape: TypeAlias = "str | list[Shape] | dict[str, Shape]"

WHOLE, NUMBER, TEXT, TRUTH = "whole", "number", "text", "truth"

_VIEW_PART: Final[dict[str, Shape]] = {"bufferView": WHOLE, "byteOffset": WHOLE, "componentType": WHOLE}
_MESHOPT: Final[dict[str, Shape]] = {
    "buffer": WHOLE, "byteOffset": WHOLE, "byteLength": WHOLE, "byteStride": WHOLE, "count": WHOLE,
    "mode": TEXT, "filter": TEXT,
}  # fmt: skip
_ATTRIBUTES: Final[dict[str, Shape]] = {"*": WHOLE}
_SOURCE: Final[dict[str, Shape]] = {"source": WHOLE}
_PRIMITIVE: Final[dict[str, Shape]] = {
    "attributes": _ATTRIBUTES,
    "indices": WHOLE,
    "material": WHOLE,
    "mode": WHOLE,
    "targets": [_ATTRIBUTES],
    "extensions": {"KHR_draco_mesh_compression": {"bufferView": WHOLE, "attributes": _ATTRIBUTES}},
}

DOCUMENT: Final[dict[str, Shape]] = {
    "accessors": [
        {
            **_VIEW_PART,
            "count": WHOLE,
            "type": TEXT,
            "normalized": TRUTH,
            "min": [NUMBER],
            "max": [NUMBER],
            "sparse": {"count": WHOLE, "indices": _VIEW_PART, "values": _VIEW_PART},
        }
    ],
    "animations": [
        {
            "name": TEXT,
            "samplers": [{"input": WHOLE, "output": WHOLE, "interpolation": TEXT}],
            "channels": [{"sampler": WHOLE, "target": {"node": WHOLE, "path": TEXT}}],
        }
    ],
    "buffers": [{"byteLength": WHOLE, "uri": TEXT}],
    "bufferViews": [
        {
            "buffer": WHOLE,
            "byteOffset": WHOLE,
            "byteLength": WHOLE,
            "byteStride": WHOLE,
            "extensions": {"EXT_meshopt_compression": _MESHOPT, "KHR_meshopt_compression": _MESHOPT},
        }
    ],
    "extensions": {
        "KHR_audio_emitter": {"audio": [{"uri": TEXT, "bufferView": WHOLE}]},
        "KHR_materials_variants": {"variants": [{"name": TEXT}]},
    },
    "extensionsRequired": [TEXT],
    "extensionsUsed": [TEXT],
    "images": [{"uri": TEXT, "bufferView": WHOLE, "mimeType": TEXT}],
    "materials": [{"name": TEXT, "extensions": {}}],
    "meshes": [{"name": TEXT, "primitives": [_PRIMITIVE]}],
    "nodes": [
        {
            "name": TEXT,
            "children": [WHOLE],
            "mesh": WHOLE,
            "skin": WHOLE,
            "matrix": [NUMBER],
            "translation": [NUMBER],
            "rotation": [NUMBER],
            "scale": [NUMBER],
            "extensions": {"EXT_mesh_gpu_instancing": {"attributes": _ATTRIBUTES}},
        }
    ],
    "scene": WHOLE,
    "scenes": [{"name": TEXT, "nodes": [WHOLE]}],
    "skins": [{"joints": [WHOLE], "inverseBindMatrices": WHOLE, "skeleton": WHOLE}],
    "textures": [
        {
            "source": WHOLE,
            "sampler": WHOLE,
            "extensions": {"KHR_texture_basisu": _SOURCE, "EXT_texture_webp": _SOURCE},
        }
    ],
}

_KINDS: Final[dict[str, Callable[[Any], bool]]] = {
    WHOLE: lambda value: isinstance(value, int) and not isinstance(value, bool) and value >= 0,
    NUMBER: lambda value: isinstance(value, (int, float)) and not isinstance(value, bool),
    TEXT: lambda value: isinstance(value, str),
    TRUTH: lambda value: isinstance(value, bool),
}
# The first few of a file that is wrong all over.
_ISSUES_MAX: Final = 10


def shape_issues(document: Any) -> list[Issue]:
    """Where `document` is not of the shape of a glTF."""
    found = []
    for where in _misshapen(document, DOCUMENT, ""):
        found.append(told("VALUE_KIND", where))
        if len(found) == _ISSUES_MAX:
            break
    return found


def _misshapen(value: Any, shape: Shape, where: str) -> Iterator[str]:
    """JSON pointers; as deep as the table."""
    if isinstance(shape, str):
        if not _KINDS[shape](value):
            yield where
    elif isinstance(shape, list):
        if not isinstance(value, list):
            yield where
            return
        for number, item in enumerate(value):
            yield from _misshapen(item, shape[0], f"{where}/{number}")
    elif not isinstance(value, dict):
        yield where
    else:
        every = shape.get("*")
        for key, part in value.items():
            inner = every or shape.get(key)
            if inner is not None:
                yield from _misshapen(part, inner, f"{where}/{key}")
