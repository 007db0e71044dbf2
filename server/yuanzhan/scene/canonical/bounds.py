"""`min` and `max`: true where something was decoded, refused where they were far from it."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from yuanzhan.scene.canonical.form import Canonical
from yuanzhan.scene.canonical.uses import vertex_accessors
from yuanzhan.scene.issues import refused

# Draco and meshopt lose a little on purpose: bounds may be off by this part of the extent, and a millimetre.
BOUNDS_TOLERANCE: Final = 0.05
BOUNDS_TOLERANCE_M: Final = 0.001


def tell_true_bounds(canonical: Canonical) -> None:
    """`min` and `max` of what was decoded: where they stood, and where glTF asks for them."""
    accessors = canonical.accessors()
    asked = {index for semantic, index in vertex_accessors(canonical.document) if semantic == "POSITION"}
    for index in sorted(canonical.decoded):
        accessor = canonical.gltf.item("accessors", index)
        if index not in asked and "min" not in accessor and "max" not in accessor:
            continue
        values = accessors.raw(index)
        if not len(values) or not np.isfinite(values).all():
            raise refused(canonical.gltf.name, "NOT_FINITE", f"/accessors/{index}")
        check_bounds(canonical, index, values)
        accessor["min"], accessor["max"] = values.min(axis=0).tolist(), values.max(axis=0).tolist()


def check_bounds(canonical: Canonical, index: int, values: NDArray[Any]) -> None:
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
