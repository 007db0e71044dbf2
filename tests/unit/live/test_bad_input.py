"""What no well-made client sends ends as docs/protocol.md says, and the other visitors notice nothing."""

from __future__ import annotations

import asyncio
import math
import struct
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing

import msgpack
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from websockets.frames import Opcode

from tests.support.floors import flat_hall
from tests.support.house_server import HouseServer, serve_house
from tests.support.raw_socket import RawSocket
from tests.unit.live.conftest import receive, receive_until
from yuanzhan.client import Client, Refused, pose_bytes
from yuanzhan.crowd_view import CrowdView
from yuanzhan.errors.connections import CLOSE_CODES
from yuanzhan.protocol.codec import encode
from yuanzhan.protocol.kinds import Kind
from yuanzhan.protocol.limits import HELLO_DEADLINE_S
from yuanzhan.protocol.messages.joining import Bye, Hello
from yuanzhan.protocol.messages.people import Chat, Said, Who
from yuanzhan.protocol.messages.positions import Correct
from yuanzhan.protocol.outbox import CONGESTED_BYTES, STALLED_MAX_S
from yuanzhan.protocol.sections import Frame, read_frame
from yuanzhan.protocol.session import CONTROL_BURST, POSE_BURST

HELLO = Hello("hall", "a", 0, "en")


@asynccontextmanager
async def undisturbed(server: HouseServer) -> AsyncIterator[None]:
    """Two visitors who see each other move and hear each other, before and after, on the same connections."""
    async with (
        await Client.connect(server.url, hall="hall", name="one") as one,
        await Client.connect(server.url, hall="hall", name="other") as other,
    ):
        await meet(one, other, 1.0)
        yield
        await meet(one, other, 2.0)
        await meet(other, one, 1.5)


async def meet(one: Client, other: Client, x: float) -> None:
    """`one` sees `other` move, and hears it."""
    slot = other.id & 0xFFFF
    await other.send_pose(x=x, z=0.0, teleported=True)
    await receive_until(one, lambda: abs(one.crowd.x[slot] - x) < 0.001)
    await other.send(Chat(f"at {x}"))
    assert (await receive(one, Said)).text == f"at {x}"


async def ended(peer: RawSocket) -> int:
    """The close code, which `closing` said before."""
    code, closing = await peer.close_code()
    peer.close()
    if closing is not None:
        assert closing.code == code
        assert CLOSE_CODES[closing.reason] == code
    return code


@pytest.mark.parametrize(
    ("subprotocol", "version"),
    [(None, "13"), ("yuanzhan.0", "13"), ("yuanzhan.2", "13"), ("chat", "13"), ("yuanzhan.1", "8")],
)
async def test_a_wrong_subprotocol_or_version_is_refused_before_the_upgrade(
    house: HouseServer, subprotocol: str | None, version: str
) -> None:
    async with undisturbed(house):
        peer = await RawSocket.open(house.port, subprotocol=subprotocol, version=version)
        assert peer.status == 400
        peer.close()


BEFORE_HELLO = [
    (encode(HELLO), Opcode.TEXT, 1003),
    (b"x" * 4097, Opcode.BINARY, 1009),
    (b"", Opcode.BINARY, 4400),
    (b"\x01", Opcode.BINARY, 4400),
    (b"\x01\xc1\xc1", Opcode.BINARY, 4400),
    (encode(HELLO)[:-4], Opcode.BINARY, 4400),
    (b"\x01" + msgpack.packb({"t": "hello", "hall": "hall"}), Opcode.BINARY, 4400),
    (encode(Hello("hall", "a", 0, "de")), Opcode.BINARY, 4400),  # type: ignore[arg-type]
    (encode(Hello("hall", "x" * 3000, 0, "en")), Opcode.BINARY, 4403),
    (encode(Hello("hall", "x" * 10_000, 0, "en")), Opcode.BINARY, 1009),
    (encode(Hello("hall", "a\x07b", 0, "en")), Opcode.BINARY, 4403),
    (encode(Hello("hall", "\u202eevil\u2066", 0, "en")), Opcode.BINARY, 4403),
    (encode(Hello("hall", " \u3000 ", 0, "en")), Opcode.BINARY, 4403),
    (encode(Hello("hall", "a", 3, "en")), Opcode.BINARY, 4403),
    (encode(Hello("hall", "a", 0xFFFFFFFF, "en")), Opcode.BINARY, 4403),
    (encode(Hello("cellar", "a", 0, "en")), Opcode.BINARY, 4404),
    (encode(Hello("hall", "a", 0, "en", token="nonsense")), Opcode.BINARY, 4401),
    (encode(Hello("hall", "a", 0, "en", token="AAAA.BBBB")), Opcode.BINARY, 4401),
    (encode(Bye()), Opcode.BINARY, 4411),
    (encode(Chat("early")), Opcode.BINARY, 4411),
    (pose_bytes(1, 0, 0, 0, 0), Opcode.BINARY, 4411),
]


