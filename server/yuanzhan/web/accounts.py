"""/api/sign-in and all that belongs to accounts: sessions, tokens, invitations, organisations."""

from __future__ import annotations

from typing import Any, TypeVar

import segno
from aiohttp import web

from yuanzhan.access import PERMISSIONS, Actor
from yuanzhan.accounts import keys
from yuanzhan.accounts.invitations import Newcomer, Wanted
from yuanzhan.accounts.office import Office
from yuanzhan.accounts.people import Person
from yuanzhan.accounts.tokens import Token
from yuanzhan.errors.accounts import (
    LastOwner,
    LoginInvalid,
    LoginTaken,
    NameInvalid,
    NoSuchAccount,
    NoSuchInvitation,
    NoSuchItem,
    OrganisationNeeded,
    PasswordWeak,
    TooManyTokens,
)
from yuanzhan.errors.requests import RequestInvalid
from yuanzhan.errors.sign_in import (
    CodeNeeded,
    CodeWrong,
    NotSignedIn,
    SecondFactorNeeded,
    SignInAgain,
    SignInRefused,
    TooManyTries,
)
from yuanzhan.instants import iso
from yuanzhan.store.audit import ACT_MAX_CHARS, TARGET_MAX_CHARS
from yuanzhan.web import account_bodies as told
from yuanzhan.web.answers import json_answer
from yuanzhan.web.browser import Browser, account_json, group_json
from yuanzhan.web.forms import form_as
from yuanzhan.web.gate import COOKIE, Gate
from yuanzhan.web.openapi import operation

Json = dict[str, Any]
Number = TypeVar("Number", int, None)
Confirmation = TypeVar("Confirmation", bound=told.Password)


