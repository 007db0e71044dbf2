"""Halls as the HTTP API tells them: the scene's own description, with URLs that can be kept for ever, and the
booths that are published in them now."""

from __future__ import annotations

import asyncio
import gzip
import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from yuanzhan.scene.halls import Hall
from yuanzhan.scene.reader import Json
from yuanzhan.scene.stands import Stand, beside_the_demo, revision_of
from yuanzhan.web.shelf import Shelf

_GZIP_LEVEL = 6


class PublishedHall:
    """One hall as JSON. `summary` and `description` lack `visitors`, `observers` and `queue`, which change
    with every answer.

    `places` are the ids that an address may name in it: /halls/{hall}/{place}.
    """

    def __init__(self, hall: Hall, summary: Mapping[str, Any], description: Mapping[str, Any]) -> None:
        self.id = hall.id
        self.summary = summary
        self.places: frozenset[str] = frozenset()
        self.description: Mapping[str, Any] = {}
        self.booths_revision = 0
        self.booths_json = b""
        """The answer to GET /api/halls/{hall}/booths: a full hall asks for it at once, so it is made once."""
        self._packing: asyncio.Task[bytes] | None = None
        self._own_places = frozenset((*hall.places, *(seat.id for seat in hall.seats)))
        self._own_description = description
        self._slots = {slot.id: slot for slot in hall.content.slots}
        self.show(())

    def show(self, stands: Sequence[Stand], taken_down: frozenset[str] = frozenset()) -> None:
        """These are its published booths from now on. Those without a slot here are left out, and of the
        hall's own those that were taken down.
        """
        told: list[Json] = [
            stand.json(self._slots[stand.slot]) for stand in stands if stand.slot in self._slots
        ]
        own = [booth for booth in self._own_description["booths"] if booth["id"] not in taken_down]
        booths = beside_the_demo(own, told)
        self.booths_revision = revision_of([*told, *({"taken_down": each} for each in sorted(taken_down))])
        self.places = self._own_places | {stand["id"] for stand in told}
        news = {"booths_revision": self.booths_revision, "booths": booths}
        self.description = {**self._own_description, **news}
        text = json.dumps(news, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
        self.booths_json = text.encode()
        self._packing = None

    async def packed(self) -> bytes:
        """`booths_json` as gzip, made once, when the first asks, and in a thread: what a dozen booths may
        tell takes tenths of a second.
        """
        if self._packing is None:
            packing = asyncio.to_thread(gzip.compress, self.booths_json, _GZIP_LEVEL, mtime=0)
            self._packing = asyncio.create_task(packing)
        # Others wait for it, too.
        return await asyncio.shield(self._packing)


def publish(
    halls: Iterable[Hall],
    shelf: Shelf,
    default_capacity: int,
    observer_places: int,
    queue_places: int,
    *,
    daily_programme: bool = True,
) -> dict[str, PublishedHall]:
    """Put every file of `halls` on the shelf and describe them, by id, in the order given."""
    published = {}
    for hall in halls:
        chosen: dict[str, Any] = {
            "capacity": hall.capacity or default_capacity,
            "observer_places": observer_places,
            "queue_places": queue_places,
        }
        if not daily_programme:
            chosen["programme"] = []
        published[hall.id] = PublishedHall(
            hall, dict(hall.summary(shelf.put)) | chosen, dict(hall.descriptor(shelf.put)) | chosen
        )
    return published
