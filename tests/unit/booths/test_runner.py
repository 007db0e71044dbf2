"""Checks: one after the other, in turns, gone on with after a stop, never done twice at once."""

from __future__ import annotations

import asyncio
import errno
from pathlib import Path
from typing import Any

import pytest

from tests.support.exhibitors import LIN, WEI, Exhibitors, PlainSteps, running
from tests.support.patience import until
from yuanzhan.booths.runner import AGAIN_MS, ATTEMPTS_MAX, LEASE_MS, Checked, Optimised
from yuanzhan.errors.server import DiskFull
from yuanzhan.store import booth_queries as queries


async def settled(exhibitors: Exhibitors, booth: str) -> dict[str, Any]:
    """The newest version, once its check is over."""
    while True:
        version = (await exhibitors.versions(booth))[-1]
        if version["state"] not in ("received", "checking"):
            return version
        await asyncio.sleep(0.01)


async def test_a_version_is_checked_made_smaller_and_ready(exhibitors: Exhibitors) -> None:
    booth = await exhibitors.booth()
    await exhibitors.upload(booth, b"model")
    async with running(exhibitors, PlainSteps()):
        version = await settled(exhibitors, booth)
    assert (version["state"], version["step"], version["report"]["accepted"]) == ("ready", None, True)
    # What was sent is told, not the canonical form of it (9 bytes).
    assert (version["before"], version["after"]) == ({"bytes": len(b"model")}, {"bytes": 5})
    model = exhibitors.objects.path(version["model"].removeprefix("/files/"))
    assert model.read_bytes() == b"small model"
    original = exhibitors.objects.path(version["original"].removeprefix("/files/"))
    assert original.read_bytes() == b"model"
    assert list((exhibitors.folder / "work").iterdir()) == []


async def test_a_version_that_is_refused_has_its_report_and_nothing_to_serve(exhibitors: Exhibitors) -> None:
    booth = await exhibitors.booth()
    await exhibitors.upload(booth, b"bad model")
    steps = PlainSteps()
    async with running(exhibitors, steps):
        version = await settled(exhibitors, booth)
    assert (version["state"], version["report"]["accepted"], version["model"]) == ("rejected", False, None)
    assert steps.optimised == []


async def test_what_comes_while_it_works_is_done_when_it_is_woken(exhibitors: Exhibitors) -> None:
    booth = await exhibitors.booth()
    async with running(exhibitors, PlainSteps()) as runner:
        for content in (b"one", b"two"):
            await exhibitors.upload(booth, content)
            runner.wake()
            assert (await settled(exhibitors, booth))["state"] == "ready"


async def test_organisations_take_turns(exhibitors: Exhibitors) -> None:
    lin, wei = await exhibitors.booth(LIN), await exhibitors.booth(WEI)
    for content in (b"lin 1", b"lin 2", b"lin 3"):
        exhibitors.now_ms += 1
        await exhibitors.upload(lin, content)
    exhibitors.now_ms += 1
    await exhibitors.upload(wei, b"wei 1", actor=WEI)
    exhibitors.now_ms += 1
    steps = PlainSteps()
    async with running(exhibitors, steps):
        await until(lambda: len(steps.optimised) == 4)
    assert steps.checked == [b"lin 1", b"wei 1", b"lin 2", b"lin 3"]


class Gated(PlainSteps):
    """Waits in a step until it is let on."""

    def __init__(self, step: str) -> None:
        super().__init__()
        self.step = step
        self.reached, self.go_on = asyncio.Event(), asyncio.Event()

    async def check(self, original: Path, file: str, folder: Path) -> Checked:
        checked = await super().check(original, file, folder)
        await self._wait("check")
        return checked

    async def optimise(self, canonical: Path, folder: Path) -> Optimised:
        optimised = await super().optimise(canonical, folder)
        await self._wait("optimise")
        return optimised

    async def _wait(self, step: str) -> None:
        if step == self.step:
            self.reached.set()
            await self.go_on.wait()


