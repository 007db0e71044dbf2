"""Booths over real HTTP: the whole way of a model, its panels' files, what is served, and who may do what."""

from __future__ import annotations

import asyncio
import io
import json
import os
import re
import shutil
import wave
from asyncio.subprocess import PIPE
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, cast

import aiohttp
import pytest
import pytest_asyncio
from openapi_schema_validator import OAS31Validator
from PIL import Image

from tests.conftest import RunningServer
from tests.plain_hall import make_plain_hall
from tests.support.booth_pages import Exhibitor, Expo, expo
from tests.support.box_model import TRIANGLES, box_glb
from tests.support.described import AnySite, description
from yuanzhan.app.serving import serving
from yuanzhan.booths.dress import DRESS_MAX_BYTES
from yuanzhan.settings import Settings
from yuanzhan.web.routes import Site, routes

OPERATING = Path(__file__).parents[3] / "docs" / "operating.md"
RANGE = {"Range": "bytes=0-3", "Accept-Encoding": "identity"}
PLACED: dict[str, Any] = {"hall": "lobby", "slot": "a01"}


pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def people(tmp_path_factory: pytest.TempPathFactory, client_dir: Path) -> AsyncIterator[Expo]:
    """An exposition with two halls that have a slot, and in it a demo booth; one for all tests."""
    folder = tmp_path_factory.mktemp("expo")
    make_plain_hall(folder / "scenes" / "lobby", with_floor=True)
    make_plain_hall(folder / "scenes" / "retail", portals=(), with_floor=True)
    settings = Settings(
        port=0,
        scenes_dir=folder / "scenes",
        client_dir=client_dir,
        data_dir=folder / "data",
        organisation_booths=100,
        disk_reserve_mb=0,
    )
    async with (
        serving(settings) as running,
        aiohttp.ClientSession(running.reach.base_url) as http,
        expo(RunningServer(running.reach.base_url, http, running.reach.owner_url)) as made,
    ):
        yield made


@pytest.fixture
def lin(people: Expo) -> Exhibitor:
    return people.lin


@pytest_asyncio.fixture(autouse=True, loop_scope="module")
async def free_slots(people: Expo) -> AsyncIterator[None]:
    """Nobody's booths are left for the next test."""
    yield
    for who in (people.lin, people.wei):
        for booth in (await who.page.ask("GET", "/api/booths"))[1]:
            await who.page.ask("DELETE", f"/api/booths/{booth['id']}")


async def dress(who: Exhibitor, booth: str, **changes: Any) -> tuple[int, Any]:
    return await who.page.ask("PUT", f"/api/booths/{booth}/dress", PLACED | changes)


async def settled(who: Exhibitor, booth: str) -> Any:
    """The newest version, once its check is over."""
    while True:
        version = (await who.get(booth))["versions"][-1]
        if version["state"] not in ("received", "checking"):
            return version
        await asyncio.sleep(0.1)


async def in_hall(people: Expo, hall: str = "lobby") -> list[str]:
    """The booths that visitors are told of."""
    status, told = await people.operator.ask("GET", f"/api/halls/{hall}")
    assert status == 200
    return [booth["id"] for booth in told["booths"]]


