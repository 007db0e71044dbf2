"""What was done to people and to halls, looked through at the console and undone by keyboard."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import Visitors
from tests.browser.desk import WAIT_MS, open_console, shot
from tests.browser.server import Server
from yuanzhan.moderation.desk import HISTORY_MAX_COUNT

CHINESE: dict[str, Any] = {"locale": "zh-CN"}


@pytest.fixture
def console(browser: Browser, server: Server) -> Iterator[Page]:
    """The console, with the first owner signed in."""
    with open_console(browser, server) as page:
        yield page


def order(console: Page, body: dict[str, Any]) -> dict[str, Any]:
    """An act over the API, as the console would ask for it."""
    csrf = console.context.request.get("/api/me").json()["csrf"]
    origin = console.evaluate("() => location.origin")
    answer = console.context.request.post(
        "/api/acts", data=body, headers={"X-Yuanzhan-CSRF": csrf, "Origin": origin}
    )
    assert answer.status == 201, answer.text()
    done: dict[str, Any] = answer.json()["act"]
    return done


def test_what_was_done_to_people_is_paged_through_and_undone_by_keyboard(
    console: Page, visitors: Visitors
) -> None:
    visitor = visitors.arrive("小满", **CHINESE)
    visitor.enter()
    target = {"hall": "lobby", "visitor": visitor.me["id"]}
    mute = {"kind": "mute", "reason": "advertising", "target": target, "minutes": 30, "note": "请勿刷屏"}
    muted = order(console, mute)
    texts = {"zh": "三点试茶", "en": "Tea at three"}
    for number in range(HISTORY_MAX_COUNT + 3):
        here = {"kind": "announce", "reason": "programme", "target": {"hall": "lobby"}}
        order(console, here | {"params": {"text": texts}, "comment": f"no. {number}"})
    # However much is announced, a visitor sees the hall.
    expect(visitor.page.locator(".announcement:visible")).to_have_count(3, timeout=WAIT_MS)
    console.locator(".desk-middle h1").click()
    console.keyboard.press("a")
    rows = console.locator(".acts-list li")
    expect(console.locator(".acts-sheet [aria-pressed=true]")).to_have_text("正在生效")
    held = console.locator(f".acts-list [data-act='{muted['id']}']")
    expect(held).to_contain_text("小满 禁言 30 分钟（广告）")
    expect(held).to_contain_text("请勿刷屏")
    expect(rows.first).to_contain_text("前厅 广播")
    shot(console, "acts-holding")

    # All of it: a page, and by keyboard alone the next, where the focus goes on.
    console.locator(".acts-sheet .segments button", has_text="全部").press("Enter")
    expect(rows).to_have_count(HISTORY_MAX_COUNT)
    expect(held).to_have_count(0)
    console.locator(".acts-more .btn").focus()
    console.keyboard.press("Enter")
    expect(rows).to_have_count(HISTORY_MAX_COUNT + 4)
    expect(rows.nth(HISTORY_MAX_COUNT)).to_be_focused()
    expect(console.locator(".acts-more .btn")).to_be_hidden()
    ids = rows.evaluate_all("(rows) => rows.map((row) => row.dataset.act)")
    assert len(set(ids)) == HISTORY_MAX_COUNT + 4
    for _ in range(4):
        console.keyboard.press("Tab")
    expect(held.locator(".btn")).to_be_focused()
    console.keyboard.press("Enter")
    expect(held).to_contain_text("已撤销", timeout=WAIT_MS)
    expect(held.locator(".btn")).to_have_count(0)
    shot(console, "acts-all")
    console.keyboard.press("Escape")
    expect(console.locator(".acts-sheet")).to_have_count(0)
    expect(visitor.page.locator("#chat-input")).to_be_enabled()
