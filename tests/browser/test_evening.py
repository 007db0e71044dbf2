"""The rest of an evening in real pages, among bots: everybody is told, somebody is hidden, a booth goes while
one stands in it, and the hall closes. `make evening` runs it with 300 bots.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import Visitors
from tests.browser.desk import WAIT_MS, act, find, open_console, shot
from tests.browser.server import Server
from tests.browser.visitor import Visitor

BOTS_COUNT = int(os.environ.get("EVENING_BOTS", "5"))
HALL = "retail"
ANNOUNCED = {"zh": "茶会五分钟后在中央开始", "en": "Tea begins in the middle in five minutes"}


@pytest.fixture
def bots(server: Server) -> Iterator[None]:
    """Visitors made by the program, all in the hall of the evening."""
    words = ["--url", server.url, "--hall", HALL, "--count", str(BOTS_COUNT), "--until-eof"]
    process = subprocess.Popen(
        [sys.executable, "-m", "yuanzhan", "bots", *words],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        wait_for_count(server, lambda count: count >= BOTS_COUNT)
        yield
    finally:
        process.terminate()
        process.wait(20)
        assert process.stdin is not None
        process.stdin.close()


@pytest.fixture
def console(browser: Browser, server: Server) -> Iterator[Page]:
    with open_console(browser, server, HALL) as page:
        yield page


@pytest.mark.timeout(300)
def test_everybody_is_told_somebody_is_hidden_a_booth_goes_and_the_hall_closes(
    bots: None, console: Page, visitors: Visitors, server: Server
) -> None:
    zh = visitors.arrive("小满", f"/halls/{HALL}/tea", locale="zh-CN")
    en = visitors.arrive("Anna", f"/halls/{HALL}", locale="en-US")
    for visitor in (zh, en):
        visitor.enter()

    # Told to everybody, each in their own language.
    console.locator(".desk-head .btn", has_text="广播").click()
    for lang, words in ANNOUNCED.items():
        console.locator(f"#announce-{lang}").fill(words)
    console.locator("dialog.announce .btn.primary").click()
    expect(zh.page.locator(".announcement")).to_contain_text(ANNOUNCED["zh"], timeout=WAIT_MS)
    expect(en.page.locator(".announcement")).to_contain_text(ANNOUNCED["en"], timeout=WAIT_MS)
    shot(en.page, "announced")

    # Hidden from the others, and back by the undo.
    anna = en.me["id"]
    zh.wait_for_other(anna, "person")
    find(console, "Anna")
    act(console, "隐藏")
    zh.wait_for_other(anna, "!person")
    shot(console, "hidden")
    expect(en.page.locator("dialog.sanction")).to_be_visible(timeout=WAIT_MS)
    en.page.locator("dialog.sanction .btn.primary").click()
    console.locator(".desk-foot .desk-undo", has_text="撤销").click()
    zh.wait_for_other(anna, "person")

    # A booth is gone at once, and whoever stands in it stays.
    wait_for_booths(zh, ["tea"])
    choose_booth(console, "茶")
    shot(console, "booth")
    console.locator(".act-go", has_text="下架展位").click()
    wait_for_booths(zh, [])
    assert zh.me["hall"] == HALL
    shot(zh.page, "booth-gone")
    console.locator(".desk-place .btn", has_text="展位").last.click()
    shot(console, "booths-taken-down")
    expect(console.locator("dialog.booth-list .standing li")).to_contain_text("茶")
    console.locator("dialog.booth-list .standing .btn").click()
    wait_for_booths(zh, ["tea"])

    # The hall closes: everybody is led to the lobby and told why.
    console.locator(".desk-place .btn", has_text="管理展厅").click()
    shot(console, "run-hall")
    console.locator("dialog.hall-form .chip.danger", has_text="关闭").click()
    shot(console, "close-hall")
    console.locator("dialog.hall-form .act-go").click()
    zh.wait_in("lobby")
    en.wait_in("lobby")
    wait_for_count(server, lambda count: count == 0)
    expect(console.locator(".desk-place .tag")).to_have_text("已关闭", timeout=WAIT_MS)
    shot(console, "closed")


def choose_booth(console: Page, title: str) -> None:
    console.locator(".desk-place .btn", has_text="展位").last.click()
    console.locator("dialog.booth-list .menu-row", has_text=title).click()
    expect(console.locator(".desk-who h2")).to_have_text(title, timeout=WAIT_MS)


def wait_for_booths(visitor: Visitor, ids: list[str]) -> None:
    """Until these booths, and no others, stand in the hall as the page has it."""
    shown = "window.yuanzhan.booths().placed.map(({ id }) => id)"
    visitor.wait(f"(ids) => JSON.stringify({shown}) === JSON.stringify(ids)", argument=ids)


def wait_for_count(server: Server, is_so: Callable[[int], bool]) -> None:
    """Until the hall of the evening has so many visitors."""
    deadline_s = time.monotonic() + WAIT_MS / 1000
    while not is_so(count := count_in(server, HALL)):
        assert time.monotonic() < deadline_s, count
        time.sleep(0.1)


def count_in(server: Server, hall_id: str) -> int:
    halls = server.get("/api/halls")["halls"]
    return next(int(hall["visitors"]) for hall in halls if hall["id"] == hall_id)
