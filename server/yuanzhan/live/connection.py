"""One visitor's socket: an asyncio protocol around a session, a frame reader and an outbox.

The hot paths are two. Reading: one pose, one frame, one read goes into the visitor's slot, by `Sockets` or,
where the loop reads, by a few lines of `data_received`; only while that is allowed: the visitor is in a hall
and the stream stands between two messages. Writing: while nothing waits in the transport, the visitor's
outlet in its room is the socket's descriptor, and `Writers` write a tick's frame straight to it; what the
socket does not take is given to the transport (`spill`), and until that has drained the outlet is
`NO_OUTLET` and everything goes through `offer_frame`.

A connection ends in one of three ways, and `House.lost` hears of it once: the peer closes, the socket
breaks, or `close` is called with a reason. Then the peer is told (`closing`, close frame), has
`CLOSE_WAIT_S` to answer, and the socket goes.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Final, Protocol

from yuanzhan.errors.connections import CLOSE_CODES, ConnectionRefused
from yuanzhan.live.sockets import PoseTaker, Sockets
from yuanzhan.live.traffic import Traffic
from yuanzhan.live.writing import NO_OUTLET, Outlets
from yuanzhan.moderation.callers import Caller
from yuanzhan.protocol.codec import encode
from yuanzhan.protocol.frames import FrameReader, is_pose_frame, last_pose_frame, server_frame
from yuanzhan.protocol.limits import POSE_MAX_HZ
from yuanzhan.protocol.messages.directions import ClientMessage, ServerMessage
from yuanzhan.protocol.messages.joining import Bye, Closing, Hello
from yuanzhan.protocol.outbox import CONGESTED_BYTES, Outbox
from yuanzhan.protocol.session import Session, State

CLOSE_WAIT_S: Final = 2.0
"""For the peer's close frame to come back, or for a slow socket to take ours."""
PING_AFTER_S: Final = 20.0
"""Without a word: routers forget a silent connection after 30 s and more."""
DEAD_AFTER_S: Final = 45.0
"""Without a word and without a pong: nobody is there."""

USUAL_POSES_COUNT: Final = 2 * POSE_MAX_HZ
"""In a second: fewer than the allowance refills with, so they need not be taken from it."""

ABNORMAL: Final = 1006
"""The code of a connection that ended without a close frame (RFC 6455, 7.1.5)."""
KNOWN_CLOSE_CODES: Final = frozenset({*CLOSE_CODES.values(), 1005, ABNORMAL})
"""What is counted under its own number."""
OTHER_CLOSE: Final = 0
"""Counts all other codes of peers together: they may send any of four thousand."""


class Listener(Protocol):
    """What a connection tells; `House` is one."""

    def hello(self, connection: Connection, hello: Hello) -> None:
        """First message. Raises ConnectionRefused when it is not acceptable."""

    def message(self, connection: Connection, message: ClientMessage) -> None:
        """Any later message but `bye`. Raises ConnectionRefused when it is not acceptable."""

    def lost(self, connection: Connection, *, for_good: bool) -> None:
        """The connection ended, once; `for_good` when the visitor does not want to come back."""

    def ended(self, connection: Connection) -> None:
        """The socket is closed: after `lost`, when the peer has read the last words or they are given up."""


