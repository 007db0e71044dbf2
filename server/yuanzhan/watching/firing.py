"""What is firing, in a file of the data directory: a process that was killed told of it, and the next one has
to tell when it is well again.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import structlog

from yuanzhan.data_dir import write_private
from yuanzhan.watching.alerts import Alert, State

log = structlog.get_logger("yuanzhan.watching")


def read_firing(path: Path) -> list[Alert]:
    """What fired when the server ended; nothing where nobody knows."""
    try:
        found = json.loads(path.read_bytes())
        return [
            Alert(one["alert"], State.FIRING, one["value"], one["limit"], one["unit"], one["at_ms"])
            for one in found
        ]
    except FileNotFoundError:
        return []
    except (OSError, ValueError, KeyError, TypeError):
        log.warning("alerts_not_read", exc_info=True)
        return []


def write_firing(path: Path, firing: Sequence[Alert]) -> None:
    """Keep it. What cannot be written (a full disk may be what is told) is logged, and told all the same."""
    content = json.dumps([alert.to_json() for alert in firing]).encode()
    try:
        write_private(path, content)
    except OSError:
        log.warning("alerts_not_kept", exc_info=True)
