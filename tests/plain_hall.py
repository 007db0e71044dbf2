"""A plain hall for tests, made on the spot: a 20 x 20 m room with one of everything that a hall may have."""

from __future__ import annotations

import json
import math
import struct
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import trimesh
from numpy.typing import NDArray

from yuanzhan.scene.halls import FLOOR_FILE, write_floor

HALL_TOML = """\
file = "built/hall.glb"
order = 1
shape = "circle"
walkable_m2 = 300
[title]
zh = "元宇宙浙江"
en = "Metaverse Zhejiang"
[place]
zh = "前厅"
en = "Lobby"
[summary]
zh = "从这里走进每一座展厅。"
en = "From here one walks into every hall."
[[panels]]
id = "welcome"
title = { zh = "欢迎", en = "Welcome" }
body = { zh = "这里是前厅。", en = "This is the lobby." }
source = { zh = "元展", en = "Yuanzhan" }
[[booths]]
id = "tea"
slot = "a01"
file = "built/booths/tea.glb"
title = { zh = "茶", en = "Tea" }
body = { zh = "一张茶桌。", en = "A table for tea." }
[[checkins]]
id = "middle"
title = { zh = "中央", en = "The middle" }
[[programme]]
at = "15:30"
title = { zh = "茶会", en = "Tea" }
[[viewpoints]]
id = "gate"
eye = [0, 1.6, 8]
look_at = [0, 1.6, 0]
"""


class Glb:
    """Writes a GLB piece by piece. Every `add_` returns the number of what it added."""

    def __init__(self) -> None:
        self.document: dict[str, Any] = {
            "asset": {"version": "2.0", "generator": "Yuanzhan tests"},
            "scene": 0,
            "scenes": [{"nodes": []}],
            "nodes": [],
            "meshes": [],
            "materials": [],
            "accessors": [],
            "bufferViews": [],
        }
        self.binary = bytearray()

    def add_view(self, data: bytes, **fields: Any) -> int:
        self.binary += bytes(-len(self.binary) % 4)
        view = {"buffer": 0, "byteOffset": len(self.binary), "byteLength": len(data), **fields}
        self.binary += data
        self.document["bufferViews"].append(view)
        return len(self.document["bufferViews"]) - 1

    def add_accessor(self, values: NDArray[Any], kind: str, component_type: int, **fields: Any) -> int:
        accessor = {
            "bufferView": self.add_view(np.ascontiguousarray(values).tobytes()),
            "componentType": component_type,
            "count": len(values),
            "type": kind,
            **fields,
        }
        self.document["accessors"].append(accessor)
        return len(self.document["accessors"]) - 1

    def add_material(self, rgb: tuple[float, float, float], **fields: Any) -> int:
        surface = {"baseColorFactor": [*rgb, 1.0], "metallicFactor": 0.0, "roughnessFactor": 0.9}
        self.document["materials"].append({"pbrMetallicRoughness": surface, **fields})
        return len(self.document["materials"]) - 1

    def add_mesh(
        self, mesh: trimesh.Trimesh, material: int | None = None, uv: NDArray[Any] | None = None
    ) -> int:
        positions = np.asarray(mesh.vertices, dtype="<f4")
        attributes = {
            "POSITION": self.add_accessor(
                positions,
                "VEC3",
                5126,
                min=positions.min(axis=0).tolist(),
                max=positions.max(axis=0).tolist(),
            ),
            "NORMAL": self.add_accessor(np.asarray(mesh.vertex_normals, dtype="<f4"), "VEC3", 5126),
        }
        if uv is not None:
            attributes["TEXCOORD_0"] = self.add_accessor(uv.astype("<f4"), "VEC2", 5126)
        indices = self.add_accessor(np.asarray(mesh.faces, dtype="<u4").reshape(-1), "SCALAR", 5125)
        primitive: dict[str, Any] = {"attributes": attributes, "indices": indices}
        if material is not None:
            primitive["material"] = material
        self.document["meshes"].append({"primitives": [primitive]})
        return len(self.document["meshes"]) - 1

    def add_node(self, **fields: Any) -> int:
        """A node at the top of the scene; `extras` is what stands under `extras.yuanzhan`, `yaw` turns it."""
        if "extras" in fields:
            fields["extras"] = {"yuanzhan": fields["extras"]}
        yaw = fields.pop("yaw", None)
        if yaw is not None:
            fields["rotation"] = [0.0, math.sin(yaw / 2), 0.0, math.cos(yaw / 2)]
        self.document["nodes"].append(fields)
        self.document["scenes"][0]["nodes"].append(len(self.document["nodes"]) - 1)
        return len(self.document["nodes"]) - 1

    def to_bytes(self) -> bytes:
        document = {key: value for key, value in self.document.items() if value != []}
        used = {name for node in document.get("nodes", []) for name in node.get("extensions", {})}
        used |= set(document.get("extensions", {})) | set(document.get("extensionsUsed", []))
        if used:
            document["extensionsUsed"] = sorted(used)
        if self.binary:
            document["buffers"] = [{"byteLength": len(self.binary)}]
        return glb_bytes(document, bytes(self.binary))


def glb_bytes(document: dict[str, Any], binary: bytes) -> bytes:
    """The GLB container around a document and its buffer."""
    text = json.dumps(document, ensure_ascii=False).encode()
    text += b" " * (-len(text) % 4)
    binary += bytes(-len(binary) % 4)
    chunks = struct.pack("<II", len(text), 0x4E4F534A) + text
    if binary:
        chunks += struct.pack("<II", len(binary), 0x004E4942) + binary
    return struct.pack("<4sII", b"glTF", 2, 12 + len(chunks)) + chunks


