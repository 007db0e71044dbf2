"""Copy and end of personal data over real HTTP, by a guest, by an account, by staff for who asks."""

from __future__ import annotations

import pytest

from tests.conftest import RunningServer
from tests.support.people import PASSWORD, Page, page
from tests.unit.live.conftest import receive
from yuanzhan.client import Client
from yuanzhan.protocol.messages.people import Chat, Said
from yuanzhan.web.devices import COOKIE, digest_of
from yuanzhan.web.privacy import ASKING_BURST

VALUE = f"{'phone':A<22}"
PHONE = {"Cookie": f"{COOKIE}={VALUE}"}
REASON = {"reason": "asked by mail"}


async def say(server: RunningServer, text: str, headers: dict[str, str]) -> None:
    """Somebody with a cookie says something in a hall; it is heard when this returns."""
    async with await Client.connect(server.ws_url, hall="first", name="小满", headers=headers) as client:
        await client.send(Chat(text))
        assert (await receive(client, Said)).text == text


async def test_the_page_and_what_it_is_made_of_are_for_anybody(server: RunningServer) -> None:
    async with server.http.get("/privacy") as answer:
        assert (answer.status, "<title>privacy" in await answer.text()) == (200, True)
    async with server.http.get("/privacy/", allow_redirects=False) as answer:
        assert (answer.status, answer.headers["Location"]) == (308, "/privacy")
    async with server.http.get("/api/privacy", headers=PHONE) as answer:
        told = await answer.json()
    assert told["device"] == digest_of(VALUE)
    assert len(told["kinds"]) > 10
    async with server.http.get("/api/privacy") as answer:
        assert (await answer.json())["device"] == ""


async def test_a_guest_copies_and_erases_what_they_said(server: RunningServer) -> None:
    await say(server, "about tea", PHONE)
    async with server.http.get("/api/privacy/device", headers=PHONE) as answer:
        assert "attachment" in answer.headers["Content-Disposition"]
        assert [line["text"] for line in (await answer.json())["lines"]] == ["about tea"]
    other = {"Cookie": f"{COOKIE}={'other':A<22}"}
    async with server.http.get("/api/privacy/device", headers=other) as answer:
        assert (await answer.json())["lines"] == []
    async with server.http.post("/api/privacy/device/erase", headers=PHONE) as answer:
        assert (answer.status, (await answer.json())["erased"]["lines"]) == (200, 1)
    async with server.http.get("/api/privacy/device", headers=PHONE) as answer:
        assert (await answer.json())["lines"] == []
    async with server.http.get("/api/privacy/device") as answer:
        assert (answer.status, (await answer.json())["error"]["code"]) == (404, "target_gone")


async def test_copies_are_not_for_the_asking_without_end(server: RunningServer) -> None:
    for _ in range(round(ASKING_BURST)):
        async with server.http.get("/api/privacy/device", headers=PHONE) as answer:
            assert answer.status == 200
    async with server.http.get("/api/privacy/device", headers=PHONE) as answer:
        assert (answer.status, "Retry-After" in answer.headers) == (429, True)


async def test_an_account_is_erased_for_its_password(owner: Page, server: RunningServer) -> None:
    async with page(server.base_url) as other:
        await other.accept(await owner.invite("moderator"), "lan", "岚")
        status, copy = await other.ask("GET", "/api/me/copy")
        assert (status, copy["account"]["name"]) == (200, "岚")
        assert await other.refused("POST", "/api/me/erase", {"password": "wrong"}) == (
            401,
            "sign_in_refused",
        )
        status, told = await other.ask("POST", "/api/me/erase", {"password": PASSWORD})
        assert (status, told["erased"]["account"]) == (200, 1)
        assert (await other.ask("GET", "/api/me"))[0] == 401
        assert await other.refused("POST", "/api/sign-in", {"login": "lan", "password": PASSWORD}) == (
            401,
            "sign_in_refused",
        )
    _, rows = await owner.ask("GET", "/api/audit")
    assert rows[0]["act"] == "privacy.erase"
    assert "岚" not in str(rows)
    assert await owner.refused("POST", "/api/me/erase", {"password": PASSWORD}) == (409, "last_owner")


async def test_a_program_erases_nobody(owner: Page, server: RunningServer) -> None:
    _, token = await owner.ask("POST", "/api/tokens", {"name": "ci"})
    headers = {"Authorization": f"Bearer {token['token']}"}
    async with server.http.post("/api/me/erase", json={"password": PASSWORD}, headers=headers) as answer:
        assert answer.status == 401


async def test_staff_do_it_for_who_asks_and_the_record_says_so(owner: Page, server: RunningServer) -> None:
    await say(server, "about silk", PHONE)
    code = digest_of(VALUE)
    spoken = " ".join(code[at : at + 4].upper() for at in range(0, 32, 4))
    _, said = await owner.ask("GET", "/api/halls/first/lines")
    assert [line["text"] for line in said["lines"]] == ["about silk"]
    status, copy = await owner.ask("POST", "/api/privacy/copy", {"device": spoken} | REASON)
    assert (status, [line["text"] for line in copy["lines"]]) == (200, ["about silk"])
    status, told = await owner.ask("POST", "/api/privacy/erase", {"device": code} | REASON)
    assert (status, told["erased"]["lines"]) == (200, 1)
    assert (await owner.ask("GET", "/api/halls/first/lines"))[1] == {"lines": []}
    _, rows = await owner.ask("GET", "/api/audit?count=2")
    assert [(row["act"], row["target"], row["reason"]) for row in rows] == [
        ("privacy.erase", f"person:device:{code}", "asked by mail"),
        ("privacy.copy", f"person:device:{code}", "asked by mail"),
    ]


@pytest.mark.parametrize(
    ("body", "refusal"),
    [
        ({"device": "f" * 32}, (422, "act_invalid")),
        ({"device": "f" * 32, "reason": " "}, (422, "act_invalid")),
        ({"device": "f" * 32, "reason": "x" * 501}, (422, "act_invalid")),
        ({"device": "phone"} | REASON, (422, "act_invalid")),
        ({"device": "f" * 32, "login": "owner"} | REASON, (422, "act_invalid")),
        (REASON, (422, "act_invalid")),
        ({"login": "nobody"} | REASON, (404, "no_such_account")),
    ],
)
async def test_what_staff_ask_for_is_whole(
    owner: Page, body: dict[str, str], refusal: tuple[int, str]
) -> None:
    for way in ("copy", "erase"):
        assert await owner.refused("POST", f"/api/privacy/{way}", body) == refusal


async def test_the_age_is_told_to_the_pages(server: RunningServer) -> None:
    async with server.http.get("/api/halls") as answer:
        assert (await answer.json())["minimum_age"] == 0
