"""A baked hall or booth as a glTF binary: one mesh and node a material, one empty node a place."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
import pygltflib as gl
from PIL import Image

from kit.hall import Place
from kit.material import Material
from kit.mesh import Mesh
from kit.model import Lamp

GENERATOR = "yuanzhan kit"
ARRAY, ELEMENT = 34962, 34963
FLOAT, UINT, UBYTE = 5126, 5125, 5121


@dataclass(frozen=True)
class Part:
    """What one draw call draws. light: (n, 4) uint8 for _LIGHT; lightmap_uv: (n, 2) for TEXCOORD_1."""

    material: Material
    mesh: Mesh
    light: np.ndarray | None = None
    lightmap_uv: np.ndarray | None = None


@dataclass
class Writer:
    """Collects the buffer and the JSON of one GLB."""

    gltf: gl.GLTF2 = field(
        default_factory=lambda: gl.GLTF2(asset=gl.Asset(version="2.0", generator=GENERATOR))
    )
    data: bytearray = field(default_factory=bytearray)
    _textures: dict[str, int] = field(default_factory=dict)
    _extensions: set[str] = field(default_factory=set)

    def part(self, part: Part, prefix: str = "static_") -> None:
        mesh, material = part.mesh, part.material
        uv = mesh.uv / material.tile_m if material.tile_m else mesh.uv
        colour = np.column_stack([np.clip(mesh.colour, 0, 1), np.ones(len(mesh.colour))])
        attributes = gl.Attributes(
            POSITION=self._accessor(mesh.position.astype(np.float32), FLOAT, bounds=True),
            NORMAL=self._accessor(mesh.normal.astype(np.float32), FLOAT),
            TEXCOORD_0=self._accessor(uv.astype(np.float32), FLOAT),
            COLOR_0=self._accessor(np.rint(colour * 255).astype(np.uint8), UBYTE, normalised=True),
        )
        if material.normal is not None:
            attributes.TANGENT = self._accessor(tangents(mesh, uv).astype(np.float32), FLOAT)
        if part.lightmap_uv is not None:
            attributes.TEXCOORD_1 = self._accessor(part.lightmap_uv.astype(np.float32), FLOAT)
        if part.light is not None:
            attributes._LIGHT = self._accessor(part.light, UBYTE, normalised=True)  # type: ignore[attr-defined]
        index = self._accessor(mesh.index.astype(np.uint32).ravel(), UINT, ELEMENT)
        primitive = gl.Primitive(attributes=attributes, indices=index, material=self._material(part))
        self.gltf.meshes.append(gl.Mesh(name=material.name, primitives=[primitive]))
        own = {
            key: False for key, on in (("walkable", material.walkable), ("solid", material.solid)) if not on
        }
        node = gl.Node(name=prefix + material.name, mesh=len(self.gltf.meshes) - 1)
        if own:
            node.extras = {"yuanzhan": own}
        self._node(node)

    def place(self, place: Place) -> None:
        # the place's front looks to yaw; the node's own front is -Z
        turn = place.yaw + np.pi
        node = gl.Node(
            name=place.name,
            translation=[float(v) for v in place.at],
            rotation=[0.0, float(np.sin(turn / 2)), 0.0, float(np.cos(turn / 2))],
        )
        if place.extras:
            node.extras = {"yuanzhan": dict(place.extras)}
        extensions = dict(place.extensions)
        if place.collider_m:
            extensions["OMI_physics_body"] = {"collider": {"shape": self._box_shape(place.collider_m)}}
        if extensions:
            node.extensions = extensions
            self._extensions.update(extensions)
        self._node(node)

    def glow(self, lamp: Lamp, number: int) -> None:
        extras = {
            "type": "glow",
            "colour": [round(c, 3) for c in lamp.colour],
            "size_m": round(lamp.glow_m, 3),
        }
        self._node(gl.Node(name=f"glow-{number:03}", translation=list(lamp.at), extras={"yuanzhan": extras}))

    def binary(self, scene_name: str) -> bytes:
        self.gltf.scene = 0
        self.gltf.scenes = [gl.Scene(name=scene_name, nodes=list(range(len(self.gltf.nodes))))]
        self.gltf.extensionsUsed = sorted(self._extensions)
        if self.gltf.images:
            self.gltf.samplers = [gl.Sampler(magFilter=9729, minFilter=9987, wrapS=10497, wrapT=10497)]
        self.gltf.buffers = [gl.Buffer(byteLength=len(self.data))]
        self.gltf.set_binary_blob(bytes(self.data))
        return b"".join(self.gltf.save_to_bytes())

    def _node(self, node: gl.Node) -> None:
        self.gltf.nodes.append(node)

    def _box_shape(self, size_m: Sequence[float]) -> int:
        root = self.gltf.extensions.setdefault("OMI_physics_shape", {"shapes": []})
        self._extensions.add("OMI_physics_shape")
        root["shapes"].append({"type": "box", "box": {"size": [float(v) for v in size_m]}})
        return len(root["shapes"]) - 1

    def _view(self, payload: bytes, target: int | None = None) -> int:
        self.data.extend(b"\0" * (-len(self.data) % 4))
        self.gltf.bufferViews.append(
            gl.BufferView(buffer=0, byteOffset=len(self.data), byteLength=len(payload), target=target)
        )
        self.data.extend(payload)
        return len(self.gltf.bufferViews) - 1

    def _accessor(
        self,
        array: np.ndarray,
        component: int,
        target: int = ARRAY,
        normalised: bool = False,
        bounds: bool = False,
    ) -> int:
        kind = "SCALAR" if array.ndim == 1 else f"VEC{array.shape[1]}"
        accessor = gl.Accessor(
            bufferView=self._view(np.ascontiguousarray(array).tobytes(), target),
            componentType=component,
            count=len(array),
            type=kind,
            normalized=normalised,
        )
        if bounds:
            accessor.min, accessor.max = array.min(0).tolist(), array.max(0).tolist()
        self.gltf.accessors.append(accessor)
        return len(self.gltf.accessors) - 1

    def _texture(self, picture: Callable[[], Image.Image], role: str) -> int:
        image = picture()
        packed = io.BytesIO()
        image.convert("RGB").save(packed, "PNG")
        payload = packed.getvalue()
        key = hashlib.sha256(payload).hexdigest()
        if key not in self._textures:
            view = self._view(payload)
            self.gltf.images.append(gl.Image(bufferView=view, mimeType="image/png", name=role))
            self.gltf.textures.append(gl.Texture(source=len(self.gltf.images) - 1, sampler=0))
            self._textures[key] = len(self.gltf.textures) - 1
        return self._textures[key]

    def _material(self, part: Part) -> int:
        m = part.material
        pbr = gl.PbrMetallicRoughness(
            baseColorFactor=[*map(float, m.colour), 1.0],
            roughnessFactor=m.roughness,
            metallicFactor=m.metallic,
        )
        material = gl.Material(
            name=m.name, pbrMetallicRoughness=pbr, doubleSided=m.double_sided, alphaMode=None
        )
        material.alphaCutoff = None
        if m.texture is not None:
            pbr.baseColorTexture = gl.TextureInfo(index=self._texture(m.texture, f"{m.name} colour"))
        if m.normal is not None:
            index = self._texture(m.normal, f"{m.name} normal")
            material.normalTexture = gl.NormalMaterialTexture(index=index, scale=m.normal_scale)
        if any(m.emissive):
            material.emissiveFactor = [float(v) for v in m.emissive]
        if m.emissive_texture is not None:
            same = m.emissive_texture is m.texture
            role = f"{m.name} colour" if same else f"{m.name} light"
            material.emissiveTexture = gl.TextureInfo(index=self._texture(m.emissive_texture, role))
        if m.emissive_strength != 1.0:
            material.extensions["KHR_materials_emissive_strength"] = {"emissiveStrength": m.emissive_strength}
            self._extensions.add("KHR_materials_emissive_strength")
        if m.unlit:
            material.extensions["KHR_materials_unlit"] = {}
            self._extensions.add("KHR_materials_unlit")
        own: dict[str, object] = dict(m.extras)
        if part.lightmap_uv is not None:
            own["lightmap"] = True
        if m.water:
            own["water"] = True
        if m.screen:
            own["screen"] = m.screen
        if m.shadow != "both":
            own["shadow"] = m.shadow
        if own:
            material.extras = {"yuanzhan": own}
        self.gltf.materials.append(material)
        return len(self.gltf.materials) - 1


def tangents(mesh: Mesh, uv: np.ndarray) -> np.ndarray:
    """(n, 4) unit tangents along +u; w makes the bitangent point along -v, up in the image as in glTF."""
    edge1, edge2 = (mesh.position[mesh.index[:, k]] - mesh.position[mesh.index[:, 0]] for k in (1, 2))
    uv1, uv2 = (uv[mesh.index[:, k]] - uv[mesh.index[:, 0]] for k in (1, 2))
    area = uv1[:, 0] * uv2[:, 1] - uv2[:, 0] * uv1[:, 1]
    area = np.where(np.abs(area) < 1e-12, np.inf, area)[:, None]
    along_u = (edge1 * uv2[:, 1:] - edge2 * uv1[:, 1:]) / area
    along_v = (edge2 * uv1[:, :1] - edge1 * uv2[:, :1]) / area
    u, v = np.zeros_like(mesh.position), np.zeros_like(mesh.position)
    for k in range(3):
        np.add.at(u, mesh.index[:, k], along_u)
        np.add.at(v, mesh.index[:, k], along_v)
    normal = mesh.normal
    tangent = u - normal * (u * normal).sum(1, keepdims=True)
    # where uv say nothing, any direction in the surface does
    spare = np.cross(normal, np.where(np.abs(normal[:, 1:2]) > 0.9, [[1.0, 0, 0]], [[0, 1.0, 0]]))
    tangent = np.where(np.linalg.norm(tangent, axis=1, keepdims=True) > 1e-6, tangent, spare)
    tangent = tangent / np.linalg.norm(tangent, axis=1, keepdims=True)
    handed = np.where((np.cross(normal, tangent) * v).sum(1) > 0, -1.0, 1.0)
    return np.column_stack([tangent, handed])


def glb(
    name: str,
    parts: Sequence[Part],
    places: Sequence[Place] = (),
    lamps: Sequence[Lamp] = (),
    prefix: str = "static_",
) -> bytes:
    writer = Writer()
    for part in parts:
        writer.part(part, prefix)
    for place in places:
        writer.place(place)
    for number, lamp in enumerate(lamp for lamp in lamps if lamp.glow_m > 0):
        writer.glow(lamp, number)
    return writer.binary(name)
