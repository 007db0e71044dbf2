"""Signing in by a real OpenID Connect provider, over real HTTP, and what is tried against it."""

from __future__ import annotations

import asyncio
import itertools
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import aiohttp
import pyotp
import pytest
import pytest_asyncio
import structlog
from sqlalchemy import text
from yarl import URL

from tests.support import oidc_provider
from tests.support.oidc_provider import CLIENT_ID, CLIENT_SECRET, Provider, authorise
from tests.support.people import PASSWORD, Page, page
from yuanzhan.accounts.tries import ADDRESS
from yuanzhan.app.serving import serving
from yuanzhan.instants import MINUTE_MS, now_ms
from yuanzhan.oidc.metadata import metadata_of
from yuanzhan.settings import Settings
from yuanzhan.store.opening import open_store
from yuanzhan.web.gate import COOKIE

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest.fixture(scope="module")
def provider() -> Iterator[Provider]:
    with oidc_provider.running() as started:
        yield started


@dataclass
class Expo:
    """A running server with a provider, and its owner's browser."""

    base_url: str
    owner: Page
    issuer: str
    settings: Settings
    addresses: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    @asynccontextmanager
    async def browser(self, address: str = "") -> AsyncIterator[Page]:
        """Another one, at an address of its own."""
        async with page(self.base_url) as browser:
            browser.http.headers["X-Forwarded-For"] = address or f"198.51.100.{next(self.addresses)}"
            yield browser


@asynccontextmanager
async def opened(
    settings: Settings, provider: Provider, *, has_owner: bool = False, **more: Any
) -> AsyncIterator[Expo]:
    chosen: dict[str, Any] = {
        "oidc_issuer": provider.issuer,
        "oidc_client_id": CLIENT_ID,
        "oidc_client_secret": CLIENT_SECRET,
        "trust_forwarded": True,
    } | more
    async with serving(replace(settings, **chosen)) as running:
        base_url = f"http://127.0.0.1:{running.reach.port}"
        async with page(base_url) as owner:
            if not has_owner:
                assert running.reach.owner_url is not None
                await owner.accept(running.reach.owner_url, "owner", "掌柜")
            yield Expo(base_url, owner, provider.issuer, settings)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def expo(
    scenes_dir: Path, client_dir: Path, tmp_path_factory: pytest.TempPathFactory, provider: Provider
) -> AsyncIterator[Expo]:
    """One for all tests that set nothing else; each uses logins of its own."""
    folder = tmp_path_factory.mktemp("expo")
    settings = Settings(port=0, scenes_dir=scenes_dir, client_dir=client_dir, data_dir=folder)
    async with opened(settings, provider) as running:
        yield running


async def away(browser: Page, path: str = "/api/oidc", **body: Any) -> str:
    """Where our page is told to send the browser."""
    status, told = await browser.ask("POST", path, body)
    assert status == 200, told
    return str(told["url"])


async def come_back(browser: Page, url: URL, **headers: str) -> str:
    """Where our server sends the browser that the provider sent back."""
    async with browser.http.get(url, allow_redirects=False, headers=headers) as answer:
        assert answer.status == 303
        return answer.headers["Location"]


async def sign_in(browser: Page, login: str, /, jar: aiohttp.CookieJar | None = None, **body: Any) -> str:
    return await come_back(browser, await authorise(await away(browser, **body), login, jar))


async def join(
    expo: Expo, browser: Page, login: str, role: str = "visitor", jar: aiohttp.CookieJar | None = None
) -> str:
    link = URL(await expo.owner.invite(role))
    return await sign_in(browser, login, jar, invitation=link.name, login=login, name=login)


async def who(browser: Page) -> str | None:
    """The login of who is signed in."""
    status, me = await browser.ask("GET", "/api/me")
    browser.csrf = me.get("csrf", "")
    return str(me["account"]["login"]) if status == 200 else None


async def acts(expo: Expo, account: str) -> list[str]:
    """What an account did, the oldest first."""
    _, rows = await expo.owner.ask("GET", "/api/audit?count=200")
    return [row["act"] for row in reversed(rows) if row["actor"]["id"] == account]


