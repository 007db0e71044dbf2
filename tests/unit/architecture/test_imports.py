"""The layers of the server as one table: imports point down only, other packages stay in their rooms."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parents[3] / "server" / "yuanzhan"

# What the modules of each room may import from the others. A room is a package, or a module beside them.
BELOW_ALL = {"errors", "bundle", ""}
MAY_IMPORT: dict[str, set[str]] = {
    "": set(),
    "errors": set(),
    "bundle": set(),
    "catalogue": BELOW_ALL,
    "data_dir": BELOW_ALL,
    "settings": BELOW_ALL,
    "logs": set(),
    "instants": set(),
    "access": BELOW_ALL,
    "store": BELOW_ALL | {"access", "data_dir", "instants"},
    "accounts": BELOW_ALL | {"access", "instants", "protocol", "store"},
    "oidc": BELOW_ALL,
    "uring": set(),
    "collecting": set(),
    "chores": set(),
    "cutoff": set(),
    "booths": BELOW_ALL | {"access", "instants", "jobs", "scene", "store"},
    "protocol": BELOW_ALL,
    "hall": BELOW_ALL | {"protocol"},
    "scene": BELOW_ALL,
    "jobs": BELOW_ALL | {"catalogue", "scene", "settings"},
    "client": BELOW_ALL | {"protocol", "crowd_view"},
    "crowd_view": BELOW_ALL | {"protocol"},
    "bots": BELOW_ALL | {"protocol", "client", "crowd_view", "scene"},
    "bench": BELOW_ALL | {"uring", "protocol", "crowd_view", "bots"},
    "visits": BELOW_ALL | {"access", "hall", "instants", "store"},
    "moderation": BELOW_ALL | {"access", "instants", "store"},
    "events": BELOW_ALL | {"access", "catalogue", "instants", "moderation", "store"},
    "outreach": BELOW_ALL | {"access", "catalogue", "instants", "store"},
    "privacy": BELOW_ALL | {"access", "catalogue", "instants", "moderation", "settings", "store"},
    "watching": BELOW_ALL | {"data_dir", "settings"},
    "live": BELOW_ALL
    | {"uring", "access", "instants", "protocol", "hall", "moderation", "events"}
    | {"outreach"},
    "web": BELOW_ALL
    | {
        "access",
        "accounts",
        "catalogue",
        "data_dir",
        "instants",
        "protocol",
        "scene",
        "moderation",
        "booths",
        "oidc",
        "events",
        "outreach",
        "privacy",
        "store",
        "visits",
        "watching",
    },
    "reach": BELOW_ALL | {"settings", "web"},
    "showing": BELOW_ALL | {"scene", "hall", "live", "outreach", "store", "visits", "web"},
    "workshop": BELOW_ALL | {"booths", "chores", "instants", "jobs", "scene", "settings", "store"},
    "app": BELOW_ALL
    | {
        "collecting",
        "catalogue",
        "chores",
        "cutoff",
        "data_dir",
        "events",
        "settings",
        "scene",
        "jobs",
        "hall",
        "instants",
        "live",
        "moderation",
        "oidc",
        "outreach",
        "privacy",
        "watching",
        "web",
    }
    | {"access", "store", "showing", "accounts", "booths", "reach", "visits", "workshop"},
    "cli": BELOW_ALL
    | {"catalogue", "settings", "logs", "scene", "jobs", "app", "bench", "bots"}
    | {"access", "accounts", "data_dir", "instants", "privacy", "reach", "store"},
    "__main__": BELOW_ALL | {"catalogue", "cli"},
}

# Third-party packages and the only rooms that may know them.
ROOMS_OF: dict[str, set[str]] = {
    "aiohttp": {"web", "watching", "oidc", "live", "app", "bots"},
    "alembic": {"store"},
    "argon2": {"accounts"},
    "icalendar": {"events"},
    "pyotp": {"accounts"},
    "jwt": {"oidc"},
    "cryptography": {"accounts", "store", "web"},
    "prometheus_client": {"web"},
    "pydantic": {"booths", "web"},
    "pydantic_core": {"booths"},
    "segno": {"cli", "web"},
    "uvloop": {"app", "bots"},
    "sqlalchemy": {"store"},
    "obstore": {"store"},
    "structlog": {
        "accounts",
        "app",
        "booths",
        "chores",
        "cli",
        "cutoff",
        "events",
        "live",
        "logs",
        "moderation",
        "oidc",
        "outreach",
        "privacy",
        "showing",
        "store",
        "visits",
        "watching",
        "web",
        "workshop",
    },
    "msgpack": {"protocol"},
    "ahocorasick_rs": {"moderation"},
    "confusable_homoglyphs": {"moderation"},
    "pypinyin": {"moderation"},
    "regex": {"protocol"},
    "websockets": {"bots", "client", "protocol"},
    "numpy": {
        "protocol",
        "hall",
        "scene",
        "client",
        "crowd_view",
        "bench",
        "bots",
        "live",
        "store",
        "uring",
        "visits",
    },
    "scipy": {"bots", "scene"},
    "meshoptimizer": {"scene"},
    "DracoPy": {"scene"},
    "PIL": {"jobs", "scene"},
}

# Habit of the sans-I/O rooms: no clock, no socket, no loop. Time and randomness come as arguments.
SANS_IO = {"protocol", "hall"}
NOT_SANS_IO = {"asyncio", "socket", "time", "threading", "selectors", "ssl", "aiohttp", "subprocess"}

MODULES = sorted(PACKAGE.rglob("*.py"))


def name_of(path: Path) -> str:
    parts = path.relative_to(PACKAGE.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def room_of(module: str) -> str:
    """yuanzhan.hall.crowd -> hall; yuanzhan -> the empty name."""
    return module.split(".")[1] if "." in module else ""


def imports_of(path: Path) -> Iterator[tuple[int, str]]:
    """Line and full name of everything that a module imports, wherever in it."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield node.lineno, alias.name
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}:{node.lineno}: relative import"
            if node.module == "yuanzhan":
                for alias in node.names:
                    yield node.lineno, f"yuanzhan.{alias.name}"
            else:
                yield node.lineno, str(node.module)


