"""The client's side of HTTP and WebSocket (RFC 6455), as lean as a load generator needs it."""

from __future__ import annotations

import json
import struct
from enum import IntEnum
from typing import Any, Final

NO_MASK: Final = bytes(4)
"""A client has to mask; a mask of zeros leaves the payload as it is, and the server unmasks all the same."""
_FIN: Final = 0x80
_HEAD_MAX_BYTES: Final = 10
_KEY: Final = "AAAAAAAAAAAAAAAAAAAAAA=="


class Opcode(IntEnum):
    """What a frame is."""

    TEXT = 1
    BINARY = 2
    CLOSE = 8
    PING = 9
    PONG = 10


def frame(opcode: Opcode, payload: bytes) -> bytes:
    """One whole client frame."""
    size = len(payload)
    if size < 126:
        return bytes((_FIN | opcode, _FIN | size)) + NO_MASK + payload
    return bytes((_FIN | opcode, _FIN | 126)) + struct.pack(">H", size) + NO_MASK + payload


def upgrade_request(path: str) -> bytes:
    """Asks for a WebSocket; offers no compression."""
    return (
        f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        f"Sec-WebSocket-Key: {_KEY}\r\nSec-WebSocket-Version: 13\r\n\r\n"
    ).encode()


def post_request(path: str, body: bytes) -> bytes:
    """Posts JSON; the connection stays open."""
    return (
        f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: application/json\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    ).encode() + body


def http_answer_end(data: bytes) -> int | None:
    """Where the answer that `data` begins with ends; None while it is not whole.

    Raises ConnectionError when it is no success.
    """
    head_end = data.find(b"\r\n\r\n")
    if head_end < 0:
        return None
    status, *fields = data[:head_end].lower().split(b"\r\n")
    if status.split(b" ")[1] not in (b"101", b"200"):
        raise ConnectionError(status.decode(errors="replace"))
    begin = head_end + 4
    length = next((int(field[15:]) for field in fields if field.startswith(b"content-length:")), 0)
    if b"transfer-encoding: chunked" in fields:
        last = data.find(b"0\r\n\r\n", begin)
        return None if last < 0 else last + 5
    return begin + length if len(data) >= begin + length else None


def json_of(answer: bytes) -> Any:
    """The JSON object in an HTTP answer, whole or in one chunk."""
    return json.loads(answer[answer.index(b"{") : answer.rindex(b"}") + 1])


class FrameReader:
    """Frames of one server, from reads that end anywhere. Payloads longer than `keeps_bytes` are skipped
    unread, except those of control frames: looking at all of them would make the generator the bottleneck.
    """

    __slots__ = ("_head", "_kept", "_left", "_opcode", "keeps_bytes")

    def __init__(self, keeps_bytes: float) -> None:
        self.keeps_bytes = keeps_bytes
        self._opcode = 0
        self._left = 0
        self._head = b""
        self._kept: bytearray | None = None

    def feed(self, data: memoryview) -> list[tuple[int, bytes]]:
        """Opcode and payload of what was kept and is whole now."""
        size = len(data)
        if self._kept is None and self._left >= size:
            self._left -= size
            return []
        if self._head:
            data = memoryview(self._head + bytes(data))
            self._head, size = b"", len(data)
        whole: list[tuple[int, bytes]] = []
        at = 0
        while True:
            part = min(self._left, size - at)
            if self._kept is not None:
                self._kept += data[at : at + part]
                if part == self._left:
                    whole.append((self._opcode, bytes(self._kept)))
                    self._kept = None
            self._left -= part
            at += part
            if at == size:
                return whole
            begin = self._begin(data, at, size)
            if begin is None:
                self._head = bytes(data[at:])
                return whole
            at = begin

    def _begin(self, data: memoryview, at: int, size: int) -> int | None:
        """Read a frame's header at `at`: where its payload begins; None when the header is not all there."""
        if size - at < 2:
            return None
        length = data[at + 1]
        begin = at + (2 if length < 126 else 4 if length == 126 else _HEAD_MAX_BYTES)
        if size < begin:
            return None
        if length == 126:
            length = int.from_bytes(data[at + 2 : at + 4], "big")
        elif length == 127:
            length = int.from_bytes(data[at + 2 : at + _HEAD_MAX_BYTES], "big")
        self._opcode, self._left = data[at] & 0x0F, length
        self._kept = bytearray() if length <= self.keeps_bytes or self._opcode >= Opcode.CLOSE else None
        return begin
