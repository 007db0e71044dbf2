"""Letters over real HTTP and a real socket: from what a visitor allows to the counts that are read."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest

from tests.plain_hall import make_plain_hall
from tests.unit.live.conftest import PATIENCE_S, receive
from tests.unit.web.test_visits import people, show
from yuanzhan.client import Client
from yuanzhan.protocol.messages.notices import Notice
from yuanzhan.protocol.messages.outreach import Invitation, Outcome, Reachable
from yuanzhan.settings import Settings
from yuanzhan.web.devices import COOKIE
from yuanzhan.web.outreach import REACH_BURST

pytestmark = pytest.mark.timeout(300)

XSS = "<svg onload=alert(1)>"
TEXT = {"zh": f"三点试茶 {XSS}", "en": f"Tea at three {XSS}"}
DEVICE = f"{'phone':A<22}"


@pytest.fixture
def plain_settings(tmp_path: Path, client_dir: Path) -> Settings:
    make_plain_hall(tmp_path / "scenes" / "lobby", with_floor=True)
    return Settings(
        port=0,
        scenes_dir=tmp_path / "scenes",
        client_dir=client_dir,
        data_dir=tmp_path / "data",
        disk_reserve_mb=0,
        letters_per_hour=2,
    )


async def until(ask: Any, is_so: Any) -> Any:
    """What is asked for, as soon as it is so."""

    async with asyncio.timeout(PATIENCE_S):
        found = await ask()
        while not is_so(found):
            await asyncio.sleep(0.1)
            found = await ask()
    return found


async def test_from_what_a_visitor_allows_to_what_the_sender_reads(plain_settings: Settings) -> None:
    async with people(plain_settings) as (running, made):
        lin, wei, operator = made.lin.page, made.wei.page, made.operator
        booth = await made.lin.booth()
        draft = {"text": TEXT, "by": booth, "audience": {"tags": ["crafts"]}}
        assert await lin.refused("POST", "/api/outreach", draft) == (409, "booth_not_shown")
        show(running, booth)
        assert await wei.refused("POST", "/api/outreach", draft) == (404, "no_such_booth")
        assert await operator.refused("POST", "/api/outreach", draft) == (404, "no_such_booth")
        assert await lin.refused("POST", "/api/outreach", {"text": TEXT}) == (422, "body_wrong")
        wrong = {"text": {"zh": "x" * 141, "en": " "}, "audience": {"langs": ["fr"]}, "more": 1}
        assert await lin.refused("POST", "/api/outreach", wrong) == (422, "body_wrong")

        url = running.reach.base_url.replace("http", "ws", 1) + "/ws"
        headers = {"Cookie": f"{COOKIE}={DEVICE}"}
        async with (
            await Client.connect(url, hall="lobby", name="小满", headers=headers, at=booth) as visitor,
            await Client.connect(url, hall="lobby", name="沈清") as other,
        ):
            await other.send(Reachable("hour", "en", ("food",)))
            await visitor.send(Reachable("ten_minutes", "zh-CN", ("crafts",), booths=True))
            cookie = {"Cookie": f"{COOKIE}={DEVICE}"}

            async def held() -> list[Any]:
                status, copy = await operator.ask("GET", "/api/privacy/device", headers=cookie)
                assert status == 200
                return list(copy["reachable"])

            # What is held of somebody is in their copy.
            (choice,) = await until(held, bool)
            assert (choice["tags"], choice["by_booths"]) == (["crafts"], True)
            asked = {"by": booth, "audience": {"tags": ["crafts"]}}
            assert await lin.ask("POST", "/api/outreach/audience", asked) == (200, {"fewer_than": 5})

            async def counts() -> dict[str, Any]:
                letters = (await lin.ask("GET", f"/api/outreach?booth={booth}"))[1]["letters"]
                return dict(letters[0]["counts"]) if letters else {}

            status, told = await lin.ask("POST", "/api/outreach", draft)
            assert (status, told["meant"], told["leads"]) == (201, {"fewer_than": 5}, True)
            got = await receive(visitor, Invitation)
            assert (got.zh, got.title_zh, got.hall, got.booth) == (TEXT["zh"], "展位", "lobby", booth)
            for what in ("shown", "led", "arrived", "off"):
                await visitor.send(Outcome(got.id, what))
            few = {"fewer_than": 5}
            assert await until(counts, lambda found: found["off"] == few) == dict.fromkeys(
                ("sent", "shown", "led", "arrived", "off"), few
            )

            # An operator reaches who the exhibitor did not, and by the visitor's own rate nobody else.
            status, told = await operator.ask("POST", "/api/outreach", {"text": TEXT})
            assert (status, told["leads"], told["by_booth"]) == (201, False, False)
            assert (await receive(other, Invitation)).sender == "operators"

            # It goes when they say so.
            status, _ = await operator.ask("POST", "/api/privacy/device/erase", {}, headers=cookie)
            assert status == 200
            assert (await receive(visitor, Notice)).code == "reach_off"
            assert await held() == []

        assert (await lin.ask("POST", "/api/outreach", draft))[0] == 201
        assert await lin.refused("POST", "/api/outreach", draft) == (429, "too_many_letters")
        assert (await lin.ask("GET", f"/api/outreach?booth={booth}"))[1]["left"] == 0
        status, all_of_them = await operator.ask("GET", "/api/outreach")
        assert len(all_of_them["letters"]) == 3
        status, record = await operator.ask("GET", "/api/audit")
        recorded = [row for row in record if row["act"] == "outreach.send"]
        assert len(recorded) == 3
        assert all(row["after"]["meant"] == few for row in recorded)
        assert await wei.refused("GET", f"/api/outreach?booth={booth}") == (404, "no_such_booth")


async def test_who_asks_too_often_how_many_it_would_reach_waits_and_nobody_else_does(
    plain_settings: Settings,
) -> None:
    async with people(plain_settings) as (_, made):
        booth = await made.lin.booth()
        asked = {"by": booth, "audience": {"tags": ["crafts"]}}
        answers = [
            await made.lin.page.ask("POST", "/api/outreach/audience", asked)
            for _ in range(round(REACH_BURST * 1.5))
        ]
        refused = [told["error"]["code"] for status, told in answers if status == 429]
        assert answers[0] == (200, {"fewer_than": 5})
        assert len(answers) - len(refused) >= REACH_BURST
        assert set(refused) == {"too_many_tries"}
        assert await made.operator.ask("POST", "/api/outreach/audience", {}) == (200, {"fewer_than": 5})
