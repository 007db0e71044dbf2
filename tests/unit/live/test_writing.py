"""Every frame reaches its sockets once, by one thread or two; what a socket does not take is handed back."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator

import numpy as np
import pytest

from yuanzhan.hall.hall import Delivery
from yuanzhan.live.writing import ALONE_MAX_COUNT, BROKEN, NO_OUTLET, Unsent, Writers

Pairs = list[tuple[socket.socket, socket.socket]]


@pytest.fixture
def pairs() -> Iterator[Pairs]:
    """Twenty sockets and their other ends."""
    made = [socket.socketpair() for _ in range(20)]
    for ours, _ in made:
        ours.setblocking(False)
    yield made
    for ours, peer in made:
        ours.close()
        peer.close()


@pytest.fixture(params=["one thread", "two threads", "one ring", "two rings"])
def writers(request: pytest.FixtureRequest) -> Iterator[Writers]:
    """Each way there is."""
    count, _, way = request.param.partition(" ")
    made = Writers({"one": 1, "two": 2}[count], uses_rings=way.startswith("ring"))
    if way.startswith("ring") and not made.uses_rings:
        pytest.skip("this kernel has no io_uring, or does not let us")
    yield made
    made.close()


@pytest.mark.parametrize("rounds_count", [1, ALONE_MAX_COUNT // 20 + 5])
def test_each_socket_gets_its_frames_whole_and_in_number(
    pairs: Pairs, writers: Writers, rounds_count: int
) -> None:
    outlets = np.array([ours.fileno() for ours, _ in pairs], np.int32)
    deliveries = [
        Delivery(b"frame %d." % (slot % 3), [slot], full=False)
        for _ in range(rounds_count)
        for slot in range(len(pairs))
    ]
    assert writers.write(deliveries, outlets) == []
    for slot, (_, peer) in enumerate(pairs):
        assert peer.recv(1 << 20) == b"frame %d." % (slot % 3) * rounds_count


def test_what_is_not_taken_is_handed_back(pairs: Pairs, writers: Writers) -> None:
    outlets = np.array([ours.fileno() for ours, _ in pairs], np.int32)
    full, absent, half = 3, 5, 7
    fill(pairs[full][0])
    outlets[absent] = NO_OUTLET
    frame = bytes(8_000_000)
    many = [Delivery(b"small", list(range(8, 20)), full=False)] * (ALONE_MAX_COUNT // 12 + 1)
    unsent = writers.write([*many, Delivery(frame, [full, absent, half], full=False)], outlets)
    assert unsent[:2] == [Unsent(full, frame, 0), Unsent(absent, frame, None)]
    (last,) = unsent[2:]
    assert last.slot == half
    assert last.sent_bytes is not None
    assert 0 < last.sent_bytes < len(frame)


def test_a_full_socket_and_a_broken_one_are_told_apart(pairs: Pairs, writers: Writers) -> None:
    full, broken = 2, 4
    fill(pairs[full][0])
    pairs[broken][1].close()
    outlets = np.array([ours.fileno() for ours, _ in pairs], np.int32)
    unsent = writers.write([Delivery(b"frame", [full, broken], full=False)], outlets)
    assert unsent == [Unsent(full, b"frame", 0), Unsent(broken, b"frame", BROKEN)]


def fill(sending: socket.socket) -> None:
    """Write until nothing more is taken."""
    while True:
        try:
            os.write(sending.fileno(), bytes(4096))
        except BlockingIOError:
            return
