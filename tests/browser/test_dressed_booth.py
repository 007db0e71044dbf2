"""A booth with all that one can put on it: dressed by its exhibitor, used by a visitor, and what came."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import Visitors
from tests.browser.desk import shot
from tests.browser.exhibitor import (
    CHECK_MS,
    LONG_S,
    MODELS,
    booth_id,
    invite_exhibitor,
    join,
    open_booth,
    wait_for_version,
    zip_of,
)
from tests.browser.person import Person
from tests.browser.server import Server
from tests.browser.visitor import Visitor
from tests.support.sound import sound

CUBE = ("18_variants.gltf", "18_variants.bin")
COLOUR = """(id) => {
  const found = new Set();
  const { model } = window.yuanzhan.visit.world.boothOf(id);
  model.traverse(({ material }) => material && found.add(material.color.getHexString()));
  return [...found].sort().join();
}"""

pytestmark = pytest.mark.skipif(not MODELS.is_dir(), reason="no ../shared/models beside this clone")


@pytest.fixture
def server(client_dir: Path, scenes_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Counts are written at once: nobody waits for a minute. One a try: an owner is made once."""
    data = tmp_path_factory.mktemp("server") / "data"
    with Server(client_dir, scenes_dir, data, count_s=1) as server:
        yield server


@pytest.mark.timeout(LONG_S)
def test_a_dressed_booth_is_tried_by_a_visitor_and_its_exhibitor_sees_what_came_of_it(
    browser: Browser, server: Server, visitors: Visitors, tmp_path: Path
) -> None:
    with Person(browser, server.url) as operator, Person(browser, server.url) as exhibitor:
        operator.page.goto(server.owner_link())
        join(operator, "owner", "林栀")
        invite_exhibitor(operator, exhibitor, "狮峰茶社", "沈清")
        booth = send(exhibitor)
        dress(exhibitor.page, tmp_path)
        exhibitor.page.get_by_role("button", name="提交审核").click()
        exhibitor.page.get_by_role("heading", name="已提交，正在审核").wait_for()
        operator.send("POST", f"/api/booths/{booth}/versions/1/approve")

        anna = visitors.arrive("安娜", locale="zh-CN")
        anna.enter()
        wait_for_version(anna, booth, 1)
        use(anna, booth)

        look_at_what_came(exhibitor, booth)
        delete_a_version(exhibitor, booth)
        for person in (exhibitor, operator):
            assert person.complaints() == []


def send(exhibitor: Person) -> str:
    """A new booth with a model that has two colours, at its place; its id."""
    page = exhibitor.page
    page.goto("/exhibitor?new")
    page.get_by_label("展位名称（中文）").fill("积木")
    exhibitor.drop(".drop", {"cube.zip": zip_of(CUBE)})
    page.get_by_role("heading").filter(has_text="可以展出").wait_for(timeout=CHECK_MS)
    page.get_by_role("link", name="去选位置").click()
    page.get_by_role("radio", name="a01").check()
    page.get_by_role("button", name="就放 a01，去布置").click()
    return booth_id(exhibitor)


def dress(page: Page, folder: Path) -> None:
    """A product in two colours, a sound, a link and a card."""
    song = folder / "song.wav"
    song.write_bytes(sound())
    page.get_by_role("button", name="加声音").click()
    page.get_by_label("标题（中文）").fill("积木歌")
    page.set_input_files("[data-pointer='/panels/0/object']", song)
    page.locator(".media audio").wait_for()
    page.get_by_role("button", name="加商品").click()
    product = page.locator("[data-pointer='/products/0/name']")
    product.get_by_label("名称（中文）").fill("方块")
    page.get_by_label("价格").fill("¥128")
    page.get_by_label("模型里的部件").fill("Cube")
    page.get_by_text("模型里的配色：Variant_Red").wait_for()
    page.get_by_label("让访客选模型里的配色").check()
    page.get_by_role("button", name="加链接").click()
    page.locator("[data-pointer='/links/0/label']").get_by_label("名称（中文）").fill("官网")
    page.get_by_label("网址").fill("https://example.com/cube")
    page.get_by_label("展示名片").check()
    page.locator(".card-fields").get_by_label("姓名").fill("沈清")
    page.locator(".card-fields").get_by_label("联系方式").fill("shen@example.com")
    shot(page, "dressed-form")


