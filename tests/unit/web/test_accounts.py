"""Accounts over real HTTP, from the first owner's link on."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import replace

import pyotp
import pytest
from sqlalchemy import text
from yarl import URL

from tests.conftest import RunningServer
from tests.support.people import PASSWORD, Page, page
from yuanzhan.app.serving import serving
from yuanzhan.instants import DAY_MS, HOUR_MS, now_ms
from yuanzhan.settings import Settings
from yuanzhan.store import sign_ins
from yuanzhan.store.opening import open_store


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


async def logged(settings: Settings, column: str = "event") -> Counter[str]:
    """What the log of sign-ins counts."""
    counted: Counter[str] = Counter()
    async with (
        open_store(settings.database_url, settings.data_dir) as store,
        store.database.reading() as session,
    ):
        async for row in sign_ins.rows(session):
            counted[getattr(row, column)] += row.count
    return counted


async def test_who_came_left_and_was_refused_is_logged_without_what_was_typed(
    owner: Page, other: Page, settings: Settings
) -> None:
    for login, password in (("owner", "not the password"), ("my own password", PASSWORD)):
        wrong = {"login": login, "password": password}
        assert await other.refused("POST", "/api/sign-in", wrong) == (401, "sign_in_refused")
    await other.sign_in("owner")
    _, sessions = await owner.ask("GET", "/api/sessions")
    (elsewhere,) = [one["id"] for one in sessions if not one["this"]]
    assert (await owner.ask("DELETE", f"/api/sessions/{elsewhere}"))[0] == 204
    assert (await owner.ask("POST", "/api/sign-out"))[0] == 204
    assert await logged(settings) == {"signed_in": 2, "refused": 2, "ended": 1, "signed_out": 1}
    assert await logged(settings, "account_id") == {owner.account["id"]: 5, "": 1}
    assert await logged(settings, "address") == {"127.0.0.1": 6}


async def change(settings: Settings, statement: str) -> None:
    """Change a row beside the running server, as time or an operator of the database would."""
    async with (
        open_store(settings.database_url, settings.data_dir) as store,
        store.database.transaction() as session,
    ):
        await session.execute(text(statement))


@pytest.mark.parametrize(
    "statement",
    [
        f"UPDATE sessions SET seen_at_ms = {now_ms() - 12 * HOUR_MS}",
        f"UPDATE sessions SET created_at_ms = {now_ms() - 7 * DAY_MS}",
        f"UPDATE accounts SET closed_at_ms = {now_ms()}",
        "DELETE FROM sessions",
    ],
    ids=["unused for 12 hours", "7 days old", "of a closed account", "revoked"],
)
async def test_a_session_ends(owner: Page, settings: Settings, statement: str) -> None:
    assert (await owner.ask("GET", "/api/me"))[0] == 200
    await change(settings, statement)
    assert await owner.refused("GET", "/api/me") == (401, "not_signed_in")


async def test_a_key_that_was_put_into_the_browser_is_not_kept(owner: Page, other: Page) -> None:
    """Session fixation: neither a made-up key nor somebody's own becomes the session of who signs in."""
    planted = other.http.cookie_jar
    for key in ("made-up", owner.key):
        planted.update_cookies({"yuanzhan_session": key}, URL(other.origin))
        await other.sign_in("owner")
        assert other.key not in ("", key)
        assert (await other.ask("GET", "/api/me"))[0] == 200
    assert await owner.refused("GET", "/api/me") == (401, "not_signed_in"), "the planted session has ended"


async def test_the_cookie_is_kept_from_scripts_and_other_sites(owner: Page) -> None:
    credentials = {"login": "owner", "password": PASSWORD}
    async with owner.http.post("/api/sign-in", json=credentials) as answer:
        (cookie,) = answer.headers.getall("Set-Cookie")
    assert {"HttpOnly", "SameSite=Strict", "Path=/"} <= {part.strip() for part in cookie.split(";")}
    assert "Secure" not in cookie, "it would not come back over http on this machine"
    assert answer.headers["Cache-Control"] == "no-store"


