"""Uploads: what is acknowledged is on the disk, what is wrong is refused, a stop at any step loses
nothing."""

from __future__ import annotations

import asyncio
import dataclasses
import errno
import hashlib
import io
import json
import os
from collections.abc import AsyncIterator

import pytest
from PIL import Image

from tests.support.children import killing_once
from tests.support.exhibitors import LIMITS, LIN, OPERATOR, WEI, Exhibitors
from yuanzhan.booths import uploads
from yuanzhan.booths.dress import Dress
from yuanzhan.booths.file_names import clean_file_name
from yuanzhan.booths.finishing import PANEL
from yuanzhan.booths.panels import picture_limits
from yuanzhan.booths.receiving import Checksum
from yuanzhan.booths.uploads import Wanted
from yuanzhan.errors.booths import NoSuchBooth, TooManyVersions
from yuanzhan.errors.server import DiskFull
from yuanzhan.errors.uploads import (
    ChecksumMismatch,
    FileKindRefused,
    NoSuchUpload,
    PictureUnfinished,
    QuotaFull,
    TooManyUploads,
    UploadHashWrong,
    UploadOffsetWrong,
    UploadTooLarge,
    UploadTooLong,
)
from yuanzhan.jobs.child import Limits
from yuanzhan.store import audit
from yuanzhan.store import booth_queries as queries
from yuanzhan.store.incoming import Receiving

CONTENT = b"glTF" * 25_000
NAME = hashlib.sha256(CONTENT).hexdigest()


def sha256(content: bytes, wanted: bytes | None = None) -> Checksum:
    return Checksum.of("sha256", wanted or hashlib.sha256(content).digest())


async def test_a_whole_upload_becomes_a_version_and_its_original_is_kept(exhibitors: Exhibitors) -> None:
    booth = await exhibitors.booth()
    done = await exhibitors.upload(booth, CONTENT)
    assert (done.offset, done.version) == (len(CONTENT), 1)
    (version,) = await exhibitors.versions(booth)
    assert (version["state"], version["sha256"], version["bytes"], version["file"]) == (
        "received",
        NAME,
        len(CONTENT),
        "model.glb",
    )
    assert exhibitors.objects.path(f"{NAME}.upload").read_bytes() == CONTENT
    assert exhibitors.files() == [f"{NAME}.upload"]
    assert exhibitors.received == 1


async def test_versions_are_numbered_from_one(exhibitors: Exhibitors) -> None:
    booth = await exhibitors.booth()
    for number in (1, 2, 3):
        assert (await exhibitors.upload(booth, b"%d" % number)).version == number


async def test_an_upload_goes_on_where_it_broke_off(exhibitors: Exhibitors) -> None:
    upload = await exhibitors.begin(await exhibitors.booth(), len(CONTENT))
    broken = await exhibitors.send(upload, CONTENT[:1000], CONTENT[1000:3000], breaks=True)
    assert broken.offset == 3000
    exhibitors.restart()
    found = await exhibitors.uploads.find(LIN, upload.id)
    assert (found.offset, found.version) == (3000, None)
    assert (await exhibitors.send(upload, CONTENT[3000:], offset=3000)).version == 1
    assert exhibitors.objects.path(f"{NAME}.upload").read_bytes() == CONTENT


async def test_who_did_not_hear_the_last_answer_finds_the_upload_done(exhibitors: Exhibitors) -> None:
    upload = await exhibitors.upload(await exhibitors.booth(), CONTENT)
    exhibitors.restart()
    found = await exhibitors.uploads.find(LIN, upload.id)
    assert (found.offset, found.version) == (len(CONTENT), 1)
    again = await exhibitors.send(upload, offset=len(CONTENT))
    assert again.version == 1
    assert exhibitors.received == 1


