"""The one clock of the process: ten times a second the house moves.

ticker = Ticker(house.tick, observe)      # observe: seconds that a tick took, for the metrics
task = asyncio.create_task(ticker.run())
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import Final

from yuanzhan.protocol.limits import TICK_HZ

REST_S: Final = 0.015
"""Of a period of 0.1 s: some 30 newcomers, or as many other requests."""


class Ticker:
    """Calls `tick` at a steady rate, and leaves the loop `REST_S` at least between two ticks: those who come
    in get their turn even where ticks take all the time there is. Lost ticks are not made up for, but
    counted (`late_count`).
    """

    def __init__(
        self,
        tick: Callable[[], None],
        observe: Callable[[float], None] = lambda duration_s: None,
        *,
        rate_hz: float = TICK_HZ,
        clock: Callable[[], float] = time.perf_counter,
    ) -> None:
        self._tick = tick
        self._observe = observe
        self._period_s = 1.0 / rate_hz
        self._clock = clock
        self._last_s = clock()
        self.late_count = 0

    @property
    def age_s(self) -> float:
        """Time since the last tick ended."""
        return self._clock() - self._last_s

    async def run(self) -> None:
        """Tick until cancelled."""
        due_s = self._clock()
        while True:
            due_s += self._period_s
            await asyncio.sleep(max(REST_S, due_s - self._clock()))
            begun_s = self._clock()
            self._tick()
            self._last_s = self._clock()
            self._observe(self._last_s - begun_s)
            if self._last_s > due_s + self._period_s:
                self.late_count += 1
                due_s = self._last_s - self._period_s
