"""An ID token, checked: OpenID Connect Core 1.0, section 3.1.3.7."""

from __future__ import annotations

import hmac
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import jwt

from yuanzhan.errors.sign_in import ProviderStrange, SignInAgain

ALGORITHMS: Final = (
    *("RS256", "RS384", "RS512"),
    *("PS256", "PS384", "PS512"),
    *("ES256", "ES384", "ES512"),
    "EdDSA",
)
"""By a key that only the provider has: never `none`, never by a secret that we share."""
SKEW_S: Final = 60
"""How far the provider's clock may be from ours."""
TOKEN_MAX_CHARS: Final = 16 * 1024
SUBJECT_MAX_CHARS: Final = 255
TEXT_MAX_CHARS: Final = 320
"""The longest e-mail address there is."""
KEYS_MAX_COUNT: Final = 64
MOMENT_MAX_S: Final = 1 << 40
"""Long after anybody reads this; infinity and what no database takes is beyond."""
_REQUIRED: Final = ("iss", "sub", "aud", "exp", "iat")
_KINDS: Final = ("RSA", "EC", "OKP")

Jwk = Mapping[str, Any]


class KeyUnknown(Exception):
    """Signed with a key that is not among these: the provider may have new ones."""


@dataclass(frozen=True, slots=True)
class Expected:
    """Whose token it has to be, for whom, and of which sign-in. `asked_since_s`: Unix time after which they
    have to have been asked who they are, if that matters.
    """

    issuer: str
    client_id: str
    nonce: str
    asked_since_s: int | None = None


@dataclass(frozen=True, slots=True)
class Claims:
    """What the provider says of somebody. Only issuer and subject name them."""

    issuer: str
    subject: str
    email: str | None = None
    is_verified: bool | None = None
    """Of `email`; None: not a word of it."""
    name: str | None = None
    methods: frozenset[str] = frozenset()
    """`acr` and `amr`: how they were asked who they are."""
    asked_s: int | None = None
    """`auth_time`: when, in Unix time."""


def keys_of(told: Mapping[str, Any]) -> tuple[Jwk, ...]:
    """The signing keys of a JSON Web Key Set (RFC 7517). Raises ProviderStrange."""
    keys = told.get("keys")
    if not isinstance(keys, list):
        raise ProviderStrange(detail="no keys")
    return tuple(
        key
        for key in keys[:KEYS_MAX_COUNT]
        if isinstance(key, dict) and key.get("kty") in _KINDS and key.get("use", "sig") == "sig"
    )


def claims_of(token: str, keys: Sequence[Jwk], expected: Expected) -> Claims:
    """What a token says, once all of it is right. Raises KeyUnknown, ProviderStrange, SignInAgain (they were
    asked who they are too long ago).
    """
    if len(token) > TOKEN_MAX_CHARS:
        raise ProviderStrange(detail="too long a token")
    try:
        header = jwt.get_unverified_header(token)
        algorithm = header.get("alg")
        if algorithm not in ALGORITHMS:
            raise ProviderStrange(detail="algorithm")
        key = jwt.PyJWK(dict(_signing_key(keys, header.get("kid"), algorithm)), algorithm=algorithm)
        told = jwt.decode(
            token,
            key,
            algorithms=[algorithm],
            issuer=expected.issuer,
            audience=expected.client_id,
            leeway=SKEW_S,
            options={"require": list(_REQUIRED)},
        )
    except jwt.PyJWTError as error:
        raise ProviderStrange(detail=type(error).__name__) from None
    _check(told, expected)
    asked_s = _moment(told.get("auth_time"))
    if expected.asked_since_s is not None:
        if asked_s is None:
            raise ProviderStrange(detail="auth_time")
        if asked_s < expected.asked_since_s - SKEW_S:
            raise SignInAgain()
    return Claims(
        issuer=expected.issuer,
        subject=told["sub"],
        email=text_of(told.get("email")),
        is_verified=verified_of(told.get("email_verified")),
        name=text_of(told.get("name")) or text_of(told.get("preferred_username")),
        methods=frozenset(_texts(told.get("acr"), told.get("amr"))),
        asked_s=asked_s,
    )


def text_of(value: object) -> str | None:
    """A claim that is a short printable text."""
    is_text = isinstance(value, str) and 0 < len(value) <= TEXT_MAX_CHARS and value.isprintable()
    return value if is_text and isinstance(value, str) else None


def verified_of(value: object) -> bool | None:
    """`email_verified`, which some tell as a text; None where it is not told."""
    return None if value is None else value is True or value == "true"


def _signing_key(keys: Sequence[Jwk], id: object, algorithm: str) -> Jwk:
    fit = [
        key for key in keys if (id is None or key.get("kid") == id) and key.get("alg", algorithm) == algorithm
    ]
    if len(fit) != 1:
        raise KeyUnknown()
    return fit[0]


def _check(told: Mapping[str, Any], expected: Expected) -> None:
    """What is OpenID Connect's own, beside what each JSON Web Token has."""
    nonce, audience, subject = told.get("nonce"), told["aud"], told["sub"]
    if not isinstance(nonce, str) or not hmac.compare_digest(nonce.encode(), expected.nonce.encode()):
        raise ProviderStrange(detail="nonce")
    is_for_many = isinstance(audience, list) and len(audience) > 1
    if told.get("azp", None if is_for_many else expected.client_id) != expected.client_id:
        raise ProviderStrange(detail="azp")
    if not isinstance(subject, str) or not 0 < len(subject) <= SUBJECT_MAX_CHARS or not subject.isprintable():
        raise ProviderStrange(detail="sub")


def _moment(value: object) -> int | None:
    """A JSON number of seconds that is a moment of this epoch."""
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return int(value) if is_number and isinstance(value, int | float) and 0 <= value < MOMENT_MAX_S else None


def _texts(*values: object) -> Iterable[str]:
    for value in values:
        some = value if isinstance(value, list) else [value]
        yield from (one for one in some if isinstance(one, str))
