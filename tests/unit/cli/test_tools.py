"""The scripts that run before anything is installed: one clear sentence for what is missing."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]


def run(words: list[str], path: Path, **extra: str) -> tuple[int, str, str]:
    """Run a script with nothing but `path` to find programs in."""
    done = subprocess.run(
        ["/bin/sh", *words],
        cwd=ROOT,
        env={"PATH": str(path), "HOME": str(path)} | extra,
        capture_output=True,
        text=True,
        timeout=30,
    )
    return done.returncode, done.stdout.strip(), done.stderr.strip()


@pytest.fixture
def empty(tmp_path: Path) -> Path:
    """A folder of programs with the few that a shell script needs."""
    for name in ("id", "cat", "grep"):
        found = next(path for path in (Path("/usr/bin") / name, Path("/bin") / name) if path.exists())
        (tmp_path / name).symlink_to(found)
    return tmp_path


def program(folder: Path, name: str, text: str) -> None:
    path = folder / name
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)


def test_without_python_it_says_which_and_how(empty: Path) -> None:
    code, _, said = run([".ci/tools.sh", "python"], empty)
    assert code == 1
    assert said == (
        "yuanzhan: There is no Python 3.11 or newer: install python3 and python3-venv, then run this again"
    )


def test_an_old_python_will_not_do(empty: Path) -> None:
    program(empty, "python3", "exit 1")
    code, _, said = run([".ci/tools.sh", "python"], empty, LANG="zh_CN.UTF-8")
    assert (code, said.count("\n")) == (1, 0)
    assert "没有找到 Python 3.11" in said


def test_a_python_without_venv_is_told_apart(empty: Path) -> None:
    program(empty, "python3", 'case "$2" in *venv*) exit 1 ;; esac')
    code, _, said = run([".ci/tools.sh", "python"], empty)
    assert code == 1
    assert said == "yuanzhan: python3 lacks the venv module: install python3-venv, then run this again"


def test_a_good_python_is_named(empty: Path) -> None:
    program(empty, "python3.12", "exit 0")
    assert run([".ci/tools.sh", "python"], empty) == (0, "python3.12", "")


def test_without_node_or_npm_it_says_so(empty: Path) -> None:
    code, _, said = run([".ci/tools.sh", "node"], empty)
    assert (code, said) == (
        1,
        "yuanzhan: node is missing: install Node.js 20.19 or newer, then run this again",
    )
    program(empty, "node", "exit 0")
    code, _, said = run([".ci/tools.sh", "node"], empty)
    assert (code, said) == (
        1,
        "yuanzhan: npm is missing: install Node.js 20.19 or newer, then run this again",
    )


def test_an_old_node_is_told_its_version(empty: Path) -> None:
    program(empty, "npm", "exit 0")
    program(empty, "node", 'case "$1" in --version) echo v18.0.0 ;; *) exit 1 ;; esac')
    code, _, said = run([".ci/tools.sh", "node"], empty)
    assert (code, said) == (
        1,
        "yuanzhan: Node.js v18.0.0 is too old: install 20.19 or newer, then run this again",
    )


@pytest.mark.skipif(os.geteuid() == 0, reason="root would install it")
def test_where_it_may_not_install_a_browser_it_says_exactly_what_to_run(empty: Path) -> None:
    code, _, said = run([".ci/browser.sh"], empty)
    assert (code, said) == (
        1,
        "yuanzhan: the browser tests need Chromium and a Chinese font, please run: "
        "sudo apt-get install chromium fontconfig fonts-noto-cjk",
    )


def test_a_browser_and_a_font_that_are_there_are_enough(empty: Path) -> None:
    program(empty, "chromium", "exit 0")
    program(empty, "fc-list", "echo Noto Sans CJK")
    assert run([".ci/browser.sh"], empty) == (0, "", "")
