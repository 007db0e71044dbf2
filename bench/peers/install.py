"""Installs the peers, each from its package registry by its own lock file, into `.state/peers/`, which Git
ignores: nothing of them is part of the project's own environment.

`python -m bench.peers.install` installs what is not there yet, `--lock` resolves the pinned versions anew.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import shutil
import subprocess
import sys
import venv
from pathlib import Path
from typing import Final

HERE: Final = Path(__file__).resolve().parent
ROOT: Final = HERE.parent.parent
SCRATCH: Final = ROOT / ".state" / "peers"
_STAMP: Final = "installed-from"


def install(folder: str) -> Path:
    """What the peer in `bench/peers/<folder>` needs: its scratch folder. Raises CalledProcessError."""
    source, target = HERE / folder, SCRATCH / folder
    target.mkdir(parents=True, exist_ok=True)
    node = (source / "package.json").exists()
    if node:
        # Modules are looked for beside the file that imports them.
        for file in [*source.glob("*.mjs"), *source.glob("package*.json")]:
            shutil.copy(file, target)
    lock = source / ("package-lock.json" if node else "requirements.txt")
    stamp, version = target / _STAMP, hashlib.sha256(lock.read_bytes()).hexdigest()
    if not stamp.exists() or stamp.read_text() != version:
        print(f"installing {folder}", file=sys.stderr)
        (_install_node if node else _install_python)(source, target)
        stamp.write_text(version)
    return target


def lock(folder: str) -> None:
    """Write the peer's lock file anew. Needs npm or uv; the registry's addresses stay out of it."""
    source = HERE / folder
    if (source / "package.json").exists():
        _run("npm", "install", "--package-lock-only", "--omit-lockfile-registry-resolved", cwd=source)
        path = source / "package-lock.json"
        content = json.loads(path.read_text())
        for package in content["packages"].values():
            package.pop("funding", None)
        path.write_text(json.dumps(content, indent=2) + "\n")
        return
    flags = ["--python-version=3.11", "--universal", "--quiet", "--generate-hashes", "--no-header"]
    flags += ["--no-emit-index-url", "--no-emit-find-links", "--output-file=requirements.txt"]
    _run("uv", "pip", "compile", "requirements.in", *flags, cwd=source)


def versions(folder: str) -> dict[str, str]:
    """The pinned versions of what the peer is made of."""
    source = HERE / folder
    if (source / "package.json").exists():
        content = json.loads((source / "package.json").read_text())
        pinned: dict[str, str] = content["dependencies"]
        node = next(iter(content["optionalDependencies"].values()))
        return {**pinned, "node": node}
    lines = (source / "requirements.in").read_text().splitlines()
    return dict(line.split("==") for line in lines if "==" in line)


def _install_node(source: Path, target: Path) -> None:
    _run("npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error", cwd=target)


def _install_python(source: Path, target: Path) -> None:
    venv.create(target / "venv", clear=True, with_pip=True)
    pip = (str(target / "venv/bin/python"), "-m", "pip", "--disable-pip-version-check", "-qq", "--no-input")
    _run(*pip, "install", "--require-hashes", "-r", str(source / "requirements.txt"), cwd=target)


def _run(*command: str, cwd: Path) -> None:
    subprocess.run(command, cwd=cwd, check=True, stdout=sys.stderr)


def main() -> None:
    """All peers, or one."""
    from bench.peers.table import PEERS

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lock", action="store_true", help="resolve the pinned versions anew")
    options = parser.parse_args()
    for peer in PEERS:
        (lock if options.lock else install)(peer.folder)


if __name__ == "__main__":
    main()
