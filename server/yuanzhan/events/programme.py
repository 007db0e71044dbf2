"""The events that are coming, run, or were of late: held in memory, asked by the halls and by visitors.

Nothing here is saved: rows are (`store.events`), and a programme made of the same rows says the same.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from yuanzhan.events.event import Event, Phase
from yuanzhan.instants import DAY_MS

REMEMBERED_MS: Final = 30 * DAY_MS
"""So long after its end an event stays in calendars that follow ours."""
_HERE: Final = (Phase.RUNNING, Phase.DOORS)


class Programme:
    """See above. `revision` grows with each change."""

    def __init__(self, events: Iterable[Event] = ()) -> None:
        self._events = {event.id: event for event in events}
        self.revision = 0

    def put(self, event: Event, now_ms: int) -> None:
        """It is new, or as it is now."""
        self._events[event.id] = event
        self._forget(now_ms)
        self.revision += 1

    def get(self, event_id: str) -> Event | None:
        """One of them."""
        return self._events.get(event_id)

    def remembered(self, now_ms: int, hall: str | None = None) -> list[Event]:
        """All of them, by beginning: those over of late and those cancelled too. What is longer over is
        forgotten on the way: who spoke is not to be held for as long as the process runs.
        """
        self._forget(now_ms)
        events = (event for event in self._events.values() if hall in (None, event.plan.hall))
        return sorted(events, key=lambda event: (event.plan.begins_ms, event.id))

    def listed(self, now_ms: int, hall: str | None = None) -> list[Event]:
        """Those that are not over; cancelled ones until they would have been."""
        return [event for event in self.remembered(now_ms, hall) if event.plan.ends_ms > now_ms]

    def here(self, hall: str, now_ms: int) -> tuple[Event, Phase] | None:
        """What runs in a hall now, or else whose doors are open."""
        found = ((event, event.phase(now_ms)) for event in self._events.values() if event.plan.hall == hall)
        current = [(event, phase) for event, phase in found if phase in _HERE]
        return min(current, key=lambda each: (_HERE.index(each[1]), each[0].plan.begins_ms), default=None)

    def _forget(self, now_ms: int) -> None:
        for each in list(self._events.values()):
            if each.plan.ends_ms < now_ms - REMEMBERED_MS:
                del self._events[each.id]