@pytest.mark.timeout(300)
async def test_a_model_goes_all_the_way_into_the_hall_and_out_again(people: Expo) -> None:
    lin, operator = people.lin, people.operator
    booth = await lin.booth()
    assert await lin.send(booth, box_glb(), filename="box.glb") == 1
    version = await settled(lin, booth)
    assert version["state"] == "ready", version["report"]
    assert version["report"]["accepted"]
    assert version["after"]["triangles"] == version["before"]["triangles"] == TRIANGLES
    assert version["before"]["bytes"] == version["bytes"] == len(box_glb())
    for url, kind in (
        (version["model"], "model/gltf-binary"),
        (version["original"], "model/gltf-binary"),
        (version["thumbnail"], "image/webp"),
    ):
        async with operator.http.get(url) as answer:
            assert (answer.status, answer.content_type) == (200, kind)
            assert answer.headers["X-Content-Type-Options"] == "nosniff"
            assert "immutable" in answer.headers["Cache-Control"]
            assert "sandbox" in answer.headers["Content-Security-Policy"]
    async with operator.http.get(version["model"], headers=RANGE) as answer:
        assert (answer.status, await answer.read()) == (206, b"glTF")

    way = f"/api/booths/{booth}/versions/1"
    status, refused = await lin.page.ask("POST", f"{way}/submit")
    assert (status, refused["error"]["problems"][0]["pointer"]) == (422, "/slot")
    assert (await dress(lin, booth))[0] == 200
    status, preview = await lin.page.ask("GET", f"/api/booths/{booth}/preview")
    assert (status, preview["slot"], preview["version"]) == (200, "a01", 1)
    assert (await lin.page.ask("POST", f"{way}/submit"))[0] == 200
    assert await in_hall(people) == ["tea"]
    status, waiting = await operator.ask("GET", "/api/reviews")
    assert [(review["booth"]["id"], review["version"]["number"]) for review in waiting] == [(booth, 1)]
    assert waiting[0]["exhibitor"] == "lin"
    status, approved = await operator.ask("POST", f"{way}/approve")
    assert (status, approved["published"]) == (200, 1)
    assert await in_hall(people) == [booth]
    assert approved["taken_down"] is None
    await is_taken_down_and_appeals(people, booth)
    assert await in_hall(people) == [booth]
    status, gone = await lin.page.ask("POST", f"{way}/withdraw")
    assert (status, gone["published"], gone["versions"][0]["state"]) == (200, None, "withdrawn")
    assert await in_hall(people) == ["tea"]


@pytest.mark.timeout(300)
async def test_a_booth_that_was_taken_down_does_not_come_back_in_another_hall(people: Expo) -> None:
    lin, operator = people.lin, people.operator
    booth = await lin.booth()
    await lin.send(booth, box_glb(), filename="box.glb")
    await settled(lin, booth)
    for number, hall in ((1, "lobby"), (2, "retail")):
        assert (await dress(lin, booth, hall=hall))[0] == 200
        assert (await lin.page.ask("POST", f"/api/booths/{booth}/versions/1/submit"))[0] == 200
        assert (await operator.ask("POST", f"/api/booths/{booth}/versions/{number}/approve"))[0] == 200
        assert await in_hall(people, hall) == [booth]
    assert await in_hall(people, "lobby") == ["tea"]

    target = {"hall": "retail", "booth": booth}
    order = {"kind": "take_down", "reason": "rights", "target": target}
    _, done = await operator.ask("POST", "/api/acts", order)
    # Its exhibitor may go back to what was approved once, and is told that nobody sees it.
    assert (await lin.page.ask("POST", f"/api/booths/{booth}/versions/1/publish"))[0] == 200
    assert await in_hall(people, "lobby") == await in_hall(people, "retail") == ["tea"]
    assert (await lin.get(booth))["taken_down"] is not None
    assert (await operator.ask("POST", f"/api/acts/{done['act']['id']}/undo"))[0] == 200
    assert await in_hall(people, "lobby") == [booth]


async def test_a_halls_own_booth_is_taken_down_there_and_its_namesake_in_another_hall_stays(
    people: Expo,
) -> None:
    order = {"kind": "take_down", "reason": "rights", "target": {"hall": "lobby", "booth": "tea"}}
    _, done = await people.operator.ask("POST", "/api/acts", order)
    assert await in_hall(people, "lobby") == []
    assert await in_hall(people, "retail") == ["tea"]
    assert (await people.operator.ask("POST", f"/api/acts/{done['act']['id']}/undo"))[0] == 200
    assert await in_hall(people, "lobby") == ["tea"]


