"""Which ID tokens count: one that is right, and each way in which it can be wrong."""

from __future__ import annotations

import base64
import hmac
import json
import time
from dataclasses import replace
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from yuanzhan.errors.sign_in import ProviderStrange, SignInAgain
from yuanzhan.oidc.id_token import (
    KEYS_MAX_COUNT,
    SKEW_S,
    SUBJECT_MAX_CHARS,
    Claims,
    Expected,
    KeyUnknown,
    claims_of,
    keys_of,
)

EXPECTED = Expected("https://id.example", "yuanzhan", "a nonce")
OWN = rsa.generate_private_key(65537, 2048)
OTHER = rsa.generate_private_key(65537, 2048)
CURVE = ec.generate_private_key(ec.SECP256R1())


def jwk(key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey, **more: str) -> dict[str, Any]:
    kind: Any = (
        jwt.algorithms.RSAAlgorithm if isinstance(key, rsa.RSAPrivateKey) else jwt.algorithms.ECAlgorithm
    )
    return dict(kind.to_jwk(key.public_key(), as_dict=True)) | more


KEYS = keys_of({"keys": [jwk(OWN, kid="own", alg="RS256"), jwk(CURVE, kid="curve")]})


def claims(**changes: Any) -> dict[str, Any]:
    now_s = int(time.time())
    told = {
        "iss": EXPECTED.issuer,
        "sub": "mei",
        "aud": EXPECTED.client_id,
        "exp": now_s + 300,
        "iat": now_s,
        "nonce": EXPECTED.nonce,
    } | changes
    return {name: value for name, value in told.items() if value is not None}


def signed(key: Any = OWN, alg: str = "RS256", kid: str | None = "own", **changes: Any) -> str:
    return jwt.encode(claims(**changes), key, alg, headers={"kid": kid} if kid else None)


def test_a_right_token_says_who_it_is() -> None:
    token = signed(email="mei@expo.example", email_verified=True, name="\u6885", acr="gold", amr=["pwd", 7])
    assert claims_of(token, KEYS, EXPECTED) == Claims(
        EXPECTED.issuer, "mei", "mei@expo.example", True, "\u6885", frozenset({"gold", "pwd"})
    )
    assert claims_of(signed(CURVE, "ES256", "curve"), KEYS, EXPECTED).subject == "mei"
    assert claims_of(signed(aud=["yuanzhan", "other"], azp="yuanzhan"), KEYS, EXPECTED).subject == "mei"
    alone = keys_of({"keys": [jwk(OWN)]})
    assert claims_of(signed(kid=None), alone, EXPECTED).subject == "mei", "one key needs no name"


@pytest.mark.parametrize(
    ("told", "expected"),
    [(None, None), (True, True), ("true", True), (False, False), ("false", False), (1, False)],
)
def test_an_address_is_verified_where_the_provider_says_so(told: object, expected: bool | None) -> None:
    token = signed(email="mei@expo.example", email_verified=told)
    assert claims_of(token, KEYS, EXPECTED).is_verified is expected


def test_when_they_were_asked_who_they_are_is_told_and_held_against_what_is_expected() -> None:
    now_s = int(time.time())
    anew = replace(EXPECTED, asked_since_s=now_s)
    assert claims_of(signed(), KEYS, EXPECTED).asked_s is None
    assert claims_of(signed(auth_time=now_s - 5000), KEYS, EXPECTED).asked_s == now_s - 5000
    for fresh in (now_s, now_s + 30, now_s - SKEW_S):
        assert claims_of(signed(auth_time=fresh), KEYS, anew).asked_s == fresh
    with pytest.raises(SignInAgain):
        claims_of(signed(auth_time=now_s - SKEW_S - 1), KEYS, anew)
    for wrong in (None, str(now_s), True, -1, 1e300, [now_s]):
        with pytest.raises(ProviderStrange) as refused:
            claims_of(signed(auth_time=wrong), KEYS, anew)
        assert refused.value.params["detail"] == "auth_time"


def test_clocks_may_differ_by_a_minute() -> None:
    now_s = int(time.time())
    assert claims_of(signed(exp=now_s - SKEW_S + 5), KEYS, EXPECTED)
    assert claims_of(signed(iat=now_s + SKEW_S - 5), KEYS, EXPECTED)
    with pytest.raises(ProviderStrange):
        claims_of(signed(exp=now_s - SKEW_S - 5), KEYS, EXPECTED)
    with pytest.raises(ProviderStrange):
        claims_of(signed(iat=now_s + SKEW_S + 5), KEYS, EXPECTED)


@pytest.mark.parametrize(
    "changes",
    [
        {"iss": "https://elsewhere.example"},
        {"iss": "https://id.example/"},
        {"aud": "another client"},
        {"aud": ["another client"]},
        {"aud": ["yuanzhan", "other"]},
        {"azp": "another client"},
        {"nonce": "another"},
        {"nonce": None},
        {"nonce": 7},
        {"sub": None},
        {"sub": ""},
        {"sub": "a\0b"},
        {"sub": "x" * (SUBJECT_MAX_CHARS + 1)},
        {"exp": None},
        {"iat": None},
        {"exp": "soon"},
        {"nbf": 4_000_000_000},
    ],
    ids=str,
)
def test_a_claim_that_is_wrong_or_missing_is_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(ProviderStrange):
        claims_of(signed(**changes), KEYS, EXPECTED)


def part(value: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


def by_hand(alg: str, secret: bytes) -> str:
    """What the library itself refuses to make."""
    signed = f"{part({'alg': alg, 'kid': 'own'})}.{part(claims())}"
    seal = hmac.digest(secret, signed.encode(), "sha256")
    return f"{signed}.{base64.urlsafe_b64encode(seal).rstrip(b'=').decode()}"


def test_a_signature_that_is_not_the_providers_is_refused() -> None:
    public = OWN.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    right = signed()
    head, body, seal = right.split(".")
    for token in (
        signed(OTHER),
        f"{part({'alg': 'none'})}.{part(claims())}.",
        f"{head}.{part(claims(sub='owner'))}.{seal}",
        f"{head}.{body}.",
        by_hand("HS256", public),
        jwt.encode(claims(), b"the secret that we share with it", "HS256"),
        signed(alg="RS512"),
        signed(CURVE, "ES256", "own"),
        "",
        "a.b.c",
        "x" * 20_000,
    ):
        with pytest.raises((ProviderStrange, KeyUnknown)):
            claims_of(token, KEYS, EXPECTED)


def test_a_key_that_is_not_there_is_told_apart() -> None:
    for keys in (KEYS, (), keys_of({"keys": [jwk(OWN, kid="new", use="enc")]})):
        with pytest.raises(KeyUnknown):
            claims_of(signed(kid="new"), keys, EXPECTED)
    with pytest.raises(KeyUnknown):
        claims_of(signed(kid=None), keys_of({"keys": [jwk(OWN), jwk(OTHER)]}), EXPECTED)


def test_key_sets_that_are_none_are_refused_and_long_ones_cut() -> None:
    wrong: tuple[dict[str, Any], ...] = ({}, {"keys": 7}, {"keys": {}})
    for told in wrong:
        with pytest.raises(ProviderStrange):
            keys_of(told)
    assert keys_of({"keys": [7, {}, {"kty": "oct", "k": "x"}]}) == ()
    assert len(keys_of({"keys": [jwk(OWN)] * 1000})) == KEYS_MAX_COUNT
