"""The children that work on uploads, seen and killed from outside as an operating system does."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Awaitable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import TypeVar

T = TypeVar("T")

# A user namespace that allows no further one: what a hardened container looks like from within.
NO_NAMESPACES = ["unshare", "--user", "--map-root-user", "sh", "-c",
                 'echo 0 > /proc/sys/user/max_user_namespaces && exec "$@"', "sh"]  # fmt: skip


async def killing_once(kinds: set[str], folder: Path, work: Awaitable[T]) -> T:
    """What `work` comes to while of each kind of step (a word of its command) one is killed: the first that
    runs in a folder below `folder`. At least one of each must have been there."""
    left = set(kinds)
    task = asyncio.ensure_future(work)
    while not task.done():
        for pid, command in _steps_in(folder):
            for kind in [kind for kind in left if kind in command]:
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
                    left.remove(kind)
        await asyncio.sleep(0.002)
    assert left == set()
    return await task


def _steps_in(folder: Path) -> Iterator[tuple[int, str]]:
    """The steps without who keeps them, each with its command."""
    for path in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            command = (path / "cmdline").read_bytes().decode("utf-8", "replace")
            if "keeper.py" not in command and (path / "cwd").readlink().is_relative_to(folder):
                yield int(path.name), command
