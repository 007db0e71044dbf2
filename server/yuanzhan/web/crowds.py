"""How many are in each hall, watch it, and wait for it: hall id to people, now."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

Count = Callable[[], Mapping[str, int]]
Doors = Callable[[], Mapping[str, Mapping[str, object]]]


@dataclass(frozen=True, slots=True)
class Crowds:
    """What `live` counts: visitors, observers of a full hall, and those in its queue."""

    visitors: Count
    observers: Count
    queue: Count
    doors: Doors
    """Of each hall its `door`, `opens_at` and `capacity`."""
