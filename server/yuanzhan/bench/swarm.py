"""All sockets of a run in one thread: connect, say hello, say poses, count what comes.

Lean on purpose, so that the generator does not decide what is measured. A visitor who is not a probe reads
only `READS_PER_S` times a second: its socket holds what came meanwhile, as a phone's does, and one read
takes several frames; where the kernel has io_uring, many sockets are read or written in one call. Probes are
read as soon as something arrives.
"""

from __future__ import annotations

import errno
import select
import socket
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray

from yuanzhan.bench.plan import PASS_S, READS_PER_S, THROTTLED_BYTES_PER_S
from yuanzhan.bench.probe import Probe
from yuanzhan.bench.stroll import Stroll
from yuanzhan.bench.wire import FrameCounter, pose_frames, upgrade_request
from yuanzhan.bots.measure import SentPoses
from yuanzhan.errors.connections import CLOSE_CODES
from yuanzhan.protocol.codec import decode_server, encode
from yuanzhan.protocol.kinds import Kind
from yuanzhan.protocol.messages.joining import Bye, Closing, FreshToken, Hello, Welcome
from yuanzhan.protocol.messages.notices import Notice
from yuanzhan.protocol.messages.positions import Correct
from yuanzhan.uring import open_ring

JOINING_MAX_COUNT: Final = 24
"""Connections at once that have not said hello: fewer than a server as it comes lets one address have."""
JOIN_TIMEOUT_S: Final = 10.0
RENEWED_PER_S: Final = 300.0
"""At most so many who come in another's stead."""
KNOWN_AFTER_S: Final = 0.4
"""Two ticks, the way there, and a pass of the generator."""
_READ_BYTES: Final = 1 << 18
_ROW_BYTES: Final = 1 << 14
"""Of one socket when many are read at once: twice what has come in the time between."""
_TOGETHER_COUNT: Final = 64
"""Sockets that are read, or written, before probes are looked at again."""
_THROTTLED_BUFFER_BYTES: Final = 16_384
_FRAME: Final = bytes([Kind.FRAME])


@dataclass(slots=True, eq=False)
class _Seat:
    """One visitor's connection."""

    visitor: int
    look: int
    at: str | None
    socket: socket.socket | None = None
    counter: FrameCounter | None = None
    token: str | None = None
    begun_s: float = 0.0
    answered: bool = False
    head: bytes = b""
    probe: Probe | None = None
    welcomes: list[Welcome] = field(default_factory=list)


