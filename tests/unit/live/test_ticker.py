"""The clock: steady, and honest when it is late."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from contextlib import suppress

import pytest

from tests.support.floors import flat_hall
from tests.support.house_server import serve_house
from yuanzhan.client import Client, Refused
from yuanzhan.live.ticker import Ticker, ticking


async def run_for(ticker: Ticker, seconds: float) -> None:
    with suppress(TimeoutError):
        await asyncio.wait_for(ticker.run(), seconds)


async def run_until(ticker: Ticker, enough: asyncio.Event) -> None:
    async with ticking(ticker):
        await enough.wait()


async def test_it_ticks_at_its_rate_and_says_how_long_each_took() -> None:
    ticks: list[float] = []
    durations: list[float] = []
    enough = asyncio.Event()

    def observe(duration_s: float) -> None:
        durations.append(duration_s)
        if len(durations) == 10:
            enough.set()

    begun_s = time.monotonic()
    await run_until(Ticker(lambda: ticks.append(time.monotonic()), observe, rate_hz=50.0), enough)
    # A busy machine may tick late, but no clock ticks early.
    assert len(ticks) <= 50.0 * (time.monotonic() - begun_s) + 1
    assert len(durations) == len(ticks)
    assert all(duration >= 0 for duration in durations)


async def test_a_tick_that_takes_too_long_is_counted_and_not_made_up_for() -> None:
    ticks: list[float] = []
    enough = asyncio.Event()

    def slow() -> None:
        ticks.append(time.monotonic())
        if len(ticks) == 1:
            time.sleep(0.3)
            ticks[0] = time.monotonic()
        if len(ticks) == 12:
            enough.set()

    ticker = Ticker(slow, rate_hz=50.0)
    await run_until(ticker, enough)
    assert ticker.late_count >= 1
    # The fifteen that were lost do not come at once: from the end of the long one on they keep the rate.
    assert ticks[11] - ticks[0] >= 9 / 50.0


async def test_it_prepares_once_before_each_tick_where_there_is_time() -> None:
    done: list[str] = []
    enough = asyncio.Event()

    def tick() -> None:
        done.append("tick")
        if len(done) >= 8:
            enough.set()

    await run_until(Ticker(tick, prepare=lambda: done.append("prepare"), rate_hz=5.0), enough)
    assert done == ["prepare", "tick"] * 4


async def test_without_time_to_spare_it_ticks_and_does_not_prepare() -> None:
    prepared: list[bool] = []
    ticks: list[bool] = []
    enough = asyncio.Event()

    def slow() -> None:
        ticks.append(True)
        time.sleep(0.11)
        if len(ticks) == 5:
            enough.set()

    await run_until(Ticker(slow, prepare=lambda: prepared.append(True), rate_hz=10.0), enough)
    # Before the first there was time.
    assert len(prepared) <= 1


async def test_its_age_is_the_time_since_the_last_tick() -> None:
    ticker = Ticker(lambda: None, rate_hz=50.0)
    await run_for(ticker, 0.1)
    await asyncio.sleep(0.1)
    assert ticker.age_s > 0.08


def failing(ticks_count: int) -> Callable[[], None]:
    """A tick that fails after some that do not."""
    left = iter(range(ticks_count))

    def tick() -> None:
        if next(left, None) is None:
            raise RuntimeError("on purpose")

    return tick


async def test_it_ticks_as_long_as_the_block_lasts() -> None:
    enough = asyncio.Event()
    ticks: list[float] = []

    def tick() -> None:
        ticks.append(time.monotonic())
        if len(ticks) == 3:
            enough.set()

    async with ticking(Ticker(tick, rate_hz=50.0)):
        await enough.wait()
    count = len(ticks)
    await asyncio.sleep(0.1)
    assert len(ticks) == count


async def test_who_waits_in_the_block_hears_of_a_tick_that_failed() -> None:
    fallen: list[bool] = []
    with pytest.raises(RuntimeError, match="on purpose"):
        async with ticking(Ticker(failing(2), rate_hz=50.0), lambda: fallen.append(True)):
            await asyncio.Event().wait()
    assert fallen == [True]
    # The cancellation was the block's, and is over.
    await asyncio.sleep(0)


async def test_a_block_that_was_entered_by_a_task_that_ended_hears_of_it_at_its_end() -> None:
    fell = asyncio.Event()
    block = ticking(Ticker(failing(0), rate_hz=50.0), fell.set)
    await asyncio.create_task(block.__aenter__())
    await fell.wait()
    with pytest.raises(RuntimeError, match="on purpose"):
        await asyncio.create_task(block.__aexit__(None, None, None))


async def test_a_block_that_is_cancelled_from_outside_stays_cancelled() -> None:
    async def wait() -> None:
        async with ticking(Ticker(lambda: None, rate_hz=50.0)):
            await asyncio.Event().wait()

    waiting = asyncio.create_task(wait())
    await asyncio.sleep(0)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting


async def test_visitors_of_a_house_that_no_longer_moves_are_sent_away() -> None:
    """They would wait for ever: what they send is read at the tick."""
    is_broken = False

    def wall_clock() -> float:
        if is_broken:
            raise RuntimeError("no clock")
        return time.time()

    async def visit() -> None:
        nonlocal is_broken
        async with serve_house([flat_hall()], wall_clock=wall_clock) as server:
            visitor = await Client.connect(server.url, hall="hall", name="a")
            is_broken = True
            try:
                await asyncio.Event().wait()
            finally:
                ends.append(await visitor.ended())
        raise AssertionError("nobody heard of it")

    ends: list[Refused] = []
    with pytest.raises(RuntimeError, match="no clock"):
        await visit()
    assert [str(end) for end in ends] == ["1001 going_away"]
