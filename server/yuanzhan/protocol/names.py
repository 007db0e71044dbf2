"""Which names people may wear: what is shown over a head must be readable, and cannot play tricks on its
neighbours.
"""

from __future__ import annotations

import unicodedata
from typing import Final

from yuanzhan.errors import ConnectionRefused
from yuanzhan.protocol.limits import CHAT_MAX_CHARS, NAME_MAX_CHARS

# Cc control, Cf format (bidi overrides, zero-width), Cs lone surrogates, Co private use, Cn unassigned.
_REFUSED_CATEGORIES: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})
_JOINER: Final = "\u200d"
"""Zero-width joiner: holds emoji of several parts together, and is harmless between two symbols."""
_BLANKS: Final = frozenset("\u115f\u1160\u2800\u3164\uffa0\U0001d159")
"""Letters and symbols by their category, that show nothing: a name of these is nobody's."""
_MARKS_MAX_COUNT: Final = 3
"""Combining marks in a row: Vietnamese needs 2; more is the writing that climbs over its neighbours."""
_RAW_MAX_CHARS: Final = 8 * NAME_MAX_CHARS
"""Decomposed letters and white space may make a good name longer than it ends up; beyond this nothing is
normalised.
"""


def clean_name(raw: str) -> str:
    """The name as others see it: NFC, trimmed, white space folded. Raises ConnectionRefused (`bad_name`)."""
    if len(raw) > _RAW_MAX_CHARS:
        raise ConnectionRefused("bad_name", detail="too long")
    name = " ".join(unicodedata.normalize("NFC", raw).split())
    if not 1 <= len(name) <= NAME_MAX_CHARS:
        raise ConnectionRefused("bad_name", detail=f"not 1 to {NAME_MAX_CHARS} characters")
    _refuse_tricks(raw)
    _refuse_tricks(name)
    if not any(unicodedata.category(char)[0] in "LNPS" for char in name):
        raise ConnectionRefused("bad_name", detail="nothing to see")
    return name


def clean_chat(raw: str) -> str:
    """A chat line in which what no name may hold is a space, or, of many combining marks, nothing, and white
    space is folded; it may come out empty or too long (`CHAT_MAX_CHARS`), which is the caller's to say.
    """
    kept = []
    marks_count = 0
    for index, char in enumerate(raw[: 4 * CHAT_MAX_CHARS]):
        marks_count = marks_count + 1 if unicodedata.combining(char) else 0
        if marks_count <= _MARKS_MAX_COUNT:
            kept.append(char if _allowed(raw, index) else " ")
    return " ".join(unicodedata.normalize("NFC", "".join(kept)).split())


def _refuse_tricks(name: str) -> None:
    marks_count = 0
    for index, char in enumerate(name):
        if not _allowed(name, index) and char not in "\t\n\r\x0b\x0c":
            raise ConnectionRefused("bad_name", detail=f"character U+{ord(char):04X}")
        marks_count = marks_count + 1 if unicodedata.combining(char) else 0
        if marks_count > _MARKS_MAX_COUNT:
            raise ConnectionRefused("bad_name", detail="too many combining marks")


def _allowed(text: str, index: int) -> bool:
    char = text[index]
    if char == _JOINER:
        return 0 < index < len(text) - 1 and unicodedata.category(text[index + 1]) == "So"
    return char not in _BLANKS and unicodedata.category(char) not in _REFUSED_CATEGORIES
