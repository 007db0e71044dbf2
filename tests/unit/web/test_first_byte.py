"""One port for HTTPS and for those who forgot the s: real sockets, real TLS."""

from __future__ import annotations

import asyncio
import datetime
import ssl
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path

import aiohttp
import pytest
from aiohttp import web

from yuanzhan.web import first_byte
from yuanzhan.web.certificate import tls_context
from yuanzhan.web.reception import Reception

# The transports of both loops end, and begin TLS, in their own ways.
pytestmark = pytest.mark.both_loops

LIMIT_S = 5.0
BODY = b"x" * 300_000


@pytest.fixture
def trusting(tmp_path: Path) -> ssl.SSLContext:
    """A client's context that knows the certificate of `port`."""
    tls_context(tmp_path, {"127.0.0.1"}, datetime.datetime.now(datetime.UTC))
    return ssl.create_default_context(cafile=str(tmp_path / "lan-certificate.pem"))


@pytest.fixture
async def port(tmp_path: Path, trusting: ssl.SSLContext) -> AsyncIterator[int]:
    """Where a server of HTTPS listens that says back what it was sent, and by which scheme."""

    async def echo(request: web.Request) -> web.Response:
        return web.Response(body=await request.read(), headers={"X-Scheme": request.scheme})

    application = web.Application(client_max_size=1 << 20)
    application.router.add_route("*", "/{path:.*}", echo)
    tls = tls_context(tmp_path, {"127.0.0.1"}, datetime.datetime.now(datetime.UTC))
    runner = Reception(application, per_address=3, tls=tls, stop_s=0.5)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield runner.addresses[0][1]
    await runner.cleanup()


async def answer_to(port: int, *parts: bytes) -> bytes:
    """Everything that comes back over plain TCP; the parts are sent one after the other."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        for part in parts:
            writer.write(part)
            await asyncio.sleep(0.05)
        return await asyncio.wait_for(reader.read(), LIMIT_S)
    finally:
        writer.transport.abort()


async def test_who_speaks_tls_is_served(port: int, trusting: ssl.SSLContext) -> None:
    connector = aiohttp.TCPConnector(ssl=trusting)
    async with aiohttp.ClientSession(connector=connector) as http:
        for body in (b"", b"small", BODY):
            async with http.post(f"https://127.0.0.1:{port}/", data=body) as answer:
                assert (await answer.read(), answer.headers["X-Scheme"]) == (body, "https")


@pytest.mark.parametrize("piece_bytes", [1, 3, 100, 10_000])
async def test_the_hello_of_tls_may_come_in_pieces_and_the_request_with_its_last_word(
    port: int, trusting: ssl.SSLContext, piece_bytes: int
) -> None:
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    session = trusting.wrap_bio(incoming, outgoing, server_hostname="127.0.0.1")
    reader, writer = await asyncio.open_connection("127.0.0.1", port)

    async def send() -> None:
        data = outgoing.read()
        for start in range(0, len(data), piece_bytes):
            writer.write(data[start : start + piece_bytes])
            await asyncio.sleep(0)

    async def step(call: object) -> object:
        while True:
            try:
                return call()  # type: ignore[operator]
            except ssl.SSLWantReadError:
                await send()
                incoming.write(await asyncio.wait_for(reader.read(1 << 16), LIMIT_S))

    await step(session.do_handshake)
    session.write(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello")
    await send()
    heard = b""
    while not heard.endswith(b"hello"):
        part = await step(lambda: session.read(4096))
        assert isinstance(part, bytes)
        heard += part
    writer.transport.abort()
    assert heard.startswith(b"HTTP/1.1 200 ")


@pytest.mark.parametrize(
    ("request_line", "host", "where"),
    [
        (b"GET / HTTP/1.1", b"192.0.2.7:8443", b"https://192.0.2.7:8443/"),
        (
            b"GET /halls/retail?at=bridge HTTP/1.1",
            b"expo.local:8443",
            b"https://expo.local:8443/halls/retail?at=bridge",
        ),
        (b"HEAD / HTTP/1.0", b"[2001:db8::1]:8443", b"https://[2001:db8::1]:8443/"),
    ],
)
async def test_who_forgot_the_s_is_sent_there(
    port: int, request_line: bytes, host: bytes, where: bytes
) -> None:
    head = request_line + b"\r\nAccept: */*\r\nHost: " + host + b"\r\n\r\n"
    for parts in ((head,), (head[:1], head[1:9], head[9:])):
        answer = await answer_to(port, *parts)
        lines = answer.split(b"\r\n")
        assert lines[0] == b"HTTP/1.1 307 Temporary Redirect"
        assert b"Location: " + where in lines
        assert b"Connection: close" in lines


@pytest.mark.parametrize(
    "said",
    [
        b"GET / HTTP/1.1\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: evil.example/x\r\n\r\n",
        b"GET //\x00 HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET http://evil.example/ HTTP/1.1\r\nHost: x\r\n\r\n",
        b"hello\r\n\r\n",
        b"x" * 10_000,
    ],
)
async def test_what_is_no_request_is_sent_nowhere(port: int, said: bytes) -> None:
    answer = await answer_to(port, said)
    assert answer.startswith(b"HTTP/1.1 400 ")
    assert b"Location" not in answer


async def test_what_only_begins_like_tls_ends(port: int) -> None:
    answer = await answer_to(port, b"\x16GET / HTTP/1.1\r\nHost: x\r\n\r\n")
    assert not answer.startswith(b"HTTP")


@pytest.mark.parametrize("said", [b"", b"GET / HTTP/1.1\r\n", b"\x16"])
async def test_who_says_nothing_more_is_not_kept(
    port: int, said: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(first_byte, "PATIENCE_S", 0.2)
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(said)
    with suppress(ConnectionResetError):
        assert await asyncio.wait_for(reader.read(), LIMIT_S) == b""
    writer.transport.abort()


async def test_connections_inside_tls_are_counted_as_ever(port: int, trusting: ssl.SSLContext) -> None:
    opened = [await asyncio.open_connection("127.0.0.1", port, ssl=trusting) for _ in range(3)]
    await asyncio.sleep(0.1)
    reader, writer = await asyncio.open_connection("127.0.0.1", port, ssl=trusting)
    assert await asyncio.wait_for(reader.read(), LIMIT_S) == b""
    for _, each in [*opened, (reader, writer)]:
        each.transport.abort()
