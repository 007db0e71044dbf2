"""Where uploads become booths, put together: files, use-cases, the task that checks, and the housekeeping."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import structlog

from yuanzhan import chores
from yuanzhan.booths.compressor import Compressor
from yuanzhan.booths.desk import Desk
from yuanzhan.booths.finishing import Finishing
from yuanzhan.booths.overview import Overview
from yuanzhan.booths.panels import Panels, picture_limits
from yuanzhan.booths.places import Places
from yuanzhan.booths.publication import Publication
from yuanzhan.booths.quota import Limits
from yuanzhan.booths.runner import Runner
from yuanzhan.booths.stands import Show, Stands
from yuanzhan.booths.steps import JobSteps
from yuanzhan.booths.stock import SWEPT_AFTER_S, Stock, open_bucket
from yuanzhan.booths.threads import in_thread, to_its_end
from yuanzhan.booths.uploads import Uploads
from yuanzhan.booths.work import Workbench
from yuanzhan.instants import DAY_MS, HOUR_MS, now_ms
from yuanzhan.jobs.check import CheckLimits, upload_limits
from yuanzhan.jobs.ktx2 import Ktx2Options
from yuanzhan.jobs.optimise import OptimiseOptions
from yuanzhan.scene.extras import Slot
from yuanzhan.settings import Settings
from yuanzhan.store import booth_queries as queries
from yuanzhan.store.database import Database
from yuanzhan.store.incoming import Incoming
from yuanzhan.store.objects import Objects

log = structlog.get_logger("yuanzhan.app")

MB: Final = 1 << 20
# Expired uploads and objects that nobody needs are looked for so often.
SWEEP_PERIOD_S: Final = 3600.0


@dataclass(frozen=True, slots=True)
class Workshop:
    """What the routes need of it."""

    uploads: Uploads
    desk: Desk
    publication: Publication
    overview: Overview
    stock: Stock


@asynccontextmanager
async def workshop(
    settings: Settings,
    database: Database,
    slots: Mapping[str, Mapping[str, Slot]],
    show: Show,
    clock: Callable[[], int] = now_ms,
    *,
    on_received: Callable[[], None] = lambda: None,
    stop_s: Callable[[], float],
) -> AsyncIterator[Workshop]:
    """Everything that was interrupted is gone on with, what is published is shown, and the work goes on while
    the block lasts. `on_received` is called for each model that came in whole, and `stop_s` at the end:
    so long is waited for what a step does then; its child gets a word first, then the axe.

    Raises BucketMissing, BucketRefuses, BucketTaken.
    """
    work_dir = settings.data_dir / "work"
    incoming = Incoming(settings.data_dir / "uploads")
    bucket = await open_bucket(settings.objects_url, database)
    stock = Stock(database, Objects(settings.data_dir / "objects"), bucket)
    stands = Stands(database, show)
    steps = _steps(settings)
    runner = Runner(database, stock, steps, work_dir, at_once=settings.checks_at_once, clock=clock)
    compressor = Compressor(database, stock, steps, work_dir, runner.rest, on_shown=stands.show, clock=clock)

    def received() -> None:
        runner.wake()
        on_received()

    panels = Panels(incoming, stock, work_dir, picture_limits(settings.check_memory_mb * MB), clock)
    finishing = Finishing(
        database, incoming, stock, on_received=received, keep_panel=panels.keep, clock=clock
    )
    uploads = Uploads(database, incoming, finishing, _limits(settings), clock)
    bench = Workbench(database, stands.show)
    places = Places(slots, settings.slot_days * DAY_MS or None, clock)
    shop = Workshop(
        uploads,
        Desk(bench, places, booths_max=settings.organisation_booths, clock=clock),
        Publication(bench, places, clock),
        Overview(database, places),
        stock,
    )
    await _put_in_order(database, uploads, stock, work_dir)
    await stands.show(slots)
    tasks = [
        chores.begin("checks", runner.run()),
        chores.begin("textures", compressor.run()),
        chores.begin("housekeeping", _keep_house(uploads, stock)),
    ]
    try:
        yield shop
    finally:
        for task in tasks:
            task.cancel()
        await chores.end(*tasks, within_s=stop_s())


def _steps(settings: Settings) -> JobSteps:
    return JobSteps(
        upload_limits(settings),
        CheckLimits.from_settings(settings),
        OptimiseOptions.from_settings(settings),
        Ktx2Options.from_settings(settings),
    )


async def _put_in_order(database: Database, uploads: Uploads, stock: Stock, work_dir: Path) -> None:
    """What a stop left behind: claims of the dead, uploads that were all here, files that nobody knows."""
    async with database.transaction() as session:
        await queries.release_claims(session)
    await in_thread(shutil.rmtree, work_dir, True)
    await uploads.resume()
    await stock.sweep()


async def _keep_house(uploads: Uploads, stock: Stock) -> None:
    while True:
        try:
            # May take long where the bucket is new: a stop ends it, the next start goes on.
            await stock.align()
        except Exception:
            log.exception("bucket_not_aligned")
        await asyncio.sleep(SWEEP_PERIOD_S)
        try:
            await to_its_end(uploads.expire())
            await to_its_end(stock.sweep(older_than_s=SWEPT_AFTER_S))
        except Exception:
            log.exception("housekeeping_failed")


def _limits(settings: Settings) -> Limits:
    return Limits(
        model_bytes=settings.upload_mb * MB,
        panel_bytes=settings.panel_file_mb * MB,
        organisation_bytes=settings.organisation_mb * MB,
        open_uploads=settings.organisation_uploads,
        reserve_bytes=settings.disk_reserve_mb * MB,
        kept_ms=settings.upload_hours * HOUR_MS,
    )