async def test_an_invitation_is_accepted_without_a_password_and_signed_in_by_again(expo: Expo) -> None:
    async with expo.browser() as first, expo.browser() as second:
        assert (await first.ask("GET", "/api/oidc"))[1] == {"name": "127.0.0.1"}
        assert await join(expo, first, "mei") == "/account"
        assert await who(first) == "mei"
        assert await sign_in(second, "mei", next="/privacy?a=1") == "/privacy?a=1"
        assert await who(second) == "mei"
        _, told = await second.ask("GET", "/api/me/identity")
        assert told["identity"]["label"] == "mei@expo.example"
        assert await second.refused("POST", "/api/sign-in", {"login": "mei", "password": ""}) == (
            401,
            "sign_in_refused",
        )
        _, me = await second.ask("GET", "/api/me")
    assert await acts(expo, me["account"]["id"]) == ["account.create", "account.link_identity"]


async def test_the_browser_is_sent_with_what_protects_it(expo: Expo) -> None:
    async with expo.browser() as browser:
        async with browser.http.post("/api/oidc", json={}, headers={"Origin": browser.origin}) as answer:
            url = URL((await answer.json())["url"])
            (cookie,) = answer.headers.getall("Set-Cookie")
        assert url.query["response_type"] == "code"
        assert url.query["code_challenge_method"] == "S256"
        assert url.query["redirect_uri"] == f"{expo.base_url}/oidc/callback"
        assert all(len(url.query[name]) >= 43 for name in ("state", "nonce", "code_challenge"))
        kept = {part.strip() for part in cookie.split(";")}
        assert {"HttpOnly", "SameSite=Lax", "Path=/oidc/callback", "Max-Age=600"} <= kept
        assert CLIENT_SECRET not in str(url)
        assert url.query["state"] not in cookie, "sealed"


async def test_a_key_that_was_planted_in_the_browser_ends_with_the_sign_in(expo: Expo) -> None:
    """Session fixation."""
    async with expo.browser() as browser, expo.browser() as planter:
        await join(expo, planter, "lan")
        planted = planter.key
        browser.http.cookie_jar.update_cookies({COOKIE: planted}, URL(browser.origin))
        await sign_in(browser, "lan")
        assert browser.key not in ("", planted)
        assert await who(planter) is None


async def test_what_was_not_begun_here_or_was_changed_on_the_way_signs_nobody_in(expo: Expo) -> None:
    async with expo.browser() as juju:
        await join(expo, juju, "juju")
    async with expo.browser() as browser, expo.browser() as stranger:
        back = await authorise(await away(browser), "juju")
        over, strange = "/sign-in?problem=attempt_over", "/sign-in?problem=provider_strange"
        assert await come_back(stranger, back) == over, "another browser: a code that was slipped in"
        assert await come_back(browser, back.update_query(state="x" * 43)) == over
        assert await come_back(browser, back.without_query_params("state")) == over
        foreign = back.update_query(iss="https://elsewhere.example")
        assert await come_back(browser, foreign) == over, "mix-up"
        back = await authorise(await away(browser), "juju")
        assert await come_back(browser, back.without_query_params("iss")) == over, "this one names itself"
        url = URL(await away(browser))
        assert (
            await come_back(browser, await authorise(str(url.update_query(nonce="n" * 43)), "juju"))
            == strange
        )
        url = URL(await away(browser))
        other = URL(await away(stranger)).query["code_challenge"]
        back = await authorise(str(url.update_query(code_challenge=other)), "juju")
        assert await come_back(browser, back) == over, "a code of another challenge"
        back = await authorise(await away(browser), "juju")
        refused = back.update_query(error="access_denied").without_query_params("code")
        assert await come_back(browser, refused) == "/sign-in?problem=provider_refused"
        assert await who(browser) is None
        assert await who(stranger) is None


async def test_a_code_lets_in_once_even_who_has_the_cookie(expo: Expo) -> None:
    async with expo.browser() as browser, expo.browser() as thief:
        await join(expo, browser, "zhu")
        url = await away(browser)
        kept = browser.http.cookie_jar.filter_cookies(URL(f"{expo.base_url}/oidc/callback"))
        cookies = "; ".join(f"{name}={morsel.coded_value}" for name, morsel in kept.items() if name != COOKIE)
        back = await authorise(url, "zhu")
        assert await come_back(browser, back) == "/account"
        assert await come_back(browser, back) == "/sign-in?problem=attempt_over", "forgotten by the browser"
        assert await come_back(thief, back, Cookie=cookies) == "/sign-in?problem=attempt_over"
        assert await who(thief) is None


