"""What weighs most in a file, by name, with what its author can do about it.

Weight is the share of the booth's budget: of its bytes, of its triangles, or of the textures' memory,
whichever is largest.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from yuanzhan.errors.base import Param
from yuanzhan.scene.accessors import Accessors
from yuanzhan.scene.images import image_size
from yuanzhan.scene.issues import Issue, told
from yuanzhan.scene.measure import Cost
from yuanzhan.scene.nodes import placed_nodes
from yuanzhan.scene.reader import Gltf, Json
from yuanzhan.scene.sizes import said_size
from yuanzhan.scene.structure import (
    COMPONENT_BYTES,
    COMPONENT_COUNTS,
    MESHOPT,
    extension,
    instance_count,
    mesh_cost,
)

HEAVIEST_COUNT: Final = 3
# No budget of the design, but what twelve booths may have together in a phone's memory, divided.
TEXTURE_BYTES: Final = 32 << 20
DRAW_CALLS: Final = 40
# Below this share of the budget there is nothing to gain.
LIGHT: Final = 0.1


@dataclass(frozen=True, slots=True)
class Heavy:
    """One heavy thing. `share` is of the budget: 1 fills it alone. Names are empty where there are none."""

    kind: str
    share: float
    advice: Issue
    node: str = ""
    mesh: str = ""
    material: str = ""
    texture: str = ""
    bytes: int = 0
    triangles: int = 0
    texture_bytes: int = 0

    def json(self) -> dict[str, Any]:
        return {
            "kind": self.kind,
            "share": round(self.share, 3),
            "node": self.node,
            "mesh": self.mesh,
            "material": self.material,
            "texture": self.texture,
            "bytes": self.bytes,
            "triangles": self.triangles,
            "texture_bytes": self.texture_bytes,
            "code": self.advice.code,
            "message": self.advice.json()["message"],
        }


def heaviest(gltf: Gltf, cost: Cost, budget: Cost, count: int = HEAVIEST_COUNT) -> list[Heavy]:
    """The `count` heaviest things of a file that costs `cost`, heaviest first."""
    found = [
        *_meshes(gltf, budget),
        *_textures(gltf, budget),
        *_animations(gltf, budget),
        *_whole(cost, budget),
    ]
    return sorted(found, key=lambda heavy: -heavy.share)[:count]


def _meshes(gltf: Gltf, budget: Cost) -> Iterator[Heavy]:
    placed: dict[int, tuple[str, int]] = {}
    for node in placed_nodes(gltf):
        if "mesh" in node.json:
            name, times = placed.get(node.json["mesh"], (node.name, 0))
            placed[node.json["mesh"]] = (name, times + instance_count(gltf.document, node.json))
    ratio = _compression(gltf)
    for index, (node_name, times) in placed.items():
        mesh = gltf.item("meshes", index)
        primitives = mesh.get("primitives", [])
        triangles = times * mesh_cost(gltf.document, mesh)[1]
        size = int(ratio * sum(_accessor_bytes(gltf, a) for a in _mesh_accessors(primitives)))
        share = max(triangles / budget.triangles, size / budget.bytes)
        name = node_name or str(mesh.get("name", ""))
        params: dict[str, Param] = {
            "name": name,
            "triangles": triangles,
            "times": times,
            "size": said_size(size),
        }
        code = "HEAVY_MESH_REPEATED" if times > 1 else "HEAVY_MESH"
        yield Heavy(
            "mesh",
            share,
            _advice(code, share, f"/meshes/{index}", params),
            node=node_name,
            mesh=str(mesh.get("name", "")),
            material=_first_material(gltf, primitives),
            bytes=size,
            triangles=triangles,
        )


def _mesh_accessors(primitives: list[Json]) -> set[int]:
    used: set[int] = set()
    for primitive in primitives:
        used.update(primitive.get("attributes", {}).values())
        for target in primitive.get("targets", []):
            used.update(target.values())
        if "indices" in primitive:
            used.add(primitive["indices"])
    return used


def _first_material(gltf: Gltf, primitives: list[Json]) -> str:
    """Of the primitive with the most triangles."""
    with_material = [p for p in primitives if "material" in p]
    if not with_material:
        return ""
    largest = max(with_material, key=lambda primitive: mesh_cost(gltf.document, {"primitives": [primitive]}))
    return str(gltf.item("materials", largest["material"]).get("name", ""))


def _textures(gltf: Gltf, budget: Cost) -> Iterator[Heavy]:
    accessors = Accessors(gltf)
    users = _texture_users(gltf)
    for index, image in enumerate(gltf.items("images")):
        if "bufferView" not in image:
            continue
        data = accessors.view(image["bufferView"])
        try:
            size = image_size(data)
        except ValueError:
            continue
        share = max(len(data) / budget.bytes, size.gpu_bytes / TEXTURE_BYTES)
        material = users.get(index, "")
        name = str(image.get("name") or image.get("uri") or material or index)
        larger = max(size.width, size.height)
        params: dict[str, Param] = {
            "name": name,
            "pixels": f"{size.width} x {size.height}",
            "size": said_size(len(data)),
            "memory": said_size(size.gpu_bytes),
            "smaller": max(larger // 2, 1),
        }
        code = "HEAVY_TEXTURE" if larger > 512 else "HEAVY_TEXTURE_SMALL"
        yield Heavy(
            "texture",
            share,
            _advice(code, share, f"/images/{index}", params),
            material=material,
            texture=name,
            bytes=len(data),
            texture_bytes=size.gpu_bytes,
        )


def _texture_users(gltf: Gltf) -> dict[int, str]:
    """Image to the name of the first material that shows it."""
    users: dict[int, str] = {}
    textures = gltf.items("textures")
    for material in gltf.items("materials"):
        for number in _texture_numbers(material):
            if not 0 <= number < len(textures):
                continue
            texture = textures[number]
            extensions = texture.get("extensions")
            sources = [texture.get("source")]
            if isinstance(extensions, dict):
                sources += [e.get("source") for e in extensions.values() if isinstance(e, dict)]
            for source in sources:
                if isinstance(source, int):
                    users.setdefault(source, str(material.get("name", "")))
    return users


def _texture_numbers(json: Any) -> Iterator[int]:
    if not isinstance(json, dict):
        return
    for key, value in json.items():
        if (
            key.lower().endswith("texture")
            and isinstance(value, dict)
            and isinstance(value.get("index"), int)
        ):
            yield value["index"]
        elif key != "extras":
            yield from _texture_numbers(value)


def _animations(gltf: Gltf, budget: Cost) -> Iterator[Heavy]:
    ratio = _compression(gltf)
    for index, animation in enumerate(gltf.items("animations")):
        used = {sampler.get(key) for sampler in animation.get("samplers", []) for key in ("input", "output")}
        size = int(ratio * sum(_accessor_bytes(gltf, accessor) for accessor in used))
        name = str(animation.get("name") or index)
        share = size / budget.bytes
        params: dict[str, Param] = {"name": name, "size": said_size(size)}
        yield Heavy(
            "animation",
            share,
            _advice("HEAVY_ANIMATION", share, f"/animations/{index}", params),
            bytes=size,
        )


def _whole(cost: Cost, budget: Cost) -> Iterator[Heavy]:
    """What is heavy by its number alone."""
    if cost.materials > budget.materials:
        yield Heavy(
            "materials",
            cost.materials / budget.materials,
            told("HEAVY_MATERIALS", "/materials", count=cost.materials, budget=budget.materials),
        )
    if cost.draw_calls > DRAW_CALLS:
        yield Heavy(
            "draws", cost.draw_calls / DRAW_CALLS, told("HEAVY_DRAWS", "/meshes", count=cost.draw_calls)
        )


def _accessor_bytes(gltf: Gltf, index: Any) -> int:
    if not isinstance(index, int):
        return 0
    accessor = gltf.item("accessors", index)
    if "bufferView" not in accessor:
        return 0
    width = COMPONENT_COUNTS.get(str(accessor.get("type")), 1)
    size = COMPONENT_BYTES.get(accessor.get("componentType", 0), 4)
    return int(accessor.get("count", 0)) * width * size


def _compression(gltf: Gltf) -> float:
    """Bytes in the file for a byte of decoded geometry."""
    stored = decoded = 0
    for view in gltf.items("bufferViews"):
        packed = extension(view, *MESHOPT)
        if packed is not None:
            stored += int(packed.get("byteLength", 0))
            decoded += int(view.get("byteLength", 0))
    return stored / decoded if decoded else 1.0


def _advice(code: str, share: float, where: str, params: dict[str, Param]) -> Issue:
    """What to do; nothing about what hardly weighs. What has no name is told by its place in the file."""
    params = params | {"name": params.get("name") or where}
    if share < LIGHT:
        return told("LIGHT_ENOUGH", where, name=params["name"], size=params["size"])
    return told(code, where, **params)
