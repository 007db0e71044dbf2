"""An operator's page: a hall watched from outside."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal

from yuanzhan.protocol.fields import U53, Place, RawName, Text, VisitorId


@dataclass(frozen=True, slots=True)
class Watch:
    """An operator's first message in place of `hello`, and later for another hall: watch it from outside.
    Needs the permission `halls.watch`; answered by `watching`, then DOTS and `overheard`.
    """

    t: ClassVar[str] = "watch"
    hall: Place


@dataclass(frozen=True, slots=True)
class Watching:
    """You watch this hall. Places in DOTS are fractions of `width_m` and `depth_m` from the origin."""

    t: ClassVar[str] = "watching"
    hall: Place
    origin_x: float
    origin_z: float
    width_m: float
    depth_m: float
    dots_hz: float


@dataclass(frozen=True, slots=True)
class Overheard:
    """Somebody said it in the hall that you watch, at `at_ms` of Unix time."""

    t: ClassVar[str] = "overheard"
    line: U53
    id: VisitorId
    name: RawName
    text: Text
    at_ms: U53


DeskWhat = Literal["reports", "acts", "halls"]


@dataclass(frozen=True, slots=True)
class Desk:
    """Something that operators see has changed: ask for it anew. `id` is what changed, where it is one
    thing.
    """

    t: ClassVar[str] = "desk"
    what: DeskWhat
    id: Place = ""