async def test_thirty_people_behind_one_address_sign_in_at_the_same_time(expo: Expo) -> None:
    async with AsyncExitStack() as stack:
        browsers = [await stack.enter_async_context(expo.browser("203.0.113.1")) for _ in range(30)]
        await join(expo, browsers[0], "crowd")
        backs = [await authorise(await away(browser), "crowd") for browser in browsers]
        landed = await asyncio.gather(*map(come_back, browsers, backs))
        assert set(landed) == {"/account"}


async def guess(expo: Expo, browser: Page) -> str:
    """What is said to a code that nobody was given."""
    back = URL(f"{expo.base_url}/oidc/callback").with_query(
        state=URL(await away(browser)).query["state"], code="guessed", iss=expo.issuer
    )
    return URL(await come_back(browser, back)).query["problem"]


async def test_who_guesses_codes_waits_and_who_gets_a_strange_answer_does_not(expo: Expo) -> None:
    jar = aiohttp.CookieJar(unsafe=True)
    async with expo.browser() as browser:
        guesses = ADDRESS.burst - 3
        assert {await guess(expo, browser) for _ in range(guesses)} == {"attempt_over"}
        for _ in range(6):
            url = URL(await away(browser)).update_query(nonce="n" * 43)
            strange = await come_back(browser, await authorise(str(url), "juju", jar))
            assert strange == "/sign-in?problem=provider_strange"
        said = [await guess(expo, browser) for _ in range(6)]
        assert said[0] == "attempt_over", "what went wrong between was not counted"
        assert said[-1] == "too_many_tries"


async def test_who_signed_in_at_this_computer_before_is_not_tied_unseen(expo: Expo) -> None:
    async with expo.browser() as first, expo.browser() as second:
        jar = aiohttp.CookieJar(unsafe=True)
        await join(expo, first, "earlier", jar=jar)
        await join(expo, second, "later", jar=jar)
        assert await who(second) == "later"
        assert (await second.ask("GET", "/api/me/identity"))[1]["identity"]["label"] == "later@expo.example"


async def signed_in_there(expo: Expo, provider: Provider, login: str, seconds_ago: int) -> aiohttp.CookieJar:
    """A browser's jar, in which somebody signed in at the provider so long ago."""
    jar = aiohttp.CookieJar(unsafe=True)
    async with expo.browser() as browser:
        with provider.clock_is_off(-seconds_ago):
            await authorise(await away(browser), login, jar)
    return jar


async def test_who_takes_the_question_out_of_the_address_ties_nobody_who_signed_in_before(
    expo: Expo, provider: Provider
) -> None:
    jar = await signed_in_there(expo, provider, "victim", 300)
    key = URL(await expo.owner.invite("visitor")).name
    wanted = {"invitation": key, "login": "thief", "name": "thief"}
    async with expo.browser() as browser:
        for taken_out, problem in (
            (["prompt"], "sign_in_again"),
            (["prompt", "max_age"], "provider_strange"),
        ):
            url = URL(await away(browser, **wanted)).without_query_params(*taken_out)
            back = await authorise(str(url), "nobody is asked", jar)
            assert await come_back(browser, back) == f"/invitation/{key}?problem={problem}"
        assert await who(browser) is None
        assert await come_back(browser, await authorise(await away(browser, **wanted), "thief", jar)) == (
            "/account"
        )
        assert (await browser.ask("GET", "/api/me/identity"))[1]["identity"]["label"] == "thief@expo.example"


async def test_one_who_cannot_tell_when_it_asked_is_taken_at_its_word(provider: Provider) -> None:
    told = {
        "issuer": provider.issuer,
        **dict.fromkeys(("authorization_endpoint", "token_endpoint", "jwks_uri"), f"{provider.issuer}/x"),
    }
    assert metadata_of(provider.issuer, told).tells_when, "who does not say has to be able to"
    assert metadata_of(provider.issuer, {**told, "claims_supported": ["sub", "auth_time"]}).tells_when
    assert not metadata_of(provider.issuer, {**told, "claims_supported": ["sub"]}).tells_when


