"""The whole way from a canonical file to what is served: lighter, and still the same scene."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from tests.support.children import killing_once
from tests.support.glb import Pieces, glb_json
from tests.support.models import Sample, samples
from tests.support.textured import textured_glb
from tests.unit.jobs.test_kept import exotic_glb
from yuanzhan.jobs.check import CheckLimits, check_upload
from yuanzhan.jobs.child import scratch
from yuanzhan.jobs.optimise import OptimiseOptions, optimise
from yuanzhan.jobs.optimised import OptimiseResult
from yuanzhan.jobs.validator import validate
from yuanzhan.scene.reader import read_file
from yuanzhan.scene.sameness import bounds_of, differences

pytestmark = pytest.mark.timeout(600)  # many processes, on a machine that others use

GOOD = [sample for sample in samples("valid") if sample.is_good]
PATIENT = CheckLimits(seconds=100)
# One with animations, one with variants and separate files.
QUICK = ("Fox.glb", "18_variants.gltf")
SAMPLES = [
    pytest.param(sample, id=str(sample), marks=() if sample.path.name in QUICK else pytest.mark.slow)
    for sample in GOOD
]
NEEDS_SAMPLES = pytest.mark.skipif(not GOOD, reason="the sample models are not beside this repository")


@pytest.fixture
def folder() -> Iterator[Path]:
    with scratch() as made:
        yield made


async def optimised(sample: Path, folder: Path) -> tuple[Path, OptimiseResult]:
    """The canonical file and what became of it."""
    checked = await check_upload(sample, sample.name, folder, step_limits=PATIENT, with_siblings=True)
    assert checked.canonical is not None
    return checked.canonical, await optimise(checked.canonical, folder / "made")


def surface(columns: int, rows: int) -> bytes:
    """A wavy sheet of 2 x columns x rows triangles, with a named node."""
    pieces = Pieces()
    x, z = np.meshgrid(np.linspace(-1, 1, columns + 1), np.linspace(-1, 1, rows + 1))
    points = np.stack([x, 0.1 * np.sin(5 * x) * np.cos(5 * z), z], axis=-1).reshape(-1, 3).astype("<f4")
    at = (np.arange(rows)[:, None] * (columns + 1) + np.arange(columns)).reshape(-1, 1)
    faces = at + np.array([0, columns + 1, 1, 1, columns + 1, columns + 2])
    low, high = points.min(axis=0).tolist(), points.max(axis=0).tolist()
    positions = pieces.accessor(points.tobytes(), 5126, "VEC3", len(points), min=low, max=high)
    indices = pieces.accessor(faces.astype("<u4").tobytes(), 5125, "SCALAR", faces.size)
    return pieces.glb(
        {
            "meshes": [{"primitives": [{"attributes": {"POSITION": positions}, "indices": indices}]}],
            "nodes": [{"name": "sheet", "mesh": 0, "extras": {"yuanzhan": {"solid": True}}}],
            "scenes": [{"nodes": [0]}],
            "scene": 0,
        }
    )


@NEEDS_SAMPLES
@pytest.mark.parametrize("sample", SAMPLES)
async def test_each_sample_is_optimised_and_still_the_same(sample: Sample, folder: Path) -> None:
    canonical, made = await optimised(sample.path, folder)
    assert made.issues == ()
    assert made.after["triangles"] <= max(made.before["triangles"], 100_000)
    assert made.after["bytes"] <= made.before["bytes"]
    before = read_file(canonical)
    files = [made.model, *(lod.path for lod in made.lods)]
    for path in files:
        assert differences(before, read_file(path)) == []
    assert made.collision is not None
    for path in (*files, made.collision):
        issues, _ = await validate(path, folder, PATIENT.of(0))
        assert not [issue for issue in issues if issue.is_error]
    sizes = [made.after["bytes"], *(lod.bytes for lod in made.lods)]
    assert sizes == sorted(sizes, reverse=True)
    assert made.thumbnail is not None
    with Image.open(made.thumbnail) as picture:
        assert (picture.format, picture.size) == ("WEBP", (640, 480))
        # something is in the middle of it, on paper
        assert np.asarray(picture.convert("L"), dtype=float)[120:360, 160:480].std() > 4
    assert made.feet is not None
    assert all(0 < height_m <= 0.4 for *_, height_m in made.decks)
    assert 1 <= len(made.heaviest) <= 3
    assert json.loads(json.dumps(made.json())) == made.json() | {
        "box": made.json()["box"] and [*map(list, made.box or ())]
    }


async def test_what_gltf_transform_does_not_know_is_served_too(folder: Path) -> None:
    (folder / "in.glb").write_bytes(exotic_glb())
    made = await optimise(folder / "in.glb", folder / "made")
    assert made.issues == ()
    before, after = glb_json(exotic_glb()), glb_json(made.model.read_bytes())
    assert [n.get("extensions") for n in after["nodes"]] == [n.get("extensions") for n in before["nodes"]]
    assert after["animations"][0]["channels"] == before["animations"][0]["channels"]
    emitter = after["extensions"]["KHR_audio_emitter"]["audio"][0]
    view = after["bufferViews"][emitter["bufferView"]]
    assert "extensions" not in view
    assert view["byteLength"] >= 253


async def test_a_model_over_its_budget_loses_triangles_that_nobody_misses(folder: Path) -> None:
    (folder / "in.glb").write_bytes(surface(300, 200))
    made = await optimise(folder / "in.glb", folder / "made")
    assert made.before["triangles"] == 120_000
    assert made.after["triangles"] <= 100_000
    assert [issue.code for issue in made.did] == ["TRIANGLES_REDUCED"]
    assert made.over_budget == ()
    was, now = bounds_of(read_file(folder / "in.glb")), bounds_of(read_file(made.model))
    assert was is not None
    assert now is not None
    assert np.allclose(was.low + was.high, now.low + now.high, atol=0.001)
    # levels: each lighter, each further off than the one before
    assert [lod.path.name for lod in made.lods] == ["lod1.glb", "lod2.glb"]
    assert made.lods[0].triangles > made.lods[1].triangles > 0
    assert 0 < made.lods[0].error_m < made.lods[1].error_m < 0.15
    assert made.lods[0].bytes < made.after["bytes"] * 0.6


async def test_textures_become_no_larger_than_they_may_be(folder: Path) -> None:
    (folder / "in.glb").write_bytes(textured_glb(1024, 600))
    made = await optimise(folder / "in.glb", folder / "made", OptimiseOptions(texture_side=512))
    assert made.issues == ()
    # two of 512 x 300, four bytes a pixel and a third for the smaller levels
    assert made.after["texture_bytes"] == 2 * (512 * 300 * 4 * 4 // 3)
    images = glb_json(made.model.read_bytes())["images"]
    assert [image["mimeType"] for image in images] == ["image/webp"] * 2
    assert {item["texture"] for item in made.heaviest} >= {"noise", "bumps"}


async def test_with_no_time_at_all_the_file_is_served_as_it_came(folder: Path) -> None:
    (folder / "in.glb").write_bytes(surface(400, 300))
    made = await optimise(folder / "in.glb", folder / "made", OptimiseOptions(seconds=0.01))
    assert made.model.read_bytes() == (folder / "in.glb").read_bytes()
    assert made.issues[-1].code == "NOT_OPTIMISED"
    assert made.after == made.before
    assert (made.lods, made.collision) == ((), None)
    assert made.thumbnail is not None


async def test_a_child_that_somebody_kills_is_no_fault_of_the_model(folder: Path) -> None:
    """The kernel's choice when memory runs out, say; each kind of child once."""
    (folder / "in.glb").write_bytes(surface(50, 40))
    kinds = {"optimise.mjs", "validate.mjs", "yuanzhan.jobs.survey", "yuanzhan.jobs.portrait"}
    made = await killing_once(kinds, folder, optimise(folder / "in.glb", folder / "made"))
    assert made.issues == ()
    assert made.after["bytes"] < made.before["bytes"] / 4
    assert made.collision is not None
    assert made.thumbnail is not None


