"""The clock: steady, and honest when it is late."""

from __future__ import annotations

import asyncio
import time
from contextlib import suppress

from yuanzhan.live.ticker import Ticker


async def run_for(ticker: Ticker, seconds: float) -> None:
    with suppress(TimeoutError):
        await asyncio.wait_for(ticker.run(), seconds)


async def test_it_ticks_at_its_rate_and_says_how_long_each_took() -> None:
    ticks: list[float] = []
    durations: list[float] = []
    await run_for(Ticker(lambda: ticks.append(time.monotonic()), durations.append, rate_hz=50.0), 0.5)
    # A busy machine may tick late, but no clock ticks early.
    assert 2 <= len(ticks) <= 26
    assert len(durations) == len(ticks)
    assert all(duration >= 0 for duration in durations)


async def test_a_tick_that_takes_too_long_is_counted_and_not_made_up_for() -> None:
    ticks: list[float] = []

    def slow() -> None:
        ticks.append(time.monotonic())
        if len(ticks) == 1:
            time.sleep(0.3)

    ticker = Ticker(slow, rate_hz=50.0)
    await run_for(ticker, 0.6)
    assert ticker.late_count >= 1
    assert len(ticks) <= 20


async def test_its_age_is_the_time_since_the_last_tick() -> None:
    ticker = Ticker(lambda: None, rate_hz=50.0)
    await run_for(ticker, 0.1)
    await asyncio.sleep(0.1)
    assert ticker.age_s > 0.08