class Connection(asyncio.Protocol):
    """See above. `clock` gives monotonic seconds; `settled` is called when hello was said or the socket
    is lost.
    """

    __slots__ = (
        "_clock",
        "_counted",
        "_descriptor",
        "_fast_count",
        "_idle_since_s",
        "_is_clear",
        "_listener",
        "_lost",
        "_outlets",
        "_pinged",
        "_reader",
        "_session",
        "_settled",
        "_slot",
        "_slow_count",
        "_sockets",
        "_taker",
        "_traffic",
        "caller",
        "flowing",
        "outbox",
        "transport",
        "written_bytes",
    )

    def __init__(
        self,
        listener: Listener,
        transport: asyncio.Transport,
        caller: Caller,
        settled: Callable[[], None],
        clock: Callable[[], float],
        traffic: Traffic,
        sockets: Sockets,
    ) -> None:
        self.transport = transport
        self.caller = caller
        self.outbox = Outbox()
        self.written_bytes = 0
        """Given to `transport` since the 101, sent or not; whoever writes there counts here."""
        self.flowing = True
        """Takes frames as they come: nothing waits unsent, none was skipped."""
        self._outlets: Outlets | None = None
        self._sockets = sockets
        self._descriptor = -1
        self._listener = listener
        self._settled = settled
        self._clock = clock
        self._traffic = traffic
        self._session = Session(clock())
        self._reader = FrameReader()
        self._taker: PoseTaker | None = None
        self._is_clear = False
        """In a hall, and between two messages: a read that is a pose is one."""
        self._slot = 0
        self._lost = False
        self._fast_count = self._slow_count = self._counted = 0
        self._idle_since_s = self._session.opened_s
        self._pinged = False

    # --- for the house ----------------------------------------------------------------------------------

    @property
    def address(self) -> str:
        """The household that the connection is counted against."""
        return self.caller.address

    @property
    def is_closing(self) -> bool:
        """Told to end, or ended."""
        return self._session.state is State.CLOSING

    def enter(self, taker: PoseTaker, slot: int, outlets: Outlets) -> None:
        """The visitor is in a hall now: its poses go there, and frames come from there."""
        self._session.state = State.IN_HALL
        self._taker, self._slot, self._outlets = taker, slot, outlets
        self._descriptor = self._sockets.adopt(self.transport, self)
        if self._is_clear:
            self._sockets.expect_poses(self._descriptor, taker, slot)
        if self.flowing:
            self._flow()
        if self._descriptor >= 0:
            # From now on told of the first byte that waits, not of the last that may; also of one that does.
            self.transport.set_write_buffer_limits(high=0)
        self._settled()

    def wait(self) -> None:
        """The visitor waits in a queue: no poses, no frames."""
        self._session.state = State.QUEUED
        self._settled()

    def watch(self) -> None:
        """An operator watches from outside: no poses, no frames."""
        self._session.state = State.WATCHING
        self._settled()

    def send(self, message: ServerMessage) -> None:
        """A control message."""
        self.send_frame(server_frame(encode(message)))

    def send_frame(self, frame: bytes) -> None:
        """A control message as a WebSocket frame that was built for many."""
        if self.is_closing:
            return
        try:
            ready = self.outbox.control(frame)
        except ConnectionRefused as refused:
            self.close(refused.reason)
            return
        if ready:
            self._write(ready)

    def offer_frame(self, frame: bytes) -> bool:
        """This tick's frame when `flowing` is false: False if the outbox would not take it, and a FULL
        one is owed.
        """
        if self.is_closing:
            return True
        if self.outbox.takes_frame(self.transport.get_write_buffer_size()):
            self._give(frame)
            return True
        self._traffic.frames_skipped += 1
        return False

    def spill(self, frame: bytes, sent_bytes: int) -> bool:
        """The socket took only so much of this tick's frame: a begun one is finished by the transport, one
        that was not begun is offered.
        """
        self._stop_flowing()
        if sent_bytes == 0:
            return self.offer_frame(frame)
        self._give(frame[sent_bytes:])
        return True

    def send_full(self, frame: bytes, now_s: float) -> bool:
        """A FULL frame: from here on the visitor knows everything again. False if the outbox would not take
        it, and one is owed still.
        """
        if self.is_closing:
            return True
        if not self.outbox.takes_full():
            self._stop_flowing()
            return False
        self.outbox.sent_full(len(frame), now_s)
        self._write(frame)
        if self.transport.get_write_buffer_size() == 0:
            self._flow()
        return True

    def close(self, reason: str, retry_s: float | None = None, *, for_good: bool = False) -> None:
        """Tell the peer why (a key of `CLOSE_CODES`) and end."""
        if self.is_closing:
            return
        self._session.state = State.CLOSING
        self._leave_hall()
        self._traffic.closes[CLOSE_CODES[reason]] += 1
        if reason != "bye":
            closing = Closing(CLOSE_CODES[reason], reason, retry_s)
            self._write(server_frame(encode(closing)))
        self._reader.close(reason)
        self._flush_reader()
        self._report_lost(for_good)
        if self.outbox.congested or self._reader.finished:
            self.transport.close()
        asyncio.get_running_loop().call_later(CLOSE_WAIT_S, self.transport.abort)

    def fail(self) -> None:
        """End without a word: what the peer said led to a fault of ours. The rest is not read."""
        if not self.is_closing:
            self._session.state = State.CLOSING
            self._leave_hall()
            self._traffic.closes[ABNORMAL] += 1
            self._report_lost(for_good=False)
        self.transport.abort()

    def check(self, now_s: float) -> None:
        """To be called about once a second: deadlines, rates, silence."""
        fast_count = self._fast_count + self._sockets.take_heard(self._descriptor)
        self._fast_count = 0
        self._traffic.poses_received += fast_count
        self._traffic.messages_received += fast_count
        if 0 < fast_count <= USUAL_POSES_COUNT and self.flowing and self._descriptor >= 0:
            # Nearly everybody, nearly always: some poses came, and nothing waits unsent.
            self._idle_since_s = now_s
            self._pinged = False
            return
        if self.is_closing:
            return
        try:
            self._session.check_deadline(now_s)
            self._session.count_poses(fast_count, now_s)
            unsent_bytes = self.transport.get_write_buffer_size()
            self.outbox.check_stalled(self.written_bytes, unsent_bytes, now_s)
            self._check_silence(fast_count, now_s)
        except ConnectionRefused as refused:
            self.close(refused.reason)

    # --- asyncio.Protocol -------------------------------------------------------------------------------

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """The socket is ours."""
        self.transport.set_write_buffer_limits(high=CONGESTED_BYTES)

    def data_received(self, data: bytes) -> None:
        """Bytes from the peer."""
        if self._is_clear and self._taker is not None:
            pose, count = (data, 1) if is_pose_frame(data) else last_pose_frame(data)
            if count:
                self._taker.put(self._slot, pose[2:])
                self._fast_count += count
                return
        self._receive(data)

    def eof_received(self) -> bool:
        """The peer sends nothing more; so do we."""
        return False

    def pause_writing(self) -> None:
        """More is unsent than the limit, which is nothing where the socket is written to past the loop."""
        self._stop_flowing()
        self._note_congestion()

    def resume_writing(self) -> None:
        """Room again."""
        waiting = self.outbox.drained()
        if not self.outbox.owes_full:
            self._flow()
        if waiting and not self.is_closing:
            self._write(waiting)
        self._flush_reader()

    def connection_lost(self, exc: Exception | None) -> None:
        """The socket is gone."""
        if not self.is_closing and self._descriptor >= 0:
            # It broke as it was written to: the peer's last words may be unread, a goodbye above all.
            last_words = self._sockets.last_words(self._descriptor, self.transport)
            if last_words:
                self.data_received(last_words)
        if not self.is_closing:
            self._session.state = State.CLOSING
            self._count_peer_close()
        self._leave_hall()
        self._report_lost(for_good=False)
        self._listener.ended(self)

    # --- inside -----------------------------------------------------------------------------------------

    def _flow(self) -> None:
        self.flowing = True
        if self._outlets is not None:
            self._outlets[self._slot] = self._descriptor

    def _stop_flowing(self) -> None:
        self.flowing = False
        if self._outlets is not None:
            self._outlets[self._slot] = NO_OUTLET

    def _leave_hall(self) -> None:
        """No pose counts and no frame goes out any more; the loop reads the rest."""
        self._taker = None
        self._is_clear = False
        self._stop_flowing()
        self._outlets = None
        if self._descriptor >= 0:
            self._sockets.release(self._descriptor)
            self._descriptor = -1

    def _note_congestion(self) -> None:
        if self.transport.get_write_buffer_size() >= CONGESTED_BYTES:
            self.outbox.congested = True

    def _receive(self, data: bytes) -> None:
        self._is_clear = False
        self._sockets.hand_on(self._descriptor)
        counted = self._reader.frames_count
        try:
            for message in self._reader.receive(data):
                self._slow_count += 1
                self._traffic.messages_received += 1
                self._read(message)
            self._session.count_frames(self._reader.frames_count - counted, self._clock())
        except ConnectionRefused as refused:
            if self.is_closing:
                self._reader.stop_listening()
            self.close(refused.reason)
            return
        self._flush_reader()
        if self._reader.finished:
            self._peer_closed()
        elif self._reader.at_boundary and self._taker is not None:
            self._is_clear = True
            self._sockets.expect_poses(self._descriptor, self._taker, self._slot)

    def _read(self, message: bytes) -> None:
        now_s = self._clock()
        event = self._session.read(message, now_s)
        if isinstance(event, bytes):
            self._session.count_poses(1, now_s)
            self._traffic.poses_received += 1
            if self._taker is not None:
                self._taker.put(self._slot, event)
        elif isinstance(event, Hello):
            self._listener.hello(self, event)
        elif isinstance(event, Bye):
            self.close("bye", for_good=True)
        elif event is not None:
            self._listener.message(self, event)

    def _peer_closed(self) -> None:
        """The peer's close frame came and was answered."""
        if not self.is_closing:
            self._session.state = State.CLOSING
            self._leave_hall()
            self._count_peer_close()
            self._report_lost(for_good=False)
        self.transport.close()
        # A peer that does not read keeps the socket from emptying: it goes anyway.
        asyncio.get_running_loop().call_later(CLOSE_WAIT_S, self.transport.abort)

    def _count_peer_close(self) -> None:
        code = self._reader.peer_close_code or ABNORMAL
        self._traffic.closes[code if code in KNOWN_CLOSE_CODES else OTHER_CLOSE] += 1

    def _check_silence(self, fast_count: int, now_s: float) -> None:
        heard = self._slow_count + self._reader.pong_count
        if fast_count or heard != self._counted:
            self._counted = heard
            self._idle_since_s = now_s
            self._pinged = False
        elif self._pinged and now_s - self._idle_since_s > DEAD_AFTER_S:
            raise ConnectionRefused("too_slow", detail="no answer to a ping")
        elif now_s - self._idle_since_s > PING_AFTER_S and not self._pinged:
            self._pinged = True
            self._idle_since_s = now_s - PING_AFTER_S  # after a pause of our own all get their time to answer
            self._reader.ping()
            self._flush_reader()

    def _flush_reader(self) -> None:
        data = self._reader.data_to_send()
        if not self.outbox.congested:
            data = self._reader.take_pong() + data
        if data:
            self._write(data)

    def _write(self, data: bytes) -> None:
        if not self.transport.is_closing():
            self._traffic.bytes_sent += len(data)
            self._give(data)

    def _give(self, data: bytes) -> None:
        """To the transport, which tells by `pause_writing` when it could not send all."""
        self.written_bytes += len(data)
        self.transport.write(data)
        if not self.flowing:
            self._note_congestion()

    def _report_lost(self, for_good: bool) -> None:
        if not self._lost:
            self._lost = True
            self._settled()
            self._listener.lost(self, for_good=for_good)
