"""Nothing of an untrusted file is believed."""

from __future__ import annotations

import base64
import json
import struct
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.plain_hall import Glb, glb_bytes, room_glb
from yuanzhan.errors.starting import SceneInvalid
from yuanzhan.scene import reader
from yuanzhan.scene.accessors import Accessors
from yuanzhan.scene.document import CHUNK_BIN, CHUNK_JSON
from yuanzhan.scene.extras import read_places
from yuanzhan.scene.nodes import placed_nodes
from yuanzhan.scene.reader import read_file, read_gltf, read_structure
from yuanzhan.scene.triangles import placed_triangles

ASSET: dict[str, Any] = {"asset": {"version": "2.0"}}


def test_a_glb_gives_its_document_and_its_buffer() -> None:
    gltf = read_gltf(glb_bytes(ASSET | {"buffers": [{"byteLength": 3}]}, b"abc"))
    assert gltf.document["asset"] == {"version": "2.0"}
    assert gltf.buffers == (b"abc",)


def test_a_gltf_may_hold_its_buffer_in_a_data_uri() -> None:
    uri = "data:application/octet-stream;base64," + base64.b64encode(b"abcd").decode()
    gltf = read_gltf(json.dumps(ASSET | {"buffers": [{"byteLength": 4, "uri": uri}]}).encode())
    assert gltf.buffers == (b"abcd",)


def test_what_nobody_knows_survives() -> None:
    unknown = {"extensions": {"VENDOR_thing": {"a": [1, {"b": None}]}}, "extras": {"note": "龙井"}}
    assert read_gltf(glb_bytes(ASSET | unknown, b"")).document == ASSET | unknown


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "JSON_INVALID"),
        (b"<html></html>", "JSON_INVALID"),
        (b"glTF", "GLB_SHORT"),
        (b"\xff\xfe{}", "JSON_INVALID"),
        (b"[]", "JSON_NO_ASSET"),
        (b"{}", "JSON_NO_ASSET"),
        (b'{"asset": {"version": "1.0"}}', "GLTF_VERSION"),
        (b'{"asset": {"version": "2.0"}, "asset": {}}', "JSON_DUPLICATE_KEY"),
        (b'{"asset": {"version": "2.0"}, "extras": NaN}', "JSON_INVALID"),
        (b'{"asset": {"version": "2.0"}, "extras": 1e999}', "NUMBER_NOT_FINITE"),
        (b'{"asset": {"version": "2.0"}, "extras": ' + b"[" * 65 + b"]" * 65 + b"}", "JSON_TOO_DEEP"),
        (b'{"asset": {"version": "2.0"}, "extras": ' + b"[" * 200_000, "JSON_TOO_DEEP"),
        (b'{"asset": {"version": "2.0"}, "extras": [' + b"0," * 2_000_000, "JSON_TOO_MANY_VALUES"),
        (b'{"asset": {"version": "2.0"}, "extras": "\\ud83d"}', "TEXT_BROKEN"),
        (b'{"asset": {"version": "2.0"}, "extras": {"\\udc00": 1}}', "TEXT_BROKEN"),
        (b'{"asset": {"version": "2.0"}, "nodes": [{"name": "' + b"x" * 1025 + b'"}]}', "TEXT_TOO_LONG"),
        (b'{"asset": {"version": "2.0"}, "extras": "' + b"x" * 65_537 + b'"}', "TEXT_TOO_LONG"),
        (b'{"asset": {"version": "2.0"}, "extensionsRequired": ["VENDOR_x"]}', "EXTENSION_REQUIRED"),
        (b'{"asset": {"version": "2.0"}, "extensionsRequired": "VENDOR_x"}', "LIST_INVALID"),
        (struct.pack("<4sII", b"glTF", 2, 2**32 - 1) + bytes(8), "GLB_LENGTH"),
        (struct.pack("<4sII", b"glTF", 1, 20) + bytes(8), "GLB_VERSION"),
        (struct.pack("<4sIIII", b"glTF", 2, 20, 999, CHUNK_JSON), "GLB_CHUNK"),
        (struct.pack("<4sIIII", b"glTF", 2, 20, 0, CHUNK_BIN), "GLB_NO_JSON"),
        (glb_bytes(ASSET, b"") + b"and more", "GLB_TRAILING"),
        (struct.pack("<4sII", b"glTF", 2, 12 + 17 * 8) + struct.pack("<II", 0, CHUNK_BIN) * 17, "GLB_CHUNKS"),
    ],
)
def test_what_is_no_gltf_is_refused_with_a_reason(data: bytes, code: str) -> None:
    with pytest.raises(SceneInvalid) as refused:
        read_gltf(data, "thing.glb")
    assert refused.value.params["file"] == "thing.glb"
    assert refused.value.issue.code == code
    assert refused.value.issue.message == refused.value.params["detail"]
    assert refused.value.issue.zh


