"""World transforms, against trimesh's own."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
import trimesh
from hypothesis import given
from hypothesis import strategies as st

from tests.plain_hall import glb_bytes
from yuanzhan.errors.starting import SceneInvalid
from yuanzhan.scene.nodes import PlacedNode, placed_nodes
from yuanzhan.scene.reader import read_gltf

ASSET = {"asset": {"version": "2.0"}}
finite = st.floats(-50, 50)
triples = st.lists(finite, min_size=3, max_size=3)


def nodes_of(nodes: list[dict[str, Any]], **document: Any) -> list[PlacedNode]:
    return placed_nodes(read_gltf(glb_bytes(ASSET | {"nodes": nodes} | document, b"")))


@given(triples, triples, st.lists(st.floats(-1, 1), min_size=4, max_size=4), triples)
def test_a_child_is_moved_turned_and_scaled_by_its_parent(
    parent_at: list[float], child_at: list[float], rotation: list[float], scale: list[float]
) -> None:
    x, y, z, w = rotation
    if math.hypot(*rotation) < 1e-3:
        rotation, (x, y, z, w) = [0, 0, 0, 1], (0.0, 0.0, 0.0, 1.0)
    parent = {"translation": parent_at, "rotation": rotation, "scale": scale, "children": [1]}
    _, child = nodes_of([parent, {"translation": child_at}], scenes=[{"nodes": [0]}])
    turn = trimesh.transformations.quaternion_matrix([w, x, y, z])  # type: ignore[no-untyped-call]
    expected = turn[:3, :3] @ (np.array(scale) * child_at) + parent_at
    np.testing.assert_allclose(child.position, expected, atol=1e-6)


@given(st.floats(-3.1, 3.1))
def test_yaw_is_where_the_nodes_minus_z_looks(yaw: float) -> None:
    (node,) = nodes_of([{"rotation": [0, math.sin(yaw / 2), 0, math.cos(yaw / 2)]}])
    assert node.yaw == pytest.approx(yaw, abs=1e-6)
    forward = -node.world[:3, 2]
    np.testing.assert_allclose(forward, [-math.sin(yaw), 0, -math.cos(yaw)], atol=1e-6)


def test_a_node_that_looks_straight_down_has_yaw_0() -> None:
    half = math.sqrt(0.5)
    (node,) = nodes_of([{"rotation": [-half, 0, 0, half]}])
    assert node.yaw == 0.0


def test_a_matrix_is_read_by_columns() -> None:
    matrix = [2, 0, 0, 0, 0, 2, 0, 0, 0, 0, 2, 0, 5, 6, 7, 1]
    (node,) = nodes_of([{"matrix": matrix}])
    assert node.position == (5, 6, 7)
    assert node.world[0, 0] == 2


def test_only_the_default_scene_counts() -> None:
    scenes = [{"nodes": [0]}, {"nodes": [1]}]
    nodes: list[dict[str, Any]] = [{"name": "a"}, {"name": "b"}]
    assert [node.name for node in nodes_of(nodes, scenes=scenes)] == ["a"]
    assert [node.name for node in nodes_of(nodes, scenes=scenes, scene=1)] == ["b"]


def test_without_scenes_every_root_counts() -> None:
    assert [node.name for node in nodes_of([{"name": "a", "children": [1]}, {"name": "b"}, {}])] == [
        "a",
        "b",
        "",
    ]


def test_what_is_not_walkable_or_solid_passes_that_on_to_its_children() -> None:
    nodes = nodes_of(
        [{"extras": {"yuanzhan": {"walkable": False}}, "children": [1]}, {"children": [2]}, {}, {}]
    )
    assert [node.walkable for node in nodes] == [False, False, False, True]
    assert all(node.solid for node in nodes)


@pytest.mark.parametrize(
    "nodes",
    [
        [{"children": [1]}, {"children": [0]}],
        [{"children": [0]}],
        [{"children": [1, 1]}, {}],
    ],
)
def test_a_node_that_is_reached_twice_is_refused(nodes: list[dict[str, Any]]) -> None:
    with pytest.raises(SceneInvalid, match="twice or within itself"):
        nodes_of(nodes, scenes=[{"nodes": [0]}])


@pytest.mark.parametrize(
    ("node", "said"),
    [
        ({"translation": [1, 2]}, "translation must be 3 numbers"),
        ({"translation": [1, 2, "3"]}, "translation must be 3 numbers"),
        ({"rotation": [1, 2, 3]}, "rotation must be 4 numbers"),
        ({"scale": 2}, "scale must be 3 numbers"),
        ({"matrix": [1.0] * 15}, "matrix must be 16 numbers"),
        ({"translation": [1e300, 0, 0]}, "m from its origin"),
        ({"scale": [1e308, 1, 1], "translation": [1e5, 0, 0]}, "m from its origin"),
        ({"children": [7]}, r"no nodes\[7\]"),
        ({"children": [-1]}, r"no nodes\[-1\]"),
        ({"children": "all"}, "must be a list of node numbers"),
    ],
)
def test_a_broken_node_is_refused(node: dict[str, Any], said: str) -> None:
    with pytest.raises(SceneInvalid, match=said):
        nodes_of([node], scenes=[{"nodes": [0]}])


def test_a_deep_tree_is_walked_without_recursion() -> None:
    depth = 20_000
    nodes: list[dict[str, Any]] = [{"children": [i + 1], "translation": [0, 0, 0.1]} for i in range(depth)]
    assert nodes_of([*nodes, {}])[-1].position[2] == pytest.approx(0.1 * depth)