async def test_behind_https_the_cookie_never_travels_without(settings: Settings) -> None:
    proxied = replace(settings, public_url="https://expo.example")
    async with serving(proxied) as running, page(f"http://localhost:{running.reach.port}") as browser:
        assert running.reach.owner_url is not None
        assert running.reach.owner_url.startswith("https://expo.example/invitation/")
        key = running.reach.owner_url.rpartition("/")[2]
        newcomer = {"login": "owner", "name": "owner", "password": PASSWORD}
        headers = {"Origin": "https://expo.example"}
        async with browser.http.post(f"/api/invitations/{key}", json=newcomer, headers=headers) as answer:
            assert answer.status == 201
            assert "Secure" in answer.headers["Set-Cookie"]


async def test_unknown_logins_and_wrong_passwords_are_told_the_same(owner: Page, other: Page) -> None:
    wrong = ("owner", "not the password"), ("nobody", PASSWORD), ("", ""), ("x" * 4000, "y" * 4000)
    said = [
        await other.ask("POST", "/api/sign-in", {"login": login, "password": password})
        for login, password in wrong
    ]
    assert [status for status, _ in said] == [401] * len(wrong)
    assert len({str(body) for _, body in said}) == 1


async def test_who_guesses_is_stopped_and_others_are_not(settings: Settings) -> None:
    async def guess(browser: Page, address: str, password: str) -> tuple[int, str | None]:
        headers = {"Origin": browser.origin, "X-Forwarded-For": address}
        credentials = {"login": "owner", "password": password}
        async with browser.http.post("/api/sign-in", json=credentials, headers=headers) as answer:
            return answer.status, answer.headers.get("Retry-After")

    proxied = replace(settings, trust_forwarded=True)
    async with (
        serving(proxied) as running,
        page(running.reach.base_url) as owner,
        page(running.reach.base_url) as browser,
    ):
        assert running.reach.owner_url is not None
        await owner.accept(running.reach.owner_url, "owner", "掌柜")
        for _ in range(5):
            assert (await guess(browser, "203.0.113.5", "a wrong password"))[0] == 401
        status, retry = await guess(browser, "203.0.113.5", PASSWORD)
        assert status == 429, "the right password too: a guess must not be told from it"
        assert retry is not None
        assert 0 < int(retry) <= 60
        assert (await guess(browser, "198.51.100.7", PASSWORD))[0] == 200


async def test_another_password_ends_every_other_session(owner: Page, other: Page) -> None:
    await other.sign_in("owner")
    before = owner.key
    body = {"old": "not the password", "new": "another plum tree in June"}
    assert await owner.refused("POST", "/api/me/password", body) == (401, "sign_in_refused")
    assert await owner.refused(
        "POST", "/api/me/password", body | {"old": PASSWORD, "new": "owner1234567"}
    ) == (
        422,
        "password_weak",
    )
    status, told = await owner.ask("POST", "/api/me/password", body | {"old": PASSWORD})
    assert status == 200
    owner.csrf = told["csrf"]
    assert owner.key != before
    assert (await owner.ask("GET", "/api/me"))[0] == 200
    assert await other.refused("GET", "/api/me") == (401, "not_signed_in")
    await other.sign_in("owner", "another plum tree in June")


async def test_sessions_are_listed_and_ended_one_by_one(owner: Page, other: Page) -> None:
    await other.sign_in("owner")
    _, sessions = await owner.ask("GET", "/api/sessions")
    assert [session["this"] for session in sessions].count(True) == 1
    (theirs,) = [session["id"] for session in sessions if not session["this"]]
    assert (await owner.ask("DELETE", f"/api/sessions/{theirs}"))[0] == 204
    assert await other.refused("GET", "/api/me") == (401, "not_signed_in")
    assert await owner.refused("DELETE", f"/api/sessions/{theirs}") == (404, "no_such_item")


async def test_nobody_ends_the_sessions_and_tokens_of_others(owner: Page, other: Page) -> None:
    await other.accept(await owner.invite("visitor"), "guest")
    _, (session,) = await owner.ask("GET", "/api/sessions")
    _, token = await owner.ask("POST", "/api/tokens", {"name": "ci"})
    for path in (f"/api/sessions/{session['id']}", f"/api/tokens/{token['id']}"):
        assert await other.refused("DELETE", path) == (404, "no_such_item")


