"""Textures that stay compressed on the card: a second file of the same model."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.glb import glb_json
from tests.support.textured import textured_glb
from yuanzhan.jobs.child import scratch
from yuanzhan.jobs.ktx2 import convert_textures
from yuanzhan.jobs.optimise import optimise
from yuanzhan.scene.reader import read_file
from yuanzhan.scene.sameness import differences

pytestmark = pytest.mark.timeout(600)  # many processes, on a machine that others use


@pytest.fixture
def folder() -> Iterator[Path]:
    with scratch() as made:
        yield made


async def test_colours_stay_compressed_on_the_card_and_normals_stay_as_they_are(folder: Path) -> None:
    (folder / "in.glb").write_bytes(textured_glb(1024, 640))
    served = await optimise(folder / "in.glb", folder / "made")
    made = await convert_textures(served.model, folder / "made")
    assert (made.reason, made.model) == ("", folder / "made" / "model-ktx2.glb")
    document = glb_json((folder / "made" / "model-ktx2.glb").read_bytes())
    assert [image["mimeType"] for image in document["images"]] == ["image/ktx2", "image/webp"]
    # one byte a pixel there instead of four, and a third for the smaller levels
    assert made.saved_bytes == 1024 * 640 * 3 * 4 // 3
    assert made.texture_bytes == 1024 * 640 * 5 * 4 // 3
    assert differences(read_file(served.model), read_file(folder / "made" / "model-ktx2.glb")) == []


async def test_what_saves_too_little_is_not_kept(folder: Path) -> None:
    (folder / "in.glb").write_bytes(textured_glb(62, 30))
    served = await optimise(folder / "in.glb", folder / "made")
    made = await convert_textures(served.model, folder / "made")
    assert (made.model, made.reason) == (None, "saves too little")
    assert not (folder / "made" / "model-ktx2.glb").exists()
