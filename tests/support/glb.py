"""GLBs made for a test, and what is inside of others."""

from __future__ import annotations

import json
import struct
from collections.abc import Sequence
from typing import Any

Json = dict[str, Any]


class Pieces:
    """The binary chunk of a GLB in the making, and the buffer views and accessors into it."""

    def __init__(self) -> None:
        self.data = b""
        self.views: list[Json] = []
        self.accessors: list[Json] = []

    def view(self, data: bytes, **more: Any) -> int:
        """The number of a new buffer view of `data`."""
        self.views.append({"buffer": 0, "byteOffset": len(self.data), "byteLength": len(data), **more})
        self.data += data + bytes(-len(data) % 4)
        return len(self.views) - 1

    def accessor(self, data: bytes, component: int, type: str, count: int, **more: Any) -> int:
        """The number of a new accessor with a view of its own."""
        view = self.view(data)
        self.accessors.append(
            {"bufferView": view, "componentType": component, "type": type, "count": count, **more}
        )
        return len(self.accessors) - 1

    def positions(self, points: Sequence[Sequence[float]]) -> int:
        """The number of a POSITION accessor."""
        flat = [value for point in points for value in point]
        low = [min(point[axis] for point in points) for axis in range(3)]
        high = [max(point[axis] for point in points) for axis in range(3)]
        data = struct.pack(f"<{len(flat)}f", *flat)
        return self.accessor(data, 5126, "VEC3", len(points), min=low, max=high)

    def indices(self, numbers: Sequence[int]) -> int:
        """The number of an accessor of u16 indices."""
        return self.accessor(struct.pack(f"<{len(numbers)}H", *numbers), 5123, "SCALAR", len(numbers))

    def floats(self, values: Sequence[float], type: str = "SCALAR", width: int = 1, **more: Any) -> int:
        """The number of an accessor of floats, `width` to an element."""
        return self.accessor(
            struct.pack(f"<{len(values)}f", *values), 5126, type, len(values) // width, **more
        )

    def glb(self, document: Json) -> bytes:
        """A GLB of `document` with these views and accessors."""
        whole = {"asset": {"version": "2.0"}, **document, "buffers": [{"byteLength": len(self.data)}]}
        whole |= {"bufferViews": self.views, "accessors": self.accessors}
        text = json.dumps({key: value for key, value in whole.items() if value != []}).encode()
        text += b" " * (-len(text) % 4)
        chunks = struct.pack("<II", len(text), 0x4E4F534A) + text
        chunks += struct.pack("<II", len(self.data), 0x004E4942) + self.data
        return struct.pack("<4sII", b"glTF", 2, 12 + len(chunks)) + chunks


def glb_json(data: bytes) -> Json:
    """The JSON of a GLB."""
    document: Json = json.loads(data[20 : 20 + struct.unpack_from("<I", data, 12)[0]])
    return document


def view_bytes(data: bytes, number: int) -> bytes:
    """The bytes of an uncompressed buffer view of a GLB."""
    view = glb_json(data)["bufferViews"][number]
    start = 20 + struct.unpack_from("<I", data, 12)[0] + 8 + view.get("byteOffset", 0)
    return data[start : start + view["byteLength"]]