def use(visitor: Visitor, booth: str) -> None:
    """Open the booth, try its product in another colour, hear its sound, and leave a card."""
    open_booth(visitor, "a01", "积木")
    panel = visitor.page.locator(".info-panel")
    expect(panel).to_contain_text("¥128")
    expect(panel.get_by_role("link", name="官网")).to_have_attribute("href", "https://example.com/cube")
    before = visitor.evaluate(COLOUR, booth)
    expect(panel.get_by_role("radio", name="Variant_Blue")).to_be_checked()
    panel.get_by_role("radio", name="Variant_Red").check(force=True)
    visitor.wait(f"([id, before]) => ({COLOUR})(id) !== before", argument=[booth, before])
    assert "ff0000" in visitor.evaluate(COLOUR, booth)
    player = panel.get_by_label("积木歌")
    player.press("Space")
    visitor.wait("() => document.querySelector('.info-panel audio').currentTime > 0.2")
    panel.get_by_role("button", name="留下名片").click()
    form = panel.locator("form")
    form.get_by_role("button", name="用「安娜」").click()
    form.get_by_label("联系方式").fill("=1+1@example.com")
    form.get_by_role("button", name="留给展商").click()
    expect(visitor.page.locator(".toasts")).to_contain_text("名片已留给展商", timeout=30_000)


def look_at_what_came(exhibitor: Person, booth: str) -> None:
    """The page of visits: counts, what was opened, where people stood, the card, and all cards as a file."""
    page = exhibitor.page
    # A visit is one once somebody has stayed for some seconds.
    page.evaluate(
        """async (path) => {
          let told;
          for (const begun = Date.now(); Date.now() - begun < 30_000;) {
            told = await (await fetch(path)).json();
            if (told.visits > 0 && told.heat && told.opened.length >= 3) return;
            await new Promise((resolve) => setTimeout(resolve, 300));
          }
          throw new Error(JSON.stringify(told));
        }""",
        f"/api/booths/{booth}/visits",
    )
    page.goto(f"/exhibitor?booth={booth}&tab=visits")
    expect(page.locator(".visits")).to_contain_text("来访 1 次，约 1 位访客")
    opened = page.locator(".opened li")
    expect(opened).to_have_count(3)
    for name in ("展位介绍", "方块", "积木歌"):
        expect(opened.filter(has_text=name)).to_contain_text("1 次")
    # A lone visitor stood before the slot, where one comes to stand.
    expect(page.locator(".heat circle").first).to_be_attached()
    expect(page.locator(".heat-figure")).to_contain_text(re.compile("正面 [1-9]"))
    lead = page.locator(".lead-table tbody tr")
    expect(lead).to_have_count(1)
    expect(lead).to_contain_text("安娜")
    expect(lead).to_contain_text("=1+1@example.com")
    shot(page, "dressed-visits")
    with page.expect_download() as downloading:
        page.get_by_role("link", name="下载 CSV").click()
    told = Path(downloading.value.path()).read_text("utf-8-sig")
    assert "安娜" in told
    # No spreadsheet takes what a visitor wrote for a formula.
    assert "1+1@example.com" in told
    assert ",=1+1" not in told


def delete_a_version(exhibitor: Person, booth: str) -> None:
    """What nobody sees any more can go; what is on show cannot. It is asked before."""
    page = exhibitor.page
    page.get_by_role("link", name="布置", exact=True).click()
    page.get_by_label("价格").fill("¥138")
    page.get_by_role("button", name="提交改动").click()
    page.get_by_role("heading", name="已提交，正在审核").wait_for()
    page.get_by_role("link", name="版本", exact=True).click()
    page.get_by_role("button", name="版本 2：撤回提交").click()
    second = page.locator("[data-version='2']")
    remove = second.get_by_role("button", name="版本 2：删除")
    remove.click()
    expect(second.locator(".sure:visible")).to_contain_text("版本 2 的模型会删去，不能恢复。")
    expect(second.get_by_role("button", name="删除版本 2")).to_be_focused()
    shot(page, "dressed-delete")
    second.get_by_role("button", name="留着").click()
    expect(remove).to_be_focused()
    expect(page.get_by_role("button", name="版本 1：删除")).to_have_count(0)
    remove.click()
    second.get_by_role("button", name="删除版本 2").click()
    expect(second).to_have_count(0)
    expect(page.get_by_role("heading", name="版本", exact=True)).to_be_focused()
    assert [version["number"] for version in exhibitor.get(f"/api/booths/{booth}")["versions"]] == [1]
