"""Whom a letter is for: visitors who allow it, by hall, booth that they stopped at, interest, language. Pure.

Of each list one has to fit, and of all lists each; an empty list is everybody.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, TypeVar

from yuanzhan.outreach.reader import Reader

Somebody = TypeVar("Somebody")


@dataclass(frozen=True, slots=True)
class Audience:
    """What has to be so of a reader."""

    halls: frozenset[str] = frozenset()
    booths: frozenset[str] = frozenset()
    tags: frozenset[str] = frozenset()
    langs: frozenset[str] = frozenset()

    def has(self, hall: str, reader: Reader) -> bool:
        """Whether somebody in this hall belongs to it, whenever they got something last."""
        choice = reader.choice
        return (
            (not self.halls or hall in self.halls)
            and (not self.langs or choice.lang in self.langs)
            and (not self.tags or not self.tags.isdisjoint(choice.tags))
            and (not self.booths or reader.has_visited(self.booths))
        )

    def to_json(self) -> dict[str, Any]:
        """As the API, the store and the record have it."""
        return {
            "halls": sorted(self.halls),
            "booths": sorted(self.booths),
            "tags": sorted(self.tags),
            "langs": sorted(self.langs),
        }


def chosen(
    audience: Audience, people: Iterable[tuple[Somebody, str, Reader]], now_s: float
) -> list[Somebody]:
    """Those of `people` who belong to the audience and whose rate allows one more now. Of each it is told
    which hall they are in, and what they allow.
    """
    has = audience.has
    return [somebody for somebody, hall, reader in people if reader.may_get(now_s) and has(hall, reader)]
