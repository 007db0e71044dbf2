"""Uploads: what is acknowledged is on the disk, and is gone on with from there."""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections.abc import AsyncIterator

import pytest

from tests.support.exhibitors import LIMITS, LIN, OPERATOR, WEI, Exhibitors
from yuanzhan.booths import uploads
from yuanzhan.booths.dress import Dress
from yuanzhan.booths.finishing import PANEL
from yuanzhan.booths.uploads import Wanted
from yuanzhan.errors.booths import NoSuchBooth, TooManyVersions
from yuanzhan.errors.uploads import NoSuchUpload, UploadOffsetWrong
from yuanzhan.store import audit
from yuanzhan.store import booth_queries as queries

CONTENT = b"glTF" * 25_000
NAME = hashlib.sha256(CONTENT).hexdigest()


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


async def test_an_upload_that_is_refused_leaves_no_file(exhibitors: Exhibitors) -> None:
    with pytest.raises(NoSuchBooth):
        await exhibitors.uploads.create(LIN, Wanted("nowhere", "model", "x.glb", 10))
    assert exhibitors.files() == []
