"""Texts that only this server can read or make, each for one purpose: secrets in the database, and what a
browser keeps for us in a cookie.

The key follows from the data directory's secret and the purpose: what was sealed for one purpose opens for no
other, and the database alone is of no use.
"""

from __future__ import annotations

import base64
import binascii
import secrets
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

_NONCE_BYTES: Final = 12


class Sealer:
    """Encrypts texts (AES-256-GCM), each bound to whom or what it is for."""

    def __init__(self, secret: bytes, purpose: str) -> None:
        key = HKDF(SHA256(), 32, salt=None, info=f"yuanzhan {purpose}".encode()).derive(secret)
        self._cipher = AESGCM(key)

    def seal(self, text: str, bound_to: str) -> str:
        """ASCII for the database or a cookie."""
        nonce = secrets.token_bytes(_NONCE_BYTES)
        sealed = self._cipher.encrypt(nonce, text.encode(), bound_to.encode())
        return base64.b64encode(nonce + sealed).decode("ascii")

    def open(self, sealed: str, bound_to: str) -> str | None:
        """What was sealed for this; None for anything else, and where the secret is another one now."""
        try:
            content = base64.b64decode(sealed, validate=True)
            nonce, text = content[:_NONCE_BYTES], content[_NONCE_BYTES:]
            return self._cipher.decrypt(nonce, text, bound_to.encode()).decode()
        except (binascii.Error, InvalidTag, ValueError):
            return None
