"""What was done and said, looked through at the console: acts, reports, lines, the record."""

from __future__ import annotations

import asyncio
import re
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import Visitors
from tests.browser.desk import WAIT_MS, act, open_console, shot
from tests.browser.server import Server
from tests.unit.live.conftest import receive
from yuanzhan.client import Client
from yuanzhan.moderation.desk import HISTORY_MAX_COUNT
from yuanzhan.protocol.messages.moderation import Report
from yuanzhan.protocol.messages.notices import Notice
from yuanzhan.protocol.messages.people import Chat, Said

CHINESE: dict[str, Any] = {"locale": "zh-CN"}
MARKUP = "<img src=x onerror=a()>"
"""Taken for HTML, it makes the page complain: there is no such picture, and no `a`."""


@pytest.fixture(scope="module")
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


@contextmanager
def somebody_reported(server: Server) -> Iterator[None]:
    """Somebody called so said so, and was reported in these words; both are here as long as this lasts."""
    told, over = threading.Event(), threading.Event()

    async def visit() -> None:
        url = server.url.replace("http", "ws", 1) + "/ws"
        async with (
            await Client.connect(url, hall="lobby", name=MARKUP) as bad,
            await Client.connect(url, hall="lobby", name="沈清") as good,
        ):
            await bad.send(Chat(MARKUP))
            line = (await receive(good, Said)).line
            await good.send(Report("message", "unlawful", line=line, note=MARKUP))
            assert await receive(good, Notice) == Notice("report_received")
            await bad.send(Chat("后来说的"))
            told.set()
            await asyncio.to_thread(over.wait)

    with ThreadPoolExecutor(1) as beside:
        visiting = beside.submit(lambda: asyncio.run(visit()))
        try:
            assert told.wait(WAIT_MS / 1000), visiting.exception(1)
            yield
        finally:
            over.set()
            visiting.result(WAIT_MS / 1000)


def test_a_report_goes_back_and_forth_a_line_is_cleared_and_markup_is_text_everywhere(
    console: Page, server: Server
) -> None:
    complaints: list[str] = []
    console.on("dialog", lambda dialog: complaints.append(dialog.message))
    console.on("pageerror", lambda error: complaints.append(str(error)))
    console.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    console.goto("/operator?hall=lobby")
    with somebody_reported(server):
        # Nobody is chosen: what is said in the hall.
        expect(console.locator(".desk-lines li")).to_have_count(2, timeout=WAIT_MS)
        expect(console.locator(".desk-lines li").first).to_contain_text(f"{MARKUP}：{MARKUP}")
        shot(console, "hall-lines")
        console.locator(".desk-report").click()
        who = console.locator(".desk-who")
        expect(who.locator("h2")).to_have_text(MARKUP, timeout=WAIT_MS)
        expect(who.locator(".sanction-note")).to_have_text(MARKUP)
        expect(who.locator(".desk-facts").last).to_contain_text("举报人在")
        expect(console.locator(".desk-lines .later + li")).to_contain_text("后来说的")
        expect(console.locator(".why [data-value=unlawful]")).to_have_attribute("aria-pressed", "true")
        shot(console, "report-chosen")

        # Taken, put back, dismissed, and found again among those that are done with.
        for press, then in (("我来处理", "林栀 在处理"), ("放回待处理", "待处理")):
            who.locator(".btn", has_text=press).click()
            expect(who.locator(".desk-facts").last).to_contain_text(then, timeout=WAIT_MS)
        who.locator(".btn", has_text="不予处理").click()
        expect(console.locator(".desk-report")).to_have_count(0, timeout=WAIT_MS)
        console.locator(".desk-views [data-view=handled]").click()
        expect(console.locator(".desk-report")).to_contain_text("未予处理（林栀）", timeout=WAIT_MS)
        console.locator(".desk-report").click()
        shot(console, "report-handled")
        who.locator(".btn", has_text="重新处理").click()
        expect(who.locator(".btn", has_text="我来处理")).to_be_visible(timeout=WAIT_MS)
        console.locator(".desk-views [data-view=queue]").click()
        expect(console.locator(".desk-report")).to_have_count(1, timeout=WAIT_MS)

        # One line goes from everybody's chat, for the reason of the report.
        console.locator(".desk-lines .marked .line-clear").click()
        expect(console.locator("dialog.clear-line [aria-pressed=true]")).to_have_text("违法")
        shot(console, "clear-line")
        console.locator("dialog.clear-line .btn.primary").click()
        expect(console.locator(".desk-lines .marked")).to_have_class("own marked cleared", timeout=WAIT_MS)
        expect(console.locator(".desk-lines .later + li")).to_contain_text("后来说的")
        console.locator("#act-note").fill(MARKUP)
        act(console, "禁言")
        expect(console.locator(".desk-did")).to_contain_text(
            f"{MARKUP} 禁言 30 分钟（违法）", timeout=WAIT_MS
        )

        # The record says all of it, as text.
        console.locator(".desk-foot .btn", has_text="审计记录").click()
        rows = console.locator(".record-list li")
        expect(rows.first).to_contain_text("林栀", timeout=WAIT_MS)
        expect(rows.first).to_contain_text(f"违法 | {MARKUP}")
        rows.first.locator("summary").click()
        shot(console, "record")
        console.locator("#record-area").select_option("report")
        expect(rows).to_have_text(
            [re.compile(words) for words in ("重新", "不予", "放回", "接手")], timeout=WAIT_MS
        )
        rows.first.locator(".record-target").click()
        expect(console.locator(".record-choice .chip")).to_contain_text("report:", timeout=WAIT_MS)
        expect(console.locator(".record-choice .chip")).to_be_focused()
        expect(rows).to_have_count(4)
        shot(console, "record-of-one")
        console.keyboard.press("Escape")
    assert complaints == []
