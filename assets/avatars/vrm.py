"""Avatars as VRM 1.0 files, for other programs.

`PYTHONPATH=assets python -m avatars.vrm FOLDER` writes one a preset look. Made from the packed kit: one mesh,
one material, one skin of 21 humanoid bones, and the motions as glTF animations.
"""

import io
import json
import struct
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image, ImageColor, ImageDraw

from avatars import face, palette
from avatars.build import OUTPUT
from avatars.clips import CLIPS, Clip
from avatars.kinematics import IDENTITY, Pose
from avatars.kit import BYTES_PER_VERTEX, POSITION_RANGE_M
from avatars.mesh import Zone
from avatars.skeleton import BONES, LOCAL, PARENT, inverse_bind_matrices

# shift, bits of each choice (docs/protocol.md, Look)
_LOOK = {
    "body": (0, 2),
    "outfit": (2, 3),
    "hair": (5, 3),
    "face": (8, 3),
    "skin": (11, 3),
    "hair_colour": (14, 3),
    "colours": (17, 4),
    "accessory": (21, 3),
}
_HEIGHTS = (1.0, 1.045, 0.955)  # of the three bodies
_GIRTHS_M = (0.0, -0.004, 0.013)

_TEXTURE_PX = 256
_SWATCH_PX, _SWATCH_TOP_PX = 24, 200
_FLOAT, _UBYTE, _USHORT = 5126, 5121, 5123
_VERTICES, _INDICES = 34962, 34963
_GLB_MAGIC, _JSON_CHUNK, _BIN_CHUNK = 0x46546C67, 0x4E4F534A, 0x004E4942

_META: dict[str, Any] = {
    "version": "1",
    "authors": ["Yuanzhan"],
    "licenseUrl": "https://vrm.dev/licenses/1.0/",
    "avatarPermission": "everyone",
    "allowRedistribution": True,
    "modification": "allowModificationRedistribution",
    "commercialUsage": "corporation",
    "creditNotation": "unnecessary",
    "allowExcessivelyViolentUsage": False,
    "allowExcessivelySexualUsage": False,
    "allowPoliticalOrReligiousUsage": False,
    "allowAntisocialOrHateUsage": False,
}


@dataclass
class Glb:
    """A glTF document and its one buffer, while they are written."""

    buffer: bytearray = field(default_factory=bytearray)
    views: list[dict[str, Any]] = field(default_factory=list)
    accessors: list[dict[str, Any]] = field(default_factory=list)

    def view(self, data: bytes, target: int | None = None) -> int:
        self.buffer += bytes(-len(self.buffer) % 4)
        entry = {"buffer": 0, "byteOffset": len(self.buffer), "byteLength": len(data)}
        self.views.append(entry | ({"target": target} if target else {}))
        self.buffer += data
        return len(self.views) - 1

    def accessor(
        self,
        array: np.ndarray,
        kind: str,
        component: int,
        target: int | None = None,
        *,
        bounds: bool = False,
        normalised: bool = False,
    ) -> int:
        entry: dict[str, Any] = {
            "bufferView": self.view(np.ascontiguousarray(array).tobytes(), target),
            "componentType": component,
            "count": len(array),
            "type": kind,
        }
        if normalised:
            entry["normalized"] = True
        if bounds:
            entry["min"] = np.atleast_1d(array.min(0)).tolist()
            entry["max"] = np.atleast_1d(array.max(0)).tolist()
        self.accessors.append(entry)
        return len(self.accessors) - 1

    def bytes(self, document: dict[str, Any]) -> bytes:
        self.buffer += bytes(-len(self.buffer) % 4)
        document |= {
            "accessors": self.accessors,
            "bufferViews": self.views,
            "buffers": [{"byteLength": len(self.buffer)}],
        }
        text = json.dumps(document, separators=(",", ":")).encode()
        text += b" " * (-len(text) % 4)
        length = 12 + 8 + len(text) + 8 + len(self.buffer)
        return b"".join(
            [
                struct.pack("<III", _GLB_MAGIC, 2, length),
                struct.pack("<II", len(text), _JSON_CHUNK) + text,
                struct.pack("<II", len(self.buffer), _BIN_CHUNK) + bytes(self.buffer),
            ]
        )


def choices_of(look: int) -> dict[str, int]:
    return {name: look >> shift & ((1 << bits) - 1) for name, (shift, bits) in _LOOK.items()}


