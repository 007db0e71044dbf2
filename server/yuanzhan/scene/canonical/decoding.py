"""Draco and meshopt to plain accessors; both must hold exactly what the JSON says of them."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from yuanzhan.scene import compression
from yuanzhan.scene.accessors import COMPONENT_TYPES, Accessors
from yuanzhan.scene.canonical.bounds import check_bounds
from yuanzhan.scene.canonical.form import Canonical, remove_extension
from yuanzhan.scene.document import Json
from yuanzhan.scene.issues import refused
from yuanzhan.scene.structure import COMPONENT_COUNTS, DRACO, MESHOPT, extension, primitives

UNSIGNED_INT: Final = 5125
TRIANGLES: Final = 4


def decode_views(canonical: Canonical, accessors: Accessors) -> None:
    """The bytes of each view, decompressed by meshopt."""
    compressed = set()
    for index, view in enumerate(canonical.gltf.items("bufferViews")):
        canonical.views.append(accessors.part(index))
        if remove_extension(view, *MESHOPT):
            compressed.add(index)
        view["buffer"] = 0
    for index, accessor in enumerate(canonical.gltf.items("accessors")):
        if accessor.get("bufferView") in compressed:
            canonical.decoded.add(index)


def decode_draco(canonical: Canonical, accessors: Accessors) -> None:
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
        remove_extension(primitive, DRACO)
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
    check_bounds(canonical, index, values)
    canonical.set_values(index, values, component, is_vertex=is_vertex)