async def test_the_log_says_why_somebody_did_not_get_in(expo: Expo) -> None:
    async with expo.browser() as browser:
        back = await authorise(await away(browser), "juju")
        with structlog.testing.capture_logs() as logs:
            await come_back(browser, back.update_query(error="access_denied").without_query_params("code"))
        assert {"event": "provider_refused", "error": "access_denied", "log_level": "warning"} in logs
        url = URL(await away(browser)).update_query(nonce="n" * 43)
        back = await authorise(str(url), "juju")
        with structlog.testing.capture_logs() as logs:
            await come_back(browser, back)
        (failed,) = [line for line in logs if line["event"] == "provider_failed"]
        assert (failed["code"], failed["detail"]) == ("provider_strange", "id_token: nonce")


async def test_nobody_unknown_gets_an_account_or_somebody_elses_by_an_address(expo: Expo) -> None:
    async with expo.browser() as browser, expo.browser() as victim:
        await victim.accept(await expo.owner.invite("visitor"), "song@expo.example")
        assert await sign_in(browser, "song") == "/sign-in?problem=identity_unknown"
        assert await who(browser) is None
        _, accounts = await expo.owner.ask("GET", "/api/accounts")
        assert not [account for account in accounts if account["login"].startswith("oidc")]


async def test_an_account_is_tied_and_untied_by_its_owner_with_the_password(expo: Expo) -> None:
    owner = expo.owner
    assert await owner.refused("POST", "/api/me/identity", {"password": "a wrong one"}) == (
        401,
        "sign_in_refused",
    )
    back = await authorise(await away(owner, "/api/me/identity", password=PASSWORD), "boss")
    async with expo.browser() as browser:
        assert await come_back(browser, back) == "/sign-in?problem=attempt_over"
        assert await come_back(owner, back) == "/account"
        assert await sign_in(browser, "boss") == "/operator"
        assert await who(browser) == "owner"
    async with expo.browser() as other:
        await other.accept(await owner.invite("visitor"), "other")
        back = await authorise(await away(other, "/api/me/identity", password=PASSWORD), "boss")
        assert await come_back(other, back) == "/account?problem=identity_taken&next=%2Faccount"
        invitation = URL(await owner.invite("visitor")).name
        taken = await sign_in(other, "boss", invitation=invitation, login="third", name="third")
        assert taken == f"/invitation/{invitation}?problem=identity_taken"
        back = await authorise(await away(other, "/api/me/identity", password=PASSWORD), "lan")
        assert (await other.ask("POST", "/api/sign-out"))[0] == 204
        late = await come_back(other, back)
        assert late == "/account?problem=attempt_over&next=%2Faccount", "signed out meanwhile"
    async with expo.browser() as intruder:
        assert await sign_in(intruder, "boss") == "/operator"
        assert (await owner.ask("POST", "/api/me/identity/remove", {"password": PASSWORD}))[0] == 204
        assert await who(intruder) is None, "unlinking ends every other session"
        assert await who(owner) == "owner"
    async with expo.browser() as browser:
        assert await sign_in(browser, "boss") == "/sign-in?problem=identity_unknown"
    assert [act for act in await acts(expo, owner.account["id"]) if "identity" in act] == [
        "account.link_identity",
        "account.unlink_identity",
    ]


async def test_the_last_way_in_is_kept_and_a_new_password_unties_it(expo: Expo) -> None:
    async with expo.browser() as browser:
        await join(expo, browser, "bai")
        assert await who(browser) == "bai"
        assert await browser.refused("POST", "/api/me/identity/remove", {}) == (409, "last_way_in")
        account = (await browser.ask("GET", "/api/me"))[1]["account"]["id"]
        _, link = await expo.owner.ask("POST", f"/api/accounts/{account}/reset")
        reset = f"/api/invitations/{URL(link['url']).name}"
        assert (await browser.ask("POST", reset, {"password": PASSWORD}))[0] == 201
        assert await who(browser) == "bai"
        assert (await browser.ask("GET", "/api/me/identity"))[1]["identity"] is None


async def test_a_new_password_puts_out_whoever_tied_themselves_to_the_account(expo: Expo) -> None:
    async with expo.browser() as browser, expo.browser() as intruder:
        await browser.accept(await expo.owner.invite("visitor"), "chen")
        await come_back(
            browser, await authorise(await away(browser, "/api/me/identity", password=PASSWORD), "intruder")
        )
        assert await sign_in(intruder, "intruder") == "/account"
        change = {"old": PASSWORD, "new": "another plum tree in May"}
        assert (await browser.ask("POST", "/api/me/password", change))[0] == 200
        assert await who(browser) == "chen"
        assert (await browser.ask("GET", "/api/me/identity"))[1]["identity"] is None
        assert await who(intruder) is None
        assert await sign_in(intruder, "intruder") == "/sign-in?problem=identity_unknown"
        assert "account.unlink_identity" in await acts(expo, browser.account["id"])