def test_a_place_in_the_json_is_told_as_a_pointer() -> None:
    with pytest.raises(SceneInvalid) as refused:
        read_gltf(glb_bytes(ASSET | {"extras": {"a/b~": [{"name": "x" * 2000}]}}, b""))
    assert refused.value.issue.where == "/extras/a~1b~0/0/name"


@pytest.mark.parametrize(
    "uri", ["other.bin", "../../etc/passwd", "%2e%2e/x", "http://example.org/x", "file:///etc/passwd", 7]
)
def test_a_uri_to_another_file_is_refused(uri: object) -> None:
    gltf = read_gltf(json.dumps(ASSET | {"buffers": [{"byteLength": 4, "uri": uri}]}).encode())
    with pytest.raises(SceneInvalid, match="points to another file"):
        _ = gltf.buffers


@pytest.mark.parametrize(
    ("uri", "said"),
    [("data:,abc", "not base64"), ("data:application/gltf-buffer;base64,@@@@", "damaged")],
)
def test_a_damaged_data_uri_is_refused(uri: str, said: str) -> None:
    gltf = read_gltf(json.dumps(ASSET | {"buffers": [{"byteLength": 4, "uri": uri}]}).encode())
    with pytest.raises(SceneInvalid, match=said):
        _ = gltf.buffers


@pytest.mark.parametrize("length", [-1, "4", None, 2**40])
def test_a_buffer_of_an_impossible_length_is_refused(length: object) -> None:
    gltf = read_gltf(glb_bytes(ASSET | {"buffers": [{"byteLength": length}]}, b"abcd"))
    with pytest.raises(SceneInvalid, match="byteLength"):
        _ = gltf.buffers


def test_a_buffer_with_too_few_bytes_is_refused() -> None:
    with pytest.raises(SceneInvalid, match="has 4 of 5 bytes"):
        _ = read_gltf(glb_bytes(ASSET | {"buffers": [{"byteLength": 5}]}, b"abcd")).buffers


def test_a_list_of_more_things_than_any_hall_has_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reader, "ITEMS_MAX", 3)
    with pytest.raises(SceneInvalid, match="'nodes' must be a list of at most 3"):
        read_gltf(glb_bytes(ASSET | {"nodes": [{}] * 4}, b"")).items("nodes")


def test_a_file_larger_than_the_limit_is_refused_before_it_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "large.glb"
    path.write_bytes(room_glb().to_bytes())
    monkeypatch.setattr(reader, "FILE_BYTES_MAX", 100)
    with pytest.raises(SceneInvalid, match="larger than"):
        read_file(path)


def test_a_missing_file_is_one_sentence(tmp_path: Path) -> None:
    for read in (read_file, read_structure):
        with pytest.raises(SceneInvalid, match="cannot be read: No such file"):
            read(tmp_path / "nothing.glb")


def test_the_structure_alone_is_the_same_document(tmp_path: Path) -> None:
    path = tmp_path / "room.glb"
    path.write_bytes(room_glb().to_bytes())
    assert read_structure(path).document == read_file(path).document
    assert read_structure(path).binary == b""


@given(st.binary(max_size=200))
def test_random_bytes_are_refused_and_nothing_else_happens(data: bytes) -> None:
    for head in (b"", b"glTF\x02\x00\x00\x00"):
        with pytest.raises(SceneInvalid):
            read_gltf(head + data)


@given(st.data())
def test_a_damaged_glb_is_read_or_refused(data: st.DataObject) -> None:
    """Bytes of a good file are changed: whatever then happens is a result or SceneInvalid."""
    whole = bytearray(_ROOM)
    for _ in range(data.draw(st.integers(1, 4))):
        whole[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    try:
        gltf = read_gltf(bytes(whole[: data.draw(st.integers(0, len(whole)))]))
        nodes = placed_nodes(gltf)
        read_places(gltf, nodes)
        placed_triangles(gltf, nodes)
        for index in range(len(gltf.items("accessors"))):
            Accessors(gltf).floats(index)
    except SceneInvalid:
        pass


def _small_glb() -> bytes:
    glb = Glb()
    import trimesh

    mesh = glb.add_mesh(trimesh.creation.box(), glb.add_material((1, 1, 1)))
    glb.add_node(mesh=mesh, extras={"type": "slot", "id": "a", "size_m": [1, 1, 1]})
    glb.add_node(children=[], translation=[1, 2, 3], extensions={"OMI_spawn_point": {}})
    return glb.to_bytes()


_ROOM = _small_glb()
