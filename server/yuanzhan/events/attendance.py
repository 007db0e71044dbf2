"""How many are at an event, as sums. Who they are is known in memory alone, as long as the event runs, so
that nobody counts twice; it is never written anywhere. After a restart whoever is there counts once more.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from typing import Final

SEEN_MAX_COUNT: Final = 1_000_000
"""Different visitors of one event that are told apart, some 60 MB; further ones are not counted."""


@dataclass(slots=True)
class _Count:
    seen: set[int] = field(default_factory=set)
    peak: int = 0
    newcomers: int = 0
    stayed_s: float = 0.0


@dataclass(frozen=True, slots=True)
class Attended:
    """What was counted since it was taken last: `peak` most at once, `newcomers` not seen before, `stayed_s`
    of all together.
    """

    event: str
    peak: int
    newcomers: int
    stayed_s: int


class Attendance:
    """Of all events that run."""

    def __init__(self) -> None:
        self._counts: dict[str, _Count] = {}

    def count(self, event: str, numbers: Collection[int], elapsed_s: float) -> None:
        """These are there now, and were for so long."""
        count = self._counts.setdefault(event, _Count())
        room = SEEN_MAX_COUNT - len(count.seen)
        fresh = [number for number in numbers if number not in count.seen][:room]
        count.seen.update(fresh)
        count.newcomers += len(fresh)
        count.peak = max(count.peak, len(numbers))
        count.stayed_s += len(numbers) * elapsed_s

    def take(self, running: Iterable[str]) -> list[Attended]:
        """What was counted since the last time. Of what does not run any more it is forgotten who came."""
        taken = []
        for event, count in self._counts.items():
            whole_s = int(count.stayed_s)
            if count.newcomers or whole_s:
                taken.append(Attended(event, count.peak, count.newcomers, whole_s))
            count.newcomers, count.stayed_s = 0, count.stayed_s - whole_s
        still = set(running)
        self._counts = {event: count for event, count in self._counts.items() if event in still}
        return taken
