"""Textures for the graphics card: made when nothing is checked, given up for a check, never in the way."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from tests.support.exhibitors import LIN, OPERATOR, Exhibitors, PlainSteps
from tests.support.patience import until
from tests.unit.booths.test_runner import Gated, settled
from yuanzhan.booths.compressor import AGAIN_MS, ATTEMPTS_MAX, LATER_MS, TURN_MS, Compressed, Compressor
from yuanzhan.booths.runner import Rest, Runner
from yuanzhan.booths.stands import Stands
from yuanzhan.booths.steps import JobSteps
from yuanzhan.errors.server import DiskFull
from yuanzhan.errors.starting import ToolMissing
from yuanzhan.jobs.check import CheckLimits
from yuanzhan.jobs.optimise import OptimiseOptions
from yuanzhan.scene.limits import UploadLimits
from yuanzhan.scene.stands import Stand
from yuanzhan.store import booth_queries as queries
from yuanzhan.store.booths import VersionRow


class Compressing:
    """Makes a file of each model that is worth it; waits while `go_on` is not set, and fails with `error`."""

    def __init__(self) -> None:
        self.begun: list[bytes] = []
        self.ended = 0
        self.error: Exception | None = None
        self.go_on = asyncio.Event()
        self.go_on.set()
        self.is_worth_it = True
        self.is_unlucky = False

    def has_ended(self, times: int) -> bool:
        return self.ended == times

    def may_save(self, optimised: dict[str, Any]) -> bool:
        return self.is_worth_it

    async def compress(self, model: Path, folder: Path) -> Compressed:
        content = await asyncio.to_thread(model.read_bytes)
        self.begun.append(content)
        try:
            await self.go_on.wait()
        finally:
            self.ended += 1
        if self.error is not None:
            raise self.error
        if self.is_unlucky:
            return Compressed(None, {"reason": "not done after 3600 s"}, again=True)
        (folder / "made.glb").write_bytes(b"ktx2 " + content)
        return Compressed(folder / "made.glb", {"reason": "", "saved_bytes": 3})


@asynccontextmanager
async def working(
    exhibitors: Exhibitors, compress: Compressing, steps: PlainSteps | None = None
) -> AsyncIterator[Runner]:
    """A runner and a compressor at work until the block ends."""
    work = exhibitors.folder / "work"
    runner = Runner(
        exhibitors.database,
        exhibitors.stock,
        steps or PlainSteps(),
        work,
        at_once=1,
        clock=exhibitors.clock,
    )
    compressor = Compressor(
        exhibitors.database,
        exhibitors.stock,
        compress,
        work,
        runner.rest,
        on_shown=exhibitors._on_shown,
        clock=exhibitors.clock,
    )
    tasks = [asyncio.create_task(runner.run()), asyncio.create_task(compressor.run())]
    try:
        yield runner
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.wait(tasks)


async def released(exhibitors: Exhibitors, booth: str) -> bool:
    """Whether nobody works on the booth's first version."""
    async with exhibitors.database.reading() as session:
        row = await session.get(VersionRow, (booth, 1))
    return row is not None and row.claimed_by is None


async def textures(exhibitors: Exhibitors, booth: str) -> list[dict[str, Any] | None]:
    return [version["textures"] for version in await exhibitors.versions(booth)]


async def all_told(exhibitors: Exhibitors, booth: str) -> bool:
    return None not in await textures(exhibitors, booth)


async def test_a_ready_version_gets_a_second_model_that_is_served_and_kept(exhibitors: Exhibitors) -> None:
    booth = await exhibitors.booth()
    await exhibitors.upload(booth, b"model")
    async with working(exhibitors, Compressing()):
        await until(lambda: all_told(exhibitors, booth))
    (told,) = await textures(exhibitors, booth)
    assert told is not None
    name = told["url"].removeprefix("/files/")
    assert exhibitors.objects.path(name).read_bytes() == b"ktx2 small model"
    async with exhibitors.database.reading() as session:
        assert name in await queries.needed_objects(session)
    assert list((exhibitors.folder / "work").iterdir()) == []


async def test_visitors_of_a_published_booth_are_told(exhibitors: Exhibitors) -> None:
    booth = await exhibitors.booth()
    await exhibitors.upload(booth, b"model")
    compress = Compressing()
    compress.go_on.clear()
    async with working(exhibitors, compress):
        await settled(exhibitors, booth)
        await exhibitors.dress(booth)
        await exhibitors.publication.submit(LIN, booth, 1)
        await exhibitors.publication.approve(OPERATOR, booth, 1)
        exhibitors.shown.clear()
        compress.go_on.set()
        await until(lambda: exhibitors.shown)
    assert exhibitors.shown == ["first"]
    shown: dict[str, Sequence[Stand]] = {}
    await Stands(exhibitors.database, shown.__setitem__).show(["first"])
    (stand,) = shown["first"]
    (told,) = await textures(exhibitors, booth)
    assert told is not None
    assert (stand.ktx2, stand.url != stand.ktx2) == (told["url"], True)


