"""Work that must not be left half-way: blocking work in a thread, a transaction; a full disk told as what
it is."""

from __future__ import annotations

import asyncio
import errno
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from typing import Any, Final, ParamSpec, TypeVar

from yuanzhan.errors.server import DiskFull

P = ParamSpec("P")
T = TypeVar("T")

_NO_ROOM: Final = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


async def in_thread(function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """`function` in another thread. Whoever is cancelled meanwhile waits for it to end: it may hold a
    file."""
    return await to_its_end(asyncio.to_thread(function, *args, **kwargs))


async def to_its_end(work: Coroutine[Any, Any, T]) -> T:
    """Await `work`, which goes on to its end even when this task is cancelled: a transaction that is left
    in the middle of a step can keep the database locked."""
    task = asyncio.ensure_future(work)
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        while not task.done():
            try:
                await asyncio.wait([task])
            except asyncio.CancelledError:
                continue
        if not task.cancelled():
            task.exception()
        raise


@contextmanager
def refusing_full_disk() -> Iterator[None]:
    """An OSError that means a full disk becomes DiskFull."""
    try:
        yield
    except OSError as error:
        if error.errno in _NO_ROOM:
            raise DiskFull() from error
        raise
