"""Work pages whose server is slow, says other things meanwhile, or does not answer: nothing is asked twice,
lost or untrue.

The pages and halls are a real server's; what a test is about is answered by the test.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Dialog, Page, Route, ViewportSize, expect

from tests.browser.desk import CONSOLE, SECOND_PRESS_MS, WAIT_MS, act, find, open_console
from tests.browser.server import Server

UNREACHABLE = "连不上服务器"
TABLET: ViewportSize = {"width": 1024, "height": 768}
OWN_SOCKETS = """
window.__sockets = [];
window.WebSocket = class extends WebSocket {
  constructor(...about) { super(...about); window.__sockets.push(this); }
};
"""


NO_LINE = "window.WebSocket = class { static OPEN = 1; send() {} close() {} };"
"""Nobody says on the line how many are really in the halls."""


def text(zh: str) -> dict[str, str]:
    return {"zh": zh, "en": f"{zh} (en)"}


def answer(page: Page, path: str, body: Any, status: int = 200) -> list[Route]:
    """From now on this path of the API (a pattern) says so; the list grows each time that it is asked."""
    asked: list[Route] = []

    def say(route: Route) -> None:
        asked.append(route)
        route.fulfill(status=status, json=body() if callable(body) else body)

    page.route(re.compile(rf"/api/{path}$"), say)
    return asked


def hold(page: Page, path: str, method: str = "GET") -> list[Route]:
    """From now on this path is not answered until the test does."""
    held: list[Route] = []

    def keep(route: Route) -> None:
        if route.request.method == method:
            held.append(route)
        else:
            route.fallback()

    page.route(re.compile(rf"/api/{path}$"), keep)
    return held


def refuse_dialogs(page: Page) -> list[str]:
    """Whoever is asked stays; the list grows with each question."""
    asked: list[str] = []

    def stay(dialog: Dialog) -> None:
        asked.append(dialog.message)
        dialog.dismiss()

    page.on("dialog", stay)
    return asked


def look_again(page: Page) -> None:
    """As if somebody came back to the page: it is read anew at once."""
    page.evaluate("() => document.dispatchEvent(new Event('visibilitychange'))")


def until(page: Page, is_so: Any) -> None:
    """Wait for what the browser asks."""
    for _ in range(WAIT_MS // 50):
        if is_so():
            return
        page.wait_for_timeout(50)
    raise AssertionError("it did not come to be")


REPORT = {
    "id": "r1",
    "state": "open",
    "what": "person",
    "reason": "harassment",
    "hall": "lobby",
    "name": "风继续吹",
    "note": "",
    "made_at": datetime.now(UTC).isoformat(),
    "visitor": 5,
    "line": None,
    "booth": None,
    "assignee": None,
    "act": None,
    "reports": 1,
    "reporters": 1,
}
ACT = {
    "id": "a1",
    "kind": "mute",
    "reason": "harassment",
    "hall": "lobby",
    "name": "风继续吹",
    "note": "",
    "comment": "",
    "by": ["visitor"],
    "params": {},
    "actor": {"id": "1", "name": "林栀"},
    "report": "r1",
    "made_at": datetime.now(UTC).isoformat(),
    "ends_at": (datetime.now(UTC) + timedelta(minutes=30)).isoformat(),
    "undone_at": None,
    "lasting": True,
    "holds": True,
}


@pytest.fixture(scope="module")
def desk(browser: Browser, server: Server) -> Iterator[BrowserContext]:
    """An owner's browser."""
    with open_console(browser, server) as page:
        page.context.add_init_script(OWN_SOCKETS)
        yield page.context


@pytest.fixture
def page(desk: BrowserContext) -> Iterator[Page]:
    page = desk.new_page()
    yield page
    page.close()


def open_desk(page: Page) -> None:
    page.set_viewport_size(CONSOLE)
    page.goto("/operator")
    expect(page.locator(".desk-hall").first).to_be_visible(timeout=WAIT_MS)


