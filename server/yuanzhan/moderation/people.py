"""What the halls tell the desk of somebody who is there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from yuanzhan.access import Role
from yuanzhan.moderation.acts import Marks
from yuanzhan.moderation.networks import Range
from yuanzhan.moderation.standing import Restrictions

OfHall = Literal["visitor", "observer", "queued"]
"""In it, or where it is full: who watches it, and who waits for a place to do so."""


@dataclass(frozen=True, slots=True)
class Known:
    """Somebody in a hall, or at its door: only who is in it has an id there. `role` is that of their account;
    `housemates` how many others come from their network, `ranges` the same for wider ones, where that was
    asked: those that a ban can cover.
    """

    hall: str
    visitor: int
    name: str
    badge: str
    lang: str
    marks: Marks
    role: Role | None
    restrictions: Restrictions
    is_here: bool
    housemates: int
    x: float
    z: float
    ranges: tuple[Range, ...] = ()
    standing: OfHall = "visitor"

    @property
    def visit(self) -> str:
        """By which they are found again: over a restart their id is another's."""
        return self.marks.visitor

    def to_json(self) -> dict[str, Any]:
        """As the console has it: by what they are known, but no address, and no digest of what outlives this
        visit.
        """
        known_by = [mark.by.value for mark in self.marks.own]
        return {
            "hall": self.hall,
            "visitor": self.visitor,
            "visit": self.visit,
            "standing": self.standing,
            "name": self.name,
            "badge": self.badge,
            "lang": self.lang,
            "role": None if self.role is None else self.role.value,
            "known_by": known_by,
            "housemates": self.housemates,
            "ranges": [{"prefix": each.prefix, "others": each.others} for each in self.ranges],
            "is_here": self.is_here,
            "at": [round(self.x, 1), round(self.z, 1)],
            "muted": self.restrictions.chat,
            "voice_off": self.restrictions.voice,
            "hidden": self.restrictions.hidden,
            "frozen": self.restrictions.frozen,
        }
