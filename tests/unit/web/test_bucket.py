"""A whole server with a bucket behind its files, over HTTP."""

from __future__ import annotations

import dataclasses
import shutil
from collections.abc import AsyncIterator
from dataclasses import dataclass

import aiohttp
import pytest

from tests.conftest import RunningServer
from tests.support.booth_pages import TUS, Expo, expo
from tests.support.s3_server import S3Server
from yuanzhan.app.serving import serving
from yuanzhan.errors.starting import BucketMissing
from yuanzhan.settings import Settings

SOUND = b"OggS\0\2" + bytes(range(200))


@dataclass
class Fair:
    people: Expo
    http: aiohttp.ClientSession
    s3: S3Server
    name: str
    settings: Settings


@pytest.fixture
async def fair(settings: Settings, s3: S3Server) -> AsyncIterator[Fair]:
    name = s3.new_bucket()
    with_bucket = dataclasses.replace(settings, objects_url=s3.url(name))
    async with (
        serving(with_bucket) as running,
        aiohttp.ClientSession(running.reach.base_url) as http,
        expo(RunningServer(running.reach.base_url, http, running.reach.owner_url)) as people,
    ):
        yield Fair(people, http, s3, name, with_bucket)


async def test_a_file_outlives_the_folder_and_an_upload_a_bucket_that_is_away(fair: Fair) -> None:
    lin = fair.people.lin
    booth = await lin.booth()
    path = await lin.begin(booth, len(SOUND), purpose="panel", filename="x.ogg")
    fair.s3.stop()
    status, headers, body = await lin.patch(path, 0, SOUND)
    assert (status, body["error"]["code"]) == (503, "objects_unreachable")
    assert "nothing that came is lost" in body["error"]["message"]
    assert int(headers["Retry-After"]) > 0
    status, _, _ = await lin.request("HEAD", path, TUS)
    assert status == 503
    fair.s3.start()
    status, headers, _ = await lin.request("HEAD", path, TUS)
    assert (status, headers["Upload-Offset"]) == (200, str(len(SOUND)))
    name = headers["Yuanzhan-Object"]
    assert fair.s3.path(fair.name, name).read_bytes() == SOUND
    shutil.rmtree(fair.settings.data_dir / "objects")
    async with fair.http.get(f"/files/{name}", headers={"Range": "bytes=100-149"}) as answer:
        assert (answer.status, answer.content_type) == (206, "audio/ogg")
        assert answer.headers["Content-Range"] == f"bytes 100-149/{len(SOUND)}"
        assert await answer.read() == SOUND[100:150]
    async with fair.http.get(f"/files/{'a' * 64}.ogg") as answer:
        assert answer.status == 404


async def test_a_server_does_not_start_without_its_bucket(settings: Settings, s3: S3Server) -> None:
    without = dataclasses.replace(settings, objects_url=s3.url("no-such-bucket"))
    with pytest.raises(BucketMissing):
        async with serving(without):
            pass
