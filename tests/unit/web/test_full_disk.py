"""A disk that is full, really: a small file system of its own, filled to the last byte."""

from __future__ import annotations

import contextlib
import dataclasses
import os
import subprocess
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import aiohttp
import pytest

from tests.conftest import RunningServer
from tests.support.booth_pages import TUS, Expo, expo
from yuanzhan.app.serving import serving
from yuanzhan.settings import Settings

DISK_MB = 24
CONTENT = os.urandom(10 << 20)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of DISK_MB."""
    folder = tmp_path / "disk"
    folder.mkdir()
    options = f"size={DISK_MB}m,mode=0700"
    mount = ["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(folder)]
    try:
        done = subprocess.run(mount, capture_output=True, text=True, check=False)
        trouble = done.stderr.strip() if done.returncode else ""
    except FileNotFoundError:
        trouble = "there is no mount"
    if trouble:
        pytest.skip(f"a small file system cannot be mounted here: {trouble}")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


@pytest.fixture
async def people(small_disk: Path, settings: Settings) -> AsyncIterator[Expo]:
    small = dataclasses.replace(settings, data_dir=small_disk / "data", disk_reserve_mb=0)
    async with (
        serving(small) as running,
        aiohttp.ClientSession(running.reach.base_url) as http,
        expo(RunningServer(running.reach.base_url, http, running.reach.owner_url)) as made,
    ):
        yield made


def fill(folder: Path, leave: int = 0) -> Path:
    """Take all the space that is left, but for `leave` bytes."""
    path = folder / "filler"
    # Without a buffer: what is left in one is written at the end, and fails once more.
    with path.open("wb", buffering=0) as file, contextlib.suppress(OSError):
        while True:
            file.write(b"\0" * (64 << 10))
    if leave:
        os.truncate(path, path.stat().st_size - leave)
    return path


async def test_an_upload_that_would_not_fit_is_refused_before_it_is_sent(people: Expo) -> None:
    booth = await people.lin.booth()
    from tests.support.booth_pages import upload_metadata

    headers = TUS | {
        "Upload-Length": str(DISK_MB << 20),
        "Upload-Metadata": upload_metadata(booth=booth, filename="x.glb"),
    }
    status, _, body = await people.lin.request("POST", "/api/uploads", headers)
    assert (status, body["error"]["code"]) == (507, "disk_full")


async def test_a_disk_that_fills_up_while_it_is_sent_loses_nothing(people: Expo, small_disk: Path) -> None:
    lin = people.lin
    booth = await lin.booth()
    path = await lin.begin(booth, len(CONTENT))
    filler = fill(small_disk, leave=3 << 20)
    status, _, body = await lin.patch(path, 0, CONTENT)
    assert (status, body["error"]["code"]) == (507, "disk_full")
    assert people.operator.http is not None
    async with people.operator.http.get("/healthz") as answer:
        assert answer.status == 200
    filler.unlink()
    status, headers, _ = await lin.request("HEAD", path, TUS)
    offset = int(headers["Upload-Offset"])
    assert 2 << 20 < offset < 4 << 20
    status, headers, body = await lin.patch(path, offset, CONTENT[offset:])
    assert status == 204, body
    assert headers["Yuanzhan-Version"] == "1"
    (version,) = (await lin.get(booth))["versions"]
    kept = list((small_disk / "data" / "objects").rglob(f"{version['sha256']}.upload"))
    assert [file.read_bytes() == CONTENT for file in kept] == [True]


async def test_a_full_disk_refuses_what_changes_and_goes_on_when_there_is_room(
    people: Expo, small_disk: Path
) -> None:
    lin = people.lin
    booth = await lin.booth()
    filler = fill(small_disk)
    status, body = await lin.page.ask("POST", "/api/booths", {"title": "x" * 80})
    refused = status
    # The database may have room of its own left, for a while.
    for _ in range(200):
        if refused != 201:
            break
        status, body = await lin.page.ask("PUT", f"/api/booths/{booth}", {"title": "y" * 80})
        refused = status if status != 200 else 201
    assert (refused, body["error"]["code"]) == (507, "disk_full")
    filler.unlink()
    status, body = await lin.page.ask("PUT", f"/api/booths/{booth}", {"title": "z"})
    assert (status, body["title"]["en"]) == (200, "z")
