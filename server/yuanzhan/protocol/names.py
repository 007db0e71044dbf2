"""Which names people may wear and which lines they may say: what is shown must be readable, and cannot play
tricks on its neighbours.

Lengths are counted in what people see: extended grapheme clusters (UAX 29), so that an emoji of seven code
points is one. The client has the same rule (client/src/text/plain.ts); tests/vectors/wire.json compares them.
"""

from __future__ import annotations

import unicodedata
from typing import Final

import regex

from yuanzhan.errors.connections import ConnectionRefused
from yuanzhan.protocol.limits import CHAT_MAX_CODE_POINTS, NAME_MAX_CHARS, NAME_MAX_CODE_POINTS

_PICTURE: Final = r"\p{Extended_Pictographic}(?:[\uFE0E\uFE0F]|\p{Emoji_Modifier})?"
_EMOJI: Final = (
    # A flag of a region, spelled in tags: England is a black flag, gbeng, cancel.
    r"\U0001F3F4[\U000E0030-\U000E0039\U000E0061-\U000E007A]{3,6}\U000E007F"
    # A keycap: the digit, drawn as a picture, in its frame.
    r"|[0-9#*]\uFE0F?\u20E3"
    # A picture, or up to five joined to one, each with its style or skin; fonts draw four.
    rf"|{_PICTURE}(?:\u200D{_PICTURE}){{0,4}}"
)
"""Joiners and style selectors are allowed in these alone (UTS 51, as far as fonts draw it)."""
_VARIANT: Final = r"\p{Script=Han}[\U000E0100-\U000E01EF]|\p{Script=Mongolian}[\u180B-\u180D\u180F]"
"""A selector behind a letter asks for one of its written forms: some family names need it."""
_TRICK: Final = (
    # Control, format (bidi, zero-width), lone surrogate, private, unassigned; what by its
    # nature shows nothing, and two symbols that show nothing all the same.
    r"[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}\p{Default_Ignorable_Code_Point}\u2800\U0001D159]"
)
_MARKS_MAX_COUNT: Final = 3
"""Combining marks in a row: Vietnamese needs 2; more is the writing that climbs over its neighbours."""

_SPACE: Final = regex.compile(r"[\t-\r\p{Z}]+")
_PARTS: Final = regex.compile(f"(?P<whole>{_EMOJI}|{_VARIANT})|(?P<trick>{_TRICK})")
_MARK: Final = r"(?:(?!\p{Default_Ignorable_Code_Point})[\p{Mn}\p{Me}])"
_STACK: Final = regex.compile(rf"({_MARK}{{{_MARKS_MAX_COUNT}}}){_MARK}+")
_VISIBLE: Final = regex.compile(r"[\p{L}\p{N}\p{P}\p{S}]")
_CLUSTER: Final = regex.compile(r"\X")


def count_chars(text: str) -> int:
    """How many characters people see."""
    return sum(1 for _ in _CLUSTER.finditer(text))


def clean_name(raw: str) -> str:
    """The name as others see it: NFC, trimmed, white space folded. Raises ConnectionRefused (`bad_name`)."""
    if len(raw) > NAME_MAX_CODE_POINTS:
        raise ConnectionRefused("bad_name", detail="too long")
    name = _folded(raw)
    for part in _PARTS.finditer(name):
        if part["trick"]:
            raise ConnectionRefused("bad_name", detail=f"character U+{ord(part[0]):04X}")
    if _STACK.search(name):
        raise ConnectionRefused("bad_name", detail="too many combining marks")
    if not 1 <= count_chars(name) <= NAME_MAX_CHARS:
        raise ConnectionRefused("bad_name", detail=f"not 1 to {NAME_MAX_CHARS} characters")
    if not _VISIBLE.search(name):
        raise ConnectionRefused("bad_name", detail="nothing to see")
    return name


def clean_chat(raw: str) -> str:
    """A chat line in which what no name may hold is a space, or, of many combining marks, nothing, and white
    space is folded; it may come out empty or too long (`CHAT_MAX_CHARS`), which is the caller's to say.
    """
    shown = _PARTS.sub(lambda part: part["whole"] or " ", _folded(raw[:CHAT_MAX_CODE_POINTS]))
    return _folded(_STACK.sub(r"\1", shown))


def _folded(text: str) -> str:
    folded: str = _SPACE.sub(" ", unicodedata.normalize("NFC", text))
    return folded.strip(" ")
