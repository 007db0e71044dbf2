"""What housekeeping removed of booths, as a line of the record: every job that removes data says so there."""

from __future__ import annotations

from yuanzhan.access import SERVER
from yuanzhan.store import audit
from yuanzhan.store.database import Session


async def record_removals(session: Session, **counts: int) -> None:
    """How many of what went; where nothing did, there is no line."""
    removed = {name: count for name, count in counts.items() if count}
    if removed:
        await audit.append(session, SERVER, "data.purge", "data:booths", after={"removed": removed})
