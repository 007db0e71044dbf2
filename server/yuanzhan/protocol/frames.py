"""WebSocket frames of one connection, server side, with no socket: bytes in, messages and bytes out.

Nearly all that a server of many visitors reads is one pose at a time, in a frame of its own, in a read of
its own. That case has a fast path: `is_pose_frame` tells it by the length and four bytes, and the frame
is kept as it came, mask included, to be unmasked with all others at the tick (`hall.crowd`). Everything
else goes through the sans-I/O protocol of the `websockets` library, which keeps RFC 6455 for us.

Invariant: the fast path is taken only between messages (`FrameReader.at_boundary`), so it can never
swallow a piece of a frame or of a fragmented message.
"""

from __future__ import annotations

import logging
import struct
from collections.abc import Iterator, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray
from websockets.frames import CloseCode, Frame, Opcode
from websockets.protocol import SERVER, State
from websockets.protocol import Protocol as WebSocketProtocol

from yuanzhan.errors.connections import CLOSE_CODES, ConnectionRefused
from yuanzhan.protocol.kinds import Kind
from yuanzhan.protocol.limits import MESSAGE_MAX_BYTES
from yuanzhan.protocol.poses import POSE_BYTES, POSE_XR_BYTES, FrameFlag, PoseFlag

NO_MASK: Final = bytes(4)
"""Stands before a pose that was unmasked already, so that all poses are kept in one form."""

_FRAME_HEADER: Final = struct.Struct("<BBHI")
# Plain integers: arithmetic with an enum's members costs more than all the rest of the fast path.
_POSE_KIND: Final = int(Kind.POSE)
_XR_FLAG: Final = int(PoseFlag.XR)
_BINARY_FIN: Final = 0x82
_MASKED: Final = 0x80
_POSE_SECOND: Final = _MASKED | POSE_BYTES
_POSE_XR_SECOND: Final = _MASKED | POSE_XR_BYTES
POSE_FRAME_BYTES: Final = 2 + 4 + POSE_BYTES
"""A masked frame with one pose and no XR block."""
_POSE_XR_FRAME_BYTES: Final = 2 + 4 + POSE_XR_BYTES

READ_FRAMES_MAX_COUNT: Final = 600
"""Frames in one read, of any opcode: a network that stalled delivers 400 poses and 60 control messages at
once; a read of 256 KB full of pings would hold the loop for half a second.
"""
FRAGMENTS_MAX_COUNT: Final = 16
"""Fragments of one message: of 4 KB, browsers make one."""

# The library logs each closed connection; that story is told by our own log.
_LOGGER: Final = logging.getLogger("yuanzhan.websockets")
_LOGGER.setLevel(logging.ERROR)


def is_pose_frame(data: bytes) -> bool:
    """True when these bytes are exactly one whole masked frame with one whole pose.

    `data[2:]` is then the mask and the masked pose, as `hall.crowd` keeps it.
    """
    size = len(data)
    if size == POSE_FRAME_BYTES:
        second, xr = _POSE_SECOND, 0
    elif size == _POSE_XR_FRAME_BYTES:
        second, xr = _POSE_XR_SECOND, _XR_FLAG
    else:
        return False
    return (
        data[0] == _BINARY_FIN
        and data[1] == second
        and data[6] ^ data[2] == _POSE_KIND
        and (data[7] ^ data[3]) & _XR_FLAG == xr
    )