def box(size: tuple[float, float, float], middle: tuple[float, float, float]) -> trimesh.Trimesh:
    """A box with flat sides."""
    mesh: trimesh.Trimesh = trimesh.creation.box(extents=size)
    mesh.unmerge_vertices()
    mesh.apply_translation(middle)
    return mesh


def room_glb(portals: tuple[str, ...] = ("retail",)) -> Glb:
    """The room: floor, four walls, a column, a bench, a screen; and a node of each kind."""
    glb = Glb()
    _add_room(glb)
    _add_screen(glb)
    glb.add_node(name="gate", translation=[0, 0, 8], extensions={"OMI_spawn_point": {}})
    seat = {"OMI_seat": {"back": [0, 0, 0.25], "foot": [0, -0.45, -0.25], "knee": [0, 0, -0.25]}}
    for name, x in (("s01", -6.5), ("s02", -5.5)):
        glb.add_node(name=name, translation=[x, 0.45, 3], yaw=-math.pi / 2, extensions=seat)
    for index, hall in enumerate(portals):
        portal = {"type": "portal", "id": f"to-{hall}", "hall": hall, "radius_m": 1.2}
        glb.add_node(name=f"portal-{hall}", translation=[-5 + 5 * index, 0, -8.4], yaw=math.pi, extras=portal)
    panel = {"type": "panel", "id": "welcome", "size_m": [1.2, 1.6]}
    glb.add_node(name="panel", translation=[9.8, 1.5, 4], yaw=math.pi / 2, extras=panel)
    slot = {"type": "slot", "id": "a01", "size_m": [4, 3, 3]}
    glb.add_node(name="slot", translation=[6, 0, -4], yaw=math.pi / 2, extras=slot)
    checkin = {"type": "checkin", "id": "middle", "radius_m": 1.5}
    glb.add_node(name="stamp", translation=[0, 0, 3], extras=checkin)
    glow = {"type": "glow", "colour": [1, 0.5, 0.2], "size_m": 0.8}
    glb.add_node(name="lamp", translation=[0, 3, 0.5], extras=glow)
    return glb


def _add_room(glb: Glb) -> None:
    stone = glb.add_material((0.5, 0.49, 0.46))
    plaster = glb.add_material((0.85, 0.83, 0.78))
    wood = glb.add_material((0.36, 0.22, 0.14))
    parts = {
        "floor": (box((20, 0.2, 20), (0, -0.1, 0)), stone),
        "wall-north": (box((20, 4, 0.3), (0, 2, -10)), plaster),
        "wall-south": (box((20, 4, 0.3), (0, 2, 10)), plaster),
        "wall-west": (box((0.3, 4, 20), (-10, 2, 0)), plaster),
        "wall-east": (box((0.3, 4, 20), (10, 2, 0)), plaster),
        "column": (box((0.6, 4, 0.6), (0, 2, 0)), wood),
        "bench": (box((2, 0.45, 0.5), (-6, 0.225, 3)), wood),
    }
    for name, (mesh, material) in parts.items():
        glb.add_node(name=name, mesh=glb.add_mesh(mesh, material))


def _add_screen(glb: Glb) -> None:
    ink = glb.add_material((0.02, 0.02, 0.02), name="screen", extras={"yuanzhan": {"screen": "ink"}})
    corners = [[-3, -1, 0], [3, -1, 0], [3, 1, 0], [-3, 1, 0]]
    quad = trimesh.Trimesh(corners, [[0, 1, 2], [0, 2, 3]], process=False)
    uv = np.array([[0, 1], [1, 1], [1, 0], [0, 0]], dtype=np.float32)
    glb.add_node(name="screen", mesh=glb.add_mesh(quad, ink, uv), translation=[0, 2.2, -9.8])


def booth_glb() -> Glb:
    """A counter in front of a back wall; its front is -Z."""
    glb = Glb()
    wood = glb.add_material((0.4, 0.26, 0.16))
    glb.add_node(name="counter", mesh=glb.add_mesh(box((2, 1, 0.6), (0, 0.5, -0.6)), wood))
    glb.add_node(name="back", mesh=glb.add_mesh(box((4, 2.6, 0.2), (0, 1.3, 1.3)), wood))
    return glb


def make_plain_hall(
    folder: Path, portals: tuple[str, ...] = ("retail",), *, with_floor: bool = False
) -> Path:
    """Write hall.toml, the hall's GLB and one booth's into `folder`; the floor, as `make halls` does, where
    servers start: to compute it is half of a start.
    """
    (folder / "built" / "booths").mkdir(parents=True, exist_ok=True)
    (folder / "hall.toml").write_text(HALL_TOML, encoding="utf-8")
    (folder / "built" / "hall.glb").write_bytes(room_glb(portals).to_bytes())
    (folder / "built" / "booths" / "tea.glb").write_bytes(booth_glb().to_bytes())
    if with_floor:
        (folder / "built" / FLOOR_FILE).write_bytes(_floor(portals))
    return folder


@cache
def _floor(portals: tuple[str, ...]) -> bytes:
    with TemporaryDirectory() as folder:
        return write_floor(make_plain_hall(Path(folder), portals)).read_bytes()