@pytest.mark.parametrize(("payload", "opcode", "code"), BEFORE_HELLO, ids=lambda value: str(value)[:24])
async def test_a_wrong_first_message_ends_with_its_code(
    house: HouseServer, payload: bytes, opcode: Opcode, code: int
) -> None:
    peer = await RawSocket.open(house.port)
    assert peer.status == 101
    peer.send(payload, opcode)
    assert await ended(peer) == code
    assert house.house.head_counts()["hall"] == 0


IN_HALL = [
    ([(b"hello", Opcode.TEXT)], 1003),
    ([(bytes(4097), Opcode.BINARY)], 1009),
    ([(b"", Opcode.BINARY)], 4400),
    ([(b"\x10", Opcode.BINARY)], 4400),
    ([(pose_bytes(1, 0, 0, 0, 0)[:31], Opcode.BINARY)], 4400),
    ([(pose_bytes(1, 0, 0, 0, 0) + bytes(32), Opcode.BINARY)], 4400),
    ([(b"\x10\x02" + bytes(30), Opcode.BINARY)], 4400),
    ([(b"\x01\x80", Opcode.BINARY)], 4400),
    ([(encode(Who((1,)))[:-1], Opcode.BINARY)], 4400),
    ([(encode(HELLO), Opcode.BINARY)], 4411),
    ([(encode(Chat("again")), Opcode.BINARY)] * (int(CONTROL_BURST) + 40), 4429),
    ([(pose_bytes(1, 0, 0, 0, 0), Opcode.BINARY)] * (int(POSE_BURST) + 60), 4429),
    ([(b"\x77", Opcode.BINARY)] * 1100, 4429),
    ([(b"late", Opcode.CONT)], 1002),
]


@pytest.mark.parametrize(("frames", "code"), IN_HALL, ids=[str(code) for _, code in IN_HALL])
async def test_what_a_visitor_must_not_send_ends_with_its_code(
    house: HouseServer, frames: list[tuple[bytes, Opcode]], code: int
) -> None:
    async with undisturbed(house):
        peer = await RawSocket.visitor(house.port)
        for payload, opcode in frames:
            peer.send(payload, opcode)
        assert await ended(peer) == code
        assert house.house.traffic.closes[code] == 1


async def test_unmasked_and_reserved_frames_end_with_1002(house: HouseServer) -> None:
    async with undisturbed(house):
        for data in (b"\x82\x01\x01", b"\xf2\x80" + bytes(4), b"\x8b\x80" + bytes(4)):
            peer = await RawSocket.visitor(house.port)
            peer.send_raw(data)
            assert await ended(peer) == 1002


async def test_a_frame_that_only_says_it_is_large_is_refused_by_its_header(house: HouseServer) -> None:
    peer = await RawSocket.visitor(house.port)
    peer.send_raw(b"\x82\xff" + struct.pack(">Q", 1 << 40) + bytes(4))
    assert await ended(peer) == 1009


async def test_random_bytes_end_the_connection_or_are_ignored() -> None:
    async with serve_house([flat_hall(capacity=1000)]) as house, undisturbed(house):
        loop = asyncio.get_running_loop()
        faults: list[dict[str, object]] = []
        loop.set_exception_handler(lambda _, context: faults.append(context))

        async def send(data: bytes, framed: bool, after_hello: bool) -> None:
            peer = await (RawSocket.visitor if after_hello else RawSocket.open)(house.port)
            if framed:
                peer.send(data)
            else:
                peer.send_raw(data)
            peer.send(b"", Opcode.CLOSE)
            peer.writer.write_eof()
            code = await ended(peer)
            assert code in {*CLOSE_CODES.values(), 1005, 1006}

        @given(st.binary(max_size=200), st.booleans(), st.booleans())
        @settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])
        def fuzz(data: bytes, framed: bool, after_hello: bool) -> None:
            asyncio.run_coroutine_threadsafe(send(data, framed, after_hello), loop).result(15)

        await asyncio.to_thread(fuzz)
        # An error in a protocol's callback ends the connection with 1006, and only the loop hears of it.
        assert faults == []


@pytest.mark.parametrize(
    ("x", "z", "reason"),
    [
        (math.nan, 0.0, "not_finite"),
        (0.0, math.inf, "not_finite"),
        (-math.inf, math.nan, "not_finite"),
        (1000.0, 0.0, "outside"),
        (-3e38, 3e38, "outside"),
        (15.0, 10.0, "too_fast"),
    ],
)
async def test_an_impossible_pose_is_corrected_and_nobody_sees_it(
    house: HouseServer, x: float, z: float, reason: str
) -> None:
    async with (
        undisturbed(house),
        await Client.connect(house.url, hall="hall", name="wrong") as wrong,
        await Client.connect(house.url, hall="hall", name="watcher") as watcher,
    ):
        await receive_until(watcher, lambda: bool(watcher.crowd.present[wrong.id & 0xFFFF]))
        await wrong.send_pose(x=x, z=z)
        correct = await receive(wrong, Correct)
        assert correct.reason == reason
        assert (correct.x, correct.z) == (wrong.welcome.x, wrong.welcome.z)
        await asyncio.sleep(0.3)
        slot = wrong.id & 0xFFFF
        assert abs(watcher.crowd.x[slot] - wrong.welcome.x) < 0.01
        assert abs(watcher.crowd.z[slot] - wrong.welcome.z) < 0.01