async def test_a_check_comes_first_and_what_was_begun_is_begun_anew(exhibitors: Exhibitors) -> None:
    first, second = await exhibitors.booth(), await exhibitors.booth()
    await exhibitors.upload(first, b"one")
    compress, steps = Compressing(), Gated("check")
    compress.go_on.clear()
    steps.go_on.set()
    async with working(exhibitors, compress, steps) as runner:
        await until(lambda: compress.begun)
        steps.go_on.clear()
        await exhibitors.upload(second, b"two")
        runner.wake()
        await until(lambda: len(steps.checked) == 2 and compress.ended == 1)
        await asyncio.sleep(0.05)
        assert compress.begun == [b"small one"], "nothing is compressed while something is checked"
        compress.go_on.set()
        steps.go_on.set()
        await until(lambda: all_told(exhibitors, first))
        await until(lambda: all_told(exhibitors, second))
    assert sorted(compress.begun) == [b"small one", b"small one", b"small two"]


class Stubborn(Compressing):
    """Does not end when it is told to, until it is let go: as a child that hangs."""

    def __init__(self) -> None:
        super().__init__()
        self.go_on.clear()
        self.let_go = asyncio.Event()

    async def compress(self, model: Path, folder: Path) -> Compressed:
        try:
            return await super().compress(model, folder)
        except asyncio.CancelledError:
            await self.let_go.wait()
            raise


async def test_no_check_waits_for_one_that_does_not_end(exhibitors: Exhibitors) -> None:
    first, second = await exhibitors.booth(), await exhibitors.booth()
    await exhibitors.upload(first, b"one")
    compress = Stubborn()
    async with working(exhibitors, compress) as runner:
        await until(lambda: compress.begun)
        await exhibitors.upload(second, b"two")
        runner.wake()
        assert (await settled(exhibitors, second))["state"] == "ready"
        assert await textures(exhibitors, first) == [None]
        compress.let_go.set()


async def test_a_stop_loses_nothing_and_does_nothing_twice(exhibitors: Exhibitors) -> None:
    booth = await exhibitors.booth()
    await exhibitors.upload(booth, b"model")
    hanging, compress = Compressing(), Compressing()
    hanging.go_on.clear()
    async with working(exhibitors, hanging):
        await until(lambda: hanging.begun)
    async with exhibitors.database.transaction() as session:
        row = await session.get(VersionRow, (booth, 1))
        assert row is not None
        row.claimed_by, row.claimed_until_ms = "a server that was killed", 1 << 50
    async with exhibitors.database.transaction() as session:
        await queries.release_claims(session)
    async with working(exhibitors, compress):
        await until(lambda: all_told(exhibitors, booth))
    async with working(exhibitors, compress) as runner:
        await runner.rest.begun.wait()
        await asyncio.sleep(0.05)
    assert compress.begun == [b"small model"]


async def test_where_it_fails_the_model_stays_and_it_is_not_tried_again(exhibitors: Exhibitors) -> None:
    booth = await exhibitors.booth()
    await exhibitors.upload(booth, b"model")
    compress = Compressing()
    compress.error = RuntimeError("broken")
    async with working(exhibitors, compress):
        await until(lambda: all_told(exhibitors, booth))
    (version,) = await exhibitors.versions(booth)
    assert (version["state"], version["textures"]) == ("ready", {"reason": "RuntimeError"})
    assert version["model"] is not None
    assert len(compress.begun) == 1


