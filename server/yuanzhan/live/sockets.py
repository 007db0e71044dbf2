"""The sockets of those who are in a hall, read all together shortly before a tick and at it, past the loop.

What visitors in a hall send is poses, and a pose counts from the next tick on, not sooner: so nothing is
gained by waking up for each. The loop stops reading such a socket (`adopt`), and `read` asks the kernel
once which of them have something, and reads them in one call where it has io_uring. At 10,000 visitors that
costs a fraction of what the loop's callbacks do (docs/performance.md). A read that is one pose is put with
all others of the tick into the crowd at once (`expect_poses`). Whatever else comes is handed to the
connection as the loop would; a socket that ended, or whose connection is about to end, goes back to the loop
(`release`), which knows how to say goodbye.

TLS decrypts inside the loop's transport, and only Linux has epoll: elsewhere the loop goes on reading, and
all is the same but slower.

Invariant: a descriptor is known here only while its transport is open. `Connection` releases it before it
closes the transport, and at the latest in `connection_lost`, which runs before the number can be given to
somebody else's socket that also said hello.
"""

from __future__ import annotations

import asyncio
import errno
import os
import select
from typing import Final, NamedTuple, Protocol

import numpy as np
import structlog
from numpy.typing import NDArray

from yuanzhan.protocol.frames import POSE_FRAME_BYTES, are_pose_frames
from yuanzhan.uring import open_ring

log = structlog.get_logger("yuanzhan.live")

READ_BYTES: Final = 400
"""The first read of a socket: ten poses, in an object small enough to cost no allocation."""
READ_ROWS_COUNT: Final = 1024
"""Sockets that are read before what they said is looked at."""
MORE_BYTES: Final = 64 * 1024
"""The second, where the first was full; what is left then waits for the next tick."""
EVENTS_MAX_COUNT: Final = 1 << 16


class Reader(Protocol):
    """What is fed with what was read; `Connection` is one."""

    def data_received(self, data: bytes) -> None:
        """Bytes from the peer."""

    def fail(self) -> None:
        """What the peer said led to a fault of ours: end with this peer."""


class PoseTaker(Protocol):
    """Where poses go; `hall.crowd.Crowd` is one."""

    def put(self, slot: int, pose: bytes) -> None:
        """One pose with its mask before it."""

    def put_many(self, slots: NDArray[np.int64], poses: NDArray[np.uint8]) -> None:
        """(n,) slots and (n, 36) bytes."""


class _Said(NamedTuple):
    """What came that is no pose; no bytes are the end."""

    reader: Reader
    transport: asyncio.Transport
    descriptor: int
    data: bytes


