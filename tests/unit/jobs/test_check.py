"""The whole check, children and all: what is accepted, what is refused and why, and what comes out."""

from __future__ import annotations

import asyncio
import errno
import io
import json
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import trimesh
from PIL import Image

from tests.plain_hall import Glb, glb_bytes
from tests.support.models import Sample, samples
from yuanzhan.jobs import check, intake
from yuanzhan.jobs.check import CheckLimits, CheckResult, check_upload
from yuanzhan.jobs.child import End, Limits, Outcome, Step, scratch
from yuanzhan.jobs.validator import validate
from yuanzhan.scene.accessors import Accessors
from yuanzhan.scene.limits import LIMITS, UploadLimits
from yuanzhan.scene.reader import Gltf, read_file

ALL = samples("valid", "invalid", "hostile")
MB = 1 << 20
# The limits under test are others; a busy machine is no reason to refuse a file.
PATIENT = CheckLimits(seconds=60)


@pytest.fixture
def folder() -> Iterator[Path]:
    with scratch() as made:
        yield made


async def checked(path: Path, folder: Path, limits: UploadLimits = LIMITS) -> CheckResult:
    return await check_upload(path, path.name, folder, limits, PATIENT, with_siblings=True)


def codes(result: CheckResult) -> list[str]:
    return [issue.code for issue in result.issues]


@pytest.mark.skipif(not ALL, reason="the sample models are not beside this repository")
@pytest.mark.parametrize("sample", ALL, ids=str)
async def test_each_sample_is_judged_as_its_manifest_expects(sample: Sample, folder: Path) -> None:
    result = await checked(sample.path, folder)
    assert result.accepted is sample.is_good, result.report()
    assert result.trouble == ""
    assert result.peak_rss_bytes < 1024 * MB
    for issue in result.issues:
        assert re.fullmatch(r"[A-Z0-9_]+", issue.code)
        assert issue.message
        assert issue.zh
        assert (issue.message + issue.zh).isprintable()
    if result.accepted:
        assert result.canonical is not None
        issues, _ = await validate(result.canonical, folder, PATIENT.of(0))
        assert not any(issue.is_error for issue in issues)
    else:
        assert result.issues[0].is_error
        if sample.validator_codes:
            reasons = {f"VALIDATOR_{code}" for code in sample.validator_codes}
            reasons |= {OURS[code] for code in sample.validator_codes if code in OURS}
            assert reasons & {issue.code for issue in result.issues if issue.is_error}, result.report()
        assert (result.measured, result.canonical) == (None, None)
    if str(sample).startswith("valid/"):
        assert result.canonical is not None
        assert_all_lives_on(_document(sample.path), read_file(result.canonical).document)


# What is found by us, in other words, before the validator is asked.
OURS = {
    "PATTERN_MISMATCH": "GLTF_VERSION",
    "TYPE_MISMATCH": "LIST_INVALID",
    "UNKNOWN_ASSET_MAJOR_VERSION": "GLTF_VERSION",
}


def assert_all_lives_on(before: dict[str, Any], after: dict[str, Any]) -> None:
    """Names, extras, extensions and animations of a checked file are those of the file that came."""
    decoded = {
        "EXT_meshopt_compression", "KHR_meshopt_compression", "KHR_draco_mesh_compression",
        "KHR_mesh_quantization",
    }  # fmt: skip
    assert set(after.get("extensionsUsed", [])) == set(before.get("extensionsUsed", [])) - decoded
    for key in ("nodes", "scenes", "materials", "animations", "skins", "textures", "extensions", "asset"):
        assert after.get(key) == before.get(key), key
    for mesh, was in zip(after.get("meshes", []), before.get("meshes", []), strict=True):
        assert (mesh.get("name"), mesh.get("extras")) == (was.get("name"), was.get("extras"))


def _document(path: Path) -> dict[str, Any]:
    data = path.read_bytes()
    document: dict[str, Any]
    if data.startswith(b"glTF"):
        document = json.loads(data[20 : 20 + int.from_bytes(data[12:16], "little")])
    else:
        document = json.loads(data)
    return document


def boxed() -> Glb:
    """A box of 1 x 2 x 3 m, two metres to the right."""
    glb = Glb()
    mesh = glb.add_mesh(trimesh.creation.box((1, 2, 3)), glb.add_material((1, 0, 0)))
    glb.add_node(mesh=mesh, name="box", translation=[2, 0, 0])
    return glb


def write(folder: Path, data: bytes, name: str = "model.glb") -> Path:
    path = folder / "as-it-came" / name
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(data)
    return path


