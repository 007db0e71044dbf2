"""What a glTF costs as placed: triangles and draw calls of every node and instance, and memory of its
textures.

The Khronos validator counts each mesh once, however often it is placed; budgets are about what is drawn.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice
from typing import Any, Final

from yuanzhan.scene.accessors import Accessors
from yuanzhan.scene.bounds import placed_bounds
from yuanzhan.scene.images import ImageSize, image_size
from yuanzhan.scene.nodes import placed_nodes
from yuanzhan.scene.reader import Gltf, Json
from yuanzhan.scene.structure import extension, instance_count, mesh_cost

# More than anybody looks through; a name that is longer names no product (booths/dress.py).
NODE_NAMES_MAX: Final = 500
NODE_NAME_MAX_CHARS: Final = 256
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


def measure(gltf: Gltf, file_bytes: int, accessors: Accessors | None = None) -> Cost:
    """The cost of a file of `file_bytes`. Raises SceneInvalid, also for an image that nobody can size."""
    triangles = draw_calls = 0
    for node in placed_nodes(gltf):
        if "mesh" not in node.json:
            continue
        # All instances of a mesh are one draw call a primitive.
        mesh_draws, mesh_triangles = mesh_cost(gltf.document, gltf.item("meshes", node.json["mesh"]))
        draw_calls += mesh_draws
        triangles += instance_count(gltf.document, node.json) * mesh_triangles
    textures = sum(size.gpu_bytes for size in texture_sizes(gltf, accessors))
    return Cost(triangles, draw_calls, textures, len(gltf.items("materials")), file_bytes)


def texture_sizes(gltf: Gltf, accessors: Accessors | None = None) -> list[ImageSize]:
    """The images that the textures use, each once. Raises SceneInvalid for one that is no image."""
    accessors = accessors or Accessors(gltf)
    sources = dict.fromkeys(_source(texture) for texture in gltf.items("textures"))
    sizes = []
    for source in sources:
        if source is None:
            continue
        try:
            sizes.append(image_size(image_bytes(accessors, source)))
        except ValueError as error:
            raise gltf.invalid(f"images[{source}]: {error}") from None
    return sizes


def used_images(gltf: Gltf) -> set[int]:
    """The images that some texture shows, by glTF itself or an extension that is read here."""
    found = {texture.get("source") for texture in gltf.items("textures")}
    for texture in gltf.items("textures"):
        for name in _IMAGE_EXTENSIONS:
            webp_or_basis = extension(texture, name)
            found.add(webp_or_basis.get("source") if webp_or_basis else None)
    return {index for index in found if isinstance(index, int)}


def _source(texture: Json) -> Any:
    extensions = texture.get("extensions")
    if isinstance(extensions, dict):
        for name in _IMAGE_EXTENSIONS:
            extension = extensions.get(name)
            if isinstance(extension, dict) and "source" in extension:
                return extension["source"]
    return texture.get("source")


def image_bytes(accessors: Accessors, index: Any) -> bytes:
    """The file of an image. Raises SceneInvalid."""
    image = accessors.gltf.item("images", index)
    if "bufferView" in image:
        return accessors.view(image["bufferView"])
    return accessors.gltf.data_uri(image.get("uri"), f"images[{index}]")


def describe(gltf: Gltf, accessors: Accessors, file_bytes: int) -> dict[str, Any]:
    """What a report says of a model in canonical form: JSON, sizes in metres and bytes.

    `bounds_m` is null where nothing has a shape. Raises SceneInvalid.
    """
    nodes = placed_nodes(gltf)
    cost = measure(gltf, file_bytes, accessors)
    bounds = placed_bounds(gltf, accessors, nodes)
    variants = extension(gltf.document, "KHR_materials_variants")
    return {
        "bounds_m": None
        if bounds is None
        else {
            "min": _rounded(bounds.low),
            "max": _rounded(bounds.high),
            "size": _rounded(bounds.size),
        },
        "triangles": cost.triangles,
        "draws": cost.draw_calls,
        "texture_bytes": cost.texture_bytes,
        "textures": [{"width": size.width, "height": size.height} for size in texture_sizes(gltf, accessors)],
        "materials": cost.materials,
        "nodes": len(nodes),
        "node_names": _known_names(node.name for node in nodes),
        "meshes": len(gltf.items("meshes")),
        "skins": len(gltf.items("skins")),
        "animations": _names(gltf.items("animations")),
        "variants": _names(variants.get("variants", []) if variants else []),
        "extensions": sorted(gltf.extensions_used),
        "bytes": file_bytes,
    }


def _known_names(names: Iterable[str]) -> list[str]:
    """Each once, in their order: what somebody chooses from."""
    usable = (name for name in names if 0 < len(name) <= NODE_NAME_MAX_CHARS)
    return list(islice(dict.fromkeys(usable), NODE_NAMES_MAX))


def _rounded(values: tuple[float, float, float]) -> list[float]:
    """To a tenth of a millimetre."""
    return [round(value, 4) for value in values]


def _names(items: Any) -> list[str]:
    """Their names, or empty texts."""
    return [str(item.get("name", "")) if isinstance(item, dict) else "" for item in items]