class Sockets:
    """See above. Arrays are by descriptor."""

    def __init__(self, *, uses_ring: bool = True) -> None:
        self._poll = select.epoll() if hasattr(select, "epoll") else None
        self._ring = open_ring() if uses_ring and self._poll is not None else None
        self._buffer = np.zeros((READ_ROWS_COUNT, READ_BYTES), np.uint8)
        self._rows = [row.data for row in self._buffer]
        self._readers: dict[int, tuple[Reader, asyncio.Transport]] = {}
        self._takers: list[PoseTaker] = []
        self._waiting: dict[asyncio.Transport, _Said] = {}
        self._taker = np.zeros(0, np.int16)
        self._slot = np.zeros(0, np.int64)
        """-1 where what comes is not to be taken for a pose."""
        self._heard = np.zeros(0, np.int64)

    @property
    def uses_ring(self) -> bool:
        """Whether the kernel reads many sockets at once."""
        return self._ring is not None

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
            self._make_room(descriptor)
            self._slot[descriptor] = -1
            self._heard[descriptor] = 0
        self._readers[descriptor] = reader, transport
        return descriptor

    def expect_poses(self, descriptor: int, taker: PoseTaker, slot: int) -> None:
        """Reads that are one pose go straight to this slot, until `hand_on` is asked for."""
        if descriptor in self._readers:
            if taker not in self._takers:
                self._takers.append(taker)
            self._taker[descriptor] = self._takers.index(taker)
            self._slot[descriptor] = slot

    def hand_on(self, descriptor: int) -> None:
        """Everything goes to the connection: a message is half read, or there is no slot."""
        if descriptor in self._readers:
            self._slot[descriptor] = -1

    def take_heard(self, descriptor: int) -> int:
        """How many poses came straight since this was asked last."""
        if descriptor < 0:
            return 0
        count = int(self._heard[descriptor])
        self._heard[descriptor] = 0
        return count

    def release(self, descriptor: int) -> None:
        """The loop reads this one again, if its transport is still open."""
        if self._readers.get(descriptor) is None:
            return
        assert self._poll is not None
        _, transport = self._readers.pop(descriptor)
        self._slot[descriptor] = -1
        try:
            self._poll.unregister(descriptor)
        except OSError:
            return  # closed already: the kernel has forgotten it
        if not transport.is_closing():
            transport.resume_reading()

    def read_ahead(self) -> None:
        """Take poses that are here already. Whatever else was said is heard at the next `read`, when the hall
        is about to know where its speaker stands."""
        for said in self._read():
            earlier = self._waiting.get(said.transport)
            self._waiting[said.transport] = (
                said if earlier is None else said._replace(data=earlier.data + said.data)
            )

    def read(self) -> None:
        """Give to each visitor's slot or connection what came for it."""
        while self._waiting:
            self._hand_over(self._waiting.pop(next(iter(self._waiting))))
        for said in self._read():
            self._hand_over(said)

    def last_words(self, descriptor: int, transport: asyncio.Transport) -> bytes:
        """What was said before this socket broke and nobody has heard yet: read ahead, or unread still."""
        waiting = self._waiting.pop(transport, None)
        return (b"" if waiting is None else waiting.data) + rest_of(descriptor)

    def _read(self) -> list[_Said]:
        """Poses to their slots; what else came."""
        if self._poll is None:
            return []
        events = self._poll.poll(0, EVENTS_MAX_COUNT)
        ready = np.fromiter((descriptor for descriptor, _ in events), np.int32, len(events))
        others: list[_Said] = []
        for begin in range(0, len(ready), len(self._buffer)):
            some = ready[begin : begin + len(self._buffer)]
            others += self._sort_out(some, self._receive(some))
        return others

    def _receive(self, descriptors: NDArray[np.int32]) -> NDArray[np.int32]:
        """(n,) sockets into the first n rows of the buffer. Returns (n,) bytes, or a negative errno."""
        if self._ring is not None:
            return self._ring.receive(descriptors, self._buffer)
        sizes = np.empty(len(descriptors), np.int32)
        for row, descriptor in enumerate(descriptors.tolist()):
            try:
                sizes[row] = os.readv(descriptor, self._rows[row : row + 1])
            except OSError as error:
                sizes[row] = -(error.errno or errno.EIO)
        return sizes

    def _sort_out(self, descriptors: NDArray[np.int32], sizes: NDArray[np.int32]) -> list[_Said]:
        """Poses to their slots; returns everything else. All (n,) descriptors are different."""
        rows = self._buffer[: len(descriptors), :POSE_FRAME_BYTES]
        straight = (sizes == POSE_FRAME_BYTES) & (self._slot[descriptors] >= 0) & are_pose_frames(rows)
        others = [
            self._said(int(descriptors[row]), self._buffer[row, : max(0, sizes[row])].tobytes())
            for row in np.flatnonzero(~straight & (sizes != -errno.EAGAIN)).tolist()
        ]
        for number, taker in enumerate(self._takers):
            chosen = np.flatnonzero(straight & (self._taker[descriptors] == number))
            if len(chosen):
                taker.put_many(self._slot[descriptors[chosen]], rows[chosen, 2:])
        self._heard[descriptors[straight]] += 1
        return others

    def _said(self, descriptor: int, data: bytes) -> _Said:
        if len(data) == READ_BYTES:
            data += rest_of(descriptor)
        return _Said(*self._readers[descriptor], descriptor, data)

    def _hand_over(self, said: _Said) -> None:
        """To the connection, even where what came before it gave its socket back to the loop, or broke it."""
        if not said.data:
            # The end stays to be read: the loop finds it and closes.
            if self._readers.get(said.descriptor, (None, None))[1] is said.transport:
                self.release(said.descriptor)
            return
        try:
            said.reader.data_received(said.data)
        except Exception:
            # As where the loop reads: the fault ends one connection, and not everybody's tick.
            log.exception("connection_failed")
            said.reader.fail()

    def _make_room(self, descriptor: int) -> None:
        missing = descriptor + 1 - len(self._slot)
        if missing > 0:
            more = max(missing, len(self._slot), 1024)
            self._slot = np.concatenate((self._slot, np.full(more, -1, np.int64)))
            self._taker = np.concatenate((self._taker, np.zeros(more, np.int16)))
            self._heard = np.concatenate((self._heard, np.zeros(more, np.int64)))

    def close(self) -> None:
        """Give all back and let go."""
        for descriptor in list(self._readers):
            self.release(descriptor)
        if self._poll is not None:
            self._poll.close()
            self._poll = None
        if self._ring is not None:
            self._ring.close()
            self._ring = None


def rest_of(descriptor: int) -> bytes:
    """What a socket still holds, as far as one more read takes it."""
    try:
        return os.read(descriptor, MORE_BYTES)
    except OSError:
        return b""  # nothing more now; an end or a fault is met again at the next tick