def _worn(folder: Path, chosen: Mapping[str, int]) -> tuple[np.ndarray, np.ndarray]:
    """(n, 28) uint8 vertices and (m, 3) indices of the parts that a look wears, in one mesh."""
    table = json.loads((folder / "kit.json").read_text())["parts"]
    buffer = (folder / "kit.bin").read_bytes()
    vertices: list[np.ndarray] = []
    triangles: list[np.ndarray] = []
    for part in ("head", f"hair{chosen['hair']}", f"outfit{chosen['outfit']}", "accessories"):
        entry = table[f"near.{part}"]
        n, m = entry["vertices"], entry["triangles"]
        v = np.frombuffer(buffer, np.uint8, n * BYTES_PER_VERTEX, entry["vertexOffset"]).reshape(n, -1)
        t = np.frombuffer(buffer, "<u2", m * 3, entry["indexOffset"]).reshape(m, 3).astype(int)
        wanted = t[np.isin(v[:, 27], (0, chosen["accessory"]))[t].all(1)]
        triangles.append(wanted + sum(len(other) for other in vertices))
        vertices.append(v)
    used, flat = np.unique(np.concatenate(triangles), return_inverse=True)
    return np.concatenate(vertices)[used], flat.reshape(-1, 3)


def _texture(chosen: Mapping[str, int]) -> bytes:
    """The face on its skin in the upper left corner, a swatch for each zone below."""
    skin = palette.SKINS[chosen["skin"]]
    top, bottom, accent, shoe = palette.COLOURS[chosen["colours"]]
    hair = palette.HAIRS[chosen["hair_colour"]]
    swatches = [skin, hair, top, bottom, accent, shoe, palette.LIGHT, skin, palette.STRAW]
    image = Image.new("RGBA", (_TEXTURE_PX, _TEXTURE_PX), (*ImageColor.getrgb(skin)[:3], 255))
    image.alpha_composite(face.draw(face.FACES[chosen["face"]], face.EXPRESSIONS[0]))
    draw = ImageDraw.Draw(image)
    for i, colour in enumerate(swatches):
        draw.rectangle(
            [i * _SWATCH_PX, _SWATCH_TOP_PX, (i + 1) * _SWATCH_PX - 1, _TEXTURE_PX - 1], fill=colour
        )
    png = io.BytesIO()
    image.convert("RGB").save(png, "PNG", optimize=True)
    return png.getvalue()


def _uvs(vertices: np.ndarray) -> np.ndarray:
    zones = vertices[:, 24]
    on_face = np.ascontiguousarray(vertices[:, 20:24]).view("<u2") / 65535
    in_cell = on_face * (face.CELL_WIDTH_PX / _TEXTURE_PX, face.CELL_HEIGHT_PX / _TEXTURE_PX)
    swatch_y = (_SWATCH_TOP_PX + _TEXTURE_PX) / 2 / _TEXTURE_PX
    swatch = np.c_[(zones + 0.5) * _SWATCH_PX / _TEXTURE_PX, np.full(len(zones), swatch_y)]
    return np.where((zones == Zone.FACE)[:, None], in_cell, swatch)


def _primitive(glb: Glb, vertices: np.ndarray, triangles: np.ndarray, body: int) -> dict[str, Any]:
    height = _HEIGHTS[body]
    fractions = np.ascontiguousarray(vertices[:, :6]).view("<i2") / 32767
    normals = np.ascontiguousarray(vertices[:, 8:11]).view("i1").astype(float)
    normals /= np.linalg.norm(normals, axis=1, keepdims=True)
    positions = fractions * POSITION_RANGE_M + normals * (_GIRTHS_M[body] * vertices[:, 26:27] / 255)
    shade = np.c_[np.repeat(vertices[:, 25:26], 3, 1), np.full(len(vertices), 255)].astype("u1")
    bones, weights = vertices[:, 12:16].copy(), vertices[:, 16:20]
    bones[weights == 0] = 0
    attributes = {
        "POSITION": glb.accessor((positions * height).astype("<f4"), "VEC3", _FLOAT, _VERTICES, bounds=True),
        "NORMAL": glb.accessor(normals.astype("<f4"), "VEC3", _FLOAT, _VERTICES),
        "TEXCOORD_0": glb.accessor(_uvs(vertices).astype("<f4"), "VEC2", _FLOAT, _VERTICES),
        "COLOR_0": glb.accessor(shade, "VEC4", _UBYTE, _VERTICES, normalised=True),
        "JOINTS_0": glb.accessor(bones, "VEC4", _UBYTE, _VERTICES),
        "WEIGHTS_0": glb.accessor(weights, "VEC4", _UBYTE, _VERTICES, normalised=True),
    }
    indices = glb.accessor(triangles.astype("<u2").ravel(), "SCALAR", _USHORT, _INDICES)
    return {"attributes": attributes, "indices": indices, "material": 0}


