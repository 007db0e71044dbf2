"""A triangle with a picture on it."""

from __future__ import annotations

import io
from typing import Any

import numpy as np
from PIL import Image

from tests.support.glb import Pieces


def textured_glb(width: int, height: int) -> bytes:
    """A GLB with one material, whose picture is noise, and a normal map as large."""
    pieces = Pieces()
    corners = pieces.positions([(0, 0, 0), (1, 0, 0), (0, 1, 0)])
    coordinates = pieces.floats([0.0, 0.0, 1.0, 0.0, 0.0, 1.0], "VEC2", 2)
    noise = np.random.default_rng(3).integers(0, 255, (height, width, 3), dtype=np.uint8)
    pictures = [pieces.view(_png(noise)), pieces.view(_png(np.full_like(noise, (128, 128, 255))))]
    attributes = {"POSITION": corners, "TEXCOORD_0": coordinates}
    document: dict[str, Any] = {
        "images": [
            {"bufferView": view, "mimeType": "image/png", "name": name}
            for view, name in zip(pictures, ("noise", "bumps"), strict=True)
        ],
        "textures": [{"source": 0}, {"source": 1}],
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
    return pieces.glb(document)


def _png(values: np.ndarray[Any, np.dtype[np.uint8]]) -> bytes:
    file = io.BytesIO()
    Image.fromarray(values).save(file, "PNG")
    return file.getvalue()
