"""Who is in the hall, and what they say."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, ClassVar

from yuanzhan.protocol.fields import U53, Badge, Items, RawName, Text, VisitorId
from yuanzhan.protocol.limits import WHO_MAX_IDS


@dataclass(frozen=True, slots=True)
class Who:
    """Ask for names and badges."""

    t: ClassVar[str] = "who"
    ids: Annotated[tuple[VisitorId, ...], Items(WHO_MAX_IDS)]


@dataclass(frozen=True, slots=True)
class Chat:
    """Said to those within `CHAT_RANGE_M`."""

    t: ClassVar[str] = "chat"
    text: Text


@dataclass(frozen=True, slots=True)
class Person:
    """Who an id is. Not a message of its own."""

    id: VisitorId
    name: RawName
    badge: Badge = ""


@dataclass(frozen=True, slots=True)
class People:
    """Answer to `who`, and news of a changed name."""

    t: ClassVar[str] = "people"
    people: Annotated[tuple[Person, ...], Items(WHO_MAX_IDS)]


@dataclass(frozen=True, slots=True)
class Said:
    """Somebody near said it (you too), or with `stage` somebody who speaks at an event: that is heard in the
    whole hall. `line` is its number: what `report` and `cleared` call it by. `badge` is told with it: a line
    may come before `people` do.
    """

    t: ClassVar[str] = "said"
    id: VisitorId
    name: RawName
    text: Text
    line: U53 = 0
    stage: bool = False
    badge: Badge = ""


@dataclass(frozen=True, slots=True)
class Population:
    """Head-counts: this hall and all halls by id."""

    t: ClassVar[str] = "population"
    here: int
    halls: Annotated[Mapping[str, int], Items(1024)]
