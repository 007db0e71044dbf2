"""What the halls need to be kept safe, given by `app`: what holds, which words are not said, and where news
goes.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from yuanzhan.moderation.lines import Line
from yuanzhan.moderation.reports import Complaint
from yuanzhan.moderation.standing import Standing
from yuanzhan.moderation.words import WordFilter

Answered = Callable[[bool], None]
"""Told once whether the report is written down."""


def _nothing(line: Line) -> None:
    """Nobody keeps a log."""


def _nowhere(complaint: Complaint, answered: Answered) -> bool:
    """Nobody takes reports."""
    return False


def _no_version(hall: str, booth: str) -> int | None:
    """Nobody knows of versions."""
    return None


@dataclass(frozen=True, slots=True)
class Safety:
    """`words_do` is what becomes of a line with a word of the lists: refuse, mask, off. `said` is told of
    every line, heard or refused; `complain` takes a report, or returns False when too many wait;
    `booth_version` is what a booth shows.
    """

    standing: Standing = field(default_factory=Standing)
    words: WordFilter = field(default_factory=WordFilter)
    words_do: str = "refuse"
    zone: ZoneInfo = field(default_factory=lambda: ZoneInfo("UTC"))
    said: Callable[[Line], None] = _nothing
    complain: Callable[[Complaint, Answered], bool] = _nowhere
    booth_version: Callable[[str, str], int | None] = _no_version
