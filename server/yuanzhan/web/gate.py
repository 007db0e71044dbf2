"""The one door for accounts over HTTP: who asks, may they, and did they mean to.

`guard` stands before every route of the list. It refuses whoever lacks the permission that the route names,
and every request that changes something with a cookie that our own page did not send (cross-site request
forgery): the page says with `X-Yuanzhan-CSRF` what only it can know, and the browser says with `Origin`
which page it was. A program with an API token has no cookie that somebody else's page could use, and needs
neither.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Final

from aiohttp import web

from yuanzhan.access import STAFF, Actor, Permission
from yuanzhan.accounts import keys
from yuanzhan.accounts.people import Person
from yuanzhan.accounts.sessions import Known, Sessions
from yuanzhan.errors.requests import ForeignOrigin, NotAllowed, RequestForged
from yuanzhan.errors.sign_in import NotSignedIn, SecondFactorNeeded
from yuanzhan.moderation.callers import SignedIn
from yuanzhan.web.handshake import is_own_origin
from yuanzhan.web.route import Handler, Route

COOKIE: Final = "yuanzhan_session"
CSRF_HEADER: Final = "X-Yuanzhan-CSRF"
_HARMLESS: Final = frozenset({"GET", "HEAD", "OPTIONS"})
_BEARER: Final = "bearer"
_KNOWN: Final = web.RequestKey("known", object)


class Gate:
    """Asked by `guard` before a handler runs, and by handlers for who it is."""

    def __init__(
        self, sessions: Sessions, own_origins: Iterable[str] = (), *, staff_second_factor: bool = False
    ) -> None:
        self._sessions = sessions
        self._staff_second_factor = staff_second_factor
        self._own_origins = frozenset(origin.rstrip("/").lower() for origin in own_origins if origin)

    def guard(self, route: Route) -> Handler:
        """The route's handler, behind the door."""

        async def guarded(request: web.Request) -> web.StreamResponse:
            if request.method not in _HARMLESS:
                self._check_origin(request)
                if not _is_meant(request):
                    if route.access is not None:
                        raise RequestForged()
                    # Open to guests, and so for a guest: what the cookie allows is not for a foreign page.
                    request[_KNOWN] = None
            if route.access is not None:
                await self.require_any(request, *route.access)
            return await route.handler(request)

        return guarded

    async def who(self, request: web.Request) -> Known | None:
        """Who asks, or None for a guest. Looked up once a request."""
        if _KNOWN not in request:
            request[_KNOWN] = await self._find(request)
        known = request[_KNOWN]
        return known if isinstance(known, Known) else None

    async def signed_in(self, request: web.Request) -> SignedIn | None:
        """The same as the one who acts: what the WebSocket's door asks. None for staff who have yet to get a
        second factor: they visit like everybody.
        """
        known = await self.who(request)
        if known is None or self.lacks_second_factor(known.person):
            return None
        return SignedIn(known.person.actor, known.grant)

    async def holding(self, grants: Collection[str]) -> dict[str, Actor]:
        """Those of these grants that would be let in by `signed_in` now, and as whom."""
        held = await self._sessions.holding(grants)
        return {grant: person.actor for grant, person in held.items() if not self.lacks_second_factor(person)}

    def lacks_second_factor(self, person: Person) -> bool:
        """Whether the server asks for one that this account has not."""
        return self._staff_second_factor and person.role in STAFF and not person.has_second_factor

    async def known(self, request: web.Request) -> Known:
        """Who asks. Raises NotSignedIn."""
        known = await self.who(request)
        if known is None:
            raise NotSignedIn()
        return known

    async def require(self, request: web.Request, permission: Permission) -> Actor:
        """Who asks, if they may. Raises NotSignedIn, NotAllowed."""
        return await self.require_any(request, permission)

    async def require_any(self, request: web.Request, *permissions: Permission) -> Actor:
        """Who asks, if they have one of these permissions.

        Raises NotSignedIn, NotAllowed, SecondFactorNeeded (for all but one's own account).
        """
        person = (await self.known(request)).person
        actor = person.actor
        if not any(actor.may(permission) for permission in permissions):
            raise NotAllowed()
        if Permission.SELF not in permissions and self.lacks_second_factor(person):
            raise SecondFactorNeeded()
        return actor

    async def _find(self, request: web.Request) -> Known | None:
        bearer = _bearer_of(request)
        if bearer is not None:
            return await self._sessions.of_token(bearer)
        key = request.cookies.get(COOKIE)
        return await self._sessions.of_cookie(key) if key else None

    def _check_origin(self, request: web.Request) -> None:
        """Browsers say which page it was whenever something may change; programs say nothing."""
        origin = request.headers.get("Origin")
        if origin is not None and not is_own_origin(origin, request.host, self._own_origins):
            raise ForeignOrigin()


def _is_meant(request: web.Request) -> bool:
    """Whether nothing but our own page can have sent it with the cookie that it carries, if any."""
    key = request.cookies.get(COOKIE)
    if key is None or _bearer_of(request) is not None:
        return True
    return "Origin" in request.headers and keys.same(request.headers.get(CSRF_HEADER, ""), keys.csrf_of(key))


def _bearer_of(request: web.Request) -> str | None:
    """The API token of a request; with one, a cookie counts for nothing."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip() if scheme.lower() == _BEARER else None
