"""The browser of who signs in: where it comes from, what it keeps for us, where people reach us."""

from __future__ import annotations

from typing import Any

from aiohttp import web

from yuanzhan.accounts import keys
from yuanzhan.accounts.people import Group, Person
from yuanzhan.accounts.sessions import Caller
from yuanzhan.accounts.sign_in import Entered
from yuanzhan.web.answers import json_answer
from yuanzhan.web.gate import COOKIE
from yuanzhan.web.handshake import address_of

Json = dict[str, Any]


class Browser:
    """`public_url` is where people reach the server when a proxy is in front; a session ends `lifetime_s`
    after the sign-in.
    """

    def __init__(self, *, public_url: str, trust_forwarded: bool, lifetime_s: int) -> None:
        self._public_url = public_url.rstrip("/")
        self._trust_forwarded = trust_forwarded
        self._lifetime_s = lifetime_s

    def base_url(self, request: web.Request) -> str:
        """Our own address, as people type it."""
        return self._public_url or f"{request.scheme}://{request.host}"

    def is_secure(self, request: web.Request) -> bool:
        """Whether cookies need never travel without TLS."""
        return request.secure or self._public_url.startswith("https://")

    def caller(self, request: web.Request) -> Caller:
        """What a sign-in knows of where it comes from."""
        return Caller(
            address=address_of(request, trust_forwarded=self._trust_forwarded),
            agent=request.headers.get("User-Agent", ""),
            old_key=request.cookies.get(COOKIE),
        )

    def entered(self, request: web.Request, entered: Entered, status: int) -> web.Response:
        """The answer to who signed in, with their session."""
        answer = json_answer(
            {"account": account_json(entered.person), "csrf": keys.csrf_of(entered.key)}, status=status
        )
        self.keep(request, answer, entered.key)
        return answer

    def keep(self, request: web.Request, answer: web.Response, key: str) -> None:
        """Have the browser keep a session."""
        answer.set_cookie(
            COOKIE,
            key,
            max_age=self._lifetime_s,
            path="/",
            httponly=True,
            samesite="Strict",
            secure=self.is_secure(request),
        )

    def forget(self, request: web.Request, answer: web.Response) -> None:
        """Have it forget its session."""
        answer.del_cookie(COOKIE, path="/", httponly=True, samesite="Strict", secure=self.is_secure(request))


def account_json(person: Person) -> Json:
    """An account as the API has it."""
    return {
        "id": person.id,
        "login": person.login,
        "name": person.name,
        "role": person.role,
        "organisation": group_json(person.organisation),
    }


def group_json(group: Group | None) -> Json | None:
    """An organisation as the API has it."""
    return None if group is None else {"id": group.id, "name": group.name}
