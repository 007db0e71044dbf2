"""One OpenID Connect provider: Authorization Code with PKCE (OpenID Connect Core 1.0, RFC 7636, RFC 9700).

    provider = Provider(issuer, client_id, client_secret)
    url = await provider.address(redirect_uri, state, nonce, verifier)   # where the browser is sent
    provider.check_issuer(iss)                                           # when it comes back with `iss`
    claims = await provider.redeem(code, redirect_uri, verifier, nonce)  # who it was

Endpoints and keys are asked for when they are needed first, and kept for an hour, each for itself; a token
that is signed with a key that is not among them has the keys asked for anew.
"""

from __future__ import annotations

import base64
import dataclasses
import hashlib
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final
from urllib.parse import quote_plus, urlencode, urlsplit

import structlog

from yuanzhan.errors.sign_in import AttemptOver, ProviderStrange, ProviderUnreachable
from yuanzhan.oidc import fetching
from yuanzhan.oidc.id_token import Claims, Expected, Jwk, KeyUnknown, claims_of, keys_of, text_of, verified_of
from yuanzhan.oidc.keeping import Kept
from yuanzhan.oidc.metadata import WELL_KNOWN, Metadata, metadata_of

log = structlog.get_logger("yuanzhan.oidc")

SCOPE: Final = "openid email profile"
CODE_MAX_CHARS: Final = 4096
ASKED_MAX_S: Final = 600
"""`max_age`: as long as a sign-in there may take. With 0 some providers ask for ever."""


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
        self._metadata: Kept[Metadata] = Kept("metadata", clock)
        self._keys: Kept[tuple[Jwk, ...]] = Kept("keys", clock)

    async def address(
        self, redirect_uri: str, state: str, nonce: str, verifier: str, *, asks_who: bool = False
    ) -> str:
        """Where the browser is sent. `asks_who`: even who is signed in there does so once more, and sees as
        whom (`login` is the one such prompt that each provider has: section 15.1). Whoever sits there can
        take that out of the address, so with `max_age` the token has to say when it was (section 3.1.2.1),
        and `redeem` looks.

        Raises ProviderUnreachable, ProviderStrange.
        """
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
        } | ({"prompt": "login", "max_age": str(ASKED_MAX_S)} if asks_who else {})
        return f"{endpoint}{'&' if '?' in endpoint else '?'}{urlencode(asked)}"

    async def check_issuer(self, told: str | None) -> None:
        """Whether an answer is this provider's: RFC 9207, against mix-up. Raises AttemptOver."""
        if told is None and not (await self._known()).names_itself:
            return
        if told != self.issuer:
            log.warning("provider_answer_foreign")
            raise AttemptOver()

    async def redeem(
        self,
        code: str,
        redirect_uri: str,
        verifier: str,
        nonce: str,
        *,
        needs_verified: bool = False,
        asked_since_s: int | None = None,
    ) -> Claims:
        """Whom a code is of. `needs_verified`: whether their address is verified matters; `asked_since_s`:
        they have to have been asked who they are since, as far as this provider can tell.

        Raises AttemptOver (none, or used), ProviderUnreachable, ProviderStrange, SignInAgain.
        """
        metadata = await self._known()
        with _step("token"):
            tokens = await self._tokens(metadata, code, redirect_uri, verifier)
        with _step("id_token"):
            expected = Expected(
                self.issuer, self._client_id, nonce, asked_since_s if metadata.tells_when else None
            )
            claims = await self._checked(metadata, tokens.get("id_token"), expected)
        access = tokens.get("access_token")
        lacks = claims.email is None or (needs_verified and claims.is_verified is None)
        if lacks and metadata.userinfo is not None and isinstance(access, str):
            with _step("userinfo"):
                claims = await _completed(metadata.userinfo, access, claims)
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
            raise ProviderStrange(detail=f"{answer.status} {text_of(answer.body.get('error'))}")
        return answer.body

    async def _checked(self, metadata: Metadata, token: object, expected: Expected) -> Claims:
        if not isinstance(token, str):
            raise ProviderStrange(detail="none")

        async def published() -> tuple[Jwk, ...]:
            return keys_of((await fetching.get(metadata.keys)).body)

        keys = await self._keys.get(published)
        try:
            try:
                return claims_of(token, keys, expected)
            except KeyUnknown:
                return claims_of(token, await self._keys.newer(keys, published), expected)
        except KeyUnknown:
            raise ProviderStrange(detail="key") from None

    async def _known(self) -> Metadata:
        async def published() -> Metadata:
            answer = await fetching.get(self.issuer.removesuffix("/") + WELL_KNOWN)
            return metadata_of(self.issuer, answer.body)

        return await self._metadata.get(published)


def challenge_of(verifier: str) -> str:
    """RFC 7636, section 4.2: S256."""
    digest = hashlib.sha256(verifier.encode("ascii")).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode("ascii")


async def _completed(url: str, access: str, claims: Claims) -> Claims:
    """With the address and the name, where the token has none: section 5.3."""
    answer = await fetching.get(url, bearer=access)
    if answer.status != 200 or answer.body.get("sub") != claims.subject:
        raise ProviderStrange(detail=f"{answer.status}, or somebody else's")
    told, email = answer.body, text_of(answer.body.get("email"))
    name = claims.name or text_of(told.get("name")) or text_of(told.get("preferred_username"))
    if email is None:
        return dataclasses.replace(claims, name=name)
    # What is verified is this address, not another of the token's.
    is_verified = verified_of(told.get("email_verified"))
    return dataclasses.replace(claims, name=name, email=email, is_verified=is_verified)


@contextmanager
def _step(name: str) -> Iterator[None]:
    """What goes wrong meanwhile says where it did."""
    try:
        yield
    except (ProviderUnreachable, ProviderStrange) as error:
        raise type(error)(detail=f"{name}: {error.params.get('detail')}") from None
