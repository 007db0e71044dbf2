"""`yuanzhan tools`: npm is run where Node will look, and its absence is one sentence."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from yuanzhan import bundle
from yuanzhan.__main__ import main
from yuanzhan.cli import tools


def npm(folder: Path, code: int) -> None:
    """An npm that writes down how it was run."""
    script = folder / "npm"
    script.write_text(f'#!/bin/sh\n{{ pwd; echo "$@"; }} > "{folder}/ran"\nexit {code}\n', encoding="utf-8")
    script.chmod(0o755)


def test_npm_is_run_beside_the_scripts_of_a_wheel(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    npm(tmp_path, 0)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(bundle, "working_copy", lambda: None)
    assert main(["tools"]) == 0
    where, words = (tmp_path / "ran").read_text(encoding="utf-8").splitlines()
    assert Path(where) == tools.FOLDER
    assert words.split()[:2] == ["install", "--omit=dev"]


def test_in_a_working_copy_the_lock_decides(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    npm(tmp_path, 7)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert main(["tools"]) == 7
    where, words = (tmp_path / "ran").read_text(encoding="utf-8").splitlines()
    assert Path(where) == bundle.working_copy()
    assert words.split()[0] == "ci"


def test_without_npm_it_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("LC_ALL", "C")
    assert main(["tools"]) == 1
    assert "npm is missing" in capsys.readouterr().err


def test_the_scripts_bring_exact_versions() -> None:
    package = json.loads((tools.FOLDER / "package.json").read_text(encoding="utf-8"))
    assert package["dependencies"]
    assert all(version[0].isdigit() for version in package["dependencies"].values())