def test_a_held_enter_acts_once_and_the_keyboard_stays_where_it_chose(page: Page) -> None:
    answer(page, "reports", {"reports": [REPORT]})
    answer(page, "reports/r1", REPORT | {"evidence": {"lines": []}, "acts": [], "person": None})
    ordered = answer(page, "acts", {"act": ACT, "reached": 1, "acts": [ACT], "next": None}, 201)
    open_desk(page)
    expect(page.locator(".desk-report")).to_have_count(1, timeout=WAIT_MS)
    page.keyboard.press("j")
    expect(page.locator(".act-go")).to_be_enabled(timeout=WAIT_MS)
    for chip in ("remove", "advertising"):
        node = page.locator(f".act-form [data-value={chip}]")
        node.focus()
        page.keyboard.press("Space")
        expect(node).to_have_attribute("aria-pressed", "true")
        expect(node).to_be_focused()
    page.locator("h1").click()
    for _ in range(4):  # held: Chromium repeats it
        page.keyboard.down("Enter")
        page.wait_for_timeout(100)
    page.keyboard.up("Enter")
    until(page, lambda: any(route.request.method == "POST" for route in ordered))
    page.wait_for_timeout(500)
    assert [route.request.method for route in ordered].count("POST") == 1


PERSON = {
    "hall": "lobby",
    "visitor": 5,
    "visit": "v5",
    "standing": "visitor",
    "name": "风继续吹",
    "badge": "",
    "lang": "zh",
    "known_by": ["visitor"],
    "housemates": 1,
    "ranges": [{"prefix": 32, "others": 1}, {"prefix": 24, "others": 7}],
    "is_here": True,
    "at": [0, 0],
    "muted": False,
    "voice_off": False,
    "hidden": False,
    "frozen": False,
    "reports": 1,
    "reporters": 1,
    "acts": [],
    "lines": [],
}


def test_what_is_done_at_a_report_is_done_to_whom_the_server_knows_again(page: Page) -> None:
    at_ms = round(datetime.now(UTC).timestamp() * 1000)
    said = {
        "line": 1,
        "at_ms": at_ms,
        "visitor": 5,
        "name": "风继续吹",
        "text": "那时说的",
        "at": [0, 0],
        "refused": "",
    }
    beside = said | {"line": 0, "visitor": 6, "name": "小满"}
    report = REPORT | {"hall": "retail"}
    person = PERSON | {"hall": "retail", "visitor": 9}
    whole: dict[str, Any] = {
        "evidence": {"lines": [beside, said], "said": said},
        "acts": [],
        "person": person,
    }
    answer(page, "reports", lambda: {"reports": [] if report["state"] == "acted" else [report]})
    answer(page, "reports/r1", lambda: report | whole)
    lines = [
        said | {"line": n, "at_ms": at_ms + 60_000, "visitor": n, "text": f"{n} 后来说的"} for n in (5, 9)
    ]
    answer(page, "halls/retail/lines", {"lines": lines})
    answer(page, r"halls/retail/lines\?before=\d+", {"lines": [beside]})
    # Since a start the ids are others'.
    strangers = answer(page, r"people/retail/\d+", PERSON | {"hall": "retail", "name": "路人"})
    ordered: list[Any] = []

    def carry_out(route: Route) -> None:
        if route.request.method != "POST":
            return route.fulfill(json={"acts": [], "next": None})
        ordered.append(route.request.post_data_json)
        report.update(state="acted", act="a1")
        whole["acts"] = [ACT]
        return route.fulfill(status=201, json={"act": ACT, "reached": 1})

    page.route(re.compile("/api/acts$"), carry_out)
    open_desk(page)
    page.locator(".desk-report").click()
    who = page.locator(".desk-who")
    expect(page.locator(".desk-lines .later + li")).to_have_text(re.compile("9 后来说的"), timeout=WAIT_MS)
    expect(page.locator(".desk-lines li:not(.later)")).to_have_count(3)
    expect(who.locator("a", has_text="身边")).to_have_attribute("href", re.compile("9"))
    # A colleague has it.
    report.update(state="taken", assignee={"id": "2", "name": "周宁"})
    page.evaluate("() => window.__sockets.at(-1).close()")
    expect(who).to_contain_text("周宁 在处理", timeout=WAIT_MS)
    # Answered, it says so, and what it kept is still there.
    for target in ({"report": "r1"}, {"act": "a1"}):
        page.locator(".act-go").click()
        until(page, lambda wanted=target: ordered and ordered[-1]["target"] == wanted)
        expect(who.locator(".btn", has_text="重新处理")).to_be_visible(timeout=WAIT_MS)
        expect(page.locator(".desk-lines .marked")).to_contain_text("那时说的")
        expect(page.locator(".act-go")).to_be_enabled()
    # Who spoke beside them is found by the line too.
    page.locator(".desk-lines .line-name", has_text="小满").click()
    expect(who.locator("h2")).to_have_text("小满", timeout=WAIT_MS)
    page.locator(".act-form .why [data-value=noise]").click()
    page.locator(".act-go").click()
    until(page, lambda: ordered[-1]["target"] == {"line": 0})
    assert strangers == []