@pytest.mark.parametrize("error", [DiskFull(), ToolMissing(tool="node")])
async def test_what_is_no_fault_of_the_model_is_waited_for(
    exhibitors: Exhibitors, error: Exception, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("yuanzhan.booths.compressor.LOOK_S", 0.05)
    booth = await exhibitors.booth()
    await exhibitors.upload(booth, b"model")
    compress = Compressing()
    compress.error = error
    async with working(exhibitors, compress):
        await until(lambda: compress.ended == 1)
        await until(lambda: released(exhibitors, booth))
        assert await textures(exhibitors, booth) == [None]
        compress.error = None
        exhibitors.now_ms += AGAIN_MS * 2
        await until(lambda: all_told(exhibitors, booth))
    assert compress.begun == [b"small model"] * 2


async def test_what_ran_out_of_time_is_tried_again_later_a_few_times(
    exhibitors: Exhibitors, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("yuanzhan.booths.compressor.LOOK_S", 0.02)
    booth = await exhibitors.booth()
    await exhibitors.upload(booth, b"model")
    compress = Compressing()
    compress.is_unlucky = True
    async with working(exhibitors, compress):
        for times in range(1, ATTEMPTS_MAX):
            await until(partial(compress.has_ended, times))
            await until(lambda: released(exhibitors, booth))
            await asyncio.sleep(0.1)
            assert compress.ended == times, "not before its time"
            assert await textures(exhibitors, booth) == [None]
            exhibitors.now_ms += LATER_MS + 1
        await until(lambda: all_told(exhibitors, booth))
    assert compress.ended == ATTEMPTS_MAX
    assert await textures(exhibitors, booth) == [{"reason": "not done after 3600 s"}]


async def test_where_checks_leave_no_pause_one_is_converted_beside_them(
    exhibitors: Exhibitors, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("yuanzhan.booths.compressor.LOOK_S", 0.02)
    first, second = await exhibitors.booth(), await exhibitors.booth()
    await exhibitors.upload(first, b"one")
    compress, steps = Compressing(), Gated("check")
    compress.go_on.clear()
    steps.go_on.set()
    async with working(exhibitors, compress, steps) as runner:
        await until(lambda: compress.begun)
        steps.go_on.clear()
        await exhibitors.upload(second, b"two")
        runner.wake()
        await until(lambda: len(steps.checked) == 2 and compress.ended == 1)
        exhibitors.now_ms += TURN_MS
        await until(lambda: len(compress.begun) == 2)
        runner.wake()
        compress.go_on.set()
        await until(lambda: all_told(exhibitors, first))
        assert await textures(exhibitors, second) == [None], "its check still goes on"
        steps.go_on.set()
        await until(lambda: all_told(exhibitors, second))


async def test_what_visitors_see_comes_first_then_what_waits_longest(exhibitors: Exhibitors) -> None:
    booths = [await exhibitors.booth() for _ in range(3)]
    steps = PlainSteps()
    for booth, content in zip(booths, (b"oldest", b"older", b"shown"), strict=True):
        exhibitors.now_ms += 1
        await exhibitors.upload(booth, content)
    compress = Compressing()
    compress.go_on.clear()
    async with working(exhibitors, compress, steps):
        for booth in booths:
            await settled(exhibitors, booth)
        await until(lambda: compress.begun)
    await exhibitors.dress(booths[2])
    await exhibitors.publication.submit(LIN, booths[2], 1)
    await exhibitors.publication.approve(OPERATOR, booths[2], 1)
    compress = Compressing()
    async with working(exhibitors, compress):
        for booth in booths:
            await until(partial(all_told, exhibitors, booth))
    assert compress.begun == [b"small shown", b"small oldest", b"small older"]


async def test_nothing_is_begun_for_a_model_that_cannot_be_worth_it(exhibitors: Exhibitors) -> None:
    booth = await exhibitors.booth()
    await exhibitors.upload(booth, b"model")
    compress = Compressing()
    compress.is_worth_it = False
    async with working(exhibitors, compress):
        await until(lambda: all_told(exhibitors, booth))
    assert await textures(exhibitors, booth) == [{"reason": "saves too little"}]
    assert compress.begun == []


async def test_a_booth_that_is_deleted_meanwhile_stays_deleted(exhibitors: Exhibitors) -> None:
    booth = await exhibitors.booth()
    await exhibitors.upload(booth, b"model")
    compress = Compressing()
    compress.go_on.clear()
    async with working(exhibitors, compress):
        await until(lambda: compress.begun)
        await exhibitors.desk.delete(LIN, booth)
        compress.go_on.set()
        await until(lambda: compress.ended == 1)
    async with exhibitors.database.reading() as session:
        assert await queries.needed_objects(session) == set()


async def test_a_version_of_the_same_model_has_the_same_second_model(exhibitors: Exhibitors) -> None:
    booth = await exhibitors.booth()
    await exhibitors.upload(booth, b"model")
    async with working(exhibitors, Compressing()):
        await until(lambda: all_told(exhibitors, booth))
    await exhibitors.dress(booth)
    await exhibitors.publication.submit(LIN, booth, 1)
    await exhibitors.publication.approve(OPERATOR, booth, 1)
    await exhibitors.publication.submit(LIN, booth, 1)
    first, second = await textures(exhibitors, booth)
    assert json.dumps(first) == json.dumps(second)


@pytest.mark.parametrize(
    ("after", "may_save"),
    [({"texture_bytes": 2 << 20}, False), ({"texture_bytes": 4 << 20}, True), ({}, True)],
)
def test_only_so_many_textures_are_worth_a_second_model(after: dict[str, int], may_save: bool) -> None:
    steps = JobSteps(UploadLimits(), CheckLimits(), OptimiseOptions())
    assert steps.may_save({"after": after}) == may_save


def test_rest_is_one_or_the_other() -> None:
    rest = Rest()
    assert (rest.begun.is_set(), rest.ended.is_set()) == (False, True)
    rest.begin()
    assert (rest.begun.is_set(), rest.ended.is_set()) == (True, False)


pytestmark = pytest.mark.timeout(60)
