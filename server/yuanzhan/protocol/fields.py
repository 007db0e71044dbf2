"""What a field of a message can hold. Its type says how a value is checked: `Annotated[str, Chars(n)]` bounds
a text, `Annotated[tuple[...], Items(n)]` a list, `U32` a number.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Final, Literal

from yuanzhan.protocol.limits import CHAT_MAX_CODE_POINTS, ID_MAX_CHARS, NOTE_MAX_CODE_POINTS, TOKEN_MAX_CHARS


@dataclass(frozen=True, slots=True)
class Chars:
    """A text of at most `max_count` characters."""

    max_count: int


@dataclass(frozen=True, slots=True)
class Items:
    """A list or map of at most `max_count` entries."""

    max_count: int


@dataclass(frozen=True, slots=True)
class Range:
    """A number from `low` to `high`, both included."""

    low: int
    high: int


U32 = Annotated[int, Range(0, 0xFFFFFFFF)]
U53 = Annotated[int, Range(0, (1 << 53) - 1)]
"""As large as an integer can be in JavaScript."""
VisitorId = Annotated[int, Range(0, 0xFFFFFF)]
"""`generation << 16 | slot`."""
NOBODY: Final = 0xFFFFFF
"""The id in an observer's welcome: there is no slot 65,535."""
Measure = Annotated[float, Range(-1_000_000, 1_000_000)]
"""Metres or radians: farther than any hall, and no farther than 32 bits tell apart."""
Place = Annotated[str, Chars(ID_MAX_CHARS)]
Token = Annotated[str, Chars(TOKEN_MAX_CHARS)]
Text = Annotated[str, Chars(CHAT_MAX_CODE_POINTS)]
"""Chat on arrival: longer than is said, so that a too long line is a notice, not a closed connection."""
RawName = Annotated[str, Chars(4096)]
"""A name on arrival: any that fits a message; `names.clean_name` decides."""
Note = Annotated[str, Chars(NOTE_MAX_CODE_POINTS)]
"""What somebody adds in words of their own, on arrival."""
Lang = Literal["zh-CN", "en"]
Badge = Literal["", "staff", "speaker", "bot"]
