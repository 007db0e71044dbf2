"""A box as a GLB: the smallest model that an exhibitor could send."""

from __future__ import annotations

import itertools
import json
import struct

TRIANGLES = 12


def box_glb(side_m: float = 1.0, name: str = "Box") -> bytes:
    """A red box that stands on the floor; `name` is its node's."""
    positions, normals, indices = b"", b"", b""
    for axis, sign in itertools.product(range(3), (1, -1)):
        u, v = (axis + 1) % 3, (axis + 2) % 3
        first = len(positions) // 12
        for a, b in ((-1, -1), (1, -1), (1, 1), (-1, 1)):
            corner, normal = [0.0] * 3, [0.0] * 3
            corner[axis], corner[u], corner[v] = sign / 2, a / 2, b / 2
            normal[axis] = sign
            positions += struct.pack(
                "<3f", corner[0] * side_m, (corner[1] + 0.5) * side_m, corner[2] * side_m
            )
            normals += struct.pack("<3f", *normal)
        order = (0, 1, 2, 0, 2, 3) if sign > 0 else (0, 2, 1, 0, 3, 2)
        indices += struct.pack("<6H", *(first + i for i in order))
    half = side_m / 2
    views = [("ARRAY", positions), ("ARRAY", normals), ("ELEMENT", indices)]
    binary, offsets = b"", []
    for _, data in views:
        offsets.append(len(binary))
        binary += data + b"\0" * (-len(data) % 4)
    document = {
        "asset": {"version": "2.0"},
        "scene": 0,
        "scenes": [{"nodes": [0]}],
        "nodes": [{"name": name, "mesh": 0}],
        "meshes": [
            {"primitives": [{"attributes": {"POSITION": 0, "NORMAL": 1}, "indices": 2, "material": 0}]}
        ],
        "materials": [{"name": "red", "pbrMetallicRoughness": {"baseColorFactor": [0.8, 0.1, 0.1, 1]}}],
        "accessors": [
            {
                "bufferView": 0,
                "componentType": 5126,
                "count": 24,
                "type": "VEC3",
                "min": [-half, 0, -half],
                "max": [half, side_m, half],
            },
            {"bufferView": 1, "componentType": 5126, "count": 24, "type": "VEC3"},
            {"bufferView": 2, "componentType": 5123, "count": 36, "type": "SCALAR"},
        ],
        "bufferViews": [
            {
                "buffer": 0,
                "byteOffset": offset,
                "byteLength": len(data),
                "target": 34963 if kind == "ELEMENT" else 34962,
            }
            for offset, (kind, data) in zip(offsets, views, strict=True)
        ],
        "buffers": [{"byteLength": len(binary)}],
    }
    text = json.dumps(document).encode()
    text += b" " * (-len(text) % 4)
    return (
        struct.pack("<4sII", b"glTF", 2, 12 + 8 + len(text) + 8 + len(binary))
        + struct.pack("<I4s", len(text), b"JSON")
        + text
        + struct.pack("<I4s", len(binary), b"BIN\0")
        + binary
    )