async def test_a_good_file_is_measured_as_placed(folder: Path) -> None:
    result = await checked(write(folder, boxed().to_bytes()), folder)
    assert result.accepted
    assert result.issues == ()
    assert result.measured is not None
    assert result.measured["bounds_m"] == {
        "min": [1.5, -1.0, -1.5], "max": [2.5, 1.0, 1.5], "size": [1.0, 2.0, 3.0],
    }  # fmt: skip
    assert dict(result.measured) | {"bounds_m": None, "bytes": 0} == {
        "bounds_m": None, "triangles": 12, "draws": 1, "texture_bytes": 0, "textures": [], "materials": 1,
        "nodes": 1, "node_names": ["box"], "meshes": 1, "skins": 0, "animations": [], "variants": [],
        "extensions": [], "bytes": 0,
    }  # fmt: skip
    assert result.seconds > 0


def image_of(size: tuple[int, int], kind: str = "PNG") -> bytes:
    file = io.BytesIO()
    Image.new("RGB", size, (200, 30, 30)).save(file, kind)
    return file.getvalue()


def with_image(data: bytes, mime: str = "image/png") -> Glb:
    glb = boxed()
    glb.document["images"] = [{"bufferView": glb.add_view(data), "mimeType": mime}]
    glb.document["textures"] = [{"source": 0}]
    glb.document["materials"][0]["pbrMetallicRoughness"]["baseColorTexture"] = {"index": 0}
    uv = glb.add_accessor(np.zeros((8, 2), dtype="<f4"), "VEC2", 5126)
    glb.document["meshes"][0]["primitives"][0]["attributes"]["TEXCOORD_0"] = uv
    return glb


@pytest.mark.parametrize(
    ("data", "mime", "code"),
    [
        (image_of((64, 64))[:-40], "image/png", "IMAGE_DAMAGED"),
        (image_of((256, 256), "JPEG")[:700], "image/jpeg", "IMAGE_DAMAGED"),
        (image_of((4097, 2)), "image/png", "IMAGE_SIDE"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>" * 3, "image/png", "IMAGE_KIND"),
        (b"GIF89a" + bytes(100), "image/jpeg", "IMAGE_KIND"),
    ],
)
async def test_images_are_looked_at_down_to_their_last_byte(
    folder: Path, data: bytes, mime: str, code: str
) -> None:
    result = await checked(write(folder, with_image(data, mime).to_bytes()), folder)
    assert not result.accepted
    assert code in codes(result), result.report()


async def test_an_image_is_measured_as_it_lies_on_the_graphics_card(folder: Path) -> None:
    result = await checked(write(folder, with_image(image_of((64, 32))).to_bytes()), folder)
    assert result.measured is not None, result.report()
    assert result.measured["textures"] == [{"width": 64, "height": 32}]
    assert result.measured["texture_bytes"] == 64 * 32 * 4 * 4 // 3


async def test_a_gltf_takes_in_its_files_and_nothing_beside(folder: Path) -> None:
    glb = boxed()
    glb.document["buffers"] = [{"byteLength": len(glb.binary), "uri": "parts/盒 子.bin"}]
    binary = write(folder, bytes(glb.binary), "盒 子.bin")
    (binary.parent / "parts").mkdir()
    binary.rename(binary.parent / "parts" / binary.name)
    path = write(folder, json.dumps(glb.document).encode(), "model.gltf")
    result = await checked(path, folder)
    assert result.accepted, result.report()
    assert result.canonical is not None
    assert "uri" not in json.dumps(read_file(result.canonical).document)
    alone = await check_upload(path, path.name, folder, LIMITS, PATIENT)
    assert codes(alone) == ["URI_MISSING"]
    assert "parts/盒 子.bin" in alone.issues[0].zh


@pytest.mark.parametrize("name", ["模型.zip", "model.zip"])
async def test_a_zip_is_a_model_with_its_files(folder: Path, name: str) -> None:
    glb = boxed()
    glb.document["buffers"] = [{"byteLength": len(glb.binary), "uri": "box.bin"}]
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("模型/box.gltf", json.dumps(glb.document))
        archive.writestr("模型/BOX.bin", bytes(glb.binary))
        archive.writestr("说明.txt", "…")
    result = await checked(write(folder, file.getvalue(), name), folder)
    assert result.accepted
    assert [(issue.code, issue.where) for issue in result.issues] == [("FILE_IGNORED", "说明.txt")]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"triangles": 11}, "TOO_MANY_TRIANGLES"),
        ({"draws": 0}, "TOO_MANY_DRAWS"),
        ({"nodes": 0}, "TOO_MANY"),
        ({"file_bytes": 100}, "FILE_TOO_LARGE"),
        ({"json_bytes": 100}, "JSON_TOO_LARGE"),
        ({"json_values": 3}, "JSON_TOO_MANY_VALUES"),
        ({"coordinate_m": 2}, "TOO_FAR"),
        ({"elements": 7}, "ACCESSOR_TOO_LARGE"),
    ],
)
async def test_a_limit_that_is_passed_is_named(folder: Path, change: dict[str, int], code: str) -> None:
    result = await checked(write(folder, boxed().to_bytes()), folder, UploadLimits(**change))
    assert codes(result) == [code]