async def is_taken_down_and_appeals(people: Expo, booth: str) -> None:
    """Its exhibitor is told why, and nothing of what is said among colleagues."""
    order = {
        "kind": "take_down",
        "reason": "rights",
        "note": "海报不是您的",
        "comment": "third time",
        "target": {"hall": "lobby", "booth": booth},
    }
    status, done = await people.operator.ask("POST", "/api/acts", order)
    assert status == 201, done
    assert booth not in await in_hall(people)
    down = (await people.lin.get(booth))["taken_down"]
    act = done["act"]
    wanted = {
        "act": act["id"],
        "reason": "rights",
        "note": "海报不是您的",
        "at": act["made_at"],
        "until": None,
    }
    assert down == wanted
    assert (await people.lin.page.ask("GET", "/api/booths"))[1][0]["taken_down"] == wanted
    appeal = {"text": "是我画的", "contact": "lin@example.com"}
    assert (await people.lin.page.ask("POST", f"/api/acts/{down['act']}/appeal", appeal))[0] == 204
    _, listed = await people.operator.ask("GET", "/api/appeals")
    assert [(each["text"], each["act"]["kind"]) for each in listed["appeals"]] == [("是我画的", "take_down")]
    assert (await people.operator.ask("POST", f"/api/appeals/{down['act']}/grant"))[0] == 204
    assert (await people.lin.get(booth))["taken_down"] is None


@pytest.mark.timeout(300)
@pytest.mark.skipif(not (shutil.which("curl") and shutil.which("jq")), reason="curl or jq is not installed")
async def test_the_pipeline_of_the_documentation_submits_a_model(people: Expo, tmp_path: Path) -> None:
    script = re.search(r"```bash\n(.*?)```", OPERATING.read_text(encoding="utf-8"), re.DOTALL)
    assert script is not None
    (tmp_path / "展位.glb").write_bytes(box_glb())
    environment = {
        "URL": people.lin.page.origin,
        "TOKEN": people.lin.token,
        "MODEL": str(tmp_path / "展位.glb"),
    }
    process = await asyncio.create_subprocess_exec(
        "bash", "-c", script[1], env=os.environ | environment, stdout=PIPE, stderr=PIPE
    )
    said, complaint = await process.communicate()
    assert process.returncode == 0, (said, complaint)
    told = await people.lin.get(said.decode().strip())
    (version,) = told["versions"]
    assert (version["state"], version["file"], told["slot"]) == ("submitted", "展位.glb", "a01")


@pytest.mark.timeout(300)
async def test_what_is_no_model_is_refused_with_reasons_in_both_languages(lin: Exhibitor) -> None:
    booth = await lin.booth()
    await lin.send(booth, b"<html><script>alert(1)</script></html>", filename="<img src=x>.glb")
    version = await settled(lin, booth)
    assert (version["state"], version["report"]["accepted"], version["model"]) == ("rejected", False, None)
    for issue in version["report"]["issues"]:
        assert issue["code"]
        assert issue["message"]["zh"]
        assert issue["message"]["en"]


def picture(kind: str, size: tuple[int, int] = (64, 32), **more: Any) -> bytes:
    made = io.BytesIO()
    Image.new("RGB", size, (200, 30, 30)).save(made, kind, **more)
    return made.getvalue()


