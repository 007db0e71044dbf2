"""Who may read what came of a booth: its exhibitors, and of the counts the staff.

Cards were left for the exhibitor alone: staff sees how many there are, and no word of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

from yuanzhan.access import Actor
from yuanzhan.errors.booths import NoSuchCard
from yuanzhan.store import audit, visits
from yuanzhan.store.database import Database, Session
from yuanzhan.store.visits import CardRow
from yuanzhan.visits.report import booth_report


class May(Protocol):
    """Raises NoSuchBooth for a booth that the actor may not look into."""

    async def __call__(self, session: Session, actor: Actor, id: str, /) -> object: ...


class Book:
    """What came of booths, for who asks. `sees` and `owns` know whose a booth is."""

    def __init__(self, database: Database, sees: May, owns: May) -> None:
        self._database = database
        self._sees = sees
        self._owns = owns

    async def report(self, actor: Actor, booth: str, from_ms: int, until_ms: int) -> dict[str, Any]:
        """Counts of the time given. Raises NoSuchBooth."""
        async with self._database.reading() as session:
            await self._sees(session, actor, booth)
            return await booth_report(session, booth, from_ms, until_ms)

    async def cards(self, actor: Actor, booth: str) -> Sequence[CardRow]:
        """The cards that were left at an own booth, the newest first. Raises NoSuchBooth."""
        async with self._database.reading() as session:
            await self._owns(session, actor, booth)
            return await visits.cards(session, booth)

    async def forget_card(self, actor: Actor, booth: str, card: str) -> None:
        """Remove a card, as whoever left it may ask for; the record says that, and nothing of the card.

        Raises NoSuchBooth, NoSuchCard.
        """
        async with self._database.transaction() as session:
            await self._owns(session, actor, booth)
            if not await visits.forget_card(session, booth, card):
                raise NoSuchCard()
            await audit.append(session, actor, "booth.card_forget", f"booth:{booth}")