NAMES = {name_of(path) for path in MODULES}


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_imports_point_down_only(path: Path) -> None:
    room = room_of(name_of(path))
    assert room in MAY_IMPORT, f"{room} is not in the table"
    for line, imported in imports_of(path):
        if imported.split(".")[0] != "yuanzhan":
            continue
        other = room_of(imported)
        if other.startswith("__version__") or other == room:
            continue
        assert other in MAY_IMPORT[room], f"{path}:{line}: {room} may not import {other}"


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_third_party_packages_stay_in_their_rooms(path: Path) -> None:
    room = room_of(name_of(path))
    for line, imported in imports_of(path):
        package = imported.split(".")[0]
        if package == "yuanzhan" or package in sys.stdlib_module_names:
            continue
        assert package in ROOMS_OF, f"{path}:{line}: {package} is not in the table"
        assert room in ROOMS_OF[package], f"{path}:{line}: {room} may not import {package}"


@pytest.mark.parametrize("path", [path for path in MODULES if room_of(name_of(path)) in SANS_IO], ids=name_of)
def test_the_sans_io_rooms_know_no_clock_no_socket_and_no_loop(path: Path) -> None:
    for line, imported in imports_of(path):
        assert imported.split(".")[0] not in NOT_SANS_IO, f"{path}:{line}: imports {imported}"
        if imported.startswith("websockets"):
            assert imported in SANS_IO_WEBSOCKETS, f"{path}:{line}: imports {imported}"


# The part of websockets that opens no socket.
SANS_IO_WEBSOCKETS = {
    "websockets.exceptions",
    "websockets.extensions",
    "websockets.frames",
    "websockets.protocol",
    "websockets.server",
    "websockets.speedups",
    "websockets.streams",
    "websockets.typing",
    "websockets.utils",
}


def test_every_module_can_be_imported_alone() -> None:
    """None waits for another that waits for it, so what a module needs is there whoever is imported first.
    Those that no other one imports are, each with none of ours loaded, and all others with them.
    """
    needs = {name_of(path): needed_by(path) for path in MODULES}
    try:
        TopologicalSorter(needs).prepare()
    except CycleError as error:
        pytest.fail(f"a circle of imports: {error.args[1]}")
    script = """
import importlib, sys
for name in sys.argv[1:]:
    for loaded in [m for m in sys.modules if m == "yuanzhan" or m.startswith("yuanzhan.")]:
        del sys.modules[loaded]
    importlib.import_module(name)
"""
    names = [name for name in needs if name not in set().union(*needs.values()) and "__main__" not in name]
    done = subprocess.run([sys.executable, "-c", script, *names], capture_output=True, text=True, timeout=100)
    assert done.returncode == 0, done.stderr


def needed_by(path: Path) -> set[str]:
    """Modules of ours that have to be there before this one is: what functions import, and what only the
    checker of types does, may come later.
    """
    found: set[str] = set()
    for node in run_at_import(ast.parse(path.read_text(encoding="utf-8"))):
        imported = [alias.name for alias in node.names]
        if isinstance(node, ast.ImportFrom):
            module = str(node.module)
            imported = [f"{module}.{name}" if f"{module}.{name}" in NAMES else module for name in imported]
        found.update(name for name in imported if name in NAMES)
    return found - {name_of(path)}


def run_at_import(node: ast.AST) -> Iterator[ast.Import | ast.ImportFrom]:
    """The imports among the statements of a module that run when it is imported."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.Import | ast.ImportFrom):
            yield child
        elif isinstance(child, ast.If) and ast.unparse(child.test) == "TYPE_CHECKING":
            continue
        elif not isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            yield from run_at_import(child)


def test_the_two_lowest_layers_load_no_network_code() -> None:
    """Not even by way of somebody else: they are tested, fuzzed and measured with no socket open."""
    script = """
import sys
import yuanzhan.protocol.codec, yuanzhan.hall.hall
print(*sorted(name for name in ("aiohttp", "asyncio", "ssl") if name in sys.modules))
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=100)
    assert (done.returncode, done.stdout.split()) == (0, []), done.stderr


def test_what_starts_loads_little() -> None:
    """A command before it runs, no library; the server none that only a child or a bench of it uses."""
    script = """
import sys
import yuanzhan.__main__
print(*sorted(name for name in ("aiohttp", "numpy", "sqlalchemy") if name in sys.modules))
import yuanzhan.app.serving
print(*sorted(name for name in ("scipy", "yuanzhan.bench.crowd") if name in sys.modules))
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=100)
    assert (done.returncode, done.stdout) == (0, "\n\n"), done.stderr
