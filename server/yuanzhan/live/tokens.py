"""Resume tokens: who a visitor is and in which hall, signed, so that any node and any later start can
read them.

base64url( version u8 | visitor u64 | expiry u64, Unix seconds | hall, UTF-8 ) . base64url( HMAC-SHA256,
16 bytes )
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import struct
from dataclasses import dataclass
from typing import Final

from yuanzhan.errors.connections import ConnectionRefused
from yuanzhan.protocol.limits import TOKEN_LIFETIME_S, TOKEN_MAX_CHARS

_VERSION: Final = 1
_HEAD: Final = struct.Struct("<BQQ")
_SIGNATURE_BYTES: Final = 16
_SECRET_MIN_BYTES: Final = 16


@dataclass(frozen=True, slots=True)
class Claim:
    """What a token says."""

    visitor: int
    hall: str


class TokenSigner:
    """Makes and reads tokens with one secret. `now_s` is Unix time."""

    def __init__(self, secret: bytes) -> None:
        if len(secret) < _SECRET_MIN_BYTES:
            raise ValueError(f"a secret has at least {_SECRET_MIN_BYTES} bytes")
        self._secret = secret

    def issue(self, claim: Claim, now_s: float) -> str:
        """A token valid for `TOKEN_LIFETIME_S` from now."""
        expiry = int(now_s + TOKEN_LIFETIME_S)
        payload = _HEAD.pack(_VERSION, claim.visitor, expiry) + claim.hall.encode()
        return f"{_encode(payload)}.{_encode(self._sign(payload))}"

    def read(self, token: str, now_s: float) -> Claim:
        """The claim of a token. Raises ConnectionRefused (`bad_token`) when forged, damaged or expired."""
        payload = self._verified(token)
        version, visitor, expiry = _HEAD.unpack_from(payload)
        if version != _VERSION:
            raise ConnectionRefused("bad_token", detail=f"version {version}")
        if now_s > expiry:
            raise ConnectionRefused("bad_token", detail="expired")
        return Claim(visitor, payload[_HEAD.size :].decode())

    def _verified(self, token: str) -> bytes:
        if len(token) > TOKEN_MAX_CHARS:
            raise ConnectionRefused("bad_token", detail="too long")
        try:
            payload, signature = (_decode(part) for part in token.split("."))
        except ValueError:
            raise ConnectionRefused("bad_token", detail="damaged") from None
        if not hmac.compare_digest(signature, self._sign(payload)):
            raise ConnectionRefused("bad_token", detail="not ours")
        return payload

    def _sign(self, payload: bytes) -> bytes:
        return hmac.new(self._secret, payload, hashlib.sha256).digest()[:_SIGNATURE_BYTES]


def _encode(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode("ascii").rstrip("=")


def _decode(text: str) -> bytes:
    """Raises ValueError."""
    try:
        return base64.b64decode(text.encode("ascii") + b"=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except binascii.Error as error:
        raise ValueError(str(error)) from None
