"""Where a glTF may take its files from: its own upload, and nowhere else."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.plain_hall import glb_bytes
from tests.unit.scene.test_archive import zipped
from yuanzhan.errors.starting import SceneInvalid
from yuanzhan.scene.intake import Taken, take
from yuanzhan.scene.limits import LIMITS

ASSET: dict[str, Any] = {"asset": {"version": "2.0"}}


def gltf(*uris: str, **fields: Any) -> bytes:
    return json.dumps(ASSET | {"buffers": [{"byteLength": 1, "uri": uri} for uri in uris]} | fields).encode()


@pytest.fixture
def upload(tmp_path: Path) -> Path:
    (tmp_path / "upload").mkdir()
    (tmp_path / "work").mkdir()
    (tmp_path / "secret.bin").write_bytes(b"of the server")
    return tmp_path / "upload"


def taken(upload: Path, data: bytes, name: str = "it.gltf", *, with_siblings: bool = False) -> Taken:
    (upload / name).write_bytes(data)
    return take(upload / name, name, upload.parent / "work", LIMITS, with_siblings=with_siblings)


def code_of(upload: Path, data: bytes, name: str = "it.gltf", *, with_siblings: bool = False) -> str:
    with pytest.raises(SceneInvalid) as refused:
        taken(upload, data, name, with_siblings=with_siblings)
    code: str = refused.value.issue.code
    return code


OUTSIDE = [
    "http://example.org/x.bin", "https://example.org/x.bin", "//example.org/x.bin", "file:///etc/passwd",
    "/etc/passwd", "../secret.bin", "%2e%2e/secret.bin", "a/../../secret.bin", "..%2fsecret.bin",
    "..\\secret.bin", "C:\\secret.bin", "blob:x", "javascript:alert(1)", "a.bin?x=1", "a.bin#x", "",
    "a\nb.bin", "data%3a,x",
]  # fmt: skip


@pytest.mark.parametrize("uri", OUTSIDE)
def test_a_uri_that_leads_out_of_the_upload_is_refused(upload: Path, uri: str) -> None:
    assert code_of(upload, gltf(uri), with_siblings=True) == "URI_OUTSIDE"
    assert code_of(upload, zipped({"it.gltf": gltf(uri), "secret.bin": b"x"}), "it.zip") == "URI_OUTSIDE"
    image = json.dumps(ASSET | {"images": [{"uri": uri}]}).encode()
    assert code_of(upload, image, with_siblings=True) == "URI_OUTSIDE"


@pytest.mark.parametrize(
    "uri", ["../data/x.bin", "./../data/x.bin", "%2e%2e/data/x.bin", "a/../../data/x.bin"]
)
def test_a_step_upwards_inside_of_a_zip_leads_to_its_files(upload: Path, uri: str) -> None:
    packed = zipped({"model/it.gltf": gltf(uri), "data/x.bin": b"x"})
    found = taken(upload, packed, "it.zip")
    assert found.resources[uri].read_bytes() == b"x"
    packed = zipped({"it.gltf": gltf(uri), "data/x.bin": b"x"})
    assert code_of(upload, packed, "other.zip") == "URI_OUTSIDE"


def test_a_link_beside_the_model_leads_nowhere(upload: Path) -> None:
    (upload / "link.bin").symlink_to(upload.parent / "secret.bin")
    assert code_of(upload, gltf("link.bin"), with_siblings=True) == "URI_MISSING"
    (upload / "folder").symlink_to(upload.parent)
    assert code_of(upload, gltf("folder/secret.bin"), with_siblings=True) == "URI_MISSING"


def test_what_is_not_there_is_named(upload: Path) -> None:
    assert code_of(upload, gltf("missing%20file.bin"), with_siblings=True) == "URI_MISSING"
    assert code_of(upload, gltf("there.bin")) == "URI_MISSING"


@pytest.mark.parametrize("uri", ["a b.bin", "a%20b.bin", "./a b.bin", "A B.bin"])
def test_files_are_found_beside_the_model_if_that_is_allowed(upload: Path, uri: str) -> None:
    (upload / "a b.bin").write_bytes(b"x")
    found = taken(upload, gltf(uri), with_siblings=True)
    assert [path.read_bytes() for path in found.resources.values()] == [b"x"]
    assert list(found.resources) == [uri]
    assert code_of(upload, gltf(uri)) == "URI_MISSING"


def test_files_of_a_zip_are_found_from_where_the_model_is(upload: Path) -> None:
    files = {"a/it.gltf": gltf("b/龙.bin"), "a/b/龙.bin": b"right", "b/龙.bin": b"wrong"}
    found = taken(upload, zipped(files), "it.zip")
    assert [path.read_bytes() for path in found.resources.values()] == [b"right"]
    assert all(path.parent == upload.parent / "work" for path in (found.model, *found.resources.values()))
    assert [(issue.code, issue.where) for issue in found.warnings] == [("FILE_IGNORED", "b/龙.bin")]


def test_what_no_model_names_is_not_unpacked(upload: Path) -> None:
    taken(
        upload,
        zipped({"it.glb": glb_bytes(ASSET, b""), "run.sh": b"#!/bin/sh", "x.html": b"<script>"}),
        "it.zip",
    )
    assert [path.read_bytes()[:4] for path in (upload.parent / "work").iterdir()] == [b"glTF"]


@pytest.mark.parametrize(
    ("files", "code"),
    [
        ({}, "ZIP_NO_MODEL"),
        ({"a.obj": b"o"}, "ZIP_NO_MODEL"),
        ({"inner.zip": zipped({"a.glb": b"glTF"})}, "ZIP_NESTED"),
        ({"a.glb": b"glTF", "b.gltf": b"{}"}, "ZIP_SEVERAL"),
        ({"a.glb": b""}, "FILE_KIND"),
        ({"a.glb": b"<html>"}, "FILE_KIND"),
    ],
)
def test_a_zip_holds_one_model(upload: Path, files: dict[str, bytes], code: str) -> None:
    assert code_of(upload, zipped(files), "it.zip") == code


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "FILE_EMPTY"),
        (b"<html>", "FILE_KIND"),
        (b"\x00" * 100, "FILE_KIND"),
        (b"PK\x03\x04", "ZIP_DAMAGED"),
    ],
)
def test_what_a_file_is_comes_from_its_bytes(upload: Path, data: bytes, code: str) -> None:
    assert code_of(upload, data, "it.glb") == code


def test_a_folder_with_one_model_is_an_upload(upload: Path) -> None:
    (upload / "it.gltf").write_bytes(gltf("a.bin"))
    (upload / "a.bin").write_bytes(b"x")
    found = take(upload, "upload", upload.parent / "work", LIMITS)
    assert found.model == upload / "it.gltf"
    assert list(found.resources) == ["a.bin"]


def test_a_sound_that_did_not_come_along_is_silence(upload: Path) -> None:
    audio = {"KHR_audio_emitter": {"audio": [{"uri": "bell.mp3"}, {"uri": "there.mp3"}]}}
    (upload / "there.mp3").write_bytes(b"ID3")
    found = taken(upload, gltf(extensions=audio), with_siblings=True)
    assert found.missing == ("bell.mp3",)
    assert list(found.resources) == ["there.mp3"]
    assert [issue.code for issue in found.warnings] == ["SOUND_MISSING"]
    outside = {"KHR_audio_emitter": {"audio": [{"uri": "https://example.org/bell.mp3"}]}}
    assert code_of(upload, gltf(extensions=outside)) == "URI_OUTSIDE"
