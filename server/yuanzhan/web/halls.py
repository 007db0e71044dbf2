"""Halls as the HTTP API tells them: the scene's own description, with URLs that can be kept for ever."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from yuanzhan.scene.halls import Hall
from yuanzhan.web.shelf import Shelf


@dataclass(frozen=True, slots=True)
class PublishedHall:
    """One hall as JSON. Both lack `visitors`, `observers` and `queue`, which change with every answer.

    `places` are the ids that an address may name in it: /halls/{hall}/{place}.
    """

    id: str
    places: frozenset[str]
    summary: Mapping[str, Any]
    description: Mapping[str, Any]


def publish(
    halls: Iterable[Hall], shelf: Shelf, default_capacity: int, observer_places: int
) -> dict[str, PublishedHall]:
    """Put every file of `halls` on the shelf and describe them, by id, in the order given."""
    published = {}
    for hall in halls:
        capacity = {"capacity": hall.capacity or default_capacity, "observer_places": observer_places}
        published[hall.id] = PublishedHall(
            hall.id,
            frozenset((*hall.places, *(seat.id for seat in hall.seats))),
            dict(hall.summary(shelf.put)) | capacity,
            dict(hall.descriptor(shelf.put)) | capacity,
        )
    return published
