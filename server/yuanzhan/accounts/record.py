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

    async def page(
        self, count: int, before: int | None, *, area: str = "", target: str = "", actor_id: str = ""
    ) -> list[dict[str, Any]]:
        """The newest `count` rows (before the row with the number `before`), the newest first; of one area of
        acts (`account`), on one target, by one account, where these are given.
        """
        async with self._database.reading() as session:
            found = await audit.newest(
                session, min(count, PAGE_MAX), before, area=area, target=target, actor_id=actor_id
            )
            return await audit.named(session, found)
