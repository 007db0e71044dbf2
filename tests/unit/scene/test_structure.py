"""Rules that the JSON alone decides; each broken on purpose, a step beyond its limit and not at it."""

from __future__ import annotations

from typing import Any

import pytest

from yuanzhan.scene.limits import LIMITS, MB, UploadLimits
from yuanzhan.scene.structure import structure_issues

ASSET: dict[str, Any] = {"asset": {"version": "2.0"}}


def found(document: dict[str, Any], limits: UploadLimits = LIMITS) -> list[tuple[str, str]]:
    return [(issue.code, issue.where) for issue in structure_issues(ASSET | document, limits)]


@pytest.mark.parametrize("value", [{}, 3, "x", None, [1], [{}, None], [[]]])
@pytest.mark.parametrize("key", ["nodes", "meshes", "accessors", "bufferViews", "images", "animations"])
def test_lists_are_lists_of_objects(key: str, value: Any) -> None:
    assert found({key: value}) == [("LIST_INVALID", f"/{key}")]


def test_there_are_only_so_many_of_each() -> None:
    assert found({"nodes": [{}] * 3, "meshes": [{}] * 4}, UploadLimits(nodes=3, items=4)) == []
    assert found({"nodes": [{}] * 4}, UploadLimits(nodes=3)) == [("TOO_MANY", "/nodes")]
    assert found({"meshes": [{}] * 5}, UploadLimits(items=4)) == [("TOO_MANY", "/meshes")]


def test_there_are_only_so_many_scenes_and_animated_properties() -> None:
    channel = {"sampler": 0, "target": {"path": "scale"}}
    animations = [{"channels": [channel] * 2}, {"channels": [channel]}]
    assert found({"animations": animations, "scenes": [{}]}, UploadLimits(channels=3, scenes=1)) == []
    assert found({"animations": animations}, UploadLimits(channels=2)) == [("TOO_MANY", "/animations")]
    assert found({"scenes": [{}] * 2}, UploadLimits(scenes=1)) == [("TOO_MANY", "/scenes")]


def chain(length: int) -> list[dict[str, Any]]:
    return [{"children": [number + 1]} for number in range(length - 1)] + [{}]


def test_nodes_form_a_tree() -> None:
    assert found({"nodes": chain(5)}) == []
    assert found({"nodes": [{"children": [1]}, {"children": [0]}]}) == [("NODE_CIRCLE", "/nodes")]
    assert found({"nodes": [{"children": [0]}]}) == [("NODE_CIRCLE", "/nodes")]
    assert found({"nodes": [{"children": [2]}, {"children": [2]}, {}]}) == [
        ("NODE_TWICE", "/nodes/1/children")
    ]
    assert found({"nodes": [{"children": [1, 1]}, {}]}) == [("NODE_TWICE", "/nodes/0/children")]
    assert found({"nodes": chain(3)}, UploadLimits(node_depth=3)) == []
    assert found({"nodes": chain(4)}, UploadLimits(node_depth=3)) == [("NODE_DEPTH", "/nodes/3")]


def test_the_longest_chain_of_nodes_takes_no_time() -> None:
    limits = UploadLimits(node_depth=30_000)
    assert found({"nodes": chain(LIMITS.nodes)}, limits) == []


def test_values_are_of_the_kind_that_they_are_read_as() -> None:
    odd: list[Any] = [None, "x", -1, 1.5, True, [], {}]
    for value in odd:
        for document, where in (
            ({"nodes": [{"children": [value]}]}, "/nodes/0/children/0"),
            ({"nodes": [{"mesh": value}]}, "/nodes/0/mesh"),
            ({"meshes": [{"primitives": [{"attributes": {"POSITION": value}}]}]},
             "/meshes/0/primitives/0/attributes/POSITION"),
            ({"accessors": [{}, {"count": value}]}, "/accessors/1/count"),
        ):  # fmt: skip
            assert found(document) == [("VALUE_KIND", where)]
    assert found({"meshes": [{"primitives": {}}]}) == [("VALUE_KIND", "/meshes/0/primitives")]
    assert found({"extensions": {"VENDOR_x": odd}, "nodes": [{"extras": odd}]}) == []


def accessor(count: int, **fields: Any) -> dict[str, Any]:
    return {"componentType": 5126, "type": "VEC3", "count": count} | fields


def test_an_accessor_may_not_stand_for_more_than_there_is() -> None:
    most = LIMITS.unbacked_bytes // 12
    assert found({"accessors": [accessor(most)]}) == []
    assert found({"accessors": [accessor(most), accessor(1)]}) == [("ACCESSORS_EMPTY", "/accessors")]
    assert found({"accessors": [accessor(most + 1, bufferView=0)]}) == []
    assert found({"accessors": [accessor(LIMITS.elements + 1, bufferView=0)]}) == [
        ("ACCESSOR_TOO_LARGE", "/accessors/0")
    ]
    assert found({"accessors": [accessor(2**60)]}) == [("ACCESSOR_TOO_LARGE", "/accessors/0")]


def test_what_draco_and_meshopt_hold_is_counted_before_it_is_decoded() -> None:
    draco = {"bufferView": 0, "attributes": {"POSITION": 0}}
    primitive = {"attributes": {"POSITION": 0}, "extensions": {"KHR_draco_mesh_compression": draco}}
    document: dict[str, Any] = {"accessors": [accessor(1000)], "meshes": [{"primitives": [primitive]}]}
    assert found(document, UploadLimits(unbacked_bytes=0, decoded_bytes=MB)) == []
    assert found(document, UploadLimits(decoded_bytes=11_999)) == [("DECODED_TOO_LARGE", "")]
    meshopt = {"buffer": 0, "count": 1000, "byteStride": 12, "mode": "ATTRIBUTES"}
    view = {"byteLength": 12_000, "extensions": {"EXT_meshopt_compression": meshopt}}
    assert found({"bufferViews": [view]}) == []
    assert found({"bufferViews": [view]}, UploadLimits(decoded_bytes=11_999)) == [("DECODED_TOO_LARGE", "")]
    assert found({"bufferViews": [view | {"byteLength": 12}]}) == [("MESHOPT_SIZE", "/bufferViews/0")]


def test_draws_and_triangles_count_as_placed() -> None:
    primitive = {"attributes": {"POSITION": 0}}
    document = {
        "accessors": [accessor(30, bufferView=0), accessor(7, bufferView=0)],
        "meshes": [{"primitives": [primitive, primitive | {"mode": 5}]}],
        "nodes": [
            {"mesh": 0},
            {"mesh": 0, "extensions": {"EXT_mesh_gpu_instancing": {"attributes": {"TRANSLATION": 1}}}},
        ],
    }
    triangles = (10 + 28) * 8
    assert found(document, UploadLimits(draws=4, triangles=triangles, instances=7)) == []
    assert found(document, UploadLimits(draws=3)) == [("TOO_MANY_DRAWS", "/nodes")]
    assert found(document, UploadLimits(triangles=triangles - 1)) == [("TOO_MANY_TRIANGLES", "/nodes")]
    assert found(document, UploadLimits(instances=6)) == [("TOO_MANY_INSTANCES", "/nodes")]
