"""EXT_meshopt_compression and KHR_draco_mesh_compression: bytes to bytes and arrays.

Decoding runs in C libraries; what they are asked to write is bounded by the caller, and what they refuse is
a ValueError.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray


def decode_meshopt(data: bytes, count: int, stride: int, mode: str, filter: str) -> bytes:
    """`count` x `stride` bytes of a compressed view; `mode` and `filter` are the extension's words.

    Raises ValueError.
    """
    import meshoptimizer

    if count == 0:
        return b""
    # Which stride goes with which mode and filter is the extension's specification.
    if mode == "ATTRIBUTES":
        if stride % 4 or not 4 <= stride <= 256:
            raise ValueError(f"a stride of {stride} cannot be meshopt")
    elif mode not in ("TRIANGLES", "INDICES") or stride not in (2, 4) or filter != "NONE":
        raise ValueError(f"mode {mode[:20]} with stride {stride} and filter {filter[:20]} is none of meshopt")
    if mode == "TRIANGLES" and count % 3:
        # The library writes whole triangles, past the end of an array that does not hold the last one.
        raise ValueError(f"{count} indices are no whole triangles")
    try:
        if mode == "TRIANGLES":
            decoded = meshoptimizer.decode_index_buffer(count, stride, data)
        elif mode == "INDICES":
            decoded = meshoptimizer.decode_index_sequence(count, stride, data)
        else:
            # An element of `stride` bytes: the library allocates `count` of whatever dtype it is given.
            whole = np.dtype((np.void, stride))
            decoded = meshoptimizer.decode_vertex_buffer(count, stride, data, dtype=whole)
    except RuntimeError:
        raise ValueError("the meshopt data is damaged") from None
    # Indices come in an array of u32 even where they are u16: only its first bytes are theirs.
    raw = np.ascontiguousarray(decoded).view(np.uint8).reshape(-1)[: count * stride]
    return _filtered(raw, count, stride, filter).tobytes()


def _filtered(raw: NDArray[np.uint8], count: int, stride: int, filter: str) -> NDArray[Any]:
    import meshoptimizer

    if filter == "NONE":
        return raw
    strides = {"OCTAHEDRAL": (4, 8), "QUATERNION": (8,), "EXPONENTIAL": tuple(range(4, 257, 4))}.get(filter)
    if strides is None or stride not in strides:
        raise ValueError(f"the meshopt filter {filter[:20]} does not go with stride {stride}")
    # The filters of the library work on whole groups of four elements.
    padded = np.zeros((count + 3) // 4 * 4 * stride, dtype=np.uint8)
    padded[: raw.nbytes] = raw
    apply = {
        "OCTAHEDRAL": meshoptimizer.decode_filter_oct,
        "QUATERNION": meshoptimizer.decode_filter_quat,
        "EXPONENTIAL": meshoptimizer.decode_filter_exp,
    }[filter]
    filtered: NDArray[Any] = apply(padded, len(padded) // stride, stride)
    return filtered[: raw.nbytes]


def decode_draco(data: bytes, position_id: Any) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
    """(n, 3) float32 positions and (m, 3) int faces. `position_id` is the Draco attribute of POSITION.
    Raises ValueError."""
    attributes, faces = decode_draco_mesh(data)
    positions = attributes.get(position_id)
    if positions is None or positions.shape[1] != 3:
        raise ValueError("the Draco data holds no positions")
    return positions.astype(np.float32).reshape(-1, 3), faces


def decode_draco_mesh(data: bytes) -> tuple[dict[int, NDArray[Any]], NDArray[np.int64]]:
    """Each attribute, (vertices, components) of its own type, by its unique id; and (m, 3) int faces.

    Raises ValueError.
    """
    import DracoPy

    try:
        mesh = DracoPy.decode(data)
    except (DracoPy.FileTypeException, ValueError, RuntimeError, MemoryError) as error:
        # Few bytes may ask for more points than there is memory for.
        raise ValueError(f"the Draco data is damaged: {error}"[:120]) from None
    faces = getattr(mesh, "faces", None)
    if faces is None:
        raise ValueError("the Draco data holds no triangles")
    attributes = {
        int(attribute["unique_id"]): np.asarray(attribute["data"]) for attribute in mesh.attributes or ()
    }
    if any(values.ndim != 2 for values in attributes.values()):
        raise ValueError("the Draco data holds attributes of no shape")
    return attributes, np.asarray(faces, dtype=np.int64).reshape(-1, 3)
