"""What may be wrong with an upload: one table, complete, in both languages, documented, fit to be shown."""

from __future__ import annotations

import ast
import dataclasses
import importlib
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yuanzhan.errors.starting import SceneInvalid
from yuanzhan.scene.issues import QUOTED_MAX, Severity, issue_of, quoted, refused, table, told
from yuanzhan.scene.limits import UploadLimits

ROOT = Path(__file__).resolve().parents[3]
AUTHORING = (ROOT / "docs" / "authoring.md").read_text(encoding="utf-8")
HELD = "What an upload and a booth may hold"
NAMES = re.compile(r"\{(\w+)\}")


@pytest.mark.parametrize("code", table())
def test_each_code_has_a_severity_and_both_sentences_with_the_same_names(code: str) -> None:
    entry = table()[code]
    assert sorted(entry) == ["en", "severity", "zh"]
    assert Severity(entry["severity"])
    assert set(NAMES.findall(entry["zh"])) == set(NAMES.findall(entry["en"]))
    assert entry["zh"].endswith(("。", "{detail}"))


def codes_in_the_code() -> dict[str, set[str]]:
    """Each code that is told or refused by its name somewhere, with the names that are filled in there; those
    of `**names` cannot be seen, and leave an empty one."""
    found: dict[str, set[str]] = {}
    for path in (ROOT / "server" / "yuanzhan").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
                continue
            place = {"told": 0, "refused": 1}.get(node.func.id)
            if place is None or len(node.args) <= place:
                continue
            code = node.args[place]
            if isinstance(code, ast.Constant) and isinstance(code.value, str) and code.value.isupper():
                names = {keyword.arg or "" for keyword in node.keywords}
                found.setdefault(code.value, set()).update(names)
    return found


def test_each_code_that_is_told_is_in_the_table_with_its_names() -> None:
    found = codes_in_the_code()
    needed = {code: set(NAMES.findall(table()[code]["en"])) for code in found}
    assert {code: names for code, names in found.items() if "" not in names and names != needed[code]} == {}
    assert len(found) > 50


def test_the_table_has_no_code_that_nobody_tells() -> None:
    server = ROOT / "server" / "yuanzhan"
    texts = [p.read_text(encoding="utf-8") for p in (*server.rglob("*.py"), *server.rglob("*.mjs"))]
    mentioned = set(re.findall(r"""["']([A-Z_]{4,})["']""", "".join(texts)))
    ours = {code for code in table() if not code.startswith("VALIDATOR_")}
    assert ours - mentioned == set()


def section(title: str) -> str:
    return AUTHORING.split(f"\n## {title}\n", 1)[1].split("\n## ", 1)[0]


def test_each_code_of_ours_is_documented() -> None:
    documented = set(re.findall(r"`([A-Z_]{4,})`", section("What the check of an upload says")))
    ours = {code for code in table() if not code.startswith("VALIDATOR_")}
    assert documented - {"VALIDATOR_"} == ours | {"VALIDATOR_ERROR", "VALIDATOR_WARNING"}


def test_each_limit_is_documented_with_its_value() -> None:
    rows = re.findall(r"^\| `(\w+)` \| ([^|]+) \|", section(HELD), re.MULTILINE)
    expected = {}
    for limit in dataclasses.fields(UploadLimits):
        unit, value = limit.metadata["unit"], int(str(limit.default))
        is_large = unit == "bytes" and value >= 1 << 20
        expected[limit.name] = f"{value >> 20} MB" if is_large else f"{value:,} {unit}"
    assert dict(rows) == expected


UNITS = {"kB": 1 << 10, "MB": 1 << 20}
# Limits by their names, wherever they are declared; and what has no such name.
LIMIT = re.compile(r"[A-Z][A-Z_]*_(MAX|MIN|SECONDS)(_[A-Z]+)?")
OTHERS = (
    "booths.panels.PICTURE_BYTES",
    "jobs.child.BUSY_FACTOR",
    "jobs.child.Limits.file_bytes",
    "jobs.child.Limits.open_files",
    "jobs.child.Limits.output_bytes",
    "jobs.ktx2.PATIENCE",
    "jobs.optimise.GRACE",
)


def declared_limits() -> set[str]:
    """The names of those that the modules of booths and jobs declare."""
    found = set(OTHERS)
    for package in ("booths", "jobs"):
        for path in (ROOT / "server" / "yuanzhan" / package).glob("*.py"):
            for node in ast.parse(path.read_text(encoding="utf-8")).body:
                if isinstance(node, ast.AnnAssign) and LIMIT.fullmatch(ast.unparse(node.target)):
                    found.add(f"{package}.{path.stem}.{ast.unparse(node.target)}")
    return found


def value_of(name: str) -> float:
    """What the code has there."""
    package, module, *path = name.split(".")
    value: Any = importlib.import_module(f"yuanzhan.{package}.{module}")
    if path[:-1] == ["Limits"]:
        return float(getattr(value.Limits(), path[-1]))
    return float(getattr(value, path[0]))


def test_each_limit_of_children_and_booths_is_documented_with_its_value() -> None:
    rows = re.findall(
        r"^\| `(\w+\.[\w.]+)` \| ([\d,.]+) (\w+) \|",
        section(HELD),
        re.MULTILINE,
    )
    told = {name: float(number.replace(",", "")) * UNITS.get(unit, 1) for name, number, unit in rows}
    assert told == {name: value_of(name) for name in declared_limits()}


def test_sentences_are_filled_once_and_numbers_have_commas() -> None:
    issue = told("TOO_MANY", "/nodes", what="{count}", count=12345, limit=1)
    assert "12,345" in issue.message
    assert "{count}" in issue.message
    assert issue.json() == {
        "code": "TOO_MANY",
        "severity": "error",
        "message": {"zh": issue.zh, "en": issue.message},
        "pointer": "/nodes",
    }


@given(st.text(max_size=400))
def test_what_a_file_says_is_one_short_line_without_control_characters(text: str) -> None:
    shown = quoted(text)
    assert shown.isprintable()
    assert len(shown) <= QUOTED_MAX + 1


def test_an_error_without_a_code_is_told_in_its_own_words() -> None:
    error = SceneInvalid(file="a.glb", detail="there is no nodes[3]")
    assert issue_of(error).code == "GLTF_INVALID"
    assert "there is no nodes[3]" in issue_of(error).zh
    assert issue_of(refused("a.glb", "FILE_EMPTY")).code == "FILE_EMPTY"
