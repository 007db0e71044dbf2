"""Whose rights have ended uses them no more on a socket that is open, over real HTTP and WebSockets."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any

import pytest

from tests.conftest import RunningServer
from tests.support.floors import flat_hall
from tests.support.house_server import serve_house
from tests.support.people import PASSWORD, Page, page
from tests.support.watcher import Watcher
from tests.unit.live.conftest import receive
from yuanzhan.access import COMMAND_LINE
from yuanzhan.accounts.office import open_office
from yuanzhan.accounts.sessions import Caller
from yuanzhan.client import Client
from yuanzhan.protocol.messages.joining import Welcome
from yuanzhan.protocol.messages.notices import Notice
from yuanzhan.protocol.messages.people import People, Person, Who
from yuanzhan.protocol.messages.watching import Watch
from yuanzhan.store.opening import Store
from yuanzhan.web.gate import COOKIE, Gate
from yuanzhan.web.rights import Rights

NOT_ALLOWED = 4434
SECRET = b"a secret for tests, 32 bytes long"


async def accepted(server: RunningServer, browser: Page, owner: Page, role: str) -> None:
    """Somebody with this role, signed in in this browser."""
    await browser.accept(await owner.invite(role), role, role)


def cookie(browser: Page) -> dict[str, str]:
    return {"Cookie": f"{COOKIE}={browser.key}", "Origin": browser.origin}


async def watching(server: RunningServer, headers: dict[str, str]) -> Watcher:
    watcher = await Watcher.connect(server.ws_url, headers)
    await watcher.say(Watch("first"))
    await watcher.next("watching")
    return watcher


async def sign_out(owner: Page, own: Page) -> int:
    return (await own.ask("POST", "/api/sign-out"))[0]


async def sign_in_anew(owner: Page, own: Page) -> int:
    body = {"login": "operator", "password": PASSWORD}
    return (await own.ask("POST", "/api/sign-in", body))[0]


async def change_password(owner: Page, own: Page) -> int:
    body = {"old": PASSWORD, "new": "another plum tree in June"}
    return (await own.ask("POST", "/api/me/password", body))[0]


async def change_role(owner: Page, own: Page) -> int:
    return (await owner.ask("PATCH", f"/api/accounts/{own.account['id']}", {"role": "visitor"}))[0]


async def lower_role(owner: Page, own: Page) -> int:
    return (await owner.ask("PATCH", f"/api/accounts/{own.account['id']}", {"role": "moderator"}))[0]


async def close_account(owner: Page, own: Page) -> int:
    return (await owner.ask("DELETE", f"/api/accounts/{own.account['id']}"))[0]


async def revoke(owner: Page, own: Page) -> int:
    return (await owner.ask("POST", f"/api/accounts/{own.account['id']}/revoke"))[0]


Ending = Callable[[Page, Page], Awaitable[int]]
ENDINGS: list[Ending] = [
    sign_out, sign_in_anew, change_password, change_role, lower_role, close_account, revoke,
]  # fmt: skip


@pytest.mark.parametrize("end", ENDINGS, ids=lambda end: end.__name__)
async def test_an_operator_whose_rights_ended_stops_watching_before_that_is_answered(
    server: RunningServer, end: Ending
) -> None:
    assert server.owner_url is not None
    async with page(server.base_url) as owner, page(server.base_url) as own:
        await owner.accept(server.owner_url, "owner")
        await accepted(server, own, owner, "operator")
        theirs, mine = await watching(server, cookie(own)), await watching(server, cookie(owner))
        assert await end(owner, own) in (200, 204)
        assert await theirs.ended() == NOT_ALLOWED
        # Nobody else is disturbed.
        await mine.next_dots()
        await mine.close()


async def test_signing_out_here_leaves_the_same_account_signed_in_elsewhere(server: RunningServer) -> None:
    assert server.owner_url is not None
    async with page(server.base_url) as here, page(server.base_url) as elsewhere:
        await here.accept(server.owner_url, "owner")
        await elsewhere.sign_in("owner")
        there = await watching(server, cookie(elsewhere))
        assert (await here.ask("POST", "/api/sign-out"))[0] == 204
        await there.next_dots()
        await there.say(Watch("second"))
        await there.next("watching")
        await there.close()


async def test_a_program_stops_watching_when_its_token_is_revoked(server: RunningServer) -> None:
    assert server.owner_url is not None
    async with page(server.base_url) as owner:
        await owner.accept(server.owner_url, "owner")
        _, token = await owner.ask("POST", "/api/tokens", {"name": "a wall of screens"})
        program = await watching(server, {"Authorization": f"Bearer {token['token']}"})
        assert (await owner.ask("DELETE", f"/api/tokens/{token['id']}"))[0] == 204
        assert await program.ended() == NOT_ALLOWED


async def test_staff_among_visitors_lose_their_badge_and_leave_where_only_staff_may_be(
    server: RunningServer,
) -> None:
    assert server.owner_url is not None
    async with page(server.base_url) as owner, page(server.base_url) as own:
        await owner.accept(server.owner_url, "owner")
        await accepted(server, own, owner, "operator")
        shut = {
            "kind": "door",
            "reason": "safety",
            "target": {"hall": "second"},
            "params": {"door": "closed"},
        }
        assert (await owner.ask("POST", "/api/acts", shut))[0] == 201
        async with (
            await Client.connect(server.ws_url, hall="second", name="值守", headers=cookie(own)) as duty,
            await Client.connect(server.ws_url, hall="first", name="小满") as other,
        ):
            assert (await own.ask("POST", "/api/sign-out"))[0] == 204
            # Led to the entrance hall, where everybody sees them as the guest that they are now.
            assert (await receive(duty, Welcome)).hall == "first"
            assert await receive(duty, Notice) == Notice("led_out", {"hall": "second"})
            await other.send(Who((duty.id,)))
            (seen,) = (await receive(other, People)).people
            assert (seen.name, seen.badge) == ("值守", "")


async def test_staff_who_have_gone_have_no_badge_until_they_are_back(server: RunningServer) -> None:
    assert server.owner_url is not None
    async with page(server.base_url) as owner:
        await owner.accept(server.owner_url, "owner")

        def come(token: str | None = None) -> Any:
            return Client.connect(
                server.ws_url, hall="first", name="值守", headers=cookie(owner), token=token
            )

        duty = await come()
        async with await Client.connect(server.ws_url, hall="first", name="小满") as other:
            await duty.drop()
            assert (await receive(other, People)).people == (Person(duty.id, "值守", ""),)
            async with await come(duty.token) as again:
                assert again.id == duty.id
                assert (await receive(other, People)).people == (Person(duty.id, "值守", "staff"),)


async def test_what_ends_elsewhere_is_found_by_looking(store: Store) -> None:
    """A command line, or another server: only the database knows."""
    office = open_office(store.database, SECRET, idle_hours=1, lifetime_days=1)
    person = await office.directory.create_owner(COMMAND_LINE, "owner", "掌柜", PASSWORD)
    async with store.database.transaction() as session:
        key = await office.sessions.open(session, person.id, Caller("", "test"))
    gate = Gate(office.sessions)
    async with serve_house([flat_hall("first")], identify=gate.signed_in) as server:
        looking = asyncio.create_task(Rights(gate.holding, server.house, period_s=0.01).run())
        watcher = await Watcher.connect(server.url, {"Cookie": f"{COOKIE}={key}"})
        await watcher.say(Watch("first"))
        await watcher.next("watching")
        await office.directory.revoke(COMMAND_LINE, person.id)
        assert await watcher.ended() == NOT_ALLOWED
        looking.cancel()
        with suppress(asyncio.CancelledError):
            await looking
