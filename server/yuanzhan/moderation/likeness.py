"""Which names look alike: what is equal in `likeness` is taken for the same name at a glance.

Look-alikes are those of the Unicode consortium (UTS 39, `confusables.txt`, by `confusable_homoglyphs`): other
alphabets, decorated letters, digits for letters, 值 and 値. Signs, blanks and capitals do not count.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from typing import Final

from confusable_homoglyphs.confusables import confusables_data

_DROPPED: Final = frozenset(("Mn", "Me", "Cf"))


def likeness(name: str) -> str:
    """The same for all names that look like this one; empty where there is no letter or digit."""
    plain = "".join(
        char for char in unicodedata.normalize("NFKD", name) if unicodedata.category(char) not in _DROPPED
    )
    # Capitals have look-alikes of their own, and so have what they become.
    folded = _drawn_alike(_drawn_alike(plain).casefold()).casefold()
    return "".join(char for char in folded if char.isalnum())


def _drawn_alike(text: str) -> str:
    return "".join(map(_representative, text))


@lru_cache(4096)
def _representative(char: str) -> str:
    """One of all that are drawn like `char`: a Latin letter where there is one."""
    while (first := min(_group(char), key=_order)) != char:
        char = first
    joined = [other for other in _others(char) if len(other) > 1 and other.isascii() and other.isalpha()]
    # An m and an rn.
    return min(joined, default=char) if char.isascii() else char


def _group(char: str) -> set[str]:
    """No letter stands for a sign, nor the other way round, but Latin letters: a bar is an l."""
    is_letter = char.isalnum()
    alike = (other for other in _others(char) if len(other) == 1)
    return {char} | {other for other in alike if other.isalnum() is is_letter or _is_latin(other)}


def _others(char: str) -> list[str]:
    return [other["c"].strip("\u200e") for other in confusables_data.get(char, ())]


def _order(char: str) -> tuple[bool, str]:
    return not _is_latin(char), char


def _is_latin(char: str) -> bool:
    return char.isascii() and char.isalpha()
