"""The published booths of a hall, and what visitors do there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar

from yuanzhan.protocol.fields import U32, Chars, Place
from yuanzhan.protocol.limits import CARD_NOTE_MAX_CHARS, CONTACT_MAX_CHARS, NAME_MAX_CODE_POINTS


@dataclass(frozen=True, slots=True)
class Opened:
    """A panel, product or link of a published booth was opened: counted, and by nobody's name."""

    t: ClassVar[str] = "opened"
    booth: Place
    item: Place


@dataclass(frozen=True, slots=True)
class Card:
    """What the visitor chose to leave at a published booth: answered by `card_left`, or another notice. Empty
    fields are not left.
    """

    t: ClassVar[str] = "card"
    booth: Place
    name: Annotated[str, Chars(NAME_MAX_CODE_POINTS)]
    contact: Annotated[str, Chars(CONTACT_MAX_CHARS)]
    note: Annotated[str, Chars(CARD_NOTE_MAX_CHARS)] = ""


@dataclass(frozen=True, slots=True)
class Booths:
    """The published booths of this hall are others now. `revision` is theirs, equal where they are; ask for
    them (`GET /api/halls/{hall}/booths`) at some time in the next `spread_s`, so that a full hall does not
    ask at once.
    """

    t: ClassVar[str] = "booths"
    hall: Place
    revision: U32
    spread_s: float