async def test_a_model_may_have_a_thousand_files_with_long_names(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    resources = {f"{number}-{'木' * 60}.png": f"/unpacked-{number}" for number in range(1000)}
    commands: list[tuple[str, ...]] = []

    async def run(step: Step, folder: Path, limits: Limits) -> Outcome:
        commands.append(step.command)
        taken = {"issues": [], "model": "it.gltf", "resources": resources, "missing": []}
        return Outcome(
            End.DONE if len(commands) == 1 else End.FAILED, 0, 0, output=json.dumps(taken).encode()
        )

    async def validate(*_: object) -> tuple[list[object], Outcome]:
        return [], Outcome(End.DONE, 0, 0)

    monkeypatch.setattr(check, "run_to_verdict", run)
    monkeypatch.setattr(check, "validate", validate)
    await check_upload(folder, "it.zip", folder)
    # execve(2): no argument is longer than 128 KB, and the keeper's holds the whole command.
    assert [len(json.dumps(command)) < 10_000 for command in commands] == [True, True]
    assert asked_in(commands[1])["resources"] == resources


def asked_in(command: tuple[str, ...]) -> Any:
    return json.loads(Path(command[-1]).read_text(encoding="utf-8"))


def test_a_disk_that_is_full_is_not_said_of_the_file(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    request = {"upload": "it.zip", "name": "it.zip", "siblings": False, "limits": {}}

    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(intake, "take", full)
    with pytest.raises(OSError, match="No space left"):
        intake.answer(request, folder)


async def test_time_and_memory_are_limits_as_well(folder: Path) -> None:
    path = write(folder, boxed().to_bytes())
    hurried = await check_upload(path, path.name, folder, LIMITS, CheckLimits(seconds=0))
    assert codes(hurried) == ["CHECK_TIMED_OUT"]
    assert hurried.trouble
    small = await check_upload(path, path.name, folder, LIMITS, CheckLimits(seconds=60, memory_mb=1))
    assert codes(small) == ["CHECK_OUT_OF_MEMORY"]


async def test_a_check_that_is_cancelled_leaves_nothing_running(folder: Path) -> None:
    task = asyncio.create_task(checked(write(folder, boxed().to_bytes()), folder))
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


async def test_control_characters_do_not_leave_a_name(folder: Path) -> None:
    glb = boxed()
    glb.document["nodes"][0]["name"] = "a\0b\r\nc\x85龙"
    result = await checked(write(folder, glb.to_bytes()), folder)
    assert result.canonical is not None
    assert read_file(result.canonical).document["nodes"][0]["name"] == "a b  c 龙"


async def test_extensions_that_nobody_knows_keep_their_numbers(folder: Path) -> None:
    glb = boxed()
    view = glb.add_view(b"a sound, or so")
    glb.document["extensionsUsed"] = ["VENDOR_sound"]
    glb.document["extensions"] = {"VENDOR_sound": {"sounds": [{"bufferView": view}]}}
    result = await checked(write(folder, glb.to_bytes()), folder)
    assert result.canonical is not None, result.report()
    gltf: Gltf = read_file(result.canonical)
    number = gltf.document["extensions"]["VENDOR_sound"]["sounds"][0]["bufferView"]
    assert Accessors(gltf).view(number) == b"a sound, or so"


async def test_a_file_that_is_no_upload_at_all_is_a_sentence(folder: Path) -> None:
    result = await checked(write(folder, b"hello, I am no model", "model.glb"), folder)
    assert codes(result) == ["FILE_KIND"]
    assert "glTF 2.0" in result.issues[0].message
    empty = await checked(write(folder, glb_bytes({"asset": {"version": "2.0"}}, b"")), folder)
    assert (empty.accepted, codes(empty)) == (True, ["NOTHING_TO_SEE"])
