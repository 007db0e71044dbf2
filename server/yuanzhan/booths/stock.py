"""The files that booths are made of: objects in a folder, which is a cache where there is a bucket behind it.

Rules
  1. What `keep` returned a name for is in the folder and, where there is a bucket, in the bucket: it survives
     the machine. It is put there again even if it was there before, so that no sweep takes it for old.
  2. `path` fetches what only the bucket has: whole, with the hash that its name says, or not at all. However
     many ask for an object, it is fetched once, and only what a row speaks of: nobody sends us to the bucket
     for what they thought up.
  3. So the folder can be lost. `align` brings a bucket up to date that is new, or has lost something.
  4. Other servers of the same database may use the bucket: nothing in it goes that is younger than an hour.
     One of another database may not: each would take the other's files for orphans.
"""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Final

import structlog

from yuanzhan.booths.removals import record_removals
from yuanzhan.booths.threads import in_thread, refusing_full_disk
from yuanzhan.errors.starting import ExtraMissing
from yuanzhan.store import booth_queries as queries
from yuanzhan.store.bucket_address import bucket_address
from yuanzhan.store.database import Database
from yuanzhan.store.objects import ContentDiffers, Objects

if TYPE_CHECKING:
    from yuanzhan.store.bucket import Bucket

log = structlog.get_logger("yuanzhan.booths")

# What is younger may be about to be written down.
SWEPT_AFTER_S: Final = 3600.0
# Each takes two parts of memory, and visitors of many booths come at once where the folder is new.
FETCHES_AT_ONCE: Final = 4
# A gzip lies beside these: pictures, sounds and videos are compressed already.
COMPRESSED: Final = frozenset({".glb", ".bin", ".json"})


async def open_bucket(setting: str, database: Database) -> Bucket | None:
    """The bucket of `objects_url`, tried and taken for this database; None where the setting is empty.

    Raises SettingInvalid, ExtraMissing, BucketTaken, BucketMissing, BucketRefuses, BucketUnreachable.
    """
    if not setting:
        return None
    address = bucket_address(setting)
    try:
        from yuanzhan.store.bucket import Bucket
    except ModuleNotFoundError:
        raise ExtraMissing(setting="objects_url", extra="s3") from None
    bucket = Bucket(address)
    await bucket.take(await _owner(database))
    return bucket


async def _owner(database: Database) -> str:
    async with database.transaction() as session:
        return await queries.bucket_owner(session)


class Stock:
    """All objects, wherever they are."""

    def __init__(self, database: Database, objects: Objects, bucket: Bucket | None = None) -> None:
        self._database = database
        self._objects = objects
        self._bucket = bucket
        self._fetching: dict[str, asyncio.Task[None]] = {}
        self._fetches = asyncio.Semaphore(FETCHES_AT_ONCE)

    async def keep(self, file: Path, suffix: str, *, sha256: str | None = None) -> str:
        """Keep the content of `file` and return its name. The file stays where it is, and nobody may write to
        it afterwards.

        Raises ContentDiffers when the hash is not `sha256`, DiskFull, ObjectsUnreachable; then it can be kept
        again.
        """
        name = await self._keep_here(file, suffix, sha256)
        if self._bucket is not None:
            await self._bucket.put(name, self._objects.path(name))
        return name

    async def path(self, name: str) -> Path:
        """Where the object is on this machine, once it is. Raises ValueError for what is no name.

        With a bucket, raises FileNotFoundError where there is no such object, ObjectsUnreachable, DiskFull,
        and ContentDiffers where the bucket has something else under its name.
        """
        path = self._objects.path(name)
        if self._bucket is None or await in_thread(path.is_file):
            return path
        fetching = self._fetching.get(name)
        if fetching is None:
            fetching = self._fetching[name] = asyncio.create_task(self._fetch(self._bucket, name))
            fetching.add_done_callback(lambda task: self._fetched(name, task))
        # Others wait for it, too.
        await asyncio.shield(fetching)
        return path

    async def size(self, name: str) -> int:
        """The bytes of an object that was just kept. Raises FileNotFoundError."""
        return await in_thread(self._objects.size, name)

    async def sweep(self, *, older_than_s: float = 0.0) -> None:
        """Remove objects that no row speaks of from the folder; the record says how many files went."""
        removed = await in_thread(self._objects.sweep, await self._needed(), older_than_s=older_than_s)
        if removed:
            log.info("objects_swept", count=len(removed))
            async with self._database.transaction() as session:
                await record_removals(session, files=len(removed))

    async def align(self, *, older_than_s: float = SWEPT_AFTER_S) -> None:
        """Remove from the bucket, if there is one, what no row speaks of, and put there what it lacks. Raises
        ObjectsUnreachable."""
        if self._bucket is None:
            return
        if not await self._bucket.is_of(await _owner(self._database)):
            # Two that began at once: neither sweeps what may be the other's.
            log.error("bucket_taken")
            return
        needed = await self._needed()
        there = await self._bucket.names()
        removed = [
            name
            for name in sorted(there.keys() - needed)
            if await self._bucket.remove(name, older_than_s=older_than_s)
        ]
        put = [name for name in sorted(needed - there.keys()) if await in_thread(self._objects.holds, name)]
        for name in put:
            await self._bucket.put(name, self._objects.path(name))
        if removed or put:
            log.info("bucket_aligned", removed=len(removed), put=len(put))
            async with self._database.transaction() as session:
                await record_removals(session, files_of_the_bucket=len(removed))

    async def _keep_here(self, file: Path, suffix: str, sha256: str | None) -> str:
        with refusing_full_disk():
            return await in_thread(
                self._objects.keep, file, suffix, compress=suffix in COMPRESSED, sha256=sha256
            )

    async def _needed(self) -> set[str]:
        async with self._database.reading() as session:
            return await queries.needed_objects(session)

    async def _fetch(self, bucket: Bucket, name: str) -> None:
        async with self._fetches:
            async with self._database.reading() as session:
                if not await queries.needs_object(session, name):
                    raise FileNotFoundError(name)
            part = await in_thread(self._objects.part)
            try:
                with refusing_full_disk():
                    await bucket.get(name, part)
                sha256, dot, suffix = name.partition(".")
                await self._keep_here(part, dot + suffix, sha256)
            except ContentDiffers:
                log.error("object_differs", object=name)
                raise
            finally:
                await in_thread(part.unlink, True)

    def _fetched(self, name: str, task: asyncio.Task[None]) -> None:
        del self._fetching[name]
        if not task.cancelled():
            task.exception()  # told to whoever still waits
