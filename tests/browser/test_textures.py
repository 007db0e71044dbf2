"""A booth's textures stay compressed on the graphics card, and come the other way where that fails."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.browser.visitor import Visitor
from tests.support.showing_server import ShowingServer
from tests.support.textured import textured_glb
from yuanzhan.jobs import ktx2
from yuanzhan.jobs.child import node_step, run_sync
from yuanzhan.scene.manifest import Text
from yuanzhan.scene.stands import Stand

ENCODER = Path(ktx2.__file__).with_name("node") / "ktx2.mjs"
SIDE_PX = 128
# With its smaller levels; four bytes a pixel as pictures are.
AS_PIXELS = SIDE_PX * SIDE_PX * 4 * 4 // 3
STAND = Stand(
    id="b-17",
    slot="a01",
    version=1,
    url="/model.glb",
    bytes=1,
    title=Text("画", "A picture"),
    low=(0.0, 0.0, 0.0),
    high=(1.0, 1.0, 0.0),
    ktx2="/model-ktx2.glb",
)
COLOUR = """() => {
  let map = null;
  const booth = window.yuanzhan.visit.world.boothOf('b-17');
  booth?.model.traverse((each) => { map ??= each.material?.map ?? null; });
  if (!map) return null;
  const levels = map.isCompressedTexture ? map.mipmaps : [];
  const bytes = levels.reduce((sum, { data }) => sum + data.byteLength, 0);
  return { compressed: levels.length > 0, bytes, width: map.image.width };
}"""


@pytest.fixture
def showing(client_dir: Path, scenes_dir: Path, data_dir: Path, tmp_path: Path) -> Iterator[ShowingServer]:
    """The built client, and a model in both forms beside it; of a second one, one form is broken."""
    folder = tmp_path / "client"
    shutil.copytree(client_dir, folder)
    model = folder / "model.glb"
    model.write_bytes(textured_glb(SIDE_PX, SIDE_PX, is_webp=True))
    # The encoder alone, on a thread of its own: here the browser's loop runs.
    with ThreadPoolExecutor(1) as thread:
        made = thread.submit(run_sync, node_step(ENCODER, "model.glb", "model-ktx2.glb"), folder).result()
    assert made.is_done, made.errors
    shutil.copy(model, folder / "other.glb")
    compressed = (folder / "model-ktx2.glb").read_bytes()
    (folder / "other-ktx2.glb").write_bytes(compressed.replace(b"KTX 20", b"KTX 99"))
    with ShowingServer(folder, scenes_dir, data_dir) as server:
        yield server


def test_a_texture_stays_compressed_on_the_card_or_comes_as_a_picture(
    browser: Browser, showing: ShowingServer
) -> None:
    visitor = Visitor(browser, showing.url, "小王", {"locale": "zh-CN"})
    asked: list[str] = []
    visitor.page.on("request", lambda request: asked.append(request.url.rsplit("/", 1)[-1].split("?")[0]))

    showing.show("lobby", (STAND,))
    visitor.open("/halls/lobby/a01")
    visitor.enter()
    visitor.wait(f"() => ({COLOUR})() !== null")
    found = visitor.evaluate(COLOUR)
    assert found["compressed"], "this Chromium keeps textures compressed"
    assert (found["width"], found["bytes"] * 4 <= AS_PIXELS * 1.01) == (SIDE_PX, True)
    assert "model.glb" not in asked
    assert visitor.complaints() == []

    visitor.expect("GLTFLoader: Couldn't load texture")
    showing.show("lobby", (replace(STAND, version=2, url="/other.glb", ktx2="/other-ktx2.glb"),))
    visitor.wait(f"() => ({COLOUR})()?.compressed === false")
    assert visitor.evaluate(COLOUR)["width"] == SIDE_PX
    assert "other-ktx2.glb" in asked, "it was tried"
    assert visitor.complaints() == []
    visitor.context.close()
