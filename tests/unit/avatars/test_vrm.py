"""An avatar as VRM 1.0 is a glTF that others read: whole, humanoid, skinned, moving."""

import json
import struct
from typing import Any

import numpy as np
import pytest

from avatars import vrm
from avatars.build import OUTPUT
from avatars.skeleton import BONES

LOOKS = json.loads((OUTPUT / "portraits.json").read_text())["looks"]
REQUIRED_BONES = {"hips", "spine", "head"} | {
    side + bone
    for side in ("left", "right")
    for bone in ("UpperArm", "LowerArm", "Hand", "UpperLeg", "LowerLeg", "Foot")
}


def _parsed(data: bytes) -> tuple[dict[str, Any], bytes]:
    magic, version, length = struct.unpack_from("<III", data)
    assert (magic, version, length) == (0x46546C67, 2, len(data))
    json_length, _ = struct.unpack_from("<II", data, 12)
    document: dict[str, Any] = json.loads(data[20 : 20 + json_length])
    return document, data[28 + json_length :]


def _floats(document: dict[str, Any], buffer: bytes, index: int, width: int) -> np.ndarray:
    accessor = document["accessors"][index]
    start = document["bufferViews"][accessor["bufferView"]]["byteOffset"]
    return np.frombuffer(buffer, "<f4", accessor["count"] * width, start).reshape(-1, width)


@pytest.mark.parametrize("look", LOOKS[:3])
def test_a_vrm_has_every_bone_that_the_format_requires(look: int) -> None:
    document, buffer = _parsed(vrm.export(look, "Visitor"))
    humanoid = document["extensions"]["VRMC_vrm"]["humanoid"]["humanBones"]
    assert set(humanoid) >= REQUIRED_BONES
    assert {document["nodes"][bone["node"]]["name"] for bone in humanoid.values()} == set(BONES)
    assert document["buffers"][0]["byteLength"] == len(buffer)
    assert {animation["name"] for animation in document["animations"]} >= {"walk", "sit", "wave"}


def test_the_skin_leaves_the_mesh_on_the_bones() -> None:
    """Each vertex, moved into the rest pose, is within reach of the bones it belongs to."""
    document, buffer = _parsed(vrm.export(LOOKS[1], "Visitor"))
    inverse = _floats(document, buffer, document["skins"][0]["inverseBindMatrices"], 16).reshape(-1, 4, 4)
    positions = _floats(document, buffer, document["meshes"][0]["primitives"][0]["attributes"]["POSITION"], 3)
    assert np.abs(np.linalg.det(inverse[:, :3, :3])) == pytest.approx(1, abs=1e-5)
    assert positions[:, 1].min() > -0.02
    assert 1.5 < positions[:, 1].max() < 1.95


def test_only_what_is_worn_is_in_the_file() -> None:
    bare, wearing = (
        _parsed(vrm.export(look, "Visitor"))[0] for look in (LOOKS[0] & ~(7 << 21), LOOKS[0] | 2 << 21)
    )
    bounds = [
        document["accessors"][document["meshes"][0]["primitives"][0]["attributes"]["POSITION"]]["max"][1]
        for document in (bare, wearing)
    ]
    assert bounds[1] > bounds[0] + 0.05
