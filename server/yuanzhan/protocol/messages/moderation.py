"""What visitors report, and what operators do: to one visitor, to a hall, to all who are in it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar, Literal

from yuanzhan.protocol.fields import U32, U53, Items, Note, Place, Text, VisitorId
from yuanzhan.protocol.limits import CLEARED_MAX_COUNT, STANDING_MAX_COUNT

ReportWhat = Literal["person", "message", "booth"]


ReportReason = Literal[
    "harassment",
    "abuse",
    "advertising",
    "fraud",
    "impersonation",
    "sexual",
    "unlawful",
    "noise",
    "other",
]


@dataclass(frozen=True, slots=True)
class Report:
    """Tell the operators of a person (`id`), a message (`line`) or a booth (`booth`). Answered by a
    notice.
    """

    t: ClassVar[str] = "report"
    what: ReportWhat
    reason: ReportReason
    id: VisitorId | None = None
    line: U53 | None = None
    booth: Place | None = None
    note: Note = ""


@dataclass(frozen=True, slots=True)
class Sanction:
    """What an operator did to you, and why. Not a message of its own. `left_s` nil: until it is undone. `act`
    is what an appeal names.
    """

    act: Place
    kind: Place
    reason: Place
    note: Note
    left_s: float | None


@dataclass(frozen=True, slots=True)
class Restricted:
    """All that you may not do now, with the acts that say so: each time it changes, and before being closed
    with `removed` or `banned`. Without acts: nothing any more.
    """

    t: ClassVar[str] = "restricted"
    chat: bool
    voice: bool
    hidden: bool
    frozen: bool
    acts: Annotated[tuple[Sanction, ...], Items(STANDING_MAX_COUNT)]


@dataclass(frozen=True, slots=True)
class Cleared:
    """Show these lines no longer."""

    t: ClassVar[str] = "cleared"
    lines: Annotated[tuple[U53, ...], Items(CLEARED_MAX_COUNT)]


@dataclass(frozen=True, slots=True)
class Announcement:
    """What an operator tells everybody, in both languages. Not a message of its own."""

    act: Place
    zh: Text
    en: Text
    left_s: float | None


@dataclass(frozen=True, slots=True)
class Announced:
    """All announcements of this hall that hold now, the oldest first: at the welcome where there are any, and
    each time they change.
    """

    t: ClassVar[str] = "announced"
    items: Annotated[tuple[Announcement, ...], Items(STANDING_MAX_COUNT)]


Door = Literal["open", "locked", "closed"]


@dataclass(frozen=True, slots=True)
class Rules:
    """How this hall is run: at the welcome where it is not as usual, and each time it changes. `slow_s`:
    between two lines of one visitor.
    """

    t: ClassVar[str] = "rules"
    door: Door
    slow_s: U32
    speakers_only: bool
