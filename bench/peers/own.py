"""Yuanzhan's own row, by its own command, from the same run of this bench."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import fields
from typing import Any, Final

from bench.peers.install import ROOT
from bench.peers.run import Run

TITLE: Final = "Yuanzhan"
FOLDER: Final = "yuanzhan"
_JOIN_S: Final = 1.0
"""The doors' time: shorter than anybody needs, so that all come as fast as they are let in."""
_LIMIT_S: Final = 300.0


def is_available() -> bool:
    """Whether the command is there."""
    return _command("--help").returncode == 0


def measure(visitors: int, seconds: float) -> Run:
    """One run of `yuanzhan bench crowd`."""
    size = ("--visitors", str(visitors), "--seconds", str(seconds), "--join-seconds", str(_JOIN_S))
    answer = _command(*size, "--no-ceiling", "--json")
    if not answer.stdout.strip():
        raise RuntimeError(f"yuanzhan bench crowd said nothing: {answer.stderr[-500:]}")
    figures: dict[str, Any] = json.loads(answer.stdout)
    return Run(**{field.name: figures[field.name] for field in fields(Run) if field.name in figures})


def _command(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "yuanzhan", "bench", "crowd", *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=_LIMIT_S)
