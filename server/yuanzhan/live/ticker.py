"""The one clock of the process: ten times a second the house moves.

    ticker = Ticker(house.tick, observe, prepare=house.read_ahead)    # observe: a tick's seconds
    async with ticking(ticker, fell):         # ticks while the block lasts
        ...

A hall that no longer moves serves nobody, and looks from outside as if it did: its visitors' sockets are read
at the tick alone. So a tick that fails is heard by everybody who could wait for the next one (`ticking`).
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Final

import structlog

from yuanzhan.protocol.limits import TICK_HZ

log = structlog.get_logger("yuanzhan.live")

REST_S: Final = 0.015
"""Of a period of 0.1 s: some 30 newcomers, or as many other requests."""
AHEAD_S: Final = 0.02
"""Before a tick, what can be done by then is done: most of what 10,000 visitors said is read in half that."""


class Ticker:
    """Calls `tick` at a steady rate, and leaves the loop `REST_S` at least between two ticks: those who come
    in get their turn even where ticks take all the time there is. Lost ticks are not made up for, but
    counted (`late_count`). `prepare` is called `AHEAD_S` before a tick where there is time to spare, so that
    less stands between what counts for the tick and those who wait for it.
    """

    def __init__(
        self,
        tick: Callable[[], None],
        observe: Callable[[float], None] = lambda duration_s: None,
        *,
        prepare: Callable[[], None] = lambda: None,
        rate_hz: float = TICK_HZ,
        clock: Callable[[], float] = time.perf_counter,
    ) -> None:
        self._tick = tick
        self._observe = observe
        self._prepare = prepare
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
            await self._rest(due_s)
            begun_s = self._clock()
            self._tick()
            self._last_s = self._clock()
            self._observe(self._last_s - begun_s)
            if self._last_s > due_s + self._period_s:
                self.late_count += 1
                due_s = self._last_s - self._period_s

    async def _rest(self, due_s: float) -> None:
        """Until the next tick is due, and for `REST_S` at least."""
        spare_s = due_s - AHEAD_S - self._clock()
        if spare_s >= REST_S:
            await asyncio.sleep(spare_s)
            self._prepare()
            await asyncio.sleep(max(0.0, due_s - self._clock()))
        else:
            await asyncio.sleep(max(REST_S, due_s - self._clock()))


@asynccontextmanager
async def ticking(ticker: Ticker, fell: Callable[[], None] = lambda: None) -> AsyncIterator[None]:
    """Tick while the block lasts.

    When a tick fails, `fell` is called at once, to let those go who wait for more; the block is cancelled,
    unless the task that entered it has ended meanwhile (as of a fixture); and the block raises that tick's
    error in place of its own.
    """
    block = asyncio.current_task()
    task = asyncio.create_task(ticker.run())
    failed: list[BaseException] = []
    is_inside = True

    def ended(task: asyncio.Task[None]) -> None:
        error = None if task.cancelled() else task.exception()
        if error is None:
            return
        log.critical("tick_failed", exc_info=error)
        failed.append(error)
        if is_inside and block is not None:
            block.cancel()
        fell()

    task.add_done_callback(ended)
    try:
        yield
    except (Exception, asyncio.CancelledError) as error:
        if not failed:
            raise
        if block is not None:
            block.uncancel()
        raise failed[0] from error
    finally:
        is_inside = False
        task.cancel()
    if failed:
        raise failed[0]
