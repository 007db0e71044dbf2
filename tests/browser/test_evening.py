"""The rest of an evening in real pages, among bots: everybody is told, somebody is hidden, a booth goes while
one stands in it, and the hall closes. `make evening` runs it with 300 bots.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import Visitors
from tests.browser.crowd import bots_in, wait_for_count
from tests.browser.desk import WAIT_MS, act, find, open_console, shot
from tests.browser.server import Server
from tests.browser.visitor import Visitor

HALL = "retail"
ANNOUNCED = {"zh": "茶会五分钟后在中央开始", "en": "Tea begins in the middle in five minutes"}


@pytest.fixture
def server(client_dir: Path, scenes_dir: Path, data_dir: Path) -> Iterator[Server]:
    """Of this test's own: tried once more it finds no hall that its first try had closed."""
    with Server(client_dir, scenes_dir, data_dir) as server:
        yield server


@pytest.fixture
def bots(server: Server) -> Iterator[int]:
    with bots_in(server, HALL, usual=5) as count:
        yield count


@pytest.fixture
def console(browser: Browser, server: Server) -> Iterator[Page]:
    with open_console(browser, server, HALL) as page:
        yield page


@pytest.mark.timeout(300)
def test_everybody_is_told_somebody_is_hidden_a_booth_goes_and_the_hall_closes(
    bots: int, console: Page, visitors: Visitors, server: Server
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
    act(console, "隐藏", "noise")
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
    console.locator(".act-form .why [data-value=rights]").click()
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
    run_hall(console, "关闭")
    zh.wait_in("lobby")
    en.wait_in("lobby")
    wait_for_count(server, HALL, lambda count: count == 0)
    expect(console.locator(".desk-place .tag")).to_have_text("已关闭", timeout=WAIT_MS)
    shot(console, "closed")

    # It opens again; who comes is led out once more when it is cleared, and it stays open.
    run_hall(console, "开放")
    expect(console.locator(".desk-place .tag.ok")).to_contain_text("容量", timeout=WAIT_MS)
    zh.open(f"/halls/{HALL}")
    zh.enter()
    run_hall(console, "把所有人引到门厅")
    zh.wait_in("lobby")
    expect(console.locator(".desk-place .tag.ok")).to_contain_text("容量")
    shot(console, "cleared")


def run_hall(console: Page, words: str) -> None:
    """Choose it in the hall's form, and have it done."""
    console.locator(".desk-place .btn", has_text="管理展厅").click()
    form = console.locator("dialog.hall-form")
    form.locator(".chip", has_text=words).first.click()
    shot(console, f"run-hall-{words}")
    form.locator(".act-go").click()
    expect(form).to_have_count(0, timeout=WAIT_MS)


def choose_booth(console: Page, title: str) -> None:
    console.locator(".desk-place .btn", has_text="展位").last.click()
    console.locator("dialog.booth-list .menu-row", has_text=title).click()
    expect(console.locator(".desk-who h2")).to_have_text(title, timeout=WAIT_MS)


def wait_for_booths(visitor: Visitor, ids: list[str]) -> None:
    """Until these booths, and no others, stand in the hall as the page has it."""
    shown = "window.yuanzhan.booths().placed.map(({ id }) => id)"
    visitor.wait(f"(ids) => JSON.stringify({shown}) === JSON.stringify(ids)", argument=ids)
