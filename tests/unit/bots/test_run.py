"""Bots in a whole server."""

from __future__ import annotations

import asyncio
import json

import pytest

from tests.conftest import RunningServer
from yuanzhan.bots import run_bots
from yuanzhan.bots.run import addresses


async def test_bots_join_walk_measure_and_leave(server: RunningServer) -> None:
    result = json.loads((await run_bots(server.base_url, "first", 12, 3.0, seed=3)).as_json())
    assert set(result) == {
        "joined",
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
