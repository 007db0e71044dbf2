"""What is kept is told, copied and erased in real pages; an age is asked for once; staff see the plots."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.desk import SECOND_PRESS_MS
from tests.browser.person import COARSE
from tests.browser.server import Server
from tests.browser.test_accounts import PASSWORD, sign_in


@pytest.fixture
def guest(browser: Browser, server: Server) -> Iterator[Page]:
    """Somebody without an account, in English."""
    context = browser.new_context(locale="en-US", base_url=server.url, **COARSE)
    yield context.new_page()
    context.close()


@pytest.fixture(scope="module")
def owner(browser: Browser, server: Server) -> str:
    """The account name of the first owner."""
    context = browser.new_context(base_url=server.url)
    token = server.owner_link().rsplit("/", 1)[-1]
    account = {"login": "owner", "name": "Lin", "password": PASSWORD}
    answer = context.request.post(f"/api/invitations/{token}", data=account, headers={"Origin": server.url})
    assert answer.status == 201, answer.text()
    context.close()
    return account["login"]


def test_a_guest_reads_what_is_kept_takes_a_copy_and_ends_it(guest: Page) -> None:
    guest.goto("/privacy")
    expect(guest.locator("h1")).to_have_text("Privacy")
    expect(guest.locator("[data-kind=lines] .how-long")).to_have_text("60 days")
    expect(guest.locator("#device")).to_contain_text("holds nothing of it")

    guest.goto("/")
    guest.locator(".site-footer").get_by_role("link", name="Privacy").click()
    expect(guest.locator(".device-code dd")).to_have_text(re.compile(r"^([0-9a-f]{4} ?){8}$"))
    with guest.expect_download() as download:
        guest.locator("#device").get_by_role("button", name="Download").click()
    copy = json.loads(Path(download.value.path()).read_text(encoding="utf-8"))
    assert (copy["lines"], copy["whole"]) == ([], True)

    guest.locator("#device").get_by_role("button", name="Erase").click()
    guest.wait_for_timeout(SECOND_PRESS_MS)
    guest.get_by_role("button", name="Erase for good").click()
    expect(guest.locator("#device [role=status]")).to_contain_text("Erased 0 lines")


def test_an_account_is_copied_and_its_last_owner_stays(guest: Page, owner: str) -> None:
    sign_in(guest, "/sign-in?next=/account", owner, PASSWORD)
    guest.wait_for_url("**/account")
    with guest.expect_download() as download:
        guest.get_by_role("button", name="Download my data").click()
    copy = json.loads(Path(download.value.path()).read_text(encoding="utf-8"))
    assert copy["account"]["login"] == "owner"

    part = guest.locator(".account-part", has_text="Somebody asks for their data")
    part.get_by_label("Device code").fill("f" * 32)
    part.get_by_role("button", name="Export").click()
    expect(part.locator(".error").first).to_contain_text("Reason")
    part.get_by_label("Reason").fill("asked by mail")
    part.get_by_role("button", name="Erase").click()
    guest.wait_for_timeout(SECOND_PRESS_MS)
    part.get_by_role("button", name="Erase for good").click()
    expect(part.locator("[role=status]")).to_contain_text("Erased: 0 lines")

    guest.locator("details.erase summary").click()
    mine = guest.locator("details.erase")
    mine.get_by_label("Current password").fill(PASSWORD)
    mine.get_by_role("button", name="Erase my account").click()
    expect(mine.locator(".error")).to_contain_text("owner")


def test_staff_see_the_last_hour_in_plots(guest: Page, owner: str) -> None:
    sign_in(guest, "/sign-in?next=/operator", owner, PASSWORD)
    guest.wait_for_url("**/operator")
    guest.get_by_role("link", name="Metrics").click()
    expect(guest.locator("h1")).to_have_text("Metrics")
    expect(guest.locator(".plot canvas")).to_have_count(7)
    # The first sample comes ten seconds after the start.
    expect(guest.locator(".metrics-state")).not_to_contain_text("Just started", timeout=25_000)
    expect(guest.locator("[data-plot='metrics.memory'] .plot-figure")).not_to_have_text("0 MB")


def test_an_age_is_asked_for_once_and_stays_in_the_browser(
    browser: Browser, client_dir: Path, scenes_dir: Path, data_dir: Path
) -> None:
    with Server(client_dir, scenes_dir, data_dir, minimum_age=14) as server:
        context = browser.new_context(locale="en-US", base_url=server.url, **COARSE)
        page = context.new_page()
        # Which halls are drawn is not what this is about.
        page.goto("/?debug&quality=low&draw=never")
        page.locator("button.enter").click()
        page.get_by_role("button", name="I am younger").click()
        expect(page.locator(".wall-news")).to_contain_text("of 14 and older")
        page.locator("button.enter").click()
        page.get_by_role("button", name="I am 14 or older").click()
        expect(page.locator("dialog.age-sheet")).to_have_count(0)
        expect(page.locator(".landing")).to_have_count(0, timeout=20_000)
        assert page.evaluate("localStorage.getItem('yuanzhan.age')") == "14"
        page.reload()
        expect(page.locator("canvas").first).to_be_attached(timeout=20_000)
        expect(page.locator("dialog.age-sheet")).to_have_count(0)
        context.close()