class AccountRoutes:
    """Handlers."""

    def __init__(self, office: Office, gate: Gate, browser: Browser) -> None:
        self._office = office
        self._gate = gate
        self._browser = browser

    @operation(
        body=told.SignIn,
        answer=told.EnteredAnswer,
        errors=(SignInRefused, CodeNeeded, CodeWrong, TooManyTries),
    )
    async def sign_in(self, request: web.Request) -> web.StreamResponse:
        """POST /api/sign-in: a session for a login and a password."""
        sent = await form_as(request, told.SignIn)
        entered = await self._office.sign_in.enter(
            sent.login, sent.password, sent.code or "", self._browser.caller(request)
        )
        return self._browser.entered(request, entered, 200)

    @operation(status=204)
    async def sign_out(self, request: web.Request) -> web.StreamResponse:
        """POST /api/sign-out: end this session."""
        await self._office.sessions.sign_out(self._browser.caller(request))
        response = web.Response(status=204)
        self._browser.forget(request, response)
        return response

    @operation(answer=told.MeAnswer)
    async def me(self, request: web.Request) -> web.StreamResponse:
        """GET /api/me: who is signed in, what they may do, and what to say with a change."""
        known = await self._gate.known(request)
        return json_answer(
            {
                "account": account_json(known.person),
                "csrf": keys.csrf_of(request.cookies.get(COOKIE, "")) if known.session_id else None,
                "permissions": sorted(PERMISSIONS[known.person.role]),
                "second_factor_needed": self._gate.lacks_second_factor(known.person),
                "password": known.person.has_password,
            }
        )

    @operation(answer=told.SecondFactorAnswer)
    async def second_factor(self, request: web.Request) -> web.StreamResponse:
        """GET /api/me/second-factor: whether there is one, and how many recovery codes are left."""
        known = await self._gate.known(request)
        state = await self._office.second_factors.state(known.person.id)
        return json_answer({"on": state.is_on, "recovery_codes": state.recovery_count})

    @operation(
        body=told.Password, answer=told.EnrolmentAnswer, errors=(SignInRefused, SignInAgain, TooManyTries)
    )
    async def begin_second_factor(self, request: web.Request) -> web.StreamResponse:
        """POST /api/me/second-factor: a new secret for an authenticator, for the password."""
        person, _ = await self._confirmed(request, told.Password)
        enrolment = await self._office.second_factors.begin(person)
        # Dark and light modules, row by row: the page draws them, and needs no picture from anywhere.
        code = segno.make(enrolment.uri, error="m", micro=False)
        rows = ["".join("1" if module else "0" for module in row) for row in code.matrix]
        return json_answer({"secret": enrolment.secret, "uri": enrolment.uri, "qr": rows})

    @operation(body=told.Code, answer=told.RecoveryCodesAnswer, errors=(CodeWrong,))
    async def confirm_second_factor(self, request: web.Request) -> web.StreamResponse:
        """PUT /api/me/second-factor: a code of it: from now on it is asked for. Every other session and all
        API tokens end."""
        known = await self._gate.known(request)
        sent = await form_as(request, told.Code)
        codes = await self._office.second_factors.confirm(known.person, sent.code, known.session_id)
        return json_answer({"recovery_codes": codes})

    @operation(
        body=told.PasswordAndCode, status=204, errors=(SignInRefused, SignInAgain, CodeWrong, TooManyTries)
    )
    async def remove_second_factor(self, request: web.Request) -> web.StreamResponse:
        """POST /api/me/second-factor/remove: for the password and a code."""
        person, sent = await self._confirmed(request, told.PasswordAndCode)
        await self._office.second_factors.remove(person, sent.code)
        return web.Response(status=204)

    @operation(
        body=told.PasswordChange,
        answer=told.EnteredAnswer,
        errors=(SignInRefused, PasswordWeak, TooManyTries),
    )
    async def change_password(self, request: web.Request) -> web.StreamResponse:
        """POST /api/me/password: another password; every other session ends, and an identity is unlinked."""
        known = await self._gate.known(request)
        if known.session_id is None:
            raise NotSignedIn()
        sent = await form_as(request, told.PasswordChange)
        entered = await self._office.sign_in.change_password(
            known, sent.old, sent.new, self._browser.caller(request)
        )
        return self._browser.entered(request, entered, 200)

    @operation(
        body=told.InvitationWanted,
        answer=told.LinkAnswer,
        status=201,
        errors=(OrganisationNeeded, NameInvalid, NoSuchItem),
    )
    async def invite(self, request: web.Request) -> web.StreamResponse:
        """POST /api/invitations: a link that makes one account."""
        actor = await self._actor(request)
        sent = await form_as(request, told.InvitationWanted)
        wanted = Wanted(
            role=sent.role,
            organisation_id=sent.organisation.id if sent.organisation else None,
            organisation_name=sent.organisation.name if sent.organisation else None,
            note=sent.note or "",
        )
        link = await self._office.invitations.create(actor, wanted)
        return self._link(request, link.key, link.expires_at_ms)

    @operation(answer=list[told.WaitingAnswer])
    async def list_invitations(self, request: web.Request) -> web.StreamResponse:
        """GET /api/invitations: those that wait and that one could have made, without their keys."""
        return json_answer(
            [
                {
                    "id": waiting.id,
                    "role": waiting.role,
                    "organisation": group_json(waiting.organisation),
                    "note": waiting.note,
                    "resets": waiting.resets,
                    "invited_by": waiting.invited_by,
                    "created_at": iso(waiting.created_at_ms),
                    "expires_at": iso(waiting.expires_at_ms),
                }
                for waiting in await self._office.invitations.listed(await self._actor(request))
            ]
        )

    @operation(status=204, errors=(NoSuchItem,))
    async def withdraw_invitation(self, request: web.Request) -> web.StreamResponse:
        """POST /api/invitations/{id}/withdraw: its link leads nowhere any more."""
        await self._office.invitations.withdraw(await self._actor(request), request.match_info["id"])
        return web.Response(status=204)

    @operation(answer=told.OfferAnswer, errors=(NoSuchInvitation,))
    async def look_at_invitation(self, request: web.Request) -> web.StreamResponse:
        """GET /api/invitations/{token}: what an invitation offers."""
        offer = await self._office.invitations.look(request.match_info["token"])
        return json_answer(
            {
                "role": offer.role,
                "organisation": group_json(offer.organisation),
                "expires_at": iso(offer.expires_at_ms),
                "resets": {"login": offer.resets.login, "name": offer.resets.name} if offer.resets else None,
            }
        )

    @operation(
        body=told.Acceptance,
        answer=told.EnteredAnswer,
        status=201,
        errors=(NoSuchInvitation, LoginTaken, LoginInvalid, NameInvalid, PasswordWeak, TooManyTries),
    )
    async def accept_invitation(self, request: web.Request) -> web.StreamResponse:
        """POST /api/invitations/{token}: make the account, and sign it in."""
        sent = await form_as(request, told.Acceptance)
        newcomer = Newcomer(sent.login or "", sent.name or "", sent.password)
        entered = await self._office.invitations.accept(
            request.match_info["token"], newcomer, self._browser.caller(request)
        )
        return self._browser.entered(request, entered, 201)

    @operation(answer=list[told.SessionAnswer])
    async def list_sessions(self, request: web.Request) -> web.StreamResponse:
        """GET /api/sessions: where one is signed in."""
        known = await self._gate.known(request)
        return json_answer(
            [
                {
                    "id": browser.id,
                    "agent": browser.agent,
                    "created_at": iso(browser.created_at_ms),
                    "seen_at": iso(browser.seen_at_ms),
                    "expires_at": iso(browser.expires_at_ms),
                    "this": browser.is_this,
                }
                for browser in await self._office.sessions.list(known.person.id, known.session_id)
            ]
        )

    @operation(status=204, errors=(NoSuchItem,))
    async def end_session(self, request: web.Request) -> web.StreamResponse:
        """DELETE /api/sessions/{id}: sign out somewhere else."""
        known = await self._gate.known(request)
        caller = self._browser.caller(request)
        await self._office.sessions.end(known.person.id, request.match_info["id"], caller)
        return web.Response(status=204)

    @operation(answer=list[told.TokenAnswer])
    async def list_tokens(self, request: web.Request) -> web.StreamResponse:
        """GET /api/tokens: one's API tokens, without their keys."""
        known = await self._gate.known(request)
        return json_answer([token_json(token) for token in await self._office.tokens.list(known.person.id)])

    @operation(
        body=told.TokenWanted,
        answer=told.NewTokenAnswer,
        status=201,
        errors=(NameInvalid, SecondFactorNeeded, TooManyTokens),
    )
    async def create_token(self, request: web.Request) -> web.StreamResponse:
        """POST /api/tokens: a token for a program; its key is told this once. None for who has yet to get a
        second factor: it would do without one ever after."""
        known = await self._gate.known(request)
        if self._gate.lacks_second_factor(known.person):
            raise SecondFactorNeeded()
        sent = await form_as(request, told.TokenWanted)
        token, key = await self._office.tokens.create(known.person, sent.name, sent.days)
        return json_answer(token_json(token) | {"token": key}, status=201)

    @operation(status=204, errors=(NoSuchItem,))
    async def revoke_token(self, request: web.Request) -> web.StreamResponse:
        """DELETE /api/tokens/{id}: a program's rights end."""
        known = await self._gate.known(request)
        await self._office.tokens.revoke(known.person, request.match_info["id"])
        return web.Response(status=204)

    @operation(answer=told.OrganisationAnswer)
    async def organisation(self, request: web.Request) -> web.StreamResponse:
        """GET /api/organisation: one's own, with its members."""
        actor = await self._actor(request)
        if actor.organisation_id is None:
            return json_answer({"organisation": None, "members": []})
        group, members = await self._office.directory.members(actor.organisation_id)
        return json_answer(
            {"organisation": group_json(group), "members": [account_json(person) for person in members]}
        )

    @operation(status=204, errors=(NoSuchAccount,))
    async def remove_member(self, request: web.Request) -> web.StreamResponse:
        """DELETE /api/organisation/members/{id}: close a colleague's account."""
        actor = await self._actor(request)
        await self._office.directory.remove_member(actor, request.match_info["id"])
        return web.Response(status=204)

    @operation(answer=list[told.ListedAccountAnswer])
    async def list_accounts(self, request: web.Request) -> web.StreamResponse:
        """GET /api/accounts: every account."""
        return json_answer(
            [
                account_json(person)
                | {
                    "closed": person.is_closed,
                    "created_at": iso(person.created_at_ms),
                    "second_factor": person.has_second_factor,
                }
                for person in await self._office.directory.everybody()
            ]
        )

    @operation(
        body=told.RoleWanted, answer=told.AccountAnswer, errors=(NoSuchAccount, LastOwner, OrganisationNeeded)
    )
    async def set_role(self, request: web.Request) -> web.StreamResponse:
        """PATCH /api/accounts/{id}: another role."""
        actor = await self._actor(request)
        sent = await form_as(request, told.RoleWanted)
        person = await self._office.directory.set_role(actor, request.match_info["id"], sent.role)
        return json_answer(account_json(person))

    @operation(status=204, errors=(NoSuchAccount, LastOwner))
    async def close_account(self, request: web.Request) -> web.StreamResponse:
        """DELETE /api/accounts/{id}: it signs in no more."""
        await self._office.directory.close(await self._actor(request), request.match_info["id"])
        return web.Response(status=204)

    @operation(answer=told.RevokedAnswer, errors=(NoSuchAccount,))
    async def revoke_account(self, request: web.Request) -> web.StreamResponse:
        """POST /api/accounts/{id}/revoke: end its sessions and tokens."""
        sessions, tokens = await self._office.directory.revoke(
            await self._actor(request), request.match_info["id"]
        )
        return json_answer({"sessions": sessions, "tokens": tokens})

    @operation(answer=told.LinkAnswer, status=201, errors=(NoSuchAccount,))
    async def reset_account(self, request: web.Request) -> web.StreamResponse:
        """POST /api/accounts/{id}/reset: a link that gives it a new password."""
        link = await self._office.invitations.create_reset(
            await self._actor(request), request.match_info["id"]
        )
        return self._link(request, link.key, link.expires_at_ms)

    @operation(
        answer=list[told.RecordedAnswer],
        query={
            "count": "how many rows, at most 200",
            "before": "rows before this sequence number",
            "area": "of acts whose word begins so: account, act, report, ...",
            "target": "on this target alone",
            "actor": "by this account alone",
        },
        errors=(RequestInvalid,),
    )
    async def record(self, request: web.Request) -> web.StreamResponse:
        """GET /api/audit: the newest rows of the record; `before` and `count` go back from there."""
        return json_answer(
            await self._office.record.page(
                _number(request, "count", 50),
                _number(request, "before", None),
                area=_word(request, "area", ACT_MAX_CHARS),
                target=_word(request, "target", TARGET_MAX_CHARS),
                actor_id=_word(request, "actor", TARGET_MAX_CHARS),
            )
        )

    async def confirm(self, request: web.Request) -> Person:
        """Whoever asks must have sent their password, and it must be right; without one they must have signed
        in just now. Not for API tokens.
        """
        return (await self._confirmed(request, told.Password))[0]

    async def _confirmed(
        self, request: web.Request, model: type[Confirmation]
    ) -> tuple[Person, Confirmation]:
        known = await self._gate.known(request)
        if known.session_id is None:
            raise NotSignedIn()
        sent = await form_as(request, model)
        if sent.password is None and known.person.has_password:
            raise RequestInvalid()
        await self._office.sign_in.confirm(known, sent.password or "", self._browser.caller(request))
        return known.person, sent

    async def _actor(self, request: web.Request) -> Actor:
        return (await self._gate.known(request)).person.actor

    def _link(self, request: web.Request, key: str, expires_at_ms: int) -> web.Response:
        url = f"{self._browser.base_url(request)}/invitation/{key}"
        return json_answer({"url": url, "expires_at": iso(expires_at_ms)}, status=201)


def token_json(token: Token) -> Json:
    """A token as the API has it."""
    return {
        "id": token.id,
        "name": token.name,
        "created_at": iso(token.created_at_ms),
        "seen_at": None if token.seen_at_ms is None else iso(token.seen_at_ms),
        "expires_at": None if token.expires_at_ms is None else iso(token.expires_at_ms),
    }


def _number(request: web.Request, name: str, default: Number) -> int | Number:
    text = request.query.get(name)
    if text is None:
        return default
    if not text.isascii() or not text.isdigit() or not 1 <= len(text) <= 15:
        raise RequestInvalid()
    return int(text)


def _word(request: web.Request, name: str, most: int) -> str:
    """What a query says, empty where it says nothing. Raises RequestInvalid for what no row has."""
    text = request.query.get(name, "")
    if len(text) > most or not text.isprintable():
        raise RequestInvalid()
    return text
