"""Files with a bucket behind them: what was acknowledged outlives the machine, and a bucket that is away or
wrong costs nobody anything."""

from __future__ import annotations

import asyncio
import gzip
import hashlib
import os
import shutil
import sys
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.support.exhibitors import LIN, Exhibitors, PlainSteps, running
from tests.support.patience import until
from tests.support.s3_server import S3Server
from yuanzhan.booths.finishing import PANEL
from yuanzhan.booths.runner import AGAIN_MS
from yuanzhan.booths.stock import Stock, open_bucket
from yuanzhan.errors.server import ObjectsUnreachable
from yuanzhan.errors.starting import ExtraMissing
from yuanzhan.store import booth_queries as queries
from yuanzhan.store.accounts import Organisation
from yuanzhan.store.booths import BoothFileRow, VersionRow
from yuanzhan.store.bucket import SIGN, Bucket
from yuanzhan.store.bucket_address import bucket_address
from yuanzhan.store.chain import Head
from yuanzhan.store.database import Database, database_url
from yuanzhan.store.objects import ContentDiffers

CONTENT = b"glTF" * 9_000
SHA256 = hashlib.sha256(CONTENT).hexdigest()
ORIGINAL = f"{SHA256}.upload"
MODEL = f"{SHA256}.glb"
SOUND = b"OggS\0\2" + b"\0" * 200


class CountedBucket(Bucket):
    """One that counts what is fetched."""

    fetched = 0

    async def get(self, name: str, file: Path) -> None:
        self.fetched += 1
        await super().get(name, file)


@dataclass
class Fair:
    """Exhibitors whose files are in a bucket; `name` is the bucket's."""

    exhibitors: Exhibitors
    s3: S3Server
    name: str
    booth: str

    @property
    def bucket(self) -> CountedBucket:
        assert isinstance(self.exhibitors.bucket, CountedBucket)
        return self.exhibitors.bucket

    @property
    def url(self) -> str:
        return self.s3.url(self.name, "files")

    @property
    def stock(self) -> Stock:
        return self.exhibitors.stock

    @property
    def keys(self) -> set[str]:
        return self.s3.keys(self.name)

    def lose_the_folder(self) -> None:
        shutil.rmtree(self.exhibitors.folder / "objects")
        self.exhibitors.restart()

    async def say(self, row: VersionRow | BoothFileRow) -> None:
        """Have a row in the database."""
        async with self.exhibitors.database.transaction() as session:
            session.add(row)

    async def keep_model(self) -> None:
        """A model that a row speaks of, in the bucket alone."""
        sent = self.exhibitors.folder / "sent"
        sent.write_bytes(CONTENT)
        assert await self.stock.keep(sent, ".glb") == MODEL
        await self.say(version(self.booth, original=ORIGINAL, model=MODEL))
        self.lose_the_folder()


def version(booth: str, **names: str) -> VersionRow:
    return VersionRow(
        booth_id=booth, number=1, state="ready", file="x.glb", bytes=1, received_at_ms=0, **names
    )


@pytest.fixture
async def fair(s3: S3Server, schema_file: Path, tmp_path: Path) -> AsyncIterator[Fair]:
    (tmp_path / "data").mkdir()
    shutil.copy(schema_file, tmp_path / "data")
    name = s3.new_bucket()
    bucket = CountedBucket(bucket_address(s3.url(name, "files")))
    database = Database(database_url("", tmp_path / "data"), sign_nothing)
    async with database.transaction() as session:
        await bucket.take(await queries.bucket_owner(session))
    async with database.transaction() as session:
        session.add(Organisation(id=LIN.organisation_id, name="lin", created_at_ms=0))
    exhibitors = Exhibitors(database, tmp_path / "files", bucket=bucket)
    yield Fair(exhibitors, s3, name, await exhibitors.booth())
    await database.close()


async def sign_nothing(_end: Head) -> None:
    """There is no record to sign here."""


async def test_an_upload_is_in_the_bucket_when_it_is_acknowledged(fair: Fair) -> None:
    await fair.exhibitors.upload(fair.booth, CONTENT)
    assert fair.keys == {f"files/{SIGN}", f"files/{ORIGINAL}"}
    assert fair.s3.path(fair.name, f"files/{ORIGINAL}").read_bytes() == CONTENT


async def test_what_the_folder_lost_is_fetched_once_whoever_asks(fair: Fair) -> None:
    await fair.keep_model()
    paths = await asyncio.gather(*(fair.stock.path(MODEL) for _ in range(20)))
    assert set(paths) == {fair.exhibitors.objects.path(MODEL)}
    assert paths[0].read_bytes() == CONTENT
    assert gzip.decompress(paths[0].with_name(f"{MODEL}.gz").read_bytes()) == CONTENT
    await fair.stock.path(MODEL)
    assert fair.bucket.fetched == 1


