"""An event: what takes place in a hall, on which of its places, from when to when.

`phase` says what it is at a moment. Moments are milliseconds of Unix time: a visitor's page shows them in the
visitor's own time zone.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from yuanzhan.instants import MINUTE_MS, iso


class Phase(StrEnum):
    """What an event is at a moment."""

    COMING = "coming"
    DOORS = "doors"
    """Not begun yet, but soon: people may gather."""
    RUNNING = "running"
    OVER = "over"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class Words:
    """A text in both languages, or in one of them."""

    zh: str = ""
    en: str = ""

    def json(self) -> dict[str, str]:
        """Both: where one is missing the other stands for it."""
        return {"zh": self.zh or self.en, "en": self.en or self.zh}

    def own(self) -> dict[str, str]:
        """As written, with what is missing left empty."""
        return {"zh": self.zh, "en": self.en}


@dataclass(frozen=True, slots=True)
class Plan:
    """What an operator decides of an event. `stage` is the id of a place, empty for the hall's entrance;
    `capacity` None: as many as the hall takes.
    """

    hall: str
    stage: str
    title: Words
    description: Words
    speakers: tuple[str, ...]
    begins_ms: int
    ends_ms: int
    doors_min: int
    capacity: int | None

    def json(self) -> dict[str, Any]:
        """As the audit record has it."""
        return {
            "hall": self.hall,
            "stage": self.stage,
            "title": self.title.own(),
            "description": self.description.own(),
            "speakers": list(self.speakers),
            "begins_at": iso(self.begins_ms),
            "ends_at": iso(self.ends_ms),
            "doors_min": self.doors_min,
            "capacity": self.capacity,
        }


@dataclass(frozen=True, slots=True)
class Event:
    """A plan that was written down. `sequence` grows with each change of it."""

    id: str
    plan: Plan
    sequence: int
    changed_ms: int
    cancelled: bool = False

    def phase(self, now_ms: int) -> Phase:
        """What it is now."""
        plan = self.plan
        if self.cancelled:
            return Phase.CANCELLED
        if now_ms >= plan.ends_ms:
            return Phase.OVER
        if now_ms >= plan.begins_ms:
            return Phase.RUNNING
        is_soon = now_ms >= plan.begins_ms - plan.doors_min * MINUTE_MS
        return Phase.DOORS if is_soon else Phase.COMING

    def json(self, now_ms: int) -> dict[str, Any]:
        """As everybody may see it."""
        texts = {"title": self.plan.title.json(), "description": self.plan.description.json()}
        return {
            "id": self.id,
            **self.plan.json(),
            **texts,
            "phase": self.phase(now_ms).value,
            "sequence": self.sequence,
        }
