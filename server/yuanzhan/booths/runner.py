"""The task that checks what was uploaded: one version after the other, each step in its child process.

Rules
  1. What a step came to is in the database, in one transaction, before the next begins. A server that was
     killed goes on with the step that has no result; doing a step again changes nothing.
  2. Who works on a version has claimed it in the database, for a while, and renews that. So two servers never
     do one thing; one that starts and knows itself alone takes the claims of the dead.
  3. Organisations take turns: one that sends fifty files does not keep the others waiting.
  4. A step that ends without a verdict (our fault) is tried again a few times, then told as what it is.
     Without room or a bucket it is tried until there is.
  5. `rest` says whether a check is under way or waits: what nobody waits for (compressor.py) gives way then.
"""

from __future__ import annotations

import asyncio
import json
import secrets
import shutil
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Protocol

import structlog

from yuanzhan.booths.states import Act, State, after
from yuanzhan.booths.stock import Stock
from yuanzhan.booths.telling import url_of
from yuanzhan.booths.threads import in_thread, refusing_full_disk, to_its_end
from yuanzhan.errors.server import DiskFull, ObjectsUnreachable
from yuanzhan.scene.issues import told
from yuanzhan.store import booth_queries as queries
from yuanzhan.store.booths import VersionRow
from yuanzhan.store.database import Database

log = structlog.get_logger("yuanzhan.booths")

Json = dict[str, Any]

# A server that dies loses its claims after so long, unless the next one knows itself alone.
LEASE_MS: Final = 60_000
RENEW_S: Final = 15.0
ATTEMPTS_MAX: Final = 3
# After a fault of ours, and while the disk is full or the bucket away.
AGAIN_MS: Final = 20_000
# Looks without being woken: for what another server's fault or a clock left behind.
LOOK_S: Final = 30.0


@dataclass(frozen=True, slots=True)
class Checked:
    """What a check came to. `canonical` is the file to go on with, None for what is refused."""

    report: Json
    canonical: Path | None


@dataclass(frozen=True, slots=True)
class Optimised:
    """What is served. `told` has `before`, `after`, `heaviest` and what else there is to say; a path in
    it is a file to keep, and is told as the address that it gets."""

    model: Path
    thumbnail: Path | None
    told: Json


class Steps(Protocol):
    """The steps of a check; each works in `folder`, which is its own."""

    async def check(self, original: Path, file: str, folder: Path) -> Checked: ...

    async def optimise(self, canonical: Path, folder: Path) -> Optimised: ...


class Rest:
    """Whether there is nothing to check. One of the two events is set."""

    def __init__(self) -> None:
        self.begun = asyncio.Event()
        self.ended = asyncio.Event()
        self.end()

    def begin(self) -> None:
        self.begun.set()
        self.ended.clear()

    def end(self) -> None:
        self.ended.set()
        self.begun.clear()