class Swarm:
    """See above. Visitors are numbers from 0; the first `probes_count` are probes."""

    def __init__(
        self,
        address: tuple[str, int],
        hall: str,
        stroll: Stroll,
        entrances: list[str | None],
        looks: list[int],
        *,
        probes_count: int,
        joining_max_count: int = JOINING_MAX_COUNT,
        throttled_count: int = 0,
        stalled_count: int = 0,
        rng: np.random.Generator,
    ) -> None:
        count = len(looks)
        self._address = address
        self._hall = hall
        self._stroll = stroll
        self._rng = rng
        self._seats = [_Seat(visitor, looks[visitor], entrances[visitor]) for visitor in range(count)]
        self._probes_count = probes_count
        self._joining_max_count = joining_max_count
        # Probes are none of them: where the shares are everybody, they are everybody else.
        self._throttled = range(probes_count, min(count, probes_count + throttled_count))
        self._stalled = range(self._throttled.stop, min(count, self._throttled.stop + stalled_count))
        self._plain = range(self._stalled.stop, count)
        self._buffer = bytearray(_READ_BYTES)
        self._view = memoryview(self._buffer)
        self._ring = open_ring()
        self._rows = np.zeros((_TOGETHER_COUNT, _ROW_BYTES), np.uint8)
        self._descriptors = np.full(count, -1, np.int32)
        """Of those whose connection is open, by visitor."""
        self._sent = SentPoses(1 << 16)
        self._slots = np.zeros(count, np.int64)
        self._entered_s = np.full(count, np.inf)
        self._left: dict[int, tuple[float, int]] = {}
        """By slot: when its visitor left, and which generation that was."""
        self._poll = select.epoll()
        self._by_fd: dict[int, _Seat] = {}
        self._joining: set[_Seat] = set()
        self._to_join: list[int] = []
        self._join_per_s = 0.0
        self._join_credit = 0.0
        self._turn = 0.0
        self._pass_s = time.monotonic()
        self._throttle_turn = 0.0
        self.joined_count = self.disconnects_count = self.poses_count = self.corrections_count = 0
        self.bytes_count = 0
        self.churned_count = 0
        self.moved_count = 0
        """Returned to another place or as another visitor than they were."""
        self.refusals: list[str] = []
        self.closes: dict[int, int] = {}

    @property
    def probes(self) -> list[Probe]:
        """Those in the hall."""
        return [seat.probe for seat in self._seats[: self._probes_count] if seat.probe is not None]

    @property
    def frames_count(self) -> int:
        """FRAMEs read by all."""
        return sum(seat.counter.frames_count for seat in self._seats if seat.counter is not None)

    @property
    def present_count(self) -> int:
        """In the hall now."""
        return int(np.count_nonzero(self._stroll.present))

    @property
    def is_joining(self) -> bool:
        """Somebody is still on the way in."""
        return bool(self._to_join or self._joining)

    @property
    def coming_count(self) -> int:
        """On the way in, in the stead of somebody who was in and left."""
        coming = [*self._joining, *(self._seats[visitor] for visitor in self._to_join)]
        return sum(bool(seat.welcomes) for seat in coming)

    def visitors_by_slot(self, slots_count: int) -> NDArray[np.int64]:
        """(slots_count,) which visitor has each slot, -1 for none."""
        visitors = np.full(slots_count, -1, np.int64)
        present = np.flatnonzero(self._stroll.present)
        visitors[self._slots[present]] = present
        return visitors

    def settled_slots(self, visitors: NDArray[np.int64], now_s: float) -> NDArray[np.bool_]:
        """(n,) visitors, -1 for none -> whether each is in the hall for longer than `KNOWN_AFTER_S`."""
        settled: NDArray[np.bool_] = (visitors >= 0) & (now_s - self._entered_s[visitors] > KNOWN_AFTER_S)
        return settled

    def gone_generations(self, slots_count: int, now_s: float, after_s: float) -> NDArray[np.int64]:
        """(slots_count,) generation of the visitor who left so long ago, -1 where nobody did. The slot may
        have somebody else since then, who is on the way in and does not know it yet.
        """
        gone = np.full(slots_count, -1, np.int64)
        for slot, (left_s, generation) in self._left.items():
            if now_s - left_s > after_s:
                gone[slot] = generation
        return gone

    def leave(self, visitors: Iterable[int]) -> None:
        """These say goodbye."""
        for visitor in visitors:
            raw = self._seats[visitor].socket
            if raw is not None:
                # Unread bytes would make the closing a reset, which overtakes the goodbye.
                self._read(self._seats[visitor])
                raw.send(client_frame(encode(Bye())))
                (welcome,) = self._seats[visitor].welcomes
                self._left[welcome.id & 0xFFFF] = time.monotonic(), welcome.id >> 16
                self._forget(self._seats[visitor])
                self._seats[visitor].token = None

    def join(self, visitors: Iterable[int], per_s: float) -> None:
        """From now on let these come in, so many a second."""
        self._to_join = list(visitors)[::-1] + self._to_join
        self._join_per_s = per_s

    def drop(self, visitors: Iterable[int]) -> None:
        """Break these connections without a word."""
        for visitor in visitors:
            self._forget(self._seats[visitor])

    def renew(self, count: int) -> None:
        """So many of those who are no probes leave for good, and as many others come in their stead."""
        if count <= 0:
            return
        present = np.flatnonzero(self._stroll.present[self._plain.start :]) + self._plain.start
        leaving = self._rng.choice(present, min(count, len(present)), replace=False).tolist()
        self.leave(leaving)
        self.join(leaving, RENEWED_PER_S)
        self.churned_count += len(leaving)

    def run_for(self, seconds: float) -> None:
        """Live for so long."""
        end_s = time.monotonic() + seconds
        while time.monotonic() < end_s:
            self.run_pass()

    def run_pass(self) -> None:
        """One pass: send what is due, read a share of the sockets, look at the probes and at newcomers.

        Raises ConnectionError when all are lost who were in.
        """
        now_s = time.monotonic()
        elapsed_s, self._pass_s = now_s - self._pass_s, now_s
        self._let_in(now_s, elapsed_s)
        self._send_due(now_s)
        self._read_share(elapsed_s)
        self._read_throttled(elapsed_s)
        rest_s = max(0.0, self._pass_s + PASS_S - time.monotonic())
        while True:
            self._read_arrived(rest_s)
            # Whoever just came in makes room for the next: 24 at once are not 24 a pass.
            self._let_in(time.monotonic(), 0.0)
            rest_s = self._pass_s + PASS_S - time.monotonic()
            if rest_s <= 0.0005:
                break
        if self.disconnects_count and not self.is_joining and not self.present_count:
            raise ConnectionError("all connections ended")

    def close(self) -> None:
        """Let go of all."""
        for seat in self._seats:
            if seat.socket is not None:
                seat.socket.close()
        self._poll.close()
        if self._ring is not None:
            self._ring.close()

    # --- coming in --------------------------------------------------------------------------------------

    def _let_in(self, now_s: float, elapsed_s: float) -> None:
        self._join_credit = min(self._join_credit + elapsed_s * self._join_per_s, 200.0)
        while self._to_join and self._join_credit >= 1.0 and len(self._joining) < self._joining_max_count:
            self._join_credit -= 1.0
            self._connect(self._seats[self._to_join.pop()], now_s)
        for seat in [seat for seat in self._joining if now_s - seat.begun_s > JOIN_TIMEOUT_S]:
            self.refusals.append("no answer")
            self._forget(seat)

    def _connect(self, seat: _Seat, now_s: float) -> None:
        raw = socket.socket()
        if seat.visitor in self._throttled or seat.visitor in self._stalled:
            raw.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _THROTTLED_BUFFER_BYTES)
        raw.connect(self._address)
        raw.setblocking(False)
        raw.send(upgrade_request(*self._address))
        seat.socket, seat.begun_s, seat.answered, seat.head = raw, now_s, False, b""
        self._descriptors[seat.visitor] = raw.fileno()
        self._by_fd[raw.fileno()] = seat
        self._poll.register(raw.fileno(), select.EPOLLIN)
        self._joining.add(seat)

    def _answer(self, seat: _Seat, data: bytes) -> None:
        """The 101, or what else the server said to the upgrade; then hello."""
        assert seat.socket is not None
        seat.head += data
        head, separator, rest = seat.head.partition(b"\r\n\r\n")
        if not separator:
            return
        if not head.startswith(b"HTTP/1.1 101"):
            self.refusals.append(head.split(b"\r\n")[0].decode("latin-1"))
            self._forget(seat)
            return
        seat.answered, seat.head = True, b""
        counted = seat.counter.frames_count if seat.counter is not None else 0
        seat.counter = FrameCounter(lambda payload: self._hear(seat, payload), keeps_all=self._is_probe(seat))
        seat.counter.frames_count = counted
        hello = Hello(self._hall, f"visitor {seat.visitor}", seat.look, "en", seat.at, seat.token, bot=True)
        seat.socket.send(client_frame(encode(hello)))
        if rest:
            seat.counter.read(memoryview(rest), len(rest))

    def _enter(self, seat: _Seat, welcome: Welcome) -> None:
        now_s = time.monotonic()
        visitor = seat.visitor
        self._joining.discard(seat)
        self.joined_count += 1
        if seat.welcomes and seat.welcomes[-1].id != welcome.id:
            self.moved_count += 1
        seat.welcomes[:] = [welcome]
        seat.token = welcome.token
        self._slots[visitor] = welcome.id & 0xFFFF
        self._entered_s[visitor] = now_s
        self._left.pop(welcome.id & 0xFFFF, None)
        self._sent.join(welcome.id)
        self._stroll.place(visitor, welcome.x, welcome.z, now_s)
        if self._is_probe(seat):
            seat.probe = Probe(visitor, welcome, self._sent)
        else:
            assert seat.socket is not None
            self._poll.unregister(seat.socket.fileno())
            del self._by_fd[seat.socket.fileno()]

    def _forget(self, seat: _Seat) -> None:
        """This connection ended."""
        if seat.socket is None:
            return
        fd = seat.socket.fileno()
        if self._by_fd.pop(fd, None) is not None:
            self._poll.unregister(fd)
        seat.socket.close()
        seat.socket = None
        self._descriptors[seat.visitor] = -1
        self._joining.discard(seat)
        self._stroll.absent(seat.visitor)

    def _is_probe(self, seat: _Seat) -> bool:
        return seat.visitor < self._probes_count

    # --- poses ------------------------------------------------------------------------------------------

    def _send_due(self, now_s: float) -> None:
        visitors, poses = self._stroll.due(now_s)
        if len(visitors) == 0:
            return
        frames = pose_frames(poses, self._rng)
        for begin in range(0, len(visitors), _TOGETHER_COUNT):
            some = slice(begin, begin + _TOGETHER_COUNT)
            # A pose is as old as its sending, and what a probe was told waits for few of them.
            self._sent.note(
                self._slots[visitors[some]], poses["seq"][some].astype(np.uint8), time.monotonic()
            )
            self._send_together(visitors[some], frames[some])
            self._read_arrived()

    def _send_together(self, visitors: NDArray[np.int64], frames: NDArray[np.uint8]) -> None:
        """(n,) visitors and (n, bytes) what each says, in one call."""
        data = memoryview(frames.tobytes())
        size = len(data) // len(visitors)
        self.poses_count += len(visitors)
        if self._ring is not None:
            memory = np.frombuffer(data, np.uint8)
            begins = memory.ctypes.data + size * np.arange(len(visitors))
            sizes = np.full(len(visitors), size, np.uint32)
            results = self._ring.send(self._descriptors[visitors], begins.astype(np.uint64), sizes)
        else:
            pieces = (data[begin : begin + size] for begin in range(0, len(data), size))
            results = np.array([self._send(*each) for each in zip(visitors.tolist(), pieces, strict=True)])
        for index in np.flatnonzero(results < 0).tolist():
            self.poses_count -= 1
            seat = self._seats[visitors[index]]
            if results[index] != -errno.EAGAIN and seat.socket is not None:
                self._lost(seat)

    def _send(self, visitor: int, data: memoryview) -> int:
        """Bytes, or a negative errno."""
        raw = self._seats[visitor].socket
        try:
            return -errno.EBADF if raw is None else raw.send(data)
        except OSError as error:
            return -(error.errno or errno.EIO)

    # --- reading ----------------------------------------------------------------------------------------

    def _read_arrived(self, rest_s: float = 0.0) -> None:
        """What came for probes and newcomers, at once or within `rest_s`."""
        for fd, _ in self._poll.poll(rest_s):
            seat = self._by_fd.get(fd)
            if seat is not None:
                self._read(seat)

    def _read_share(self, elapsed_s: float) -> None:
        count = len(self._plain)
        share = min(count * READS_PER_S * elapsed_s, count)
        numbers = np.arange(int(self._turn), int(self._turn + share)) % max(1, count)
        self._turn = (self._turn + share) % max(1, count)
        visitors = self._plain.start + numbers
        if self._ring is None:
            for visitor in visitors.tolist():
                self._read(self._seats[visitor])
            return
        visitors = visitors[self._descriptors[visitors] >= 0]
        for begin in range(0, len(visitors), _TOGETHER_COUNT):
            self._read_together(visitors[begin : begin + _TOGETHER_COUNT])
            # What a probe is told counts as heard when it is read: not after all these others.
            self._read_arrived()

    def _read_together(self, visitors: NDArray[np.int64]) -> None:
        """(n,) visitors, at most `_TOGETHER_COUNT`, in one call."""
        assert self._ring is not None
        sizes = self._ring.receive(self._descriptors[visitors], self._rows).tolist()
        for visitor, size, row in zip(visitors.tolist(), sizes, self._rows, strict=False):
            seat = self._seats[visitor]
            if size > 0:
                self._take(seat, row.data, size)
                if size == _ROW_BYTES:
                    self._read(seat)
            elif size != -errno.EAGAIN:
                self._lost(seat)

    def _read_throttled(self, elapsed_s: float) -> None:
        """Each of them once a second, and no more than it may."""
        count = len(self._throttled)
        share = min(count * elapsed_s, count)
        for number in range(int(self._throttle_turn), int(self._throttle_turn + share)):
            self._read(self._seats[self._throttled.start + number % count], THROTTLED_BYTES_PER_S)
        self._throttle_turn = (self._throttle_turn + share) % max(1, count)

    def _read(self, seat: _Seat, limit: int = _READ_BYTES) -> None:
        if seat.socket is None:
            return
        try:
            size = seat.socket.recv_into(self._buffer, limit)
        except BlockingIOError:
            return
        except OSError:
            size = 0
        if size == 0:
            self._lost(seat)
            return
        self._take(seat, self._view, size)

    def _take(self, seat: _Seat, data: memoryview, size: int) -> None:
        """So many bytes came."""
        self.bytes_count += size
        if not seat.answered:
            self._answer(seat, bytes(data[:size]))
        elif seat.counter is not None:
            seat.counter.read(data, size)
            if seat.counter.close_code is not None:
                self._lost(seat)

    def _lost(self, seat: _Seat) -> None:
        """The server ended it, or the socket broke."""
        code = 1006 if seat.counter is None or seat.counter.close_code is None else seat.counter.close_code
        self.closes[code] = self.closes.get(code, 0) + 1
        if self._stroll.present[seat.visitor]:
            self.disconnects_count += 1
        self._forget(seat)
        if code == CLOSE_CODES["hall_full"] and seat.welcomes and seat.token is None:
            # Its predecessor's goodbye is read at the server's next tick: until then the place is taken.
            self._to_join.insert(0, seat.visitor)

    def _hear(self, seat: _Seat, payload: bytes) -> None:
        if payload[:1] == _FRAME:
            if seat.probe is not None:
                seat.probe.see(payload, time.monotonic())
            return
        message = decode_server(payload)
        if isinstance(message, Welcome):
            self._enter(seat, message)
        elif isinstance(message, FreshToken):
            seat.token = message.token
        elif isinstance(message, Correct):
            self.corrections_count += 1
            self._stroll.place(seat.visitor, message.x, message.z, time.monotonic())
        elif isinstance(message, Closing | Notice):
            self.refusals.append(message.reason if isinstance(message, Closing) else message.code)


def client_frame(payload: bytes) -> bytes:
    """A short masked frame; its mask is zero, as nothing between here and there is to be protected."""
    assert len(payload) < 65_536
    size = len(payload)
    head = bytes((0x82, 0x80 | size)) if size < 126 else b"\x82\xfe" + size.to_bytes(2, "big")
    return head + bytes(4) + payload
