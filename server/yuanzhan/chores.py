"""Work that goes on beside the requests as long as the server runs.

    writing = begin("chat", chat_log.run())    # that it ended by an error is logged when it does
    ...
    chat_log.stop()                            # or writing.cancel()
    await end(writing, within_s=10.0)

A chore that dies is not seen from outside until somebody misses what it did, so it dies aloud; and one that
does not end must not keep the stop waiting for ever.
"""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from contextlib import suppress
from typing import Any

import structlog

log = structlog.get_logger("yuanzhan.app")


def begin(name: str, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
    """Start a chore. What it does not catch is logged as critical, once, at that moment."""
    task = asyncio.create_task(work, name=name)
    task.add_done_callback(_tell)
    return task


async def end(*tasks: asyncio.Task[None], within_s: float) -> None:
    """Wait for chores that were told to end. Who has not ended within `within_s` is logged and cancelled, and
    not waited for any more.
    """
    _, late = await asyncio.wait(tasks, timeout=within_s)
    for task in late:
        log.error("chore_not_ended", chore=task.get_name(), after_s=within_s)
        task.cancel()


async def end_process(process: asyncio.subprocess.Process, within_s: float) -> None:
    """Terminate a process of our own. Who has not ended within `within_s` is logged and killed, and not
    waited for longer than as much again: one that waits for a dead disk does not end by that either.
    """
    for is_last, end in enumerate((process.terminate, process.kill)):
        with suppress(ProcessLookupError):
            end()
        with suppress(TimeoutError):
            await asyncio.wait_for(process.wait(), within_s)
            return
        log.error("process_not_ended", process=process.pid, after_s=within_s, killed=bool(is_last))


def _tell(task: asyncio.Task[None]) -> None:
    if not task.cancelled() and (error := task.exception()) is not None:
        log.critical("chore_failed", chore=task.get_name(), exc_info=error)
