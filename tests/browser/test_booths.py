"""A visitor sees a booth appear, change and vanish, reads it and leaves a card, without a reload."""

from __future__ import annotations

import dataclasses
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.visitor import Visitor
from tests.plain_hall import Glb, booth_glb, box
from tests.support.showing_server import ShowingServer
from tests.support.sound import sound
from yuanzhan.scene.manifest import Text
from yuanzhan.scene.stands import Stand

DRESS: dict[str, Any] = {
    "panels": [
        {
            "id": '"><b id="p1',
            "kind": "text",
            "at": [-1.0, 1.5, 0.2],
            "title": {"zh": "<img src=x onerror=alert(1)>", "en": "Where it comes from"},
            "body": {"zh": "<script>alert(1)</script>", "en": "One plank of beech."},
        }
    ],
    "products": [
        {
            "id": "chair",
            "node": "",
            "name": {"zh": "椅子", "en": "Chair"},
            "price": "¥1,280",
            "variants": True,
            "body": {"zh": "两种漆色。", "en": "Two colours."},
        }
    ],
    "links": [
        {"label": {"zh": "官网", "en": "Website"}, "url": "https://example.com/"},
        {"label": {"zh": "坏", "en": "Bad"}, "url": "javascript:alert(1)"},
    ],
    "card": {"name": "沈清", "organisation": "东阳木作", "contact": "shen@example.com"},
}
BOOTH = Stand(
    id="b-17",
    slot="a01",
    version=1,
    url="/chair.glb",
    bytes=1,
    title=Text("扶手椅", "Armchair"),
    low=(-0.5, 0.0, -0.5),
    high=(0.5, 1.0, 0.5),
    body=Text("坐得下一个下午。", "Room for a whole afternoon."),
    dress=DRESS,
)


def chair_glb() -> bytes:
    """A box with two looks."""
    glb = Glb()
    red, blue = glb.add_material((1, 0, 0)), glb.add_material((0, 0, 1))
    mesh = glb.add_mesh(box((1, 1, 1), (0, 0.5, 0)), red)
    mappings = [{"material": red, "variants": [0]}, {"material": blue, "variants": [1]}]
    glb.document["meshes"][mesh]["primitives"][0]["extensions"] = {
        "KHR_materials_variants": {"mappings": mappings}
    }
    glb.document["extensions"] = {
        "KHR_materials_variants": {"variants": [{"name": "朱红"}, {"name": "靛蓝"}]}
    }
    glb.add_node(name="chair", mesh=mesh)
    return glb.to_bytes()


