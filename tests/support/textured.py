"""A triangle with a picture on it."""

from __future__ import annotations

import io
from typing import Any

import numpy as np
from PIL import Image

from tests.support.glb import Pieces


def textured_glb(width: int, height: int, *, is_webp: bool = False) -> bytes:
    """A GLB with one material, whose picture is noise, and a normal map as large: PNG, or WebP as the
    optimiser leaves them."""
    pieces = Pieces()
    corners = pieces.positions([(0, 0, 0), (1, 0, 0), (0, 1, 0)])
    coordinates = pieces.floats([0.0, 0.0, 1.0, 0.0, 0.0, 1.0], "VEC2", 2)
    noise = np.random.default_rng(3).integers(0, 255, (height, width, 3), dtype=np.uint8)
    kind = "webp" if is_webp else "png"
    bumps = np.full_like(noise, (128, 128, 255))
    pictures = [pieces.view(_picture(values, kind)) for values in (noise, bumps)]
    attributes = {"POSITION": corners, "TEXCOORD_0": coordinates}
    document: dict[str, Any] = {
        "images": [
            {"bufferView": view, "mimeType": f"image/{kind}", "name": name}
            for view, name in zip(pictures, ("noise", "bumps"), strict=True)
        ],
        "textures": [_texture(number, is_webp) for number in (0, 1)],
        "materials": [
            {
                "name": "paper",
                "pbrMetallicRoughness": {"baseColorTexture": {"index": 0}},
                "normalTexture": {"index": 1},
            }
        ],
        "meshes": [{"primitives": [{"attributes": attributes, "material": 0}]}],
        "nodes": [{"mesh": 0, "name": "sheet"}],
        "scenes": [{"nodes": [0]}],
    }
    if is_webp:
        document["extensionsUsed"] = document["extensionsRequired"] = ["EXT_texture_webp"]
    return pieces.glb(document)


def _texture(source: int, is_webp: bool) -> dict[str, Any]:
    return {"extensions": {"EXT_texture_webp": {"source": source}}} if is_webp else {"source": source}


def _picture(values: np.ndarray[Any, np.dtype[np.uint8]], kind: str) -> bytes:
    file = io.BytesIO()
    Image.fromarray(values).save(file, kind)
    return file.getvalue()
