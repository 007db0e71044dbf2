"""`python -m bench.peers.aiohttp.server PORT`: a tick is a `send_bytes` to each visitor, one by one."""

from __future__ import annotations

import asyncio
import sys

import uvloop
from aiohttp import WSMsgType, web

from bench.peers.hall import Hall, ticks


async def run(port: int) -> None:
    """Serve until the process is ended."""
    hall = Hall()
    sockets: set[web.WebSocketResponse] = set()

    async def visit(request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        visitor = hall.enter()
        try:
            await socket.send_bytes(hall.everybody())
            sockets.add(socket)
            async for message in socket:
                if message.type is WSMsgType.BINARY:
                    hall.move(visitor, message.data)
        finally:
            sockets.discard(socket)
            hall.leave(visitor)
        return socket

    application = web.Application()
    application.router.add_get("/", visit)
    runner = web.AppRunner(application, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port, backlog=1024).start()
    async for _ in ticks():
        frame = hall.changes()
        if frame is not None:
            await _send(sockets, frame)


async def _send(sockets: set[web.WebSocketResponse], frame: bytes) -> None:
    for socket in tuple(sockets):
        try:
            await socket.send_bytes(frame)
        except ConnectionResetError:
            sockets.discard(socket)


if __name__ == "__main__":
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as loop_runner:
        loop_runner.run(run(int(sys.argv[1])))
