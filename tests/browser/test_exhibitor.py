"""The whole way of a booth, in pages: from an invitation and a zip to where people stand, and back."""

from __future__ import annotations

import io
import os
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, CDPSession, Page, Request, expect

from tests.browser.conftest import Visitors
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

ARMCHAIR = ("armchair.gltf", "armchair.bin", "furniturebits_texture.png")
BOOKS = ("book_set.gltf", "book_set.bin", "furniturebits_texture.png")
STAND = ("hall", "slot", "offset_m", "yaw_deg", "scale")

pytestmark = pytest.mark.skipif(not MODELS.is_dir(), reason="no ../shared/models beside this clone")


@pytest.fixture(scope="module")
def operator(browser: Browser, server: Server) -> Iterator[Person]:
    with Person(browser, server.url) as person:
        person.page.goto(server.owner_link())
        join(person, "owner", "林栀")
        yield person


@pytest.fixture
def exhibitor(browser: Browser, server: Server, operator: Person) -> Iterator[Person]:
    with Person(browser, server.url) as person:
        invite_exhibitor(operator, person, "狮峰茶社", "沈清")
        yield person


@pytest.mark.timeout(LONG_S)
def test_a_booth_comes_from_a_zip_to_where_people_stand_changes_goes_back_and_leaves(
    exhibitor: Person, operator: Person, visitors: Visitors, tmp_path: Path
) -> None:
    page = exhibitor.page
    page.goto("/exhibitor")
    page.get_by_role("link", name="新建展位").click()
    page.get_by_label("展位名称（中文）").fill("扶手椅")
    page.get_by_label("展位名称（英文）").fill("Armchair")
    exhibitor.drop(".drop", {"armchair.zip": zip_of(ARMCHAIR)})

    page.get_by_role("heading", name=re.compile("可以展出")).wait_for(timeout=CHECK_MS)
    expect(page.get_by_role("row", name="三角面")).to_be_visible()
    page.wait_for_selector(".view[data-state=shown]")
    booth = booth_id(exhibitor)

    page.get_by_role("link", name="去选位置").click()
    page.get_by_role("radio", name=re.compile("^a01")).check()
    taken = {"error": {"code": "slot_taken", "message": "位置 a01 已经有人用了。"}}
    page.route("**/dress", lambda route: route.fulfill(status=409, json=taken), times=1)
    exhibitor.expect("409")
    # Who was not the first is shown what is free now.
    with page.expect_response("**/slots"):
        page.get_by_role("button", name="就放 a01，去布置").click()
    page.get_by_text("位置 a01 已经有人用了。").wait_for()
    expect(page.get_by_role("radio", name=re.compile("^a01"))).not_to_be_checked()
    page.get_by_role("radio", name=re.compile("^a01")).check()
    page.get_by_role("button", name="就放 a01，去布置").click()
    page.get_by_role("button", name="加文字").click()
    page.get_by_label("标题（中文）").fill("一把好椅子")
    page.get_by_label("说明（英文）").fill("Sit down.")
    page.get_by_role("button", name="加声音").click()
    page.get_by_label("标题（中文）").last.fill("茶歌")
    song = tmp_path / "song.wav"
    song.write_bytes(sound())
    full = {"error": {"code": "disk_full", "message": "服务器的磁盘满了。"}}
    page.route("**/api/uploads", lambda route: route.fulfill(status=507, json=full), times=1)
    exhibitor.expect("507")
    page.set_input_files("[data-pointer='/panels/1/object']", song)
    page.get_by_text("服务器的磁盘满了。").wait_for()
    # What did not get there is not forgotten over the next thing to fill in.
    page.get_by_role("button", name="加链接").click()
    page.get_by_text("服务器的磁盘满了。").wait_for()
    page.get_by_role("button", name="现在再试").click()
    page.locator(".media audio").wait_for()
    page.get_by_label("名称（中文）", exact=True).fill("官网")
    page.get_by_role("button", name="加商品").click()
    page.get_by_label("名称（中文）", exact=True).first.fill("扶手")
    page.get_by_label("模型里的部件").fill("没有这个")
    page.get_by_text("模型里没有叫这个名字的部件").wait_for()
    page.get_by_role("button", name="移除商品 1").click()
    page.get_by_label("网址").fill("javascript:alert(1)")
    exhibitor.expect("422")
    page.get_by_role("button", name="保存").click()
    # What the server refuses is told at its field, and nothing is lost.
    expect(page.get_by_label("网址")).to_have_attribute("aria-invalid", "true")
    page.get_by_label("网址").fill("https://example.com/chair")
    stands = put_elsewhere(exhibitor, booth)
    page.get_by_role("button", name="提交审核").click()
    page.get_by_role("heading", name="已提交，正在审核").wait_for()
    # This page was open meanwhile, and did not put the booth back.
    record = exhibitor.get(f"/api/booths/{booth}")
    assert [record["dress"][key] for key in STAND] == stands
    assert record["dress"]["panels"][0]["title"]["zh"] == "一把好椅子"

    anna = visitors.arrive("安娜", locale="zh-CN")
    anna.enter()
    wait_for_version(anna, booth, None)
    anna.evaluate("() => { window.__sameDocument = true; }")
    review(operator, "扶手椅")
    operator.page.get_by_text("展位上的文字和文件").click()
    operator.page.get_by_text("一把好椅子").wait_for()
    operator.page.get_by_role("button", name="通过").click()
    operator.page.get_by_text("没有等待审核的展位").wait_for()
    wait_for_version(anna, booth, 1)
    hear(anna, "茶歌")
    page.get_by_role("heading", name="正在展出").wait_for()

    # Another model, chosen as a folder and packed by the page, is looked at anew; the first stays on show.
    page.get_by_role("link", name="版本", exact=True).click()
    page.set_input_files("[data-picker=folder]", folder_of(BOOKS, tmp_path))
    page.get_by_role("heading", name=re.compile("可以展出")).wait_for(timeout=CHECK_MS)
    wait_for_version(anna, booth, 1)
    page.get_by_text("版本 1 仍在展出").wait_for()
    # What outgrew its place is told before it is submitted, and made to fit by a press.
    dress = exhibitor.get(f"/api/booths/{booth}")["dress"]
    exhibitor.send("PUT", f"/api/booths/{booth}/dress", dress | {"scale": 50})
    ask_again(page)
    page.get_by_text("这个模型比展位的位置大").wait_for()
    page.get_by_role("button", name=re.compile("缩到")).click()
    page.get_by_text("这个模型比展位的位置大").wait_for(state="detached")
    assert exhibitor.get(f"/api/booths/{booth}")["dress"]["scale"] < 50
    exhibitor.send("PUT", f"/api/booths/{booth}/dress", dress)
    page.get_by_role("button", name="提交审核").click()
    page.get_by_role("heading", name="已提交，正在审核").wait_for()
    review(operator, "扶手椅")
    operator.page.get_by_label("退回的原因").fill("请补上书名。")
    operator.page.get_by_role("button", name="退回").click()
    page.get_by_text("请补上书名。").first.wait_for()
    page.get_by_role("button", name="提交审核").click()
    page.get_by_role("heading", name="已提交，正在审核").wait_for()
    review(operator, "扶手椅")
    operator.page.get_by_role("button", name="通过").click()
    wait_for_version(anna, booth, 2)

    page.get_by_role("link", name="版本", exact=True).click()
    page.get_by_role("button", name="版本 1：改回这一版").click()
    wait_for_version(anna, booth, 1)
    appeal_while_the_page_changes(exhibitor, operator, booth)
    wait_for_version(anna, booth, 1)
    page.get_by_role("button", name="版本 1：撤下").click()
    page.get_by_text("要再展出，得重新提交审核").wait_for()
    page.get_by_role("button", name="留着").click()
    wait_for_version(anna, booth, 1)
    page.get_by_role("button", name="版本 1：撤下").click()
    page.get_by_role("button", name="撤下", exact=True).click()
    wait_for_version(anna, booth, None)
    assert anna.evaluate("() => window.__sameDocument") is True
    for person in (exhibitor, operator):
        assert person.complaints() == []