@pytest.fixture(scope="module")
def client_with_models(client_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The built client, and two models beside it."""
    folder = tmp_path_factory.mktemp("client") / "dist"
    shutil.copytree(client_dir, folder)
    (folder / "chair.glb").write_bytes(chair_glb())
    (folder / "table.glb").write_bytes(booth_glb().to_bytes())
    return folder


@pytest.fixture
def showing(client_with_models: Path, scenes_dir: Path, data_dir: Path) -> Iterator[ShowingServer]:
    with ShowingServer(client_with_models, scenes_dir, data_dir) as server:
        yield server


@pytest.fixture
def visitor(request: pytest.FixtureRequest, browser: Browser, showing: ShowingServer) -> Iterator[Visitor]:
    """Somebody before the slot; what the test is marked with is how the page is opened."""
    draws = request.node.get_closest_marker("draws") is not None
    viewport = {"width": 640, "height": 480}
    visitor = Visitor(browser, showing.url, "小王", {"viewport": viewport, "locale": "zh-CN", "draws": draws})
    visitor.open("/halls/lobby/a01")
    visitor.enter()
    yield visitor
    assert visitor.complaints() == []
    visitor.context.close()


def wait_for_booth(visitor: Visitor, condition: str, *values: Any) -> None:
    """Wait until `condition` holds of `booth`, the one called b-17 (or undefined)."""
    visitor.wait(
        "(values) => { const { changing, placed } = window.yuanzhan.booths();"
        f" const booth = placed.find(({{ id }}) => id === 'b-17'); return !changing && ({condition}); }}",
        argument=list(values),
    )


@pytest.mark.draws
def test_a_visitor_in_the_hall_sees_a_booth_appear_change_and_vanish(
    visitor: Visitor, showing: ShowingServer
) -> None:
    visitor.evaluate("() => { window.__sameDocument = true; }")
    programs = "() => window.yuanzhan.visit.stage.renderer.info.memory.geometries"
    wait_for_booth(visitor, "booth === undefined")
    before = visitor.evaluate(programs)
    assert [b["id"] for b in visitor.evaluate("() => window.yuanzhan.booths().placed")] == ["tea"]
    in_the_wall_of_tea = "() => window.yuanzhan.visit.world.floor.canStand(7.3, -2.6)"
    assert visitor.evaluate(in_the_wall_of_tea) is False

    showing.show("lobby", (BOOTH,))
    wait_for_booth(visitor, "booth?.shown && booth.version === 1")
    assert [b["id"] for b in visitor.evaluate("() => window.yuanzhan.booths().placed")] == ["b-17"]
    assert visitor.evaluate(in_the_wall_of_tea) is True

    moved = dataclasses.replace(BOOTH, version=2, url="/table.glb", offset_m=(1.0, 0.5))
    showing.show("lobby", (moved,))
    wait_for_booth(visitor, "booth?.version === 2 && Math.abs(booth.z - values[0]) < 0.6", -5.0)

    # The slot of the plain hall is at (6, -4): whoever walks at it from the west is stopped.
    big = dataclasses.replace(BOOTH, version=3, low=(-1.5, 0.0, -1.5), high=(1.5, 3.0, 1.5))
    showing.show("lobby", (big,))
    wait_for_booth(visitor, "booth?.version === 3")
    visitor.evaluate("() => window.yuanzhan.place(3.9, -4, -Math.PI / 2)")
    visitor.page.keyboard.down("w")
    visitor.wait("() => window.yuanzhan.me().x > 4.05")
    visitor.page.wait_for_timeout(1000)
    visitor.page.keyboard.up("w")
    assert 4.0 < visitor.me["x"] < 6 - 1.5 - 0.2
    assert visitor.evaluate("() => window.yuanzhan.visit.world.floor.canStand(6, -4)") is False

    showing.show("lobby", ())
    wait_for_booth(visitor, "booth === undefined && placed.some(({ id }) => id === 'tea')")
    assert visitor.evaluate(in_the_wall_of_tea) is False
    visitor.wait(f"(before) => ({programs})() <= before", argument=before)
    assert visitor.evaluate("() => window.__sameDocument") is True


@pytest.mark.draws
def test_a_booth_comes_light_and_becomes_finer_as_one_comes_near(
    visitor: Visitor, showing: ShowingServer
) -> None:
    asked: list[str] = []
    visitor.page.on("request", lambda request: asked.append(request.url.rsplit("/", 1)[-1]))
    plain = {**DRESS, "products": []}
    lods = ({"url": "/table.glb", "bytes": 1, "error_m": 0.003},)
    visitor.evaluate("() => window.yuanzhan.place(0, 4, 0)")
    # The eye comes along with the next frame.
    frames = visitor.evaluate("() => window.yuanzhan.frames")
    visitor.wait("(frames) => window.yuanzhan.frames > frames + 1", argument=frames)
    showing.show("lobby", (dataclasses.replace(BOOTH, dress=plain, lods=lods),))
    wait_for_booth(visitor, "booth?.shown && booth.level === '/table.glb'")
    assert "chair.glb" not in asked

    visitor.evaluate("() => window.yuanzhan.place(4.6, -4, -Math.PI / 2)")
    wait_for_booth(visitor, "booth?.shown && booth.level === null")
    assert asked.index("table.glb") < asked.index("chair.glb")
    finer = "() => window.yuanzhan.visit.world.boothOf('b-17').model.getObjectByName('chair') !== undefined"
    assert visitor.evaluate(finer)


def test_a_booth_is_read_tried_in_another_colour_left_a_card_and_taken_down_before_ones_eyes(
    visitor: Visitor, showing: ShowingServer
) -> None:
    showing.show("lobby", (BOOTH,))
    wait_for_booth(visitor, "booth?.shown")
    page = visitor.page
    visitor.evaluate("() => window.yuanzhan.place(3.2, -4, -Math.PI / 2)")
    expect(page.locator(".prompt")).to_contain_text("扶手椅", timeout=30_000)
    page.locator(".prompt").click()
    panel = page.locator(".info-panel")
    expect(panel.get_by_role("heading", name="扶手椅")).to_be_visible()
    expect(panel).to_contain_text("东阳木作")
    expect(panel).to_contain_text("¥1,280")
    # What an exhibitor writes is text, whatever it looks like.
    expect(panel).to_contain_text("<script>alert(1)</script>")
    assert panel.locator("img, script, b").count() == 0
    links = panel.get_by_role("link")
    expect(links).to_have_count(1)
    assert "noopener" in (links.first.get_attribute("rel") or "")

    colour = (
        "() => window.yuanzhan.visit.world.boothOf('b-17').model.children[0].material.color.getHexString()"
    )
    assert visitor.evaluate(colour) == "ff0000"
    expect(panel.get_by_role("radio", name="朱红")).to_be_checked()
    panel.get_by_role("radio", name="靛蓝").check(force=True)
    visitor.wait(f"() => ({colour})() === '0000ff'")

    panel.get_by_role("button", name="留下名片").click()
    form = panel.locator("form")
    expect(form.get_by_label("姓名")).to_have_value("")
    send = form.get_by_role("button", name="留给展商")
    expect(send).to_be_disabled()
    form.get_by_role("button", name="用「小王」").click()
    form.get_by_label("联系方式").fill("138 0000 0000")
    expect(form).to_contain_text("将留给东阳木作：姓名、联系方式")
    send.click()
    expect(page.locator(".toasts")).to_contain_text("名片已留给展商", timeout=30_000)

    expect(form).to_have_count(0)
    showing.show("lobby", (dataclasses.replace(BOOTH, title=Text("长椅", "Bench")),))
    expect(panel.get_by_role("heading", name="长椅")).to_be_visible(timeout=30_000)
    showing.show("lobby", ())
    expect(panel).to_be_hidden(timeout=30_000)
    expect(page.locator(".toasts")).to_contain_text("撤下")


def test_what_plays_goes_on_while_the_booth_comes_with_other_textures_and_other_words(
    visitor: Visitor, showing: ShowingServer
) -> None:
    song = {
        "id": "song",
        "kind": "audio",
        "url": "/song.wav",
        "at": [0.0, 1.5, 0.0],
        "title": {"zh": "茶歌", "en": "Song"},
        "body": {"zh": "", "en": ""},
    }
    body = sound(seconds=60)
    visitor.page.route("**/song.wav", lambda route: route.fulfill(content_type="audio/wav", body=body))
    dressed = dataclasses.replace(BOOTH, dress={**DRESS, "panels": [song]})
    showing.show("lobby", (dressed,))
    wait_for_booth(visitor, "booth?.shown")
    visitor.evaluate("() => window.yuanzhan.place(3.2, -4, -Math.PI / 2)")
    visitor.page.locator(".prompt", has_text="扶手椅").click(timeout=30_000)
    panel = visitor.page.locator(".info-panel")
    panel.get_by_label("茶歌").press("Space")
    played = "(least) => document.querySelector('.info-panel audio').currentTime > least"
    visitor.wait(played, argument=0.2)
    visitor.evaluate("() => { window.__player = document.querySelector('.info-panel audio'); }")

    # Textures that stay compressed are made some time after a booth was published.
    showing.show("lobby", (dataclasses.replace(dressed, ktx2="/table.glb"),))
    told = "() => window.yuanzhan.visit.world.hall.booths.find(({ id }) => id === 'b-17')"
    visitor.wait(f"() => ({told})().ktx2 !== null")
    assert visitor.page.locator(".toasts > *").count() == 0
    showing.show("lobby", (dataclasses.replace(dressed, version=2, title=Text("长椅", "Bench")),))
    expect(panel.get_by_role("heading", name="长椅")).to_be_visible(timeout=30_000)
    expect(visitor.page.locator(".toasts")).to_contain_text("更新")
    assert visitor.evaluate("() => window.__player.isConnected && !window.__player.paused")
    at_s = visitor.evaluate("() => window.__player.currentTime")
    visitor.wait(played, argument=at_s + 0.2)
