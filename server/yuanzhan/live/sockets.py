"""The sockets of those who are in a hall, read all together once a tick, past the event loop.

What visitors in a hall send is poses, and a pose counts from the next tick on, not sooner: so nothing is
gained by waking up for each. The loop stops reading such a socket (`adopt`), and `read` asks the kernel
once which of them have something. At 10,000 visitors that costs a third of what the loop's callbacks do
(docs/performance.md). Whatever else comes than poses is handed to the connection as the loop would; a
socket that ended, or whose connection is about to end, goes back to the loop (`release`), which knows how
to say goodbye.

TLS decrypts inside the loop's transport, and only Linux has epoll: elsewhere the loop goes on reading, and
all is the same but slower.

Invariant: a descriptor is known here only while its transport is open. `Connection` releases it before it
closes the transport, and at the latest in `connection_lost`, which runs before the number can be given to
somebody else's socket that also said hello.
"""

from __future__ import annotations

import asyncio
import os
import select
from typing import Final, Protocol

READ_BYTES: Final = 400
"""The first read of a socket: ten poses, in an object small enough to cost no allocation."""
MORE_BYTES: Final = 64 * 1024
"""The second, where the first was full; what is left then waits for the next tick."""
EVENTS_MAX_COUNT: Final = 1 << 16


class Reader(Protocol):
    """What is fed with what was read; `Connection` is one."""

    def data_received(self, data: bytes) -> None:
        """Bytes from the peer."""


class Sockets:
    """See above."""

    def __init__(self) -> None:
        self._poll = select.epoll() if hasattr(select, "epoll") else None
        self._readers: dict[int, tuple[Reader, asyncio.Transport]] = {}

    def adopt(self, transport: asyncio.Transport, reader: Reader) -> int:
        """Read this transport's socket from now on. Returns its descriptor, for writing past the loop as
        well; -1 where the loop has to go on.
        """
        raw, tls = transport.get_extra_info("socket"), transport.get_extra_info("sslcontext")
        if self._poll is None or raw is None or tls is not None or transport.is_closing():
            return -1
        descriptor: int = raw.fileno()
        if descriptor not in self._readers:
            transport.pause_reading()
            self._poll.register(descriptor, select.EPOLLIN)
        self._readers[descriptor] = reader, transport
        return descriptor

    def release(self, descriptor: int) -> None:
        """The loop reads this one again, if its transport is still open."""
        if self._readers.get(descriptor) is None:
            return
        assert self._poll is not None
        _, transport = self._readers.pop(descriptor)
        try:
            self._poll.unregister(descriptor)
        except OSError:
            return  # closed already: the kernel has forgotten it
        if not transport.is_closing():
            transport.resume_reading()

    def read(self) -> None:
        """Hand to each connection what came for it."""
        if self._poll is None:
            return
        readers, read = self._readers, os.read
        for descriptor, _ in self._poll.poll(0, EVENTS_MAX_COUNT):
            entry = readers.get(descriptor)
            if entry is None:
                continue  # released by one that was read before it
            try:
                data = read(descriptor, READ_BYTES)
                if len(data) == READ_BYTES:
                    data += _rest(descriptor)
            except BlockingIOError:
                continue
            except OSError:
                data = b""
            if data:
                entry[0].data_received(data)
            else:
                # The end stays to be read: the loop finds it and closes.
                self.release(descriptor)

    def close(self) -> None:
        """Give all back and let go."""
        for descriptor in list(self._readers):
            self.release(descriptor)
        if self._poll is not None:
            self._poll.close()
            self._poll = None


def _rest(descriptor: int) -> bytes:
    try:
        return os.read(descriptor, MORE_BYTES)
    except OSError:
        return b""  # nothing more now; an end or a fault is met again at the next tick
