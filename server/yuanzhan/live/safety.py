"""What the halls need to be kept safe, given by `app`: what holds, which words are not said, and where news
goes.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal
from zoneinfo import ZoneInfo

from yuanzhan.moderation.lines import Line
from yuanzhan.moderation.reports import Complaint
from yuanzhan.moderation.standing import Standing
from yuanzhan.moderation.words import WordFilter

WordsDo = Literal["refuse", "mask", "off"]
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
    """`said` is told of every line, heard or refused; `complain` takes a report, or returns False when too
    many wait; `booth_version` is what a booth shows.
    """

    standing: Standing = field(default_factory=Standing)
    words: WordFilter = field(default_factory=WordFilter)
    words_do: WordsDo = "refuse"
    zone: ZoneInfo = field(default_factory=lambda: ZoneInfo("UTC"))
    said: Callable[[Line], None] = _nothing
    complain: Callable[[Complaint, Answered], bool] = _nowhere
    booth_version: Callable[[str, str], int | None] = _no_version
