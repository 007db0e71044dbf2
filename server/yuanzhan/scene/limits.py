"""How much an uploaded model may hold before it is refused: one table, each line with its reason.

These are not budgets (a booth's 100,000 triangles are reached by optimising, not by refusing), but the ends
of what can be checked and optimised in seconds and in a gigabyte of memory, or be of use in a hall.
docs/authoring.md has the same table.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Any, Final

MB: Final = 1 << 20


def _limit(default: int, unit: str, reason: str) -> Any:
    return dataclasses.field(default=default, metadata={"unit": unit, "reason": reason})


@dataclass(frozen=True, slots=True, kw_only=True)
class UploadLimits:
    """What an upload may hold. All are largest values that are still accepted."""

    file_bytes: int = _limit(256 * MB, "bytes", "the upload as it arrives: GLB, glTF or zip")
    unpacked_bytes: int = _limit(512 * MB, "bytes", "everything in a zip together, as it was before packing")
    zip_files: int = _limit(1000, "files", "files and folders in a zip")
    zip_ratio: int = _limit(200, "times", "how much smaller than itself a file of 1 MB or more is in a zip")
    path_bytes: int = _limit(1024, "bytes", "the name of a file in a zip, with its folders")
    json_bytes: int = _limit(128 * MB, "bytes", "the JSON of the glTF, data: URIs included")
    json_values: int = _limit(2_000_000, "values", "commas and brackets in the JSON: what its parts are")
    json_depth: int = _limit(64, "levels", "objects and lists within each other; exporters need about 12")
    name_bytes: int = _limit(1024, "bytes", "a name of a node, mesh, material, ... or a key, in UTF-8")
    text_bytes: int = _limit(64 * 1024, "bytes", "any other text, data: URIs left out")
    items: int = _limit(65_536, "things", "accessors, buffer views, ...: each top-level list of the glTF")
    nodes: int = _limit(20_000, "nodes", "nodes, in the scene or not")
    scenes: int = _limit(1000, "scenes", "scenes; the default one is shown")
    channels: int = _limit(50_000, "channels", "animated properties of all animations together")
    node_depth: int = _limit(
        512, "levels", "nodes within nodes: a browser's call stack ends at some thousand"
    )
    draws: int = _limit(5_000, "draws", "primitives as placed; a hall is built for 60")
    instances: int = _limit(100_000, "instances", "placements by EXT_mesh_gpu_instancing together")
    triangles: int = _limit(10_000_000, "triangles", "triangles as placed, each instance counted")
    elements: int = _limit(30_000_000, "elements", "vertices or indices in one accessor")
    unbacked_bytes: int = _limit(64 * MB, "bytes", "accessors without data, which mean zeros, together")
    decoded_bytes: int = _limit(512 * MB, "bytes", "what Draco and meshopt hold, when decoded, together")
    image_side_px: int = _limit(4096, "pixels", "width and height of an image: what phones can show")
    image_pixels: int = _limit(268_435_456, "pixels", "all images together: 16 of 4096 x 4096")
    images: int = _limit(1000, "images", "images in one model")
    coordinate_m: int = _limit(10_000, "metres", "how far from its origin anything of a model may be")


LIMITS: Final = UploadLimits()
