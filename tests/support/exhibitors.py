"""Exhibitors at their desk: the use-cases of booths over a real database and real files, without HTTP."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from yuanzhan.access import Actor, Role
from yuanzhan.booths.desk import Desk
from yuanzhan.booths.dress import Dress, Title
from yuanzhan.booths.finishing import MODEL, Finishing
from yuanzhan.booths.overview import Overview
from yuanzhan.booths.panels import Panels, picture_limits
from yuanzhan.booths.places import Places
from yuanzhan.booths.publication import Publication
from yuanzhan.booths.quota import Limits
from yuanzhan.booths.receiving import Checksum
from yuanzhan.booths.runner import Checked, Optimised, Runner, Steps
from yuanzhan.booths.stock import Stock
from yuanzhan.booths.uploads import Upload, Uploads, Wanted
from yuanzhan.booths.work import Workbench
from yuanzhan.errors.booths import DressWrong
from yuanzhan.instants import DAY_MS
from yuanzhan.jobs.child import Limits as ChildLimits
from yuanzhan.scene.extras import Slot
from yuanzhan.store import audit
from yuanzhan.store import booth_queries as queries
from yuanzhan.store.database import Database
from yuanzhan.store.incoming import Incoming
from yuanzhan.store.objects import Objects

if TYPE_CHECKING:
    from yuanzhan.store.bucket import Bucket

LIN = Actor("acc-lin", "Lin", Role.EXHIBITOR, "org-lin")
WEI = Actor("acc-wei", "Wei", Role.EXHIBITOR, "org-wei")
OPERATOR = Actor("acc-op", "Chen", Role.OPERATOR)


def slot(id: str, *size_m: float) -> Slot:
    return Slot(id, (0.0, 0.0, 0.0), 0.0, (size_m[0], size_m[1], size_m[2]), np.eye(4))


SLOTS = {
    "first": {"a": slot("a", 6, 3, 4), "b": slot("b", 6, 3, 4)},
    "second": {"a": slot("a", 3, 3, 3)},
}
SLOT_KEPT_MS = 14 * DAY_MS
LIMITS = Limits(
    model_bytes=1 << 20,
    panel_bytes=1 << 19,
    organisation_bytes=4 << 20,
    open_uploads=3,
    reserve_bytes=0,
    kept_ms=3_600_000,
)


@dataclass
class Sent:
    """What a client sends: these pieces, and then (with `breaks`) the connection is lost."""

    pieces: Iterable[bytes]
    breaks: bool = False

    async def chunks(self) -> AsyncIterator[bytes]:
        for piece in self.pieces:
            yield piece
        if self.breaks:
            raise ConnectionResetError("lost")

    def interrupt(self) -> None:
        raise AssertionError("nobody else sends")


@dataclass
class Exhibitors:
    """Everything that an exhibitor's request reaches. `now_ms` is the clock."""

    database: Database
    folder: Path
    limits: Limits = LIMITS
    bucket: Bucket | None = None
    picture_limits: ChildLimits = field(default_factory=picture_limits)
    now_ms: int = 1_000_000
    received: int = 0
    shown: list[str] = field(default_factory=list)
    incoming: Incoming = field(init=False)
    objects: Objects = field(init=False)
    stock: Stock = field(init=False)
    uploads: Uploads = field(init=False)
    desk: Desk = field(init=False)
    publication: Publication = field(init=False)
    overview: Overview = field(init=False)

    def __post_init__(self) -> None:
        self.restart()

    def restart(self) -> None:
        """Everything anew over the same database and files, as after a stop."""
        self.incoming = Incoming(self.folder / "uploads")
        self.objects = Objects(self.folder / "objects")
        self.stock = Stock(self.database, self.objects, self.bucket)
        panels = Panels(self.incoming, self.stock, self.folder / "work", self.picture_limits, self.clock)
        finishing = Finishing(
            self.database,
            self.incoming,
            self.stock,
            on_received=self._on_received,
            keep_panel=panels.keep,
            clock=self.clock,
        )
        self.uploads = Uploads(self.database, self.incoming, finishing, self.limits, self.clock)
        bench = Workbench(self.database, self._on_shown)
        places = Places(SLOTS, SLOT_KEPT_MS, self.clock)
        self.desk = Desk(bench, places, booths_max=3, clock=self.clock)
        self.publication = Publication(bench, places, self.clock)
        self.overview = Overview(self.database, places)

    def clock(self) -> int:
        return self.now_ms

    async def booth(self, actor: Actor = LIN) -> str:
        """The id of a new booth."""
        return str((await self.desk.create(actor, Title(zh="展位", en="Booth")))["id"])

    async def begin(
        self, booth: str, length: int, *, actor: Actor = LIN, purpose: str = MODEL, **more: Any
    ) -> Upload:
        """A new upload."""
        file = more.pop("file", "model.glb")
        return await self.uploads.create(actor, Wanted(booth, purpose, file, length, **more))

    async def send(
        self,
        upload: Upload | str,
        *pieces: bytes,
        actor: Actor = LIN,
        offset: int = 0,
        breaks: bool = False,
        size: int | None = None,
        checksum: Checksum | None = None,
    ) -> Upload:
        """Append these pieces."""
        id = upload if isinstance(upload, str) else upload.id
        return await self.uploads.receive(actor, id, offset, Sent(pieces, breaks), size, checksum)

    async def upload(self, booth: str, content: bytes, *, actor: Actor = LIN, **more: Any) -> Upload:
        """A whole upload."""
        begun = await self.begin(booth, len(content), actor=actor, **more)
        return await self.send(begun, content, actor=actor)

    async def versions(self, booth: str, actor: Actor = LIN) -> list[dict[str, Any]]:
        """The versions of a booth as they are told."""
        told: list[dict[str, Any]] = (await self.overview.get(actor, booth))["versions"]
        return told

    async def dress(self, booth: str, hall: str = "first", slot: str = "a", **more: Any) -> None:
        """Place a booth."""
        await self.desk.dress(LIN, booth, Dress(hall=hall, slot=slot, **more))

    def files(self) -> list[str]:
        """The names of all files that are kept, uploads included."""
        paths = [*self.incoming.folder.rglob("*"), *(self.folder / "objects").rglob("*")]
        return sorted(path.name for path in paths if path.is_file())

    def _on_received(self) -> None:
        self.received += 1

    async def _on_shown(self, halls: frozenset[str]) -> None:
        self.shown += sorted(halls)


