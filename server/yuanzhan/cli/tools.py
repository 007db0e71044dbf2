"""`yuanzhan tools`: install the Node packages that checking and optimising uploads need.

A working copy has them from `make`. A wheel brings the scripts and their package.json with exact versions;
npm puts the packages beside them, where Node looks first.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
from pathlib import Path
from typing import Final

from yuanzhan import bundle
from yuanzhan.errors.starting import ToolMissing

FOLDER: Final = Path(__file__).resolve().parents[1] / "jobs" / "node"


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declare the command."""
    parser = commands.add_parser("tools", help="install the Node packages that uploads are checked with")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Run npm and hand on its exit code. Raises ToolMissing where there is no npm."""
    npm = shutil.which("npm")
    if npm is None:
        raise ToolMissing(tool="npm")
    # The lock of a working copy is for everything in it; a wheel has none to write.
    words = ["install", "--omit=dev", "--no-package-lock", "--no-audit", "--no-fund", "--loglevel=error"]
    if bundle.working_copy() is not None:
        words = ["ci", "--no-audit", "--no-fund", "--loglevel=error"]
    return subprocess.run([npm, *words], cwd=bundle.working_copy() or FOLDER, check=False).returncode