@pytest.mark.parametrize("offset", [0, 999, 1001, 10**12])
async def test_only_the_right_offset_is_gone_on_from(exhibitors: Exhibitors, offset: int) -> None:
    upload = await exhibitors.begin(await exhibitors.booth(), len(CONTENT))
    await exhibitors.send(upload, CONTENT[:1000])
    with pytest.raises(UploadOffsetWrong) as refused:
        await exhibitors.send(upload, CONTENT, offset=offset)
    assert refused.value.params == {"offset": 1000}


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


async def test_a_file_with_another_hash_than_was_said_is_not_kept(exhibitors: Exhibitors) -> None:
    booth = await exhibitors.booth()
    upload = await exhibitors.begin(booth, len(CONTENT), sha256="0" * 64)
    with pytest.raises(UploadHashWrong):
        await exhibitors.send(upload, CONTENT)
    with pytest.raises(NoSuchUpload):
        await exhibitors.uploads.find(LIN, upload.id)
    assert await exhibitors.versions(booth) == []
    assert exhibitors.files() == []


@pytest.mark.parametrize("content", [b"OggS" + b"\0" * 200, b"\x89PNG\r\n\x1a\n" + b"\0" * 200])
async def test_a_panels_file_with_another_hash_than_was_said_is_not_kept(
    exhibitors: Exhibitors, content: bytes
) -> None:
    upload = await exhibitors.begin(await exhibitors.booth(), len(content), purpose=PANEL, sha256="0" * 64)
    with pytest.raises(UploadHashWrong):
        await exhibitors.send(upload, content)
    with pytest.raises(NoSuchUpload):
        await exhibitors.uploads.find(LIN, upload.id)
    assert exhibitors.files() == []


async def test_a_file_with_the_hash_that_was_said_is_kept(exhibitors: Exhibitors) -> None:
    upload = await exhibitors.begin(await exhibitors.booth(), len(CONTENT), sha256=NAME)
    assert (await exhibitors.send(upload, CONTENT)).version == 1


async def test_another_organisations_booth_and_upload_are_not_there(exhibitors: Exhibitors) -> None:
    booth = await exhibitors.booth()
    upload = await exhibitors.begin(booth, 10)
    for stranger in (WEI, OPERATOR):
        with pytest.raises(NoSuchBooth):
            await exhibitors.begin(booth, 10, actor=stranger)
        with pytest.raises(NoSuchUpload):
            await exhibitors.uploads.find(stranger, upload.id)
        with pytest.raises(NoSuchUpload):
            await exhibitors.send(upload, b"0123456789", actor=stranger)
        with pytest.raises(NoSuchUpload):
            await exhibitors.uploads.remove(stranger, upload.id)
    assert len(exhibitors.files()) == 1  # those that were refused left no file


async def test_an_upload_that_is_given_up_leaves_nothing(exhibitors: Exhibitors) -> None:
    upload = await exhibitors.begin(await exhibitors.booth(), len(CONTENT))
    await exhibitors.send(upload, CONTENT[:1000])
    await exhibitors.uploads.remove(LIN, upload.id)
    assert exhibitors.files() == []
    with pytest.raises(NoSuchUpload):
        await exhibitors.send(upload, CONTENT[1000:], offset=1000)


async def test_what_was_sent_for_a_booth_ends_with_it(exhibitors: Exhibitors) -> None:
    booth = await exhibitors.booth()
    upload = await exhibitors.begin(booth, len(CONTENT))
    await exhibitors.send(upload, CONTENT[:1000])
    await exhibitors.uploads.drop(await exhibitors.desk.delete(LIN, booth))
    assert exhibitors.files() == []


async def test_a_booth_that_is_deleted_while_a_model_comes_in_keeps_nothing_of_it(
    exhibitors: Exhibitors,
) -> None:
    booth = await exhibitors.booth()
    upload = await exhibitors.begin(booth, len(CONTENT))
    slow = Interrupted(exhibitors, booth)
    with pytest.raises(NoSuchUpload):
        await exhibitors.uploads.receive(LIN, upload.id, 0, slow, None, None)
    assert slow.was_interrupted
    assert exhibitors.files() == []


