"""Socket.IO as networked-aframe's adapter speaks it (src/adapters/naf-socketio-adapter.js of 0.14)."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Final

from bench.peers.dialects import Answer, Joining
from bench.peers.wire import Opcode, frame, upgrade_request

_PING: Final = b"2"
_PONG: Final = frame(Opcode.TEXT, b"3")
_UPDATE: Final = b'42["broadcast",'


class SocketIo:
    """Each update of an entity is a message of its own, JSON as the `networked` component writes it."""

    small_bytes = 1
    ticks = False

    def join(self) -> Joining:
        """Straight by WebSocket: the client's default, first polling and then upgrading, costs more."""
        yield upgrade_request("/socket.io/?EIO=4&transport=websocket"), Answer.HTTP
        yield b"", Answer.FRAME
        connected = yield frame(Opcode.TEXT, b"40"), Answer.FRAME
        identity: str = json.loads(connected[2:])["sid"]
        answer = yield frame(Opcode.TEXT, b'42["joinRoom",{"room":"hall"}]'), Answer.FRAME
        while not answer.startswith(b'42["connectSuccess"'):
            answer = yield b"", Answer.FRAME
        return identity

    def pose(self, identity: str, x: float, z: float, yaw: float) -> bytes:
        entity = {
            "networkId": identity[:7].lower(),
            "owner": identity,
            "creator": identity,
            "lastOwnerTime": 1_800_000_000_000,
            "template": "#avatar-template",
            "persistent": False,
            "parent": None,
            "components": {"0": {"x": x, "y": 0, "z": z}, "1": {"x": 0, "y": yaw, "z": 0}},
            "isFirstSync": False,
        }
        packet = {"from": identity, "type": "um", "data": {"d": [entity]}}
        return frame(Opcode.TEXT, b"42" + json.dumps(["broadcast", packet], separators=(",", ":")).encode())

    def answer(self, opcode: Opcode, payload: bytes) -> bytes | None:
        return _PONG if payload == _PING else None

    def poses(self, payload: bytes) -> Iterable[tuple[float, float]] | None:
        if not payload.startswith(_UPDATE):
            return None
        places = (entity["components"]["0"] for entity in json.loads(payload[2:])[1]["data"]["d"])
        return [(place["x"], place["z"]) for place in places]
