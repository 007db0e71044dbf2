"""Shows a recording to a page over a real socket, at its pace; answers `who` from what was known.

A process of its own, `python -m bench.client.replay FILE`: it says its port and plays to whoever connects.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from subprocess import PIPE, Popen

import msgpack
from websockets.asyncio.server import ServerConnection, serve
from websockets.exceptions import ConnectionClosed
from websockets.typing import Subprotocol

from bench.client.recording import Recording
from yuanzhan.protocol.codec import encode
from yuanzhan.protocol.kinds import Kind
from yuanzhan.protocol.limits import SUBPROTOCOL
from yuanzhan.protocol.messages.people import People, Person


@contextmanager
def replaying(recording: Path) -> Iterator[int]:
    """Play this file to whoever connects; yields the port."""
    with Popen([sys.executable, "-m", "bench.client.replay", recording], stdout=PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield int(process.stdout.readline())
        finally:
            process.terminate()


async def _serve(recording: Recording) -> None:
    async def visit(socket: ServerConnection) -> None:
        with suppress(ConnectionClosed):
            await socket.recv()  # hello
            await asyncio.gather(_play(socket, recording), _hear(socket, recording))

    subprotocols = [Subprotocol(SUBPROTOCOL)]
    async with serve(visit, "127.0.0.1", 0, subprotocols=subprotocols, compression=None) as server:
        print(next(iter(server.sockets)).getsockname()[1], flush=True)
        await server.serve_forever()


async def _play(socket: ServerConnection, recording: Recording) -> None:
    loop = asyncio.get_running_loop()
    begun_s = loop.time()
    for at_s, data in recording.messages:
        await asyncio.sleep(max(0.0, begun_s + at_s - loop.time()))
        await socket.send(data)


async def _hear(socket: ServerConnection, recording: Recording) -> None:
    async for data in socket:
        if data[0] != Kind.CONTROL:
            continue
        message = msgpack.unpackb(data[1:])
        if message["t"] == "who":
            known = [recording.people[asked] for asked in message["ids"] if asked in recording.people]
            await socket.send(encode(People(tuple(Person(**person) for person in known))))


if __name__ == "__main__":
    asyncio.run(_serve(Recording.load(Path(sys.argv[1]))))