@pytest.mark.timeout(LONG_S)
def test_an_upload_goes_on_after_the_server_was_killed_and_after_a_reload(
    exhibitor: Person, server: Server
) -> None:
    page = exhibitor.page
    created: list[str] = []
    page.on("request", lambda request: created.append(request.url) if begins_upload(request) else None)
    page.goto("/exhibitor?new")
    slow = exhibitor.context.new_cdp_session(page)
    slow.send("Network.enable")
    throttle(slow, bytes_per_s=1_000_000)
    exhibitor.drop(".drop", {"large.zip": large_zip(megabytes=12)})
    page.wait_for_function("() => document.querySelector('progress')?.value > 2e6")

    server.kill()
    page.get_by_role("heading", name="连接断了").wait_for()
    server.start()
    page.get_by_role("heading", name="正在上传").wait_for()

    page.reload()
    page.wait_for_function("() => document.querySelector('progress')?.value > 2e6")
    throttle(slow, bytes_per_s=-1)
    page.get_by_role("heading", name=re.compile("可以展出")).wait_for(timeout=CHECK_MS)
    [version] = exhibitor.get(f"/api/booths/{booth_id(exhibitor)}")["versions"]
    assert version["file"] == "large.zip"
    # One upload from beginning to end, not another one after each break.
    assert len(created) == 1


