"""The visitors of a run: one process, one epoll, bare sockets, so that the generator leaves the machine to
the server. It reads the clock and sends by it; what a peer's bytes mean is the dialect's part.

As in `yuanzhan bench crowd`, a visitor who is no probe reads `READS_PER_S` times a second: its socket holds
what came meanwhile, and nobody is woken for it. Probes are read as soon as something arrives.
"""

from __future__ import annotations

import math
import select
import socket
import struct
import time
from collections.abc import Callable
from typing import Final

import numpy as np

from bench.peers.dialects import Answer, Dialect, Joining
from bench.peers.poses import PoseLog
from bench.peers.walk import Walkers
from bench.peers.wire import FrameReader, Opcode, frame, http_answer_end

JOINING_MAX_COUNT: Final = 32
"""Who is on the way in at the same time."""
PROBES_COUNT: Final = 8
"""Visitors who look into what they receive, spread evenly over the order of joining."""
READS_PER_S: Final = 3.0
PASS_S: Final = 0.01
"""Poses leave and sockets are read in passes of so long."""
WATCH_PERIOD_S: Final = 0.5
TICK_HZ: Final = 10.0
_READS_COUNT: Final = 64
"""Members that are read before the probes are looked at again."""
_READ_BYTES: Final = 1 << 20
_RECEIVE_BUFFER_BYTES: Final = 1 << 20
"""What comes between two reads fits, so that reading seldom never holds the server back."""
_CONNECT_LIMIT_S: Final = 10.0
_RESET: Final = struct.pack("ii", 1, 0)
"""SO_LINGER: leave no connection in TIME_WAIT, thousands of which would take the ports of the next run."""


class Probe:
    """What one looking visitor received."""

    def __init__(self) -> None:
        self.frames_count = 0
        self.poses_count = 0
        self.seen = PoseLog()


class Member:
    """One visitor's connection."""

    __slots__ = ("http", "identity", "joining", "probe", "reader", "sock", "waits_for")

    def __init__(self, sock: socket.socket, joining: Joining, probe: Probe | None) -> None:
        self.sock = sock
        self.joining = joining
        self.probe = probe
        self.reader = FrameReader(keeps_bytes=math.inf)
        self.waits_for: Answer | None = None
        self.http = b""
        self.identity = ""


