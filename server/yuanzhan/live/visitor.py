"""Somebody in a hall, or who wants to be: what the halls know of them while they are here."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING, Final

from yuanzhan.live.allowances import Allowances
from yuanzhan.live.connection import Connection
from yuanzhan.moderation.acts import NOBODY_KNOWN, Marks
from yuanzhan.moderation.standing import NONE, Restrictions, held_by
from yuanzhan.outreach.reader import Reader
from yuanzhan.protocol.fields import NOBODY, Badge, Lang
from yuanzhan.protocol.messages.events import Part
from yuanzhan.protocol.messages.joining import Queued, Stood
from yuanzhan.protocol.messages.people import Person
from yuanzhan.protocol.poses import DotFlag

if TYPE_CHECKING:
    from yuanzhan.live.room import Room

NO_SLOT: Final = -1
"""Of those in the queue."""


class Standing(IntEnum):
    """What one is to a hall: the lower, the more."""

    VISITOR = 0
    OBSERVER = 1
    QUEUED = 2


@dataclass(slots=True, eq=False)
class Visitor:
    """Connected, or away for a moment. `number` is in the resume token, `at` where they asked to be, `back`
    where they stood before they had to queue; `stages` the events that they were made a speaker of; `reader`
    is of those who allow messages.
    """

    number: int
    name: str
    look: int
    lang: Lang
    badge: Badge
    room: Room
    slot: int
    connection: Connection | None
    allowances: Allowances
    at: str | None = None
    back: Stood | None = None
    away_since_s: float = 0.0
    token_issued_s: float = 0.0
    seat: str | None = None
    told_wait: Queued | None = None
    marks: Marks = NOBODY_KNOWN
    restrictions: Restrictions = NONE
    reported: bool = False
    said_s: float = -math.inf
    stages: frozenset[str] = frozenset()
    told_part: Part | None = None
    reader: Reader | None = None

    @property
    def id(self) -> int:
        """`generation << 16 | slot`; nobody's for those who have no avatar."""
        return self.room.hall.crowd.id_of(self.slot) if self.standing is Standing.VISITOR else NOBODY

    @property
    def visit(self) -> str:
        """Theirs for as long as their token is renewed, over a restart and in any hall: their id is not."""
        return self.marks.visitor

    @property
    def standing(self) -> Standing:
        """What the slot says."""
        if self.slot == NO_SLOT:
            return Standing.QUEUED
        return Standing.VISITOR if self.slot < self.room.hall.crowd.slots_count else Standing.OBSERVER

    @property
    def held_by(self) -> Marks:
        """By what acts hold for them."""
        return held_by(self.marks, is_staff=self.badge == "staff")

    @property
    def person(self) -> Person:
        """What others may know."""
        return Person(self.id, self.name, self.badge)

    @property
    def dot_marks(self) -> int:
        """What an operator's map shows besides what the hall itself knows."""
        marks = DotFlag(0)
        if self.restrictions.chat or self.restrictions.voice:
            marks |= DotFlag.MUTED
        if self.reported:
            marks |= DotFlag.REPORTED
        if self.badge == "staff":
            marks |= DotFlag.STAFF
        if self.badge == "bot":
            marks |= DotFlag.BOT
        return int(marks)
