"""`make dev` ends when its server does not start, and says why."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from tests.support.process import environment

ROOT = Path(__file__).parents[2]


def test_a_server_that_does_not_start_ends_it_with_the_servers_words(tmp_path: Path) -> None:
    # In place of npm, which would serve pages: a program that runs until it is told to end.
    npm = tmp_path / "npm"
    npm.write_text("#!/bin/sh\nexec sleep 600\n")
    npm.chmod(0o755)
    (tmp_path / "file").write_text("not a folder")
    done = subprocess.run(
        [sys.executable, ROOT / ".ci" / "dev.py"],
        env=environment(
            PATH=f"{tmp_path}:{os.environ['PATH']}", YUANZHAN_DATA_DIR=str(tmp_path / "file" / "data")
        ),
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 1
    assert "cannot be written" in done.stderr


def test_on_a_clean_clone_the_pages_are_built_first() -> None:
    plan = subprocess.run(
        ["make", "--dry-run", "--always-make", "dev"], cwd=ROOT, capture_output=True, text=True, timeout=60
    )
    assert plan.stdout.index("build --workspace client") < plan.stdout.index(".ci/dev.py")