class Interrupted:
    """Sends all of CONTENT, and deletes the booth when half of it is there."""

    def __init__(self, exhibitors: Exhibitors, booth: str) -> None:
        self._exhibitors, self._booth = exhibitors, booth
        self.was_interrupted = False

    async def chunks(self) -> AsyncIterator[bytes]:
        yield CONTENT[:50_000]
        await self._exhibitors.uploads.drop(await self._exhibitors.desk.delete(LIN, self._booth))
        yield CONTENT[50_000:]

    def interrupt(self) -> None:
        self.was_interrupted = True


async def removed(exhibitors: Exhibitors) -> list[dict[str, int]]:
    """What the record says of housekeeping."""
    async with exhibitors.database.reading() as session:
        rows = [row async for row in audit.rows(session) if row.act == "data.purge"]
    assert {row.target for row in rows} <= {"data:booths"}
    return [json.loads(row.after)["removed"] for row in rows]


async def test_an_upload_expires_and_what_it_became_stays(exhibitors: Exhibitors) -> None:
    booth = await exhibitors.booth()
    done = await exhibitors.upload(booth, CONTENT)
    open_one = await exhibitors.begin(booth, 100)
    exhibitors.now_ms += LIMITS.kept_ms + 1
    with pytest.raises(NoSuchUpload):
        await exhibitors.uploads.find(LIN, open_one.id)
    await exhibitors.uploads.expire()
    assert exhibitors.files() == [f"{NAME}.upload"]
    assert await removed(exhibitors) == [{"uploads": 2}]
    with pytest.raises(NoSuchUpload):
        await exhibitors.uploads.find(LIN, done.id)
    assert len(await exhibitors.versions(booth)) == 1


async def test_a_panels_file_that_no_dress_has_is_forgotten_and_its_space_is_free_again(
    exhibitors: Exhibitors,
) -> None:
    booth = await exhibitors.booth()
    names = [
        (await exhibitors.upload(booth, b"OggS" + letter * 99, purpose=PANEL)).object
        for letter in (b"a", b"b")
    ]
    panel = {"id": "p", "kind": "audio", "title": {"zh": "声音"}, "object": names[0]}
    dress = {"hall": "first", "slot": "a", "panels": [panel]}
    await exhibitors.desk.dress(LIN, booth, Dress.model_validate_json(json.dumps(dress)))

    async def known() -> set[str | None]:
        async with exhibitors.database.reading() as session:
            return {file.object for file in await queries.files(session, booth)}

    await exhibitors.uploads.expire()
    assert await known() == set(names)  # young yet: its panel may be on its way
    exhibitors.now_ms += LIMITS.kept_ms + 1
    await exhibitors.uploads.expire()
    assert await known() == {names[0]}
    await exhibitors.uploads.expire()
    assert await removed(exhibitors) == [{"uploads": 2, "panel_files": 1}]
    await exhibitors.stock.sweep()
    assert (await removed(exhibitors))[1:] == [{"files": 1}], "the object of the other one stays"
    async with exhibitors.database.reading() as session:
        assert await queries.bytes_of(session, "org-lin") == 103


async def test_sizes_and_numbers_have_their_most(exhibitors: Exhibitors) -> None:
    booth = await exhibitors.booth()
    with pytest.raises(UploadTooLarge) as refused:
        await exhibitors.begin(booth, LIMITS.model_bytes + 1)
    assert refused.value.params == {"most_mb": 1}
    with pytest.raises(UploadTooLarge):
        await exhibitors.begin(booth, LIMITS.panel_bytes + 1, purpose=PANEL)
    for _ in range(LIMITS.open_uploads):
        await exhibitors.begin(booth, 10)
    with pytest.raises(TooManyUploads):
        await exhibitors.begin(booth, 10)
    await exhibitors.begin(await exhibitors.booth(WEI), 10, actor=WEI)


