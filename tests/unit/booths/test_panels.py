"""Files for panels are what their bytes say."""

from __future__ import annotations

import hashlib
import io

import pytest
from PIL import Image

from tests.support.children import killing_once
from tests.support.exhibitors import LIN, Exhibitors
from yuanzhan.booths.finishing import PANEL
from yuanzhan.booths.panels import picture_limits
from yuanzhan.errors.uploads import FileKindRefused, PictureUnfinished
from yuanzhan.jobs.child import Limits


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
