"""All parts of the server, put together; nothing of it runs yet."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

from yuanzhan.app.entrance import Entrance, open_entrance
from yuanzhan.app.gauges import Gauges, put_on
from yuanzhan.app.halls import Halls, put_up
from yuanzhan.app.kept import Kept, read_kept
from yuanzhan.moderation.words import WordFilter
from yuanzhan.privacy.purge import Purge
from yuanzhan.scene.halls import Hall
from yuanzhan.settings import Settings
from yuanzhan.store.opening import Store


@dataclass(frozen=True, slots=True)
class Parts:
    """Each knows those above it."""

    kept: Kept
    halls: Halls
    entrance: Entrance
    gauges: Gauges
    purge: Purge


@asynccontextmanager
async def put_together(
    settings: Settings, halls: Sequence[Hall], store: Store, words: WordFilter
) -> AsyncIterator[Parts]:
    """All parts; at the end what they hold of the system is let go."""
    kept = await read_kept(settings, store, words)
    put = put_up(settings, halls, kept)
    try:
        entrance = open_entrance(settings, kept, put.house)
        yield Parts(
            kept=kept,
            halls=put,
            entrance=entrance,
            gauges=put_on(settings, kept, put.house, entrance.door),
            purge=Purge(store.database, settings),
        )
    finally:
        put.house.let_go()