@pytest.mark.parametrize("size", [TABLET, CONSOLE], ids=["tablet", "laptop"])
def test_what_was_said_is_read_and_the_act_in_reach(page: Page, size: ViewportSize) -> None:
    at_ms = round(datetime.now(UTC).timestamp() * 1000)
    lines = [
        {
            "line": n,
            "at_ms": at_ms,
            "visitor": 5,
            "name": "风继续吹",
            "text": f"第 {n} 句",
            "at": [0, 0],
            "refused": "",
        }
        for n in range(20)
    ]
    report = REPORT | {"note": "一直跟着我，怎么说都不走。" * 20}
    acts = [ACT | {"id": f"a{n}"} for n in range(6)]
    answer(page, "reports", {"reports": [report]})
    evidence = {"lines": lines, "said": lines[-1]}
    answer(page, "reports/r1", report | {"evidence": evidence, "acts": acts, "person": PERSON})
    open_desk(page)
    page.set_viewport_size(size)
    page.locator(".desk-report").click()
    expect(page.locator(".desk-lines li")).to_have_count(20, timeout=WAIT_MS)
    said, foot = page.locator(".desk-lines").bounding_box(), page.locator(".act-foot").bounding_box()
    assert said is not None
    assert foot is not None
    assert said["height"] >= 150, "some five lines"
    assert said["y"] + said["height"] <= foot["y"]
    expect(page.locator(".desk-lines .marked")).to_be_in_viewport()
    expect(page.locator(".act-go")).to_be_in_viewport(ratio=1)
    # By keyboard too nothing is under the button.
    page.locator(".act-note").focus()
    note = page.locator(".act-note").bounding_box()
    assert note is not None
    assert note["y"] + note["height"] <= foot["y"]


def test_who_is_chosen_next_is_not_done_to_what_was_done_to_another(page: Page) -> None:
    other = PERSON | {"visitor": 6, "visit": "v6", "name": "沈清"}
    answer(page, r"people\?name=.*", {"people": [PERSON, other], "left": []})
    answer(page, "visitors/v5", PERSON)
    answer(page, "visitors/v6", other)
    ordered = answer(page, "acts", {"act": ACT, "reached": 1, "acts": [ACT], "next": None}, 201)
    open_desk(page)
    find(page, "风继续吹")
    for chip in ("remove", "sexual"):
        page.locator(f".act-form [data-value={chip}]").click()
    page.locator(".act-go").click()
    until(page, lambda: any(route.request.method == "POST" for route in ordered))
    find(page, "沈清")
    pressed = page.locator(".act-form .chip[aria-pressed=true]")
    values = [chip.get_attribute("data-value") for chip in pressed.all()]
    assert values == ["mute", "30"]
    # Nobody chose why: it is asked for, and nothing is done.
    page.locator("h1").click()
    page.keyboard.press("Enter")
    expect(page.locator(".act-foot .error")).to_have_text("请先选择事由")
    expect(page.locator(".why [data-value=harassment]")).to_be_focused()
    assert [route.request.method for route in ordered].count("POST") == 1


def test_somebody_is_searched_and_chosen_by_keyboard_alone(page: Page) -> None:
    other = PERSON | {"visitor": 6, "visit": "v6", "name": "沈清"}
    left = {"hall": "lobby", "visitor": 7, "name": "Eve", "line": 3, "at_ms": 1_790_000_000_000}
    answer(page, r"people\?name=.*", {"people": [PERSON, other], "left": [left]})
    answer(page, "visitors/v5", PERSON)
    answer(page, "visitors/v6", other)
    open_desk(page)
    page.keyboard.press("/")
    page.keyboard.type("ev")
    rows = page.locator(".desk-found button")
    expect(rows).to_have_count(3, timeout=WAIT_MS)
    expect(rows.last).to_have_text(re.compile(r"^Eve \S+ .*说过话"))
    for key, place in (("ArrowDown", 0), ("ArrowDown", 1), ("ArrowUp", 0), ("ArrowDown", 1)):
        page.keyboard.press(key)
        expect(rows.nth(place)).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator(".desk-who h2")).to_have_text("沈清", timeout=WAIT_MS)
    # A key that follows is an act, and no search.
    page.keyboard.press("2")
    expect(page.locator(".acts [data-value=remove]")).to_have_attribute("aria-pressed", "true")
    # Enter at once takes the first, found or not yet.
    page.keyboard.press("/")
    page.keyboard.type("ev")
    page.keyboard.press("Enter")
    expect(page.locator(".desk-who h2")).to_have_text("风继续吹", timeout=WAIT_MS)
    expect(page.locator("#desk-search")).to_have_value("")


