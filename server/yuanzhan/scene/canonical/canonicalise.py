"""All steps, in their order."""

from __future__ import annotations

from typing import Final

from yuanzhan.scene.accessors import Accessors
from yuanzhan.scene.canonical.bounds import tell_true_bounds
from yuanzhan.scene.canonical.decoding import decode_draco, decode_views
from yuanzhan.scene.canonical.files import leave_out_images, take_in_files
from yuanzhan.scene.canonical.floats import make_floats, make_lengths_one
from yuanzhan.scene.canonical.form import Canonical
from yuanzhan.scene.canonical.uses import named_items
from yuanzhan.scene.document import Json
from yuanzhan.scene.reader import Gltf
from yuanzhan.scene.structure import DRACO, MESHOPT

_DECODED_HERE: Final = (DRACO, *MESHOPT, "KHR_mesh_quantization")
_CONTROLS: Final = dict.fromkeys((*range(32), *range(127, 160)), " ")


def canonicalise(gltf: Gltf) -> Canonical:
    """The canonical form of `gltf`, whose document is changed. Raises SceneInvalid."""
    canonical = Canonical.of(gltf)
    accessors = Accessors(gltf)
    decode_views(canonical, accessors)
    decode_draco(canonical, accessors)
    make_floats(canonical)
    make_lengths_one(canonical)
    tell_true_bounds(canonical)
    take_in_files(canonical)
    leave_out_images(canonical)
    _clean_up(canonical)
    return canonical


def _clean_up(canonical: Canonical) -> None:
    document = canonical.document
    canonical.blank_free_views()
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
    for item in named_items(document):
        item["name"] = item["name"].translate(_CONTROLS)
