"""Sockets read past the loop: what comes reaches its connection, an end comes back to the loop."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from functools import partial

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.support.floors import flat_hall
from tests.support.house_server import serve_house
from tests.unit.live.conftest import PATIENCE_S, receive_until
from yuanzhan.bench.swarm import client_frame
from yuanzhan.client import Client, pose_bytes
from yuanzhan.live.sockets import READ_BYTES, Sockets

pytestmark = pytest.mark.both_loops


@dataclass
class Listener(asyncio.Protocol):
    """Keeps what it is given."""

    received: list[bytes] = field(default_factory=list)
    lost: asyncio.Event = field(default_factory=asyncio.Event)
    fails: bool = False

    def data_received(self, data: bytes) -> None:
        self.received.append(data)
        if self.fails:
            raise RuntimeError("on purpose")

    def fail(self) -> None:
        self.received.append(b"failed")

    def connection_lost(self, exc: Exception | None) -> None:
        self.lost.set()


@dataclass
class Pair:
    """A transport of the loop, and a plain socket at its other end."""

    transport: asyncio.Transport
    listener: Listener
    peer: socket.socket


@pytest.fixture
async def pair() -> AsyncIterator[Pair]:
    ours, peer = socket.socketpair()
    ours.setblocking(False)
    loop = asyncio.get_running_loop()
    transport, listener = await loop.connect_accepted_socket(Listener, ours)
    yield Pair(transport, listener, peer)
    transport.close()
    peer.close()
    await asyncio.sleep(0)


@pytest.fixture(params=["one call a socket", "one call for all"])
def sockets(request: pytest.FixtureRequest) -> Iterator[Sockets]:
    """Each way there is."""
    uses_ring = request.param == "one call for all"
    made = Sockets(uses_ring=uses_ring)
    if uses_ring and not made.uses_ring:
        pytest.skip("this kernel has no io_uring, or does not let us")
    yield made
    made.close()


async def test_what_comes_is_kept_by_the_kernel_until_it_is_asked_for(sockets: Sockets, pair: Pair) -> None:
    assert sockets.adopt(pair.transport, pair.listener) >= 0
    pair.peer.send(b"one")
    pair.peer.send(b"two")
    await asyncio.sleep(0.05)
    assert pair.listener.received == []
    sockets.read()
    assert pair.listener.received == [b"onetwo"]


@pytest.mark.parametrize("size", [READ_BYTES - 1, READ_BYTES, READ_BYTES + 1, 20_000])
async def test_more_than_one_read_takes_comes_whole(sockets: Sockets, pair: Pair, size: int) -> None:
    sockets.adopt(pair.transport, pair.listener)
    data = bytes(range(256)) * (size // 256 + 1)
    pair.peer.send(data[:size])
    sockets.read()
    sockets.read()
    assert b"".join(pair.listener.received) == data[:size]


@dataclass
class Taker:
    """Keeps the slots that poses came for."""

    slots: list[int] = field(default_factory=list)

    def put(self, slot: int, pose: bytes) -> None:
        self.slots.append(slot)

    def put_many(self, slots: NDArray[np.int64], poses: NDArray[np.uint8]) -> None:
        self.slots += slots.tolist()


async def test_ahead_of_a_tick_poses_are_taken_and_all_else_waits_for_it(
    sockets: Sockets, pair: Pair
) -> None:
    taker = Taker()
    sockets.expect_poses(sockets.adopt(pair.transport, pair.listener), taker, 7)
    pair.peer.send(client_frame(pose_bytes(seq=1, x=1.0, y=0.0, z=2.0, yaw=0.0)))
    sockets.read_ahead()
    assert (taker.slots, pair.listener.received) == ([7], [])
    pair.peer.send(b"said first")
    sockets.read_ahead()
    pair.peer.send(b"and then")
    assert pair.listener.received == []
    sockets.read()
    assert pair.listener.received == [b"said first", b"and then"]
    assert taker.slots == [7]


async def test_what_was_read_ahead_of_a_socket_that_broke_is_heard_once(sockets: Sockets, pair: Pair) -> None:
    descriptor = sockets.adopt(pair.transport, pair.listener)
    pair.peer.send(b"read ahead, ")
    sockets.read_ahead()
    pair.peer.send(b"unread")
    assert sockets.last_words(descriptor, pair.transport) == b"read ahead, unread"
    sockets.read()
    assert pair.listener.received == []


async def test_what_was_read_ahead_is_heard_though_another_broke_the_socket_since(
    sockets: Sockets, pair: Pair
) -> None:
    sockets.adopt(pair.transport, pair.listener)
    pair.peer.send(b"goodbye")
    sockets.read_ahead()
    pair.transport.abort()
    sockets.read()
    assert pair.listener.received == [b"goodbye"]


async def test_an_end_is_found_by_the_loop(sockets: Sockets, pair: Pair) -> None:
    sockets.adopt(pair.transport, pair.listener)
    pair.peer.close()
    await asyncio.sleep(0.05)
    assert not pair.listener.lost.is_set()
    sockets.read()
    await asyncio.wait_for(pair.listener.lost.wait(), PATIENCE_S)


async def test_who_is_released_is_read_by_the_loop_again(sockets: Sockets, pair: Pair) -> None:
    descriptor = sockets.adopt(pair.transport, pair.listener)
    sockets.release(descriptor)
    sockets.release(descriptor)
    pair.peer.send(b"to the loop")
    await asyncio.sleep(0.05)
    assert pair.listener.received == [b"to the loop"]
    sockets.read()
    assert pair.listener.received == [b"to the loop"]


async def test_a_transport_that_closes_is_not_adopted(sockets: Sockets, pair: Pair) -> None:
    pair.transport.close()
    assert sockets.adopt(pair.transport, pair.listener) == -1


async def test_a_fault_over_what_one_says_ends_with_that_one(sockets: Sockets, pair: Pair) -> None:
    sockets.adopt(pair.transport, pair.listener)
    pair.listener.fails = True
    pair.peer.send(b"odd")
    sockets.read()
    assert pair.listener.received == [b"odd", b"failed"]


async def test_numbers_given_again_by_the_system_lead_to_their_new_owners() -> None:
    """Visitors who come and go in quick succession, so that descriptors are used again and again."""
    async with (
        serve_house([flat_hall(capacity=200)]) as server,
        await Client.connect(server.url, hall="hall", name="stays") as stays,
    ):
        for number in range(30):
            passing = await Client.connect(server.url, hall="hall", name="passes")
            if number % 2:
                await passing.leave()
            else:
                passing.abort()
            async with await Client.connect(server.url, hall="hall", name="moves") as moves:
                await moves.send_pose(x=1.0 + number / 10, z=1.0, teleported=True)
                await receive_until(stays, partial(is_at, stays, moves.id & 0xFFFF, 1.0 + number / 10))


def is_at(viewer: Client, slot: int, x: float) -> bool:
    return bool(abs(viewer.crowd.x[slot] - x) < 0.001)
