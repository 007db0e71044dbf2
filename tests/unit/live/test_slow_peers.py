"""Peers that read slowly, or flood with what is no message: order holds, memory and time stay bounded."""

from __future__ import annotations

import asyncio
import time
from typing import cast

import pytest
from websockets.frames import Frame, Opcode

from tests.support.floors import flat_hall
from tests.support.house_server import HouseServer, serve_house
from tests.support.patience import until
from tests.support.raw_socket import RawSocket
from tests.unit.live.conftest import PATIENCE_S
from yuanzhan.client import Client, Event
from yuanzhan.live.connection import DEAD_AFTER_S, KNOWN_CLOSE_CODES, OTHER_CLOSE, PING_AFTER_S
from yuanzhan.protocol.codec import decode_server, encode
from yuanzhan.protocol.frames import READ_FRAMES_MAX_COUNT
from yuanzhan.protocol.kinds import Kind
from yuanzhan.protocol.limits import RESUME_GRACE_S
from yuanzhan.protocol.messages.joining import Bye, Go, Welcome
from yuanzhan.protocol.messages.notices import Notice
from yuanzhan.protocol.outbox import CONGESTED_BYTES
from yuanzhan.protocol.sections import read_frame

PING = Frame(Opcode.PING, b"").serialize(mask=True)


async def stuck_visitor(server: HouseServer) -> RawSocket:
    """A visitor whose buffers are small and who reads nothing yet."""
    peer = await RawSocket.visitor(server.port, receive_buffer_bytes=2048)
    for _ in range(100):
        if sum(server.house.head_counts().values()):
            return peer
        await asyncio.sleep(0.01)
    raise AssertionError("never came in")


async def test_who_reads_slowly_still_reads_that_the_server_stops() -> None:
    async with serve_house([flat_hall()], send_buffer_bytes=4096) as server:
        peer = await stuck_visitor(server)
        server.talk_to_first(50_000)
        assert server.unsent_bytes() > 20_000
        closing = asyncio.create_task(server.house.close(retry_s=1.0))
        await asyncio.sleep(0.1)
        assert not closing.done(), "the last words are unsent"
        code, said = await peer.close_code()
        assert code == 1001
        assert said is not None
        assert said.retry_s == 1.0
        peer.send(b"\x03\xe9", Opcode.CLOSE)
        await asyncio.wait_for(closing, PATIENCE_S)
        assert server.house.connections_count == 0
        peer.close()


async def test_a_peer_that_goes_to_another_hall_while_it_reads_nothing_gets_all_in_order() -> None:
    async with serve_house([flat_hall("hall"), flat_hall("other")], send_buffer_bytes=4096) as server:
        peer = await stuck_visitor(server)
        server.talk_to_first(2 * CONGESTED_BYTES)
        peer.send(encode(Go("other")))
        await asyncio.sleep(0.4)
        assert server.house.head_counts() == {"hall": 0, "other": 1}
        hall, first_full = "", None
        while first_full is None:
            _, payload = await peer.frame()
            if payload[0] == Kind.FRAME:
                assert hall, "no frame comes before its welcome"
                if hall == "other":
                    first_full = read_frame(payload).full
            elif isinstance(message := decode_server(payload), Welcome):
                hall = message.hall
        assert first_full, "the first frame of the other hall is FULL"
        peer.close()


async def test_a_stuck_peer_that_goes_to_and_fro_costs_little_memory() -> None:
    async with serve_house([flat_hall("hall"), flat_hall("other")], send_buffer_bytes=4096) as server:
        peer = await stuck_visitor(server)
        server.talk_to_first(2 * CONGESTED_BYTES)
        before = server.unsent_bytes()
        for turn in range(20):
            peer.send(encode(Go(("other", "hall")[turn % 2])))
            await asyncio.sleep(0.02)
        assert server.unsent_bytes() <= before
        peer.close()


async def test_going_to_and_fro_without_end_is_slowed_down() -> None:
    async with (
        serve_house([flat_hall("hall"), flat_hall("other")]) as server,
        await Client.connect(server.url, hall="hall", name="a") as visitor,
    ):
        for turn in range(6):
            await visitor.send(Go(("other", "hall")[turn % 2]))
        halls = []
        event: Event | None = None
        while event != Notice("go_too_fast"):
            event = await asyncio.wait_for(visitor.receive(), PATIENCE_S)
            if isinstance(event, Welcome):
                halls.append(event.hall)
        assert halls[-5:] == ["other", "hall", "other", "hall", "other"]


@pytest.mark.parametrize("said_hello", [True, False])
async def test_a_flood_of_pings_ends_and_holds_up_nobody(said_hello: bool) -> None:
    async with serve_house([flat_hall()]) as server:
        peer = await (RawSocket.visitor if said_hello else RawSocket.open)(server.port)
        for _ in range(20):
            peer.send_raw(PING * 40_000)
        code, _ = await peer.close_code()
        assert code == 4429
        assert server.house.traffic.closes[4429] == 1
        peer.close()


