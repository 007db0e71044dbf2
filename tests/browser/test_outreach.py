"""Visitors who allow it are invited to a booth: the card, the way there, arriving, and off in one press."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import Visitors
from tests.browser.desk import CONSOLE, WAIT_MS, open_console, shot
from tests.browser.server import Server
from tests.browser.visitor import Visitor
from yuanzhan.store.database import FILE_NAME

CHINESE: dict[str, Any] = {"locale": "zh-CN", "viewport": {"width": 900, "height": 620}}
XSS = "<img src=x onerror=\"document.title='owned'\">"
STRAIGHT = """() => {
  const { guide, player } = window.yuanzhan.visit;
  const { walker } = player;
  const [, next] = guide.way;
  if (next && window.__way !== guide.way) {
    const [right, down] = [next.x - walker.x, next.z - walker.z];
    const part = Math.min(1, 3 / Math.hypot(right, down));
    window.yuanzhan.place(walker.x + right * part, walker.z + down * part, walker.yaw);
  }
  window.__way = guide.way;
  return guide.goal === null;
}"""


@pytest.fixture
def console(browser: Browser, server: Server) -> Iterator[Page]:
    with open_console(browser, server) as page:
        yield page


def allow(visitor: Visitor, interest: str) -> None:
    """From the hall's menu: at most one an hour, and this interest."""
    page = visitor.page
    page.locator(".menu > .hud-button").click()
    page.locator(".menu-item", has_text="展位消息").click()
    expect(page.locator("#reach-none")).to_be_checked()
    page.locator("#reach-ten_minutes").check()
    page.locator(".reach .chip", has_text=interest).click()
    shot(page, "reach-sheet")
    page.locator(".reach .btn.primary").click()
    expect(page.locator(".toast", has_text="已打开")).to_be_visible(timeout=WAIT_MS)


def write(console: Page, zh: str, en: str, *, invite: str, interest: str | None = None) -> None:
    console.locator("#outreach-zh").fill(zh)
    console.locator("#outreach-en").fill(en)
    console.locator("#outreach-invite").select_option(label=invite)
    if interest:
        console.locator("[data-group=tags] .chip", has_text=interest).click()
    console.locator(".outreach-form .btn.primary").click()


def the_button_is_in_sight(console: Page) -> None:
    """Without scrolling, and fields look like fields: white as those elsewhere, not as if they were off."""
    button, dialog = (
        console.locator(selector).bounding_box()
        for selector in (".outreach-form .btn.primary", "dialog.outreach")
    )
    assert button is not None
    assert dialog is not None
    assert button["y"] + button["height"] <= dialog["y"] + dialog["height"]
    assert button["y"] + button["height"] <= CONSOLE["height"]
    colours = console.evaluate(
        """() => ['#outreach-zh', '#outreach-invite', '.desk-search'].map(
            (one) => getComputedStyle(document.querySelector(one)).backgroundColor)"""
    )
    assert len(set(colours)) == 1, colours


def count(console: Page, what: str) -> Any:
    return console.locator(f".sent-letter:first-child [data-count={what}] dd")


def wait_for_counts(server: Server, text: str, **wanted: int) -> None:
    """Until the store says so of the letter: operators are told nothing of so few."""
    deadline_s = time.monotonic() + WAIT_MS / 1000
    query = f"SELECT {', '.join(wanted)} FROM letters WHERE zh LIKE ?"
    while True:
        with closing(sqlite3.connect(server.data / FILE_NAME)) as store:
            (found,) = store.execute(query, (f"{text}%",)).fetchall()
        if found == tuple(wanted.values()):
            return
        assert time.monotonic() < deadline_s, found
        time.sleep(0.5)


@pytest.mark.timeout(300)
def test_from_being_asked_to_arriving_and_to_the_end_of_it(
    console: Page, visitors: Visitors, browser: Browser, server: Server
) -> None:
    willing, other = visitors.arrive("小满", **CHINESE), visitors.arrive("沈清", **CHINESE)
    willing.enter()
    other.enter()
    allow(willing, "手工艺")

    # Counted before it is sent, and never exactly.
    console.keyboard.press("m")
    expect(console.locator(".outreach-reach")).to_contain_text("少于 5", timeout=WAIT_MS)
    the_button_is_in_sight(console)
    booth = server.get("/api/halls/lobby")["booths"][0]
    title = booth["title"]["zh"]
    write(console, f"三点试茶 {XSS}", f"Tea at three {XSS}", invite=title, interest="手工艺")

    # The card, in the page's language, as text.
    card = willing.page.locator(".letter")
    expect(card).to_contain_text("三点试茶 <img", timeout=WAIT_MS)
    expect(card).to_contain_text(title)
    assert willing.page.title() != "owned"
    shot(willing.page, "letter")
    expect(other.page.locator(".letter")).to_have_count(0)
    wait_for_counts(server, "三点试茶", sent=1, shown=1, led=0, arrived=0, off=0)
    shot(console, "outreach")

    # The way there, on the floor and on the map, and arriving.
    card.locator("button", has_text="带我去").click()
    expect(willing.page.locator(".guide")).to_contain_text("还有", timeout=WAIT_MS)
    trail = "() => window.yuanzhan.visit.stage.scene.getObjectByName('trail').visible"
    willing.wait(trail)
    shot(willing.page, "guide")
    willing.wait(STRAIGHT)
    expect(willing.page.locator(".toast", has_text="到了")).to_be_visible(timeout=WAIT_MS)
    assert not willing.evaluate(trail)
    wait_for_counts(server, "三点试茶", sent=1, shown=1, led=1, arrived=1, off=0)
    for what in ("sent", "shown", "led", "arrived", "off"):
        expect(count(console, what)).to_have_text("少于 5")

    # Ten minutes later, as far as this page and the server know: it comes anew, and ends all of them.
    willing.evaluate("() => localStorage.removeItem('yuanzhan.reach')")
    willing.page.reload()
    willing.enter()
    expect(willing.page.locator(".letter")).to_have_count(0)
    second = visitors.arrive("阿木", **CHINESE)
    second.enter()
    allow(second, "手工艺")
    write(console, "再来一次", "Once more", invite=title)
    expect(second.page.locator(".letter")).to_contain_text("再来一次", timeout=WAIT_MS)
    # Off is off in all tabs of a browser.
    tab = second.page.context.new_page()
    tab.goto(f"{server.url}/halls/lobby?debug&quality=low&draw=never")
    rate = "() => window.yuanzhan?.visit.presence.joined && window.yuanzhan.visit.letters.choice.rate"
    tab.wait_for_function(f"() => ({rate})() === 'ten_minutes'", timeout=WAIT_MS)
    second.page.locator(".letter-off").click()
    tab.wait_for_function(f"() => ({rate})() === 'none'", timeout=WAIT_MS)
    expect(second.page.locator(".letter")).to_have_count(0)
    wait_for_counts(server, "再来一次", sent=1, shown=1, off=1)
    write(console, "第三次", "A third time", invite=title)
    expect(console.locator(".sent-letter").first).to_contain_text("第三次", timeout=WAIT_MS)
    second.page.wait_for_timeout(1500)
    for visitor in (willing, other, second):
        expect(visitor.page.locator(".letter")).to_have_count(0)
    wait_for_counts(server, "第三次", sent=0)
