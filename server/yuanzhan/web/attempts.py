"""A sign-in by a provider on its way: what a browser keeps of it for us, sealed, so that no other browser can
end what this one began, and the server remembers nothing.

The cookies are `Lax`, for the browser comes back by a link of another site's; they are sent to one address
each, and end within minutes.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, TypeVar

from aiohttp import web

from yuanzhan.accounts import keys
from yuanzhan.accounts.sealing import Sealer
from yuanzhan.accounts.ties import Proven
from yuanzhan.errors.sign_in import AttemptOver
from yuanzhan.instants import MINUTE_MS, now_ms
from yuanzhan.web.browser import Browser

CALLBACK: Final = "/oidc/callback"
CODE: Final = "/api/oidc/code"
ATTEMPT_MS: Final = 10 * MINUTE_MS
"""For typing a password there, and looking for the phone."""
SEALED_MAX_CHARS: Final = 4096
PATH_MAX_CHARS: Final = 500

_NAMES: Final = {CALLBACK: "yuanzhan_oidc", CODE: "yuanzhan_oidc_code"}


@dataclass(frozen=True, slots=True)
class Attempt:
    """Begun, and not back from the provider yet. `grant` is the session whose account the identity is tied
    to; `invitation` is the key of the one that is accepted; without either it is a sign-in, `again` of
    somebody who has to prove who they are.
    """

    redirect_uri: str
    state: str = dataclasses.field(default_factory=keys.new_key)
    nonce: str = dataclasses.field(default_factory=keys.new_key)
    verifier: str = dataclasses.field(default_factory=keys.new_key)
    next: str = ""
    old_key: str = ""
    grant: str = ""
    invitation: str = ""
    login: str = ""
    name: str = ""
    again: bool = False
    began_ms: int = 0

    @property
    def asks_who(self) -> bool:
        """Whether it must not be whoever signed in at this computer before: what is tied is tied for good."""
        return bool(self.grant or self.invitation or self.again)


@dataclass(frozen=True, slots=True)
class Ticket:
    """Back from the provider, and the code of our own second factor is missing."""

    proven: Proven
    old_key: str


Kept = TypeVar("Kept", Attempt, Ticket)


class Attempts:
    """Puts them into cookies, and reads them."""

    def __init__(self, secret: bytes, browser: Browser, clock: Callable[[], int] = now_ms) -> None:
        self._sealer = Sealer(secret, "oidc")
        self._browser = browser
        self._clock = clock

    def keep(self, request: web.Request, answer: web.Response, path: str, kept: Attempt | Ticket) -> None:
        """Have the browser keep it, for the one address that wants it."""
        content = {"until_ms": self._clock() + ATTEMPT_MS, "kept": dataclasses.asdict(kept)}
        answer.set_cookie(
            _NAMES[path],
            self._sealer.seal(json.dumps(content), path),
            max_age=ATTEMPT_MS // 1000,
            path=path,
            httponly=True,
            samesite="Lax",
            secure=self._browser.is_secure(request),
        )

    def forget(self, request: web.Request, answer: web.Response, path: str) -> None:
        """It has ended."""
        answer.del_cookie(
            _NAMES[path],
            path=path,
            httponly=True,
            samesite="Lax",
            secure=self._browser.is_secure(request),
        )

    def attempt(self, request: web.Request) -> Attempt:
        """The one that this browser began. Raises AttemptOver."""
        return Attempt(**self._kept(request, CALLBACK))

    def ticket(self, request: web.Request) -> Ticket:
        """The one that waits for a code. Raises AttemptOver."""
        kept = self._kept(request, CODE)
        return Ticket(Proven(**kept["proven"]), kept["old_key"])

    def _kept(self, request: web.Request, path: str) -> dict[str, Any]:
        sealed = request.cookies.get(_NAMES[path], "")
        opened = self._sealer.open(sealed, path) if len(sealed) <= SEALED_MAX_CHARS else None
        content: dict[str, Any] = json.loads(opened) if opened is not None else {"until_ms": 0}
        if self._clock() >= content["until_ms"]:
            raise AttemptOver()
        kept: dict[str, Any] = content["kept"]
        return kept


def own_path(path: str) -> str:
    """A path of our own pages, or nothing: to a browser two slashes, or a backslash, mean another site."""
    is_plain = path.isascii() and path.isprintable() and len(path) <= PATH_MAX_CHARS
    is_own = path.startswith("/") and not path.startswith("//") and "\\" not in path
    return path if is_plain and is_own else ""
