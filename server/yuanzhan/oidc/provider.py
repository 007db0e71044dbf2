"""One OpenID Connect provider: Authorization Code with PKCE (OpenID Connect Core 1.0, RFC 7636, RFC 9700).

    provider = Provider(issuer, client_id, client_secret)
    url = await provider.address(redirect_uri, state, nonce, verifier)   # where the browser is sent
    provider.check_issuer(iss)                                           # when it comes back with `iss`
    claims = await provider.redeem(code, redirect_uri, verifier, nonce)  # who it was

Endpoints and keys are asked for when they are needed first, and kept for an hour; a token that is signed with
a key that is not among them has them asked for anew. Whether a provider that does not answer does again is
tried every few seconds, however many wait for it.
"""

from __future__ import annotations

import asyncio
import base64
import dataclasses
import hashlib
import time
from collections.abc import Callable, Mapping
from typing import Any, Final
from urllib.parse import quote_plus, urlencode, urlsplit

import structlog

from yuanzhan.errors import AttemptOver, ProviderStrange, ProviderUnreachable
from yuanzhan.oidc import fetching
from yuanzhan.oidc.id_token import Claims, Expected, Jwk, KeyUnknown, claims_of, keys_of, text_of
from yuanzhan.oidc.metadata import WELL_KNOWN, Metadata, metadata_of

log = structlog.get_logger("yuanzhan.oidc")

KEPT_S: Final = 3600.0
DOWN_S: Final = 3.0
"""For so long after a failure nobody waits for another."""
SCOPE: Final = "openid email profile"
CODE_MAX_CHARS: Final = 4096


class Provider:
    """See above. `clock` is monotonic, in seconds."""

    def __init__(
        self,
        issuer: str,
        client_id: str,
        client_secret: str,
        name: str = "",
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.issuer = issuer
        self.name = name or str(urlsplit(issuer).hostname)
        self._client_id = client_id
        self._client_secret = client_secret
        self._clock = clock
        self._metadata: tuple[Metadata, float] | None = None
        self._keys: tuple[tuple[Jwk, ...], float] | None = None
        self._down: tuple[ProviderUnreachable | ProviderStrange, float] | None = None
        self._asking = asyncio.Lock()

    async def address(self, redirect_uri: str, state: str, nonce: str, verifier: str) -> str:
        """Where the browser is sent. Raises ProviderUnreachable, ProviderStrange."""
        endpoint = (await self._known()).authorization
        asked = {
            "response_type": "code",
            "client_id": self._client_id,
            "redirect_uri": redirect_uri,
            "scope": SCOPE,
            "state": state,
            "nonce": nonce,
            "code_challenge": challenge_of(verifier),
            "code_challenge_method": "S256",
        }
        return f"{endpoint}{'&' if '?' in endpoint else '?'}{urlencode(asked)}"

    async def check_issuer(self, told: str | None) -> None:
        """Whether an answer is this provider's: RFC 9207, against mix-up. Raises AttemptOver."""
        if told is None and not (await self._known()).names_itself:
            return
        if told != self.issuer:
            log.warning("provider_answer_foreign")
            raise AttemptOver()

    async def redeem(self, code: str, redirect_uri: str, verifier: str, nonce: str) -> Claims:
        """Whom a code is of. Raises AttemptOver (none, or used), ProviderUnreachable, ProviderStrange."""
        metadata = await self._known()
        tokens = await self._tokens(metadata, code, redirect_uri, verifier)
        token = tokens.get("id_token")
        if not isinstance(token, str):
            raise self._strange("no id_token")
        claims = await self._checked(metadata, token, nonce)
        access = tokens.get("access_token")
        if claims.email is None and metadata.userinfo is not None and isinstance(access, str):
            claims = await self._completed(metadata.userinfo, access, claims)
        return claims

    async def _tokens(
        self, metadata: Metadata, code: str, redirect_uri: str, verifier: str
    ) -> Mapping[str, Any]:
        form = {
            "grant_type": "authorization_code",
            "code": code[:CODE_MAX_CHARS],
            "redirect_uri": redirect_uri,
            "code_verifier": verifier,
        }
        basic = None
        if self._client_secret and metadata.takes_basic:
            # RFC 6749, section 2.3.1: each is encoded as in a form first.
            basic = (quote_plus(self._client_id), quote_plus(self._client_secret))
        else:
            form["client_id"] = self._client_id
            if self._client_secret:
                form["client_secret"] = self._client_secret
        answer = await fetching.post(metadata.token, form, basic)
        if answer.status == 400 and answer.body.get("error") == "invalid_grant":
            raise AttemptOver()
        if answer.status != 200:
            raise self._strange(f"token: {answer.status} {text_of(answer.body.get('error'))}")
        return answer.body

    async def _checked(self, metadata: Metadata, token: str, nonce: str) -> Claims:
        expected = Expected(self.issuer, self._client_id, nonce)
        try:
            try:
                return claims_of(token, await self._signing_keys(metadata), expected)
            except KeyUnknown:
                self._keys = None
                return claims_of(token, await self._signing_keys(metadata), expected)
        except KeyUnknown:
            raise self._strange("id_token: key") from None
        except ProviderStrange as error:
            raise self._strange(f"id_token: {error.params.get('detail')}") from None

    async def _completed(self, url: str, access: str, claims: Claims) -> Claims:
        """With the address and the name, where the token has none: section 5.3."""
        answer = await fetching.get(url, bearer=access)
        if answer.status != 200 or answer.body.get("sub") != claims.subject:
            raise self._strange("userinfo")
        return dataclasses.replace(
            claims,
            email=text_of(answer.body.get("email")),
            is_verified=answer.body.get("email_verified") is True,
            name=claims.name
            or text_of(answer.body.get("name"))
            or text_of(answer.body.get("preferred_username")),
        )

    async def _known(self) -> Metadata:
        async with self._asking:
            now_s = self._clock()
            if self._metadata is not None and now_s - self._metadata[1] < KEPT_S:
                return self._metadata[0]
            if self._down is not None and now_s - self._down[1] < DOWN_S:
                raise type(self._down[0])(**self._down[0].params)
            try:
                answer = await fetching.get(self.issuer.removesuffix("/") + WELL_KNOWN)
                found = metadata_of(self.issuer, answer.body)
            except (ProviderUnreachable, ProviderStrange) as error:
                self._down = (error, self._clock())
                log.warning("provider_not_found", code=error.code, detail=error.params.get("detail"))
                raise
            self._metadata = (found, now_s)
            return found

    async def _signing_keys(self, metadata: Metadata) -> tuple[Jwk, ...]:
        async with self._asking:
            now_s = self._clock()
            if self._keys is None or now_s - self._keys[1] >= KEPT_S:
                self._keys = (keys_of((await fetching.get(metadata.keys)).body), now_s)
            return self._keys[0]

    def _strange(self, detail: str) -> ProviderStrange:
        """Logged here, where it is known what; nobody else needs to."""
        log.error("provider_strange", detail=detail)
        return ProviderStrange(detail=detail)


def challenge_of(verifier: str) -> str:
    """RFC 7636, section 4.2: S256."""
    digest = hashlib.sha256(verifier.encode("ascii")).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode("ascii")