def test_who_is_chosen_is_found_again_when_the_server_was_started_anew(page: Page) -> None:
    now: dict[str, Any] = {"person": PERSON}
    waits = PERSON | {"visitor": 0xFFFFFF, "visit": "v7", "standing": "queued", "name": "沈清"}
    answer(page, r"people\?name=.*", {"people": [PERSON, waits], "left": []})
    answer(page, "visitors/v5", lambda: now["person"])
    answer(page, "visitors/v7", waits)
    strangers = answer(page, r"people/lobby/\d+", PERSON | {"name": "路人", "visit": "v9"})
    ordered = answer(page, "acts", {"act": ACT, "reached": 1, "acts": [ACT], "next": None}, 201)
    open_desk(page)
    find(page, "风继续吹")
    to_them = page.locator(".desk-who a", has_text="身边")
    expect(to_them).to_have_attribute("href", re.compile("5$"))
    now["person"] = PERSON | {"visitor": 8}
    page.evaluate("() => window.__sockets.at(-1).close()")
    expect(to_them).to_have_attribute("href", re.compile("8$"), timeout=WAIT_MS)
    page.locator(".act-form .why [data-value=noise]").click()
    page.locator(".act-go").click()
    until(page, lambda: any(route.request.method == "POST" for route in ordered))
    wanted = next(route.request.post_data_json for route in ordered if route.request.method == "POST")
    assert wanted is not None
    assert wanted["target"] == {"visit": "v5"}
    # Who waits at the door is found as well, and stands nowhere.
    page.locator("#desk-search").fill("沈清")
    expect(page.locator(".desk-found")).to_contain_text("排队中", timeout=WAIT_MS)
    find(page, "沈清")
    expect(page.locator(".desk-who")).to_contain_text("排队中")
    expect(to_them).to_have_count(0)
    assert strangers == []


def test_a_ban_says_what_it_covers(page: Page) -> None:
    answer(page, r"people\?name=.*", {"people": [PERSON], "left": []})
    answer(page, "visitors/v5", PERSON)
    open_desk(page)
    find(page, "风继续吹")
    act(page, "封禁", "fraud")
    covers = page.locator("dialog.ban .ban-covers")
    expect(covers).to_contain_text("清除浏览数据或换浏览器后，仍能以新访客入场")
    page.locator("#ban-network").check()
    expect(covers).to_contain_text("同一网络的其他访客也都进不来")
    page.locator("#ban-range-24").check()
    expect(page.locator("dialog.ban label[for=ban-range-24]")).to_have_text("连同网段 /24（另有 7 人）")
    expect(covers).to_contain_text("这个网段（/24）的访客都进不来")
    ordered = answer(page, "acts", {"act": ACT, "reached": 8, "acts": [ACT], "next": None}, 201)
    page.locator("dialog.ban .btn.danger").click()
    until(page, lambda: any(route.request.method == "POST" for route in ordered))
    wanted = next(route.request.post_data_json for route in ordered if route.request.method == "POST")
    assert wanted is not None
    assert (wanted["prefix"], "address" in wanted["by"]) == (24, True)


def test_staff_without_the_second_factor_that_is_asked_for_are_led_to_it(page: Page) -> None:
    me = page.request.get("/api/me").json()
    answer(page, "me", me | {"second_factor_needed": True})
    page.goto("/operator")
    expect(page.locator("h1")).to_have_text("值守前须开启两步验证", timeout=WAIT_MS)
    # There they can: what the server refuses to who has none yet is not asked for.
    refused = {"error": {"code": "second_factor_needed", "message": "-"}}
    asked = answer(page, "(accounts|invitations|organisation)", refused, 403)
    page.locator(".desk-refused a").click()
    expect(page.locator(".account-part h2").first).to_have_text("两步验证", timeout=WAIT_MS)
    assert asked == []
    answer(page, "me", me | {"permissions": []})
    page.goto("/operator")
    expect(page.locator("h1")).to_have_text("您没有值守的权限", timeout=WAIT_MS)


