"""The task that nobody waits for: models with textures that stay compressed on the graphics card.

Rules
  1. One after the other, and while nothing is checked: when a check comes, what was begun is given up and
     begun anew later. No check waits for it, whatever its child does. Where checks leave no pause for an
     hour, one is converted beside them, to its end: its child takes what processor time they leave.
  2. What came of it is in the database, or the version is still to be done: a server that was killed loses
     nothing and does nothing twice.
  3. Where it does not work, or saves too little, visitors go on with the model that they have. What may be no
     fault of the model's is tried again: a child that ran out of time or was killed a few times, each an hour
     later; a full disk, a missing tool or a bucket that is away until it is mended.
  4. Halls are told when it pauses, and once a minute while it works: everybody inside asks for the booths
     anew then.
"""

from __future__ import annotations

import asyncio
import json
import secrets
import shutil
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Protocol

import structlog

from yuanzhan.booths.dress import Submitted
from yuanzhan.booths.runner import LEASE_MS, RENEW_S, Rest
from yuanzhan.booths.stock import Stock
from yuanzhan.booths.telling import url_of
from yuanzhan.booths.threads import in_thread, refusing_full_disk, to_its_end
from yuanzhan.errors.server import DiskFull, ObjectsUnreachable
from yuanzhan.errors.starting import ToolMissing
from yuanzhan.store import booth_queries as queries
from yuanzhan.store.booths import BoothRow, VersionRow
from yuanzhan.store.database import Database

log = structlog.get_logger("yuanzhan.booths")

Json = dict[str, Any]

# After what is no fault of the model's.
AGAIN_MS: Final = 60_000
# A machine that had no time for it may have some later; a model that is too much for it stays so.
ATTEMPTS_MAX: Final = 3
LATER_MS: Final = 3_600_000
# So long nothing was converted, and something waits: it is not put off any longer.
TURN_MS: Final = 3_600_000
TELL_MS: Final = 60_000
# Looks without being woken: for what another server left behind.
LOOK_S: Final = 30.0


@dataclass(frozen=True, slots=True)
class Compressed:
    """`model` is None where it is of no use; `told` says why, or what it costs. `again`: another time it
    might come to something else."""

    model: Path | None
    told: Json
    again: bool = False


class _Unlucky(Exception):
    """It came to nothing, which may be different another time. `told` says why."""

    def __init__(self, told: Json) -> None:
        super().__init__(told)
        self.told = told


class Compress(Protocol):
    """Makes the second model, in a folder of its own."""

    def may_save(self, optimised: Json) -> bool:
        """False when it cannot be worth it for a model of which the optimiser told this."""
        ...

    async def compress(self, model: Path, folder: Path) -> Compressed: ...


Shown = Callable[[frozenset[str]], Awaitable[None]]


