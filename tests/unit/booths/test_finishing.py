"""The end of an upload: by the hash that was said, in a booth that is there still, once whatever stops."""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator

import pytest

from tests.support.exhibitors import LIN, Exhibitors
from yuanzhan.booths.finishing import PANEL
from yuanzhan.errors.uploads import NoSuchUpload, UploadHashWrong

CONTENT = b"glTF" * 25_000
NAME = hashlib.sha256(CONTENT).hexdigest()


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
