"""The smallest hall with all that the server looks at: a floor of 20 x 20 m, a spawn point, a panel."""

from __future__ import annotations

import json
import struct
from pathlib import Path
from typing import Any

SIDE_M = 20.0
CELL_M = 0.5

MANIFEST = """\
file = "hall.glb"
order = {order}
shape = "circle"
[title]
zh = "小厅"
en = "Small hall"
[[panels]]
id = "welcome"
title = {{ zh = "欢迎", en = "Welcome" }}
body = {{ zh = "一块板。", en = "A panel." }}
"""


def write_small_hall(folder: Path, *, order: int = 1, portal_to: str | None = None) -> Path:
    """Make a hall in `folder`, whose name is its id."""
    folder.mkdir(parents=True)
    (folder / "hall.toml").write_text(MANIFEST.format(order=order), encoding="utf-8")
    (folder / "hall.glb").write_bytes(_glb(portal_to))
    (folder / "floor.bin").write_bytes(_floor())
    return folder


def _glb(portal_to: str | None) -> bytes:
    half = SIDE_M / 2
    corners = [(-half, 0.0, -half), (-half, 0.0, half), (half, 0.0, half), (half, 0.0, -half)]
    positions = b"".join(struct.pack("<3f", *corner) for corner in corners)
    indices = struct.pack("<6H", 0, 1, 2, 0, 2, 3)
    nodes: list[dict[str, Any]] = [
        {"name": "floor", "mesh": 0},
        {"name": "start", "translation": [0, 0, 4], "extensions": {"OMI_spawn_point": {"title": "start"}}},
        _extra("welcome", [0, 1.5, -6], {"type": "panel", "id": "welcome", "size_m": [1.2, 1.6]}),
    ]
    if portal_to is not None:
        portal = {"type": "portal", "id": f"to-{portal_to}", "hall": portal_to, "radius_m": 1.0}
        nodes.append(_extra("portal", [8, 0, 0], portal))
    document = {
        "asset": {"version": "2.0"},
        "scene": 0,
        "scenes": [{"nodes": list(range(len(nodes)))}],
        "nodes": nodes,
        "extensionsUsed": ["OMI_spawn_point"],
        "meshes": [{"primitives": [{"attributes": {"POSITION": 0}, "indices": 1}]}],
        "accessors": [
            {
                "bufferView": 0,
                "componentType": 5126,
                "count": 4,
                "type": "VEC3",
                "min": [-half, 0, -half],
                "max": [half, 0, half],
            },
            {"bufferView": 1, "componentType": 5123, "count": 6, "type": "SCALAR"},
        ],
        "bufferViews": [
            {"buffer": 0, "byteOffset": 0, "byteLength": len(positions)},
            {"buffer": 0, "byteOffset": len(positions), "byteLength": len(indices)},
        ],
        "buffers": [{"byteLength": len(positions) + len(indices)}],
    }
    text = json.dumps(document).encode()
    text += b" " * (-len(text) % 4)
    binary = positions + indices
    total = 12 + 8 + len(text) + 8 + len(binary)
    return (
        struct.pack("<4sII", b"glTF", 2, total)
        + struct.pack("<I4s", len(text), b"JSON")
        + text
        + struct.pack("<I4s", len(binary), b"BIN\0")
        + binary
    )


def _extra(name: str, position: list[float], extras: dict[str, Any]) -> dict[str, Any]:
    return {"name": name, "translation": position, "extras": {"yuanzhan": extras}}


def _floor() -> bytes:
    """floor.bin (docs/authoring.md): level, walkable but for the outermost cells."""
    side = int(SIDE_M / CELL_M)
    header = b"YZF1" + struct.pack("<HHfff", side, side, CELL_M, -SIDE_M / 2, -SIDE_M / 2)
    heights = [
        0 if 0 < row < side - 1 and 0 < column < side - 1 else -32768
        for row in range(side)
        for column in range(side)
    ]
    return header + struct.pack(f"<{side * side}h", *heights)
