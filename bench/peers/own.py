"""Yuanzhan's own row, by its own command, from the same run of this bench."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from contextlib import suppress
from dataclasses import fields
from typing import Any, Final

from bench.peers.install import ROOT
from bench.peers.run import Run, cut_short

TITLE: Final = "Yuanzhan"
FOLDER: Final = "yuanzhan"
VISITORS_MIN_COUNT: Final = 1_000
"""In a thinner crowd there is not somebody near in each tick, and then there is nothing to send: the rate
says nothing about the server.
"""
_JOINS_PER_S: Final = 1_000.0
"""More than get through the door, so that all come as fast as they are let in."""
_LIMIT_S: Final = 300.0


def is_available() -> bool:
    """Whether the command is there."""
    return _command("--help").returncode == 0


def measure(visitors: int, seconds: float) -> Run:
    """One run of `yuanzhan bench crowd`."""
    size = ("--visitors", str(visitors), "--seconds", str(seconds))
    joining = ("--join-seconds", str(visitors / _JOINS_PER_S))
    try:
        answer = _command(*size, *joining, "--no-ceiling", "--json")
    except subprocess.TimeoutExpired:
        return cut_short(visitors, f"not done after {_LIMIT_S:.0f} s")
    if not answer.stdout.strip():
        return cut_short(visitors, answer.stderr.strip().rpartition("\n")[2] or "nothing was measured")
    figures: dict[str, Any] = json.loads(answer.stdout)
    return Run(**{field.name: figures[field.name] for field in fields(Run) if field.name in figures})


def _command(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Raises TimeoutExpired. However it ends, the server that the command started ends with it."""
    command = [sys.executable, "-m", "yuanzhan", "bench", "crowd", *arguments]
    with subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
    ) as process:
        try:
            out, errors = process.communicate(timeout=_LIMIT_S)
        finally:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
    return subprocess.CompletedProcess(command, process.returncode, out, errors)