def begins_upload(request: Request) -> bool:
    return request.method == "POST" and request.url.endswith("/api/uploads")


@pytest.mark.timeout(LONG_S)
def test_a_file_that_cannot_be_shown_is_refused_with_what_to_do(exhibitor: Person, tmp_path: Path) -> None:
    page = exhibitor.page
    page.goto("/exhibitor?new")
    exhibitor.drop(".drop", {"armchair.gltf": (MODELS / "armchair.gltf").read_bytes()})
    # Seen before anything is sent.
    page.get_by_text("armchair.gltf 还要用到：armchair.bin").wait_for()
    exhibitor.drop(".drop", {"broken.glb": b"glTF" + bytes(60)})
    page.get_by_role("heading", name="这个文件暂时不能展出").wait_for(timeout=CHECK_MS)
    assert page.locator(".issue .code-stamp").count() > 0
    exhibitor.drop_from_disk(".drop", folder_of(ARMCHAIR, tmp_path))
    page.get_by_role("heading", name=re.compile("可以展出")).wait_for(timeout=CHECK_MS)
    assert exhibitor.complaints() == []


def appeal_while_the_page_changes(exhibitor: Person, operator: Person, booth: str) -> None:
    """On the page of versions: the booth is taken down, and comes back."""
    page = exhibitor.page
    hall = exhibitor.get(f"/api/booths/{booth}")["hall"]
    order = {"kind": "take_down", "reason": "rights", "target": {"hall": hall, "booth": booth}}
    act = operator.send("POST", "/api/acts", order)["act"]["id"]
    ask_again(page)
    expect(page.locator("[data-version='1'] .tag")).to_have_text("被工作人员撤下")
    page.locator(".appeal .btn").click()
    page.keyboard.type("图案是我们")
    title = {"zh": "新扶手椅", "en": "New armchair"}
    exhibitor.send("PUT", f"/api/booths/{booth}", {"title": title})
    ask_again(page)
    page.locator(".booth-head", has_text="新扶手椅").wait_for()
    page.keyboard.type("自己画的")
    expect(page.locator("#appeal-text")).to_have_value("图案是我们自己画的")
    operator.send("POST", f"/api/acts/{act}/undo")
    ask_again(page)
    page.locator(".appeal").wait_for(state="detached")


def ask_again(page: Page) -> None:
    """As when somebody comes back to the page."""
    page.evaluate("() => document.dispatchEvent(new Event('visibilitychange'))")


