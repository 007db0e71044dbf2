"""What a glTF costs as placed: triangles and draw calls of every node and instance, and memory of its
textures.

The Khronos validator counts each mesh once, however often it is placed; budgets are about what is drawn.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from yuanzhan.scene.accessors import Accessors
from yuanzhan.scene.images import ImageSize, image_size
from yuanzhan.scene.nodes import placed_nodes
from yuanzhan.scene.reader import Gltf, Json
from yuanzhan.scene.triangles import TRIANGLE_FAN, TRIANGLE_STRIP, TRIANGLES, instance_count

# Where a texture names its image, best first: three.js takes the extension's image where there is one.
_IMAGE_EXTENSIONS = ("KHR_texture_basisu", "EXT_texture_webp")


@dataclass(frozen=True, slots=True)
class Cost:
    """Sums; adding two gives both together."""

    triangles: int = 0
    draw_calls: int = 0
    texture_bytes: int = 0
    materials: int = 0
    bytes: int = 0

    def __add__(self, other: Cost) -> Cost:
        return Cost(
            self.triangles + other.triangles,
            self.draw_calls + other.draw_calls,
            self.texture_bytes + other.texture_bytes,
            self.materials + other.materials,
            self.bytes + other.bytes,
        )


def measure(gltf: Gltf, file_bytes: int) -> Cost:
    """The cost of a file of `file_bytes`. Raises SceneInvalid, also for an image that nobody can size."""
    triangles = draw_calls = 0
    for node in placed_nodes(gltf):
        if "mesh" not in node.json:
            continue
        primitives = gltf.item("meshes", node.json["mesh"]).get("primitives", [])
        # All instances of a mesh are one draw call a primitive.
        draw_calls += len(primitives)
        instances = instance_count(gltf, node)
        triangles += instances * sum(primitive_triangle_count(gltf, primitive) for primitive in primitives)
    textures = sum(size.gpu_bytes for size in texture_sizes(gltf))
    return Cost(triangles, draw_calls, textures, len(gltf.items("materials")), file_bytes)


def primitive_triangle_count(gltf: Gltf, primitive: Json) -> int:
    """How many triangles a primitive draws, from the JSON alone."""
    corners = primitive.get("indices", primitive.get("attributes", {}).get("POSITION"))
    if corners is None:
        return 0
    count = gltf.item("accessors", corners).get("count", 0)
    count = count if isinstance(count, int) else 0
    mode = primitive.get("mode", TRIANGLES)
    if mode == TRIANGLES:
        return count // 3
    return max(count - 2, 0) if mode in (TRIANGLE_STRIP, TRIANGLE_FAN) else 0


def texture_sizes(gltf: Gltf) -> list[ImageSize]:
    """The images that the textures use, each once. Raises SceneInvalid for one that is no image."""
    accessors = Accessors(gltf)
    sources = dict.fromkeys(_source(texture) for texture in gltf.items("textures"))
    sizes = []
    for source in sources:
        if source is None:
            continue
        try:
            sizes.append(image_size(_image_bytes(accessors, source)))
        except ValueError as error:
            raise gltf.invalid(f"images[{source}]: {error}") from None
    return sizes


def _source(texture: Json) -> Any:
    extensions = texture.get("extensions")
    if isinstance(extensions, dict):
        for name in _IMAGE_EXTENSIONS:
            extension = extensions.get(name)
            if isinstance(extension, dict) and "source" in extension:
                return extension["source"]
    return texture.get("source")


def _image_bytes(accessors: Accessors, index: Any) -> bytes:
    image = accessors.gltf.item("images", index)
    if "bufferView" in image:
        return accessors.view(image["bufferView"])
    return accessors.gltf.data_uri(image.get("uri"), f"images[{index}]")
