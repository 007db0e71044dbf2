"""The Python client, where `test_house` does not use it anyway."""

from __future__ import annotations

import asyncio

import pytest
from websockets.asyncio.server import ServerConnection, serve

from tests.support.house_server import HouseServer
from tests.unit.live.conftest import PATIENCE_S, receive
from yuanzhan.client import Client, Refused
from yuanzhan.protocol.codec import decode_server, encode
from yuanzhan.protocol.kinds import Kind
from yuanzhan.protocol.limits import SUBPROTOCOL
from yuanzhan.protocol.messages.joining import Queued
from yuanzhan.protocol.messages.people import Chat, Population, Said
from yuanzhan.protocol.sections import Frame, read_frame


async def test_messages_can_be_taken_as_they_arrive(house: HouseServer) -> None:
    taken: list[bytes] = []
    async with await Client.connect(house.url, hall="hall", name="a", take=taken.append) as visitor:
        await visitor.send(Chat("hello"))
        for _ in range(60):
            await asyncio.sleep(0.05)
            frames = [read_frame(data) for data in taken if data[0] == Kind.FRAME]
            if frames and any(isinstance(said(data), Said) for data in taken):
                break
        assert isinstance(said(taken[0]), Population)
        assert frames[0].full
        (heard,) = [one for one in map(said, taken) if isinstance(one, Said)]
        assert heard == Said(visitor.id, "a", "hello", heard.line)


def said(data: bytes) -> object:
    return decode_server(data) if data[0] == Kind.CONTROL else None


@pytest.mark.parametrize("take", [None, lambda data: None], ids=["queued", "taken"])
async def test_a_refusal_is_raised_with_its_code(house: HouseServer, take: object) -> None:
    with pytest.raises(Refused, match="4404 no_such_hall") as refusal:
        await Client.connect(house.url, hall="cellar", name="a", take=take)  # type: ignore[arg-type]
    assert refusal.value.code == 4404


@pytest.mark.parametrize("take", [None, lambda data: None], ids=["queued", "taken"])
async def test_a_server_that_does_not_answer_is_not_waited_for_without_end(
    take: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("yuanzhan.client._ANSWER_TIMEOUT_S", 0.1)

    async def be_silent(socket: ServerConnection) -> None:
        await socket.wait_closed()

    async with serve(be_silent, "127.0.0.1", 0, subprotocols=[SUBPROTOCOL]) as server:  # type: ignore[list-item]
        url = f"ws://127.0.0.1:{next(iter(server.sockets)).getsockname()[1]}/ws"
        with pytest.raises(TimeoutError):
            await Client.connect(url, hall="hall", name="a", take=take)  # type: ignore[arg-type]


async def test_who_was_told_to_wait_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("yuanzhan.client._ANSWER_TIMEOUT_S", 0.1)

    async def keep_waiting(socket: ServerConnection) -> None:
        await socket.recv()
        await socket.send(encode(Queued("hall", 1, 1)))
        await asyncio.sleep(0.3)
        await socket.close(4503, "hall_full")

    async with serve(keep_waiting, "127.0.0.1", 0, subprotocols=[SUBPROTOCOL]) as server:  # type: ignore[list-item]
        url = f"ws://127.0.0.1:{next(iter(server.sockets)).getsockname()[1]}/ws"
        with pytest.raises(Refused, match="4503"):
            await Client.connect(url, hall="hall", name="a")


async def test_events_end_with_the_server_and_the_end_has_a_reason(house: HouseServer) -> None:
    async with await Client.connect(house.url, hall="hall", name="a") as visitor:
        frames: list[Frame] = []
        seen = asyncio.Event()

        async def follow() -> None:
            async for event in visitor.events():
                if isinstance(event, Frame):
                    frames.append(event)
                    seen.set()

        following = asyncio.create_task(follow())
        await seen.wait()
        await house.house.close(retry_s=1.0)
        await asyncio.wait_for(following, PATIENCE_S)
        assert [frame.full for frame in frames] == [True]
        assert str(await visitor.ended()) == "1001 going_away"
        with pytest.raises(Refused, match="1001"):
            await visitor.send(Chat("too late"))


async def test_bye_ends_well(house: HouseServer) -> None:
    visitor = await Client.connect(house.url, hall="hall", name="a")
    await receive(visitor, Population)
    await visitor.leave()
    assert (await visitor.ended()).code == 1000
    await visitor.leave()
