"""A connection's states, as a table, and the limits that go with them. No socket, no clock: `now_s` is an
argument.

    AWAITING_HELLO --hello--> IN_HALL --bye, close--> CLOSING
                |      |         ^                       ^
                |      +----> QUEUED --bye, close--------+
                +--watch--> WATCHING --bye, close--------+

In AWAITING_HELLO nothing but one hello (or an operator's watch) is allowed, until the deadline. In QUEUED one
may go elsewhere or leave, and is let IN_HALL by the server. IN_HALL allows everything but another hello.
WATCHING is outside of every hall, and allows to watch another one. CLOSING is terminal: what still comes in
is dropped. An error anywhere leads to CLOSING.
"""

from __future__ import annotations

from enum import Enum
from types import MappingProxyType
from typing import Final

from yuanzhan.errors.connections import ConnectionRefused
from yuanzhan.protocol.codec import decode_client
from yuanzhan.protocol.frames import pose_of_message
from yuanzhan.protocol.kinds import Kind
from yuanzhan.protocol.limits import HELLO_DEADLINE_S
from yuanzhan.protocol.messages.booths import Card, Opened
from yuanzhan.protocol.messages.directions import ClientMessage
from yuanzhan.protocol.messages.events import Floor, Hand
from yuanzhan.protocol.messages.joining import Bye, Go, Hello, Profile
from yuanzhan.protocol.messages.moderation import Report
from yuanzhan.protocol.messages.outreach import Outcome, Reachable
from yuanzhan.protocol.messages.people import Chat, Who
from yuanzhan.protocol.messages.positions import Sit
from yuanzhan.protocol.messages.watching import Watch

CONTROL_RATE_HZ: Final = 20.0
"""Control messages a second: walking through a crowd asks `who` a few times a second; nothing else comes
near.
"""
CONTROL_BURST: Final = 60.0
"""Control messages at once: a page that comes back from sleep."""
POSE_RATE_HZ: Final = 40.0
"""Poses a second: four times what the protocol asks for, for clients that send each frame of a slow
display.
"""
POSE_BURST: Final = 400.0
"""Poses at once: what a network that stalled for 10 s delivers in one go."""
FRAME_RATE_HZ: Final = 100.0
"""Frames a second of any opcode, poses in a read of their own apart: more than all that is allowed."""
FRAME_BURST: Final = 600.0
"""Frames at once: as many as one read may bring."""
UNKNOWN_MAX_COUNT: Final = 1000
"""Messages of unknown kinds: a newer client may send some; a stream of them is not one."""


class State(Enum):
    """Where a connection is in its life."""

    AWAITING_HELLO = "awaiting hello"
    QUEUED = "queued"
    IN_HALL = "in hall"
    WATCHING = "watching"
    CLOSING = "closing"


ALLOWED: Final = MappingProxyType[State, frozenset[type[ClientMessage]]](
    {
        State.AWAITING_HELLO: frozenset({Hello, Watch}),
        State.QUEUED: frozenset({Profile, Go, Bye}),
        State.IN_HALL: frozenset(
            {Profile, Go, Who, Chat, Sit, Opened, Card, Bye, Report, Hand, Floor, Reachable, Outcome}
        ),
        State.WATCHING: frozenset({Watch, Who, Bye}),
        State.CLOSING: frozenset(),
    }
)
POSES_ALLOWED: Final = MappingProxyType[State, bool](
    {
        State.AWAITING_HELLO: False,
        State.QUEUED: False,
        State.IN_HALL: True,
        State.WATCHING: False,
        State.CLOSING: False,
    }
)


class Allowance:
    """A token bucket: `rate_hz` on average, `burst` at once."""

    __slots__ = ("_at_s", "_burst", "_left", "_rate_hz")

    def __init__(self, rate_hz: float, burst: float, now_s: float) -> None:
        self._rate_hz = rate_hz
        self._burst = burst
        self._left = burst
        self._at_s = now_s

    def take(self, count: float, now_s: float) -> bool:
        """Spend `count`; False (and nothing spent) when there is not so much left."""
        elapsed_s = max(0.0, now_s - self._at_s)
        self._at_s = max(self._at_s, now_s)
        self._left = min(self._burst, self._left + elapsed_s * self._rate_hz)
        if count > self._left:
            return False
        self._left -= count
        return True


class Session:
    """What one peer may say now."""

    __slots__ = ("_control", "_frames", "_poses", "_unknown_count", "opened_s", "state")

    def __init__(self, now_s: float) -> None:
        self.state = State.AWAITING_HELLO
        self.opened_s = now_s
        self._control = Allowance(CONTROL_RATE_HZ, CONTROL_BURST, now_s)
        self._poses = Allowance(POSE_RATE_HZ, POSE_BURST, now_s)
        self._frames = Allowance(FRAME_RATE_HZ, FRAME_BURST, now_s)
        self._unknown_count = 0

    def read(self, message: bytes, now_s: float) -> ClientMessage | bytes | None:
        """One whole binary message: a control message, the bytes of a pose (in the form of `hall.crowd`),
        or None for what is to be ignored. Raises ConnectionRefused: `malformed`, `unexpected`,
        `too_many`.
        """
        if self.state is State.CLOSING:
            return None
        if not message:
            raise ConnectionRefused("malformed", detail="empty message")
        kind = message[0]
        if kind == Kind.POSE:
            pose = pose_of_message(message)
            if not POSES_ALLOWED[self.state]:
                raise ConnectionRefused("unexpected", detail=f"a pose while {self.state.value}")
            return pose
        if kind == Kind.CONTROL:
            return self._read_control(message, now_s)
        self._count_unknown()
        return None

    def count_poses(self, count: int, now_s: float) -> None:
        """Account for `count` poses since the last call. Raises ConnectionRefused (`too_many`)."""
        if not self._poses.take(count, now_s):
            raise ConnectionRefused("too_many", detail="poses")

    def count_frames(self, count: int, now_s: float) -> None:
        """Account for `count` WebSocket frames of any kind, pings and empty fragments too. Raises
        ConnectionRefused (`too_many`).
        """
        if not self._frames.take(count, now_s):
            raise ConnectionRefused("too_many", detail="frames")

    def check_deadline(self, now_s: float) -> None:
        """Raises ConnectionRefused (`no_hello`) when the hello is overdue."""
        if self.state is State.AWAITING_HELLO and now_s - self.opened_s > HELLO_DEADLINE_S:
            raise ConnectionRefused("no_hello")

    def _read_control(self, message: bytes, now_s: float) -> ClientMessage | None:
        if not self._control.take(1.0, now_s):
            raise ConnectionRefused("too_many", detail="control messages")
        decoded = decode_client(message)
        if decoded is None:
            self._count_unknown()
            return None
        if type(decoded) not in ALLOWED[self.state]:
            raise ConnectionRefused("unexpected", detail=f"{decoded.t} while {self.state.value}")
        return decoded

    def _count_unknown(self) -> None:
        self._unknown_count += 1
        if self._unknown_count > UNKNOWN_MAX_COUNT:
            raise ConnectionRefused("too_many", detail="unknown messages")
