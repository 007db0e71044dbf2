"""tus over real HTTP, with a client that others wrote as well; and everything that a bad client may send."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import io
import os
from collections.abc import AsyncIterator, Sequence
from contextlib import suppress
from pathlib import Path
from urllib.parse import urlsplit

import aiohttp
import pytest
import pytest_asyncio
from tusclient.client import TusClient

from tests.conftest import RunningServer
from tests.support.booth_pages import TUS, Exhibitor, Expo, expo, upload_metadata
from tests.support.patience import until
from yuanzhan.app.serving import serving
from yuanzhan.settings import Settings

CONTENT = os.urandom(700_000)
NAME = hashlib.sha256(CONTENT).hexdigest()


pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory, scenes_dir: Path, client_dir: Path) -> Settings:
    """One server for all tests."""
    return Settings(
        port=0,
        scenes_dir=scenes_dir,
        client_dir=client_dir,
        data_dir=tmp_path_factory.mktemp("data"),
        organisation_booths=1000,
        organisation_uploads=1000,
        disk_reserve_mb=0,
    )


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def people(settings: Settings) -> AsyncIterator[Expo]:
    async with (
        serving(settings) as running,
        aiohttp.ClientSession(running.reach.base_url) as http,
        expo(RunningServer(running.reach.base_url, http, running.reach.owner_url)) as made,
    ):
        yield made


@pytest.fixture
def lin(people: Expo) -> Exhibitor:
    return people.lin


def code(body: dict[str, dict[str, str]]) -> str:
    return body["error"]["code"]


async def test_what_is_spoken_here_is_told(lin: Exhibitor) -> None:
    status, headers, _ = await lin.request("OPTIONS", "/api/uploads")
    assert status == 204
    assert headers["Tus-Version"] == "1.0.0"
    assert headers["Tus-Extension"] == "creation,termination,checksum,expiration"
    assert headers["Tus-Max-Size"] == str(256 << 20)
    assert headers["Tus-Checksum-Algorithm"] == "sha1,sha256,md5"


async def test_an_upload_becomes_a_version_with_its_original(lin: Exhibitor, settings: Settings) -> None:
    booth = await lin.booth()
    assert await lin.send(booth, CONTENT, filename="../../展位 <b>.glb", sha256=NAME) == 1
    (version,) = (await lin.get(booth))["versions"]
    assert (version["file"], version["bytes"], version["sha256"]) == ("展位 <b>.glb", len(CONTENT), NAME)
    kept = settings.data_dir / "objects" / NAME[:2] / NAME[2:4] / f"{NAME}.upload"
    assert kept.read_bytes() == CONTENT


async def test_the_original_is_not_served(lin: Exhibitor) -> None:
    booth = await lin.booth()
    await lin.send(booth, CONTENT)
    for suffix in (".upload", ".glb", ""):
        status, _, _ = await lin.request("GET", f"/files/{NAME}{suffix}")
        assert status == 404


async def test_a_booth_that_is_deleted_takes_its_uploads_with_it(lin: Exhibitor, settings: Settings) -> None:
    booth = await lin.booth()
    path = await lin.begin(booth, len(CONTENT))
    file = settings.data_dir / "uploads" / path.rpartition("/")[2]
    assert file.is_file()
    assert (await lin.page.ask("DELETE", f"/api/booths/{booth}"))[0] == 204
    assert not file.exists()
    assert (await lin.request("HEAD", path, TUS))[0] == 404


async def test_a_client_that_others_wrote_uploads_and_goes_on(lin: Exhibitor) -> None:
    booth = await lin.booth()
    origin = lin.page.origin

    def upload_in_two_goes() -> None:
        client = TusClient(f"{origin}/api/uploads", headers={"Authorization": f"Bearer {lin.token}"})
        told = {"filename": "model.glb", "booth": booth}
        file = io.BytesIO(CONTENT)
        first = client.uploader(file_stream=file, chunk_size=100_000, metadata=told, upload_checksum=True)
        first.upload(stop_at=300_000)
        second = client.uploader(file_stream=file, chunk_size=200_000, url=first.url, upload_checksum=True)
        assert second.offset == 300_000
        second.upload()

    await asyncio.to_thread(upload_in_two_goes)
    (version,) = (await lin.get(booth))["versions"]
    assert version["sha256"] == NAME


async def test_an_upload_goes_on_after_its_connection_broke(lin: Exhibitor, settings: Settings) -> None:
    path = await lin.begin(await lin.booth(), len(CONTENT))
    host, port = urlsplit(lin.page.origin).hostname, urlsplit(lin.page.origin).port
    _, writer = await asyncio.open_connection(host, port)
    writer.write(
        (
            f"PATCH {path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {lin.token}\r\n"
            "Tus-Resumable: 1.0.0\r\nUpload-Offset: 0\r\n"
            f"Content-Type: application/offset+octet-stream\r\nContent-Length: {len(CONTENT)}\r\n\r\n"
        ).encode()
        + CONTENT[:300_000]
    )
    await writer.drain()
    kept = settings.data_dir / "uploads" / path.rpartition("/")[2]
    await until(lambda: kept.stat().st_size)
    # The uploader comes back before the server has noticed that the connection is lost.
    status, headers, _ = await lin.request("HEAD", path, TUS)
    assert status == 200
    offset = int(headers["Upload-Offset"])
    assert 0 < offset <= 300_000
    assert headers["Upload-Length"] == str(len(CONTENT))
    assert headers["Cache-Control"] == "no-store"
    status, headers, _ = await lin.patch(path, offset, CONTENT[offset:])
    assert (status, headers["Yuanzhan-Version"]) == (204, "1")
    writer.close()


async def test_a_part_that_was_damaged_on_its_way_is_sent_again(lin: Exhibitor) -> None:
    path = await lin.begin(await lin.booth(), len(CONTENT))
    right = "sha1 " + base64.b64encode(hashlib.sha1(CONTENT).digest()).decode()
    status, _, body = await lin.patch(path, 0, b"x" + CONTENT[1:], **{"Upload-Checksum": right})
    assert (status, code(body)) == (460, "checksum_mismatch")
    status, _, body = await lin.patch(path, 0, CONTENT, **{"Upload-Checksum": "crc32 AAAA"})
    assert (status, code(body)) == (400, "request_invalid")
    status, headers, _ = await lin.request("HEAD", path, TUS)
    assert headers["Upload-Offset"] == "0"
    status, headers, _ = await lin.patch(path, 0, CONTENT, **{"Upload-Checksum": right})
    assert (status, headers["Yuanzhan-Version"]) == (204, "1")


async def test_a_file_with_another_hash_than_was_said_is_refused(lin: Exhibitor) -> None:
    booth = await lin.booth()
    path = await lin.begin(booth, len(CONTENT), sha256="0" * 64)
    status, _, body = await lin.patch(path, 0, CONTENT)
    assert (status, code(body)) == (422, "upload_hash_wrong")
    assert (await lin.request("HEAD", path, TUS))[0] == 404
    assert (await lin.get(booth))["versions"] == []


async def test_more_than_was_said_is_refused_and_nothing_of_it_kept(lin: Exhibitor) -> None:
    path = await lin.begin(await lin.booth(), 1000)

    async def endless() -> AsyncIterator[bytes]:
        for _ in range(50):
            yield b"x" * 1000

    for data in (CONTENT, endless()):
        status, _, body = await lin.patch(path, 0, data)
        assert (status, code(body)) == (413, "upload_too_long")
        assert (await lin.request("HEAD", path, TUS))[1]["Upload-Offset"] == "0"


async def test_a_wrong_offset_says_where_to_go_on(lin: Exhibitor) -> None:
    path = await lin.begin(await lin.booth(), len(CONTENT))
    await lin.patch(path, 0, CONTENT[:1000])
    status, _, body = await lin.patch(path, 0, CONTENT)
    assert (status, code(body)) == (409, "upload_offset_wrong")
    assert "1000" in body["error"]["message"]


async def test_an_upload_that_was_given_up_is_gone(lin: Exhibitor, settings: Settings) -> None:
    path = await lin.begin(await lin.booth(), len(CONTENT))
    await lin.patch(path, 0, CONTENT[:1000])
    assert (await lin.request("DELETE", path, TUS))[0] == 204
    for method in ("HEAD", "DELETE"):
        assert (await lin.request(method, path, TUS))[0] == 404
    assert not (settings.data_dir / "uploads" / path.rpartition("/")[2]).exists()


async def test_another_organisation_finds_neither_the_booth_nor_the_upload(people: Expo) -> None:
    booth = await people.lin.booth()
    path = await people.lin.begin(booth, 1000)
    wei = people.wei
    assert (await wei.request("HEAD", path, TUS))[0] == 404
    assert (await wei.request("DELETE", path, TUS))[0] == 404
    status, _, body = await wei.patch(path, 0, b"x" * 1000)
    assert (status, code(body)) == (404, "no_such_upload")
    headers = TUS | {"Upload-Length": "10", "Upload-Metadata": upload_metadata(booth=booth)}
    status, _, body = await wei.request("POST", "/api/uploads", headers)
    assert (status, code(body)) == (404, "no_such_booth")


async def test_nobody_uploads_without_signing_in(people: Expo) -> None:
    headers = TUS | {"Upload-Length": "10", "Upload-Metadata": upload_metadata(booth="x")}
    async with (
        aiohttp.ClientSession(people.lin.page.origin) as guest,
        guest.post("/api/uploads", headers=headers) as answer,
    ):
        assert answer.status == 401
    stranger = Exhibitor(people.lin.page, "not-a-token")
    assert (await stranger.request("POST", "/api/uploads", headers))[0] == 401


NOT_TUS: Sequence[tuple[dict[str, str], int]] = (
    ({"Tus-Resumable": ""}, 412),
    ({"Tus-Resumable": "0.2.2"}, 412),
    ({"Upload-Length": ""}, 400),
    ({"Upload-Length": "0"}, 400),
    ({"Upload-Length": "-1"}, 400),
    ({"Upload-Length": "1e3"}, 400),
    ({"Upload-Length": "9" * 40}, 400),
    ({"Upload-Length": str((256 << 20) + 1)}, 413),
    ({"Upload-Metadata": ""}, 400),
    ({"Upload-Metadata": "booth"}, 400),
    ({"Upload-Metadata": "booth !!!"}, 400),
    ({"Upload-Metadata": "booth //4="}, 400),
    ({"Upload-Metadata": upload_metadata(booth="../..")}, 400),
    ({"Upload-Metadata": upload_metadata(booth="a") + "," + upload_metadata(booth="b")}, 400),
    ({"Upload-Metadata": upload_metadata(booth="a", sha256="xyz")}, 400),
    ({"Upload-Metadata": upload_metadata(booth="a", purpose="shell")}, 400),
    ({"Upload-Metadata": upload_metadata(booth="a", filename="x" * 5000)}, 400),
    ({"Upload-Metadata": upload_metadata(booth="nowhere")}, 404),
)


async def test_what_is_not_tus_is_refused(lin: Exhibitor) -> None:
    good = TUS | {"Upload-Length": "10", "Upload-Metadata": upload_metadata(booth="a")}
    for headers, status in NOT_TUS:
        answered, told, body = await lin.request("POST", "/api/uploads", good | headers)
        assert answered == status, (headers, body)
        assert sorted(body["error"]) == ["code", "message"]
        assert told["Tus-Resumable"] == "1.0.0"
        assert told.get("Tus-Version") == ("1.0.0" if status == 412 else None)


async def test_metadata_of_megabytes_is_not_even_read(lin: Exhibitor) -> None:
    reader, writer = await asyncio.open_connection(
        urlsplit(lin.page.origin).hostname, urlsplit(lin.page.origin).port
    )
    writer.write(b"POST /api/uploads HTTP/1.1\r\nHost: x\r\nUpload-Metadata: filename ")
    answer = b""
    with suppress(ConnectionError):  # it may hang up on us while we still talk
        for _ in range(80):
            writer.write(b"QUFB" * 16_384)
            await writer.drain()
        answer = await reader.read(64)
    assert answer == b"" or answer.split()[1] == b"400"
    writer.close()


NOT_PARTS: Sequence[tuple[dict[str, str], int]] = (
    ({"Content-Type": "application/octet-stream"}, 415),
    ({"Upload-Offset": ""}, 400),
    ({"Upload-Offset": "-1"}, 400),
    ({"Upload-Offset": "abc"}, 400),
    ({"Tus-Resumable": "2.0.0"}, 412),
)


async def test_parts_that_are_not_tus_are_refused(lin: Exhibitor) -> None:
    path = await lin.begin(await lin.booth(), 1000)
    for headers, status in NOT_PARTS:
        answered, _, body = await lin.patch(path, 0, b"x" * 1000, **headers)
        assert answered == status, (headers, body)


async def test_ids_that_are_none_are_not_there(lin: Exhibitor) -> None:
    for id in ("x", "..%2F..%2Fsecret", "0" * 32, "F" * 32, "%00", "a" * 5000):
        status, _, _ = await lin.request("HEAD", f"/api/uploads/{id}", TUS)
        assert status in (400, 404), id
