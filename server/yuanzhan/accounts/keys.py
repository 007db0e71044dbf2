"""Secrets that are handed out once: of sessions, API tokens, invitations. The store keeps their digests."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from typing import Final

KEY_BYTES: Final = 32
KEY_MAX_CHARS: Final = 100
"""What is longer is none of ours, and is not hashed."""
TOKEN_PREFIX: Final = "yz_"
"""API tokens are told from everything else by it: by people, and by programs that look for leaked ones."""


def new_key() -> str:
    """256 random bits as 43 characters that fit into URLs and cookies."""
    return secrets.token_urlsafe(KEY_BYTES)


def digest_of(key: str) -> str:
    """What the store keeps: hex SHA-256."""
    return hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()


def csrf_of(key: str) -> str:
    """What a page has to say with the session of `key`: it follows from the key, and the key does not follow
    from it.
    """
    return hmac.new(key.encode("utf-8", "surrogatepass"), b"yuanzhan csrf", hashlib.sha256).hexdigest()


def same(one: str, other: str) -> bool:
    """Whether two secrets are the same, in a time that does not tell where they differ."""
    return hmac.compare_digest(one.encode("utf-8", "surrogatepass"), other.encode("utf-8", "surrogatepass"))
