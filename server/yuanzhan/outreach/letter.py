"""One message to many: who sends it, what it says, where it leads, and what came of it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

FEW: Final = 5
"""Fewer than so many are not told by number: nobody is to be found in a count."""
_STEP: Final = 5
_LARGE: Final = 100
_LARGE_STEP: Final = 10


class What(StrEnum):
    """What may come of a letter, on the wire as well."""

    SHOWN = "shown"
    LED = "led"
    ARRIVED = "arrived"
    OFF = "off"


@dataclass(frozen=True, slots=True)
class Text:
    """In both languages."""

    zh: str
    en: str

    def to_json(self) -> dict[str, str]:
        """As the API has it."""
        return {"zh": self.zh, "en": self.en}


@dataclass(frozen=True, slots=True)
class Spot:
    """A booth that is shown in a hall."""

    hall: str
    booth: str
    title: Text


@dataclass(frozen=True, slots=True)
class Letter:
    """What is sent. `about` is the booth that speaks, or that is spoken of; `leads` whether the visitor is
    invited there; `by_booth` whether its exhibitor sends it, or the operators do.
    """

    id: str
    text: Text
    about: Spot | None = None
    leads: bool = False
    by_booth: bool = False


def coarse(count: int) -> dict[str, int]:
    """A count of people as it is told: below `FEW` that it is below, else rounded, so that two counts that
    differ by one person are mostly told as the same.
    """
    if count < FEW:
        return {"fewer_than": FEW}
    step = _STEP if count < _LARGE else _LARGE_STEP
    return {"about": (count + step // 2) // step * step}


def came_of(count: int, sent_count: int) -> dict[str, Any]:
    """A count of what came of a letter to so many: nobody at all may be told, for it is of nobody. But not of
    a letter to few: who knows that one person alone can have got it would know what that one did.
    """
    return {"about": 0} if count == 0 and sent_count >= FEW else coarse(count)
