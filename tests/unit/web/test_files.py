"""Files: by hash for ever, ranges, compressed siblings, nothing outside."""

from __future__ import annotations

import asyncio
import hashlib
from pathlib import Path

import aiohttp
import pytest

from tests.conftest import RunningServer
from yuanzhan.web.files import TEXTURE_WORKER_POLICY


async def glb_url(server: RunningServer) -> str:
    async with server.http.get("/api/halls/first") as answer:
        url: str = (await answer.json())["glb"]
        return url


async def test_a_halls_file_is_named_by_its_content_and_kept_for_ever(
    server: RunningServer, scenes_dir: Path
) -> None:
    content = (scenes_dir / "first" / "hall.glb").read_bytes()
    url = await glb_url(server)
    assert url == f"/files/{hashlib.sha256(content).hexdigest()}.glb"
    async with server.http.get(url) as answer:
        assert await answer.read() == content
        assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
        assert answer.content_type == "model/gltf-binary"


async def test_part_of_a_file_can_be_asked_for(server: RunningServer, scenes_dir: Path) -> None:
    content = (scenes_dir / "first" / "hall.glb").read_bytes()
    headers = {"Accept-Encoding": "identity", "Range": "bytes=4-11"}
    async with server.http.get(await glb_url(server), headers=headers) as answer:
        assert answer.status == 206
        assert answer.headers["Content-Range"] == f"bytes 4-11/{len(content)}"
        assert await answer.read() == content[4:12]


async def test_a_range_behind_the_end_is_refused(server: RunningServer) -> None:
    async with server.http.get(await glb_url(server), headers={"Range": "bytes=99999999-"}) as answer:
        assert answer.status == 416


async def test_an_unchanged_page_is_not_sent_again(server: RunningServer) -> None:
    async with server.http.get("/") as first:
        tag = first.headers["ETag"]
        assert first.headers["Cache-Control"] == "no-cache"
    async with server.http.get("/", headers={"If-None-Match": tag}) as second:
        assert second.status == 304


async def test_a_compressed_sibling_is_sent_to_who_accepts_it(
    server: RunningServer, client_dir: Path
) -> None:
    script = "/assets/visitor-0a1b2c.js"
    async with server.http.get(script, headers={"Accept-Encoding": "identity"}) as plain:
        assert "Content-Encoding" not in plain.headers
        assert await plain.read() == (client_dir / script[1:]).read_bytes()
    async with (
        aiohttp.ClientSession(server.base_url, auto_decompress=False) as http,
        http.get(script, headers={"Accept-Encoding": "gzip"}) as compressed,
    ):
        assert compressed.headers["Content-Encoding"] == "gzip"
        assert compressed.headers["Vary"] == "Accept-Encoding"
        assert compressed.content_type == "text/javascript"
        assert await compressed.read() == (client_dir / f"{script[1:]}.gz").read_bytes()


async def test_built_files_are_kept_for_ever_and_others_are_asked_for_again(server: RunningServer) -> None:
    async with server.http.get("/assets/visitor-0a1b2c.js") as script:
        assert "immutable" in script.headers["Cache-Control"]
    async with server.http.get("/favicon.svg") as icon:
        assert icon.headers["Cache-Control"] == "no-cache"


async def test_the_worker_that_unpacks_textures_has_a_policy_of_its_own(
    server: RunningServer, client_dir: Path
) -> None:
    (client_dir / "assets" / "texture-worker-0a1b2c.js").write_text("self.x = 1")
    async with server.http.get("/assets/texture-worker-0a1b2c.js") as worker:
        policy = worker.headers["Content-Security-Policy"]
    assert policy == TEXTURE_WORKER_POLICY
    assert "'self'" not in policy, "it reaches nothing"
    async with server.http.get("/assets/visitor-0a1b2c.js") as script:
        assert "unsafe-eval'" not in script.headers["Content-Security-Policy"].replace("wasm-unsafe-eval", "")


@pytest.mark.parametrize(
    "path",
    [
        "/../first/hall.toml",
        "/assets/../../scenes/first/hall.toml",
        "/..%2f..%2fetc%2fpasswd",
        "/%2e%2e/%2e%2e/etc/passwd",
        "/assets//etc/passwd",
        "/assets/visitor-0a1b2c.js%00",
        "/files/../first/hall.toml",
        "/files/hall.glb",
        "/" + "a" * 5000,
    ],
)
async def test_nothing_outside_the_clients_folder_can_be_read(server: RunningServer, path: str) -> None:
    host, port = server.base_url.removeprefix("http://").split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    writer.write(f"GET {path} HTTP/1.1\r\nHost: {host}:{port}\r\nConnection: close\r\n\r\n".encode())
    answer = await reader.read()
    writer.close()
    await writer.wait_closed()
    status = int(answer.split(b" ", 2)[1])
    assert status in (400, 404)


async def test_a_person_who_mistyped_gets_a_page_and_a_program_gets_json(server: RunningServer) -> None:
    async with server.http.get("/hals", headers={"Accept": "text/html"}) as person:
        assert (person.status, person.content_type) == (404, "text/html")
    async with server.http.get("/hals", headers={"Accept": "application/json"}) as program:
        assert (program.status, program.content_type) == (404, "application/json")
