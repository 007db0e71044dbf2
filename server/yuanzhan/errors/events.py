"""Events and their times."""

from __future__ import annotations

from yuanzhan.errors.base import RequestRefused


class NoSuchEvent(RequestRefused):
    code = "no_such_event"


class EventInvalid(RequestRefused):
    """params: pointer, a JSON pointer to what cannot be."""

    code = "event_invalid"


class EventEndsEarly(RequestRefused):
    code = "event_ends_early"


class EventTooLong(RequestRefused):
    """params: hours, the most that an event lasts."""

    code = "event_too_long"


class EventPast(RequestRefused):
    code = "event_past"


class EventsOverlap(RequestRefused):
    """params: title, of the event that is in the hall at that time."""

    code = "events_overlap"


class EventChanged(RequestRefused):
    code = "event_changed"


class EventOver(RequestRefused):
    code = "event_over"


class TooManyEvents(RequestRefused):
    """params: most."""

    code = "too_many_events"
