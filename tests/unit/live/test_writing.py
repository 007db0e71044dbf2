"""Every frame reaches its sockets once, by one thread or two; what a socket does not take is handed back."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator

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


@pytest.mark.parametrize("cores_count", [1, 2])
@pytest.mark.parametrize("rounds_count", [1, ALONE_MAX_COUNT // 20 + 5])
def test_each_socket_gets_its_frames_whole_and_in_number(
    pairs: Pairs, cores_count: int, rounds_count: int
) -> None:
    outlets = [ours.fileno() for ours, _ in pairs]
    deliveries = [
        Delivery(b"frame %d." % (slot % 3), [slot], full=False)
        for _ in range(rounds_count)
        for slot in range(len(pairs))
    ]
    writers = Writers(cores_count)
    assert writers.write(deliveries, outlets) == []
    for slot, (_, peer) in enumerate(pairs):
        assert peer.recv(1 << 20) == b"frame %d." % (slot % 3) * rounds_count
    writers.close()


@pytest.mark.parametrize("cores_count", [1, 2])
def test_what_is_not_taken_is_handed_back(pairs: Pairs, cores_count: int) -> None:
    outlets = [ours.fileno() for ours, _ in pairs]
    full, absent, half = 3, 5, 7
    fill(pairs[full][0])
    outlets[absent] = NO_OUTLET
    frame = bytes(8_000_000)
    many = [Delivery(b"small", list(range(8, 20)), full=False)] * (ALONE_MAX_COUNT // 12 + 1)
    writers = Writers(cores_count)
    unsent = writers.write([*many, Delivery(frame, [full, absent, half], full=False)], outlets)
    assert unsent[:2] == [Unsent(full, frame, 0), Unsent(absent, frame, None)]
    (last,) = unsent[2:]
    assert last.slot == half
    assert last.sent_bytes is not None
    assert 0 < last.sent_bytes < len(frame)
    writers.close()


@pytest.mark.parametrize("cores_count", [1, 2])
def test_a_full_socket_and_a_broken_one_are_told_apart(pairs: Pairs, cores_count: int) -> None:
    full, broken = 2, 4
    fill(pairs[full][0])
    pairs[broken][1].close()
    writers = Writers(cores_count)
    outlets = [ours.fileno() for ours, _ in pairs]
    unsent = writers.write([Delivery(b"frame", [full, broken], full=False)], outlets)
    assert unsent == [Unsent(full, b"frame", 0), Unsent(broken, b"frame", BROKEN)]
    writers.close()


def fill(sending: socket.socket) -> None:
    """Write until nothing more is taken."""
    while True:
        try:
            os.write(sending.fileno(), bytes(4096))
        except BlockingIOError:
            return
