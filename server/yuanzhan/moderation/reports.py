"""What visitors tell of each other: a report with its evidence, and the states that it goes through.

OPEN --take--> TAKEN --act, dismiss--> ACTED, DISMISSED --reopen--> OPEN
  |              ^ |
  |              +-+ (take: by another colleague)
  +--act, dismiss--> (as above)
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Final

from yuanzhan.moderation.acts import NOBODY_KNOWN, Marks


class ReportState(StrEnum):
    """Where a report is."""

    OPEN = "open"
    TAKEN = "taken"
    ACTED = "acted"
    DISMISSED = "dismissed"


class Step(StrEnum):
    """What colleagues do with it."""

    TAKE = "take"
    RELEASE = "release"
    ACT = "act"
    DISMISS = "dismiss"
    REOPEN = "reopen"


_NOT_DONE: Final = (ReportState.OPEN, ReportState.TAKEN)
_DONE: Final = (ReportState.ACTED, ReportState.DISMISSED)

TRANSITIONS: Final = MappingProxyType[tuple[ReportState, Step], ReportState](
    {
        **{(state, Step.TAKE): ReportState.TAKEN for state in _NOT_DONE},
        (ReportState.TAKEN, Step.RELEASE): ReportState.OPEN,
        **{(state, Step.ACT): ReportState.ACTED for state in _NOT_DONE},
        **{(state, Step.DISMISS): ReportState.DISMISSED for state in _NOT_DONE},
        **{(state, Step.REOPEN): ReportState.OPEN for state in _DONE},
    }
)


@dataclass(frozen=True, slots=True)
class Complaint:
    """A report as it comes from a hall. `about` is whom it is about (empty for a booth), `by` who made it;
    `evidence` is JSON: the lines around it, where both stood, the booth's version.
    """

    what: str
    reason: str
    hall: str
    at_ms: int
    name: str
    note: str = ""
    visitor: int | None = None
    line: int | None = None
    booth: str | None = None
    about: Marks = NOBODY_KNOWN
    by: Marks = NOBODY_KNOWN
    evidence: Mapping[str, Any] = field(default_factory=dict)
