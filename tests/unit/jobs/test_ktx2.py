"""Textures that stay compressed on the card: a second file of the same model."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.glb import glb_json
from tests.support.textured import textured_glb
from yuanzhan.jobs.child import scratch
from yuanzhan.jobs.ktx2 import KTX2_MODEL, Ktx2Options, convert_textures, most_saved
from yuanzhan.jobs.optimise import optimise
from yuanzhan.scene.reader import read_file
from yuanzhan.scene.sameness import differences

pytestmark = pytest.mark.timeout(600)  # many processes, on a machine that others use


@pytest.fixture
def folder() -> Iterator[Path]:
    with scratch() as made:
        yield made


async def test_colours_stay_compressed_on_the_card_and_normals_stay_as_they_are(folder: Path) -> None:
    model = folder / "model.glb"
    model.write_bytes(textured_glb(126, 62, is_webp=True))
    made = await convert_textures(model, folder / "made", Ktx2Options(saved_bytes_min=1))
    assert (made.reason, made.model) == ("", folder / "made" / KTX2_MODEL)
    document = glb_json((folder / "made" / KTX2_MODEL).read_bytes())
    assert [image["mimeType"] for image in document["images"]] == ["image/ktx2", "image/webp"]
    # Blocks of four pixels: 128 x 64. One byte a pixel there instead of four, and a third for smaller levels.
    colour, normal = 128 * 64 * 4 // 3, 126 * 62 * 4 * 4 // 3
    assert made.texture_bytes == colour + normal
    assert made.saved_bytes == normal - colour <= most_saved(2 * normal)
    assert differences(read_file(model), read_file(folder / "made" / KTX2_MODEL)) == []
    assert [path.name for path in (folder / "made").iterdir()] == [KTX2_MODEL]


async def test_what_ran_out_of_time_may_be_tried_again(folder: Path) -> None:
    (folder / "in.glb").write_bytes(textured_glb(62, 30))
    made = await convert_textures(folder / "in.glb", folder / "made", Ktx2Options(cpu_seconds=0))
    assert (made.model, made.again) == (None, True)
    assert made.reason.startswith("not done after")


async def test_what_is_no_model_is_not_tried_again(folder: Path) -> None:
    (folder / "in.glb").write_bytes(b"glTF")
    made = await convert_textures(folder / "in.glb", folder / "made")
    assert (made.model, made.again, made.reason) == (None, False, "ended with exit code 1")


@pytest.mark.slow
async def test_what_saves_too_little_is_not_kept(folder: Path) -> None:
    (folder / "in.glb").write_bytes(textured_glb(62, 30))
    served = await optimise(folder / "in.glb", folder / "made")
    made = await convert_textures(served.model, folder / "made")
    assert (made.model, made.reason) == (None, "saves too little")
    assert not (folder / "made" / KTX2_MODEL).exists()
