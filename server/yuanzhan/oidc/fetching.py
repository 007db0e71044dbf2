"""What a provider answers, as JSON: within a time, up to a size, from the address that was asked.

No redirect is followed, to nowhere: whoever could make the provider send us on would read the client's secret
or give us keys of their own.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import aiohttp

from yuanzhan.errors.sign_in import ProviderStrange, ProviderUnreachable

CONNECT_S: Final = 3.0
ANSWER_S: Final = 8.0
"""Of one call; somebody looks at a white page meanwhile."""
ANSWER_MAX_BYTES: Final = 256 * 1024
"""The largest key sets that are published have some dozen kilobytes."""
_TIMEOUT: Final = aiohttp.ClientTimeout(total=ANSWER_S, sock_connect=CONNECT_S)


@dataclass(frozen=True, slots=True)
class Answer:
    """A status and a JSON object."""

    status: int
    body: Mapping[str, Any]


async def get(url: str, bearer: str | None = None) -> Answer:
    """Raises ProviderUnreachable, ProviderStrange."""
    headers = {"Authorization": f"Bearer {bearer}"} if bearer else {}
    return await _ask("GET", url, headers, None)


async def post(url: str, form: Mapping[str, str], basic: tuple[str, str] | None) -> Answer:
    """With a name and a password. Raises ProviderUnreachable, ProviderStrange."""
    headers = {"Authorization": aiohttp.encode_basic_auth(*basic)} if basic else {}
    return await _ask("POST", url, headers, form)


async def _ask(method: str, url: str, headers: Mapping[str, str], form: Mapping[str, str] | None) -> Answer:
    headers = {"Accept": "application/json", **headers}
    try:
        async with (
            aiohttp.ClientSession(timeout=_TIMEOUT, cookie_jar=aiohttp.DummyCookieJar()) as http,
            http.request(method, url, headers=headers, data=form, allow_redirects=False) as answer,
        ):
            content = await _bounded(answer)
    except (aiohttp.ClientError, TimeoutError, OSError) as error:
        raise ProviderUnreachable(detail=type(error).__name__) from None
    if answer.status >= 500:
        raise ProviderUnreachable(detail=f"status {answer.status}")
    if 300 <= answer.status < 400:
        raise ProviderStrange(detail="redirect")
    return Answer(answer.status, _object(content))


async def _bounded(answer: aiohttp.ClientResponse) -> bytes:
    content = bytearray()
    async for chunk in answer.content.iter_any():
        content += chunk
        if len(content) > ANSWER_MAX_BYTES:
            raise ProviderStrange(detail="too much")
    return bytes(content)


def _object(content: bytes) -> Mapping[str, Any]:
    try:
        found = json.loads(content)
    except (ValueError, RecursionError):
        raise ProviderStrange(detail="no JSON") from None
    if not isinstance(found, dict):
        raise ProviderStrange(detail="no object")
    return found