async def test_who_gives_up_waiting_leaves_it_to_the_others(fair: Fair) -> None:
    await fair.keep_model()
    fair.s3.freeze()
    first, second = (asyncio.create_task(fair.stock.path(MODEL)) for _ in range(2))
    await until(lambda: fair.bucket.fetched == 1)
    first.cancel()
    await asyncio.wait([first])
    fair.s3.start()
    assert (await second).read_bytes() == CONTENT


@pytest.mark.parametrize("content", [b"", b"x" * len(CONTENT)])
async def test_wrong_bytes_in_the_bucket_are_refused(fair: Fair, content: bytes) -> None:
    await fair.keep_model()
    fair.s3.path(fair.name, f"files/{MODEL}").write_bytes(content)
    with pytest.raises(ContentDiffers):
        await fair.stock.path(MODEL)
    assert fair.exhibitors.files() == []


async def test_nobody_sends_us_to_the_bucket_for_what_no_row_speaks_of(fair: Fair) -> None:
    await fair.keep_model()
    other = f"{'a' * 64}.glb"
    shutil.copy(fair.s3.path(fair.name, f"files/{MODEL}"), fair.s3.path(fair.name, f"files/{other}"))
    with pytest.raises(FileNotFoundError):
        await fair.stock.path(other)
    assert fair.bucket.fetched == 0
    fair.s3.path(fair.name, f"files/{MODEL}").unlink()
    with pytest.raises(FileNotFoundError):
        await fair.stock.path(MODEL)


async def test_a_bucket_that_is_away_is_told_and_the_upload_goes_on_when_it_is_back(fair: Fair) -> None:
    upload = await fair.exhibitors.begin(fair.booth, len(CONTENT), sha256=SHA256)
    fair.s3.stop()
    with pytest.raises(ObjectsUnreachable):
        await fair.exhibitors.send(upload, CONTENT)
    assert await fair.exhibitors.versions(fair.booth) == []
    fair.s3.start()
    found = await fair.exhibitors.uploads.find(LIN, upload.id)
    assert (found.offset, found.version) == (len(CONTENT), 1)
    assert f"files/{ORIGINAL}" in fair.keys


async def test_a_file_for_a_panel_is_not_forgotten_meanwhile(fair: Fair) -> None:
    upload = await fair.exhibitors.begin(fair.booth, len(SOUND), purpose=PANEL, file="x.ogg")
    fair.s3.stop()
    with pytest.raises(ObjectsUnreachable):
        await fair.exhibitors.send(upload, SOUND)
    fair.s3.start()
    found = await fair.exhibitors.uploads.find(LIN, upload.id)
    assert found.object is not None
    assert f"files/{found.object}" in fair.keys


async def test_a_check_waits_for_a_bucket_that_is_away(fair: Fair) -> None:
    await fair.exhibitors.upload(fair.booth, CONTENT)
    fair.s3.stop()
    fair.lose_the_folder()
    async with running(fair.exhibitors, PlainSteps()) as runner:
        again_ms = fair.exhibitors.now_ms + AGAIN_MS
        await until(lambda: row_of(fair, lambda row: row.claimed_until_ms == again_ms))
        assert await row_of(fair, lambda row: row.attempts == 0 and row.state == "checking")
        fair.s3.start()
        fair.exhibitors.now_ms += 3_600_000
        runner.wake()
        await until(lambda: row_of(fair, lambda row: row.state == "ready"))
    assert len(fair.keys) == 4  # the sign, and what came, was checked, and is served


async def row_of(fair: Fair, holds: Callable[[VersionRow], bool]) -> bool:
    """Whether this holds of the booth's version."""
    async with fair.exhibitors.database.reading() as session:
        row = await session.get(VersionRow, (fair.booth, 1))
    return row is not None and holds(row)


async def test_what_no_row_speaks_of_goes_from_the_bucket_once_it_is_old(fair: Fair) -> None:
    await fair.keep_model()
    sent = fair.exhibitors.folder / "sent"
    orphans = []
    for content in (b"old", b"young"):
        sent.write_bytes(content)
        orphans.append(await fair.stock.keep(sent, ".glb"))
    for name in (orphans[0], MODEL):
        os.utime(fair.s3.path(fair.name, f"files/{name}"), (0, 0))
    await fair.stock.align()
    assert fair.keys == {f"files/{name}" for name in (SIGN, MODEL, orphans[1])}
    await fair.stock.sweep()
    assert fair.exhibitors.files() == []