class Runner:
    """Works until it is cancelled; its children end with it."""

    def __init__(
        self,
        database: Database,
        stock: Stock,
        steps: Steps,
        work_dir: Path,
        *,
        at_once: int,
        clock: Callable[[], int],
    ) -> None:
        self._database = database
        self._stock = stock
        self._steps = steps
        self._work_dir = work_dir
        self._at_once = at_once
        self._clock = clock
        self._name = secrets.token_hex(8)
        self.rest = Rest()
        self._woken = asyncio.Event()
        self._working: dict[tuple[str, int], asyncio.Task[None]] = {}
        # Organisation to the turn at which it was last served.
        self._served: dict[str, int] = {}
        self._turn = 0

    def wake(self) -> None:
        """Something waits for its check."""
        self.rest.end()
        self._woken.set()

    async def run(self) -> None:
        """Until cancelled."""
        try:
            while True:
                self._woken.clear()
                try:
                    while len(self._working) < self._at_once and await to_its_end(self._start_one()):
                        pass
                    if not self._working and not self._woken.is_set():
                        self.rest.begin()
                except Exception:
                    # A database that is away comes back; the halls go on meanwhile.
                    log.exception("checks_interrupted")
                with suppress(TimeoutError):
                    async with asyncio.timeout(LOOK_S):
                        await self._woken.wait()
        finally:
            tasks = list(self._working.values())
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _start_one(self) -> bool:
        """Begin with the version whose organisation has waited longest for its turn."""
        now_ms = self._clock()
        async with self._database.transaction() as session:
            waiting = [
                (organisation, version)
                for organisation, version in await queries.unchecked(session, now_ms)
                if (version.booth_id, version.number) not in self._working
            ]
            # min() keeps the first of equals, and the oldest comes first.
            chosen = min(waiting, key=lambda pair: self._served.get(pair[0], 0), default=None)
            if chosen is None:
                return False
            organisation, version = chosen
            if not await queries.claim(session, version, self._name, now_ms, now_ms + LEASE_MS):
                return True
        self.rest.end()
        self._turn += 1
        self._served[organisation] = self._turn
        key = (version.booth_id, version.number)
        task = asyncio.create_task(self._work(*key))
        self._working[key] = task
        task.add_done_callback(lambda _: self._ended(key))
        return True

    def _ended(self, key: tuple[str, int]) -> None:
        del self._working[key]
        self._woken.set()

    async def _work(self, booth_id: str, number: int) -> None:
        again_ms = 0
        try:
            async with self._renewing(booth_id, number):
                await self._go_on(booth_id, number)
        except asyncio.CancelledError:
            raise
        except (DiskFull, ObjectsUnreachable) as error:
            log.error(error.code, booth=booth_id, version=number)
            again_ms = self._clock() + AGAIN_MS
        except Exception:
            log.exception("check_failed", booth=booth_id, version=number)
            again_ms = self._clock() + AGAIN_MS
            with suppress(Exception):
                await self._change(booth_id, number, _count_failure)
        with suppress(Exception):
            await self._change(booth_id, number, lambda row: setattr(row, "claimed_until_ms", again_ms))

    async def _go_on(self, booth_id: str, number: int) -> None:
        """Every step that has no result yet."""
        row = await self._change(booth_id, number, _begin)
        if row is None:
            return
        if row.attempts >= ATTEMPTS_MAX:
            await self._change(booth_id, number, _give_up)
            return
        folder = self._work_dir / f"{booth_id}-{number}"
        try:
            if row.canonical is None:
                row = await self._check(row, folder / "check")
            if row is not None and row.model is None and row.canonical is not None:
                await self._optimise(row, row.canonical, folder / "optimise")
        finally:
            await in_thread(shutil.rmtree, folder, True)

    async def _check(self, row: VersionRow, folder: Path) -> VersionRow | None:
        with refusing_full_disk():
            await in_thread(_fresh, folder)
            original = await self._stock.path(row.original)
            checked = await self._steps.check(original, row.file, folder)
        canonical = None
        if checked.canonical is not None:
            canonical = await self._stock.keep(checked.canonical, ".glb")

        def settle(row: VersionRow) -> None:
            row.report = json.dumps(checked.report, ensure_ascii=False)
            row.canonical = canonical
            row.attempts = 0
            row.step = "optimise"
            if canonical is None:
                _end(row, Act.REJECT)

        return await self._change(row.booth_id, row.number, settle)

    async def _optimise(self, row: VersionRow, canonical: str, folder: Path) -> None:
        names: list[str] = []
        with refusing_full_disk():
            await in_thread(_fresh, folder)
            optimised = await self._steps.optimise(await self._stock.path(canonical), folder)
        model = await self._keep(optimised.model, names)
        thumbnail = None
        if optimised.thumbnail is not None:
            thumbnail = await self._keep(optimised.thumbnail, names)
        told = await self._with_addresses(optimised.told, names)

        def settle(row: VersionRow) -> None:
            row.optimised = json.dumps(told, ensure_ascii=False)
            row.model, row.thumbnail = model, thumbnail
            row.parts = " ".join(names)
            row.attempts = 0
            _end(row, Act.ACCEPT)

        await self._change(row.booth_id, row.number, settle)

    async def _keep(self, path: Path, names: list[str]) -> str:
        """Keep a file that is served; its name, which is added to `names`."""
        name = await self._stock.keep(path, path.suffix)
        names.append(name)
        return name

    async def _with_addresses(self, value: Any, names: list[str]) -> Any:
        """`value` with the address of each file in place of its path."""
        if isinstance(value, Path):
            return url_of(await self._keep(value, names))
        if isinstance(value, Mapping):
            return {key: await self._with_addresses(item, names) for key, item in value.items()}
        if isinstance(value, list | tuple):
            return [await self._with_addresses(item, names) for item in value]
        return value

    async def _change(
        self, booth_id: str, number: int, change: Callable[[VersionRow], None]
    ) -> VersionRow | None:
        """Change a version that is still ours; None where it is gone or somebody else's."""
        return await to_its_end(self._changed(booth_id, number, change))

    async def _changed(
        self, booth_id: str, number: int, change: Callable[[VersionRow], None]
    ) -> VersionRow | None:
        async with self._database.transaction() as session:
            row = await session.get(
                VersionRow, (booth_id, number), with_for_update=True, populate_existing=True
            )
            if row is None or row.claimed_by != self._name:
                return None
            change(row)
        return row

    def _renew(self, row: VersionRow) -> None:
        row.claimed_until_ms = self._clock() + LEASE_MS

    @asynccontextmanager
    async def _renewing(self, booth_id: str, number: int) -> AsyncIterator[None]:
        async def renew() -> None:
            while True:
                await asyncio.sleep(RENEW_S)
                with suppress(Exception):
                    await self._change(booth_id, number, self._renew)

        renewing = asyncio.create_task(renew())
        try:
            yield
        finally:
            renewing.cancel()
            with suppress(asyncio.CancelledError):
                await renewing


def _begin(row: VersionRow) -> None:
    state = after(State(row.state), Act.CHECK)
    if state is None:  # somebody else has ended it
        return
    row.state = state
    row.step = "check" if row.canonical is None else "optimise"


def _end(row: VersionRow, act: Act) -> None:
    state = after(State(row.state), act)
    if state is not None:
        row.state, row.step = state, None


def _count_failure(row: VersionRow) -> None:
    row.attempts += 1


def _give_up(row: VersionRow) -> None:
    """The fault is ours, and said so; the original stays for who looks into it."""
    issues = [told("CHECK_FAILED").json()]
    row.report = json.dumps({"accepted": False, "issues": issues, "measured": {}}, ensure_ascii=False)
    _end(row, Act.REJECT)


def _fresh(folder: Path) -> None:
    """Empty, whatever a step that was killed left there."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