async def test_faster_than_anyone_can_run_gets_nowhere(house: HouseServer) -> None:
    async with (
        await Client.connect(house.url, hall="hall", name="racer") as racer,
        await Client.connect(house.url, hall="hall", name="watcher") as watcher,
    ):
        await receive_until(watcher, lambda: watcher.crowd.population == 2)
        for step in range(20):
            await racer.send_pose(x=-18.0 + 36.0 * (step % 2), z=0.0)
            await asyncio.sleep(0.05)
        assert (await receive(racer, Correct)).reason == "too_fast"
        await watcher.send(Chat("now"))
        await receive(watcher, Said)
        assert abs(watcher.crowd.x[racer.id & 0xFFFF] - racer.welcome.x) < 0.01


async def test_a_forged_token_is_refused(house: HouseServer) -> None:
    visitor = await Client.connect(house.url, hall="hall", name="a")
    visitor.token = visitor.token[:-1] + ("A" if visitor.token[-1] != "A" else "Q")
    with pytest.raises(Refused, match="4401 bad_token"):
        await visitor.reconnect(house.url)
    await visitor.leave()


async def test_a_full_hall_is_said_with_its_code(house: HouseServer) -> None:
    async with (
        await Client.connect(house.url, hall="other", name="a"),
        await Client.connect(house.url, hall="other", name="b"),
    ):
        with pytest.raises(Refused, match="4503 hall_full"):
            await Client.connect(house.url, hall="other", name="c")


async def test_a_hundred_that_never_say_hello_are_few_and_go_soon() -> None:
    async with serve_house([flat_hall()], pending_per_address=32) as house:
        visitor = await Client.connect(house.url, hall="hall", name="inside")
        peers = [await RawSocket.open(house.port) for _ in range(100)]
        statuses = [peer.status for peer in peers]
        assert statuses.count(101) == 32
        assert statuses.count(429) == 68
        await visitor.send(Chat("undisturbed"))
        assert (await receive(visitor, Said)).text == "undisturbed"
        begun_s = time.monotonic()
        codes = await asyncio.gather(*(peer.close_code() for peer in peers if peer.status == 101))
        assert [code for code, _ in codes] == [4408] * 32
        assert time.monotonic() - begun_s > HELLO_DEADLINE_S - 1
        for peer in peers:
            peer.close()
        async with await Client.connect(house.url, hall="hall", name="let in again"):
            assert house.house.head_counts()["hall"] == 2
        await visitor.leave()


async def test_a_client_that_stops_reading_is_given_up_after_a_while_and_slows_nobody() -> None:
    ahead_s = 0.0
    async with serve_house(
        [flat_hall()], clock=lambda: time.monotonic() + ahead_s, send_buffer_bytes=4096
    ) as house:
        stalled = await RawSocket.visitor(house.port, receive_buffer_bytes=2048)
        async with undisturbed(house):
            house.talk_to_first(50_000)
            assert house.unsent_bytes() > 8000
            await asyncio.sleep(1.2)
            for tenth in range(45):
                if tenth % 15 == 0:  # bytes that the kernel still took start the wait anew
                    ahead_s += STALLED_MAX_S + 1
                await asyncio.sleep(0.1)
                if house.house.traffic.closes[4410]:
                    break
            assert house.house.traffic.closes[4410] == 1
            assert await ended(stalled) == 4410


async def test_a_slow_reader_skips_frames_and_then_gets_a_full_one() -> None:
    async with serve_house([flat_hall()], send_buffer_bytes=4096) as house:
        slow = await RawSocket.visitor(house.port, receive_buffer_bytes=2048)
        with closing(slow):
            async with await Client.connect(house.url, hall="hall", name="mover") as mover:
                assert (await next_frame(slow)).full, "who just came is told everything"
                house.talk_to_first(2 * CONGESTED_BYTES)
                await mover.send_pose(x=mover.welcome.x + 1.0, z=mover.welcome.z)
                await receive_until(mover, lambda: house.house.traffic.frames_skipped > 0)
                view = CrowdView.of(mover.welcome)
                slot = mover.id & 0xFFFF
                full_count = 0
                while abs(view.x[slot] - mover.welcome.x - 1.0) > 0.001:
                    frame = await next_frame(slow)
                    full_count += frame.full
                    view.apply(frame)
                assert full_count == 1
                assert house.house.traffic.closes[4410] == 0


async def next_frame(peer: RawSocket) -> Frame:
    """The next frame of the hall; what was said meanwhile is skipped."""
    while True:
        opcode, payload = await peer.frame()
        if opcode == Opcode.BINARY and payload[0] == Kind.FRAME:
            return read_frame(payload)