class Compressor:
    """Works until it is cancelled; its children end with it. `on_shown` is told which halls have another file
    to offer now."""

    def __init__(
        self,
        database: Database,
        stock: Stock,
        steps: Compress,
        work_dir: Path,
        rest: Rest,
        *,
        on_shown: Shown,
        clock: Callable[[], int],
    ) -> None:
        self._database = database
        self._stock = stock
        self._steps = steps
        self._work_dir = work_dir
        self._rest = rest
        self._on_shown = on_shown
        self._clock = clock
        self._name = secrets.token_hex(8)
        # Halls that have another file to offer and were not told yet, and when some were.
        self._untold: set[str] = set()
        self._told_ms = clock()
        # When one came to its end, or there was nothing to do.
        self._served_ms = clock()

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            await self._turn()
            try:
                while self._may_begin and await self._one():
                    if self._clock() - self._told_ms >= TELL_MS:
                        await self._tell()
                await self._tell()
            except Exception:
                # A database that is away comes back; the models are served as they are meanwhile.
                log.exception("compressing_interrupted")
            with suppress(TimeoutError):
                async with asyncio.timeout(LOOK_S):
                    await self._rest.ended.wait()

    @property
    def _was_put_off(self) -> bool:
        return self._clock() - self._served_ms >= TURN_MS

    @property
    def _may_begin(self) -> bool:
        return self._rest.begun.is_set() or self._was_put_off

    async def _turn(self) -> None:
        """Until nothing is checked, or that was waited for long enough."""
        while not self._may_begin:
            with suppress(TimeoutError):
                async with asyncio.timeout(LOOK_S):
                    await self._rest.begun.wait()

    async def _one(self) -> bool:
        """Compress the next one. False: there is none."""
        gives_way = not self._was_put_off
        row = await to_its_end(self._claimed())
        if row is None:
            self._served_ms = self._clock()
            return False
        work = asyncio.create_task(self._work(row))
        check = asyncio.create_task(self._rest.ended.wait())
        renewing = asyncio.create_task(self._renew(row))
        tasks = (work, check, renewing)
        try:
            await asyncio.wait((work, check) if gives_way else (work,), return_when=asyncio.FIRST_COMPLETED)
            if work.done():
                self._served_ms = self._clock()
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.wait(tasks)
            await to_its_end(self._settle(row, None, None, until_ms=self._again_ms(row, work)))
        return True

    def _again_ms(self, row: VersionRow, work: asyncio.Task[None]) -> int:
        """From when on the version may be tried again, where it was not settled."""
        error = None if work.cancelled() else work.exception()
        if error is None:
            return 0
        if isinstance(error, _Unlucky):
            log.warning("compressing_unlucky", booth=row.booth_id, version=row.number, **error.told)
            return self._clock() + LATER_MS
        log.error("compressing_postponed", booth=row.booth_id, version=row.number, exc_info=error)
        return self._clock() + AGAIN_MS

    async def _tell(self) -> None:
        """Tell the halls that have something new to offer; who comes next loads it."""
        self._told_ms = self._clock()
        if self._untold:
            halls = frozenset(self._untold)
            await self._on_shown(halls)
            self._untold -= halls

    async def _claimed(self) -> VersionRow | None:
        now_ms = self._clock()
        async with self._database.transaction() as session:
            row = await queries.uncompressed(session, now_ms)
            if row is None or not await queries.claim(session, row, self._name, now_ms, now_ms + LEASE_MS):
                return None
        return row

    async def _renew(self, row: VersionRow) -> None:
        """The claim, until cancelled."""
        while True:
            await asyncio.sleep(RENEW_S)
            with suppress(Exception):
                await to_its_end(self._claim_again(row))

    async def _claim_again(self, row: VersionRow) -> None:
        now_ms = self._clock()
        async with self._database.transaction() as session:
            await queries.claim(session, row, self._name, now_ms, now_ms + LEASE_MS)

    async def _work(self, row: VersionRow) -> None:
        """Raises what is no fault of the model's."""
        folder = self._work_dir / f"{row.booth_id}-{row.number}-textures"
        name = None
        try:
            told, name = await self._second_model(row, folder)
        except (DiskFull, ObjectsUnreachable, ToolMissing):
            raise
        except _Unlucky as unlucky:
            if await to_its_end(self._failed(row)) < ATTEMPTS_MAX:
                raise
            told = unlucky.told
        except Exception as error:
            log.exception("compressing_failed", booth=row.booth_id, version=row.number)
            told = {"reason": type(error).__name__}
        finally:
            await in_thread(shutil.rmtree, folder, True)
        await to_its_end(self._settle(row, told, name))

    async def _second_model(self, row: VersionRow, folder: Path) -> tuple[Json, str | None]:
        """Make it and keep it: what there is to say of it, and the name that it has now."""
        assert row.model is not None
        if not self._steps.may_save(json.loads(row.optimised or "{}")):
            return {"reason": "saves too little"}, None
        with refusing_full_disk():
            await in_thread(_fresh, folder)
            made = await self._steps.compress(await self._stock.path(row.model), folder)
            if made.again:
                raise _Unlucky(made.told)
            if made.model is None:
                log.info("textures_left", booth=row.booth_id, version=row.number, **made.told)
                return made.told, None
            name = await self._stock.keep(made.model, made.model.suffix)
        log.info("textures_compressed", booth=row.booth_id, version=row.number, **made.told)
        return made.told | {"url": url_of(name)}, name

    async def _failed(self, claimed: VersionRow) -> int:
        """Count it; how often it came to nothing by now."""
        async with self._database.transaction() as session:
            key = (claimed.booth_id, claimed.number)
            row = await session.get(VersionRow, key, with_for_update=True, populate_existing=True)
            if row is None or row.claimed_by != self._name:
                return ATTEMPTS_MAX
            row.attempts += 1
            return row.attempts

    async def _settle(
        self, claimed: VersionRow, told: Json | None, name: str | None, *, until_ms: int = 0
    ) -> None:
        """Write down what came of it (`told` is None: nothing yet), and let go."""
        key = (claimed.booth_id, claimed.number)
        async with self._database.transaction() as session:
            row = await session.get(VersionRow, key, with_for_update=True, populate_existing=True)
            if row is None or row.claimed_by != self._name:
                return
            row.claimed_until_ms = until_ms
            row.claimed_by = None
            if told is None:
                return
            row.textures = json.dumps(told)
            if name is None:
                return
            row.parts = " ".join([*(row.parts or "").split(), name])
            booth = await session.get(BoothRow, row.booth_id)
            if booth is not None and booth.published == row.number and row.dress is not None:
                self._untold.add(Submitted.model_validate_json(row.dress).hall)


def _fresh(folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
