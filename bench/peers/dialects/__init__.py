"""How a visitor speaks to each peer: joining, sending a pose, and what a probe reads of the poses of others.

Sans-I/O: joining is a generator that yields what to send and which answer it waits for, is sent that answer,
and returns who the visitor is there.
"""

from __future__ import annotations

from collections.abc import Generator, Iterable
from enum import Enum
from typing import Protocol

from bench.peers.wire import Opcode


class Answer(Enum):
    """What a step of joining waits for."""

    HTTP = "http"
    FRAME = "frame"


Joining = Generator[tuple[bytes, Answer], bytes, str]
"""Raises ConnectionError when the answer is not what it should be."""


class Dialect(Protocol):
    """One peer's ways."""

    small_bytes: int
    """Frames up to this size are always looked at: the peer's own heartbeats are among them."""
    ticks: bool
    """Whether one frame holds a tick of poses; a relay sends each pose in a frame of its own."""

    def join(self) -> Joining:
        """Come in."""

    def pose(self, identity: str, x: float, z: float, yaw: float) -> bytes:
        """The frame that tells where one is; y is 0."""

    def answer(self, opcode: Opcode, payload: bytes) -> bytes | None:
        """What the peer's own heartbeat wants."""

    def poses(self, payload: bytes) -> Iterable[tuple[float, float]] | None:
        """x and z of each pose in a frame, None when it is about something else."""