def put_elsewhere(exhibitor: Person, booth: str) -> list[Any]:
    """The exhibitor takes hold of the booth in the hall, before anybody else sees it; how it stands then."""
    before = exhibitor.get(f"/api/booths/{booth}")["dress"]
    hall = exhibitor.context.new_page()
    hall.set_viewport_size({"width": 640, "height": 400})
    hall.add_init_script("""localStorage.setItem('yuanzhan.profile', '{"name":"沈清","look":0}');""")
    hall.goto(f"/halls/lobby?preview={booth}&debug&quality=low&draw=never")
    # Where the booth is on the screen, with no plate over it.
    where = hall.wait_for_function(
        """(id) => {
          const { visit, ready, booths } = window.yuanzhan ?? {};
          // One is brought before the place, which is at (6, -4) and looks to the west.
          if (!ready || Math.hypot(visit.player.walker.x - 1.5, visit.player.walker.z + 4) > 0.1) return null;
          if (!booths().placed.find((booth) => booth.id === id)?.shown) return null;
          const { camera } = visit.stage;
          camera.updateWorldMatrix(true, false);
          const foot = visit.world.boothOf(id).stand.getWorldPosition(camera.position.clone());
          const { x, y } = foot.project(camera);
          const at = [((x + 1) / 2) * innerWidth, ((1 - y) / 2) * innerHeight - 10];
          // The view comes to rest first: what is taken hold of where it was is missed.
          const rests = window.wasAt && Math.hypot(at[0] - window.wasAt[0], at[1] - window.wasAt[1]) < 0.1;
          window.wasAt = at;
          return rests && document.elementFromPoint(...at) === visit.stage.canvas ? at : null;
        }""",
        arg=booth,
        polling=200,
    ).json_value()
    x, y = where
    hall.mouse.move(x, y)
    hall.mouse.down()
    hall.mouse.move(x + 40, y, steps=2)
    hall.mouse.up()
    hall.keyboard.press("BracketLeft")
    hall.get_by_role("button", name="缩小").click()
    hall.get_by_role("button", name="保存位置").click()
    hall.get_by_text("已保存").wait_for()
    hall.close()
    after = exhibitor.get(f"/api/booths/{booth}")["dress"]
    # To the right of who looks at the slot's front, which is at -Z, and within the slot.
    assert -1.6 < after["offset_m"][0] < before["offset_m"][0] - 0.2
    assert after["yaw_deg"] % 360 == (before["yaw_deg"] + 5) % 360
    assert after["scale"] == pytest.approx(before["scale"] / 1.05, abs=0.01)
    return [after[key] for key in STAND]


def hear(visitor: Visitor, title: str) -> None:
    """Walk up to the armchair, open it, and play its sound with its controls."""
    open_booth(visitor, "a01", "扶手椅")
    player = visitor.page.locator(".info-panel").get_by_label(title)
    expect(player).to_have_attribute("controls", "")
    player.press("Space")
    visitor.wait("() => document.querySelector('.info-panel audio').currentTime > 0.2")


def review(operator: Person, title: str) -> None:
    """Open what waits under this title."""
    operator.page.goto("/operator")
    operator.page.locator(".review-row", has_text=title).click()
    operator.page.wait_for_selector(".view[data-state=shown]")


def folder_of(names: tuple[str, ...], at: Path) -> Path:
    """A folder as people have it: the model, its pictures in a folder of their own, and something else."""
    folder = at / "新 展台"
    (folder / "textures").mkdir(parents=True)
    gltf, *beside = names
    document = (MODELS / gltf).read_text("utf-8")
    for name in beside:
        inside = f"textures/{name}" if name.endswith(".png") else name
        document = document.replace(f'"{name}"', f'"{inside}"')
        (folder / inside).write_bytes((MODELS / name).read_bytes())
    (folder / gltf).write_text(document, "utf-8")
    (folder / "notes.txt").write_text("to be mended", "utf-8")
    return folder


def large_zip(megabytes: int) -> bytes:
    """The armchair with noise beside it, which no server can shrink."""
    packed = io.BytesIO(zip_of(ARMCHAIR))
    with zipfile.ZipFile(packed, "a") as archive:
        archive.writestr("noise.dat", os.urandom(megabytes << 20))
    return packed.getvalue()


def throttle(session: CDPSession, bytes_per_s: int) -> None:
    """So fast goes what the page sends; -1: as fast as it can."""
    session.send(
        "Network.emulateNetworkConditions",
        {"offline": False, "latency": 0, "downloadThroughput": -1, "uploadThroughput": bytes_per_s},
    )