def sound() -> bytes:
    made = io.BytesIO()
    with wave.open(made, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(8000)
        file.writeframes(b"\0\0" * 800)
    return made.getvalue()


async def test_a_picture_is_written_anew_without_what_cameras_write_into_it(lin: Exhibitor) -> None:
    booth = await lin.booth()
    exif = Image.Exif()
    exif[0x010F] = "a camera with a very long name"
    exif[0x0112] = 6  # stands on its side
    sent = picture("JPEG", (640, 320), exif=exif)
    status, _, file = await lin.request(
        "POST", f"/api/booths/{booth}/files?name=..%2Fposter.html", {"Content-Type": "text/html"}, sent
    )
    assert status == 201, file
    assert (file["type"], file["kind"], file["url"]) == ("image/webp", "picture", f"/files/{file['object']}")
    async with lin.page.http.get(file["url"]) as answer:
        content = await answer.read()
        assert (answer.status, answer.content_type) == (200, "image/webp")
    shown = Image.open(io.BytesIO(content))
    assert (shown.format, shown.size) == ("WEBP", (320, 640))
    assert b"camera" not in content
    panel = {"id": "p", "kind": "picture", "at": [0, 1, 0], "title": "海报", "object": file["object"]}
    status, body = await dress(lin, booth, panels=[panel])
    assert (status, body["dress"]["panels"][0]["url"]) == (200, file["url"])


async def test_a_sound_is_kept_as_it_came_and_named_by_its_bytes(lin: Exhibitor) -> None:
    booth = await lin.booth()
    sent = sound()
    headers = {"Content-Type": "image/svg+xml"}
    status, _, file = await lin.request("POST", f"/api/booths/{booth}/files", headers, sent)
    assert (status, file["type"], file["kind"]) == (201, "audio/wav", "audio")
    async with lin.page.http.get(file["url"]) as answer:
        assert (await answer.read(), answer.content_type) == (sent, "audio/wav")


NOT_SHOWN = (
    b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
    b"<!doctype html><script>alert(1)</script>",
    b"\x89PNG\r\n\x1a\n<script>alert(1)</script>",
    b"\xff\xd8\xff" + b"\0" * 5000,
    b"GIF89a" + b"\0" * 100,
    b"MZ" + b"\0" * 100,
)


async def test_what_panels_do_not_show_is_refused(lin: Exhibitor) -> None:
    booth = await lin.booth()
    for content in NOT_SHOWN:
        status, _, body = await lin.request("POST", f"/api/booths/{booth}/files", data=content)
        assert (status, body["error"]["code"]) == (415, "file_kind_refused"), content


async def test_a_picture_that_is_a_bomb_is_refused(lin: Exhibitor) -> None:
    booth = await lin.booth()
    made = io.BytesIO()
    Image.new("1", (8_000, 8_000)).save(made, "PNG")
    bomb = made.getvalue()
    assert len(bomb) < 20_000
    status, _, body = await lin.request("POST", f"/api/booths/{booth}/files", data=bomb)
    assert (status, body["error"]["code"]) == (415, "file_kind_refused")


async def test_a_panels_file_of_another_organisation_is_not_there(people: Expo) -> None:
    ours, theirs = await people.lin.booth(), await people.wei.booth()
    _, _, file = await people.wei.request("POST", f"/api/booths/{theirs}/files", data=sound())
    panel = {"id": "p", "kind": "audio", "at": [0, 1, 0], "title": "x", "object": file["object"]}
    status, body = await dress(people.lin, ours, panels=[panel])
    assert (status, body["error"]["problems"][0]["code"]) == (422, "no_such_file")
    status, _, _ = await people.lin.request("POST", f"/api/booths/{theirs}/files", data=sound())
    assert status == 404


async def test_a_wrong_dress_is_told_by_pointer_in_both_languages(lin: Exhibitor) -> None:
    booth = await lin.booth()
    status, body = await dress(lin, booth, links=[{"label": "x", "url": "javascript:alert(1)"}], scale="big")
    assert (status, body["error"]["code"]) == (422, "dress_wrong")
    found = {problem["pointer"]: problem for problem in body["error"]["problems"]}
    assert sorted(found) == ["/links/0/url", "/scale"]
    for problem in found.values():
        assert sorted(problem["message"]) == ["en", "zh"]
        assert problem["message"]["en"] != problem["message"]["zh"]


async def test_bodies_have_a_kind_and_a_most(lin: Exhibitor) -> None:
    booth = await lin.booth()
    path = f"/api/booths/{booth}/dress"
    status, _, body = await lin.request("PUT", path, {"Content-Type": "text/plain"}, b"{}")
    assert (status, body["error"]["code"]) == (415, "media_type_wrong")
    huge = json.dumps(PLACED | {"card": {"name": "x" * DRESS_MAX_BYTES}}).encode()
    status, _, body = await lin.request("PUT", path, {"Content-Type": "application/json"}, huge)
    assert (status, body["error"]["code"]) == (413, "request_too_large")
    status, body = await lin.page.ask("POST", "/api/booths", {"title": "x" * 5000})
    assert (status, body["error"]["code"]) == (422, "body_wrong")
    huge = json.dumps({"title": "x" * 5_000_000}).encode()
    status, _, body = await lin.request("POST", "/api/booths", {"Content-Type": "application/json"}, huge)
    assert (status, body["error"]["code"]) == (413, "request_too_large")


async def test_a_slot_that_another_booth_holds_is_taken(people: Expo) -> None:
    first, second = await people.lin.booth(), await people.wei.booth()
    assert (await dress(people.lin, first))[0] == 200
    status, body = await dress(people.wei, second)
    assert (status, body["error"]["code"]) == (409, "slot_taken")


async def test_another_organisations_booth_is_not_there(people: Expo) -> None:
    booth = await people.lin.booth()
    way = f"/api/booths/{booth}"
    for method, path, body in (
        ("GET", way, None),
        ("PUT", way, {"title": "x"}),
        ("DELETE", way, None),
        ("PUT", f"{way}/dress", PLACED),
        ("GET", f"{way}/preview", None),
        ("DELETE", f"{way}/versions/1", None),
        ("POST", f"{way}/versions/1/submit", None),
        ("POST", f"{way}/versions/1/withdraw", None),
        ("POST", f"{way}/versions/1/publish", None),
    ):
        assert await people.wei.page.refused(method, path, body) == (404, "no_such_booth"), (method, path)
    assert (await people.wei.page.ask("GET", "/api/booths"))[1] == []


async def test_approving_is_for_operators(people: Expo) -> None:
    booth = await people.lin.booth()
    for act, body in (("approve", None), ("return", {"reason": "x"})):
        path = f"/api/booths/{booth}/versions/1/{act}"
        assert await people.lin.page.refused("POST", path, body) == (403, "not_allowed")
    assert await people.lin.page.refused("GET", "/api/reviews") == (403, "not_allowed")


async def test_versions_that_are_none_are_not_there(people: Expo) -> None:
    booth = await people.lin.booth()
    for number in ("1", "0", "-1", "x", "1e3", "9" * 30):
        path = f"/api/booths/{booth}/versions/{number}/submit"
        assert await people.lin.page.refused("POST", path) == (404, "no_such_version")


async def test_a_booth_is_renamed_and_deleted(lin: Exhibitor) -> None:
    booth = await lin.booth()
    status, body = await lin.page.ask("PUT", f"/api/booths/{booth}", {"title": {"zh": "新", "en": "New"}})
    assert (status, body["title"]) == (200, {"zh": "新", "en": "New"})
    assert (await lin.page.ask("DELETE", f"/api/booths/{booth}"))[0] == 204
    assert await lin.page.refused("GET", f"/api/booths/{booth}") == (404, "no_such_booth")


async def test_the_api_describes_itself_with_every_route(people: Expo) -> None:
    status, told = await people.operator.ask("GET", "/api/openapi.json")
    assert status == 200
    assert told == description()
    expected = {
        (route.method.lower(), route.path)
        for route in routes(cast(Site, AnySite()))
        if route.path.startswith("/api/")
    }
    described = {(method, path) for path, methods in told["paths"].items() for method in methods}
    assert described == expected
    ids = [operation["operationId"] for methods in told["paths"].values() for operation in methods.values()]
    assert len(ids) == len(set(ids))
    for methods in told["paths"].values():
        for operation in methods.values():
            assert operation["summary"]
    put = told["paths"]["/api/booths/{id}/dress"]["put"]
    assert put["requestBody"]["content"]["application/json"]["schema"] == {
        "$ref": "#/components/schemas/Dress"
    }


async def test_what_is_answered_is_what_is_described(lin: Exhibitor) -> None:
    _, told = await lin.page.ask("GET", "/api/openapi.json")
    booth = await lin.booth()
    await dress(lin, booth)
    await lin.send(booth, b"not a model")
    await settled(lin, booth)
    answer = told["paths"]["/api/booths/{id}"]["get"]["responses"]["200"]
    schema = answer["content"]["application/json"]["schema"]
    OAS31Validator(schema | {"components": told["components"]}).validate(await lin.get(booth))