async def test_a_file_that_is_no_gltf_is_no_reason_to_fall(folder: Path) -> None:
    (folder / "in.glb").write_bytes(b"glTF" + bytes(100))
    made = await optimise(folder / "in.glb", folder / "made")
    assert [issue.code for issue in made.issues][-2:] == ["NOT_OPTIMISED", "THUMBNAIL_MISSING"]
    assert made.after["bytes"] == 104


async def test_what_is_over_budget_is_told_with_what_was_done_and_could_be(folder: Path) -> None:
    rough = np.random.default_rng(5).normal(0, 0.2, (251, 251)).astype("<f4")
    data = bytearray(surface(250, 250))
    document = glb_json(bytes(data))
    accessor = document["accessors"][0]
    start = data.index(b"BIN\0") + 4 + document["bufferViews"][accessor["bufferView"]]["byteOffset"]
    points = np.frombuffer(bytes(data[start : start + 251 * 251 * 12]), "<f4").reshape(-1, 3).copy()
    points[:, 1] = rough.ravel()
    data[start : start + points.nbytes] = points.tobytes()
    text = (
        json.dumps(document)
        .replace(json.dumps(accessor["min"]), json.dumps(points.min(axis=0).tolist()))
        .replace(json.dumps(accessor["max"]), json.dumps(points.max(axis=0).tolist()))
    )
    (folder / "in.glb").write_bytes(rewritten(bytes(data), json.loads(text)))
    made = await optimise(folder / "in.glb", folder / "made")
    over = {item["what"]: item for item in made.over_budget}
    assert over["triangles"]["value"] == made.after["triangles"] > over["triangles"]["budget"]
    assert over["triangles"]["could"]["zh"]
    assert over["triangles"]["could"]["en"]
    assert made.heaviest[0]["node"] == "sheet"


def rewritten(data: bytes, document: dict[str, Any]) -> bytes:
    """The same binary chunk under another JSON."""
    pieces = Pieces()
    pieces.data = data[data.index(b"BIN\0") + 4 :]
    pieces.views, pieces.accessors = document.pop("bufferViews"), document.pop("accessors")
    return pieces.glb(document)
