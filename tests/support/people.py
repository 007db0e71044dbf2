"""Pages and programs of people who sign in, over real HTTP."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import aiohttp
from yarl import URL

from tests.support.described import assert_described
from yuanzhan.web.gate import COOKIE, CSRF_HEADER

PASSWORD = "a tall plum tree in May"


@dataclass
class Page:
    """A browser on one of our pages: it has cookies, and says where it is and what it was told to say."""

    http: aiohttp.ClientSession
    origin: str
    csrf: str = ""
    account: dict[str, Any] = field(default_factory=dict)

    @property
    def key(self) -> str:
        """The session's key."""
        cookie = self.http.cookie_jar.filter_cookies(URL(self.origin)).get(COOKIE)
        return cookie.value if cookie is not None else ""

    async def ask(
        self, method: str, path: str, json: object = None, headers: Mapping[str, str] | None = None
    ) -> tuple[int, Any]:
        """Status and body (None where there is none)."""
        sent = {"Origin": self.origin, CSRF_HEADER: self.csrf, "Accept-Language": "en"} | dict(headers or {})
        async with self.http.request(method, path, json=json, headers=sent) as answer:
            is_json = answer.content_type == "application/json"
            body = await answer.json() if is_json else None
            assert_described(method, path, answer.status, body)
            return answer.status, body

    async def refused(self, method: str, path: str, json: object = None) -> tuple[int, str]:
        """Status and code of a request that is refused."""
        status, body = await self.ask(method, path, json)
        assert body is not None, f"{method} {path}: {status}"
        return status, body["error"]["code"]

    async def sign_in(self, login: str, password: str = PASSWORD, **more: str) -> None:
        """Sign in, which must succeed."""
        status, body = await self.ask("POST", "/api/sign-in", {"login": login, "password": password, **more})
        assert status == 200, body
        self._entered(body)

    async def accept(self, url: str, login: str, name: str = "", password: str = PASSWORD) -> None:
        """Make an account by an invitation's link."""
        status, body = await self.ask(
            "POST",
            f"/api/invitations/{URL(url).name}",
            {"login": login, "name": name or login, "password": password},
        )
        assert status == 201, body
        self._entered(body)

    async def invite(self, role: str, **more: object) -> str:
        """The link of an invitation."""
        status, body = await self.ask("POST", "/api/invitations", {"role": role, **more})
        assert status == 201, body
        return str(body["url"])

    def _entered(self, body: dict[str, Any]) -> None:
        self.csrf, self.account = body["csrf"], body["account"]


@asynccontextmanager
async def page(base_url: str) -> AsyncIterator[Page]:
    """A browser without cookies."""
    jar = aiohttp.CookieJar(unsafe=True)
    async with aiohttp.ClientSession(base_url, cookie_jar=jar) as http:
        yield Page(http, base_url)