async def test_where_there_is_no_password_only_a_fresh_sign_in_confirms(expo: Expo) -> None:
    async with expo.browser() as browser:
        await join(expo, browser, "anew")
        assert await who(browser) == "anew"
        assert (await browser.ask("POST", "/api/me/second-factor", {}))[0] == 200
        async with (
            open_store(expo.settings.database_url, expo.settings.data_dir) as store,
            store.database.transaction() as session,
        ):
            await session.execute(text(f"UPDATE sessions SET proven_at_ms = {now_ms() - 11 * MINUTE_MS}"))
        for path in ("/api/me/second-factor", "/api/me/erase", "/api/me/identity"):
            assert await browser.refused("POST", path, {}) == (403, "sign_in_again")


async def test_a_new_session_confirms_nothing_where_the_provider_asked_nobody(
    expo: Expo, provider: Provider
) -> None:
    async with expo.browser() as browser:
        await join(expo, browser, "zoe")
        jar = await signed_in_there(expo, provider, "zoe", 300)
        assert await sign_in(browser, "nobody is asked", jar) == "/account"
        assert await who(browser) == "zoe"
        assert await browser.refused("POST", "/api/me/second-factor", {}) == (403, "sign_in_again")
        url = await away(browser, again=True, next="/account")
        unasked = await authorise(str(URL(url).without_query_params("prompt")), "nobody is asked", jar)
        assert await come_back(browser, unasked) == "/account?problem=sign_in_again&next=%2Faccount"
        assert await browser.refused("POST", "/api/me/second-factor", {}) == (403, "sign_in_again")
        back = await authorise(await away(browser, again=True, next="/account"), "zoe", jar)
        assert await come_back(browser, back) == "/account"
        assert await who(browser) == "zoe"
        assert (await browser.ask("POST", "/api/me/second-factor", {}))[0] == 200


async def test_our_second_factor_is_asked_for_whatever_the_provider_asked(expo: Expo) -> None:
    async with expo.browser() as browser:
        await join(expo, browser, "otp-liu", "moderator")
        assert await who(browser) == "otp-liu"
        _, made = await browser.ask("POST", "/api/me/second-factor", {})
        totp = pyotp.TOTP(made["secret"])
        code = totp.now()
        assert (await browser.ask("PUT", "/api/me/second-factor", {"code": code}))[0] == 200
    async with expo.browser() as browser, expo.browser() as stranger:
        assert await sign_in(browser, "otp-liu", next="/privacy") == "/sign-in?step=code&next=%2Fprivacy"
        assert await who(browser) is None
        assert await stranger.refused("POST", "/api/oidc/code", {"code": code}) == (400, "attempt_over")
        for wrong in ("000000", code, ""):
            status, _ = await browser.refused("POST", "/api/oidc/code", {"code": wrong})
            assert status == 401, "a code is taken once"
        later = totp.at(time.time() + 30)
        status, told = await browser.ask("POST", "/api/oidc/code", {"code": later})
        assert (status, told["account"]["login"]) == (200, "otp-liu")
        assert await who(browser) == "otp-liu"
        assert await browser.refused("POST", "/api/oidc/code", {"code": later}) == (400, "attempt_over")


async def test_where_the_setting_says_so_the_providers_second_factor_is_ours(
    settings: Settings, provider: Provider
) -> None:
    more = {"oidc_second_factor": ("otp",), "staff_second_factor": True}
    async with opened(settings, provider) as expo, expo.browser() as browser:
        for login in ("mei", "otp-mei"):
            await join(expo, browser, login, "moderator")
        await browser.accept(await expo.owner.invite("moderator"), "wuyi")
        await come_back(
            browser, await authorise(await away(browser, "/api/me/identity", password=PASSWORD), "otp-wuyi")
        )
    async with opened(settings, provider, has_owner=True, **more) as expo, expo.browser() as browser:
        await sign_in(browser, "mei")
        assert await browser.refused("GET", "/api/reports") == (403, "second_factor_needed")
        await sign_in(browser, "otp-mei")
        assert (await browser.ask("GET", "/api/reports"))[0] == 200
        assert await sign_in(browser, "otp-wuyi") == "/operator"
        assert await who(browser) == "wuyi"
        change = {"old": PASSWORD, "new": "another plum tree in May"}
        assert (await browser.ask("POST", "/api/me/password", change))[0] == 200
        assert (await browser.ask("GET", "/api/reports"))[0] == 200, "the second factor of this session stays"


