"""The pages and the halls' JSON."""

from __future__ import annotations

from dataclasses import replace

import aiohttp
import pytest
from yarl import URL

from tests.conftest import RunningServer
from yuanzhan.app.serving import serving
from yuanzhan.settings import Settings


@pytest.mark.parametrize(
    ("path", "title", "status"),
    [
        ("/", "visitor", 200),
        ("/halls/first", "visitor", 200),
        ("/halls/first/welcome", "visitor", 200),
        ("/halls/first/start", "visitor", 200),
        ("/halls/nowhere", "visitor", 404),
        ("/halls/nowhere/welcome", "visitor", 404),
        ("/halls/first/nowhere", "visitor", 404),
        ("/exhibitor", "exhibitor", 200),
        ("/operator", "operator", 200),
        ("/sign-in", "account", 200),
        ("/invitation/anything", "account", 200),
        ("/account", "account", 200),
    ],
)
async def test_each_address_has_its_page(server: RunningServer, path: str, title: str, status: int) -> None:
    async with server.http.get(path) as answer:
        assert answer.status == status
        assert answer.content_type == "text/html"
        assert f"<title>{title}</title>" in await answer.text()


@pytest.mark.parametrize(
    ("path", "page"),
    [
        ("/exhibitor/", "/exhibitor"),
        ("/operator/?debug", "/operator?debug"),
        ("/halls/first/", "/halls/first"),
        ("/halls/%E8%8C%B6/%E5%AE%A4/", "/halls/%E8%8C%B6/%E5%AE%A4"),
    ],
)
async def test_a_slash_behind_a_pages_address_leads_to_the_page(
    server: RunningServer, path: str, page: str
) -> None:
    async with server.http.get(URL(path, encoded=True), allow_redirects=False) as answer:
        assert answer.status == 308
        assert answer.headers["Location"] == page


@pytest.mark.parametrize("path", ["/halls//elsewhere.example/", "/unknown/"])
async def test_no_other_address_is_led_anywhere(server: RunningServer, path: str) -> None:
    async with server.http.get(path, allow_redirects=False) as answer:
        assert answer.status == 404


async def test_what_halls_have_each_day_is_listed_unless_an_operator_wants_planned_events_alone(
    settings: Settings,
) -> None:
    hall_toml = settings.scenes_dir / "first" / "hall.toml"
    daily = '\n[[programme]]\nat = "10:30"\ntitle = { zh = "茶会", en = "Tea" }\n'
    hall_toml.write_text(hall_toml.read_text(encoding="utf-8") + daily, encoding="utf-8")
    for is_listed in (True, False):
        chosen = replace(settings, daily_programme=is_listed)
        async with serving(chosen) as running, aiohttp.ClientSession(running.reach.base_url) as http:
            async with http.get("/api/halls") as answer:
                (first, *_) = (await answer.json())["halls"]
            async with http.get("/api/halls/first") as answer:
                described = await answer.json()
        assert [bool(told["programme"]) for told in (first, described)] == [is_listed] * 2


async def test_halls_are_listed_in_order_with_their_head_counts(
    server: RunningServer, settings: Settings
) -> None:
    async with server.http.get("/api/halls") as answer:
        halls = (await answer.json())["halls"]
    assert [hall["id"] for hall in halls] == ["first", "second"]
    assert [hall["visitors"] for hall in halls] == [0, 0]
    assert all(hall["capacity"] == settings.hall_capacity for hall in halls)
    assert all((hall["door"], hall["opens_at"]) == ("open", None) for hall in halls)


async def test_the_filing_number_is_the_one_that_is_set(server: RunningServer, settings: Settings) -> None:
    async with server.http.get("/api/halls") as answer:
        assert (await answer.json())["filing"] == settings.filing


async def test_a_hall_is_described_with_urls_that_lead_to_its_files(server: RunningServer) -> None:
    async with server.http.get("/api/halls/first") as answer:
        hall = await answer.json()
    assert hall["title"] == {"zh": "小厅", "en": "Small hall"}
    assert hall["portals"][0]["hall"] == "second"
    for url in (hall["glb"], hall["floor"]):
        async with server.http.get(url) as file:
            assert file.status == 200


async def test_json_is_sent_as_utf8_text(server: RunningServer) -> None:
    async with server.http.get("/api/halls") as answer:
        assert "小厅".encode() in await answer.read()
