"""What the routes of events take and give. What is sent is read field by field (events/plans.py); tests hold
each answer against these models."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, Field

from yuanzhan.events.event import Phase
from yuanzhan.events.plans import (
    CAPACITY_MAX,
    DESCRIPTION_MAX_CHARS,
    DOORS_DEFAULT_MIN,
    DOORS_MAX_MIN,
    SPEAKER_MAX_CHARS,
    SPEAKERS_MAX_COUNT,
    TITLE_MAX_CHARS,
)


class Title(BaseModel):
    """In one language at least."""

    zh: Annotated[str, Field(max_length=TITLE_MAX_CHARS)] = ""
    en: Annotated[str, Field(max_length=TITLE_MAX_CHARS)] = ""


class About(BaseModel):
    zh: Annotated[str, Field(max_length=DESCRIPTION_MAX_CHARS)] = ""
    en: Annotated[str, Field(max_length=DESCRIPTION_MAX_CHARS)] = ""


class EventWanted(BaseModel):
    """`stage` is a place of the hall, empty for its entrance; times are ISO 8601 with their offset; without
    `capacity` as many may come as the hall takes."""

    hall: str
    stage: str = ""
    title: Title
    description: About = About()
    speakers: Annotated[
        list[Annotated[str, Field(max_length=SPEAKER_MAX_CHARS)]], Field(max_length=SPEAKERS_MAX_COUNT)
    ] = []
    begins_at: str
    ends_at: str
    doors_min: Annotated[int, Field(ge=0, le=DOORS_MAX_MIN)] = DOORS_DEFAULT_MIN
    capacity: Annotated[int, Field(ge=1, le=CAPACITY_MAX)] | None = None


class EventChange(EventWanted):
    """`sequence`: that of the answer which the change begins from. With it, what a colleague changed since is
    not written over."""

    sequence: int | None = None


class EventAnswer(EventWanted):
    """`phase`: what it is now; `sequence` grows with each change."""

    id: str
    phase: Phase
    sequence: int


class EventsAnswer(BaseModel):
    events: list[EventAnswer]
    now_ms: int


class Attendance(BaseModel):
    """Most at once, different visitors, minutes of all together."""

    peak: int
    visitors: int
    minutes: int


class StaffEvent(EventAnswer):
    """Texts as they were written, and how many came."""

    attendance: Attendance


class StaffEventsAnswer(BaseModel):
    events: list[StaffEvent]
    now_ms: int


class OnStage(BaseModel):
    visitor: int
    name: str


class StageAnswer(BaseModel):
    """How many are in the hall, whose hands are up, who has the floor, whom an operator put on the stage."""

    phase: Phase
    here: int
    hands: list[OnStage]
    floor: list[OnStage]
    speakers: list[OnStage]
