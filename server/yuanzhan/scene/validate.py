"""The Khronos glTF validator, run on one file at a time in a Node process of its own.

A process, because some files end Node whatever one catches, and others keep it busy for ever; what happens
to it tells something about the file and nothing else.
"""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Final

from yuanzhan.errors import ToolMissing
from yuanzhan.scene.issues import Issue, Severity

TIMEOUT_S: Final = 60.0
HEAP_MB: Final = 512

# Said of every extension newer than the validator, EXT_meshopt_compression among them.
IGNORED: Final = frozenset({"UNSUPPORTED_EXTENSION"})

_SCRIPT: Final = Path(__file__).with_name("validator.mjs")
_EXIT_NO_VALIDATOR: Final = 3
_SEVERITIES: Final = {0: Severity.ERROR, 1: Severity.WARNING}  # the others are hints


def validate(data: bytes, name: str) -> list[Issue]:
    """Errors and warnings about a GLB. Raises ToolMissing where Node or the npm package is not there."""
    node = shutil.which("node")
    if node is None:
        raise ToolMissing(tool="node")
    try:
        done = subprocess.run(
            [node, f"--max-old-space-size={HEAP_MB}", str(_SCRIPT)],
            input=data,
            capture_output=True,
            timeout=TIMEOUT_S,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return [_gave_up(name, f"not done after {TIMEOUT_S:.0f} s")]
    if done.returncode == _EXIT_NO_VALIDATOR:
        raise ToolMissing(tool="gltf-validator (npm install)")
    if done.returncode != 0:
        return [_gave_up(name, f"ended with exit code {done.returncode}")]
    return [
        Issue(
            f"VALIDATOR_{message['code']}",
            f"{name} {message.get('pointer', '')}".strip(),
            message["message"],
            _SEVERITIES[message["severity"]],
        )
        for message in json.loads(done.stdout)
        if message["severity"] in _SEVERITIES and message["code"] not in IGNORED
    ]


def _gave_up(name: str, detail: str) -> Issue:
    return Issue("VALIDATOR_GAVE_UP", name, f"The validator could not deal with this file: {detail}.")