async def test_a_token_acts_for_its_owner_until_it_is_revoked(
    owner: Page, server: RunningServer, settings: Settings
) -> None:
    _, token = await owner.ask("POST", "/api/tokens", {"name": "流水线", "days": 1})
    assert token["token"].startswith("yz_")
    program = {"Authorization": f"Bearer {token['token']}"}
    async with server.http.post("/api/tokens", json={"name": "made by a token"}, headers=program) as answer:
        assert answer.status == 201, "no cookie, no CSRF"
        second = {"Authorization": f"Bearer {(await answer.json())['token']}"}
    _, listed = await owner.ask("GET", "/api/tokens")
    assert [entry["name"] for entry in listed] == ["made by a token", "流水线"]
    assert all("token" not in entry for entry in listed)
    async with server.http.post("/api/me/password", json={}, headers=program) as answer:
        assert answer.status == 401, "a stolen token takes no account over"
    assert (await owner.ask("DELETE", f"/api/tokens/{token['id']}"))[0] == 204
    async with server.http.get("/api/me", headers=program) as answer:
        assert answer.status == 401
    async with server.http.get("/api/me", headers=second) as answer:
        assert (await answer.json())["csrf"] is None
    await change(settings, "UPDATE api_tokens SET expires_at_ms = 1")
    async with server.http.get("/api/me", headers=second) as answer:
        assert answer.status == 401


async def test_an_invitation_that_is_too_old_makes_nothing(
    owner: Page, other: Page, settings: Settings
) -> None:
    url = await owner.invite("visitor")
    await change(settings, "UPDATE invitations SET expires_at_ms = 1 WHERE used_at_ms IS NULL")
    path = "/api/invitations/" + url.rpartition("/")[2]
    assert await other.refused("GET", path) == (404, "no_such_invitation")


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("login", "owner", "login_taken"),
        ("login", "OWNER", "login_taken"),
        ("login", "оwner", "login_invalid"),  # Cyrillic о
        ("login", "ow", "login_invalid"),
        ("login", "a b", "login_invalid"),
        ("login", "a" * 65, "login_invalid"),
        ("name", "", "name_invalid"),
        ("name", "林\u202e值守", "name_invalid"),
        ("name", "x" * 25, "name_invalid"),
        ("password", "short", "password_weak"),
        ("password", "a" * 300, "password_weak"),
        ("password", "password123", "password_weak"),
        ("password", "newcomer1234", "password_weak"),
    ],
)
async def test_what_a_newcomer_may_not_choose_is_told_and_the_invitation_stays(
    owner: Page, other: Page, field: str, value: str, code: str
) -> None:
    path = "/api/invitations/" + (await owner.invite("visitor")).rpartition("/")[2]
    newcomer = {"login": "newcomer", "name": "newcomer", "password": PASSWORD}
    status, told = await other.refused("POST", path, newcomer | {field: value})
    assert (status in (409, 422), told) == (True, code)
    if code == "name_invalid":
        refusal = (await other.ask("POST", path, newcomer | {field: value}))[1]
        assert "24" in refusal["error"]["message"]
    assert (await other.ask("POST", path, newcomer))[0] == 201


@pytest.mark.parametrize(
    "body", [None, [], "text", {"login": 1, "password": "x"}, {"login": "a\0", "password": "x"}, {}]
)
async def test_bodies_of_another_shape_are_refused(server: RunningServer, body: object) -> None:
    async with page(server.base_url) as browser:
        assert await browser.refused("POST", "/api/sign-in", body) == (400, "request_invalid")


async def test_bodies_that_are_too_long_or_no_json_are_refused(server: RunningServer) -> None:
    for content, kind, status in (
        (b"{" * 100_000, "application/json", 413),
        (b"[" * 10_000, "application/json", 400),
        (b'{"login":"owner","password":"x"}', "text/plain", 400),
        (b"login=owner&password=x", "application/x-www-form-urlencoded", 400),
        (b"\xff\xfe", "application/json", 400),
    ):
        headers = {"Content-Type": kind}
        async with server.http.post("/api/sign-in", data=content, headers=headers) as answer:
            assert answer.status == status, content[:20]


