"""What the house looks after once in a while: head-counts, places in the lines and changed booths are told,
and it is counted who looks at which booth.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from yuanzhan.live.outreach import Outreach
from yuanzhan.live.room import Room
from yuanzhan.live.watchers import Watchers
from yuanzhan.protocol.messages.people import Population

POPULATION_PERIOD_S: Final = 2.0
"""Head-counts are for the eye: more often would only cost."""
WAIT_PERIOD_S: Final = 2.0
"""Places in a line are for the eye as well, and each is a message of its own."""
BOOTHS_PERIOD_S: Final = 2.0
"""Changes of booths that come closer together are told as one."""
COUNT_PERIOD_S: Final = 1.0
"""How often it is counted who looks at which booth: as exact as dwell times need be."""
COUNTED_MAX_S: Final = 5.0
"""No gap between two counts counts as more: a process that was stopped saw nobody meanwhile."""


class Rounds:
    """Of all halls. `now_s` is monotonic."""

    def __init__(
        self, rooms: Mapping[str, Room], watchers: Watchers, outreach: Outreach, now_s: float
    ) -> None:
        self._rooms = rooms
        self._watchers = watchers
        self._outreach = outreach
        self._told_counts = head_counts(rooms)
        self._counts_told_s = now_s
        self._waits_told_s = now_s
        self._booths_told_s: dict[str, float] = {}
        self._booths_untold: set[str] = set()
        self._counted_s = now_s

    def booths_changed(self, hall_id: str) -> None:
        """Those in this hall are to be told, within `BOOTHS_PERIOD_S`."""
        self._booths_untold.add(hall_id)

    def tick(self, now_s: float) -> None:
        """Do what it is time for."""
        self._tell_population(now_s)
        self._tell_waiting(now_s)
        self._tell_booths(now_s)
        self._count_visits(now_s)

    def _tell_population(self, now_s: float) -> None:
        if now_s - self._counts_told_s < POPULATION_PERIOD_S:
            return
        counts = head_counts(self._rooms)
        if counts != self._told_counts:
            self._told_counts = counts
            self._counts_told_s = now_s
            for hall_id, room in self._rooms.items():
                room.tell_all(Population(counts[hall_id], counts))
            self._watchers.tell(Population(sum(counts.values()), counts))

    def _tell_waiting(self, now_s: float) -> None:
        if now_s - self._waits_told_s >= WAIT_PERIOD_S:
            self._waits_told_s = now_s
            for room in self._rooms.values():
                room.tell_waiting()

    def _tell_booths(self, now_s: float) -> None:
        for hall_id in list(self._booths_untold):
            if now_s - self._booths_told_s.get(hall_id, -BOOTHS_PERIOD_S) >= BOOTHS_PERIOD_S:
                self._booths_untold.discard(hall_id)
                self._booths_told_s[hall_id] = now_s
                self._rooms[hall_id].tell_booths()

    def _count_visits(self, now_s: float) -> None:
        elapsed_s = now_s - self._counted_s
        if elapsed_s >= COUNT_PERIOD_S:
            self._counted_s = now_s
            for room in self._rooms.values():
                begun = room.visits.count(room.hall.crowd, now_s, min(elapsed_s, COUNTED_MAX_S))
                for booth, slots in begun:
                    self._outreach.stopped_at(room, booth, slots.tolist())


def head_counts(rooms: Mapping[str, Room]) -> dict[str, int]:
    """Visitors by hall id."""
    return {hall_id: room.population for hall_id, room in rooms.items()}
