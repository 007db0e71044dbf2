"""What staff read of the record: its newest rows, and back from there."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from yuanzhan.store import audit
from yuanzhan.store.database import Database
from yuanzhan.store.verify import Damage

PAGE_MAX: Final = 200

Damages = Callable[[], Mapping[int, str]]
"""What was found to be wrong with the record, by the number of the row."""


def undamaged() -> Mapping[int, str]:
    """Where nobody looks."""
    return {}


class Record:
    """The use-case."""

    def __init__(self, database: Database, damages: Damages = undamaged) -> None:
        self._database = database
        self._damages = damages

    async def page(
        self, count: int, before: int | None, *, area: str = "", target: str = "", actor_id: str = ""
    ) -> list[dict[str, Any]]:
        """The newest `count` rows (before the row with the number `before`), the newest first; of one area of
        acts (`account`), on one target, by one account, where these are given. `damage`: what is wrong with
        a row.
        """
        async with self._database.reading() as session:
            found = await audit.newest(
                session, min(count, PAGE_MAX), before, area=area, target=target, actor_id=actor_id
            )
            told = await audit.named(session, found)
        damages = self._damages()
        edited = {row.sequence for row in found if not audit.is_as_written(row)}
        for one in told:
            sequence = one["sequence"]
            one["damage"] = Damage.EDITED.value if sequence in edited else damages.get(sequence)
        return told