async def test_whom_the_setting_admits_gets_an_account_that_is_never_staff(
    settings: Settings, provider: Provider
) -> None:
    more: dict[str, Any] = {
        "oidc_new_role": "visitor",
        "oidc_domains": ("Expo.example",),
        "oidc_name": "展会",
    }
    async with opened(settings, provider, **more) as expo, expo.browser() as browser:
        assert (await browser.ask("GET", "/api/oidc"))[1] == {"name": "展会"}
        for refused, lacks in (("away-mei", "domain"), ("unverified-mei", "email_verified")):
            with structlog.testing.capture_logs() as logs:
                assert await sign_in(browser, refused) == "/sign-in?problem=identity_refused"
            assert {"event": "identity_refused", "lacks": lacks, "log_level": "warning"} in logs
        assert await sign_in(browser, "mei") == "/account"
        _, me = await browser.ask("GET", "/api/me")
        assert (me["account"]["role"], me["account"]["name"], me["password"]) == ("visitor", "mei先生", False)
        assert await sign_in(browser, "mei") == "/account"
        _, accounts = await expo.owner.ask("GET", "/api/accounts")
        assert [account["role"] for account in accounts] == ["owner", "visitor"]
        assert await expo.owner.refused("DELETE", f"/api/accounts/{me['account']['id']}x") == (
            404,
            "no_such_account",
        )
        assert (await expo.owner.ask("DELETE", f"/api/accounts/{me['account']['id']}"))[0] == 204
        assert await sign_in(browser, "mei") == "/sign-in?problem=identity_unknown", "closed"
        assert await join(expo, browser, "mei") == "/account", "invited anew"
        assert await sign_in(browser, "halfway-mei") == "/account"


async def test_a_token_that_has_ended_lets_nobody_in(expo: Expo, provider: Provider) -> None:
    async with expo.browser() as browser:
        await join(expo, browser, "early")
        for seconds, expected in (-7200, "/sign-in?problem=provider_strange"), (-30, "/account"):
            back = await authorise(await away(browser), "early")
            with provider.clock_is_off(seconds):
                assert await come_back(browser, back) == expected
        back = await authorise(await away(browser), "early")
        with provider.clock_is_off(30):
            assert await come_back(browser, back) == "/account"


async def test_a_provider_may_sign_with_a_new_key(settings: Settings, provider: Provider) -> None:
    async with opened(settings, provider, oidc_new_role="visitor") as expo, expo.browser() as browser:
        assert await sign_in(browser, "mei") == "/account"
        provider.rotate()
        assert await sign_in(browser, "mei") == "/account"


async def test_while_the_provider_is_down_a_sentence_says_so_and_passwords_let_in(
    settings: Settings, provider: Provider
) -> None:
    async with (
        opened(settings, provider, oidc_issuer="http://127.0.0.1:9") as expo,
        expo.browser() as browser,
    ):
        status, told = await browser.ask("POST", "/api/oidc", {})
        assert (status, told["error"]["code"]) == (502, "provider_unreachable")
        assert "password" in told["error"]["message"]
        await browser.sign_in("owner")


@pytest.mark.parametrize(
    "elsewhere", ["//elsewhere.example", "https://elsewhere.example/", "/\\elsewhere.example", "/a\nb", "x"]
)
async def test_nobody_is_led_elsewhere(expo: Expo, elsewhere: str) -> None:
    assert await sign_in(expo.owner, "tao", next=elsewhere) == "/sign-in?problem=identity_unknown"


async def test_without_a_provider_there_is_no_button_and_no_way(settings: Settings) -> None:
    async with serving(settings) as running, page(running.reach.base_url) as browser:
        assert (await browser.ask("GET", "/api/oidc"))[1] == {"name": None}
        assert await browser.refused("POST", "/api/oidc", {}) == (404, "no_provider")
        back = URL(f"{running.reach.base_url}/oidc/callback?code=x&state=y")
        assert await come_back(browser, back) == "/sign-in?problem=attempt_over"
