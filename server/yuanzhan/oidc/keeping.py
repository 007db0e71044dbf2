"""What a provider publishes, kept for an hour. Whether one that does not answer does again is tried every few
seconds, however many wait for it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final, Generic, TypeVar

import structlog

from yuanzhan.errors.sign_in import ProviderStrange, ProviderUnreachable

log = structlog.get_logger("yuanzhan.oidc")

KEPT_S: Final = 3600.0
DOWN_S: Final = 3.0
"""For so long after a failure nobody waits for another."""

Found = TypeVar("Found")
Fetch = Callable[[], Awaitable[Found]]


class Kept(Generic[Found]):
    """One thing that is asked for. `what` is its name in the log, `clock` monotonic, in seconds."""

    def __init__(self, what: str, clock: Callable[[], float]) -> None:
        self._what = what
        self._clock = clock
        self._found: tuple[Found, float] | None = None
        self._down: tuple[ProviderUnreachable | ProviderStrange, float] | None = None
        self._asking = asyncio.Lock()

    async def get(self, fetch: Fetch[Found]) -> Found:
        """What is kept, or fetched now. Raises what `fetch` does: ProviderUnreachable, ProviderStrange."""
        async with self._asking:
            if self._found is not None and self._clock() - self._found[1] < KEPT_S:
                return self._found[0]
            return await self._fetch(fetch)

    async def newer(self, old: Found, fetch: Fetch[Found]) -> Found:
        """Something newer than `old`, which stays where nothing newer is to be had. Raises as `get`."""
        async with self._asking:
            if self._found is not None and self._found[0] is not old:
                return self._found[0]
            return await self._fetch(fetch)

    async def _fetch(self, fetch: Fetch[Found]) -> Found:
        if self._down is not None and self._clock() - self._down[1] < DOWN_S:
            raise type(self._down[0])(**self._down[0].params)
        began_s = self._clock()
        try:
            found = await fetch()
        except (ProviderUnreachable, ProviderStrange) as error:
            self._down = (error, self._clock())
            detail = error.params.get("detail")
            log.warning("provider_not_found", what=self._what, code=error.code, detail=detail)
            raise
        self._found = (found, began_s)
        return found
