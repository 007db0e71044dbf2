"""Many sends and reads in one call: each socket gets its own, and each result is that of its order."""

from __future__ import annotations

import errno
import socket
from collections.abc import Iterator

import numpy as np
import pytest

from yuanzhan.uring import ENTRIES_COUNT, Ring, open_ring

Pairs = list[tuple[socket.socket, socket.socket]]


@pytest.fixture
def ring() -> Iterator[Ring]:
    made = open_ring()
    if made is None:
        pytest.skip("this kernel has no io_uring, or does not let us")
    yield made
    made.close()


@pytest.fixture
def pairs() -> Iterator[Pairs]:
    """Twenty sockets and their other ends."""
    made = [socket.socketpair() for _ in range(20)]
    yield made
    for ours, peer in made:
        ours.close()
        peer.close()


def send(ring: Ring, sockets: list[socket.socket], pieces: list[bytes]) -> list[int]:
    memory = [np.frombuffer(piece, np.uint8) for piece in pieces]
    results: list[int] = ring.send(
        np.array([each.fileno() for each in sockets], np.int32),
        np.array([piece.ctypes.data for piece in memory], np.uint64),
        np.array([len(piece) for piece in pieces], np.uint32),
    ).tolist()
    return results


@pytest.mark.parametrize("rounds_count", [1, 3, 2 * ENTRIES_COUNT // 20 + 1])
def test_each_socket_gets_its_own_piece(ring: Ring, pairs: Pairs, rounds_count: int) -> None:
    pieces = [b"%d." % number for number in range(len(pairs))]
    results = send(ring, [ours for ours, _ in pairs] * rounds_count, pieces * rounds_count)
    assert results == [len(piece) for piece in pieces] * rounds_count
    for piece, (_, peer) in zip(pieces, pairs, strict=True):
        assert peer.recv(1 << 20) == piece * rounds_count


def test_results_are_those_of_each_order(ring: Ring, pairs: Pairs) -> None:
    full, broken, half = pairs[0][0], pairs[1][0], pairs[2][0]
    full.setblocking(False)
    while True:
        try:
            full.send(bytes(4096))
        except BlockingIOError:
            break
    pairs[1][1].close()
    frame = bytes(8_000_000)
    closed = socket.socket()
    descriptor = closed.fileno()
    closed.close()
    no_results = ring.send(np.array([descriptor], np.int32), np.zeros(1, np.uint64), np.array([1], np.uint32))
    assert no_results.tolist() == [-errno.EBADF]
    first, second, third, fourth = send(
        ring, [full, broken, half, pairs[3][0]], [b"frame", b"frame", frame, b"frame"]
    )
    assert (first, second, fourth) == (-errno.EAGAIN, -errno.EPIPE, 5)
    assert 0 < third < len(frame)


def test_what_came_is_read_and_nothing_is_waited_for(ring: Ring, pairs: Pairs) -> None:
    pairs[0][1].send(b"hello")
    pairs[2][1].send(b"too long for a row")
    pairs[3][1].close()
    buffer = np.zeros((8, 10), np.uint8)
    results = ring.receive(np.array([ours.fileno() for ours, _ in pairs[:4]], np.int32), buffer)
    assert results.tolist() == [5, -errno.EAGAIN, 10, 0]
    assert buffer[0, :5].tobytes() == b"hello"
    assert buffer[2].tobytes() == b"too long f"
    assert pairs[2][0].recv(100) == b"or a row"


def test_the_queues_go_round(ring: Ring, pairs: Pairs) -> None:
    for number in range(5):
        count = ENTRIES_COUNT - 300 * (number % 2)
        senders = [pairs[index % len(pairs)][0] for index in range(count)]
        assert send(ring, senders, [b"x"] * count) == [1] * count
        assert sum(len(peer.recv(1 << 20)) for _, peer in pairs) == count


def test_closing_twice_closes_nobody_elses_file(ring: Ring) -> None:
    ring.close()
    ours, peer = socket.socketpair()
    ring.close()
    ours.send(b"still open")
    assert peer.recv(100) == b"still open"
    ours.close()
    peer.close()
