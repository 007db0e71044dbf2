"""A WebSocket client that does nothing by itself: for what no well-made client would send."""

from __future__ import annotations

import asyncio
import socket
from dataclasses import dataclass
from typing import Self

from websockets.frames import Frame, Opcode

from yuanzhan.protocol.codec import decode_server, encode
from yuanzhan.protocol.kinds import Kind
from yuanzhan.protocol.limits import SUBPROTOCOL
from yuanzhan.protocol.messages.joining import Closing, Hello

_TIMEOUT_S = 10.0


@dataclass
class RawSocket:
    """The two ends of a TCP connection after (or without) the handshake."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    status: int = 0

    @classmethod
    async def open(
        cls,
        port: int,
        *,
        subprotocol: str | None = SUBPROTOCOL,
        version: str = "13",
        receive_buffer_bytes: int | None = None,
    ) -> Self:
        """Ask for the upgrade; `status` is the answer's. A small receive buffer is soon full."""
        raw = socket.socket()
        if receive_buffer_bytes is not None:
            raw.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer_bytes)
        raw.setblocking(False)
        await asyncio.get_running_loop().sock_connect(raw, ("127.0.0.1", port))
        reader, writer = await asyncio.open_connection(sock=raw, limit=receive_buffer_bytes or 2**16)
        lines = [
            "GET /ws HTTP/1.1",
            f"Host: 127.0.0.1:{port}",
            "Upgrade: websocket",
            "Connection: Upgrade",
            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
            f"Sec-WebSocket-Version: {version}",
        ]
        if subprotocol is not None:
            lines.append(f"Sec-WebSocket-Protocol: {subprotocol}")
        writer.write("\r\n".join([*lines, "", ""]).encode())
        head = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), _TIMEOUT_S)
        return cls(reader, writer, int(head.split()[1]))

    @classmethod
    async def visitor(cls, port: int, name: str = "raw", receive_buffer_bytes: int | None = None) -> Self:
        """One that has said hello."""
        peer = await cls.open(port, receive_buffer_bytes=receive_buffer_bytes)
        peer.send(encode(Hello("hall", name, 0, "en")))
        return peer

    def send(self, payload: bytes, opcode: Opcode = Opcode.BINARY, *, fin: bool = True) -> None:
        """One masked frame."""
        self.send_raw(Frame(opcode, payload, fin).serialize(mask=True))

    def send_raw(self, data: bytes) -> None:
        """Bytes as they are."""
        self.writer.write(data)

    async def close_code(self) -> tuple[int, Closing | None]:
        """Read to the end: the close frame's code (1005 if empty, 1006 if none came), and `closing`."""
        closing = None
        try:
            while True:
                opcode, payload = await self.frame()
                if opcode == Opcode.BINARY and payload[0] == Kind.CONTROL:
                    message = decode_server(payload)
                    closing = message if isinstance(message, Closing) else closing
                elif opcode == Opcode.CLOSE:
                    return int.from_bytes(payload[:2], "big") or 1005, closing
        except (asyncio.IncompleteReadError, ConnectionError):
            return 1006, closing

    def close(self) -> None:
        """Let go."""
        self.writer.close()

    async def frame(self) -> tuple[int, bytes]:
        """The next frame: opcode and payload."""
        return await asyncio.wait_for(self._frame(), _TIMEOUT_S)

    async def _frame(self) -> tuple[int, bytes]:
        first, second = await self.reader.readexactly(2)
        size = second & 0x7F
        if size == 126:
            size = int.from_bytes(await self.reader.readexactly(2), "big")
        elif size == 127:
            size = int.from_bytes(await self.reader.readexactly(8), "big")
        return first & 15, await self.reader.readexactly(size)
