"""Passwords: Argon2id in other threads, a few at a time, and the same work for logins that there are not.

Limits after NIST SP 800-63B: length instead of rules about kinds of characters, and none of the passwords
that everybody tries first.
"""

from __future__ import annotations

import asyncio
import unicodedata
from collections.abc import Callable
from typing import Final, TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from yuanzhan.errors.accounts import PasswordWeak
from yuanzhan.errors.sign_in import TooManyTries

PASSWORD_MIN_CHARS: Final = 10
PASSWORD_MAX_CHARS: Final = 256
"""Argon2 takes any length; hashing a megabyte would be a way to keep us busy."""
DIFFERENT_MIN: Final = 5
"""Different characters in it: "1111111111" is tried in the first minute."""
AT_ONCE: Final = 2
"""Each takes 64 MiB and most of a core."""
WAITING_MAX: Final = 100
"""Beyond it the last in line would wait for several seconds, and so is told to come back."""

BUSY_S: Final = 10
"""When they may come back."""

Result = TypeVar("Result")

_COMMON: Final = ("1234567890", "0987654321", "password", "qwertyuiop", "asdfghjkl", "iloveyou", "yuanzhan")


HASHER = PasswordHasher()
"""With argon2-cffi's defaults (RFC 9106, second choice): 64 MiB, 3 rounds."""
NOBODYS: Final = (
    "$argon2id$v=19$m=65536,t=3,p=4$RArCfgUnPK1WP2T3eIBjlg$sWxAaSdlIueaUAQhxPczvi9AN6XheDEkJ2EiNm5cMnY"
)
"""Made like any other, of a password that nobody has: what comparing with it costs is the same."""


class Passwords:
    """Hashes and compares."""

    def __init__(self, hasher: PasswordHasher | None = None) -> None:
        self._hasher = hasher or HASHER
        self._turn = asyncio.Semaphore(AT_ONCE)
        self._waiting = 0

    async def hash(self, password: str) -> str:
        """The text to keep. Raises TooManyTries when too many wait."""
        return await self._in_turn(self._hasher.hash, _normal(password))

    async def matches(self, kept: str | None, password: str) -> bool:
        """Whether it is the password of `kept`; never where there is none, and no sooner. Raises
        TooManyTries.
        """
        is_same = await self._in_turn(self._compare, kept or NOBODYS, _normal(password))
        return is_same and bool(kept)

    def is_outdated(self, kept: str) -> bool:
        """Whether `kept` was made with weaker parameters than ours now."""
        return self._hasher.check_needs_rehash(kept)

    def _compare(self, kept: str, password: str) -> bool:
        try:
            return self._hasher.verify(kept, password)
        except (VerificationError, InvalidHashError):
            return False

    async def _in_turn(self, work: Callable[..., Result], *arguments: str) -> Result:
        if self._waiting >= WAITING_MAX:
            raise TooManyTries(seconds=BUSY_S)
        self._waiting += 1
        try:
            async with self._turn:
                return await asyncio.to_thread(work, *arguments)
        finally:
            self._waiting -= 1


def check_password(password: str, login: str) -> None:
    """Raises PasswordWeak: too short, too long, or among the first that somebody would try."""
    if not PASSWORD_MIN_CHARS <= len(password) <= PASSWORD_MAX_CHARS:
        raise PasswordWeak(least=PASSWORD_MIN_CHARS)
    plain = _normal(password).lower()
    stem = login.partition("@")[0]
    is_guessable = (
        len(set(plain)) < DIFFERENT_MIN
        or any(plain.strip("0123456789!@#.") in (word, "") or plain == word for word in _COMMON)
        or (len(stem) >= 3 and plain.replace(stem, "").strip("0123456789!@#._-") == "")
    )
    if is_guessable:
        raise PasswordWeak(least=PASSWORD_MIN_CHARS)


def _normal(password: str) -> str:
    """The same bytes however a keyboard wrote it (NFKC, as NIST asks)."""
    return unicodedata.normalize("NFKC", password)
