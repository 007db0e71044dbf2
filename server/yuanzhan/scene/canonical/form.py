"""The file as it becomes."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from yuanzhan.scene.accessors import COMPONENT_TYPES, Accessors
from yuanzhan.scene.canonical.uses import view_names
from yuanzhan.scene.document import Json
from yuanzhan.scene.reader import Gltf

FLOAT: Final = 5126


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

    @classmethod
    def of(cls, gltf: Gltf) -> Canonical:
        """The form of a file before any step; views are still to be taken in."""
        return cls(gltf, gltf.document, _named=Counter(view_names(gltf.document)))

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

    def accessors(self) -> Accessors:
        """The accessors of the file as it is now."""
        return Accessors(Gltf(self.gltf.name, self.document), views=self.views)

    def blank_free_views(self) -> None:
        """Nothing names them, but those behind them keep their numbers."""
        for number in self._free:
            self.document["bufferViews"][number], self.views[number] = (
                {"buffer": 0, "byteLength": 4},
                bytes(4),
            )


def remove_extension(item: Json, *names: str) -> bool:
    """Take the extensions away. True when one was there."""
    extensions = item.get("extensions")
    if not isinstance(extensions, dict):
        return False
    had = [extensions.pop(name) for name in names if name in extensions]
    if not extensions:
        del item["extensions"]
    return bool(had)
