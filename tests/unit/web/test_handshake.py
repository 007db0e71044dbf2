"""The door: who gets a WebSocket, and what everybody else is told."""

from __future__ import annotations

import asyncio
import base64
import os
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from typing import cast

import aiohttp
import pytest
from aiohttp import web
from hypothesis import given
from hypothesis import strategies as st

from yuanzhan.moderation.callers import Caller
from yuanzhan.protocol.limits import SUBPROTOCOL
from yuanzhan.web.handshake import Door, household
from yuanzhan.web.refusals import answer_errors

# Both loops that the server may run on: their transports are not the same.
pytestmark = pytest.mark.both_loops

PENDING_MAX = 3


class Echo(asyncio.Protocol):
    """Sends raw bytes back, so that a test sees who owns the socket."""

    def __init__(self, caller: Caller, settled: Callable[[], None]) -> None:
        self.caller = caller
        self.settled = settled
        self.transport: asyncio.Transport | None = None
        self.is_lost = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, transport)

    def data_received(self, data: bytes) -> None:
        assert self.transport is not None
        self.transport.write(data)

    def connection_lost(self, exc: Exception | None) -> None:
        self.is_lost = True
        self.settled()


@dataclass
class Entrance:
    """A door behind a real socket, and everybody it let in."""

    port: int = 0
    opened: list[Echo] = field(default_factory=list)
    door: Door = field(init=False)

    def open_connection(
        self, transport: asyncio.Transport, caller: Caller, settled: Callable[[], None]
    ) -> asyncio.Protocol:
        self.opened.append(Echo(caller, settled))
        return self.opened[-1]


