"""Sign-outs, closed accounts and other roles, told to the halls: what was acknowledged holds on open sockets
too.

Every route that changes something of accounts is answered only when the halls have looked at who is
connected. What ends by time, on the command line or on another server is found by a look every
`LOOK_PERIOD_S`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Collection, Mapping
from typing import Final, Protocol

import structlog
from aiohttp import web

from yuanzhan.access import Actor
from yuanzhan.web.route import Handler

log = structlog.get_logger("yuanzhan.web")

LOOK_PERIOD_S: Final = 10.0
"""A query for some dozens of sessions; nobody watches longer than that with rights that ended elsewhere."""

Holding = Callable[[Collection[str]], Awaitable[Mapping[str, Actor]]]
"""`Gate.holding`."""


class Halls(Protocol):
    """`live.house.House` is one."""

    def grants(self) -> set[str]:
        """What those who are connected are signed in by."""

    def settle_rights(self, asked: set[str], accounts: Mapping[str, Actor]) -> None:
        """Which of these hold still, and as whom."""


class Rights:
    """See above."""

    def __init__(self, holding: Holding, halls: Halls, period_s: float = LOOK_PERIOD_S) -> None:
        self._holding = holding
        self._halls = halls
        self._period_s = period_s
        self._looking = asyncio.Lock()
        self._asked = self._looked = 0

    def after(self, handler: Handler) -> Handler:
        """The same, answered when the halls know of what it changed."""

        async def changing(request: web.Request) -> web.StreamResponse:
            answer = await handler(request)
            # Whoever does not wait for the answer has changed it nevertheless.
            await asyncio.shield(asyncio.ensure_future(self._look()))
            return answer

        return changing

    async def look(self) -> None:
        """Ask what holds. Many who want it at once are served by two looks: the one that runs may have read
        before what the others changed.
        """
        self._asked += 1
        mine = self._asked
        async with self._looking:
            if self._looked >= mine:
                return
            answers = self._asked
            grants = self._halls.grants()
            if grants:
                self._halls.settle_rights(grants, await self._holding(grants))
            self._looked = answers

    async def run(self) -> None:
        """Look now and then, until cancelled."""
        while True:
            await asyncio.sleep(self._period_s)
            await self._look()

    async def _look(self) -> None:
        try:
            await self.look()
        except Exception:
            # A database that does not answer: nobody is put out for it, and the next look may succeed.
            log.exception("rights_not_looked_at")