async def test_pings_in_small_reads_are_counted_too() -> None:
    async with serve_house([flat_hall()]) as server:
        peer = await RawSocket.visitor(server.port)
        sent_count = 0
        begun_s = time.monotonic()
        while not server.house.traffic.closes[4429] and sent_count < 3 * READ_FRAMES_MAX_COUNT:
            peer.send_raw(PING * 100)
            sent_count += 100
            await asyncio.sleep(0.01)
        allowed = READ_FRAMES_MAX_COUNT + 100 * (time.monotonic() - begun_s)
        assert READ_FRAMES_MAX_COUNT <= sent_count <= allowed + 400
        peer.close()


async def test_pings_of_a_peer_that_reads_nothing_are_not_answered_before_it_reads() -> None:
    async with serve_house([flat_hall()], send_buffer_bytes=4096) as server:
        peer = await stuck_visitor(server)
        server.talk_to_first(2 * CONGESTED_BYTES)
        before = server.unsent_bytes()
        for number in range(50):
            peer.send(b"%d" % number + bytes(100), Opcode.PING)
        await asyncio.sleep(0.3)
        assert server.unsent_bytes() <= before
        pongs: list[bytes] = []
        while not pongs:
            opcode, payload = await peer.frame()
            if opcode == Opcode.PONG:
                pongs.append(payload)
        assert pongs[0][:2] == b"49"
        peer.close()


async def test_what_comes_after_a_wrong_frame_is_not_kept() -> None:
    async with serve_house([flat_hall()]) as server:
        peer = await RawSocket.visitor(server.port)
        peer.send(b"text", Opcode.TEXT)
        for _ in range(40):
            peer.send_raw(bytes(100_000))
        await asyncio.sleep(0.2)
        for group in server.house._connections:
            for connection in group:
                assert len(connection._reader._pending) == 0
        code, _ = await peer.close_code()
        assert code == 1003
        peer.close()


@pytest.mark.parametrize(("code", "counted"), [(1000, 1000), (3456, OTHER_CLOSE), (4999, OTHER_CLOSE)])
async def test_codes_that_are_not_ours_are_counted_as_one(code: int, counted: int) -> None:
    async with serve_house([flat_hall()]) as server:
        peer = await RawSocket.visitor(server.port)
        peer.send(code.to_bytes(2, "big"), Opcode.CLOSE)
        assert (await peer.close_code())[0] == code
        assert server.house.traffic.closes == {counted: 1}
        assert set(server.house.traffic.closes) <= KNOWN_CLOSE_CODES | {OTHER_CLOSE}
        peer.close()


async def test_a_connection_is_counted_until_its_socket_is_closed() -> None:
    async with serve_house([flat_hall()]) as server:
        peer = await RawSocket.visitor(server.port)
        peer.send(encode(Bye()))
        assert (await peer.close_code())[0] == 1000
        assert server.house.connections_count == 1
        peer.send(b"\x03\xe8", Opcode.CLOSE)
        await asyncio.sleep(0.1)
        assert server.house.connections_count == 0
        peer.close()


async def test_after_a_pause_of_the_server_who_was_silent_is_asked_before_it_is_given_up() -> None:
    paused_s = 0.0
    async with serve_house([flat_hall()], clock=lambda: time.monotonic() + paused_s) as server:
        peer = await RawSocket.visitor(server.port)
        await asyncio.sleep(1.2)
        paused_s += 2 * DEAD_AFTER_S
        opcode = None
        while opcode != Opcode.PING:
            opcode, _ = await peer.frame()
        await asyncio.sleep(1.2)
        assert sum(server.house.head_counts().values()) == 1
        paused_s += DEAD_AFTER_S - PING_AFTER_S
        code, _ = await peer.close_code()
        assert code == 4410
        peer.close()


@pytest.mark.parametrize("is_read_ahead", [False, True])
async def test_a_goodbye_is_heard_on_a_socket_that_breaks_as_it_is_written_to(is_read_ahead: bool) -> None:
    async with serve_house([flat_hall()]) as server:
        peer = await stuck_visitor(server)
        transport = cast("asyncio.Transport", peer.writer.transport)
        transport.pause_reading()
        server.talk_to_first(5_000)
        await asyncio.sleep(0.05)
        peer.send(encode(Bye()))
        if is_read_ahead:
            server.house.read_ahead()
        transport.abort()  # with words unread, which resets the connection
        await asyncio.sleep(0)
        server.talk_to_first(1_000)
        # Well before the avatar of who only broke off would go.
        async with asyncio.timeout(RESUME_GRACE_S / 2):
            await until(lambda: server.house.head_counts() == {"hall": 0})
