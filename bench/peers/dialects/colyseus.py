"""Colyseus 0.18: what its SDK does to join a room and to send a message. The state is read by the SDK itself,
in probe.mjs: here it is only drained.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import msgpack

from bench.peers.dialects import Answer, Joining
from bench.peers.wire import Opcode, frame, json_of, post_request, upgrade_request

_JOIN_ROOM: Final = 10
_ROOM_DATA: Final = 13
_ROOM_STATE: Final = 14
_CODE_MASK: Final = 0x1F
_MOVE: Final = bytes((_ROOM_DATA,)) + msgpack.packb("move")


class Colyseus:
    """Codes of `Protocol` in @colyseus/shared-types."""

    small_bytes = 0
    ticks = True

    def join(self) -> Joining:
        """A seat by HTTP, the room by WebSocket, and then the whole state."""
        seat = json_of((yield post_request("/matchmake/joinOrCreate/hall", b"{}"), Answer.HTTP))
        room = f"/{seat['processId']}/{seat['roomId']}?sessionId={seat['sessionId']}"
        yield upgrade_request(room), Answer.HTTP
        answer = yield b"", Answer.FRAME
        if answer[0] & _CODE_MASK != _JOIN_ROOM:
            raise ConnectionError(f"no JOIN_ROOM: {answer[:80]!r}")
        answer = yield frame(Opcode.BINARY, bytes((_JOIN_ROOM,))), Answer.FRAME
        while answer[0] & _CODE_MASK != _ROOM_STATE:
            answer = yield b"", Answer.FRAME
        return str(seat["sessionId"])

    def pose(self, identity: str, x: float, z: float, yaw: float) -> bytes:
        place = {"x": x, "y": 0, "z": z, "yaw": yaw}
        return frame(Opcode.BINARY, _MOVE + msgpack.packb(place, use_single_float=True))

    def answer(self, opcode: Opcode, payload: bytes) -> bytes | None:
        return None

    def poses(self, payload: bytes) -> Iterable[tuple[float, float]] | None:
        return None