def test_what_was_reported_while_the_line_was_down_is_told_when_it_is_back(page: Page) -> None:
    reports: list[Any] = []
    answer(page, "reports", lambda: {"reports": reports})
    open_desk(page)
    state = page.locator(".desk-place .tag").first
    expect(state).to_have_class(re.compile("ok"), timeout=WAIT_MS)
    reports.append(REPORT)
    page.evaluate("() => window.__sockets.at(-1).close()")
    expect(state).to_contain_text(UNREACHABLE, timeout=WAIT_MS)
    expect(page.locator(".desk-report")).to_have_count(1, timeout=WAIT_MS)
    expect(state).to_have_class(re.compile("ok"), timeout=WAIT_MS)


def test_a_desk_that_cannot_be_read_says_so_and_does_not_undo_a_press(page: Page) -> None:
    open_desk(page)
    hall = page.locator(".desk-hall").nth(1)
    hall.hover()
    page.mouse.down()
    answered = answer(page, "desk", {"halls": [], "acts": []}, 500)
    until(page, lambda: answered)
    expect(page.locator(".desk-place .tag").first).to_contain_text(UNREACHABLE, timeout=WAIT_MS)
    page.unroute_all()
    expect(page.locator(".desk-place .tag").first).not_to_contain_text(UNREACHABLE, timeout=WAIT_MS)
    page.mouse.up()
    expect(hall).to_have_attribute("aria-current", "true")


def test_who_is_looked_for_last_is_found(page: Page) -> None:
    open_desk(page)
    held = hold(page, r"people\?name=.*")
    search = page.locator("#desk-search")
    search.fill("小满")
    until(page, lambda: len(held) == 1)
    search.fill("沈清")
    until(page, lambda: len(held) == 2)
    held[1].fulfill(json={"people": [], "left": []})
    expect(page.locator(".desk-found")).to_be_visible()
    held[0].fulfill(json={"people": [{"hall": "lobby", "visitor": 1, "name": "小满"}], "left": []})
    page.wait_for_timeout(300)
    expect(page.locator(".desk-found")).to_have_text("没有找到")
    page.keyboard.press("Escape")
    expect(page.locator(".desk-found")).to_be_hidden()
    search.fill("阿木")
    until(page, lambda: len(held) == 3)
    page.keyboard.press("Escape")
    held[2].fulfill(json={"people": [], "left": []})
    page.wait_for_timeout(300)
    expect(page.locator(".desk-found")).to_be_hidden()
    page.unroute_all()
    page.route(re.compile(r"/api/people\?"), lambda route: route.abort())
    search.fill("小满")
    expect(page.locator(".desk-found")).to_contain_text(UNREACHABLE, timeout=WAIT_MS)


def test_an_announcement_goes_out_once_and_is_not_lost_by_a_press_beside_it(page: Page) -> None:
    open_desk(page)
    page.locator(".desk-head .btn", has_text="广播").click()
    sheet = page.locator("dialog.announce")
    zh = page.locator("#announce-zh")
    zh.fill("三点试茶")
    page.locator("#announce-en").fill("Tea at three")
    # Text that is marked from within may end beside the sheet.
    box, words = sheet.bounding_box(), zh.bounding_box()
    assert box is not None
    assert words is not None
    page.mouse.move(words["x"] + 40, words["y"] + 20)
    page.mouse.down()
    page.mouse.move(box["x"] - 60, words["y"] + 20)
    page.mouse.up()
    expect(sheet).to_be_visible()
    asked = refuse_dialogs(page)
    page.mouse.click(box["x"] - 60, words["y"] + 20)
    until(page, lambda: asked)
    expect(zh).to_have_value("三点试茶")
    # Words for the record alone are written too.
    for field, words_now in (("#announce-zh", ""), ("#announce-en", ""), ("#announce-why", "馆方要求")):
        page.locator(field).fill(words_now)
    page.mouse.click(box["x"] - 60, words["y"] + 20)
    until(page, lambda: len(asked) == 2)
    zh.fill("三点试茶")
    page.locator("#announce-en").fill("Tea at three")
    held = hold(page, "acts", "POST")
    go = sheet.locator(".btn.primary")
    go.click()
    expect(go).to_have_attribute("aria-busy", "true")
    go.click()
    page.wait_for_timeout(200)
    assert len(held) == 1
    held[0].abort()
    expect(sheet.locator(".error")).to_contain_text(UNREACHABLE)
    page.unroute_all()
    go.click()
    expect(sheet).to_have_count(0, timeout=WAIT_MS)


