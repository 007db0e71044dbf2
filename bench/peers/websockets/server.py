"""`python -m bench.peers.websockets.server PORT`: a tick is one `broadcast()`, as in the library's guide."""

from __future__ import annotations

import asyncio
import sys

import uvloop
from websockets.asyncio.server import ServerConnection, broadcast, serve

from bench.peers.hall import Hall, ticks


async def run(port: int) -> None:
    """Serve until the process is ended."""
    hall = Hall()
    connections: set[ServerConnection] = set()

    async def visit(connection: ServerConnection) -> None:
        visitor = hall.enter()
        try:
            await connection.send(hall.everybody())
            connections.add(connection)
            async for message in connection:
                if isinstance(message, bytes):
                    hall.move(visitor, message)
        finally:
            connections.discard(connection)
            hall.leave(visitor)

    async with serve(visit, "127.0.0.1", port):
        async for _ in ticks():
            frame = hall.changes()
            if frame is not None:
                broadcast(connections, frame)


if __name__ == "__main__":
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(run(int(sys.argv[1])))