class Crowd:
    """`count` visitors of the server at 127.0.0.1:`port`. `watch` is called now and then, and may raise."""

    def __init__(
        self, dialect: Dialect, port: int, count: int, probes_count: int, watch: Callable[[], None], seed: int
    ) -> None:
        self._dialect = dialect
        self._port = port
        self._count = count
        self._watch = watch
        self._seed = seed
        spread = np.linspace(0, count - 1, min(probes_count, count)).astype(int).tolist()
        self._probes = {index: Probe() for index in spread}
        self._members: list[Member | None] = []
        self._by_fd: dict[int, Member] = {}
        self._epoll = select.epoll()
        self._buffer = bytearray(_READ_BYTES)
        self._view = memoryview(self._buffer)
        self._plain: list[Member] = []
        self._turn = 0.0
        self._pass_at_s = time.monotonic()
        self._under_way_count = 0
        self._measuring = False
        self._watched_at_s = self._pass_at_s
        self._walkers: Walkers | None = None
        self.refusal = ""
        """What the first one heard who was not let in."""
        self.sent = PoseLog()
        self.joined_count = 0
        self.lost_count = 0
        self.received_bytes = 0

    @property
    def probes(self) -> list[Probe]:
        """Those who look."""
        return list(self._probes.values())

    def join(self, limit_s: float) -> float:
        """Everybody comes in, a few at a time: how many seconds it took. Ends after `limit_s`."""
        begin_s = time.monotonic()
        while self.joined_count + self.lost_count < self._count:
            if time.monotonic() > begin_s + limit_s:
                break
            while len(self._members) < self._count and self._under_way_count < JOINING_MAX_COUNT:
                self._enter(len(self._members))
            self._pass()
        return time.monotonic() - begin_s

    def walk(self, seconds: float, *, measure: bool) -> None:
        """Everybody walks, and the probes look when it is measured."""
        now_s = time.monotonic()
        if self._walkers is None:
            self._walkers = Walkers(len(self._members), now_s, np.random.default_rng(self._seed))
        self._measuring = measure
        while time.monotonic() < now_s + seconds:
            self._send_due(self._walkers, time.monotonic())
            self._pass()
        self._measuring = False

    def close(self) -> None:
        """Drop all connections."""
        for member in filter(None, self._members):
            member.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
            member.sock.close()
        self._epoll.close()

    def _enter(self, index: int) -> None:
        sock = socket.socket()
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _RECEIVE_BUFFER_BYTES)
        sock.settimeout(_CONNECT_LIMIT_S)
        sock.connect(("127.0.0.1", self._port))
        sock.setblocking(False)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        member = Member(sock, self._dialect.join(), self._probes.get(index))
        self._members.append(member)
        self._by_fd[sock.fileno()] = member
        self._epoll.register(sock.fileno(), select.EPOLLIN)
        self._under_way_count += 1
        self._advance(member, None)

    def _advance(self, member: Member, answer: bytes | None) -> None:
        """The next step of joining."""
        try:
            data, member.waits_for = member.joining.send(answer)  # type: ignore[arg-type]
        except StopIteration as stop:
            member.identity = stop.value
            member.waits_for = None
            member.reader.keeps_bytes = math.inf if member.probe else self._dialect.small_bytes
            self._under_way_count -= 1
            self.joined_count += 1
            if member.probe is None:
                self._epoll.unregister(member.sock.fileno())
                del self._by_fd[member.sock.fileno()]
                self._plain.append(member)
            return
        except ConnectionError as error:
            self._refuse(member, error)
            return
        if data:
            self._send(member, data)

    def _pass(self) -> None:
        """Read a share of the sockets, and for the rest of the pass those of probes and of newcomers."""
        begin_s = time.monotonic()
        self._read_share(begin_s - self._pass_at_s)
        self._pass_at_s = begin_s
        while (rest_s := begin_s + PASS_S - time.monotonic()) > 0.0005:
            self._read_arrived(rest_s)
        if begin_s > self._watched_at_s + WATCH_PERIOD_S:
            self._watched_at_s = begin_s
            self._watch()

    def _read_share(self, elapsed_s: float) -> None:
        count = len(self._plain)
        share = min(count * READS_PER_S * elapsed_s, count)
        turns = range(int(self._turn), int(self._turn + share))
        for number, member in enumerate([self._plain[turn % count] for turn in turns], 1):
            self._read(member)
            # What a probe is told counts as heard when it is read: not after all these others.
            if number % _READS_COUNT == 0:
                self._read_arrived()
        self._turn = (self._turn + share) % max(1, count)

    def _read_arrived(self, rest_s: float = 0.0) -> None:
        """What came for probes and newcomers, at once or within `rest_s`."""
        for fd, _ in self._epoll.poll(rest_s):
            if fd in self._by_fd:
                self._read(self._by_fd[fd])

    def _read(self, member: Member) -> None:
        try:
            size = member.sock.recv_into(self._buffer)
        except BlockingIOError:
            return
        except OSError:
            size = 0
        if not size:
            self._lose(member)
            return
        self.received_bytes += size
        data = self._view[:size]
        if member.waits_for is Answer.HTTP:
            data = self._read_http(member, data)
        for opcode, payload in member.reader.feed(data):
            self._hear(member, opcode, payload)

    def _read_http(self, member: Member, data: memoryview) -> memoryview:
        """Returns what came behind the answer."""
        member.http += bytes(data)
        try:
            end = http_answer_end(member.http)
        except ConnectionError as error:
            self._refuse(member, error)
            return memoryview(b"")
        if end is None:
            return memoryview(b"")
        answer, rest, member.http = member.http[:end], member.http[end:], b""
        self._advance(member, answer)
        return memoryview(rest)

    def _hear(self, member: Member, opcode: int, payload: bytes) -> None:
        if opcode == Opcode.PING:
            self._send(member, frame(Opcode.PONG, payload))
        elif opcode == Opcode.CLOSE:
            self._lose(member)
        elif member.waits_for is Answer.FRAME:
            self._advance(member, payload)
        elif (answer := self._dialect.answer(Opcode(opcode), payload)) is not None:
            self._send(member, answer)
        elif member.probe is not None and self._measuring:
            self._see(member.probe, payload)

    def _see(self, probe: Probe, payload: bytes) -> None:
        at_s = time.monotonic()
        poses = self._dialect.poses(payload)
        if poses is None:
            return
        probe.frames_count += 1
        for x, z in poses:
            probe.poses_count += 1
            probe.seen.note(x, z, at_s)

    def _send_due(self, walkers: Walkers, now_s: float) -> None:
        due = walkers.due(now_s)
        for index, x, z, yaw in zip(
            due.tolist(), *(v.tolist() for v in walkers.step(due, now_s)), strict=True
        ):
            member = self._members[index]
            if member is not None and member.waits_for is None:
                self.sent.note(x, z, time.monotonic())
                self._send(member, self._dialect.pose(member.identity, x, z, yaw))

    def _send(self, member: Member, data: bytes) -> None:
        """A server that does not read loses poses: they are replaceable."""
        try:
            sent_bytes = member.sock.send(data)
        except BlockingIOError:
            return
        except OSError:
            sent_bytes = 0
        if sent_bytes != len(data):
            self._lose(member)

    def _refuse(self, member: Member, error: ConnectionError) -> None:
        self.refusal = self.refusal or str(error)
        self._lose(member)

    def _lose(self, member: Member) -> None:
        """The connection ended."""
        if member not in self._members:
            return
        self._members[self._members.index(member)] = None
        if self._by_fd.pop(member.sock.fileno(), None) is None:
            self._plain.remove(member)
        else:
            self._epoll.unregister(member.sock.fileno())
        self._under_way_count -= member.waits_for is not None
        member.sock.close()
        self.lost_count += 1