class PlainSteps:
    """Steps without children: what begins with `bad` is refused, anything else goes through as it is."""

    def __init__(self) -> None:
        self.checked: list[bytes] = []
        self.optimised: list[bytes] = []

    async def check(self, original: Path, file: str, folder: Path) -> Checked:
        content = await asyncio.to_thread(original.read_bytes)
        self.checked.append(content)
        if content.startswith(b"bad"):
            return Checked({"accepted": False, "issues": [], "measured": {}}, None)
        shutil.copyfile(original, folder / "canonical.glb")
        bounds = {"min": [-1.0, 0.0, -1.0], "max": [1.0, 2.0, 1.0]}
        report = {"accepted": True, "issues": [], "measured": {"bounds_m": bounds}}
        return Checked(report, folder / "canonical.glb")

    async def optimise(self, canonical: Path, folder: Path) -> Optimised:
        content = await asyncio.to_thread(canonical.read_bytes)
        self.optimised.append(content)
        (folder / "model.glb").write_bytes(b"small " + content)
        return Optimised(
            folder / "model.glb", None, {"before": {"bytes": 9}, "after": {"bytes": 5}, "heaviest": []}
        )


@asynccontextmanager
async def running(exhibitors: Exhibitors, steps: PlainSteps, at_once: int = 1) -> AsyncIterator[Runner]:
    """A runner at work until the block ends."""
    runner = Runner(
        exhibitors.database,
        exhibitors.stock,
        steps,
        exhibitors.folder / "work",
        at_once=at_once,
        clock=exhibitors.clock,
    )
    task = asyncio.create_task(runner.run())
    try:
        yield runner
    finally:
        task.cancel()
        await asyncio.wait([task])


async def check_all(exhibitors: Exhibitors, steps: Steps | None = None) -> None:
    """Have everything that waits checked."""
    runner = Runner(
        exhibitors.database,
        exhibitors.stock,
        steps or PlainSteps(),
        exhibitors.folder / "work",
        at_once=1,
        clock=exhibitors.clock,
    )
    running = asyncio.create_task(runner.run())
    try:
        while True:
            async with exhibitors.database.reading() as session:
                if not await queries.unchecked(session, 1 << 50):
                    return
            await asyncio.sleep(0.01)
    finally:
        running.cancel()
        await asyncio.wait([running])


async def ready_booth(exhibitors: Exhibitors, content: bytes = b"model", slot: str = "a") -> str:
    """A booth with one version that is ready, placed in a slot."""
    booth = await exhibitors.booth()
    await exhibitors.upload(booth, content)
    await check_all(exhibitors)
    await exhibitors.dress(booth, slot=slot)
    return booth


def states(booth: dict[str, Any]) -> list[str]:
    return [version["state"] for version in booth["versions"]]


async def acts(exhibitors: Exhibitors) -> list[tuple[str, str, str]]:
    """Act, who, and reason of every row of the record."""
    async with exhibitors.database.reading() as session:
        return [(row.act, row.actor_id, row.reason) async for row in audit.rows(session)]


def pointers(error: DressWrong) -> list[tuple[str, str]]:
    return [(problem.pointer, problem.code) for problem in error.problems]
