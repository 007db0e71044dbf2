"""What a peer still has to be told, bounded. No socket: the edge says when the peer's socket is congested.

Frames are replaceable, by a FULL one: while the socket is congested they are skipped and the peer is owed
a FULL frame, which itself waits until there is room. Control messages are not replaceable: they wait in
a queue with a limit, and a peer that lets it run over is closed (`too_slow`), as is one whose socket takes
nothing for `STALLED_MAX_S`.

Invariant: nothing overtakes a control message. While one waits no frame is taken, FULL or not: frames of
the hall that a waiting `welcome` names would be read as the former hall's.

A FULL frame of a large hall alone may congest a socket. Were the frames after it skipped, each would owe
another FULL one, forever; so a FULL frame takes credit for its own size, and a peer that keeps skipping
waits longer each time.
"""

from __future__ import annotations

import math
from collections import deque
from typing import Final

from yuanzhan.errors.connections import ConnectionRefused
from yuanzhan.protocol.limits import SERVER_MESSAGE_MAX_BYTES

CONGESTED_BYTES: Final = 64 * 1024
"""Unsent bytes beyond which frames are skipped: three seconds of a full hall."""
QUEUE_MAX_COUNT: Final = 256
"""Control messages waiting: minutes of lively chat."""
QUEUE_MAX_BYTES: Final = 256 * 1024
"""Control bytes waiting, for messages of many names."""
UNSENT_MAX_BYTES: Final = SERVER_MESSAGE_MAX_BYTES
"""Unsent bytes beyond which nobody waits any more: twice the FULL frame of the largest hall."""
STALLED_MAX_S: Final = 20.0
"""A socket that takes nothing for so long has nobody behind it."""
FULL_PAUSE_S: Final = 1.0
"""Between two FULL frames at least; doubled for each one after which frames were skipped again."""
FULL_PAUSE_MAX_S: Final = 16.0


class Outbox:
    """The send side of one peer."""

    __slots__ = (
        "_credit_bytes",
        "_full_after_s",
        "_full_pause_s",
        "_queue",
        "_queue_bytes",
        "_stalled_since_s",
        "_taken_bytes",
        "congested",
        "owes_full",
    )

    def __init__(self) -> None:
        self.congested = False
        self.owes_full = False
        self._credit_bytes = 0
        self._full_after_s = -math.inf
        self._full_pause_s = FULL_PAUSE_S
        self._queue: deque[bytes] = deque()
        self._queue_bytes = 0
        self._stalled_since_s: float | None = None
        self._taken_bytes = 0

    @property
    def queued_count(self) -> int:
        """Control messages waiting."""
        return len(self._queue)

    def control(self, frame: bytes) -> bytes:
        """What to write now for this control message: it, or nothing while it has to wait.

        Raises ConnectionRefused (`too_slow`) when too much is waiting.
        """
        if not self.congested:
            return frame
        self._queue.append(frame)
        self._queue_bytes += len(frame)
        if len(self._queue) > QUEUE_MAX_COUNT or self._queue_bytes > QUEUE_MAX_BYTES:
            raise ConnectionRefused("too_slow", detail="control messages unread")
        return b""

    def takes_frame(self, unsent_bytes: int) -> bool:
        """Whether the peer gets this tick's frame. If not, it is owed a FULL one."""
        if self.owes_full:
            return False
        has_room = not self.congested or unsent_bytes < CONGESTED_BYTES + self._credit_bytes
        self.owes_full = not has_room or bool(self._queue)
        return not self.owes_full

    def takes_full(self) -> bool:
        """Whether the peer gets a FULL frame now. If not, it is owed one."""
        if self.congested:
            self.owes_full = True
        return not self.congested

    def wants_full(self, now_s: float) -> bool:
        """Whether it is time for the FULL frame that is owed."""
        return self.owes_full and not self.congested and now_s >= self._full_after_s

    def sent_full(self, size_bytes: int, now_s: float) -> None:
        """A FULL frame of this size was written."""
        if self.owes_full:
            recent = now_s - self._full_after_s < self._full_pause_s
            self._full_pause_s = min(2 * self._full_pause_s, FULL_PAUSE_MAX_S) if recent else FULL_PAUSE_S
        self.owes_full = False
        self._full_after_s = now_s + self._full_pause_s
        self._credit_bytes = size_bytes

    def drained(self) -> bytes:
        """The socket has room again: the control messages that waited."""
        self.congested = False
        self._credit_bytes = 0
        waiting = b"".join(self._queue)
        self._queue.clear()
        self._queue_bytes = 0
        return waiting

    def check_stalled(self, written_bytes: int, unsent_bytes: int, now_s: float) -> None:
        """To be called about once a second, with the bytes written since the beginning. Raises
        ConnectionRefused (`too_slow`) for a socket that takes nothing, or far less than it is given.
        """
        if unsent_bytes > UNSENT_MAX_BYTES:
            raise ConnectionRefused("too_slow", detail="too much unsent")
        taken_bytes = written_bytes - unsent_bytes
        progressed = unsent_bytes == 0 or taken_bytes > self._taken_bytes
        self._taken_bytes = taken_bytes
        if progressed or self._stalled_since_s is None:
            self._stalled_since_s = now_s
        elif now_s - self._stalled_since_s > STALLED_MAX_S:
            raise ConnectionRefused("too_slow", detail="nothing drained")
