"""What comes of one request: no more than was said, whole by its checksum, as far as the disk has room."""

from __future__ import annotations

import errno
import hashlib
import os

import pytest

from tests.support.exhibitors import LIN, Exhibitors
from yuanzhan.booths.receiving import Checksum
from yuanzhan.errors.server import DiskFull
from yuanzhan.errors.uploads import ChecksumMismatch, UploadTooLong
from yuanzhan.store.incoming import Receiving

CONTENT = b"glTF" * 25_000
NAME = hashlib.sha256(CONTENT).hexdigest()


def sha256(content: bytes, wanted: bytes | None = None) -> Checksum:
    return Checksum.of("sha256", wanted or hashlib.sha256(content).digest())


async def test_more_than_was_said_is_refused_and_what_came_before_it_stays(exhibitors: Exhibitors) -> None:
    upload = await exhibitors.begin(await exhibitors.booth(), 3000)
    await exhibitors.send(upload, CONTENT[:1000])
    with pytest.raises(UploadTooLong):
        await exhibitors.send(upload, CONTENT, offset=1000, size=len(CONTENT))
    with pytest.raises(UploadTooLong):
        await exhibitors.send(upload, CONTENT[:1500], CONTENT, offset=1000)
    assert (await exhibitors.uploads.find(LIN, upload.id)).offset == 1000
    assert (await exhibitors.send(upload, CONTENT[1000:3000], offset=1000)).version == 1


async def test_less_than_was_said_is_not_a_version(exhibitors: Exhibitors) -> None:
    booth = await exhibitors.booth()
    upload = await exhibitors.begin(booth, len(CONTENT))
    await exhibitors.send(upload, CONTENT[:-1])
    assert await exhibitors.versions(booth) == []


async def test_a_part_with_a_wrong_checksum_does_not_count(exhibitors: Exhibitors) -> None:
    upload = await exhibitors.begin(await exhibitors.booth(), len(CONTENT))
    first, rest = CONTENT[:1000], CONTENT[1000:]
    assert (await exhibitors.send(upload, first, checksum=sha256(first))).offset == 1000
    with pytest.raises(ChecksumMismatch):
        await exhibitors.send(upload, rest, offset=1000, checksum=sha256(rest + b"!"))
    assert (await exhibitors.uploads.find(LIN, upload.id)).offset == 1000
    assert (await exhibitors.send(upload, rest, offset=1000, checksum=sha256(rest))).version == 1


async def test_a_part_that_broke_off_before_its_checksum_was_seen_does_not_count(
    exhibitors: Exhibitors,
) -> None:
    upload = await exhibitors.begin(await exhibitors.booth(), len(CONTENT))
    with pytest.raises(ConnectionError):
        await exhibitors.send(upload, CONTENT[:5000], breaks=True, checksum=sha256(CONTENT))
    assert (await exhibitors.uploads.find(LIN, upload.id)).offset == 0


async def test_a_disk_that_fills_up_loses_nothing(
    exhibitors: Exhibitors, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A disk with room for 3,000 bytes more; a real one is filled in tests/unit/web/test_full_disk.py."""
    upload = await exhibitors.begin(await exhibitors.booth(), len(CONTENT))
    write = Receiving.write

    def write_a_little(self: Receiving, data: bytes) -> None:
        write(self, data[: max(0, 3000 - self.length)])
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(Receiving, "write", write_a_little)
    with pytest.raises(DiskFull):
        await exhibitors.send(upload, CONTENT)
    monkeypatch.undo()
    found = await exhibitors.uploads.find(LIN, upload.id)
    assert found.offset == 3000
    assert (await exhibitors.send(upload, CONTENT[3000:], offset=3000)).version == 1
    assert exhibitors.objects.path(f"{NAME}.upload").read_bytes() == CONTENT