@pytest.fixture
async def entrance() -> AsyncIterator[Entrance]:
    entrance = Entrance()
    entrance.door = Door(
        entrance.open_connection,
        pending_per_address=PENDING_MAX,
        own_origins=("https://expo.example",),
    )
    application = web.Application(middlewares=[answer_errors])
    application.router.add_get("/ws", entrance.door.get)
    runner = web.AppRunner(application, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    entrance.port = runner.addresses[0][1]
    yield entrance
    await runner.cleanup()


class Raw:
    """A TCP client that says exactly what a test wants it to say."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader = reader
        self.writer = writer
        self.status = 0
        self.headers: dict[str, str] = {}

    async def close(self) -> None:
        self.writer.close()
        await self.writer.wait_closed()


async def knock(entrance: Entrance, **changed: str | None) -> Raw:
    """Send a handshake with some headers changed (underscores are dashes) or, by None, left out."""
    headers: dict[str, str | None] = {}
    headers |= {
        "Host": f"127.0.0.1:{entrance.port}",
        "Upgrade": "websocket",
        "Connection": "Upgrade",
        "Sec-WebSocket-Version": "13",
        "Sec-WebSocket-Key": base64.b64encode(os.urandom(16)).decode(),
        "Sec-WebSocket-Protocol": SUBPROTOCOL,
    }
    headers |= {name.replace("_", "-"): value for name, value in changed.items()}
    lines = [f"{name}: {value}" for name, value in headers.items() if value is not None]
    request = "GET /ws HTTP/1.1\r\n" + "\r\n".join(lines) + "\r\n\r\n"
    raw = Raw(*await asyncio.open_connection("127.0.0.1", entrance.port))
    raw.writer.write(request.encode())
    head = (await raw.reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
    raw.status = int(head[0].split(" ")[1])
    raw.headers = {
        name.lower(): value for name, _, value in (line.partition(": ") for line in head[1:] if line)
    }
    return raw


async def test_the_key_of_the_standard_gets_the_accept_of_the_standard(entrance: Entrance) -> None:
    raw = await knock(entrance, Sec_WebSocket_Key="dGhlIHNhbXBsZSBub25jZQ==")
    assert raw.status == 101
    assert raw.headers["sec-websocket-accept"] == "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="
    assert raw.headers["sec-websocket-protocol"] == SUBPROTOCOL
    await raw.close()


async def test_after_the_handshake_the_socket_belongs_to_the_connection(entrance: Entrance) -> None:
    raw = await knock(entrance)
    for size in (1, 100, 100_000):
        raw.writer.write(b"x" * size)
        assert await asyncio.wait_for(raw.reader.readexactly(size), 5) == b"x" * size
    assert not entrance.opened[0].is_lost
    await raw.close()
    await asyncio.sleep(0.05)
    assert entrance.opened[0].is_lost


async def test_a_browsers_own_websocket_client_is_let_in(entrance: Entrance) -> None:
    url = f"http://127.0.0.1:{entrance.port}"
    async with (
        aiohttp.ClientSession() as http,
        http.ws_connect(f"{url}/ws", protocols=[SUBPROTOCOL], origin=url) as socket,
    ):
        assert socket.protocol == SUBPROTOCOL


@pytest.mark.parametrize(
    ("changed", "status"),
    [
        ({"Upgrade": None}, 400),
        ({"Upgrade": "h2c"}, 400),
        ({"Connection": "keep-alive"}, 400),
        ({"Sec_WebSocket_Version": "8"}, 400),
        ({"Sec_WebSocket_Key": None}, 400),
        ({"Sec_WebSocket_Key": "c2hvcnQ="}, 400),
        ({"Sec_WebSocket_Key": "no base64 at all"}, 400),
        ({"Sec_WebSocket_Protocol": None}, 400),
        ({"Sec_WebSocket_Protocol": "yuanzhan.2"}, 400),
        ({"Sec_WebSocket_Protocol": "yuanzhan.1x, mqtt"}, 400),
        ({"Origin": "https://elsewhere.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Origin": "http://["}, 403),
        ({"Origin": "http://[::1"}, 403),
        ({"Origin": "http://127.0.0.1:1"}, 403),
    ],
)
async def test_who_is_not_let_in_is_told_why(
    entrance: Entrance, changed: dict[str, str | None], status: int
) -> None:
    raw = await knock(entrance, **changed)
    assert raw.status == status
    assert entrance.opened == []
    assert entrance.door.pending == 0
    await raw.close()


@pytest.mark.parametrize("protocols", ["yuanzhan.2, yuanzhan.1", "yuanzhan.1,mqtt"])
async def test_our_subprotocol_may_be_one_of_several(entrance: Entrance, protocols: str) -> None:
    raw = await knock(entrance, Sec_WebSocket_Protocol=protocols)
    assert raw.status == 101
    await raw.close()


async def test_the_public_address_of_a_proxy_is_an_origin_of_ours(entrance: Entrance) -> None:
    raw = await knock(entrance, Origin="https://expo.example")
    assert raw.status == 101
    await raw.close()


async def test_one_address_may_hold_only_so_many_connections_that_say_nothing(entrance: Entrance) -> None:
    held = [await knock(entrance) for _ in range(PENDING_MAX)]
    refused = await knock(entrance)
    assert refused.status == 429
    assert int(refused.headers["retry-after"]) > 0
    entrance.opened[0].settled()
    entrance.opened[0].settled()
    welcome = await knock(entrance)
    assert welcome.status == 101
    assert entrance.door.pending == PENDING_MAX
    for raw in (*held, refused, welcome):
        await raw.close()
    await asyncio.sleep(0.05)
    assert entrance.door.pending == 0


async def test_behind_a_trusted_proxy_its_word_for_the_address_counts(entrance: Entrance) -> None:
    """The last entry is the proxy's own; what stands before it the visitor may have made up."""
    raw = await knock(entrance, X_Forwarded_For="203.0.113.9")
    assert entrance.opened[-1].caller.address == "127.0.0.1"
    await raw.close()
    entrance.door.trust_forwarded = True
    raw = await knock(entrance, X_Forwarded_For="203.0.113.9, 198.51.100.4")
    assert entrance.opened[-1].caller.address == "198.51.100.4"
    await raw.close()
    # A proxy that adds a line of its own: the visitor's stands above it.
    raw = await knock(entrance, X_Forwarded_For="203.0.113.9", x_forwarded_for="198.51.100.5")
    assert entrance.opened[-1].caller.address == "198.51.100.5"
    await raw.close()


async def test_while_stopping_everybody_is_asked_to_come_back(entrance: Entrance) -> None:
    entrance.door.close()
    raw = await knock(entrance)
    assert raw.status == 503
    assert int(raw.headers["retry-after"]) > 0
    await raw.close()


async def test_a_peer_that_leaves_during_the_handshake_leaves_nothing_behind(entrance: Entrance) -> None:
    for _ in range(20):
        raw = Raw(*await asyncio.open_connection("127.0.0.1", entrance.port))
        raw.writer.write(b"GET /ws HTTP/1.1\r\nHost: x\r\n")
        await raw.close()
    for _ in range(20):
        raw = await knock(entrance)
        raw.writer.transport.abort()
        await asyncio.sleep(0.02)
    assert entrance.door.pending == 0


@pytest.mark.parametrize(
    ("address", "counted"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("unknown", "unknown"),
    ],
)
def test_addresses_of_one_household_are_counted_together(address: str, counted: str) -> None:
    assert household(address) == counted


@given(st.text())
def test_any_text_can_be_counted(address: str) -> None:
    assert len(household(address)) <= 64


async def test_who_is_looked_up_while_the_server_stops_is_not_let_in(entrance: Entrance) -> None:
    asked, answered = asyncio.Event(), asyncio.Event()

    async def look_up(request: web.Request) -> None:
        asked.set()
        await answered.wait()

    entrance.door._identify = look_up
    knocking = asyncio.create_task(knock(entrance))
    await asked.wait()
    entrance.door.close()
    answered.set()
    raw = await knocking
    assert raw.status == 503
    assert entrance.opened == []
    assert entrance.door.pending == 0
    await raw.close()
