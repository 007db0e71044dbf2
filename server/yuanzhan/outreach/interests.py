"""The interests that a visitor may choose from. They are data: `interest.<tag>` of the catalogue has their
names, and a line there is all that a new one needs.
"""

from __future__ import annotations

from functools import cache
from typing import Final

from yuanzhan import catalogue

_PREFIX: Final = "interest."


@cache
def interests() -> tuple[str, ...]:
    """The tags, in the order of the catalogue."""
    return tuple(key.removeprefix(_PREFIX) for key in catalogue.load() if key.startswith(_PREFIX))
