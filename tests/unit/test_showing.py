"""A booth shown in a running server: in the hall's description, on its floor, to those inside."""

from __future__ import annotations

import asyncio
import dataclasses
import gzip
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest

from tests.plain_hall import make_plain_hall
from tests.unit.live.conftest import receive, receive_until
from yuanzhan.app.serving import Running, serving
from yuanzhan.client import Client
from yuanzhan.protocol.messages.booths import Booths
from yuanzhan.protocol.messages.positions import Correct
from yuanzhan.scene.manifest import Text
from yuanzhan.scene.stands import Stand
from yuanzhan.settings import Settings

STAND = Stand(
    id="b-17",
    slot="a01",
    version=3,
    url="/files/chair.glb",
    bytes=1234,
    title=Text("椅", "Chair"),
    low=(-0.5, 0.0, -0.5),
    high=(0.5, 1.0, 0.5),
    offset_m=(0.0, -1.0),
    decks=((-1.5, -0.75, 1.5, 0.75, 0.2),),
    dress={"panels": [{"id": "p1"}], "card": {"name": "A"}},
)


@pytest.fixture(scope="module")
def plain_scenes(tmp_path_factory: pytest.TempPathFactory) -> Path:
    scenes = tmp_path_factory.mktemp("scenes")
    make_plain_hall(scenes / "lobby", with_floor=True)
    return scenes


@pytest.fixture
async def running(plain_scenes: Path, settings: Settings) -> AsyncIterator[Running]:
    async with serving(dataclasses.replace(settings, scenes_dir=plain_scenes)) as running:
        yield running


@pytest.fixture
async def http(running: Running) -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession(running.reach.base_url) as http:
        yield http


async def test_a_shown_booth_is_in_the_halls_description_and_the_demo_comes_back(
    running: Running, http: aiohttp.ClientSession
) -> None:
    for stands, booths in (((STAND,), ["b-17"]), ((), ["tea"])):
        running.showing.show("lobby", stands)
        async with http.get("/api/halls/lobby") as answer:
            hall = await answer.json()
        async with http.get("/api/halls/lobby/booths") as answer:
            news = await answer.json()
        assert [booth["id"] for booth in hall["booths"]] == booths
        assert news == {"booths_revision": hall["booths_revision"], "booths": hall["booths"]}
        assert (hall["booths_revision"] != 0) == bool(stands)
        status = {True: 200, False: 404}[bool(stands)]
        async with http.get("/halls/lobby/b-17") as page:
            assert page.status == status


async def test_what_is_told_of_booths_is_packed_once_and_anew_after_a_change(running: Running) -> None:
    hall = running.showing._published["lobby"]
    first, same = await asyncio.gather(hall.packed(), hall.packed())
    assert first is same
    assert gzip.decompress(first) == hall.booths_json
    running.showing.show("lobby", (STAND,))
    assert b"b-17" in gzip.decompress(await hall.packed())


async def test_a_published_booth_says_how_it_is_placed_and_dressed(
    running: Running, http: aiohttp.ClientSession
) -> None:
    running.showing.show("lobby", (STAND,))
    async with http.get("/api/halls/lobby/booths") as answer:
        (booth,) = (await answer.json())["booths"]
    assert booth["transform"] == {"offset_m": [0.0, -1.0], "yaw_deg": 0.0, "scale": 1.0}
    assert booth["dress"] == {
        "panels": [{"id": "p1"}],
        "products": [],
        "links": [],
        "card": {"name": "A"},
    }
    assert booth["version"] == 3
    # Slot a01 of the plain hall stands at (6, -4), a quarter turned: its -Z is the hall's -X.
    (block,) = booth["blocks"]
    assert block == pytest.approx([5.0, -4.0, 1.5708, 1.0, 1.0], abs=1e-3)
    (deck,) = booth["decks"]
    assert deck == pytest.approx([5.0, -4.0, 1.5708, 3.0, 1.5, 0.2], abs=1e-3)


async def test_the_booths_are_not_sent_again_to_who_has_them(
    running: Running, http: aiohttp.ClientSession
) -> None:
    running.showing.show("lobby", (STAND,))
    async with http.get("/api/halls/lobby/booths") as answer:
        tag = answer.headers["ETag"]
    async with http.get("/api/halls/lobby/booths", headers={"If-None-Match": tag}) as answer:
        assert answer.status == 304
    running.showing.show("lobby", ())
    async with http.get("/api/halls/lobby/booths", headers={"If-None-Match": tag}) as answer:
        assert answer.status == 200
    async with http.get("/api/halls/nowhere/booths") as answer:
        assert answer.status == 404


async def test_a_visitor_who_stands_in_the_slot_is_told_and_put_beside_the_booth(running: Running) -> None:
    url = running.reach.base_url.replace("http", "ws", 1) + "/ws"
    async with (
        await Client.connect(url, hall="lobby", name="甲", at="tea") as visitor,
        await Client.connect(url, hall="lobby", name="乙") as other,
    ):
        slot = visitor.id & 0xFFFF
        await visitor.send_pose(x=3.6, z=-4.0, teleported=True)
        await receive_until(other, lambda: abs(other.crowd.x[slot] - 3.6) < 0.1)
        running.showing.show("lobby", (dataclasses.replace(STAND, scale=6.0, slot="a01"),))
        correct = await receive(visitor, Correct)
        assert (await receive(visitor, Booths)).revision != 0
        assert (correct.reason, abs(correct.x - 3.6) + abs(correct.z + 4.0) > 1.0) == ("outside", True)


async def test_a_booth_of_an_unknown_slot_is_left_out_and_so_is_a_second_in_one_slot(
    running: Running, http: aiohttp.ClientSession
) -> None:
    stands = (
        dataclasses.replace(STAND, id="nowhere", slot="z99"),
        STAND,
        dataclasses.replace(STAND, id="second"),
    )
    running.showing.show("lobby", stands)
    async with http.get("/api/halls/lobby/booths") as answer:
        assert [booth["id"] for booth in (await answer.json())["booths"]] == ["b-17"]


async def test_where_the_halls_own_booth_stood_one_walks_until_it_comes_back(running: Running) -> None:
    """The back wall of the plain hall's own booth is at x = 7.3, and its counter at x = 5.4."""
    url = running.reach.base_url.replace("http", "ws", 1) + "/ws"
    async with (
        await Client.connect(url, hall="lobby", name="甲", at="tea") as visitor,
        await Client.connect(url, hall="lobby", name="乙") as other,
    ):
        slot = visitor.id & 0xFFFF
        await visitor.send_pose(x=7.3, z=-2.6, teleported=True)
        assert (await receive(visitor, Correct)).reason == "outside"

        running.showing.show("lobby", (STAND,))
        await receive(visitor, Booths)
        await visitor.send_pose(x=7.3, z=-2.6, teleported=True)
        await receive_until(other, lambda: abs(other.crowd.x[slot] - 7.3) < 0.1)

        running.showing.show("lobby", ())
        correct = await receive(visitor, Correct)
        assert (correct.reason, abs(correct.x - 7.3) + abs(correct.z + 2.6) > 0.4) == ("outside", True)