def test_what_is_done_to_a_hall_has_a_reason_a_time_and_words(page: Page) -> None:
    open_desk(page)
    page.locator(".desk-tools .btn", has_text="管理展厅").click()
    orders = hold(page, "acts", "POST")
    form = page.locator("dialog.hall-form")
    go = form.locator(".act-go")
    expect(go).to_be_hidden()
    form.locator(".chip", has_text="30 秒一句").click()
    expect(go).to_have_text("慢速发言 30 分钟：30 秒一句")
    form.locator("[data-value=noise]").click()
    form.locator(".why [data-value='120']").click()
    form.locator("#hall-words").fill("刷屏")
    expect(go).to_have_text("慢速发言 2 小时：30 秒一句")
    # Another number than the button says: it says nothing any more.
    page.locator("#hall-capacity").fill("7")
    expect(go).to_be_hidden()
    # Whoever presses twice has led nobody out.
    form.locator(".chip", has_text="把所有人引到门厅").dblclick()
    expect(form.locator(".why [data-value=safety]")).to_have_attribute("aria-pressed", "true")
    expect(form.locator("#hall-words")).to_have_value("刷屏")
    expect(go).to_have_class(re.compile("danger"))
    page.wait_for_timeout(SECOND_PRESS_MS)
    assert orders == []
    go.click()
    until(page, lambda: orders)
    wanted = orders[0].request.post_data_json
    assert wanted is not None
    assert wanted == {
        "kind": "evacuate",
        "params": {},
        "reason": "safety",
        "comment": "刷屏",
        "target": {"hall": "lobby"},
    }


def test_a_hall_closed_by_its_hours_says_so_and_one_press_closes_none_with_people(page: Page) -> None:
    told = page.request.get("/api/desk").json()
    opening = {"days": [0], "from": "09:00", "to": "10:00"}
    for hall in told["halls"]:
        hall |= {"visitors": 3, "door": "closed", "capacity": 20, "capacity_most": 20}
        hall["rules"] |= {"hours": [opening], "door": "open"}
    answer(page, "desk", told | {"time_zone": "Asia/Shanghai"})
    orders = hold(page, "acts", "POST")
    page.add_init_script(NO_LINE)
    open_desk(page)
    page.locator(".desk-tools .btn", has_text="管理展厅").click()
    form = page.locator("dialog.hall-form")
    expect(form).to_contain_text("现在不在开放时间，展厅关着")
    expect(form).to_contain_text("时间按中国标准时间")
    expect(form.locator(".chip", has_text="开放").first).to_have_attribute("aria-pressed", "false")
    page.locator("#hall-capacity").fill("21")
    page.locator(".form-block", has=page.locator("#hall-capacity")).locator(".chip").click()
    expect(form.locator("[role=alert] .error")).to_have_text("容量请填 1 到 20 之间的数")
    page.locator("#day-0-0").uncheck()
    page.locator(".form-block", has=page.locator(".hours")).locator(".chip", has_text="设定").click()
    expect(form.locator("[role=alert] .error")).to_contain_text("请至少选一天")
    form.locator(".chip", has_text="关闭").dblclick()
    expect(form.locator(".hall-leads-out")).to_have_text("厅里的 3 人会被引到门厅")
    page.wait_for_timeout(SECOND_PRESS_MS)
    assert orders == []
    form.locator(".act-go").click()
    until(page, lambda: orders)
    wanted = orders[0].request.post_data_json
    assert wanted is not None
    assert (wanted["params"], wanted["minutes"]) == ({"door": "closed"}, None)


def test_the_number_of_booths_that_wait_stands_on_the_button(page: Page) -> None:
    answer(page, "reviews", [])
    open_desk(page)
    badge = page.locator(".desk-badge")
    expect(badge).to_be_hidden()
    answer(page, "reviews", [review("b1"), review("b2")])
    look_again(page)
    expect(badge).to_have_text("2", timeout=WAIT_MS)
    # Nothing else waits: they are seen. Another reading leaves the keyboard on its row.
    row = page.locator(".review-row").nth(1)
    expect(row).to_be_visible()
    row.focus()
    answer(page, "reviews", [review("b2")])
    look_again(page)
    expect(page.locator(".review-row")).to_have_count(1)
    expect(page.locator(".review-row")).to_be_focused()
    page.locator(".review-row").press("Enter")
    answer(page, "booths/b2/versions/1/approve", booth("b2"))
    answer(page, "reviews", [])
    page.locator(".review-detail .btn.primary").click()
    expect(page.locator(".reviews h2")).to_be_focused()
    expect(badge).to_be_hidden()