async def test_the_second_factor_is_asked_for_once_it_is_on(
    owner: Page, other: Page, settings: Settings
) -> None:
    assert await owner.refused("POST", "/api/me/second-factor", {"password": "not the password"}) == (
        401,
        "sign_in_refused",
    )
    _, made = await owner.ask("POST", "/api/me/second-factor", {"password": PASSWORD})
    assert made["secret"] in made["uri"]
    assert {len(row) for row in made["qr"]} == {len(made["qr"])}
    await other.sign_in("owner")
    totp = pyotp.TOTP(made["secret"])
    assert await owner.refused("PUT", "/api/me/second-factor", {"code": "000000x"}) == (401, "code_wrong")
    step = now_ms() // 30_000
    status, told = await owner.ask("PUT", "/api/me/second-factor", {"code": totp.generate_otp(step - 1)})
    assert status == 200
    codes = told["recovery_codes"]
    assert len(set(codes)) == 10

    credentials = {"login": "owner", "password": PASSWORD}
    wrong = credentials | {"password": "not the password"}
    assert await other.refused("POST", "/api/sign-in", wrong) == (401, "sign_in_refused"), "no hint"
    assert await other.refused("POST", "/api/sign-in", credentials) == (401, "code_needed")
    used = credentials | {"code": totp.generate_otp(step - 1)}
    assert await other.refused("POST", "/api/sign-in", used) == (401, "code_wrong"), "none is taken twice"
    code = totp.generate_otp(now_ms() // 30_000)
    await other.sign_in("owner", code=f"{code[:3]} {code[3:]}")
    await other.sign_in("owner", code=codes[3].upper().replace("-", " "))
    again = credentials | {"code": codes[3]}
    assert await other.refused("POST", "/api/sign-in", again) == (401, "code_wrong"), "nor a recovery code"
    assert (await logged(settings))["code_refused"] == 2
    assert (await owner.ask("GET", "/api/me/second-factor"))[1] == {"on": True, "recovery_codes": 9}
    body = {"password": PASSWORD, "code": codes[0]}
    assert (await owner.ask("POST", "/api/me/second-factor/remove", body))[0] == 204
    await other.sign_in("owner")


async def test_codes_cannot_be_guessed_for_long(owner: Page, other: Page) -> None:
    _, made = await owner.ask("POST", "/api/me/second-factor", {"password": PASSWORD})
    step = now_ms() // 30_000
    await owner.ask("PUT", "/api/me/second-factor", {"code": pyotp.TOTP(made["secret"]).generate_otp(step)})
    body = {"login": "owner", "password": PASSWORD, "code": "12345x"}
    codes = [(await other.refused("POST", "/api/sign-in", body))[1] for _ in range(6)]
    assert codes == ["code_wrong"] * 5 + ["too_many_tries"]


async def test_a_setting_asks_it_of_staff_before_anything_else(settings: Settings) -> None:
    strict = replace(settings, staff_second_factor=True)
    async with serving(strict) as running, page(running.reach.base_url) as browser:
        assert running.reach.owner_url is not None
        await browser.accept(running.reach.owner_url, "owner")
        assert (await browser.ask("GET", "/api/me"))[1]["second_factor_needed"] is True
        assert await browser.refused("GET", "/api/accounts") == (403, "second_factor_needed")
        made_early = await browser.refused("POST", "/api/tokens", {"name": "for later"})
        assert made_early == (403, "second_factor_needed"), "it would do without the factor ever after"
        _, made = await browser.ask("POST", "/api/me/second-factor", {"password": PASSWORD})
        code = pyotp.TOTP(made["secret"]).generate_otp(now_ms() // 30_000)
        assert (await browser.ask("PUT", "/api/me/second-factor", {"code": code}))[0] == 200
        assert (await browser.ask("GET", "/api/accounts"))[0] == 200


async def test_turning_it_on_ends_what_the_password_alone_opened(
    owner: Page, other: Page, server: RunningServer
) -> None:
    await other.sign_in("owner")
    _, token = await owner.ask("POST", "/api/tokens", {"name": "of before"})
    bearer = {"Authorization": f"Bearer {token['token']}"}
    assert (await other.ask("GET", "/api/me"))[0] == 200
    _, made = await owner.ask("POST", "/api/me/second-factor", {"password": PASSWORD})
    code = pyotp.TOTP(made["secret"]).generate_otp(now_ms() // 30_000)
    assert (await owner.ask("PUT", "/api/me/second-factor", {"code": code}))[0] == 200
    assert await other.refused("GET", "/api/me") == (401, "not_signed_in")
    assert await owner.ask("GET", "/api/tokens") == (200, [])
    _, rows = await owner.ask("GET", "/api/audit?count=1")
    assert (rows[0]["act"], rows[0]["after"]) == ("account.second_factor_on", {"sessions": 1, "tokens": 1})
    _, fresh = await owner.ask("POST", "/api/tokens", {"name": "of after"})
    assert fresh["token"] != token["token"]
    async with server.http.get("/api/me", headers=bearer) as answer:
        assert answer.status == 401


async def test_an_invitation_waits_in_the_list_and_is_withdrawn_by_who_could_have_made_it(
    owner: Page, other: Page
) -> None:
    await other.accept(await owner.invite("operator"), "lan", "兰")
    link = await owner.invite("operator")
    status, _ = await other.ask("POST", "/api/invitations", {"role": "speaker", "note": "给三点的讲者"})
    assert status == 201
    _, theirs = await other.ask("GET", "/api/invitations")
    assert [(one["role"], one["note"], one["invited_by"]) for one in theirs] == [
        ("speaker", "给三点的讲者", "兰")
    ]
    _, listed = await owner.ask("GET", "/api/invitations")
    assert [one["role"] for one in listed] == ["speaker", "operator"]
    above = f"/api/invitations/{listed[1]['id']}/withdraw"
    assert await other.refused("POST", above) == (404, "no_such_item")
    assert (await owner.ask("POST", above))[0] == 204
    assert await owner.refused("POST", above) == (404, "no_such_item")
    assert await other.refused("GET", f"/api/invitations/{link.rpartition('/')[2]}") == (
        404,
        "no_such_invitation",
    )
    _, (row, *_) = await owner.ask("GET", "/api/audit?count=1")
    assert (row["act"], row["before"]["role"]) == ("account.withdraw_invitation", "operator")


async def test_staff_read_the_record_page_by_page(owner: Page, other: Page) -> None:
    await other.accept(await owner.invite("moderator"), "lan")
    _, rows = await owner.ask("GET", "/api/audit?count=2")
    assert [row["act"] for row in rows] == ["account.create", "account.invite"]
    assert rows[1]["actor"]["name"] == "掌柜"
    _, older = await owner.ask("GET", f"/api/audit?before={rows[-1]['sequence']}")
    assert [row["sequence"] for row in older] == [2, 1]
    assert await owner.refused("GET", "/api/audit?before=x") == (400, "request_invalid")
    assert await owner.refused("GET", "/api/audit?target=%00") == (400, "request_invalid")
    made = {row["target"]: row for row in [*rows, *older]}
    for target, row in made.items():
        _, found = await owner.ask("GET", f"/api/audit?target={target}")
        assert found == [row]
    _, theirs = await owner.ask("GET", f"/api/audit?actor={rows[0]['actor']['id']}")
    assert [row["sequence"] for row in theirs] == [rows[0]["sequence"]]
    assert len((await owner.ask("GET", "/api/audit?area=account"))[1]) == len(made)
    assert (await owner.ask("GET", "/api/audit?area=accoun"))[1] == []
    assert (await owner.ask("GET", "/api/audit?area=%25"))[1] == []
    assert await other.refused("GET", "/api/audit") == (403, "not_allowed")


async def test_the_store_holds_no_secret_that_opens_a_door(owner: Page, settings: Settings) -> None:
    _, token = await owner.ask("POST", "/api/tokens", {"name": "ci"})
    link = await owner.invite("visitor")
    _, made = await owner.ask("POST", "/api/me/second-factor", {"password": PASSWORD})
    files = [path.read_bytes() for path in settings.data_dir.glob("yuanzhan.db*")]
    for secret in (owner.key, token["token"], link.rpartition("/")[2], made["secret"], PASSWORD):
        assert not any(secret.encode() in content for content in files)
