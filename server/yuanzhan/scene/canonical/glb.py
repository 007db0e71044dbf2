"""The canonical form as a GLB."""

from __future__ import annotations

import json
import struct
from pathlib import Path
from typing import BinaryIO, Final

from yuanzhan.scene.canonical.form import Canonical
from yuanzhan.scene.document import CHUNK_BIN, CHUNK_JSON, MAGIC

# Each view begins where any component may.
_ALIGNMENT: Final = 8


def write_glb(canonical: Canonical, path: Path) -> None:
    """Write the file."""
    with path.open("wb") as file:
        _write(canonical, file)


def _write(canonical: Canonical, file: BinaryIO) -> None:
    at = 0
    for view, data in zip(canonical.document.get("bufferViews", []), canonical.views, strict=True):
        view["byteOffset"] = at
        at += -(-len(data) // _ALIGNMENT) * _ALIGNMENT
    if at:
        (buffer,) = canonical.document["buffers"]
        buffer["byteLength"] = at
    text = json.dumps(canonical.document, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()
    text += b" " * (-len(text) % 4)
    whole = 20 + len(text) + (8 + at if at else 0)
    file.write(struct.pack("<4s4I", MAGIC, 2, whole, len(text), CHUNK_JSON) + text)
    if at:
        file.write(struct.pack("<2I", at, CHUNK_BIN))
        for data in canonical.views:
            file.write(data)
            file.write(bytes(-len(data) % _ALIGNMENT))