@pytest.mark.parametrize(("step", "checked_again"), [("check", 1), ("optimise", 0)])
async def test_a_stop_in_a_step_repeats_that_step_alone(
    exhibitors: Exhibitors, step: str, checked_again: int
) -> None:
    booth = await exhibitors.booth()
    await exhibitors.upload(booth, b"model")
    gated = Gated(step)
    async with running(exhibitors, gated):
        await gated.reached.wait()
        (version,) = await exhibitors.versions(booth)
        assert (version["state"], version["step"]) == ("checking", step)
    async with exhibitors.database.transaction() as session:
        await queries.release_claims(session)
    steps = PlainSteps()
    async with running(exhibitors, steps):
        assert (await settled(exhibitors, booth))["state"] == "ready"
    assert (len(steps.checked), len(steps.optimised)) == (checked_again, 1)


async def test_what_one_server_works_on_another_leaves_alone_until_its_claim_is_old(
    exhibitors: Exhibitors,
) -> None:
    booth = await exhibitors.booth()
    await exhibitors.upload(booth, b"model")
    gated, steps = Gated("check"), PlainSteps()
    async with running(exhibitors, gated):
        await gated.reached.wait()
        async with running(exhibitors, steps) as other:
            other.wake()
            await asyncio.sleep(0.1)
            assert steps.checked == []
            exhibitors.now_ms += LEASE_MS + 1  # the first one has not been heard of for so long
            other.wake()
            assert (await settled(exhibitors, booth))["state"] == "ready"
            served = (await exhibitors.versions(booth))[0]["model"]
        gated.go_on.set()  # and now it comes back, too late to change anything
        await asyncio.sleep(0.1)
    (version,) = await exhibitors.versions(booth)
    assert (version["state"], version["model"]) == ("ready", served)


class Failing(PlainSteps):
    def __init__(self, error: Exception) -> None:
        super().__init__()
        self.error: Exception | None = error
        self.tries = 0

    async def check(self, original: Path, file: str, folder: Path) -> Checked:
        self.tries += 1
        if self.error is not None:
            raise self.error
        return await super().check(original, file, folder)


async def test_a_fault_of_ours_is_tried_again_and_then_said_to_be_ours(exhibitors: Exhibitors) -> None:
    booth = await exhibitors.booth()
    await exhibitors.upload(booth, b"model")
    failing = Failing(RuntimeError("broken"))
    async with running(exhibitors, failing) as runner:
        for tries in range(1, ATTEMPTS_MAX + 1):
            await until(lambda tries=tries: failing.tries == tries and not runner._working)  # type: ignore[misc]
            exhibitors.now_ms += AGAIN_MS + 1
            runner.wake()
        version = await settled(exhibitors, booth)
    assert failing.tries == ATTEMPTS_MAX
    (issue,) = version["report"]["issues"]
    assert (version["state"], issue["code"]) == ("rejected", "CHECK_FAILED")
    assert exhibitors.objects.holds(f"{version['sha256']}.upload")


@pytest.mark.parametrize("full", [DiskFull(), OSError(errno.ENOSPC, "No space left on device")])
async def test_a_full_disk_is_waited_for(exhibitors: Exhibitors, full: Exception) -> None:
    booth = await exhibitors.booth()
    await exhibitors.upload(booth, b"model")
    failing = Failing(full)
    async with running(exhibitors, failing) as runner:
        for tries in range(1, ATTEMPTS_MAX + 3):
            await until(lambda tries=tries: failing.tries == tries and not runner._working)  # type: ignore[misc]
            exhibitors.now_ms += AGAIN_MS + 1
            if tries == ATTEMPTS_MAX + 2:
                failing.error = None
            runner.wake()
        assert (await settled(exhibitors, booth))["state"] == "ready"


async def test_a_booth_that_is_deleted_meanwhile_stays_deleted(exhibitors: Exhibitors) -> None:
    booth = await exhibitors.booth()
    await exhibitors.upload(booth, b"model")
    gated = Gated("check")
    async with running(exhibitors, gated) as runner:
        await gated.reached.wait()
        await exhibitors.desk.delete(LIN, booth)
        gated.go_on.set()
        await until(lambda: not runner._working)
    async with exhibitors.database.reading() as session:
        assert await queries.needed_objects(session) == set()


async def test_two_at_once_where_that_is_allowed(exhibitors: Exhibitors) -> None:
    booth = await exhibitors.booth()
    for content in (b"one", b"two", b"three"):
        await exhibitors.upload(booth, content)
    gated = Gated("check")
    async with running(exhibitors, gated, at_once=2):
        await until(lambda: len(gated.checked) == 2)
        await asyncio.sleep(0.05)
        assert len(gated.checked) == 2
        gated.go_on.set()
        await until(lambda: len(gated.optimised) == 3)
