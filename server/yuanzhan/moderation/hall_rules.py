"""How a hall is run: its door, hours, capacity, and who may talk how often. Pure: what time it is, is an
argument.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any, Final, Literal
from zoneinfo import ZoneInfo

Door = Literal["open", "locked", "closed"]
"""`locked`: nobody enters, who is in stays. `closed`: nobody enters, and who is in is led out."""
DOORS: Final[tuple[Door, ...]] = ("open", "locked", "closed")

DAY_MINUTES: Final = 24 * 60
HOURS_MAX_COUNT: Final = 28
"""Four openings a day of the week."""


@dataclass(frozen=True, slots=True)
class Opening:
    """Open on these days of the week (0 is Monday) from a minute of the day to another, which may be past
    midnight.
    """

    days: frozenset[int]
    from_min: int
    to_min: int

    @property
    def is_empty(self) -> bool:
        """From the end of a day to the beginning of the next one."""
        return (self.from_min, self.to_min) == (DAY_MINUTES, 0)

    def contains(self, weekday: int, minute: int) -> bool:
        """Whether the hall is open then."""
        if self.from_min < self.to_min:
            return weekday in self.days and self.from_min <= minute < self.to_min
        # Past midnight: the evening of its day, and the small hours of the next.
        yesterday = (weekday - 1) % 7
        return (weekday in self.days and minute >= self.from_min) or (
            yesterday in self.days and minute < self.to_min
        )


@dataclass(frozen=True, slots=True)
class HallRules:
    """What holds in a hall; the defaults where nobody said otherwise. No `hours`: always open."""

    door: Door = "open"
    hours: tuple[Opening, ...] = ()
    capacity: int | None = None
    slow_s: int = 0
    speakers_only: bool = False

    def door_at(self, moment: datetime.datetime) -> Door:
        """The door as it is then, hours considered. `moment` is local to the exhibition."""
        if self.door == "open" and self.hours and not is_open(self.hours, moment):
            return "closed"
        return self.door

    def opens_at(self, moment: datetime.datetime) -> datetime.datetime | None:
        """When the door opens by itself; None where it is open, or shut by somebody."""
        if self.door != "open" or self.door_at(moment) == "open":
            return None
        return next_opening(self.hours, moment)

    def to_json(self) -> dict[str, Any]:
        """For the record and the console."""
        return {
            "door": self.door,
            "hours": hours_to_json(self.hours),
            "capacity": self.capacity,
            "slow_s": self.slow_s,
            "speakers_only": self.speakers_only,
        }


_FIELDS: Final = frozenset(spec.name for spec in fields(HallRules))


def patched(rules: HallRules, params: Mapping[str, Any]) -> HallRules:
    """`rules` with what the parameters of an act set."""
    changes = {name: value for name, value in params.items() if name in _FIELDS}
    if "hours" in changes:
        changes["hours"] = hours_from_json(changes["hours"])
    return replace(rules, **changes)


def is_open(hours: Sequence[Opening], moment: datetime.datetime) -> bool:
    """Whether one of the openings contains the moment."""
    minute = moment.hour * 60 + moment.minute
    return any(opening.contains(moment.weekday(), minute) for opening in hours)


def next_opening(hours: Sequence[Opening], moment: datetime.datetime) -> datetime.datetime | None:
    """When one of the openings begins next, in the zone of `moment`; None without any."""
    midnight = moment.replace(hour=0, minute=0, second=0, microsecond=0)
    days = (midnight + datetime.timedelta(days=ahead) for ahead in range(8))
    begins = (
        day + datetime.timedelta(minutes=opening.from_min)
        for day in days
        for opening in hours
        if day.weekday() in opening.days and not opening.is_empty
    )
    return min((at for at in begins if at > moment), default=None)


def local(now_ms: int, zone: ZoneInfo) -> datetime.datetime:
    """The moment as the exhibition's clocks show it."""
    return datetime.datetime.fromtimestamp(now_ms / 1000, zone)


def hours_to_json(hours: Sequence[Opening]) -> list[dict[str, Any]]:
    """[{"days": [0, 1], "from": "09:00", "to": "21:30"}]"""
    return [
        {"days": sorted(opening.days), "from": _clock(opening.from_min), "to": _clock(opening.to_min)}
        for opening in hours
    ]


def hours_from_json(value: Any) -> tuple[Opening, ...]:
    """The openings of such a list. Raises ValueError, with what is wrong."""
    if not isinstance(value, (list, tuple)) or len(value) > HOURS_MAX_COUNT:
        raise ValueError("hours")
    return tuple(_opening(entry) for entry in value)


def _opening(entry: Any) -> Opening:
    if not isinstance(entry, Mapping):
        raise ValueError("hours")
    days = entry.get("days")
    if (
        not isinstance(days, (list, tuple))
        or not days
        or not all(type(day) is int and 0 <= day < 7 for day in days)
    ):
        raise ValueError("hours.days")
    opening = Opening(frozenset(days), _minutes(entry.get("from"), "from"), _minutes(entry.get("to"), "to"))
    if opening.from_min == opening.to_min:
        raise ValueError("hours.to")
    return opening


def _minutes(value: Any, name: str) -> int:
    """ "21:30" to minutes of the day; "24:00" is the end of it."""
    if not isinstance(value, str) or len(value) != 5 or value[2] != ":":
        raise ValueError(f"hours.{name}")
    hours, minutes = value[:2], value[3:]
    if not (hours.isascii() and hours.isdigit() and minutes.isascii() and minutes.isdigit()):
        raise ValueError(f"hours.{name}")
    total = int(hours) * 60 + int(minutes)
    if int(minutes) > 59 or total > DAY_MINUTES:
        raise ValueError(f"hours.{name}")
    return total


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02d}:{minutes % 60:02d}"
