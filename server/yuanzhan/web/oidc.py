"""Signing in by an OpenID Connect provider: away with /api/oidc, back at /oidc/callback.

What goes wrong on the way back is told by the page that it began on: the address gets `?problem=` with the
error's code, and the page has the sentence.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Awaitable, Callable
from typing import Final
from urllib.parse import quote, urlencode

import structlog
from aiohttp import web

from yuanzhan.access import STAFF, Role
from yuanzhan.accounts import keys
from yuanzhan.accounts.office import Office
from yuanzhan.accounts.people import Person
from yuanzhan.accounts.sessions import Caller
from yuanzhan.accounts.sign_in import Entered
from yuanzhan.accounts.ties import Proven
from yuanzhan.errors.accounts import LoginInvalid, LoginTaken, NameInvalid, NoSuchInvitation
from yuanzhan.errors.base import RequestRefused
from yuanzhan.errors.sign_in import (
    AttemptOver,
    CodeNeeded,
    CodeWrong,
    IdentityRefused,
    IdentityUnknown,
    LastWayIn,
    NoProvider,
    ProviderRefused,
    ProviderStrange,
    ProviderUnreachable,
    SignInAgain,
    SignInRefused,
    TooManyTries,
)
from yuanzhan.instants import iso, now_ms
from yuanzhan.oidc.id_token import Claims, text_of
from yuanzhan.oidc.provider import Provider
from yuanzhan.web import account_bodies as told
from yuanzhan.web.answers import json_answer
from yuanzhan.web.attempts import CALLBACK, CODE, Attempt, Attempts, Ticket, own_path
from yuanzhan.web.browser import Browser
from yuanzhan.web.forms import form_as
from yuanzhan.web.gate import Gate
from yuanzhan.web.openapi import Errors, operation

log = structlog.get_logger("yuanzhan.web")

Confirm = Callable[[web.Request], Awaitable[Person]]
"""`AccountRoutes.confirm`."""

_AWAY: Final[Errors] = (NoProvider, ProviderUnreachable, ProviderStrange)
_PAGES: Final = {Role.EXHIBITOR: "/exhibitor"} | dict.fromkeys(STAFF, "/operator")
"""Where a role's own page is; the others have their account's."""


class OidcRoutes:
    """Handlers. Of `domains`, where there are some, everybody has a verified e-mail address; the values
    `second_factor` of `acr` or `amr` stand for ours.
    """

    def __init__(
        self,
        provider: Provider | None,
        office: Office,
        gate: Gate,
        browser: Browser,
        attempts: Attempts,
        confirm: Confirm,
        *,
        domains: tuple[str, ...] = (),
        second_factor: tuple[str, ...] = (),
    ) -> None:
        self._provider = provider
        self._office = office
        self._gate = gate
        self._browser = browser
        self._attempts = attempts
        self._confirm = confirm
        self._domains = frozenset(domain.lower() for domain in domains)
        self._second_factor = frozenset(second_factor)

    @operation(answer=told.ProviderAnswer)
    async def provider(self, request: web.Request) -> web.StreamResponse:
        """GET /api/oidc: what the button says, or that there is none."""
        return json_answer({"name": self._provider.name if self._provider else None})

    @operation(
        body=told.AwayWanted,
        answer=told.AwayAnswer,
        errors=(*_AWAY, NoSuchInvitation, LoginInvalid, LoginTaken, NameInvalid),
    )
    async def begin(self, request: web.Request) -> web.StreamResponse:
        """POST /api/oidc: where the browser goes to sign in, or to accept an invitation."""
        sent = await form_as(request, told.AwayWanted)
        attempt = Attempt(
            redirect_uri=self._redirect_uri(request),
            next=own_path(sent.next or ""),
            old_key=_short(self._browser.caller(request).old_key),
            again=sent.again,
        )
        if sent.invitation is not None:
            login, name = await self._office.invitations.check(
                sent.invitation, sent.login or "", sent.name or ""
            )
            attempt = dataclasses.replace(attempt, invitation=sent.invitation, login=login, name=name)
        return await self._away(request, attempt)

    @operation(
        body=told.Password,
        answer=told.AwayAnswer,
        errors=(*_AWAY, SignInRefused, SignInAgain, TooManyTries),
    )
    async def begin_link(self, request: web.Request) -> web.StreamResponse:
        """POST /api/me/identity: where the browser goes to tie an identity to one's account."""
        await self._confirm(request)
        known = await self._gate.known(request)
        return await self._away(
            request, Attempt(redirect_uri=self._redirect_uri(request), next="/account", grant=known.grant)
        )

    @operation(answer=told.IdentityAnswer)
    async def identity(self, request: web.Request) -> web.StreamResponse:
        """GET /api/me/identity: the identity that is tied to one's account."""
        known = await self._gate.known(request)
        tie = await self._office.identities.of(known.person.id)
        tied = None
        if tie is not None:
            tied = {
                "issuer": tie.issuer,
                "label": tie.label,
                "created_at": iso(tie.created_at_ms),
                "seen_at": iso(tie.seen_at_ms),
            }
        return json_answer({"name": self._provider.name if self._provider else None, "identity": tied})

    @operation(body=told.Password, status=204, errors=(SignInRefused, SignInAgain, LastWayIn, TooManyTries))
    async def unlink(self, request: web.Request) -> web.StreamResponse:
        """POST /api/me/identity/remove: untie it, for the password; every other session ends."""
        person = await self._confirm(request)
        await self._office.identities.unlink(person, self._browser.caller(request).old_key or "")
        return web.Response(status=204)

    @operation(
        body=told.Code,
        answer=told.EnteredAnswer,
        errors=(AttemptOver, CodeNeeded, CodeWrong, IdentityUnknown, TooManyTries),
    )
    async def code(self, request: web.Request) -> web.StreamResponse:
        """POST /api/oidc/code: the code of the second factor, for who is back from the provider."""
        sent = await form_as(request, told.Code)
        ticket = self._attempts.ticket(request)
        caller = dataclasses.replace(self._browser.caller(request), old_key=ticket.old_key or None)
        if not sent.code:
            raise CodeNeeded()
        entered = await self._office.identities.enter(ticket.proven, sent.code, caller)
        answer = self._browser.entered(request, entered, 200)
        self._attempts.forget(request, answer, CODE)
        return answer

    async def callback(self, request: web.Request) -> web.StreamResponse:
        """GET /oidc/callback: back from the provider."""
        page = "/sign-in"
        try:
            attempt = self._attempts.attempt(request)
            if not keys.same(request.query.get("state", ""), attempt.state):
                # Another site's link must not end what this browser has begun.
                raise AttemptOver()
        except AttemptOver as error:
            return _to(page, problem=error.code)
        try:
            answer = await self._back(request, attempt)
        except (RequestRefused, ProviderUnreachable, ProviderStrange) as error:
            if not isinstance(error, RequestRefused):
                log.error("provider_failed", code=error.code, detail=error.params.get("detail"))
            if attempt.grant or attempt.again:
                page = "/account"
            elif attempt.invitation:
                page = f"/invitation/{quote(attempt.invitation, safe='')}"
            answer = _to(page, problem=error.code, **({"next": attempt.next} if attempt.next else {}))
        self._attempts.forget(request, answer, CALLBACK)
        return answer

    async def _away(self, request: web.Request, attempt: Attempt) -> web.Response:
        if self._provider is None:
            raise NoProvider()
        attempt = dataclasses.replace(attempt, began_ms=now_ms())
        url = await self._provider.address(
            attempt.redirect_uri, attempt.state, attempt.nonce, attempt.verifier, asks_who=attempt.asks_who
        )
        answer = json_answer({"url": url})
        self._attempts.keep(request, answer, CALLBACK, attempt)
        return answer

    async def _back(self, request: web.Request, attempt: Attempt) -> web.Response:
        caller = dataclasses.replace(self._browser.caller(request), old_key=attempt.old_key or None)
        proven = await self._proven(request, attempt, caller)
        identities = self._office.identities
        if attempt.grant:
            holding = await self._office.sessions.holding([attempt.grant])
            if attempt.grant not in holding:
                raise AttemptOver()
            await identities.link(holding[attempt.grant], proven)
            return _to(attempt.next)
        if attempt.invitation:
            entered = await identities.accept(attempt.invitation, attempt.login, attempt.name, proven, caller)
            return self._entered(request, attempt, entered)
        try:
            entered = await identities.enter(proven, "", caller)
        except CodeNeeded:
            answer = _to("/sign-in", step="code", next=attempt.next)
            self._attempts.keep(request, answer, CODE, Ticket(proven, attempt.old_key))
            return answer
        return self._entered(request, attempt, entered)

    async def _proven(self, request: web.Request, attempt: Attempt, caller: Caller) -> Proven:
        """Who the provider says it is. Raises what `Provider` does, IdentityRefused, TooManyTries."""
        if self._provider is None:
            raise NoProvider()
        await self._provider.check_issuer(request.query.get("iss"))
        code = request.query.get("code")
        if code is None or "error" in request.query:
            log.warning("provider_refused", error=text_of(request.query.get("error")))
            raise ProviderRefused()
        # Each makes the provider work as well: a code that fails is counted like a wrong password, for its
        # own attempt and for the address, where many may sign in at once.
        who, tries = f"oidc {attempt.state}", self._office.tries
        tries.begin(who, caller.address)
        try:
            claims = await self._provider.redeem(
                code,
                attempt.redirect_uri,
                attempt.verifier,
                attempt.nonce,
                needs_verified=bool(self._domains),
                asked_since_s=attempt.began_ms // 1000 if attempt.asks_who else None,
            )
        except (ProviderUnreachable, ProviderStrange, SignInAgain):
            # Not the fault of who asks, or no guess: the code was right.
            tries.forgive(who, caller.address)
            raise
        tries.forgive(who, caller.address)
        self._check_domain(claims)
        return Proven(
            issuer=claims.issuer,
            subject=claims.subject,
            label=claims.email or claims.name or "",
            name=claims.name or "",
            vouched=bool(claims.methods & self._second_factor),
            at_ms=_asked_ms(claims, attempt),
        )

    def _check_domain(self, claims: Claims) -> None:
        if not self._domains:
            return
        lacks = "domain"
        if claims.email is None:
            lacks = "email"
        elif not claims.is_verified:
            lacks = "email_verified"
        elif claims.email.rpartition("@")[2].lower() in self._domains:
            return
        log.warning("identity_refused", lacks=lacks)
        raise IdentityRefused()

    def _entered(self, request: web.Request, attempt: Attempt, entered: Entered) -> web.Response:
        answer = _to(attempt.next or _PAGES.get(entered.person.role, "/account"))
        self._browser.keep(request, answer, entered.key)
        return answer

    def _redirect_uri(self, request: web.Request) -> str:
        return self._browser.base_url(request) + CALLBACK


def _asked_ms(claims: Claims, attempt: Attempt) -> int | None:
    """When the provider asked them who they are. One that cannot tell did so as we asked it to."""
    if claims.asked_s is not None:
        return min(claims.asked_s * 1000, now_ms())
    return attempt.began_ms if attempt.asks_who else None


def _to(page: str, **query: str) -> web.Response:
    """The browser goes on there, and does not send anything again."""
    return web.Response(status=303, headers={"Location": f"{page}?{urlencode(query)}" if query else page})


def _short(key: str | None) -> str:
    return key if key is not None and len(key) <= keys.KEY_MAX_CHARS else ""
