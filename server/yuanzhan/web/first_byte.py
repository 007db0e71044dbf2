"""One port, two kinds of callers: who begins with TLS gets TLS, who asks in plain HTTP is sent to https.

Somebody who types the address of `--lan` without https would otherwise see nothing but a broken connection.
"""

from __future__ import annotations

import asyncio
import re
import ssl
from collections.abc import Callable
from typing import Final, cast

TLS_HANDSHAKE: Final = 0x16
"""The first byte of every TLS connection: a record of type handshake (RFC 8446, 5.1)."""
HEAD_MAX_BYTES: Final = 8190
"""As much as aiohttp reads of a request's first line."""
PATIENCE_S: Final = 20.0
"""For the first bytes; then as long again for the handshake."""
_REQUEST: Final = re.compile(rb"[A-Z]+ (/[!-~]*) HTTP/1\.[01]\r\n")
_HOST: Final = re.compile(rb"\r\nhost:[ \t]*([\w.\-:\[\]]+)[ \t]*\r\n", re.IGNORECASE)


class FirstByte(asyncio.Protocol):
    """Reads until it is clear which of them calls. `make` gives the protocol that speaks inside TLS."""

    def __init__(self, make: Callable[[], asyncio.Protocol], tls: ssl.SSLContext) -> None:
        self._make = make
        self._tls = tls
        self._loop = asyncio.get_running_loop()
        self._transport: asyncio.Transport
        self._head = b""
        self._deadline: asyncio.TimerHandle
        self._shaking: asyncio.Task[None] | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)
        self._deadline = self._loop.call_later(PATIENCE_S, self._transport.abort)

    def data_received(self, data: bytes) -> None:
        self._head += data
        if self._shaking is not None:
            return
        if self._head[0] == TLS_HANDSHAKE:
            self._deadline.cancel()
            self._transport.pause_reading()
            self._shaking = self._loop.create_task(self._shake_hands())
            # The task's first step puts a reader of TLS in our place, to be connected in the step after it.
            # That is when it can be given what was read already, before it reads more.
            self._loop.call_soon(self._loop.call_soon, self._hand_over)
        elif b"\r\n\r\n" in self._head or len(self._head) > HEAD_MAX_BYTES:
            self._transport.write(_redirection(self._head))
            self._transport.close()

    def connection_lost(self, exc: Exception | None) -> None:
        self._deadline.cancel()

    async def _shake_hands(self) -> None:
        early = _Early()
        try:
            secure = await self._loop.start_tls(
                self._transport, early, self._tls, server_side=True, ssl_handshake_timeout=PATIENCE_S
            )
        except OSError:  # not TLS after all, or it went away
            self._transport.abort()
            return
        assert secure is not None  # only a transport that is closing has none, and then there was an error
        inside = self._make()
        secure.set_protocol(inside)
        inside.connection_made(secure)
        if early.data:
            inside.data_received(early.data)
        if early.is_lost:
            inside.connection_lost(None)

    def _hand_over(self) -> None:
        # uvloop's has the methods of a buffered protocol, not the class
        reader = cast(asyncio.BufferedProtocol, self._transport.get_protocol())
        if not hasattr(reader, "buffer_updated"):
            return  # the connection went away before there was one
        rest = memoryview(self._head)
        while rest:
            buffer = memoryview(reader.get_buffer(len(rest)))
            count = min(len(buffer), len(rest))
            buffer[:count] = rest[:count]
            reader.buffer_updated(count)
            rest = rest[count:]


class _Early(asyncio.Protocol):
    """Keeps what comes inside TLS together with the last word of the handshake, before anybody listens."""

    def __init__(self) -> None:
        self.data = b""
        self.is_lost = False

    def data_received(self, data: bytes) -> None:
        self.data += data

    def connection_lost(self, exc: Exception | None) -> None:
        self.is_lost = True


def _redirection(head: bytes) -> bytes:
    """The same address with https; 400 for what is no request, or does not say which host it means."""
    request, host = _REQUEST.match(head), _HOST.search(head)
    if request is None or host is None:
        return b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
    where = b"https://" + host[1] + request[1]
    return (
        # 307: the browser must not remember it, the next server on this port may speak HTTP
        b"HTTP/1.1 307 Temporary Redirect\r\nLocation: " + where + b"\r\n"
        b"Cache-Control: no-store\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
    )
