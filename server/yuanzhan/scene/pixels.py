"""Are the images of an upload what they claim to be? Their kind by the first bytes, their size from the
header, and then decoded, one after the other: an image that ends half-way looks whole until then."""

from __future__ import annotations

import io
import struct
import warnings
from collections.abc import Iterator
from typing import Final

from PIL import Image

from yuanzhan.scene.accessors import Accessors
from yuanzhan.scene.images import KTX2_MAGIC, ImageSize, image_size, is_other_image, media_type
from yuanzhan.scene.issues import Issue, told
from yuanzhan.scene.limits import UploadLimits
from yuanzhan.scene.measure import image_bytes, used_images

_PILLOW: Final = {"image/png": "PNG", "image/jpeg": "JPEG", "image/webp": "WEBP"}
# KTX 2.0, section 3: the header, its index, then an entry a level.
_KTX2_HEADER: Final = struct.Struct("<12s9I4I2Q")
_KTX2_LEVEL: Final = struct.Struct("<3Q")
_KTX2_LEVELS_MAX: Final = 16


def image_issues(accessors: Accessors, limits: UploadLimits) -> Iterator[Issue]:
    """What is wrong with the images of a file. Raises SceneInvalid for one that is nowhere."""
    pixels = 0
    used = used_images(accessors.gltf)
    for index in range(len(accessors.gltf.items("images"))):
        where = f"/images/{index}"
        data = image_bytes(accessors, index)
        kind = media_type(data)
        if index not in used and is_other_image(data):
            yield told("IMAGE_IGNORED", where)
            continue
        if kind not in _PILLOW and kind != "image/ktx2":
            yield told("IMAGE_KIND", where)
            continue
        try:
            size = image_size(data)
        except ValueError:
            yield told("IMAGE_DAMAGED", where)
            continue
        pixels += size.width * size.height
        if max(size.width, size.height) > limits.image_side_px:
            yield told("IMAGE_SIDE", where, width=size.width, height=size.height, limit=limits.image_side_px)
        elif pixels > limits.image_pixels:
            yield told("IMAGE_PIXELS", where, limit=limits.image_pixels)
            return
        elif not _is_whole(data, kind, size):
            yield told("IMAGE_DAMAGED", where)


def _is_whole(data: bytes, kind: str, size: ImageSize) -> bool:
    """True when all of it can be decoded to the size that its header tells."""
    if kind == "image/ktx2":
        return _is_whole_ktx2(data)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            with Image.open(io.BytesIO(data), formats=[_PILLOW[kind]]) as image:
                if image.size != (size.width, size.height):
                    return False
                image.load()
    except Exception:  # whatever a decoder says of what somebody made up
        return False
    return True


def _is_whole_ktx2(data: bytes) -> bool:
    """Its levels are within it. (Basis Universal itself is decoded by nobody here.)"""
    if len(data) < _KTX2_HEADER.size or not data.startswith(KTX2_MAGIC):
        return False
    levels = _KTX2_HEADER.unpack_from(data)[8]
    count = max(levels, 1)
    if count > _KTX2_LEVELS_MAX or _KTX2_HEADER.size + count * _KTX2_LEVEL.size > len(data):
        return False
    for level in range(count):
        offset, length, _ = _KTX2_LEVEL.unpack_from(data, _KTX2_HEADER.size + level * _KTX2_LEVEL.size)
        if not length or offset + length > len(data):
            return False
    return True
