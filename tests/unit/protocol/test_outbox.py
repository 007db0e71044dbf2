"""A peer that reads slowly: frames are skipped and made up for, control messages wait, and patience ends."""

from __future__ import annotations

import pytest

from yuanzhan.errors.connections import ConnectionRefused
from yuanzhan.protocol.outbox import (
    CONGESTED_BYTES,
    FULL_PAUSE_MAX_S,
    FULL_PAUSE_S,
    QUEUE_MAX_BYTES,
    QUEUE_MAX_COUNT,
    STALLED_MAX_S,
    UNSENT_MAX_BYTES,
    Outbox,
)


def congested() -> Outbox:
    outbox = Outbox()
    outbox.congested = True
    return outbox


def test_a_peer_that_reads_gets_everything_at_once() -> None:
    outbox = Outbox()
    assert outbox.control(b"hello") == b"hello"
    assert outbox.takes_frame(10)
    assert not outbox.wants_full(1e9)


def test_a_congested_peer_skips_frames_until_a_full_one() -> None:
    outbox = congested()
    assert not outbox.takes_frame(CONGESTED_BYTES)
    assert not outbox.wants_full(0.0)
    assert outbox.drained() == b""
    assert not outbox.takes_frame(0), "a frame between would be a frame without its past"
    assert outbox.wants_full(0.0)
    outbox.sent_full(1000, 0.0)
    assert outbox.takes_frame(0)


def test_control_messages_wait_in_order() -> None:
    outbox = congested()
    assert outbox.control(b"a") == b""
    assert outbox.control(b"b") == b""
    assert outbox.queued_count == 2
    assert outbox.drained() == b"ab"
    assert outbox.control(b"c") == b"c"


@pytest.mark.parametrize(("size", "count"), [(1, QUEUE_MAX_COUNT), (QUEUE_MAX_BYTES // 4, 4)])
def test_too_many_control_messages_end_it(size: int, count: int) -> None:
    outbox = congested()
    for _ in range(count):
        outbox.control(bytes(size))
    with pytest.raises(ConnectionRefused, match="too_slow"):
        outbox.control(bytes(size))


def test_a_full_frame_does_not_make_the_next_ones_skipped() -> None:
    outbox = congested()
    outbox.takes_frame(CONGESTED_BYTES)
    outbox.drained()
    outbox.sent_full(200_000, 0.0)
    outbox.congested = True
    assert outbox.takes_frame(200_000)
    assert not outbox.takes_frame(200_000 + CONGESTED_BYTES)


def test_full_frames_come_rarer_to_a_peer_that_keeps_skipping_and_as_before_to_one_that_recovered() -> None:
    outbox = Outbox()
    now_s, pauses = 0.0, []
    for _ in range(7):
        outbox.congested = True
        outbox.takes_frame(10 * CONGESTED_BYTES)
        outbox.drained()
        asked_s = now_s
        while not outbox.wants_full(now_s):
            now_s += 0.5
        pauses.append(now_s - asked_s)
        outbox.sent_full(1000, now_s)
    assert pauses[:3] == [0.0, FULL_PAUSE_S, 2 * FULL_PAUSE_S]
    assert max(pauses) == FULL_PAUSE_MAX_S
    now_s += 100.0
    outbox.congested = True
    outbox.takes_frame(10 * CONGESTED_BYTES)
    outbox.drained()
    outbox.sent_full(1000, now_s)
    outbox.owes_full = True
    assert outbox.wants_full(now_s + FULL_PAUSE_S)


def test_a_socket_that_takes_nothing_is_given_up() -> None:
    outbox = congested()
    outbox.check_stalled(5000, 5000, 0.0)
    outbox.check_stalled(5000, 5000, STALLED_MAX_S)
    with pytest.raises(ConnectionRefused, match="too_slow"):
        outbox.check_stalled(6000, 6000, STALLED_MAX_S + 0.1)


def test_a_socket_that_takes_a_little_is_not_even_while_more_is_written_than_it_takes() -> None:
    outbox = congested()
    for second in range(100):
        outbox.check_stalled(100_000 + 1000 * second, 100_000 + 990 * second, float(second))
    outbox.check_stalled(200_000, 0, 1000.0)
    outbox.check_stalled(200_000, 0, 2000.0)


def test_more_unsent_than_anybody_waits_for_ends_it() -> None:
    outbox = congested()
    outbox.check_stalled(UNSENT_MAX_BYTES, UNSENT_MAX_BYTES, 0.0)
    with pytest.raises(ConnectionRefused, match="too_slow"):
        outbox.check_stalled(2 * UNSENT_MAX_BYTES, UNSENT_MAX_BYTES + 1, 1.0)


def test_no_frame_overtakes_a_control_message_that_waits() -> None:
    outbox = congested()
    assert outbox.takes_frame(0), "room for it, and nothing waits"
    assert outbox.control(b"welcome") == b""
    assert not outbox.takes_frame(0)
    assert not outbox.takes_full()
    assert outbox.drained() == b"welcome"
    assert outbox.wants_full(0.0)
    assert outbox.takes_full()


def test_a_full_frame_waits_for_room_and_is_owed() -> None:
    outbox = congested()
    assert not outbox.takes_full()
    assert not outbox.takes_frame(0)
    outbox.drained()
    assert outbox.wants_full(0.0)
