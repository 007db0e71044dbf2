"""The operators' console in a page, with the first owner signed in."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page, ViewportSize, expect

from tests.browser.server import Server
from tests.support.people import PASSWORD

WAIT_MS = 60_000
SECOND_PRESS_MS = 700
"""From when on a second press is no double-click."""
CONSOLE: ViewportSize = {"width": 1280, "height": 800}
SHOTS = os.environ.get("BROWSER_TEST_SHOTS", "")


@contextmanager
def open_console(browser: Browser, server: Server, hall: str = "") -> Iterator[Page]:
    """The console on this hall, or the first."""
    context = browser.new_context(base_url=server.url, viewport=CONSOLE, locale="zh-CN")
    context.add_init_script("localStorage.setItem('yuanzhan.lang', 'zh');")
    page = context.new_page()
    link = server.owner_link()
    token = link.rsplit("/", 1)[-1]
    answer = context.request.post(
        f"{server.url}/api/invitations/{token}",
        data={"login": "lin", "name": "林栀", "password": PASSWORD},
        headers={"Origin": server.url},
    )
    if answer.status != 201:
        # A test that is tried once more finds the account that its first try made.
        answer = context.request.post(
            f"{server.url}/api/sign-in",
            data={"login": "lin", "password": PASSWORD},
            headers={"Origin": server.url},
        )
    assert answer.ok, answer.text()
    page.goto(f"/operator?hall={hall}" if hall else "/operator")
    expect(page.locator(".desk-hall").first).to_be_visible(timeout=WAIT_MS)
    yield page
    context.close()


def shot(page: Page, name: str) -> None:
    """A picture to look at, where somebody wants one."""
    if SHOTS:
        page.screenshot(path=str(Path(SHOTS) / f"{name}.png"))


def choose_report(console: Page, name: str) -> None:
    """Of the queue, the first about this person."""
    console.locator(".desk-report", has_text=name).first.click()
    expect(console.locator(".desk-who h2")).to_have_text(name, timeout=WAIT_MS)


def act(console: Page, kind: str, reason: str = "") -> None:
    """On whoever is chosen; for that of the report where none is given."""
    console.locator(".acts .chip", has_text=kind).click()
    if reason:
        console.locator(f".act-form .why [data-value={reason}]").click()
    console.locator(".act-go").click()


def find(console: Page, name: str) -> None:
    """Choose somebody by their name."""
    console.keyboard.press("Escape")
    console.locator("#desk-search").fill(name)
    console.locator(".desk-found button", has_text=name).first.click()
    expect(console.locator(".desk-who h2")).to_have_text(name, timeout=WAIT_MS)
