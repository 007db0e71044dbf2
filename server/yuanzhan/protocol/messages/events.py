"""Events: what takes place in the hall, who speaks and who wants to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar, Literal

from yuanzhan.protocol.fields import U32, Items, Place, Text, VisitorId
from yuanzhan.protocol.limits import FLOOR_MAX_COUNT, HANDS_MAX_COUNT
from yuanzhan.protocol.messages.people import Person


@dataclass(frozen=True, slots=True)
class Hand:
    """At an event that runs: raise one's hand to be given the floor, or lower it."""

    t: ClassVar[str] = "hand"
    up: bool


@dataclass(frozen=True, slots=True)
class Floor:
    """From who leads an event: give the floor to a visitor, or take it back; of who has only raised a hand,
    lower it.
    """

    t: ClassVar[str] = "floor"
    id: VisitorId
    give: bool


StageState = Literal["none", "doors", "running"]


@dataclass(frozen=True, slots=True)
class Stage:
    """What takes place in this hall: at the welcome where something does, and each time it changes. `doors`:
    it begins in `left_s`, people gather; `running`: it ends in `left_s`. `at` is where (as in `go`), nil the
    entrance; `capacity` how many it is meant for, nil as many as the hall takes.
    """

    t: ClassVar[str] = "stage"
    state: StageState
    event: Place = ""
    zh: Text = ""
    en: Text = ""
    at: Place | None = None
    left_s: float = 0.0
    capacity: U32 | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """Your own part in the event, each time it changes: whether what you say is heard in the whole hall,
    whether you may give the floor, and your hand's place in the queue (0: not raised).
    """

    t: ClassVar[str] = "part"
    speaks: bool
    leads: bool
    hand: U32


@dataclass(frozen=True, slots=True)
class Hands:
    """To those who lead an event: who has raised a hand, in that order, and who has the floor."""

    t: ClassVar[str] = "hands"
    hands: Annotated[tuple[Person, ...], Items(HANDS_MAX_COUNT)]
    floor: Annotated[tuple[Person, ...], Items(FLOOR_MAX_COUNT)]
