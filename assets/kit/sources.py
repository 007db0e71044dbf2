"""What a hall is made of: the files whose content decides what a build of it writes.

Only the parts of the kit that the hall imports count (and what those import in turn), so that a change of one
part marks only the halls that have it. Imports are read from the text: what else this process has imported
says nothing about the hall, and a hall need not be made to see that it is unchanged.
"""

from __future__ import annotations

import ast
import hashlib
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
KIT = Path(__file__).resolve().parent


def source_hash(folder: Path) -> str:
    """Of the names and contents of `source_files`."""
    digest = hashlib.sha256()
    for file in sorted(source_files(folder)):
        name = file.relative_to(folder.parents[1] if file.is_relative_to(folder) else ROOT)
        digest.update(name.as_posix().encode() + b"\0" + file.read_bytes() + b"\0")
    return digest.hexdigest()


def source_files(folder: Path) -> set[Path]:
    """The hall's own files, the builder, the parts that both import, and the pinned tools; not what the
    build writes.
    """
    own = {file for file in folder.rglob("*") if file.is_file() and _is_source(file.relative_to(folder))}
    found = own | {KIT / "build.py"}
    waiting = [file for file in found if file.suffix == ".py"]
    while waiting:
        new = set(imported_files(waiting.pop(), folder.parents[1])) - found
        found |= new
        waiting += new
    return found | {KIT / "optimise.mjs", ROOT / "package-lock.json"}


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
    return not {"built", "__pycache__"} & set(path.parts)
