"""The canonical form: decoded, in floats, and everything else as it was."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import DracoPy
import meshoptimizer
import numpy as np
import pytest
import trimesh
from numpy.typing import NDArray

from tests.plain_hall import Glb
from yuanzhan.errors.starting import SceneInvalid
from yuanzhan.scene.accessors import Accessors
from yuanzhan.scene.canonical.canonicalise import canonicalise
from yuanzhan.scene.canonical.glb import write_glb
from yuanzhan.scene.measure import describe
from yuanzhan.scene.reader import Gltf, read_file, read_gltf

BALL = trimesh.creation.icosphere(subdivisions=3, radius=1.5)
UBYTE, SHORT, FLOAT = 5121, 5122, 5126


def made(glb: Glb, folder: Path) -> Gltf:
    """The canonical form of `glb`, written and read."""
    path = folder / "canonical.glb"
    write_glb(canonicalise(read_gltf(glb.to_bytes(), "it.glb")), path)
    return read_file(path)


def code_of(glb: Glb, folder: Path) -> str:
    with pytest.raises(SceneInvalid) as refused:
        made(glb, folder)
    code: str = refused.value.issue.code
    return code


def positions(gltf: Gltf) -> NDArray[np.float32]:
    return Accessors(gltf).floats(gltf.document["meshes"][0]["primitives"][0]["attributes"]["POSITION"])


def draco_ball(**said: Any) -> Glb:
    """A ball as Draco with accessors that say `said` of its positions."""
    vertices, faces = np.asarray(BALL.vertices, dtype="<f4"), np.asarray(BALL.faces, dtype="<u4")
    data = DracoPy.encode(vertices, faces, quantization_bits=14, preserve_order=True)
    mesh = DracoPy.decode(data)
    glb = Glb()
    bounds = {"min": vertices.min(axis=0).tolist(), "max": vertices.max(axis=0).tolist()}
    corners = {"componentType": FLOAT, "type": "VEC3", "count": len(mesh.points)} | bounds | said
    indices = {"componentType": 5125, "type": "SCALAR", "count": mesh.faces.size}
    glb.document["accessors"] = [corners, indices]
    view = glb.add_view(data)
    draco = {"bufferView": view, "attributes": {"POSITION": mesh.attributes[0]["unique_id"]}}
    primitive = {
        "attributes": {"POSITION": 0},
        "indices": 1,
        "extensions": {"KHR_draco_mesh_compression": draco},
    }
    glb.document["meshes"] = [{"primitives": [primitive]}]
    glb.document["extensionsUsed"] = ["KHR_draco_mesh_compression"]
    glb.document["extensionsRequired"] = ["KHR_draco_mesh_compression"]
    glb.add_node(mesh=0)
    return glb


def test_draco_becomes_plain(tmp_path: Path) -> None:
    gltf = made(draco_ball(), tmp_path)
    assert "KHR_draco" not in json.dumps(gltf.document)
    measured = describe(gltf, Accessors(gltf), 0)
    assert measured["triangles"] == len(BALL.faces)
    assert measured["bounds_m"]["size"] == pytest.approx([3, 3, 3], abs=0.001)
    accessor = gltf.document["accessors"][0]
    assert accessor["max"] == positions(gltf).max(axis=0).tolist()


@pytest.mark.parametrize(
    "said", [{"count": 10}, {"count": 100_000}, {"type": "VEC2"}, {"componentType": 5130}]
)
def test_draco_that_is_not_what_the_file_says_is_refused(tmp_path: Path, said: dict[str, Any]) -> None:
    assert code_of(draco_ball(**said), tmp_path) == "DRACO_SIZE"


@pytest.mark.parametrize("said", [{"max": [9, 9, 9]}, {"min": [0, 0, 0]}, {"min": ["x", 0, 0]}, {"max": [1]}])
def test_bounds_of_compressed_data_may_not_lie(tmp_path: Path, said: dict[str, Any]) -> None:
    assert code_of(draco_ball(**said), tmp_path) == "BOUNDS_WRONG"


def test_damaged_draco_is_refused(tmp_path: Path) -> None:
    glb = draco_ball()
    glb.binary[:5] = b"OCARD"
    assert code_of(glb, tmp_path) == "DRACO_DAMAGED"


def quantised_ball(scale: float = 1000.0) -> Glb:
    """A ball in whole millimetres under a node that makes metres of them, with normals of one byte."""
    glb = Glb()
    mesh = glb.add_mesh(BALL)
    whole = np.round(np.asarray(BALL.vertices) * scale).astype("<i2")
    padded = np.zeros((len(whole), 4), dtype="<i2")
    padded[:, :3] = whole
    corners = glb.add_accessor(
        padded, "VEC3", SHORT, min=whole.min(axis=0).tolist(), max=whole.max(axis=0).tolist()
    )
    normals = np.zeros((len(whole), 4), dtype="i1")
    normals[:, :3] = np.round(np.asarray(BALL.vertex_normals) * 127)
    directions = glb.add_accessor(normals, "VEC3", 5120, normalized=True)
    for accessor in (corners, directions):
        view = glb.document["accessors"][accessor]["bufferView"]
        glb.document["bufferViews"][view]["byteStride"] = 8 if accessor == corners else 4
    attributes = glb.document["meshes"][mesh]["primitives"][0]["attributes"]
    attributes |= {"POSITION": corners, "NORMAL": directions}
    for key in ("extensionsUsed", "extensionsRequired"):
        glb.document[key] = ["KHR_mesh_quantization"]
    glb.add_node(mesh=mesh, scale=[1 / scale] * 3)
    return glb


def test_quantised_meshes_become_floats_of_the_same_size(tmp_path: Path) -> None:
    gltf = made(quantised_ball(), tmp_path)
    assert "extensionsUsed" not in gltf.document
    assert describe(gltf, Accessors(gltf), 0)["bounds_m"]["size"] == pytest.approx([3, 3, 3], abs=0.002)
    attributes = gltf.document["meshes"][0]["primitives"][0]["attributes"]
    assert {gltf.document["accessors"][attributes[name]]["componentType"] for name in attributes} == {FLOAT}
    normals = Accessors(gltf).floats(attributes["NORMAL"])
    assert np.linalg.norm(normals, axis=1) == pytest.approx(1, abs=1e-5)
    assert np.abs(normals - BALL.vertex_normals).max() < 0.01


def meshopt_ball(**said: Any) -> Glb:
    """A ball whose positions meshopt packs, its placeholder buffer without bytes."""
    glb = Glb()
    glb.add_node(mesh=glb.add_mesh(BALL))
    position = glb.document["meshes"][0]["primitives"][0]["attributes"]["POSITION"]
    vertices = np.asarray(BALL.vertices, dtype="<f4")
    data = meshoptimizer.encode_vertex_buffer(vertices, len(vertices), 12)
    packed = glb.add_view(bytes(data))
    where = glb.document["bufferViews"].pop(packed)
    view = glb.document["bufferViews"][glb.document["accessors"][position]["bufferView"]]
    meshopt = {"buffer": 0, "byteOffset": where["byteOffset"], "byteLength": where["byteLength"]}
    meshopt |= {"byteStride": 12, "count": len(vertices), "mode": "ATTRIBUTES"}
    view |= {"buffer": 1, "byteOffset": 0, "byteLength": vertices.nbytes}
    view["extensions"] = {"EXT_meshopt_compression": meshopt | said}
    glb.document["extensionsUsed"] = ["EXT_meshopt_compression"]
    glb.document["extensionsRequired"] = ["EXT_meshopt_compression"]
    return glb


def with_placeholder(glb: Glb) -> Gltf:
    """The file with its second buffer, which nobody has the bytes of."""
    gltf = read_gltf(glb.to_bytes(), "it.glb")
    gltf.document["buffers"].append({"byteLength": 1 << 20})
    return gltf


def test_meshopt_becomes_plain_and_the_placeholder_goes(tmp_path: Path) -> None:
    write_glb(canonicalise(with_placeholder(meshopt_ball())), tmp_path / "it.glb")
    gltf = read_file(tmp_path / "it.glb")
    assert "meshopt" not in json.dumps(gltf.document)
    assert len(gltf.document["buffers"]) == 1
    assert positions(gltf) == pytest.approx(np.asarray(BALL.vertices, dtype="<f4"))


def test_damaged_meshopt_is_refused() -> None:
    glb = meshopt_ball()
    view = glb.document["bufferViews"][glb.document["accessors"][0]["bufferView"]]
    glb.binary[view["extensions"]["EXT_meshopt_compression"]["byteOffset"]] ^= 0xFF
    with pytest.raises(SceneInvalid, match="meshopt"):
        canonicalise(with_placeholder(glb))


def test_what_is_plain_stays_as_it_is_to_the_byte(tmp_path: Path) -> None:
    glb = Glb()
    glb.add_node(
        mesh=glb.add_mesh(BALL, glb.add_material((1, 0, 0))), name="球", extras={"type": "slot", "id": "a"}
    )
    before = read_gltf(glb.to_bytes())
    expected = [Accessors(before).view(number) for number in range(len(before.document["bufferViews"]))]
    document = json.loads(json.dumps(before.document))
    after = made(glb, tmp_path)
    assert [Accessors(after).view(number) for number in range(len(expected))] == expected
    for views in (document["bufferViews"], after.document["bufferViews"]):
        for view in views:
            view.pop("byteOffset")
    assert after.document | {"buffers": []} == document | {"buffers": []}


def test_a_model_without_a_single_byte_of_geometry_is_a_file_too(tmp_path: Path) -> None:
    glb = Glb()
    glb.add_node(name="empty")
    gltf = made(glb, tmp_path)
    assert "buffers" not in gltf.document
    assert describe(gltf, Accessors(gltf), 0)["bounds_m"] is None


def test_a_model_tells_the_names_of_its_nodes_once_each() -> None:
    glb = Glb()
    for name in ("chair", "", "leg", "leg", "n" * 257):
        glb.add_node(name=name)
    gltf = read_gltf(glb.to_bytes())
    assert describe(gltf, Accessors(gltf), 0)["node_names"] == ["chair", "leg"]