def are_pose_frames(frames: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """(n, POSE_FRAME_BYTES) bytes -> (n,) what `is_pose_frame` says of each."""
    good: NDArray[np.bool_] = (
        (frames[:, 0] == _BINARY_FIN)
        & (frames[:, 1] == _POSE_SECOND)
        & (frames[:, 6] ^ frames[:, 2] == _POSE_KIND)
        & ((frames[:, 7] ^ frames[:, 3]) & _XR_FLAG == 0)
    )
    return good


def last_pose_frame(data: bytes) -> tuple[bytes, int]:
    """The last of several whole pose frames of one size, and how many they are; (b"", 0) when these bytes
    are anything else. A reader that looks once a tick meets two poses now and then.
    """
    for size in (POSE_FRAME_BYTES, _POSE_XR_FRAME_BYTES):
        count, rest = divmod(len(data), size)
        if rest == 0 and all(is_pose_frame(data[at : at + size]) for at in range(0, len(data), size)):
            return data[-size:], count
    return b"", 0


def pose_of_message(message: bytes) -> bytes:
    """A POSE message that came the slow way, in the form of the fast one. Raises ConnectionRefused
    (`malformed`).
    """
    wanted = POSE_XR_BYTES if len(message) > 1 and message[1] & PoseFlag.XR else POSE_BYTES
    if len(message) != wanted:
        raise ConnectionRefused("malformed", detail=f"pose of {len(message)} bytes")
    return NO_MASK + message


def server_frame(*parts: bytes) -> bytes:
    """One unmasked binary WebSocket frame with `parts` as its payload: built once, written to many."""
    size = sum(map(len, parts))
    if size < 126:
        head = bytes((_BINARY_FIN, size))
    elif size < 65536:
        head = b"\x82\x7e" + size.to_bytes(2, "big")
    else:
        head = b"\x82\x7f" + size.to_bytes(8, "big")
    return b"".join((head, *parts))


def cell_frame(tick: int, sections_count: int, parts: Sequence[bytes], *, full: bool = False) -> bytes:
    """A FRAME of these sections as one WebSocket frame: built once, written to every visitor of a cell."""
    header = _FRAME_HEADER.pack(Kind.FRAME, FrameFlag.FULL if full else 0, sections_count, tick & 0xFFFFFFFF)
    return server_frame(header, *parts)


class FrameReader:
    """The read side of one connection, and the control frames that answer it.

    Whole frames are cut off here and handed to the library one by one, so that it is always known whether
    the stream stands between two messages. After a refusal, and after the closing handshake, what still
    comes is dropped unread.
    """

    __slots__ = (
        "_answers",
        "_fragments",
        "_is_deaf",
        "_pending",
        "_pong",
        "_protocol",
        "frames_count",
        "pong_count",
    )

    def __init__(self) -> None:
        self._protocol = WebSocketProtocol(
            SERVER, state=State.OPEN, max_size=MESSAGE_MAX_BYTES, logger=_LOGGER
        )
        self._pending = bytearray()
        self._fragments: list[bytes] = []
        self._is_deaf = False
        self._answers = b""
        self._pong = b""
        self.frames_count = 0
        """Frames read this way, of any opcode."""
        self.pong_count = 0

    @property
    def at_boundary(self) -> bool:
        """True when the next byte begins a new message."""
        return not self._pending and self._protocol.current_size is None

    @property
    def closed(self) -> bool:
        """True when a close frame was sent or received: no message is read or written any more."""
        return self._protocol.state is not State.OPEN

    @property
    def finished(self) -> bool:
        """True when the closing handshake is done, or failed: the socket can be closed."""
        return self._protocol.eof_sent

    @property
    def peer_close_code(self) -> int | None:
        """The code of the peer's close frame, 1005 for one without, None when there was no close frame."""
        return None if self._protocol.close_rcvd is None else self._protocol.close_rcvd.code

    def receive(self, data: bytes) -> Iterator[bytes]:
        """Yield each whole binary message in `data` and what was kept before it.

        Raises ConnectionRefused: `binary_only` for text, `too_big`, `bad_framing`, `too_many` frames in
        one read.
        """
        if self._is_deaf:
            return
        self._pending += data
        try:
            yield from self._messages()
        except ConnectionRefused:
            self.stop_listening()
            raise
        if self.finished:
            self.stop_listening()

    def stop_listening(self) -> None:
        """Drop what was kept, and from now on whatever comes."""
        self._is_deaf = True
        self._pending.clear()
        self._fragments.clear()

    def _messages(self) -> Iterator[bytes]:
        begun_count = self.frames_count
        while self._pending and not self.finished:
            size = _frame_size(self._pending)
            if size is None or size > len(self._pending):
                return
            self.frames_count += 1
            if self.frames_count - begun_count > READ_FRAMES_MAX_COUNT:
                raise ConnectionRefused("too_many", detail="frames in one read")
            frame = bytes(self._pending[:size])
            del self._pending[:size]
            self._protocol.receive_data(frame)
            for event in self._protocol.events_received():
                if isinstance(event, Frame):
                    self._keep_answer(event)
                    yield from self._message(event)
            self._raise_failure()

    def _keep_answer(self, frame: Frame) -> None:
        """Of all pings only the newest is answered (RFC 6455, 5.5.3), and none after a close frame."""
        if frame.opcode is Opcode.PING:
            pong = self._written()
            self._pong = b"" if self.closed else pong
        elif frame.opcode is Opcode.CLOSE:
            self._answers += self._written()

    def _message(self, frame: Frame) -> Iterator[bytes]:
        if frame.opcode is Opcode.TEXT:
            raise ConnectionRefused("binary_only")
        if frame.opcode is Opcode.PONG:
            self.pong_count += 1
        if frame.opcode is Opcode.BINARY or frame.opcode is Opcode.CONT:
            self._fragments.append(bytes(frame.data))
            if len(self._fragments) > FRAGMENTS_MAX_COUNT:
                raise ConnectionRefused("bad_framing", detail="fragments of one message")
            if frame.fin:
                message = b"".join(self._fragments)
                self._fragments.clear()
                yield message

    def _raise_failure(self) -> None:
        if self._protocol.parser_exc is None:
            return
        failed = self._protocol.close_sent
        too_big = failed is not None and failed.code == CloseCode.MESSAGE_TOO_BIG
        raise ConnectionRefused(
            "too_big" if too_big else "bad_framing", detail=str(self._protocol.parser_exc)
        )

    def ping(self) -> None:
        """Queue a ping; its pong counts in `pong_count`."""
        if not self.closed:
            self._protocol.send_ping(b"yz")
            self._answers += self._written()

    def close(self, reason: str) -> None:
        """Queue the close frame of this reason (a key of `CLOSE_CODES`); once only."""
        if not self.closed:
            code = CLOSE_CODES[reason]
            self._protocol.send_close(code, reason if code >= 1001 else "")
            self._answers += self._written()
            self._pong = b""

    def data_to_send(self) -> bytes:
        """What has to be written now: pings and close frames."""
        data = self._answers + self._written()
        self._answers = b""
        return data

    def take_pong(self) -> bytes:
        """The answer to the newest ping, once; to be written when the peer reads what it gets."""
        pong, self._pong = self._pong, b""
        return pong

    def _written(self) -> bytes:
        return b"".join(self._protocol.data_to_send())


def _frame_size(data: bytearray) -> int | None:
    """Bytes of the frame that begins here, None while its header is incomplete.

    Raises ConnectionRefused (`too_big`) as soon as the header says so, before the body is kept.
    """
    if len(data) < 2:
        return None
    length = data[1] & 0x7F
    head = 2 + (2 if length == 126 else 8 if length == 127 else 0) + (4 if data[1] & _MASKED else 0)
    if len(data) < head:
        return None
    if length == 126:
        length = int.from_bytes(data[2:4], "big")
    elif length == 127:
        length = int.from_bytes(data[2:10], "big")
    if length > MESSAGE_MAX_BYTES:
        raise ConnectionRefused("too_big", bytes=length)
    return head + length
