"""Connections before and between requests: counted, not kept for ever, and answered in one shape."""

from __future__ import annotations

import asyncio
import dataclasses
import json
import logging
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

import pytest
from aiohttp import web

from tests.conftest import RunningServer
from yuanzhan.app.serving import serving
from yuanzhan.client import Client
from yuanzhan.settings import Settings
from yuanzhan.web.policy import NO_STORE, POLICY_HEADERS
from yuanzhan.web.reception import Reception

# The transports of both loops end in their own ways.
pytestmark = pytest.mark.both_loops

Knock = Callable[[], Coroutine[Any, Any, tuple[asyncio.StreamReader, asyncio.StreamWriter]]]
REQUEST = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"
END_LIMIT_S = 5.0


@asynccontextmanager
async def listening(**limits: Any) -> AsyncIterator[Knock]:
    """A server that greets; what it yields opens a connection to it."""

    async def greet(request: web.Request) -> web.Response:
        return web.Response(text="hello")

    application = web.Application()
    application.router.add_get("/", greet)
    runner = Reception(application, **({"per_address": None, "stop_s": 0.5} | limits))
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    opened: list[asyncio.StreamWriter] = []

    async def knock() -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        reader, writer = await asyncio.open_connection(*runner.addresses[0])
        opened.append(writer)
        return reader, writer

    async with AsyncExitStack() as stack:
        stack.push_async_callback(runner.cleanup)
        yield knock
        for writer in opened:
            writer.transport.abort()


async def asked(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bytes:
    """What is answered to a good request: nothing where the connection was refused."""
    try:
        writer.write(REQUEST)
        return (await asyncio.wait_for(reader.read(4096), END_LIMIT_S))[-5:]
    except ConnectionError:
        return b""


async def test_one_address_may_have_only_so_many_connections() -> None:
    async with listening(per_address=2) as knock:
        first, second = await knock(), await knock()
        assert [await asked(*first), await asked(*second)] == [b"hello"] * 2
        assert await asked(*await knock()) == b""
        first[1].close()
        await asyncio.sleep(0.1)
        assert await asked(*await knock()) == b"hello"
        assert await asked(*await knock()) == b""


async def test_behind_a_proxy_everybody_has_its_address() -> None:
    async with listening(per_address=None) as knock:
        assert [await asked(*await knock()) for _ in range(5)] == [b"hello"] * 5


@pytest.mark.parametrize("said", [b"", REQUEST[:-2]])
async def test_who_asks_nothing_in_time_is_not_kept(said: bytes) -> None:
    async with listening(first_request_s=0.2) as knock:
        reader, writer = await knock()
        writer.write(said)
        assert await asyncio.wait_for(reader.read(), END_LIMIT_S) == b""
        del writer


async def test_who_asked_is_kept_for_the_next_request_but_not_for_ever() -> None:
    async with listening(first_request_s=0.2, keep_alive_s=0.8) as knock:
        reader, writer = await knock()
        assert await asked(reader, writer) == b"hello"
        await asyncio.sleep(0.4)
        assert await asked(reader, writer) == b"hello"
        assert await asyncio.wait_for(reader.read(), END_LIMIT_S) == b""


@pytest.mark.parametrize(
    "said",
    [
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n",
        b"GET / HTTP/9.9\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost x\r\n\r\n",
        b"GET /" + b"a" * 20_000 + b" HTTP/1.1\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: many\r\n\r\n",
    ],
)
async def test_what_is_not_http_is_told_so_like_everything_else(
    server: RunningServer, caplog: pytest.LogCaptureFixture, said: bytes
) -> None:
    assert server.http._base_url is not None
    port = server.http._base_url.port
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    with caplog.at_level(logging.DEBUG):
        writer.write(said)
        head, _, body = (await asyncio.wait_for(reader.read(), END_LIMIT_S)).partition(b"\r\n\r\n")
    writer.close()
    first, *lines = head.decode().split("\r\n")
    headers = dict(line.split(": ", 1) for line in lines)
    assert " 400 " in first
    assert json.loads(body)["error"]["code"] == "request_invalid"
    assert headers.items() >= POLICY_HEADERS.items()
    assert headers["Cache-Control"] == NO_STORE
    assert "Server" not in headers
    assert "127.0.0.1" not in caplog.text


async def test_a_websocket_is_no_longer_counted(settings: Settings) -> None:
    one_at_a_time = dataclasses.replace(settings, connections_per_address=1)
    async with serving(one_at_a_time) as running, AsyncExitStack() as visitors:
        url = running.reach.base_url.replace("http", "ws", 1) + "/ws"
        for name in ("one", "two", "three"):
            await visitors.enter_async_context(await Client.connect(url, hall="first", name=name))
