"""What came of a booth over real HTTP and a real socket, and who may read it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from tests.conftest import RunningServer
from tests.plain_hall import make_plain_hall
from tests.support.booth_pages import Expo, expo
from tests.unit.live.conftest import receive
from yuanzhan.app.serving import Running, serving
from yuanzhan.client import Client
from yuanzhan.protocol.messages.booths import Booths, Card, Opened
from yuanzhan.protocol.messages.notices import Notice
from yuanzhan.scene.manifest import Text
from yuanzhan.scene.stands import Stand
from yuanzhan.settings import Settings

pytestmark = pytest.mark.timeout(300)


@pytest.fixture
def plain_settings(tmp_path: Path, client_dir: Path) -> Settings:
    make_plain_hall(tmp_path / "scenes" / "lobby", with_floor=True)
    return Settings(
        port=0,
        scenes_dir=tmp_path / "scenes",
        client_dir=client_dir,
        data_dir=tmp_path / "data",
        disk_reserve_mb=0,
    )


def show(running: Running, booth: str) -> None:
    """As if it were published, in the one slot of the plain hall."""
    dress: dict[str, Any] = {"panels": [{"id": "p1"}], "card": {"name": "林"}}
    stand = Stand(booth, "a01", 1, "/x.glb", 1, Text("展位", "Booth"), (-1, 0, -1), (1, 2, 1), dress=dress)
    running.showing.show("lobby", (stand,))


@asynccontextmanager
async def people(settings: Settings) -> AsyncIterator[tuple[Running, Expo]]:
    async with (
        serving(settings) as running,
        aiohttp.ClientSession(running.reach.base_url) as http,
        expo(RunningServer(running.reach.base_url, http, running.reach.owner_url)) as made,
    ):
        yield running, made


async def visit(running: Running, booth: str) -> None:
    """Somebody comes, looks, and leaves a card that is acknowledged."""
    url = running.reach.base_url.replace("http", "ws", 1) + "/ws"
    async with await Client.connect(url, hall="lobby", name="小王", at=booth) as visitor:
        # Half a metre and a bit before the front of the slot, which stands at (6, -4) and looks along -X.
        await visitor.send_pose(x=3.8, z=-4.0, teleported=True)
        await visitor.send(Opened(booth, "p1"))
        await visitor.send(Card(booth, "小王", "=138", "目录"))
        assert await receive(visitor, Notice) == Notice("card_left", {"booth": booth})
        # Until it was counted that somebody stands there.
        await asyncio.sleep(2.5)


async def test_cards_are_read_by_the_booths_own_organisation_alone(plain_settings: Settings) -> None:
    async with people(plain_settings) as (running, made):
        lin, wei, operator = made.lin, made.wei, made.operator
        booth = await lin.booth()
        show(running, booth)
        await visit(running, booth)
        leads = f"/api/booths/{booth}/leads"
        status, cards = await lin.page.ask("GET", leads)
        assert status == 200
        (card,) = cards
        assert (card["name"], card["contact"], card["note"], card["hall"]) == (
            "小王",
            "=138",
            "目录",
            "lobby",
        )
        async with lin.page.http.get(f"{leads}.csv") as answer:
            content = await answer.read()
            assert answer.content_type == "text/csv"
            assert f'filename="leads-{booth}.csv"' in answer.headers["Content-Disposition"]
        assert content.startswith(b"\xef\xbb\xbfleft_at,name,contact")
        assert ",小王,'=138,目录,lobby".encode() in content

        assert (await wei.page.ask("GET", leads))[0] == 404
        assert (await wei.page.ask("GET", f"/api/booths/{booth}/visits"))[0] == 404
        assert (await operator.ask("GET", leads))[0] == 403
        assert (await operator.ask("GET", f"/api/booths/{booth}/visits"))[0] == 200
        async with aiohttp.ClientSession(running.reach.base_url) as guest, guest.get(leads) as answer:
            assert answer.status == 401

        assert (await wei.page.ask("DELETE", f"{leads}/{card['id']}"))[0] == 404
        assert (await lin.page.ask("DELETE", f"{leads}/{card['id']}"))[0] == 204
        status, refused = await lin.page.ask("DELETE", f"{leads}/{card['id']}")
        assert (status, refused["error"]["code"]) == (404, "no_such_card")
        assert (await lin.page.ask("GET", leads))[1] == []


async def test_what_was_counted_is_there_after_a_restart(plain_settings: Settings) -> None:
    async with people(plain_settings) as (running, made):
        booth, token = await made.lin.booth(), made.lin.token
        show(running, booth)
        await visit(running, booth)
    headers = {"Authorization": f"Bearer {token}"}
    async with (
        serving(plain_settings) as running,
        aiohttp.ClientSession(running.reach.base_url, headers=headers) as http,
    ):
        async with http.get(f"/api/booths/{booth}/visits") as answer:
            report = await answer.json()
        assert answer.status == 200
        assert report["opened"] == [{"item": "p1", "count": 1}]
        assert report["cards"] == 1
        assert sum(map(sum, report["heat"]["seconds"])) >= 1
        past = {"from": "2020-01-01", "until": "2020-02-01T00:00:00Z"}
        async with http.get(f"/api/booths/{booth}/visits", params=past) as answer:
            assert (await answer.json())["opened"] == []
        for wrong in (
            {"from": "yesterday"},
            {"until": "1969-12-31"},
            {"from": "9999-12-31T23:59:59.9+00:00"},
        ):
            async with http.get(f"/api/booths/{booth}/visits", params=wrong) as answer:
                assert answer.status == 400


async def test_a_booths_cards_go_with_the_booth(plain_settings: Settings) -> None:
    async with people(plain_settings) as (running, made):
        booth = await made.lin.booth()
        show(running, booth)
        url = running.reach.base_url.replace("http", "ws", 1) + "/ws"
        async with await Client.connect(url, hall="lobby", name="小王") as visitor:
            await visitor.send(Card(booth, "小王", ""))
            assert (await receive(visitor, Notice)).code == "card_left"
            assert (await made.lin.page.ask("DELETE", f"/api/booths/{booth}"))[0] == 204
            running.showing.show("lobby", ())
            assert (await receive(visitor, Booths)).revision == 0
        assert (await made.lin.page.ask("GET", f"/api/booths/{booth}/leads"))[0] == 404
