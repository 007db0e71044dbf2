"""Commands as a terminal has them, in this process: a start of its own takes ten times as long as most
of them.
"""

from __future__ import annotations

import io
import logging
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path

import pytest
import structlog

from tests.support.process import environment
from yuanzhan.__main__ import main


@dataclass(frozen=True)
class Said:
    """How a command ended."""

    code: int
    out: str
    err: str


def run_command(*words: str | Path, said: str = "", **extra: str) -> Said:
    """`yuanzhan WORDS`, with `said` on its standard input and `extra` in an environment without settings and
    languages."""
    out, err = io.StringIO(), io.StringIO()
    with (
        pytest.MonkeyPatch.context() as patch,
        _logs_kept(),
        redirect_stdout(out),
        redirect_stderr(err),
    ):
        patch.setattr("os.environ", environment(**extra))
        patch.setattr("sys.stdin", io.StringIO(said))
        try:
            code = main([str(word) for word in words])
        except SystemExit as left:
            code = int(left.code or 0)
    return Said(code, out.getvalue(), err.getvalue())


@contextmanager
def _logs_kept() -> Iterator[None]:
    """Commands set up the logs of the process."""
    root, before = logging.getLogger(), structlog.get_config()
    handlers, level = root.handlers, root.level
    try:
        yield
    finally:
        structlog.configure(**before)
        root.handlers = handlers
        root.setLevel(level)