def version(**more: Any) -> dict[str, Any]:
    return {
        "number": 1,
        "state": "ready",
        "file": "booth.glb",
        "bytes": 1000,
        "sha256": "",
        "received_at": "2026-11-27T10:00:00Z",
        "submitted_at": None,
        "step": None,
        "report": None,
        "before": None,
        "after": None,
        "heaviest": [],
        "optimised": None,
        "model": None,
        "original": None,
        "thumbnail": None,
    } | more


def booth(id: str, **more: Any) -> dict[str, Any]:
    return {
        "id": id,
        "title": text("狮峰茶社"),
        "organisation": "o1",
        "hall": None,
        "slot": None,
        "dress": None,
        "kept_until": None,
        "slot_lost": False,
        "published": None,
        "versions": [version()],
    } | more


def review(id: str) -> dict[str, Any]:
    waits = version(state="submitted", submitted_at="2026-11-27T11:00:00Z")
    return {"exhibitor": "狮峰茶社", "booth": booth(id, versions=[waits]), "version": waits}


def test_a_place_is_of_the_hall_that_was_chosen_last(page: Page) -> None:
    answer(page, "booths/b1", booth("b1"))
    for hall in ("lobby", "retail"):
        slots = page.request.get(f"/api/halls/{hall}").json()["slots"]
        free = {"is_taken": False, "booth": None, "kept_until": None}
        answer(page, f"halls/{hall}/slots", [{"slot": slot["id"], **free} for slot in slots])
    page.goto("/exhibitor?booth=b1&tab=place")
    halls = page.locator(".hall-choice input")
    expect(page.locator(".slot-choice input").first).to_be_visible(timeout=WAIT_MS)
    first, second = (halls.nth(place) for place in (0, 1))
    expect(first).to_be_checked()
    other = second.get_attribute("value")
    held = hold(page, f"halls/{other}")
    second.check()
    until(page, lambda: held)
    expect(page.locator(".placing .btn.primary")).to_be_disabled()
    first.check()
    expect(page.locator(".slot-choice input").first).to_be_visible()
    page.locator(".slot-choice input").first.check()
    held[0].continue_()
    page.wait_for_timeout(500)
    expect(page.locator(".slot-choice input").first).to_be_checked()
    expect(page.locator(".placing .btn.primary")).to_be_enabled()
    # Who goes back without having saved is asked, and stays.
    asked = refuse_dialogs(page)
    page.evaluate("() => history.pushState(null, '', location.href)")
    page.evaluate("() => history.back()")
    until(page, lambda: asked)
    expect(page.locator(".slot-choice input").first).to_be_checked()
    assert page.url.endswith("/exhibitor?booth=b1&tab=place")
    # Without an answer the other halls can still be chosen.
    page.route(re.compile(f"/api/halls/{other}$"), lambda route: route.abort())
    second.check()
    expect(page.locator(".placing [role=alert] .error")).to_contain_text(UNREACHABLE)
    first.check()
    expect(page.locator(".slot-choice input").first).to_be_visible()


def test_a_letter_that_is_being_written_outlives_news_of_the_booth(page: Page) -> None:
    public, waits = version(state="published"), version(number=2, state="checking")
    shown = booth("b1", published=1, versions=[public, waits])
    now = [shown]
    asked = answer(page, "booths/b1", lambda: now[0])
    answer(page, r"outreach\?booth=b1", {"interests": [], "letters": [], "per_hour": 3, "left": 3})
    page.goto("/exhibitor?booth=b1&tab=reach")
    page.locator("#outreach-zh").fill("三点试茶")
    now[0] = shown | {"versions": [public, version(number=2)]}
    before = len(asked)
    until(page, lambda: len(asked) > before)
    page.wait_for_timeout(200)
    expect(page.locator("#outreach-zh")).to_have_value("三点试茶")


