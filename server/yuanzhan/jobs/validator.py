"""The Khronos glTF validator, run on one file at a time in a Node child.

A child, because some files end Node whatever one catches, and others keep it busy for ever; what happens to
it tells something about the file and nothing else.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from yuanzhan.errors.starting import ToolMissing
from yuanzhan.jobs.child import End, Limits, Outcome, hand_over, node_step, run_sync, run_to_verdict, scratch
from yuanzhan.scene.issues import Issue, Severity, table, told

_SCRIPT: Final = Path(__file__).with_name("node") / "validate.mjs"
_EXIT_NO_VALIDATOR: Final = 3
_HALL_LIMITS: Final = Limits(seconds=60.0)

_SEVERITIES: Final = {0: Severity.ERROR, 1: Severity.WARNING}  # the others are information and hints
# A file with a thousand wrong accessors is told of the first ones.
ISSUES_MAX: Final = 50


async def validate(
    file: Path, folder: Path, limits: Limits, resources: Mapping[str, Path] | None = None
) -> tuple[list[Issue], Outcome]:
    """Errors and warnings about the glTF or GLB `file`, in both languages; `resources` are the files of its
    URIs. Works in `folder`. Raises ToolMissing where Node or the npm package is not there."""
    arguments = [str(file)]
    if resources:
        arguments.append(hand_over(folder, {uri: str(path) for uri, path in resources.items()}))
    outcome = await run_to_verdict(node_step(_SCRIPT, *arguments), folder, limits)
    messages = _messages(outcome)
    if messages is None:
        return [], outcome
    return [_issue(message) for message in messages][:ISSUES_MAX], outcome


def validate_glb(data: bytes, name: str) -> list[Issue]:
    """The same about a GLB of our own, with `name` for its place. Raises ToolMissing."""
    with scratch() as folder:
        (folder / "hall.glb").write_bytes(data)
        outcome = run_sync(node_step(_SCRIPT, "hall.glb"), folder, _HALL_LIMITS)
    messages = _messages(outcome)
    if messages is None:
        message = f"The validator could not deal with this file: {how_it_ended(outcome)}."
        return [Issue("VALIDATOR_GAVE_UP", name, message)]
    return [
        Issue(
            f"VALIDATOR_{message['code']}",
            f"{name} {message.get('pointer', '')}".strip(),
            message["message"],
            _SEVERITIES[message["severity"]],
        )
        for message in messages
    ]


def how_it_ended(outcome: Outcome) -> str:
    """In words, for whoever runs the program."""
    match outcome.end:
        case End.TIMED_OUT:
            return f"not done after {outcome.seconds:.0f} s"
        case End.CRASHED:
            return f"ended by signal {outcome.signal}"
        case End.FAILED:
            return f"ended with exit code {outcome.exit_code}"
        case _:
            return str(outcome.end).replace("_", " ")


def _messages(outcome: Outcome) -> list[dict[str, Any]] | None:
    """Its errors and warnings, errors first; None when it did not get so far."""
    if outcome.end is End.FAILED and outcome.exit_code == _EXIT_NO_VALIDATOR:
        raise ToolMissing(tool="gltf-validator (yuanzhan tools)")
    if not outcome.is_done:
        return None
    messages: list[dict[str, Any]] = json.loads(outcome.output)
    return sorted(
        (message for message in messages if message["severity"] in _SEVERITIES),
        key=lambda message: int(message["severity"]),
    )


def _issue(message: Mapping[str, Any]) -> Issue:
    """In our words where the table has the code; otherwise the code with the validator's own."""
    code = f"VALIDATOR_{message['code']}"
    severity = _SEVERITIES[message["severity"]]
    known = code if code in table() else f"VALIDATOR_{severity.upper()}"
    issue = told(known, str(message.get("pointer", "")), code=message["code"], detail=message["message"])
    return Issue(code, issue.where, issue.message, severity, issue.zh)
