"""The whole bench at a small size: a server of its own, visitors over real sockets, the ceiling."""

from __future__ import annotations

import asyncio
import json
import signal
import subprocess
import sys

import aiohttp
import pytest

from tests.conftest import RunningServer
from tests.support.terminal import run_command
from yuanzhan.app.serving import serving
from yuanzhan.bench.host import Reading, ending_as_by_ctrl_c, tick_ms_at
from yuanzhan.bots.open_files import raise_open_files
from yuanzhan.errors.starting import OpenFilesTooFew
from yuanzhan.settings import Settings


def run_bench(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "yuanzhan", "bench", "crowd", *words],
        capture_output=True,
        text=True,
        timeout=110,
    )


def test_a_small_crowd_is_measured_from_outside_with_everybody_known() -> None:
    words = ["--visitors", "60", "--seconds", "4", "--join-seconds", "1", "--settle-seconds", "2"]
    words += ["--churn", "4", "--return-seconds", "2", "--stalled", "0.05", "--ceiling-seconds", "1"]
    done = run_bench(*words, "--json")
    assert done.returncode == 0, done.stderr
    result = json.loads(done.stdout)
    assert result["joined"] == result["present"] == result["visitors"] == 60
    assert result["disconnects"] == 0
    assert result["latency_ms"]["samples"] > 50
    assert 0 < result["latency_ms"]["p50"] < 2000
    assert result["frames_per_s"] > 60
    assert result["poses_per_s"] > 60
    knowledge = result["knowledge"]
    assert knowledge["compared"] > 1000
    assert knowledge["unknown"] == knowledge["ghosts"] == 0
    assert result["churned"] > 4
    assert result["returned"]["back"] == result["returned"]["visitors"] == 52, "all but the probes"
    assert result["returned"]["as_somebody_else"] == 0
    assert result["ceiling_frames_per_s"] > 1000
    assert result["cost_ratio"] > 0


async def test_a_hall_that_is_not_there_is_one_sentence(server: RunningServer) -> None:
    words = ("bench", "crowd", "--url", server.base_url, "--visitors", "5", "--hall", "cellar")
    done = await asyncio.to_thread(run_command, *words)
    assert (done.code, done.err.count("\n")) == (1, 1)
    assert "first" in done.err, "it names those that there are"


@pytest.mark.parametrize(
    "words", [("--settle-seconds", "50"), ("--settle-seconds", "0.1", "--seconds", "50")]
)
async def test_a_server_that_goes_away_is_one_sentence(settings: Settings, words: tuple[str, ...]) -> None:
    words = (*words, "--hall", "first", "--visitors", "4", "--join-seconds", "0.5", "--no-ceiling")
    async with serving(settings) as running, aiohttp.ClientSession(running.reach.base_url) as http:
        url = running.reach.base_url
        bench = asyncio.create_task(
            asyncio.to_thread(run_command, "bench", "crowd", "--url", f"{url}/", *words)
        )
        for _ in range(400):
            await asyncio.sleep(0.05)
            async with http.get("/api/halls/first") as answer:
                if (await answer.json())["visitors"] == 4:
                    break
        await asyncio.sleep(0.5)
    done = await asyncio.wait_for(bench, 20.0)
    assert done.code == 1
    assert done.err.splitlines()[-1] == f"yuanzhan: The server at {url} went away in the middle of the run."


def test_a_signal_to_end_is_taken_as_ctrl_c() -> None:
    before = signal.getsignal(signal.SIGTERM)
    with pytest.raises(KeyboardInterrupt), ending_as_by_ctrl_c():
        signal.raise_signal(signal.SIGTERM)
    assert signal.getsignal(signal.SIGTERM) is before


def test_too_few_open_files_is_one_sentence() -> None:
    with pytest.raises(OpenFilesTooFew):
        raise_open_files(1 << 40)


def test_a_quantile_of_ticks_lies_between_the_bounds_of_its_bucket() -> None:
    def reading(*counts: float) -> Reading:
        bounds = (0.01, 0.05, 0.1, float("inf"))
        return Reading(0.0, 0.0, 0, 0, 0, 0, tuple(zip(bounds, counts, strict=True)))

    begin, end = reading(10, 10, 10, 10), reading(10, 60, 110, 110)
    assert tick_ms_at(0.5, begin, end) == pytest.approx(50.0)
    assert tick_ms_at(0.75, begin, end) == pytest.approx(75.0)
    assert tick_ms_at(0.99, begin, reading(10, 10, 10, 20)) == pytest.approx(100.0)
