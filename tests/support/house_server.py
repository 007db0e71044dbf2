"""A house behind a real socket: the door of `web`, nothing else of it."""

from __future__ import annotations

import asyncio
import socket
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

from aiohttp import web

from yuanzhan.events.programme import Programme
from yuanzhan.live.cards import KeepCard, keep_no_card
from yuanzhan.live.definition import HallDefinition
from yuanzhan.live.house import House
from yuanzhan.live.outreach import Count, count_nothing
from yuanzhan.live.safety import Safety
from yuanzhan.live.ticker import Ticker, ticking
from yuanzhan.moderation.callers import Caller
from yuanzhan.protocol.codec import encode
from yuanzhan.protocol.frames import server_frame
from yuanzhan.protocol.messages.people import Said
from yuanzhan.web.handshake import Door, Identify, nobody
from yuanzhan.web.refusals import answer_errors

SECRET = b"a secret for tests, 32 bytes long"


@dataclass(frozen=True)
class HouseServer:
    """A running house and its WebSocket address."""

    house: House
    port: int
    transports: list[asyncio.Transport]

    def unsent_bytes(self) -> int:
        """Bytes that wait for slow readers."""
        return sum(transport.get_write_buffer_size() for transport in self.transports)

    def talk_to_first(self, size_bytes: int) -> None:
        """Control messages of so many bytes in all for the first slot of the one hall with visitors."""
        (room,) = [room for room in self.house._rooms.values() if room.population]
        connection = room.outgoing._connections[0]
        assert connection is not None
        line = server_frame(encode(Said(1, "a", "x" * 700)))
        for _ in range(size_bytes // len(line)):
            connection.send_frame(line)

    @property
    def url(self) -> str:
        """Where clients connect."""
        return f"ws://127.0.0.1:{self.port}/ws"


@asynccontextmanager
async def serve_house(
    halls: Sequence[HallDefinition],
    *,
    port: int = 0,
    pending_per_address: int = 1000,
    secret: bytes = SECRET,
    clock: Callable[[], float] = time.monotonic,
    wall_clock: Callable[[], float] = time.time,
    send_buffer_bytes: int | None = None,
    keep_card: KeepCard = keep_no_card,
    safety: Safety | None = None,
    programme: Programme | None = None,
    identify: Identify = nobody,
    count_letters: Count = count_nothing,
) -> AsyncIterator[HouseServer]:
    """Serve these halls, on a free port unless one is named, until the block ends."""
    house = House(
        halls,
        secret,
        clock=clock,
        wall_clock=wall_clock,
        keep_card=keep_card,
        safety=safety,
        programme=programme,
        count_letters=count_letters,
    )

    transports: list[asyncio.Transport] = []

    def open_connection(
        transport: asyncio.Transport, caller: Caller, settled: Callable[[], None]
    ) -> asyncio.Protocol:
        transports.append(transport)
        if send_buffer_bytes is not None:
            transport.get_extra_info("socket").setsockopt(
                socket.SOL_SOCKET, socket.SO_SNDBUF, send_buffer_bytes
            )
        return house.open_connection(transport, caller, settled)

    door = Door(open_connection, pending_per_address=pending_per_address, identify=identify)
    application = web.Application(middlewares=[answer_errors])
    application.router.add_get("/ws", door.get)
    runner = web.AppRunner(application)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", port)
    await site.start()
    try:
        async with ticking(
            Ticker(house.tick, prepare=house.read_ahead), lambda: house.send_away(retry_s=1.0)
        ):
            try:
                yield HouseServer(house, runner.addresses[0][1], transports)
            finally:
                await house.close(retry_s=1.0)
    finally:
        await runner.cleanup()
