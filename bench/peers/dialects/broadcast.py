"""Our own small servers on `websockets` and on aiohttp: msgpack, one frame a tick for everybody."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import msgpack

from bench.peers.dialects import Answer, Joining
from bench.peers.wire import Opcode, frame, upgrade_request

_SAMPLE_COUNT: Final = 64
"""Poses that a probe looks at in one frame, evenly over it: who moved first in a tick comes first."""


class Broadcast:
    """Sends `[x, y, z, yaw]`, receives `[[id, x, y, z, yaw], …]`."""

    small_bytes = 0
    ticks = True

    def join(self) -> Joining:
        """The first frame is everybody."""
        yield upgrade_request("/"), Answer.HTTP
        yield b"", Answer.FRAME
        return ""

    def pose(self, identity: str, x: float, z: float, yaw: float) -> bytes:
        return frame(Opcode.BINARY, msgpack.packb((x, 0.0, z, yaw), use_single_float=True))

    def answer(self, opcode: Opcode, payload: bytes) -> bytes | None:
        return None

    def poses(self, payload: bytes) -> Iterable[tuple[float, float]] | None:
        rows = msgpack.unpackb(payload)
        return [(row[1], row[3]) for row in rows[:: max(1, len(rows) // _SAMPLE_COUNT)]]
