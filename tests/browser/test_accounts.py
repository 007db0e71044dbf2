"""An owner comes by the first link, an exhibitor by an invitation; both sign out, and in again."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.person import COARSE
from tests.browser.server import Server

PASSWORD = "a tall plum tree in May"
EVIL = "<img src onerror=hack()>"
ELSEWHERE = (
    "//elsewhere.example",
    "https://elsewhere.example/",
    "/\\elsewhere.example",
    "javascript:alert(1)",
)


@pytest.fixture
def server(client_dir: Path, scenes_dir: Path, data_dir: Path) -> Iterator[Server]:
    """One a test: the first owner's link leads in once."""
    with Server(client_dir, scenes_dir, data_dir) as server:
        yield server


@pytest.fixture
def pages(browser: Browser, server: Server) -> Iterator[list[Page]]:
    """Two people's browsers, in English."""
    contexts = [browser.new_context(locale="en-US", base_url=server.url, **COARSE) for _ in range(2)]
    yield [context.new_page() for context in contexts]
    for context in contexts:
        context.close()


def join(page: Page, url: str, login: str, name: str) -> None:
    page.goto(url)
    page.get_by_label("Account name").fill(login)
    page.get_by_label("Your name").fill(name)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Make the account").click()


def sign_in(page: Page, path: str, login: str, password: str) -> None:
    page.goto(path)
    page.get_by_label("Account name").fill(login)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Sign in").click()


def test_people_come_by_links_and_sign_in_again(server: Server, pages: list[Page]) -> None:
    owner, exhibitor = pages
    owner.add_init_script("window.hack = () => { window.hacked = true; }")
    join(owner, server.owner_link(), "owner", EVIL)
    owner.wait_for_url("**/operator")
    expect(owner.locator(".who-name")).to_have_text(EVIL)

    owner.goto("/account")
    make = owner.get_by_role("button", name="Make an invitation link")
    role = owner.locator("form", has=make).locator("select")
    role.select_option("moderator")
    make.click()
    expect(owner.locator(".link-for")).to_have_text("A link for: Moderator")
    # The link of before is not what comes of the next try.
    role.select_option("exhibitor")
    make.click()
    expect(owner.locator("form", has=make).get_by_role("alert")).to_contain_text("“Organisation”")
    expect(owner.locator(".secret")).to_have_count(0)
    owner.get_by_label("Organisation").fill("West Lake Silk")
    make.click()
    expect(owner.locator(".link-for")).to_have_text("A link for: Exhibitor, West Lake Silk")
    link = owner.locator(".secret").input_value()
    join(exhibitor, link, "silk", "Si Chou")
    exhibitor.wait_for_url("**/exhibitor")
    exhibitor.goto(link)
    expect(exhibitor.locator("h1")).to_have_text("This invitation is over")

    exhibitor.goto("/account")
    expect(exhibitor.get_by_text("West Lake Silk").first).to_be_visible()
    exhibitor.get_by_role("button", name="Sign out").first.click()
    exhibitor.wait_for_url("**/sign-in")
    exhibitor.goto("/account")
    exhibitor.wait_for_url("**/sign-in?next=*")
    sign_in(exhibitor, exhibitor.url, "silk", "not the password")
    expect(exhibitor.get_by_role("alert")).to_have_text("The account or the password is not right.")
    sign_in(exhibitor, exhibitor.url, "silk", PASSWORD)
    exhibitor.wait_for_url("**/account")

    owner.reload()
    expect(owner.get_by_text("West Lake Silk")).to_be_visible()
    assert owner.evaluate("() => window.hacked") is None, "a name is text"


def test_nobody_is_led_to_another_site(server: Server, pages: list[Page]) -> None:
    page = pages[0]
    join(page, server.owner_link(), "owner", "owner")
    for elsewhere in ELSEWHERE:
        page.wait_for_url(f"{server.url}/operator")
        page.context.clear_cookies()
        sign_in(page, f"/sign-in?next={elsewhere}", "owner", PASSWORD)
    page.wait_for_url(f"{server.url}/operator")
