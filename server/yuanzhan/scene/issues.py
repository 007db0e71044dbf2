"""Problems of a hall as data: a code, how bad it is, where, and one sentence. docs/authoring.md explains
each code."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Severity(StrEnum):
    """An error fails the check; a warning asks for a look."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Issue:
    """One problem. `where` is a file, a node or a key."""

    code: str
    where: str
    message: str
    severity: Severity = Severity.ERROR

    @property
    def is_error(self) -> bool:
        return self.severity is Severity.ERROR


# The validator's own codes come through as VALIDATOR_ and its name; these are ours.
CODES: Final = frozenset(
    {
        "BAD_NODE",
        "BOOTH_OUTGROWS_SLOT",
        "BOOTH_OVER_BUDGET",
        "FLOOR_MISSING",
        "FLOOR_OUTDATED",
        "FLOOR_TOO_SMALL",
        "IMAGE_TOO_LARGE",
        "NO_SPAWN",
        "OVER_BUDGET",
        "PANEL_WITHOUT_NODE",
        "PANEL_WITHOUT_TEXT",
        "PLACE_TWICE",
        "PLACE_UNREACHABLE",
        "PORTAL_NOWHERE",
        "SCENE_INVALID",
        "SLOT_MISSING",
        "TEXT_IN_ONE_LANGUAGE",
    }
)
