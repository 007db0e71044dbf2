"""Files for panels: pictures are written anew in a child process, sounds and videos kept as they came."""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Final

from yuanzhan.booths.kinds import HEAD_BYTES, PICTURE, kind_of
from yuanzhan.booths.stock import Stock
from yuanzhan.booths.threads import in_thread, refusing_full_disk
from yuanzhan.errors.uploads import FileKindRefused, PictureUnfinished
from yuanzhan.jobs.child import End, Limits, made_file, python_step, run_to_verdict, scratch
from yuanzhan.store.booths import BoothFileRow, UploadRow
from yuanzhan.store.incoming import Incoming
from yuanzhan.store.objects import ContentDiffers

# Of a processor.
PICTURE_SECONDS: Final = 30
PICTURE_BYTES: Final = 64 << 20
_OUT: Final = "out.webp"


def picture_limits(memory_bytes: int = 1 << 30) -> Limits:
    """For one picture: 50 megapixels are 200 MB decoded, and as much again while they are turned."""
    limits = Limits.of_processor(PICTURE_SECONDS, memory_bytes)
    return dataclasses.replace(limits, open_files=64, file_bytes=PICTURE_BYTES)


class Panels:
    """Makes objects of files that were sent for panels."""

    def __init__(
        self,
        incoming: Incoming,
        stock: Stock,
        work_dir: Path,
        limits: Limits,
        clock: Callable[[], int],
    ) -> None:
        self._incoming = incoming
        self._stock = stock
        self._work_dir = work_dir
        self._limits = limits
        self._clock = clock

    async def keep(self, upload: UploadRow) -> BoothFileRow:
        """The file of a complete upload as an object. Raises FileKindRefused, ContentDiffers, and what says
        nothing of the file: PictureUnfinished, DiskFull, ObjectsUnreachable."""
        path = self._incoming.path(upload.id)
        kind = kind_of(await in_thread(_head, path))
        if kind is None:
            raise FileKindRefused()
        if kind is PICTURE:
            # What is kept is our own writing, which has another hash.
            if upload.sha256 is not None and await in_thread(_sha256, path) != upload.sha256:
                raise ContentDiffers
            name = await self._keep_picture(path)
        else:
            name = await self._stock.keep(path, kind.suffix, sha256=upload.sha256)
        return BoothFileRow(
            booth_id=upload.booth_id,
            object=name,
            type=kind.type,
            file=upload.file,
            bytes=await self._stock.size(name),
            created_at_ms=self._clock(),
        )

    async def _keep_picture(self, path: Path) -> str:
        with refusing_full_disk(), scratch(self._work_dir) as folder:
            step = python_step("yuanzhan.jobs.picture", str(path), _OUT)
            outcome = await run_to_verdict(step, folder, self._limits)
            # Who ends its decoder each time is no picture; who only got no time may be one.
            if outcome.end is End.TIMED_OUT and outcome.may_be_chance:
                raise PictureUnfinished()
            made = made_file(folder, _OUT)
            if not outcome.is_done or made is None:
                raise FileKindRefused()
            return await self._stock.keep(made, PICTURE.suffix)


def _head(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(HEAD_BYTES)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
