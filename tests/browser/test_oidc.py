"""Signing in by a provider of another site: linked, invited, again, and by somebody unknown."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.person import COARSE
from tests.browser.server import Server
from tests.browser.test_accounts import PASSWORD, join
from tests.support import oidc_provider
from tests.support.oidc_provider import CLIENT_ID, CLIENT_SECRET

NAME = "id.example"


@pytest.fixture
def server(
    client_dir: Path, scenes_dir: Path, data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Server]:
    """At 127.0.0.1 for its visitors, and the provider at localhost: to a browser these are two sites."""
    monkeypatch.setenv("YUANZHAN_OIDC_CLIENT_SECRET", CLIENT_SECRET)
    with oidc_provider.running("localhost") as provider:
        chosen = {"oidc_issuer": provider.issuer, "oidc_client_id": CLIENT_ID, "oidc_name": NAME}
        with Server(client_dir, scenes_dir, data_dir, **chosen) as server:
            yield server


@contextmanager
def somebody(browser: Browser, server: Server) -> Iterator[Page]:
    """A browser of one person."""
    context = browser.new_context(locale="en-US", base_url=f"http://127.0.0.1:{server.port}", **COARSE)
    context.route("**://fonts.googleapis.com/**", lambda route: route.abort())
    yield context.new_page()
    context.close()


def type_at_provider(page: Page, login: str) -> None:
    page.wait_for_url("http://localhost:*/interaction/*")
    page.locator("[name=login]").fill(login)
    page.locator("[name=password]").fill("any")
    page.get_by_role("button", name="Sign-in").click()
    agree_at_provider(page)


def agree_at_provider(page: Page) -> None:
    page.get_by_role("button", name="Continue").click()


def test_people_come_by_a_provider_of_another_site(browser: Browser, server: Server) -> None:
    with somebody(browser, server) as owner:
        join(owner, urlsplit(server.owner_link()).path, "owner", "Owner")
        owner.wait_for_url("**/operator")
        owner.goto("/account")
        link = owner.get_by_role("button", name=f"Link {NAME}")
        owner.locator("form", has=link).get_by_label("Password").fill(PASSWORD)
        link.click()
        type_at_provider(owner, "boss")
        owner.wait_for_url("http://127.0.0.1:*/account")
        expect(owner.get_by_text("boss@expo.example")).to_be_visible()
        expect(owner.get_by_text("and the linked identity is unlinked")).to_be_visible()
        owner.get_by_label("Role", exact=True).first.select_option("visitor")
        owner.get_by_role("button", name="Make an invitation link").click()
        invitation = urlsplit(owner.locator(".secret").input_value()).path

    with somebody(browser, server) as guest:
        guest.goto(invitation)
        guest.get_by_label("Account name").fill("mei")
        guest.get_by_label("Your name").fill("Mei")
        guest.get_by_role("button", name=f"No password: use {NAME}").click()
        type_at_provider(guest, "mei")
        guest.wait_for_url("http://127.0.0.1:*/account")
        guest.get_by_role("button", name="Sign out").first.click()
        guest.wait_for_url("**/sign-in")
        guest.get_by_role("button", name=f"Sign in with {NAME}").click()
        agree_at_provider(guest)
        guest.wait_for_url("http://127.0.0.1:*/account")
        expect(guest.get_by_text("mei@expo.example")).to_be_visible()
        # Nobody was asked for a password just now: before what a stolen browser must not do somebody is.
        guest.get_by_role("button", name="Turn it on").click()
        expect(guest.get_by_text("Please sign in by your provider once more")).to_be_visible()
        guest.get_by_role("button", name="Sign in once more").click()
        type_at_provider(guest, "mei")
        guest.wait_for_url("http://127.0.0.1:*/account")
        guest.get_by_role("button", name="Turn it on").click()
        expect(guest.locator(".enrol .qr")).to_be_visible()

    with somebody(browser, server) as stranger:
        stranger.goto("/account?problem=attempt_over")
        stranger.wait_for_url("**/sign-in?next=*&problem=attempt_over")
        expect(stranger.locator(".problem")).to_contain_text("This sign-in is over")
        stranger.get_by_role("button", name=f"Sign in with {NAME}").click()
        type_at_provider(stranger, "nobody")
        stranger.wait_for_url("**/sign-in?problem=identity_unknown*")
        expect(stranger.locator(".problem")).to_contain_text("No account goes with this identity yet")
        stranger.goto("/sign-in?problem=login_taken")
        expect(stranger.locator(".problem")).to_have_text(
            "This account name is taken. Please choose another."
        )