async def test_a_bucket_that_another_database_took_is_not_swept(fair: Fair) -> None:
    await fair.keep_model()
    orphan = fair.s3.path(fair.name, f"files/{'a' * 64}.glb")
    orphan.write_bytes(b"of the other")
    os.utime(orphan, (0, 0))
    sign = fair.s3.path(fair.name, f"files/{SIGN}")
    own = sign.read_text()
    sign.write_text(own.replace("Database: ", "Database: 0"))
    await fair.stock.align()
    assert orphan.exists()
    sign.write_text(own)
    await fair.stock.align()
    assert not orphan.exists()


async def test_what_is_kept_again_is_young_again_in_the_bucket(fair: Fair) -> None:
    sent = fair.exhibitors.folder / "sent"
    sent.write_bytes(CONTENT)
    await fair.stock.keep(sent, ".glb")
    os.utime(fair.s3.path(fair.name, f"files/{MODEL}"), (0, 0))
    await fair.stock.keep(sent, ".glb")
    await fair.stock.align()
    assert f"files/{MODEL}" in fair.keys


async def test_a_new_bucket_gets_what_is_needed_and_nothing_else(fair: Fair) -> None:
    fair.exhibitors.bucket, bucket = None, fair.bucket
    fair.exhibitors.restart()
    await fair.exhibitors.upload(fair.booth, CONTENT)
    sent = fair.exhibitors.folder / "sent"
    sent.write_bytes(b"of no row")
    await fair.stock.keep(sent, ".glb")
    assert fair.keys == {f"files/{SIGN}"}
    await fair.stock.align()
    fair.exhibitors.bucket = bucket
    fair.exhibitors.restart()
    await fair.stock.align()
    assert fair.keys == {f"files/{SIGN}", f"files/{ORIGINAL}"}


async def test_kill_9_between_the_folder_and_the_bucket_loses_nothing(fair: Fair) -> None:
    upload = await fair.exhibitors.begin(fair.booth, len(CONTENT), sha256=SHA256)
    sent = fair.exhibitors.incoming.path(upload.id)
    sent.write_bytes(CONTENT)
    here = fair.exhibitors.objects.path(ORIGINAL)
    fair.s3.freeze()
    arguments = ("-c", KEEPING, str(fair.exhibitors.folder), str(sent), fair.url)
    process = await asyncio.create_subprocess_exec(sys.executable, *arguments)
    await until(here.is_file)
    process.kill()
    await process.wait()
    fair.s3.start()
    # What had been sent already may be put now by the bucket itself, and no sooner than by us.
    fair.exhibitors.restart()
    await fair.exhibitors.uploads.resume()
    assert [each["sha256"] for each in await fair.exhibitors.versions(fair.booth)] == [SHA256]
    assert fair.keys == {f"files/{SIGN}", f"files/{ORIGINAL}"}


# Keeps a file in a bucket that does not answer.
KEEPING = """
import asyncio, sys
from pathlib import Path
from yuanzhan.booths.stock import Stock
from yuanzhan.store.bucket import Bucket
from yuanzhan.store.bucket_address import bucket_address
from yuanzhan.store.objects import Objects

folder, sent, url = sys.argv[1:]
stock = Stock(None, Objects(Path(folder) / "objects"), Bucket(bucket_address(url)))
asyncio.run(stock.keep(Path(sent), ".upload"))
"""


async def test_a_server_without_the_package_says_what_to_install(
    s3: S3Server, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "yuanzhan.store.bucket", None)
    with pytest.raises(ExtraMissing) as missing:
        await open_bucket(s3.url(s3.new_bucket()), database)
    assert missing.value.params == {"setting": "objects_url", "extra": "s3"}


async def test_every_name_that_a_row_has_is_needed_and_no_other(database: Database, tmp_path: Path) -> None:
    names = {kind: f"{number}" * 64 + ".glb" for number, kind in enumerate(KINDS)}
    served = ("8" * 64 + ".ktx2", "9" * 64 + ".bin")
    async with database.transaction() as session:
        session.add(Organisation(id=LIN.organisation_id, name="lin", created_at_ms=0))
    booth = await Exhibitors(database, tmp_path / "files").booth()
    async with database.transaction() as session:
        session.add(version(booth, parts=" ".join(served), **names))
        session.add(
            BoothFileRow(
                booth_id=booth, object="a" * 64 + ".ogg", type="audio/ogg", file="", bytes=1, created_at_ms=0
            )
        )
    async with database.reading() as session:
        needed = await queries.needed_objects(session)
        assert needed == {*names.values(), *served, "a" * 64 + ".ogg"}
        assert all([await queries.needs_object(session, name) for name in needed])
        for other in ("b" * 64 + ".glb", "%", "_" * 64 + ".bin"):
            assert not await queries.needs_object(session, other)


KINDS = ("original", "canonical", "model", "thumbnail")
