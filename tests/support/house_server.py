"""A house behind a real socket: the door of `web`, nothing else of it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass

from aiohttp import web

from yuanzhan.live.definition import HallDefinition
from yuanzhan.live.house import House
from yuanzhan.live.ticker import Ticker
from yuanzhan.web.handshake import Door

SECRET = b"a secret for tests, 32 bytes long"


@dataclass(frozen=True)
class HouseServer:
    """A running house and its WebSocket address."""

    house: House
    port: int

    @property
    def url(self) -> str:
        """Where clients connect."""
        return f"ws://127.0.0.1:{self.port}/ws"


@asynccontextmanager
async def serve_house(
    halls: Sequence[HallDefinition], pending_per_address: int = 1000, secret: bytes = SECRET
) -> AsyncIterator[HouseServer]:
    """Serve these halls on a free port until the block ends."""
    house = House(halls, secret)
    door = Door(house.open_connection, pending_per_address=pending_per_address)
    application = web.Application()
    application.router.add_get("/ws", door.get)
    runner = web.AppRunner(application)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    ticking = asyncio.create_task(Ticker(house.tick).run())
    try:
        yield HouseServer(house, runner.addresses[0][1])
    finally:
        await house.close(retry_s=1.0)
        ticking.cancel()
        with suppress(asyncio.CancelledError):
            await ticking
        await runner.cleanup()
