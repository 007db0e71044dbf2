"""What stands in other files and data: URIs, into the binary chunk."""

from __future__ import annotations

from typing import Final

from yuanzhan.scene.canonical.form import Canonical
from yuanzhan.scene.images import is_other_image, media_type
from yuanzhan.scene.intake import holders
from yuanzhan.scene.measure import used_images

# One transparent pixel.
_NO_IMAGE: Final = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c489"
    "0000000d49444154789c6360606060000000050001a5f645400000000049454e44ae426082"
)


def take_in_files(canonical: Canonical) -> None:
    """Images and sounds into the binary chunk."""
    for where, item in holders(canonical.document):
        if where.startswith("/buffers/") or "uri" not in item:
            continue
        if item["uri"] in canonical.gltf.missing:
            del item["uri"]
            continue
        data = canonical.gltf.data_uri(item.pop("uri"), where)
        item["bufferView"] = canonical.add_view(data)
        kind = media_type(data)
        if kind is not None:
            item["mimeType"] = kind


def leave_out_images(canonical: Canonical) -> None:
    """Kinds of images that nobody here reads and no texture needs: a pixel instead, the others keep their
    numbers."""
    used = used_images(canonical.gltf)
    for number, image in enumerate(canonical.gltf.items("images")):
        view = image.get("bufferView")
        if number not in used and isinstance(view, int) and is_other_image(bytes(canonical.views[view][:16])):
            canonical.drop_view(view)
            image["bufferView"], image["mimeType"] = canonical.add_view(_NO_IMAGE), "image/png"
