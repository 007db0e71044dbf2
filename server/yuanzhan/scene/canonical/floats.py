"""KHR_mesh_quantization to floats, and decoded directions, rotations and weights to length 1."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from yuanzhan.scene.canonical.bounds import check_bounds
from yuanzhan.scene.canonical.form import FLOAT, Canonical
from yuanzhan.scene.canonical.uses import lone_weights, rotations, vertex_accessors

_FLOATS_HERE: Final = ("POSITION", "NORMAL", "TANGENT")
# Texture coordinates that glTF itself allows: unsigned, normalised.
_CORE_TEXCOORDS: Final = (5121, 5123)


def make_floats(canonical: Canonical) -> None:
    """KHR_mesh_quantization to floats."""
    accessors = canonical.accessors()
    for semantic, index in vertex_accessors(canonical.document):
        accessor = canonical.gltf.item("accessors", index)
        component = accessor.get("componentType")
        is_core_texcoord = component in _CORE_TEXCOORDS and accessor.get("normalized") is True
        if component == FLOAT or not (
            semantic in _FLOATS_HERE or (semantic.startswith("TEXCOORD_") and not is_core_texcoord)
        ):
            continue
        check_bounds(canonical, index, accessors.raw(index))
        canonical.set_values(index, accessors.floats(index), FLOAT, is_vertex=True)
        for key in ("min", "max"):
            accessor.pop(key, None)


def make_lengths_one(canonical: Canonical) -> None:
    """Decoded directions and rotations are off by a rounding, which the validator calls an error."""
    accessors = canonical.accessors()
    for semantic, index in vertex_accessors(canonical.document, with_targets=False):
        if index in canonical.decoded and semantic in ("NORMAL", "TANGENT"):
            values = accessors.floats(index)
            if values.shape[1] >= 3:
                values = _unit(values, 3)
                # The fourth of a tangent is a sign.
                values[:, 3:] = np.where(values[:, 3:] < 0, -1.0, 1.0)
                canonical.set_values(index, values, FLOAT, is_vertex=True)
    for index in lone_weights(canonical.document):
        if index in canonical.decoded and canonical.gltf.item("accessors", index)["componentType"] == FLOAT:
            values = np.maximum(accessors.floats(index), 0)
            sums = values.sum(axis=1, keepdims=True)
            values /= np.where(sums > 0, sums, 1)
            canonical.set_values(index, values, FLOAT, is_vertex=True)
    for index, is_cubic in rotations(canonical.gltf):
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
