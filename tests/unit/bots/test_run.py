"""Bots in a whole server."""

from __future__ import annotations

import asyncio
import json
import ssl
import urllib.request
from dataclasses import replace
from typing import Any

import pytest

from tests.conftest import RunningServer
from yuanzhan.app.serving import serving
from yuanzhan.bots import run
from yuanzhan.bots.measure import read_server_use
from yuanzhan.bots.run import addresses, run_bots
from yuanzhan.client import Client
from yuanzhan.protocol.codec import encode
from yuanzhan.protocol.kinds import Kind
from yuanzhan.protocol.messages.joining import FreshToken
from yuanzhan.settings import Settings


async def test_bots_join_walk_measure_and_leave(server: RunningServer) -> None:
    result = json.loads((await run_bots(server.base_url, "first", 12, 3.0, seed=3)).as_json())
    assert set(result) == {
        "joined",
        "refused",
        "disconnects",
        "near_hz",
        "latency_ms",
        "server_cpu",
        "server_rss_bytes",
    }
    assert (result["joined"], result["disconnects"]) == (12, 0)
    assert 0 < result["near_hz"] <= 11
    assert result["latency_ms"]["samples"] > 20
    assert 0 < result["latency_ms"]["p50"] <= result["latency_ms"]["p99"] <= result["latency_ms"]["max"]
    assert result["server_cpu"] > 0
    assert result["server_rss_bytes"] > 1e7
    async with server.http.get("/api/halls/first") as answer:
        assert (await answer.json())["visitors"] == 0


async def test_bots_without_an_end_walk_until_cancelled(server: RunningServer) -> None:
    running = asyncio.create_task(run_bots(server.base_url, "first", 3))
    for _ in range(100):
        await asyncio.sleep(0.05)
        async with server.http.get("/api/halls/first") as answer:
            if (await answer.json())["visitors"] == 3:
                break
    else:
        pytest.fail("they never came")
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running


async def test_bots_run_their_seconds_with_those_who_got_in(settings: Settings) -> None:
    async with serving(replace(settings, hall_capacity=2)) as running:
        result = await asyncio.wait_for(run_bots(running.reach.base_url, "first", 4, 0.5, seed=1), 20.0)
    assert (result.joined, result.refused, result.disconnects) == (2, {"hall_full": 2}, 0)


async def test_bots_that_are_told_to_stop_say_what_they_measured(server: RunningServer) -> None:
    stop = asyncio.Event()
    stop.set()
    result = await run_bots(server.base_url, "first", 2, stop=stop)
    assert result.disconnects == 0


async def test_a_hall_that_is_not_there_is_said(server: RunningServer) -> None:
    with pytest.raises(OSError, match="404"):
        await run_bots(server.base_url, "cellar", 3, 1.0)


@pytest.mark.parametrize(
    "url",
    ["http://localhost:8080", "ws://localhost:8080/ws", "localhost:8080", "http://localhost:8080/halls/x"],
)
def test_any_address_of_the_server_will_do(url: str) -> None:
    assert addresses(url) == ("http://localhost:8080", "ws://localhost:8080/ws")


def test_a_secure_address_stays_secure() -> None:
    assert addresses("https://expo.example") == ("https://expo.example", "wss://expo.example/ws")


@pytest.fixture
def tokens(monkeypatch: pytest.MonkeyPatch) -> list[str | None]:
    """The tokens that bots connect with. Their first connection brings a fresh token and then what is no
    message, and the first attempt to come back fails.
    """
    tried: list[str | None] = []
    connect = Client.connect
    said = [encode(FreshToken("fresh")), bytes([Kind.CONTROL, 0xC1])]

    async def connect_noted(url: str, **given: Any) -> Client:
        tried.append(given["token"])
        if len(tried) == 2:
            raise OSError("nobody answers")
        client = await connect(url, **given)
        while said:
            asyncio.get_running_loop().call_soon(given["take"], said.pop(0))
        return client

    monkeypatch.setattr(Client, "connect", connect_noted)
    monkeypatch.setattr(run, "REJOIN_AFTER_S", (0.05, 0.1))
    return tried


async def test_a_bot_comes_back_with_its_newest_token_and_is_counted_once(
    server: RunningServer, tokens: list[str | None]
) -> None:
    result = await run_bots(server.base_url, "first", 1, 2.0, seed=1)
    assert (result.joined, result.disconnects) == (1, 1)
    # A failed attempt keeps the token; only a server that refuses it (it never issued this one) ends it.
    assert tokens == [None, "fresh", "fresh", None]


def test_what_the_server_uses_is_asked_with_the_same_trust(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[ssl.SSLContext | None] = []

    def refuse(url: str, *, timeout: float, context: ssl.SSLContext | None) -> None:
        asked.append(context)
        raise OSError

    monkeypatch.setattr(urllib.request, "urlopen", refuse)
    tls = ssl.create_default_context()
    assert read_server_use("https://localhost:8220", tls) is None
    assert asked == [tls]
