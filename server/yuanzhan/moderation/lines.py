"""What was said lately in one hall: kept in memory, bounded, for reports and for operators who look at it
live.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, Final

from yuanzhan.instants import MINUTE_MS
from yuanzhan.moderation.acts import Marks

KEPT_COUNT: Final = 4000
"""Of one hall: some minutes of a lively one, under 2 MB."""
KEPT_MS: Final = 10 * MINUTE_MS
AROUND_COUNT: Final = 30
"""Lines of a report's evidence: what can be read at a glance, and what led to it."""
AROUND_M: Final = 12.0
"""A little more than what was heard."""


@dataclass(frozen=True, slots=True)
class Line:
    """One chat line as it was said: `visitor` is the id that it had in the hall, `refused` the word that kept
    it from being heard by others; `cleared`: it was taken back, and is shown to colleagues alone.
    """

    number: int
    at_ms: int
    hall: str
    visitor: int
    name: str
    text: str
    x: float
    z: float
    marks: Marks
    refused: str = ""
    cleared: bool = False

    def to_json(self) -> dict[str, Any]:
        """As evidence and for the console: without marks."""
        return {
            "line": self.number,
            "at_ms": self.at_ms,
            "hall": self.hall,
            "visitor": self.visitor,
            "name": self.name,
            "text": self.text,
            "at": [round(self.x, 1), round(self.z, 1)],
            "refused": self.refused,
            "cleared": self.cleared,
        }


class RecentLines:
    """The last lines of one hall, the oldest first."""

    def __init__(self) -> None:
        self._lines: deque[Line] = deque(maxlen=KEPT_COUNT)

    def __len__(self) -> int:
        return len(self._lines)

    def add(self, line: Line) -> None:
        """Somebody said it."""
        self.forget_before(line.at_ms - KEPT_MS)
        self._lines.append(line)

    def forget_before(self, at_ms: int) -> None:
        """What was said before a moment is over, in a quiet hall too."""
        while self._lines and self._lines[0].at_ms < at_ms:
            self._lines.popleft()

    def clear(self, numbers: frozenset[int]) -> bool:
        """These were taken back. Whether any of them was said here."""
        if not any(line.number in numbers for line in self._lines):
            return False
        lines = [replace(line, cleared=True) if line.number in numbers else line for line in self._lines]
        self._lines.clear()
        self._lines.extend(lines)
        return True

    def forget_of(self, *, device: str, account: str) -> None:
        """What an account said, or a browser that nobody was signed in at: they had it erased."""

        def is_theirs(marks: Marks) -> bool:
            return marks.account == account if account else not marks.account and marks.device == device

        kept = [line for line in self._lines if not is_theirs(line.marks)]
        self._lines.clear()
        self._lines.extend(kept)

    def find(self, number: int) -> Line | None:
        """The line of this number, if it is kept."""
        return next((line for line in reversed(self._lines) if line.number == number), None)

    def around(self, x: float, z: float, count: int = AROUND_COUNT) -> list[Line]:
        """The last lines said near a place."""
        near = (line for line in reversed(self._lines) if math.hypot(line.x - x, line.z - z) <= AROUND_M)
        return _last(near, count)

    def with_visitor(self, visitor: int, count: int = AROUND_COUNT) -> list[Line]:
        """The last lines of a visitor, and what was said around each of them."""
        own = [line for line in self._lines if line.visitor == visitor]
        near = (
            line
            for line in reversed(self._lines)
            if line.visitor == visitor
            or any(
                math.hypot(line.x - said.x, line.z - said.z) <= AROUND_M
                and abs(line.at_ms - said.at_ms) <= MINUTE_MS
                for said in own[-count:]
            )
        )
        return _last(near, count)

    def last(self, count: int) -> list[Line]:
        """The last lines of the hall."""
        return _last(reversed(self._lines), count)


def _last(newest_first: Iterator[Line], count: int) -> list[Line]:
    lines = [line for line, _ in zip(newest_first, range(count), strict=False)]
    lines.reverse()
    return lines
