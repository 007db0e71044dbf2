"""The least that a visitor's side of the wire can do: masked poses out, frames counted in.

Only what must be read is read: of a FRAME the header, of a control message everything. The visitors that
look into their frames are `probe.Probe`.
"""

from __future__ import annotations

import base64
import os
import struct
from collections.abc import Callable
from typing import Final

import numpy as np
from numpy.typing import NDArray

from yuanzhan.protocol.kinds import Kind
from yuanzhan.protocol.limits import SUBPROTOCOL
from yuanzhan.protocol.poses import POSE_BYTES

_BINARY_FIN: Final = 0x82
_CLOSE_FIN: Final = 0x88
_MASKED: Final = 0x80
_HEADER_MAX_BYTES: Final = 10
_FRAME_KIND: Final = int(Kind.FRAME)
_HEAD: Final = struct.Struct(">BBHB")
"""First byte, 126, length, and the first byte of the message."""


def upgrade_request(host: str, port: int) -> bytes:
    """GET /ws, RFC 6455 section 4.1."""
    key = base64.b64encode(os.urandom(16)).decode("ascii")
    return (
        "GET /ws HTTP/1.1\r\n"
        f"Host: {host}:{port}\r\n"
        "Upgrade: websocket\r\n"
        "Connection: Upgrade\r\n"
        f"Sec-WebSocket-Key: {key}\r\n"
        "Sec-WebSocket-Version: 13\r\n"
        f"Sec-WebSocket-Protocol: {SUBPROTOCOL}\r\n"
        "\r\n"
    ).encode("ascii")


def pose_frames(poses: NDArray[np.void], rng: np.random.Generator) -> NDArray[np.uint8]:
    """(n,) `POSE` -> (n, 38) bytes: each a whole masked WebSocket frame."""
    frames = np.empty((len(poses), 2 + 4 + POSE_BYTES), np.uint8)
    frames[:, 0], frames[:, 1] = _BINARY_FIN, _MASKED | POSE_BYTES
    masks = rng.integers(0, 256, (len(poses), 4), np.uint8)
    frames[:, 2:6] = masks
    body = poses.view(np.uint8).reshape(len(poses), POSE_BYTES)
    frames[:, 6:] = body ^ np.tile(masks, POSE_BYTES // 4)
    return frames


class FrameCounter:
    """Counts the frames of one connection in whatever pieces they come; hands control messages on.

    `hear` is called with each message that is not a FRAME, `closed` with the code of a close frame (1005
    without one).
    """

    __slots__ = ("_hear", "_kept", "_skip", "close_code", "frames_count", "keeps_all")

    def __init__(self, hear: Callable[[bytes], None], *, keeps_all: bool = False) -> None:
        """`keeps_all`: hand on every message, FRAMEs too."""
        self._hear = hear
        self._kept = b""
        self._skip = 0
        self.keeps_all = keeps_all
        self.frames_count = 0
        self.close_code: int | None = None

    def read(self, view: memoryview, size: int) -> None:
        """The next `size` bytes of the stream."""
        at = self._skip
        if at >= size:
            self._skip = at - size
            return
        if self._kept:
            view = memoryview(self._kept + bytes(view[:size]))
            size = len(view)
            self._kept = b""
            at = 0
        while at < size:
            left = size - at
            # Nearly everything is a FRAME of 126 bytes or more that nobody looks into.
            if left > 4 and not self.keeps_all:
                first, second, length, kind = _HEAD.unpack_from(view, at)
                if second == 126 and kind == _FRAME_KIND and first == _BINARY_FIN:
                    self.frames_count += 1
                    at += 4 + length
                    continue
            second = view[at + 1] if left > 1 else 126
            if second < 126:
                head, length = 2, second
            elif second == 126 and left >= 4:
                head, length = 4, view[at + 2] << 8 | view[at + 3]
            elif left >= _HEADER_MAX_BYTES:
                head, length = 10, int.from_bytes(view[at + 2 : at + 10], "big")
            else:
                break
            end = at + head + length
            if (
                left > head
                and view[at + head] == _FRAME_KIND
                and view[at] == _BINARY_FIN
                and not self.keeps_all
            ):
                self.frames_count += 1
            elif end > size:
                break
            else:
                self._message(view[at], bytes(view[at + head : end]))
            at = end
        self._skip = max(0, at - size)
        if at < size:
            self._kept = bytes(view[at:size])

    def _message(self, first: int, payload: bytes) -> None:
        if first == _BINARY_FIN:
            self.frames_count += payload[:1] == bytes([_FRAME_KIND])
            self._hear(payload)
        elif first == _CLOSE_FIN:
            self.close_code = int.from_bytes(payload[:2], "big") or 1005
