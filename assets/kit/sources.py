"""What a hall is made of: whatever decides what a build of it writes.

Only the parts of the kit that the hall imports count (and what those import in turn), so that a change of one
part marks only the halls that have it. Imports are read from the text: what else this process has imported
says nothing about the hall, and a hall need not be made to see that it is unchanged. Of hall.toml only what
the build reads counts, of the npm lock file only the packages that it uses: words change no byte.
"""

from __future__ import annotations

import ast
import hashlib
import json
import tomllib
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
KIT = Path(__file__).resolve().parent
TOOLS = (
    "@fontsource/noto-serif-sc",
    "@gltf-transform/core",
    "@gltf-transform/extensions",
    "@gltf-transform/functions",
    "meshoptimizer",
    "sharp",
)
"""The npm packages that optimise.mjs, levels.mjs and sign.py use."""
BUILT_FROM = ("file", "sun", "sky", "booths")
"""The keys of hall.toml that the build and the floor finder read."""
WORDS = ("title", "body")
"""Keys of a booth that they do not."""


def source_hash(folder: Path) -> str:
    """Of the names and contents of `source_files`, of the hall's settings and of the tools."""
    digest = hashlib.sha256()
    # by their names in the repository, so that a copy of the folder elsewhere has the same hash
    named = {
        file.relative_to(folder.parents[1] if file.is_relative_to(folder) else ROOT).as_posix(): file
        for file in source_files(folder)
    }
    for name, file in sorted(named.items()):
        digest.update(name.encode() + b"\0" + file.read_bytes() + b"\0")
    for part in (_settings(folder / "hall.toml"), _tools(ROOT / "package-lock.json")):
        digest.update(json.dumps(part, sort_keys=True).encode() + b"\0")
    return digest.hexdigest()


def source_files(folder: Path) -> set[Path]:
    """The hall's own files but hall.toml, the builder and the parts that both import; not what the build
    writes, and not this file, which decides no byte of it.
    """
    own = {file for file in folder.rglob("*") if file.is_file() and _is_source(file.relative_to(folder))}
    found = own | {KIT / "build.py"}
    waiting = [file for file in found if file.suffix == ".py"]
    while waiting:
        new = set(imported_files(waiting.pop(), folder.parents[1])) - found
        found |= new
        waiting += new
    return (found | {KIT / "optimise.mjs", KIT / "levels.mjs"}) - {Path(__file__).resolve()}


def imported_files(file: Path, halls_root: Path) -> Iterator[Path]:
    """The modules of the kit and of halls that `file` names in an import, wherever in it. Each package on
    the way to a module is imported too.
    """
    for name in _imported_names(ast.parse(file.read_bytes())):
        parts = name.split(".")
        if parts[0] not in ("kit", "scenes"):
            continue
        base = KIT.parent if parts[0] == "kit" else halls_root
        for length in range(1, len(parts) + 1):
            path = base.joinpath(*parts[:length])
            yield from (each for each in (path.with_suffix(".py"), path / "__init__.py") if each.is_file())


def _imported_names(tree: ast.Module) -> Iterator[str]:
    """Dotted names. What `from a import b` imports may be a module as well as a thing in one."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def _is_source(path: Path) -> bool:
    return path != Path("hall.toml") and not {"built", "__pycache__"} & set(path.parts)


def _settings(hall_toml: Path) -> dict[str, object]:
    table = tomllib.loads(hall_toml.read_text(encoding="utf-8"))
    kept = {key: table[key] for key in BUILT_FROM if key in table}
    booths = [{key: booth[key] for key in booth if key not in WORDS} for booth in kept.get("booths", ())]
    return kept | {"booths": booths}


def _tools(lock_file: Path) -> dict[str, object]:
    packages = json.loads(lock_file.read_text(encoding="utf-8"))["packages"]
    return {name: packages[f"node_modules/{name}"]["integrity"] for name in TOOLS}
