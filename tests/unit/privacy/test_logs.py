"""Logs are about nobody, as privacy/kinds.py says: no line of the program writes whom it is about."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from yuanzhan.privacy.kinds import KINDS, Ground

SERVER = Path(__file__).resolve().parents[3] / "server" / "yuanzhan"
LEVELS = {"debug", "info", "warning", "error", "critical", "exception"}
OF_SOMEBODY = {"account", "actor", "address", "device", "email", "id", "label", "login", "name", "person"} | {
    "organisation",
    "subject",
    "text",
    "visitor",
}


def logged() -> Iterator[tuple[str, str]]:
    """Where and under which name each value of a log line is written."""
    for path in SERVER.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
                continue
            if node.func.attr in LEVELS and isinstance(node.func.value, ast.Name | ast.Attribute):
                owner = node.func.value
                if (owner.id if isinstance(owner, ast.Name) else owner.attr) in ("log", "_log"):
                    for keyword in node.keywords:
                        yield f"{path.relative_to(SERVER)}:{node.lineno}", keyword.arg or "**"


def test_no_line_of_a_log_says_whom_it_is_about() -> None:
    (logs,) = [kind for kind in KINDS if kind.id == "logs"]
    assert logs.ground is Ground.NOBODY
    found = list(logged())
    assert len(found) > 20
    assert [(where, what) for where, what in found if what in OF_SOMEBODY] == []