def event(id: str) -> dict[str, Any]:
    now = datetime.now(UTC)
    return {
        "id": id,
        "hall": "lobby",
        "stage": "",
        "title": text("古琴"),
        "description": text(""),
        "speakers": ["林栀", "Ada"],
        "begins_at": (now - timedelta(minutes=10)).isoformat(),
        "ends_at": (now + timedelta(hours=1)).isoformat(),
        "doors_min": 15,
        "capacity": None,
        "phase": "running",
        "attendance": {"peak": 0, "visitors": 0, "minutes": 0},
    }


def test_an_event_is_told_in_the_page_s_language_and_what_is_written_is_kept(page: Page) -> None:
    answer(page, "desk/events", {"events": [event("e1")]})
    hands = [{"visitor": 5, "name": "小满"}]
    stage = {"phase": "running", "here": 3, "hands": hands, "floor": [], "speakers": []}
    answer(page, "events/e1/stage", stage)
    page.goto("/operator/events")
    facts = page.locator(".event-now .event-when")
    expect(facts).to_contain_text("前厅", timeout=WAIT_MS)
    orders = hold(page, "acts", "POST")
    put = page.locator(".hands .btn")
    put.click()
    put.click()
    page.wait_for_timeout(200)
    assert len(orders) == 1
    page.locator(".segments button", has_text="EN").click()
    expect(facts).to_contain_text("Lobby")
    expect(page.locator("#event-speakers")).to_have_attribute("aria-describedby", "event-speakers-hint")
    page.locator("h1").click()
    page.keyboard.press("n")
    page.locator("#event-title-zh").fill("评弹")
    asked = refuse_dialogs(page)
    page.locator("h1").click()
    page.keyboard.press("n")
    until(page, lambda: asked)
    expect(page.locator("#event-title-zh")).to_have_value("评弹")


def test_keys_that_are_off_at_the_desk_are_off_at_the_events(page: Page) -> None:
    answer(page, "desk/events", {"events": []})
    page.goto("/operator/events")
    expect(page.locator(".events-empty")).to_be_visible(timeout=WAIT_MS)
    page.evaluate("() => localStorage.setItem('yuanzhan.desk.keys', '1')")
    page.keyboard.press("n")
    page.wait_for_timeout(200)
    expect(page.locator(".event-planning")).to_be_hidden()
    page.evaluate("() => localStorage.removeItem('yuanzhan.desk.keys')")
    page.keyboard.press("n")
    expect(page.locator(".event-planning")).to_be_visible()


def test_a_role_is_given_by_a_press_and_not_by_going_through_the_list(page: Page) -> None:
    other = {
        "id": "9",
        "login": "silk",
        "name": "思绸",
        "role": "visitor",
        "organisation": None,
        "closed": False,
        "created_at": "2026-11-27T10:00:00Z",
        "second_factor": False,
    }
    answer(page, "accounts", [other])
    given = answer(page, "accounts/9", other)
    page.goto("/account")
    choice = page.locator(".role-choice")
    choice.focus()
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    page.wait_for_timeout(200)
    assert given == []
    page.locator(".role .btn").click()
    until(page, lambda: given)
    assert given[0].request.post_data_json == {"role": "exhibitor"}


def test_who_could_not_be_signed_out_is_told_and_a_page_asks_once_who_it_is(page: Page) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto("/account")
    expect(page.locator(".account-table").first).to_be_visible(timeout=WAIT_MS)
    assert len([url for url in asked if url.endswith("/api/me")]) == 1
    page.route(re.compile("/api/sign-out$"), lambda route: route.abort())
    page.locator(".site-header .who .btn").click()
    expect(page.locator(".site-header .error")).to_contain_text(UNREACHABLE)
    assert page.url.endswith("/account")


@pytest.mark.parametrize(
    ("path", "asked"),
    [
        ("/account", "sessions"),
        ("/operator/events", "desk/events"),
        ("/privacy", "privacy"),
        ("/operator/metrics", "measurements"),
    ],
)
def test_a_page_that_cannot_be_brought_says_so_in_words(page: Page, path: str, asked: str) -> None:
    page.route(re.compile(rf"/api/(desk/)?{asked}"), lambda route: route.abort())
    page.goto(path)
    alert = page.locator("#content [role=alert]")
    expect(alert).to_contain_text(UNREACHABLE, timeout=WAIT_MS)
    expect(alert).not_to_contain_text("fetch")
    expect(page.locator("#content .btn")).to_have_text("再试一次")
