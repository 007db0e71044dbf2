"""How large a model is as it stands, against slow and obvious sums."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import trimesh
from hypothesis import given
from hypothesis import strategies as st

from tests.plain_hall import Glb
from yuanzhan.errors.starting import SceneInvalid
from yuanzhan.scene import bounds as bounds_module
from yuanzhan.scene.accessors import Accessors
from yuanzhan.scene.bounds import Bounds, placed_bounds
from yuanzhan.scene.nodes import placed_nodes
from yuanzhan.scene.reader import read_gltf
from yuanzhan.scene.triangles import placed_triangles

CONE = trimesh.creation.cone(radius=0.4, height=1.3)


def bounds_of(glb: Glb) -> Bounds | None:
    gltf = read_gltf(glb.to_bytes())
    return placed_bounds(gltf, Accessors(gltf), placed_nodes(gltf))


numbers = st.floats(-5, 5, width=32)


@given(
    st.lists(
        st.tuples(
            st.tuples(numbers, numbers, numbers), st.tuples(numbers, numbers, numbers, numbers), numbers
        ),
        min_size=1,
        max_size=4,
    )
)
def test_every_placement_counts(places: list[tuple[Any, Any, float]]) -> None:
    glb = Glb()
    mesh = glb.add_mesh(CONE)
    for translation, turn, scale in places:
        length = float(np.linalg.norm(turn))
        rotation = [float(v) / length for v in turn] if length > 1e-3 else [0.0, 0.0, 0.0, 1.0]
        glb.add_node(mesh=mesh, translation=list(translation), rotation=rotation, scale=[scale, 1.0, 2.0])
    gltf = read_gltf(glb.to_bytes())
    corners = placed_triangles(gltf, placed_nodes(gltf)).corners.reshape(-1, 3)
    found = bounds_of(glb)
    assert found is not None
    assert found.low == pytest.approx(corners.min(axis=0), abs=1e-3)
    assert found.high == pytest.approx(corners.max(axis=0), abs=1e-3)


def instanced(count: int) -> Glb:
    glb = Glb()
    mesh = glb.add_mesh(CONE)
    steps = np.zeros((count, 3), dtype="<f4")
    steps[:, 0] = np.arange(count)
    node = glb.add_node(mesh=mesh)
    attributes = {"TRANSLATION": glb.add_accessor(steps, "VEC3", 5126)}
    glb.document["nodes"][node]["extensions"] = {"EXT_mesh_gpu_instancing": {"attributes": attributes}}
    return glb


def test_instances_count_exactly_or_by_their_boxes_where_they_are_very_many(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    exact = bounds_of(instanced(50))
    monkeypatch.setattr(bounds_module, "_CHUNK", 10)
    assert bounds_of(instanced(50)) == exact
    monkeypatch.setattr(bounds_module, "_EXACT_MAX", 10)
    assert bounds_of(instanced(50)) == exact
    assert exact is not None
    assert exact.size[0] == pytest.approx(49 + 0.8, abs=0.01)


def skinned(joint_up_m: float) -> Glb:
    """A cone held by one joint bound at the origin; its own node is far away, which moves nothing."""
    glb = Glb()
    mesh = glb.add_mesh(CONE)
    count = len(CONE.vertices)
    attributes = glb.document["meshes"][mesh]["primitives"][0]["attributes"]
    attributes["JOINTS_0"] = glb.add_accessor(np.zeros((count, 4), dtype="u1"), "VEC4", 5121)
    weights = np.zeros((count, 4), dtype="<f4")
    weights[:, 0] = 1
    attributes["WEIGHTS_0"] = glb.add_accessor(weights, "VEC4", 5126)
    joint = glb.add_node(translation=[0, joint_up_m, 0])
    glb.document["skins"] = [{"joints": [joint]}]
    glb.add_node(mesh=mesh, skin=0, translation=[100, 0, 0])
    return glb


def test_skins_stand_where_their_joints_are() -> None:
    found = bounds_of(skinned(2.0))
    assert found is not None
    assert found.low == pytest.approx(CONE.bounds[0] + [0, 2, 0], abs=1e-5)
    assert found.high == pytest.approx(CONE.bounds[1] + [0, 2, 0], abs=1e-5)


def test_numbers_that_are_none_are_refused() -> None:
    glb = Glb()
    glb.add_node(mesh=glb.add_mesh(CONE))
    position = glb.document["meshes"][0]["primitives"][0]["attributes"]["POSITION"]
    view = glb.document["bufferViews"][glb.document["accessors"][position]["bufferView"]]
    at = view["byteOffset"]
    glb.binary[at : at + 4] = np.float32("nan").tobytes()
    with pytest.raises(SceneInvalid) as refused:
        bounds_of(glb)
    assert refused.value.issue.code == "NOT_FINITE"


def test_nothing_has_no_bounds() -> None:
    glb = Glb()
    glb.add_node(name="empty")
    assert bounds_of(glb) is None
