"""Every route against every role, over real HTTP; and every route that changes something against a foreign
page.

The expectation is the table of docs/operating.md (tests/unit/docs compares it with the code). A new route
cannot be without a permission, and is asked here without being named.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from typing import cast

import pytest

from tests.conftest import RunningServer
from tests.support.described import description
from tests.support.people import Page, page
from tests.unit.docs.test_operating import AnySite
from yuanzhan.access import Role, may
from yuanzhan.accounts import keys
from yuanzhan.accounts.sessions import Caller, Sessions
from yuanzhan.accounts.sign_in_log import SignInLog
from yuanzhan.instants import DAY_MS
from yuanzhan.settings import Settings
from yuanzhan.store.accounts import Account, Organisation
from yuanzhan.store.database import Database
from yuanzhan.store.opening import open_store
from yuanzhan.web.gate import COOKIE, CSRF_HEADER
from yuanzhan.web.route import ANYBODY, Route
from yuanzhan.web.routes import Site, routes

ROUTES = routes(cast(Site, AnySite()))
CHANGES = [route for route in ROUTES if route.method not in ("GET", "HEAD", "OPTIONS")]
# An answer to HEAD has no body to say why.
CODE_OF_STATUS = {401: "not_signed_in", 403: "not_allowed"}
SAMPLES = {"hall": "first", "page": "exhibitor", "path": "favicon.svg"}


def sample(route: Route) -> str:
    """An address of the route; what it names is not there, unless it is a hall or a page."""
    return re.sub(
        r"\{(\w+)(?::(?:[^{}]|\{[^{}]*\})*)?\}", lambda found: SAMPLES.get(found[1], "0" * 24), route.path
    )


class Crew:
    """An account of each role in the running server's database, and a fresh session of it whenever asked."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._sessions = Sessions(database, SignInLog(database), idle_ms=DAY_MS, lifetime_ms=DAY_MS)

    async def gather(self) -> None:
        async with self._database.transaction() as session:
            session.add(Organisation(id="org", name="西湖丝绸", created_at_ms=0))
            await session.flush()
            session.add_all(
                Account(
                    id=role,
                    login=role,
                    name=role,
                    role=role,
                    organisation_id="org" if role is Role.EXHIBITOR else None,
                    password_hash="none",
                    created_at_ms=0,
                )
                for role in Role
            )

    async def key(self, role: Role) -> str:
        """The key of a new session."""
        async with self._database.transaction() as session:
            return await self._sessions.open(session, role, Caller("", "test"))


@pytest.fixture
async def crew(server: RunningServer, settings: Settings) -> AsyncIterator[Crew]:
    async with open_store(settings.database_url, settings.data_dir) as store:
        found = Crew(store.database)
        await found.gather()
        yield found


async def answer_of(browser: Page, route: Route, headers: dict[str, str]) -> tuple[int, str]:
    """Status, and the error's code where there is one."""
    body: object = None if route.method == "GET" else {}
    status, told = await browser.ask(route.method, sample(route), body, headers)
    if route.method == "HEAD":
        return status, CODE_OF_STATUS.get(status, "")
    return status, told["error"]["code"] if isinstance(told, dict) and "error" in told else ""


@pytest.mark.parametrize("role", [*Role, None], ids=lambda role: role or "guest")
async def test_each_route_lets_in_whom_the_table_says(
    server: RunningServer, crew: Crew, role: Role | None
) -> None:
    wrong = []
    for route in ROUTES:
        async with page(server.base_url) as browser:
            headers = {}
            if role is not None:
                key = await crew.key(role)
                headers = {"Cookie": f"{COOKIE}={key}", CSRF_HEADER: keys.csrf_of(key)}
            status, code = await answer_of(browser, route, headers)
        is_let_in = route.access is ANYBODY or (
            role is not None and any(may(role, permission) for permission in route.access)
        )
        expected = "" if is_let_in else "not_signed_in" if role is None else "not_allowed"
        refusal = code if status in (401, 403) else ""
        if refusal != expected or status >= 500:
            wrong.append(
                (route.method, sample(route), status, code, f"expected {expected or 'to be let in'}")
            )
    assert wrong == []


FORGERIES = {
    "without the value that our page knows": {CSRF_HEADER: ""},
    "with the value of another session": {CSRF_HEADER: keys.csrf_of("another")},
    "from a page of another site": {"Origin": "https://elsewhere.example"},
    "from a page without an origin": {"Origin": "null"},
    "from a page of another port": {"Origin": "http://127.0.0.1:1"},
}


def codes_of(route: Route) -> set[str]:
    """What the API's description says that a route refuses with."""
    path = re.sub(r"\{(\w+):[^/]*", r"{\1}", route.path)
    answers = description()["paths"][path][route.method.lower()]["responses"].values()
    return {code for answer in answers for code in answer.get("x-codes", ())}


@pytest.mark.parametrize("how", FORGERIES)
async def test_no_change_is_made_for_a_foreign_page(server: RunningServer, crew: Crew, how: str) -> None:
    key = await crew.key(Role.OWNER)
    async with page(server.base_url) as browser:
        for route in CHANGES:
            headers = {"Cookie": f"{COOKIE}={key}", CSRF_HEADER: keys.csrf_of(key)} | FORGERIES[how]
            status, code = await answer_of(browser, route, headers)
            if "Origin" in FORGERIES[how]:
                assert (status, code) == (403, "foreign_origin"), route.path
            elif route.access is not ANYBODY:
                assert (status, code) == (403, "request_forged"), route.path
            else:
                assert code != "request_forged", route.path
            if "Origin" not in FORGERIES[how] and route.path.startswith("/api/"):
                assert ("request_forged" in codes_of(route)) == (code == "request_forged"), route.path
        me = {"Cookie": f"{COOKIE}={key}"}
        assert (await browser.ask("GET", "/api/me", headers=me))[0] == 200, "the session is still there"


async def test_a_browser_that_does_not_say_where_it_is_changes_nothing(
    server: RunningServer, crew: Crew
) -> None:
    key = await crew.key(Role.OWNER)
    headers = {"Cookie": f"{COOKIE}={key}", CSRF_HEADER: keys.csrf_of(key)}
    for route in CHANGES:
        if route.access is ANYBODY:
            continue
        async with server.http.request(route.method, sample(route), json={}, headers=headers) as answer:
            assert answer.status == 403, route.path
            assert (await answer.json())["error"]["code"] == "request_forged"


async def test_a_session_key_is_worth_nothing_as_an_api_token(server: RunningServer, crew: Crew) -> None:
    key = await crew.key(Role.OWNER)
    for token in (key, f"yz_{key}", "", "yz_", "x" * 5000):
        headers = {"Authorization": f"Bearer {token}", "Cookie": f"{COOKIE}={key}"}
        async with server.http.get("/api/me", headers=headers) as answer:
            assert answer.status == 401
