"""python -m assets.halls [name ...]: every hall of scenes/ that has a make.py, built anew.

The same sources give the same bytes on the same machine; `--verify` builds into a folder of its own and
compares every file with what the repository has. Posters are photographs of the built hall and need a
browser: `--posters` takes them anew too, from the viewpoint of hall.toml named "poster", or its first.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
ASSETS = ROOT / "assets"
"""The kit is imported as `kit`, by itself and by the halls."""


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m assets.halls", description=__doc__.splitlines()[0])
    parser.add_argument("names", nargs="*", help="folders of scenes/; all when none is named")
    parser.add_argument("--posters", action="store_true", help="photograph the halls for the landing page")
    parser.add_argument(
        "--verify", action="store_true", help="change nothing; fail where a build differs from the repository"
    )
    options = parser.parse_args(arguments)
    folders = {path.parent.name: path.parent for path in sorted((ROOT / "scenes").glob("*/make.py"))}
    if unknown := set(options.names) - set(folders):
        parser.error(f"no such hall: {', '.join(sorted(unknown))}; there are {', '.join(folders)}")
    wanted = [folder for name, folder in folders.items() if not options.names or name in options.names]
    if options.verify:
        different = [folder for folder in wanted if not verify(folder)]
        return 1 if different else 0
    for folder in wanted:
        build(folder)
    if options.posters:
        for folder in wanted:
            _run("kit.look", folder.name, "--poster", "--view", "none")
    return 0


def build(folder: Path) -> None:
    """In a process of its own: what one hall leaves in memory cannot change the next."""
    _run("kit.build", str(folder), "--force")


def verify(folder: Path) -> bool:
    """Build a copy and compare. The poster is a photograph, not built: it is copied and stays."""
    with tempfile.TemporaryDirectory(prefix="yuanzhan-") as work:
        copy = Path(work) / "scenes" / folder.name
        shutil.copytree(
            folder, copy, ignore=shutil.ignore_patterns("__pycache__", "*.glb", "*.bin", "build.json")
        )
        (copy / "built" / "lightmap.webp").unlink(missing_ok=True)
        build(copy)
        here, there = _contents(folder / "built"), _contents(copy / "built")
    different = sorted(name for name in here.keys() | there.keys() if here.get(name) != there.get(name))
    verdict = f"differs: {', '.join(different)}" if different else f"{len(here)} files, the same bytes"
    print(f"{folder.name}: {verdict}", flush=True)
    return not different


def _contents(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()
    }


def _run(module: str, *words: str) -> None:
    subprocess.run([sys.executable, "-m", module, *words], cwd=ASSETS, check=True)


if __name__ == "__main__":
    sys.exit(main())
