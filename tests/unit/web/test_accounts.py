"""Accounts over real HTTP, from the first owner's link on."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.conftest import RunningServer
from tests.support.people import PASSWORD, Page, page


@pytest.fixture
async def owner(server: RunningServer) -> AsyncIterator[Page]:
    """The first owner, signed in."""
    assert server.owner_url is not None
    async with page(server.base_url) as browser:
        await browser.accept(server.owner_url, "owner", "掌柜")
        yield browser


@pytest.fixture
async def other(server: RunningServer) -> AsyncIterator[Page]:
    """Another browser."""
    async with page(server.base_url) as browser:
        yield browser


async def test_the_first_link_makes_the_owner_once(owner: Page, other: Page, server: RunningServer) -> None:
    status, me = await owner.ask("GET", "/api/me")
    assert status == 200
    assert me["account"] == owner.account
    assert (me["account"]["role"], me["account"]["name"], me["account"]["organisation"]) == (
        "owner",
        "掌柜",
        None,
    )
    assert "accounts.manage" in me["permissions"]
    assert me["csrf"] == owner.csrf
    assert server.owner_url is not None
    path = server.owner_url.replace(f"{server.base_url}/", "/api/").replace("invitation/", "invitations/")
    assert await other.refused("GET", path) == (404, "no_such_invitation")
    newcomer = {"login": "second", "name": "second", "password": PASSWORD}
    assert await other.refused("POST", path, newcomer) == (404, "no_such_invitation")


async def test_an_exhibitor_is_invited_into_an_organisation_and_invites_a_colleague(
    owner: Page, other: Page, server: RunningServer
) -> None:
    await other.accept(await owner.invite("exhibitor", organisation={"name": "西湖丝绸"}), "silk", "阿丝")
    assert other.account["organisation"]["name"] == "西湖丝绸"
    async with page(server.base_url) as colleague:
        await colleague.accept(await other.invite("exhibitor"), "silk2", "阿绸")
        assert colleague.account["organisation"] == other.account["organisation"]
        _, body = await other.ask("GET", "/api/organisation")
        assert [member["login"] for member in body["members"]] == ["silk", "silk2"]
        assert await other.refused("POST", "/api/invitations", {"role": "operator"}) == (403, "not_allowed")
        path = f"/api/organisation/members/{colleague.account['id']}"
        assert (await other.ask("DELETE", path))[0] == 204
        assert await colleague.refused("GET", "/api/me") == (401, "not_signed_in")
        own = f"/api/organisation/members/{other.account['id']}"
        assert await other.refused("DELETE", own) == (403, "not_allowed")


async def test_a_session_lasts_until_one_signs_out(owner: Page) -> None:
    key = owner.key
    assert (await owner.ask("POST", "/api/sign-out"))[0] == 204
    assert owner.key == ""
    cookie = {"Cookie": f"yuanzhan_session={key}"}
    assert (await owner.ask("GET", "/api/me", headers=cookie))[0] == 401
    await owner.sign_in("owner")
    assert owner.key not in ("", key)
