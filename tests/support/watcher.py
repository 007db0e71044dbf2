"""An operator's connection: `watch` in place of `hello`."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any, Self

import msgpack
import numpy as np
from numpy.typing import NDArray
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Subprotocol

from yuanzhan.protocol.codec import encode
from yuanzhan.protocol.kinds import Kind
from yuanzhan.protocol.limits import SUBPROTOCOL
from yuanzhan.protocol.messages.directions import ClientMessage
from yuanzhan.protocol.poses import DOT, DOTS_HEADER

WAIT_S = 10.0


class Watcher:
    """Reads what comes, message by message."""

    def __init__(self, socket: ClientConnection) -> None:
        self._socket = socket

    @classmethod
    async def connect(cls, url: str, headers: Mapping[str, str] | None = None) -> Self:
        """Open the socket; nothing is said yet."""
        subprotocols = [Subprotocol(SUBPROTOCOL)]
        return cls(
            await connect(
                url, subprotocols=subprotocols, additional_headers=headers, proxy=None, max_size=2**20
            )
        )

    async def say(self, message: ClientMessage) -> None:
        await self._socket.send(encode(message))

    async def next(self, t: str) -> dict[str, Any]:
        """The next control message of this name."""
        async with asyncio.timeout(WAIT_S):
            while True:
                data = bytes(await self._socket.recv(decode=False))
                if data[0] == Kind.CONTROL:
                    message: dict[str, Any] = msgpack.unpackb(data[1:])
                    if message["t"] == t:
                        return message

    async def next_dots(self) -> NDArray[np.void]:
        """The next map."""
        async with asyncio.timeout(WAIT_S):
            while True:
                data = bytes(await self._socket.recv(decode=False))
                if data[0] == Kind.DOTS:
                    return np.frombuffer(data, DOT, offset=DOTS_HEADER.itemsize)

    async def ended(self) -> int:
        """The close code."""
        async with asyncio.timeout(WAIT_S):
            try:
                while True:
                    await self._socket.recv()
            except ConnectionClosed as closed:
                return 1006 if closed.rcvd is None else closed.rcvd.code

    async def close(self) -> None:
        await self._socket.close()