async def test_what_was_promised_counts_towards_the_organisations_space(exhibitors: Exhibitors) -> None:
    booth = await exhibitors.booth()
    whole = LIMITS.model_bytes
    await exhibitors.upload(booth, b"x" * whole)
    for _ in range(3):
        await exhibitors.begin(booth, whole)
    exhibitors.limits = dataclasses.replace(LIMITS, open_uploads=10)
    exhibitors.restart()
    with pytest.raises(QuotaFull) as refused:
        await exhibitors.begin(booth, 1)
    assert refused.value.params == {"most_mb": 4}


async def test_what_would_not_fit_on_the_disk_is_refused_before_it_is_sent(exhibitors: Exhibitors) -> None:
    booth = await exhibitors.booth()
    exhibitors.limits = dataclasses.replace(LIMITS, reserve_bytes=1 << 60)
    exhibitors.restart()
    with pytest.raises(DiskFull):
        await exhibitors.begin(booth, 10)


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


class Stopped(BaseException):
    """A kill, as far as code after it is concerned."""


async def test_a_stop_between_keeping_and_writing_it_down_is_made_good_at_the_start(
    exhibitors: Exhibitors, monkeypatch: pytest.MonkeyPatch
) -> None:
    booth = await exhibitors.booth()
    upload = await exhibitors.begin(booth, len(CONTENT))
    with monkeypatch.context() as patch:

        def stop(*_: object) -> int:
            raise Stopped

        patch.setattr("yuanzhan.store.booth_queries.next_number", stop)
        with pytest.raises(Stopped):
            await exhibitors.send(upload, CONTENT)
    assert len(exhibitors.files()) == 2
    assert await exhibitors.versions(booth) == []
    exhibitors.restart()
    await exhibitors.uploads.resume()
    assert [version["sha256"] for version in await exhibitors.versions(booth)] == [NAME]
    assert exhibitors.files() == [f"{NAME}.upload"]
    await exhibitors.uploads.resume()
    assert len(await exhibitors.versions(booth)) == 1


async def test_an_upload_whose_file_is_gone_does_not_keep_the_server_from_starting(
    exhibitors: Exhibitors,
) -> None:
    booth = await exhibitors.booth()
    lost, whole = await exhibitors.begin(booth, 10), await exhibitors.begin(booth, 3)
    exhibitors.incoming.path(lost.id).unlink()
    exhibitors.incoming.path(whole.id).write_bytes(b"all")
    await exhibitors.uploads.resume()
    assert (await exhibitors.uploads.find(LIN, whole.id)).version == 1
    with pytest.raises(NoSuchUpload):
        await exhibitors.uploads.find(LIN, lost.id)


async def test_a_booth_has_so_many_versions(exhibitors: Exhibitors, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uploads, "VERSIONS_MAX", 2)
    booth, other = await exhibitors.booth(), await exhibitors.booth()
    await exhibitors.upload(booth, b"one")
    on_its_way = await exhibitors.begin(booth, 3)
    await exhibitors.upload(booth, b"OggS" + b"\0" * 60, purpose=PANEL)
    await exhibitors.begin(other, 3)
    with pytest.raises(TooManyVersions) as refused:
        await exhibitors.begin(booth, 3)
    assert refused.value.params == {"most": 2}
    await exhibitors.uploads.remove(LIN, on_its_way.id)
    await exhibitors.begin(booth, 3)


async def test_a_stop_after_writing_it_down_leaves_a_file_that_the_start_removes(
    exhibitors: Exhibitors,
) -> None:
    booth = await exhibitors.booth()
    upload = await exhibitors.upload(booth, CONTENT)
    exhibitors.incoming.create(upload.id)  # as if it had not been removed yet
    exhibitors.incoming.create("f" * 32)  # a file whose row was never written
    exhibitors.restart()
    await exhibitors.uploads.resume()
    assert exhibitors.files() == [f"{NAME}.upload"]
    assert len(await exhibitors.versions(booth)) == 1