def _nodes(height: float) -> list[dict[str, Any]]:
    """A node a bone, then the root and the body."""
    nodes: list[dict[str, Any]] = []
    for i, name in enumerate(BONES):
        children = [child for child, parent in enumerate(PARENT) if parent == i]
        node: dict[str, Any] = {"name": name, "translation": (LOCAL[i] * height).tolist()}
        nodes.append(node | ({"children": children} if children else {}))
    return [*nodes, {"name": "Root", "children": [0]}, {"name": "Body", "mesh": 0, "skin": 0}]


@cache
def _poses(clip: Clip) -> list[Pose]:
    """All frames, and the first again."""
    return [clip.pose(i % clip.frames / clip.frames) for i in range(clip.frames + 1)]


def _animation(glb: Glb, clip: Clip, height: float) -> dict[str, Any]:
    poses = _poses(clip)
    times = np.arange(clip.frames + 1) / clip.frames * clip.seconds
    input_ = glb.accessor(times.astype("<f4"), "SCALAR", _FLOAT, bounds=True)
    samplers: list[dict[str, Any]] = []
    channels: list[dict[str, Any]] = []

    def add(bone: int, path: str, values: np.ndarray) -> None:
        output = glb.accessor(values.astype("<f4"), f"VEC{values.shape[1]}", _FLOAT)
        samplers.append({"input": input_, "output": output, "interpolation": "LINEAR"})
        channels.append({"sampler": len(samplers) - 1, "target": {"node": bone, "path": path}})

    add(0, "translation", np.array([(LOCAL[0] + pose.hips_m) * height for pose in poses]))
    for bone, name in enumerate(BONES):
        if any(name in pose.turns for pose in poses):
            add(bone, "rotation", _continuous([pose.turns.get(name, IDENTITY).as_quat() for pose in poses]))
    return {"name": clip.name, "samplers": samplers, "channels": channels}


def _continuous(quaternions: list[np.ndarray]) -> np.ndarray:
    """The same rotations without jumps between a quaternion and its negative."""
    smooth = np.array(quaternions)
    for i in range(1, len(smooth)):
        if smooth[i] @ smooth[i - 1] < 0:
            smooth[i] *= -1
    return smooth


def export(look: int, name: str, folder: Path = OUTPUT) -> bytes:
    """A look as the bytes of a .vrm file; `folder` holds the kit."""
    chosen = choices_of(look)
    height = _HEIGHTS[chosen["body"]]
    glb = Glb()
    primitive = _primitive(glb, *_worn(folder, chosen), chosen["body"])
    inverse = inverse_bind_matrices()
    inverse[:, :3, 3] *= height
    skin = glb.accessor(inverse.transpose(0, 2, 1).reshape(-1, 16).astype("<f4"), "MAT4", _FLOAT)
    animations = [_animation(glb, clip, height) for clip in CLIPS]
    image = glb.view(_texture(chosen))
    root = len(BONES)
    return glb.bytes(
        {
            "asset": {"version": "2.0", "generator": "Yuanzhan avatars"},
            "scene": 0,
            "scenes": [{"nodes": [root, root + 1]}],
            "nodes": _nodes(height),
            "meshes": [{"name": "Body", "primitives": [primitive]}],
            "skins": [{"joints": list(range(root)), "inverseBindMatrices": skin, "skeleton": root}],
            "materials": [
                {
                    "name": "Body",
                    "pbrMetallicRoughness": {
                        "baseColorTexture": {"index": 0},
                        "metallicFactor": 0,
                        "roughnessFactor": 0.85,
                    },
                }
            ],
            "textures": [{"source": 0, "sampler": 0}],
            "samplers": [{"magFilter": 9729, "minFilter": 9729, "wrapS": 33071, "wrapT": 33071}],
            "images": [{"bufferView": image, "mimeType": "image/png"}],
            "animations": animations,
            "extensionsUsed": ["VRMC_vrm"],
            "extensions": {
                "VRMC_vrm": {
                    "specVersion": "1.0",
                    "meta": {"name": name, **_META},
                    "humanoid": {"humanBones": {bone: {"node": i} for i, bone in enumerate(BONES)}},
                }
            },
        }
    )


if __name__ == "__main__":
    target = Path(sys.argv[1])
    target.mkdir(parents=True, exist_ok=True)
    for number, preset in enumerate(json.loads((OUTPUT / "portraits.json").read_text())["looks"], 1):
        (target / f"visitor-{number}.vrm").write_bytes(export(preset, f"Visitor {number}"))
