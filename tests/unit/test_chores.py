"""Chores die aloud, and do not keep the stop waiting for ever."""

from __future__ import annotations

import asyncio
import signal
from asyncio.subprocess import PIPE

from structlog.testing import capture_logs

from yuanzhan import chores


async def test_a_chore_that_fails_is_heard_of() -> None:
    async def fail() -> None:
        raise RuntimeError("on purpose")

    with capture_logs() as logged:
        task = chores.begin("sweeping", fail())
        await chores.end(task, within_s=10.0)
        await asyncio.sleep(0)
    (line,) = logged
    assert (line["event"], line["chore"], line["log_level"]) == ("chore_failed", "sweeping", "critical")
    assert str(line["exc_info"]) == "on purpose"


async def test_one_that_ends_as_it_was_told_is_nothing_to_speak_of() -> None:
    stopping = asyncio.Event()

    async def work() -> None:
        await stopping.wait()

    with capture_logs() as logged:
        tasks = [chores.begin("one", work()), chores.begin("other", idle())]
        stopping.set()
        tasks[1].cancel()
        await chores.end(*tasks, within_s=10.0)
    assert logged == []
    assert all(task.done() for task in tasks)


async def idle() -> None:
    await asyncio.Event().wait()


async def test_one_that_does_not_end_is_named_and_left() -> None:
    let_go = asyncio.Event()

    async def cling() -> None:
        while not let_go.is_set():
            try:
                await let_go.wait()
            except asyncio.CancelledError:
                continue

    with capture_logs() as logged:
        task = chores.begin("clinging", cling())
        await asyncio.sleep(0)
        await chores.end(task, within_s=0.05)
    assert [(line["event"], line["chore"]) for line in logged] == [("chore_not_ended", "clinging")]
    assert not task.done()
    let_go.set()
    await task


async def test_a_process_that_does_not_heed_is_killed() -> None:
    process = await asyncio.create_subprocess_exec(
        "sh", "-c", "trap '' TERM; echo up; exec sleep 600", stdout=PIPE
    )
    assert process.stdout is not None
    assert await process.stdout.readline() == b"up\n"
    with capture_logs() as logged:
        await chores.end_process(process, within_s=0.05)
    assert (logged[0]["event"], logged[0]["killed"]) == ("process_not_ended", False)
    assert await process.wait() == -signal.SIGKILL


async def test_a_process_that_heeds_or_has_ended_is_nothing_to_speak_of() -> None:
    process = await asyncio.create_subprocess_exec("sleep", "600")
    with capture_logs() as logged:
        await chores.end_process(process, within_s=20.0)
        await chores.end_process(process, within_s=20.0)
    assert (logged, process.returncode) == ([], -signal.SIGTERM)