async def test_who_comes_back_takes_the_upload_over_from_a_connection_that_hangs(
    exhibitors: Exhibitors,
) -> None:
    upload = await exhibitors.begin(await exhibitors.booth(), len(CONTENT))
    came, let_go = asyncio.Event(), asyncio.Event()

    class Hanging:
        async def chunks(self) -> AsyncIterator[bytes]:
            yield CONTENT[:2000]
            came.set()
            await let_go.wait()
            raise ConnectionResetError

        def interrupt(self) -> None:
            let_go.set()

    first = asyncio.create_task(exhibitors.uploads.receive(LIN, upload.id, 0, Hanging(), None, None))
    await came.wait()
    found = await exhibitors.uploads.find(LIN, upload.id)
    assert found.offset == 2000
    assert (await first).offset == 2000
    assert (await exhibitors.send(upload, CONTENT[2000:], offset=2000)).version == 1


async def test_a_panels_file_is_known_by_its_bytes(exhibitors: Exhibitors) -> None:
    booth = await exhibitors.booth()
    sound = b"OggS\0\2" + b"\0" * 200
    done = await exhibitors.upload(booth, sound, purpose=PANEL, file="sound.html")
    assert done.object == hashlib.sha256(sound).hexdigest() + ".ogg"
    assert done.version is None
    for content in (
        b"<!doctype html><script>alert(1)</script>",
        b"<svg/>",
        b"GIF89a",
        b"\x89PNG\r\n\x1a\nbroken",
    ):
        with pytest.raises(FileKindRefused):
            await exhibitors.upload(booth, content, purpose=PANEL, file="picture.png")
    assert exhibitors.files() == [done.object]


async def test_a_picture_whose_child_somebody_kills_is_a_picture(exhibitors: Exhibitors) -> None:
    sending = exhibitors.upload(await exhibitors.booth(), picture(), purpose=PANEL)
    done = await killing_once({"yuanzhan.jobs.picture"}, exhibitors.folder, sending)
    assert done.object is not None
    assert exhibitors.files() == [done.object]


async def test_a_picture_that_the_machine_has_no_time_for_can_be_asked_for_again(
    exhibitors: Exhibitors,
) -> None:
    exhibitors.picture_limits = Limits(seconds=0.0)
    exhibitors.restart()
    content = picture()
    upload = await exhibitors.begin(await exhibitors.booth(), len(content), purpose=PANEL)
    with pytest.raises(PictureUnfinished):
        await exhibitors.send(upload, content)
    with pytest.raises(PictureUnfinished):
        await exhibitors.uploads.find(LIN, upload.id)
    exhibitors.picture_limits = picture_limits()
    exhibitors.restart()
    found = await exhibitors.uploads.find(LIN, upload.id)
    assert found.object is not None
    assert exhibitors.files() == [found.object]


def picture() -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (64, 32), (200, 30, 30)).save(file, "PNG")
    return file.getvalue()


@pytest.mark.parametrize(
    ("name", "cleaned"),
    [
        ("booth.glb", "booth.glb"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\lin\\展位.zip", "展位.zip"),
        ("a/b/", "upload"),
        ("..", "upload"),
        ("", "upload"),
        ("a\0b\r\n.glb", "ab.glb"),
        ("\u202eblg.exe", "blg.exe"),
        ("<img src=x onerror=alert(1)>.glb", "<img src=x onerror=alert(1)>.glb"),
        ("x" * 500 + ".gltf", "x" * 115 + ".gltf"),
        ("." * 500, "upload"),
        ("\ud800.glb", ".glb".strip(".")),
    ],
)
def test_names_lose_their_paths_and_what_nobody_sees(name: str, cleaned: str) -> None:
    assert clean_file_name(name) == cleaned


async def test_an_upload_that_is_refused_leaves_no_file(exhibitors: Exhibitors) -> None:
    with pytest.raises(NoSuchBooth):
        await exhibitors.uploads.create(LIN, Wanted("nowhere", "model", "x.glb", 10))
    assert exhibitors.files() == []
