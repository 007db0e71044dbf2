"""The files a client loads: kit.json (what there is), kit.bin (meshes), pose.bin (motion), face.png."""

import json
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from avatars import palette
from avatars.accessories import HAT_APEX_M, HAT_RADIUS_M, HAT_RIM_M
from avatars.clips import CLIPS, pose_texture
from avatars.face import EXPRESSIONS, FACES, atlas
from avatars.mesh import Mesh
from avatars.skeleton import BIND, BONES, INDEX, PARENT
from avatars.weights import strongest_four

POSITION_RANGE_M = 2.0  # positions are 16-bit fractions of it
BYTES_PER_VERTEX = 28


def _vertices(mesh: Mesh) -> np.ndarray:
    """(n, 28) uint8: i16x4 position, i8x4 normal, u8x4 bones, u8x4 weights, u16x2 uv, u8x4 traits.

    Traits are zone, occlusion, girth and variant.
    """
    n = len(mesh.positions)
    bones, weights = strongest_four(mesh.weights)
    attributes = np.c_[mesh.zones, np.round(mesh.occlusion * 255), np.round(mesh.girth * 255), mesh.variant]
    columns = [
        np.round(np.c_[mesh.positions, np.zeros(n)] / POSITION_RANGE_M * 32767).astype("<i2"),
        np.round(np.c_[mesh.normals, np.zeros(n)] * 127).astype("i1"),
        bones,
        weights,
        np.round(mesh.uvs * 65535).astype("<u2"),
        attributes.astype("u1"),
    ]
    return np.concatenate([np.ascontiguousarray(c).view("u1").reshape(n, -1) for c in columns], 1)


def pack(meshes: Mapping[str, Mesh]) -> tuple[bytes, dict[str, dict[str, int]]]:
    """All meshes in one buffer, and where each begins."""
    buffer = bytearray()
    table: dict[str, dict[str, int]] = {}
    for name, mesh in meshes.items():
        vertices = _vertices(mesh)
        if len(vertices) > 65535:
            raise ValueError(f"{name} has {len(vertices)} vertices; indices have 16 bits")
        entry = {"vertices": len(vertices), "triangles": len(mesh.triangles), "vertexOffset": len(buffer)}
        buffer += vertices.tobytes()
        entry["indexOffset"] = len(buffer)
        buffer += mesh.triangles.astype("<u2").tobytes()
        buffer += bytes(-len(buffer) % 4)
        table[name] = entry
    return bytes(buffer), table


def _clip_table() -> list[dict[str, float | str]]:
    starts = np.cumsum([0] + [clip.frames for clip in CLIPS])
    return [
        {
            "name": c.name,
            "start": int(s),
            "frames": c.frames,
            "seconds": c.seconds,
            "strideMetres": round(c.stride_m, 4),
        }
        for c, s in zip(CLIPS, starts, strict=False)
    ]


def description(parts: dict[str, dict[str, int]]) -> dict[str, object]:
    return {
        "version": 1,
        "positionRange": POSITION_RANGE_M,
        "bytesPerVertex": BYTES_PER_VERTEX,
        "bones": BONES,
        "parents": PARENT,
        "bind": BIND.round(5).tolist(),
        "headPivot": BIND[INDEX["head"]].tolist(),
        "frames": sum(clip.frames for clip in CLIPS),
        "clips": _clip_table(),
        "expressions": [e.name for e in EXPRESSIONS],
        "faces": len(FACES),
        "hat": {"apex": HAT_APEX_M, "rim": HAT_RIM_M, "radius": HAT_RADIUS_M},
        "palette": {
            "skins": palette.SKINS,
            "hairs": palette.HAIRS,
            "colours": [list(c) for c in palette.COLOURS],
            "light": palette.LIGHT,
            "straw": palette.STRAW,
        },
        "parts": parts,
    }


def write(meshes: Mapping[str, Mesh], folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    buffer, parts = pack(meshes)
    (folder / "kit.bin").write_bytes(buffer)
    (folder / "pose.bin").write_bytes(pose_texture().astype("<f2").tobytes())
    (folder / "kit.json").write_text(json.dumps(description(parts), separators=(",", ":")) + "\n")
    atlas().save(folder / "face.png", optimize=True)
