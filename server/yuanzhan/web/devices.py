"""The one cookie of guests: a random number by which a browser is known again, so that who was put out stays
out.

It says nothing of the visitor, no script can read it, and the server keeps only its digest, and that only of
whoever an act or a report is about, or who said something that is kept.
"""

from __future__ import annotations

import hashlib
import re
import secrets
from typing import Final

from aiohttp import web

COOKIE: Final = "yuanzhan_device"
LIFETIME_S: Final = 180 * 24 * 3600
_BYTES: Final = 16
_VALUE: Final = re.compile(r"[A-Za-z0-9_-]{22}")


def device_of(request: web.BaseRequest) -> str:
    """The digest of the browser's number; empty where it sent none, or one that is not ours."""
    value = request.cookies.get(COOKIE, "")
    return digest_of(value) if _VALUE.fullmatch(value) else ""


def digest_of(value: str) -> str:
    """What the server keeps of a number."""
    return hashlib.sha256(b"device:" + value.encode("ascii")).hexdigest()[:32]


def know_again(request: web.BaseRequest, response: web.StreamResponse, *, https: bool) -> None:
    """Give a browser that has none its number."""
    if device_of(request):
        return
    response.set_cookie(
        COOKIE,
        secrets.token_urlsafe(_BYTES),
        max_age=LIFETIME_S,
        httponly=True,
        # Lax: with Strict, who follows a link from elsewhere would come without it and be given another one.
        samesite="Lax",
        secure=https,
        path="/",
    )
