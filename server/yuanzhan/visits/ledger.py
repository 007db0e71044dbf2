"""Counts on their way to the disk, a minute at a time unless told otherwise, and cards at once.

    ledger = Ledger(database, take, clock, period_ms)
    writing = asyncio.create_task(ledger.run())
    await ledger.keep_card(...)                # returns when it is durable
    ledger.stop()
    await writing                              # the last counts are written

What the halls counted is taken at the end of each period and written in one transaction. A process that is
killed loses the one that had not ended. What cannot be written (a full disk) is kept and tried with the
next, for an hour; then the oldest is dropped and the log says so.
"""

from __future__ import annotations

import asyncio
from collections import Counter, deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Final

import numpy as np
import structlog

from yuanzhan.instants import DAY_MS, HOUR_MS, MINUTE_MS
from yuanzhan.store import visits
from yuanzhan.store.database import Database
from yuanzhan.store.visits import Counted

log = structlog.get_logger("yuanzhan.visits")

PENDING_MAX_MS: Final = HOUR_MS
"""So long counts that could not be written are kept, those of a minute together: some MB at worst."""
MINUTES_KEPT_DAYS: Final = 30
"""Older minutes are put together to hours: by then nobody looks for a minute any more."""


class Ledger:
    """`take` gives what was counted since it was asked last; `clock` is Unix time in milliseconds."""

    def __init__(
        self,
        database: Database,
        take: Callable[[], Sequence[Counted]],
        clock: Callable[[], int],
        period_ms: int = MINUTE_MS,
    ) -> None:
        self._database = database
        self._take = take
        self._clock = clock
        self._period_ms = period_ms
        self._taken_ms = clock()
        self._pending: deque[tuple[int, Sequence[Counted]]] = deque()
        self._rolled_up_ms = 0
        self._stopping = asyncio.Event()

    async def run(self) -> None:
        """Write at the end of each period, and once more at the stop. Not to be cancelled: a commit whose end
        nobody heard would be written again.
        """
        while not self._stopping.is_set():
            with suppress(TimeoutError):
                left_ms = self._period_ms - self._clock() % self._period_ms
                await asyncio.wait_for(self._stopping.wait(), left_ms / 1000)
            await self.write()
            await self._roll_up()

    def stop(self) -> None:
        """End `run`, after the last counts."""
        self._stopping.set()

    async def write(self) -> None:
        """Write what was counted so far. Does not raise: what could not be written is tried again."""
        now_ms, counts = self._clock(), self._take()
        if counts:
            # What is taken just after a minute's end is of that minute.
            self._keep((self._taken_ms + now_ms) // 2, counts)
        self._taken_ms = now_ms
        # What has just been taken is tried once, however long a period is.
        while len(self._pending) > 1 and self._pending[0][0] < now_ms - PENDING_MAX_MS:
            at_ms, _ = self._pending.popleft()
            log.error("visits_dropped", minute_ms=at_ms)
        while self._pending:
            at_ms, oldest = self._pending[0]
            try:
                async with self._database.transaction() as session:
                    await visits.add(session, at_ms, oldest)
            except Exception as error:
                log.warning("visits_not_written", pending=len(self._pending), error=repr(error))
                return
            self._pending.popleft()

    def _keep(self, at_ms: int, counts: Sequence[Counted]) -> None:
        if self._pending and self._pending[-1][0] // MINUTE_MS == at_ms // MINUTE_MS:
            counts = _together(self._pending.pop()[1], counts)
        self._pending.append((at_ms, counts))

    async def keep_card(
        self,
        *,
        booth: str,
        hall: str,
        name: str,
        contact: str,
        note: str,
        by_device: str = "",
        by_account: str = "",
    ) -> None:
        """Keep a card; it is durable when this returns. Raises what the database says when it is not."""
        async with self._database.transaction() as session:
            await visits.add_card(
                session,
                booth=booth,
                hall=hall,
                name=name,
                contact=contact,
                note=note,
                at_ms=self._clock(),
                by_device=by_device,
                by_account=by_account,
            )

    async def _roll_up(self) -> None:
        """Once a day. What is left when `run` is to end waits for the next start."""
        now_ms = self._clock()
        if now_ms - self._rolled_up_ms < DAY_MS:
            return
        self._rolled_up_ms = now_ms
        gone = visits.ROLLED_AT_ONCE
        try:
            while gone == visits.ROLLED_AT_ONCE and not self._stopping.is_set():
                async with self._database.transaction() as session:
                    gone = await visits.roll_up(session, now_ms - MINUTES_KEPT_DAYS * DAY_MS)
        except Exception as error:
            log.warning("visits_not_rolled_up", error=repr(error))


def _together(former: Sequence[Counted], counts: Sequence[Counted]) -> list[Counted]:
    by_booth: dict[str, Counted] = {}
    # A booth that went to another hall meanwhile is told by both.
    for counted in (*former, *counts):
        before = by_booth.get(counted.booth)
        by_booth[counted.booth] = counted if before is None else _sum(before, counted)
    return list(by_booth.values())


def _sum(former: Counted, counted: Counted) -> Counted:
    """As `visits.add` adds to a row: of a slot that has another size now, the newer map counts."""
    is_same_slot = former.heat_s.shape == counted.heat_s.shape
    return Counted(
        counted.booth,
        former.visits + counted.visits,
        former.dwell_s + counted.dwell_s,
        former.heat_s + counted.heat_s if is_same_slot else counted.heat_s,
        np.maximum(former.sketch, counted.sketch),
        dict(Counter(former.opened) + Counter(counted.opened)),
    )
