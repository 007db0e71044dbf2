"""What staff read of the record: its newest rows, and back from there."""

from __future__ import annotations

from typing import Any, Final

from yuanzhan.store import audit
from yuanzhan.store.database import Database

PAGE_MAX: Final = 200


class Record:
    """The use-case."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def page(self, count: int, before: int | None) -> list[dict[str, Any]]:
        """The newest `count` rows (before the row with the number `before`), the newest first."""
        async with self._database.reading() as session:
            return await audit.named(session, await audit.newest(session, min(count, PAGE_MAX), before))
