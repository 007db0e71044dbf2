"""What is counted as sent was written to a socket."""

from __future__ import annotations

from typing import Any, cast

from tests.support.floors import flat_hall
from yuanzhan.client import pose_bytes
from yuanzhan.live.connection import Connection
from yuanzhan.live.house import House
from yuanzhan.moderation.callers import Caller
from yuanzhan.protocol.frames import NO_MASK
from yuanzhan.protocol.messages.joining import Hello


class Recorder:
    """A transport that keeps what is written."""

    def __init__(self) -> None:
        self.written: list[bytes] = []
        self.unsent_bytes = 0

    def write(self, data: bytes) -> None:
        self.written.append(data)

    def get_write_buffer_size(self) -> int:
        return self.unsent_bytes

    def is_closing(self) -> bool:
        return False

    def get_extra_info(self, name: str) -> None:
        """Nothing of the like is behind it."""


def enter(house: House) -> tuple[Connection, Recorder]:
    transport = Recorder()
    connection = house.open_connection(cast(Any, transport), Caller("127.0.0.1"), lambda: None)
    house.hello(connection, Hello("hall", "a", 0, "en"))
    return connection, transport


def test_a_frame_that_a_slow_reader_skips_is_not_counted_as_sent() -> None:
    now_s = 0.0
    house = House([flat_hall()], b"s" * 32, clock=lambda: now_s)
    (slow, unread), (mover, read) = enter(house), enter(house)
    house.tick()
    for former in (unread, read):
        former.written.clear()
    frames, counted_bytes = house.traffic.frames_sent, house.traffic.bytes_sent
    unread.unsent_bytes = 1_000_000
    slow.pause_writing()
    now_s = 0.1
    visitor = house._arrivals._by_connection[mover]
    place = visitor.room.hall.place_of(visitor.slot)
    visitor.room.hall.put(visitor.slot, NO_MASK + pose_bytes(1, place.x + 0.1, 0.0, place.z, 0.0))
    house.tick()
    assert unread.written == []
    assert len(read.written) == 1
    assert house.traffic.frames_sent - frames == 1
    assert house.traffic.bytes_sent - counted_bytes == len(read.written[0])
    assert house.traffic.frames_skipped == 1
