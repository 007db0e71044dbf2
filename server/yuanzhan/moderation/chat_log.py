"""What was said goes to the store in batches: a line costs the hall nothing but an entry in a bounded list.

    log = ChatLog(database, keep_days=60)
    log.said(line)                       # from the halls, any number a second
    await log.flush()                    # at the latest before somebody reads what was just said
    writing = asyncio.create_task(log.run())    # a batch a second
    log.stop()
    await writing                        # the last lines are written

A kill loses the lines of the last second. When the store is slower than people talk the oldest lines that
wait are lost, and counted.
"""

from __future__ import annotations

import asyncio
from collections import deque
from contextlib import suppress
from typing import Final

import structlog

from yuanzhan.moderation.lines import Line
from yuanzhan.moderation.records import line_row
from yuanzhan.store import chat
from yuanzhan.store.database import Database

log = structlog.get_logger("yuanzhan.moderation")

FLUSH_PERIOD_S: Final = 1.0
WAITING_MAX_COUNT: Final = 20_000
"""Some 20 MB: minutes of a full server that talks."""
BATCH_MAX_COUNT: Final = 500


class ChatLog:
    """See above. `keep_days` 0 keeps nothing."""

    def __init__(self, database: Database, keep_days: int) -> None:
        self._database = database
        self._keep_days = keep_days
        self._waiting: deque[Line] = deque(maxlen=WAITING_MAX_COUNT)
        self._writing = asyncio.Lock()
        self._stopping = asyncio.Event()
        self.lost_count = 0

    def said(self, line: Line) -> None:
        """Somebody said it."""
        if self._keep_days == 0:
            return
        if len(self._waiting) == WAITING_MAX_COUNT:
            self.lost_count += 1
        self._waiting.append(line)

    async def flush(self) -> None:
        """Write what waits. What could not be written waits on."""
        async with self._writing:
            while self._waiting:
                batch = [self._waiting.popleft() for _ in range(min(BATCH_MAX_COUNT, len(self._waiting)))]
                try:
                    async with self._database.transaction() as session:
                        await chat.add_all(session, [line_row(line) for line in batch])
                except BaseException:
                    self._waiting.extendleft(reversed(batch))
                    raise

    async def run(self) -> None:
        """Write until `stop`; then write what waits. Not to be cancelled: a commit whose end nobody heard
        would be written again.
        """
        told_count = 0
        while not self._stopping.is_set():
            with suppress(TimeoutError):
                async with asyncio.timeout(FLUSH_PERIOD_S):
                    await self._stopping.wait()
            await self._try_flush()
            if self.lost_count > told_count:
                told_count = self.lost_count
                log.warning("chat_lines_lost", total=told_count)

    def stop(self) -> None:
        """End `run`, after the last lines."""
        self._stopping.set()

    async def _try_flush(self) -> None:
        try:
            await self.flush()
        except Exception:
            log.exception("chat_not_written", waiting=len(self._waiting))
