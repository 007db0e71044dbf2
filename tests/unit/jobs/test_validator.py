"""The Khronos validator in its own process."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from tests.plain_hall import Glb, room_glb
from yuanzhan.errors.starting import ToolMissing
from yuanzhan.jobs import validator
from yuanzhan.jobs.child import Limits
from yuanzhan.jobs.validator import validate, validate_glb
from yuanzhan.scene.issues import Severity


def test_a_good_file_has_no_issues() -> None:
    assert validate_glb(room_glb().to_bytes(), "room.glb") == []


def test_errors_and_warnings_come_with_their_place() -> None:
    glb = Glb()
    glb.document["nodes"] = [{"mesh": 3}]
    glb.document["scenes"] = [{"nodes": [0]}]
    (issue,) = validate_glb(glb.to_bytes(), "bad.glb")
    assert (issue.code, issue.severity) == ("VALIDATOR_UNRESOLVED_REFERENCE", Severity.ERROR)
    assert issue.where == "bad.glb /nodes/0/mesh"


@pytest.mark.parametrize("uri", ["./a b.bin", "../a%20b.bin", "x/../a b.bin", "❤.bin"])
async def test_files_are_found_however_their_uri_is_written(uri: str, tmp_path: Path) -> None:
    (tmp_path / "7").write_bytes(b"1234")
    document = {"asset": {"version": "2.0"}, "buffers": [{"byteLength": 4, "uri": uri}]}
    (tmp_path / "it.gltf").write_text(json.dumps(document))
    issues, outcome = await validate(
        tmp_path / "it.gltf", tmp_path, Limits(seconds=60), {uri: tmp_path / "7"}
    )
    assert outcome.is_done
    assert [issue.code for issue in issues if issue.is_error] == []


def test_an_extension_that_the_validator_does_not_know_is_no_issue() -> None:
    glb = Glb()
    glb.add_node(extensions={"OMI_spawn_point": {}})
    assert validate_glb(glb.to_bytes(), "spawn.glb") == []


@pytest.mark.parametrize("data", [b"", b"<html>", b"glTF\x02\x00\x00\x00\xff\xff\xff\xff"])
def test_what_is_no_gltf_is_an_issue_and_no_crash(data: bytes) -> None:
    assert [issue.is_error for issue in validate_glb(data, "x.glb")] == [True]


def test_without_node_the_sentence_names_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(ToolMissing) as missing:
        validate_glb(b"", "x.glb")
    assert missing.value.params["tool"] == "node"


def test_without_the_package_the_sentence_names_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The script somewhere else, started from somewhere else, finds no node_modules."""
    elsewhere = tmp_path / "validator.mjs"
    shutil.copy(validator._SCRIPT, elsewhere)
    monkeypatch.setattr(validator, "_SCRIPT", elsewhere)
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ToolMissing) as missing:
        validate_glb(b"", "x.glb")
    assert "gltf-validator" in str(missing.value.params["tool"])


@pytest.mark.parametrize(
    ("script", "said"),
    [("setTimeout(() => {}, 60000);", "not done after"), ("process.exit(9);", "ended with exit code 9")],
)
def test_a_validator_that_hangs_or_dies_is_an_error_of_the_file(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, script: str, said: str
) -> None:
    bad = tmp_path / "validator.mjs"
    bad.write_text(script, encoding="utf-8")
    monkeypatch.setattr(validator, "_SCRIPT", bad)
    monkeypatch.setattr(validator, "_HALL_LIMITS", Limits(seconds=1.0))
    (issue,) = validate_glb(b"x", "x.glb")
    assert issue.code == "VALIDATOR_GAVE_UP"
    assert said in issue.message
