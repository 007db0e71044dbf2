"""Counts of who came on their way to the disk: every half minute, and once more at the stop.

A process that is killed loses the last half minute. What cannot be written is kept and tried again.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Final

import structlog

from yuanzhan.events.attendance import Attended
from yuanzhan.store import events
from yuanzhan.store.database import Database

log = structlog.get_logger("yuanzhan.events")

PERIOD_S: Final = 30.0


class Register:
    """`take` gives what was counted since it was asked last."""

    def __init__(
        self, database: Database, take: Callable[[], Sequence[Attended]], period_s: float = PERIOD_S
    ) -> None:
        self._database = database
        self._take = take
        self._period_s = period_s
        self._pending: dict[str, Attended] = {}
        self._writing = asyncio.Lock()
        self._stopping = asyncio.Event()

    async def run(self) -> None:
        """Write now and then, and at the stop. Not to be cancelled: what was written unheard would be
        written again.
        """
        while not self._stopping.is_set():
            with suppress(TimeoutError):
                await asyncio.wait_for(self._stopping.wait(), self._period_s)
            await self.write()

    def stop(self) -> None:
        """End `run`, after the last counts."""
        self._stopping.set()

    async def write(self) -> None:
        """Write what was counted so far. Does not raise: what could not be written is tried again."""
        async with self._writing:
            for counted in self._take():
                self._pending[counted.event] = _both(self._pending.get(counted.event), counted)
            if not self._pending:
                return
            rows = [(each.event, each.peak, each.newcomers, each.stayed_s) for each in self._pending.values()]
            try:
                async with self._database.transaction() as session:
                    await events.add_attendance(session, rows)
            except Exception as error:
                log.warning("attendance_not_written", pending=len(rows), error=repr(error))
                return
            self._pending.clear()


def _both(former: Attended | None, counted: Attended) -> Attended:
    if former is None:
        return counted
    return Attended(
        counted.event,
        max(former.peak, counted.peak),
        former.newcomers + counted.newcomers,
        former.stayed_s + counted.stayed_s,
    )
