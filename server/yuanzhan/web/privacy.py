"""/api/privacy, /api/me/copy, /api/me/erase: what is kept, a copy of one's own, and its end."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final

from aiohttp import web

from yuanzhan.access import Actor, Permission
from yuanzhan.errors.accounts import LastOwner, NoSuchAccount
from yuanzhan.errors.moderation import ActInvalid, TargetGone
from yuanzhan.errors.sign_in import NotSignedIn, SignInAgain, SignInRefused, TooManyTries
from yuanzhan.privacy.own_data import OwnData
from yuanzhan.store.personal import Whose
from yuanzhan.web import visitor_bodies as told
from yuanzhan.web.account_bodies import Password
from yuanzhan.web.answers import json_answer
from yuanzhan.web.devices import device_of
from yuanzhan.web.forms import Form
from yuanzhan.web.gate import COOKIE, Gate
from yuanzhan.web.handshake import address_of
from yuanzhan.web.openapi import operation
from yuanzhan.web.rations import Rations

ASKING_BURST: Final = 20.0
ASKING_RATE_HZ: Final = 1 / 30
"""A copy reads some tables through an index: a person asks once or twice, an office of many now and then."""
REASON_MAX_CHARS: Final = 500
_DEVICE: Final = re.compile(r"[0-9a-f]{32}")

Confirm = Callable[[web.Request], Awaitable[object]]
"""Asks for one's own password once more. Raises SignInRefused, SignInAgain, TooManyTries, NotSignedIn."""


def asking_ration(clock: Callable[[], float]) -> Rations:
    """How often an address may ask for a copy. `clock` is monotonic seconds."""
    return Rations(ASKING_RATE_HZ, ASKING_BURST, clock)


class PrivacyRoutes:
    """Handlers. `told` is what `privacy.notice` made; `asking` is how often an address may ask."""

    def __init__(
        self,
        told: Mapping[str, Any],
        own_data: OwnData,
        gate: Gate,
        confirm: Confirm,
        *,
        trust_forwarded: bool,
        asking: Rations,
    ) -> None:
        self._told = told
        self._own_data = own_data
        self._gate = gate
        self._confirm = confirm
        self._trust_forwarded = trust_forwarded
        self._asking = asking

    @operation(answer=told.NoticeAnswer)
    async def notice(self, request: web.Request) -> web.StreamResponse:
        """GET /api/privacy: what is kept, why, how long; `device` is the code of the browser that asks."""
        return json_answer({**self._told, "device": device_of(request)})

    @operation(answer=dict[str, Any], errors=(TargetGone, TooManyTries))
    async def copy_device(self, request: web.Request) -> web.StreamResponse:
        """GET /api/privacy/device: everything that a guest left from the browser that asks."""
        self._count(request)
        return _file(await self._own_data.copy(_guest(request)))

    @operation(answer=told.ErasedAnswer, errors=(TargetGone, TooManyTries))
    async def erase_device(self, request: web.Request) -> web.StreamResponse:
        """POST /api/privacy/device/erase: erase it."""
        self._count(request)
        return json_answer(await self._own_data.erase(_guest(request)))

    @operation(answer=dict[str, Any], errors=(TooManyTries,))
    async def copy_me(self, request: web.Request) -> web.StreamResponse:
        """GET /api/me/copy: everything about whoever is signed in."""
        known = await self._gate.known(request)
        self._count(request)
        return _file(await self._own_data.copy(Whose(account=known.person.id)))

    @operation(
        body=Password,
        answer=told.ErasedAnswer,
        errors=(SignInRefused, SignInAgain, LastOwner, TooManyTries),
    )
    async def erase_me(self, request: web.Request) -> web.StreamResponse:
        """POST /api/me/erase: one's own account and what it left, for the password. Not for API tokens."""
        known = await self._gate.known(request)
        if known.session_id is None:
            raise NotSignedIn()
        await self._confirm(request)
        done = await self._own_data.erase(Whose(account=known.person.id), known.person.actor)
        response = json_answer(done)
        response.del_cookie(COOKIE, path="/", httponly=True, samesite="Strict")
        return response

    @operation(body=told.ForSomebody, answer=dict[str, Any], errors=(ActInvalid, NoSuchAccount))
    async def copy_for(self, request: web.Request) -> web.StreamResponse:
        """POST /api/privacy/copy: for somebody who asks the staff; {login} or {device}, and {reason}."""
        actor, whose, reason = await self._asked(request)
        return _file(await self._own_data.copy_for(actor, whose, reason))

    @operation(body=told.ForSomebody, answer=told.ErasedAnswer, errors=(ActInvalid, NoSuchAccount, LastOwner))
    async def erase_for(self, request: web.Request) -> web.StreamResponse:
        """POST /api/privacy/erase: for somebody who asks the staff; {login} or {device}, and {reason}."""
        actor, whose, reason = await self._asked(request)
        return json_answer(await self._own_data.erase_for(actor, whose, reason))

    async def _asked(self, request: web.Request) -> tuple[Actor, Whose, str]:
        actor = await self._gate.require(request, Permission.PRIVACY_HANDLE)
        form = await Form.of(request)
        reason = (form.text_or_none("reason") or "").strip()
        if not 1 <= len(reason) <= REASON_MAX_CHARS:
            raise ActInvalid(pointer="/reason")
        login, device = form.text_or_none("login"), form.text_or_none("device")
        if (login is None) == (device is None):
            raise ActInvalid(pointer="/login")
        if login is not None:
            return actor, await self._own_data.of_login(login), reason
        code = re.sub(r"[\s-]", "", device or "").lower()
        if not _DEVICE.fullmatch(code):
            raise ActInvalid(pointer="/device")
        return actor, Whose(device=code), reason

    def _count(self, request: web.Request) -> None:
        self._asking.take(address_of(request, trust_forwarded=self._trust_forwarded))


def _guest(request: web.Request) -> Whose:
    """The browser that asks. Raises TargetGone where it has no number of ours: there is nothing of it."""
    device = device_of(request)
    if not device:
        raise TargetGone()
    return Whose(device=device)


def _file(copy: Mapping[str, Any]) -> web.Response:
    headers = {"Content-Disposition": 'attachment; filename="yuanzhan-data.json"'}
    return json_answer(copy, headers=headers)
