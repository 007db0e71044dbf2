"""Problems as data: a code, how bad it is, where, and a sentence that says what to do about it.

Two kinds of files are looked at. About our own halls (`check.py`) the sentence is English, with the place in
the hall; docs/authoring.md explains each code. About what exhibitors upload, `told` writes the sentence in
both languages from one table, assets/text/issues.json, which has every code with its severity.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from types import MappingProxyType
from typing import Any, Final

from yuanzhan import bundle
from yuanzhan.errors.base import Param

# What a sentence quotes of a file: enough to find it, too little to fill a page.
from yuanzhan.errors.starting import SceneInvalid

# What a sentence quotes of a file: enough to find it, too little to fill a page.
QUOTED_MAX: Final = 120
# A pointer that is longer leads through keys of somebody's making.
POINTER_MAX: Final = 500

_NAME: Final = re.compile(r"\{(\w+)\}")


class Severity(StrEnum):
    """An error fails the check; a warning asks for a look."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Issue:
    """One problem. `where` is a JSON pointer into the glTF, a file, a node or a key. About halls there is
    no `zh`."""

    code: str
    where: str
    message: str
    severity: Severity = Severity.ERROR
    zh: str = ""
    # What the sentence was filled from, so that a child process can hand on the issue without its words.
    params: Mapping[str, Param] = field(default_factory=dict, compare=False, repr=False)

    @property
    def is_error(self) -> bool:
        return self.severity is Severity.ERROR

    def json(self) -> dict[str, Any]:
        """As reports of uploads hold it."""
        return {
            "code": self.code,
            "severity": str(self.severity),
            "message": {"zh": self.zh or self.message, "en": self.message},
            "pointer": self.where,
        }


@cache
def table() -> Mapping[str, Mapping[str, str]]:
    """Every code about uploads: `severity`, `zh`, `en`. Read once."""
    entries: dict[str, dict[str, str]] = json.loads(bundle.issues_file().read_text(encoding="utf-8"))
    return MappingProxyType(entries)


def told(code: str, where: str = "", /, **params: Param) -> Issue:
    """The issue `code` of the table at `where`, its `{names}` filled. Raises KeyError for no such code."""
    entry = table()[code]
    texts = {lang: filled(entry[lang], params) for lang in ("zh", "en")}
    shown = where if len(where) <= POINTER_MAX else where[:POINTER_MAX] + "…"
    return Issue(code, shown, texts["en"], Severity(entry["severity"]), texts["zh"], params)


def refused(file: str, code: str, where: str = "", /, **params: Param) -> SceneInvalid:
    """The exception for a `file` that cannot be read any further, with the issue that says why."""
    issue = told(code, where, **params)
    error = SceneInvalid(file=file, detail=issue.message)
    error.issue = issue
    return error


def issue_of(error: SceneInvalid) -> Issue:
    """What a report says of `error`, whether it was told with a code or in words alone."""
    found: Issue = error.issue or told("GLTF_INVALID", detail=str(error.params["detail"]))
    return found


def filled(text: str, params: Mapping[str, Param]) -> str:
    """`text` with its `{names}` replaced: whole numbers with commas, what a file says `quoted`."""
    shown = {
        name: f"{value:,}" if isinstance(value, int) else quoted(value) for name, value in params.items()
    }
    return _NAME.sub(lambda found: shown.get(found[1], found[0]), text)


def quoted(value: object) -> str:
    """What a file says, fit to be shown: cut, one line, nothing that steers a terminal or turns a line."""
    text = str(value)
    shown = "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in text[:QUOTED_MAX])
    return shown + "…" if len(text) > QUOTED_MAX else shown


# The validator's own codes come through as VALIDATOR_ and its name; these are ours, about halls.
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
        "STAGE_NOWHERE",
        "SCENE_INVALID",
        "SLOT_MISSING",
        "TEXT_IN_ONE_LANGUAGE",
    }
)
