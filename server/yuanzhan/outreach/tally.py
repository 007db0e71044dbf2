"""What comes of letters, counted in memory and written every few seconds.

    tally.count("sent", letter_id)
    tally.pending(letter_id)        # what is not written yet
    writing = asyncio.create_task(tally.run())
    tally.stop()
    await writing                   # the last counts are written

A process that is killed loses the seconds since the last write: they are counts, and of nobody.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Mapping
from contextlib import suppress
from typing import Final

import structlog

from yuanzhan.store import outreach as stored
from yuanzhan.store.database import Database

log = structlog.get_logger("yuanzhan.outreach")

PERIOD_S: Final = 5.0


class Tally:
    """Of all letters."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._counts: dict[str, Counter[str]] = {}
        self._writing: Mapping[str, Counter[str]] = {}
        self._stopping = asyncio.Event()

    def count(self, what: str, letter_id: str, number: int = 1) -> None:
        """One more; `what` is one of `store.outreach.COUNTS`."""
        self._counts.setdefault(letter_id, Counter())[what] += number

    def pending(self, letter_id: str) -> Counter[str]:
        """What the store does not say yet, as far as is known here."""
        return Counter(self._writing.get(letter_id, ())) + self._counts.get(letter_id, Counter())

    async def run(self) -> None:
        """Write now and then until `stop`, and once more. Not to be cancelled: a commit whose end nobody
        heard would be written again.
        """
        while not self._stopping.is_set():
            with suppress(TimeoutError):
                async with asyncio.timeout(PERIOD_S):
                    await self._stopping.wait()
            await self.write()

    def stop(self) -> None:
        """End `run`, after the last counts."""
        self._stopping.set()

    async def write(self) -> None:
        """Write what was counted so far. Does not raise: what could not be written is tried again."""
        if not self._counts:
            return
        self._writing, self._counts = self._counts, {}
        try:
            async with self._database.transaction() as session:
                await stored.count(session, self._writing)
        except Exception as error:
            log.warning("letters_not_counted", error=repr(error))
            for letter_id, counts in self._writing.items():
                self._counts.setdefault(letter_id, Counter()).update(counts)
        self._writing = {}
