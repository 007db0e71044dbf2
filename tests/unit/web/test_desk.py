"""Operators' acts over real HTTP, on a whole server: from the order to the visitor's socket."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from tests.conftest import RunningServer
from tests.plain_hall import make_plain_hall
from tests.support.people import Page, page
from tests.support.small_hall import write_small_hall
from tests.support.watcher import Watcher
from tests.unit.live.conftest import receive
from yuanzhan.app.serving import serving
from yuanzhan.client import Client, Refused
from yuanzhan.instants import now_ms
from yuanzhan.moderation.acts import Act, Kind, Reason
from yuanzhan.moderation.records import act_row
from yuanzhan.protocol.messages.booths import Booths
from yuanzhan.protocol.messages.joining import Bye
from yuanzhan.protocol.messages.moderation import Announced, Report, Restricted
from yuanzhan.protocol.messages.notices import Notice
from yuanzhan.protocol.messages.people import Chat, Said
from yuanzhan.protocol.messages.watching import Watch
from yuanzhan.settings import Settings
from yuanzhan.store import acts as stored
from yuanzhan.store.opening import open_store
from yuanzhan.web.devices import COOKIE
from yuanzhan.web.gate import COOKIE as SESSION_COOKIE

PHONE = {"Cookie": f"{COOKIE}={'phone':A<22}"}


@pytest.fixture(scope="session")
def scenes_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """`first` and `second`, and `market` with a demo booth."""
    folder = tmp_path_factory.mktemp("scenes")
    write_small_hall(folder / "first")
    write_small_hall(folder / "second", order=2)
    make_plain_hall(folder / "market", portals=(), with_floor=True)
    return folder


async def visitor(server: RunningServer, name: str = "风继续吹", hall: str = "first", **more: Any) -> Client:
    return await Client.connect(server.ws_url, hall=hall, name=name, **more)


def on(client: Client, kind: str, **more: Any) -> dict[str, Any]:
    target = {"hall": client.welcome.hall, "visitor": client.id}
    return {"kind": kind, "reason": "harassment", "target": target} | more


async def test_an_act_reaches_its_target_and_undo_takes_it_back(owner: Page, server: RunningServer) -> None:
    async with await visitor(server) as one:
        status, done = await owner.ask("POST", "/api/acts", on(one, "mute", note="请勿打扰他人"))
        assert (status, done["reached"], done["act"]["holds"]) == (201, 1, True)
        told = await receive(one, Restricted)
        assert told.acts[0].act == done["act"]["id"]
        await one.send(Chat("hello"))
        assert await receive(one, Notice) == Notice("chat_muted")
        status, undone = await owner.ask("POST", f"/api/acts/{done['act']['id']}/undo")
        assert (status, undone["act"]["holds"]) == (200, False)
        assert not (await receive(one, Restricted)).chat
        again = f"/api/acts/{done['act']['id']}/undo"
        assert await owner.refused("POST", again) == (409, "act_over")
        _, recent = await owner.ask("GET", "/api/acts")
        assert [act["id"] for act in recent["acts"]] == [done["act"]["id"]]


async def test_what_is_wrong_with_an_order_is_named(owner: Page, server: RunningServer) -> None:
    async with await visitor(server) as one:
        status, body = await owner.ask("POST", "/api/acts", on(one, "mute", minutes=0))
        assert (status, body["error"]["code"]) == (422, "act_invalid")
        assert "/minutes" in body["error"]["message"]
    nobody = {"hall": "first", "visitor": 7}
    assert await owner.refused(
        "POST", "/api/acts", {"kind": "send", "reason": "noise", "target": nobody}
    ) == (
        404,
        "target_gone",
    )


async def test_a_moderator_does_what_the_table_allows_and_nothing_else(
    owner: Page, server: RunningServer
) -> None:
    async with page(server.base_url) as moderator, await visitor(server) as one:
        await moderator.accept(await owner.invite("moderator"), "mod", "陈一")
        _, table = await moderator.ask("GET", "/api/desk/acts")
        may = {row["kind"] for row in table["acts"] if row["may"]}
        assert may == {"mute", "hide", "freeze", "send", "remove", "clear", "slow"}
        assert await moderator.refused("POST", "/api/acts", on(one, "ban")) == (403, "not_allowed")
        assert (await moderator.ask("POST", "/api/acts", on(one, "freeze")))[0] == 201


async def test_a_visitor_may_do_and_see_nothing_of_it(server: RunningServer) -> None:
    async with page(server.base_url) as guest:
        for path in ("/api/desk", "/api/acts", "/api/reports", "/api/people", "/api/appeals"):
            assert await guest.refused("GET", path) == (401, "not_signed_in")
        assert await guest.refused("POST", "/api/acts", {"kind": "mute"}) == (401, "not_signed_in")


async def test_a_report_comes_with_its_evidence_and_ends_with_an_act(
    owner: Page, server: RunningServer
) -> None:
    async with await visitor(server, "小满") as good, await visitor(server, headers=PHONE) as bad:
        await bad.send(Chat("你怎么不回我"))
        said = await receive(good, Said)
        watcher = await Watcher.connect(
            server.ws_url, {"Cookie": f"{SESSION_COOKIE}={owner.key}", "Origin": server.base_url}
        )
        await watcher.say(Watch("first"))
        await watcher.next("watching")
        await good.send(Report("message", "harassment", line=said.line))
        assert await receive(good, Notice) == Notice("report_received")
        assert (await watcher.next("desk"))["what"] == "reports"
        await watcher.close()
        _, queue = await owner.ask("GET", "/api/reports")
        (listed,) = queue["reports"]
        _, whole = await owner.ask("GET", f"/api/reports/{listed['id']}")
        assert whole["evidence"]["said"]["text"] == "你怎么不回我"
        _, taken = await owner.ask("POST", f"/api/reports/{listed['id']}/take")
        assert taken["assignee"]["name"] == "掌柜"
        order = on(bad, "remove") | {"target": {"report": listed["id"]}}
        assert (await owner.ask("POST", "/api/acts", order))[0] == 201
        with pytest.raises(Refused, match="4430"):
            await receive(bad, Refused)
        assert (await owner.ask("GET", "/api/reports"))[1]["reports"] == []
        assert await owner.refused("POST", f"/api/reports/{listed['id']}/shred") == (404, "target_gone")


async def test_a_line_that_was_cleared_is_told_so_now_and_of_what_is_kept(
    owner: Page, server: RunningServer
) -> None:
    async with await visitor(server) as one:
        for words in ("第一句", "第二句"):
            await one.send(Chat(words))
            line = (await receive(one, Said)).line
        target = {"hall": "first"}
        order = {"kind": "clear", "reason": "unlawful", "target": target, "params": {"lines": [line]}}
        assert (await owner.ask("POST", "/api/acts", order))[0] == 201
        for query in ("", f"?before={now_ms() + 1}"):
            _, said = await owner.ask("GET", f"/api/halls/first/lines{query}")
            assert [(each["text"], each["cleared"]) for each in said["lines"]] == [
                ("第一句", False),
                ("第二句", True),
            ]


async def test_people_are_found_by_a_part_of_their_name(owner: Page, server: RunningServer) -> None:
    async with await visitor(server, "风继续吹", headers=PHONE) as one, await visitor(server, "Breeze"):
        _, found = await owner.ask("GET", "/api/people?name=继续")
        assert [person["visitor"] for person in found["people"]] == [one.id]
        assert found["people"][0]["housemates"] == 1
        _, found = await owner.ask("GET", "/api/people?name=BREE&hall=second")
        assert found["people"] == []
        await one.send(Chat("我走了"))
        line = (await receive(one, Said)).line
        # Whoever is here is not among those who left.
        assert (await owner.ask("GET", "/api/halls/first/lines?before=" + str(now_ms() + 1)))[0] == 200
        assert (await owner.ask("GET", "/api/people?name=继续"))[1]["left"] == []
        _, person = await owner.ask("GET", f"/api/people/first/{one.id}")
        assert person["known_by"] == ["device", "visitor"]
        assert person["ranges"] == [{"prefix": 32, "others": 1}, {"prefix": 24, "others": 1}]
        assert await owner.refused("GET", "/api/people/first/x") == (404, "target_gone")
        _, desk = await owner.ask("GET", "/api/desk")
        counts = {hall["hall"]: hall["visitors"] for hall in desk["halls"]}
        assert counts == {"first": 2, "second": 0, "market": 0}
        assert desk["time_zone"] == "Asia/Shanghai"
        await one.send(Bye())
        with pytest.raises(Refused):
            await receive(one, Refused)
        _, found = await owner.ask("GET", "/api/people?name=继续")
        (gone,) = found["left"]
        assert (found["people"], gone["name"], gone["line"]) == ([], "风继续吹", line)
        ban = {"kind": "ban", "reason": "unlawful", "target": {"line": gone["line"]}}
        assert (await owner.ask("POST", "/api/acts", ban))[1]["act"]["by"] == ["device", "visitor"]


async def test_acts_come_a_page_at_a_time(owner: Page, server: RunningServer, settings: Settings) -> None:
    made_at_ms = now_ms()
    async with (
        open_store(settings.database_url, settings.data_dir) as store,
        store.database.transaction() as session,
    ):
        for number in range(120):
            act = Act(f"{number:024}", Kind.SLOW, Reason.NOISE, made_at_ms + number // 3, hall="first")
            await stored.add(session, *act_row(act))
    seen, path = [], "/api/acts"
    for _ in range(3):
        _, told = await owner.ask("GET", path)
        seen += [int(act["id"]) for act in told["acts"]]
        path = f"/api/acts?before={told['next']}"
    assert (seen, told["next"]) == (list(reversed(range(120))), None)
    assert await owner.refused("GET", "/api/acts?before=yesterday") == (400, "request_invalid")


async def test_an_announcement_reaches_all_halls_in_both_languages(
    owner: Page, server: RunningServer
) -> None:
    async with await visitor(server) as one:
        text = {"zh": "戏台五分钟后开演", "en": "The play begins in 5 minutes"}
        order = {"kind": "announce", "reason": "programme", "target": {}, "params": {"text": text}}
        assert (await owner.ask("POST", "/api/acts", order))[0] == 201
        (item,) = (await receive(one, Announced)).items
        assert (item.zh, item.en) == (text["zh"], text["en"])


async def test_whoever_was_put_out_may_appeal_without_signing_in(owner: Page, server: RunningServer) -> None:
    one = await visitor(server, headers=PHONE)
    _, done = await owner.ask("POST", "/api/acts", on(one, "ban"))
    path = f"/api/acts/{done['act']['id']}/appeal"
    async with page(server.base_url) as guest:
        assert await guest.refused("POST", path, {"text": ""}) == (422, "act_invalid")
        assert await guest.ask("GET", path) == (200, {"holds": True, "appeal": ""})
        assert (await guest.ask("POST", path, {"text": "认错人了", "contact": "a@b.cn"}))[0] == 204
        assert await guest.ask("GET", path) == (200, {"holds": True, "appeal": "open"})
        assert await guest.refused("POST", path, {"text": "again"}) == (409, "appeal_known")
        assert await guest.refused("POST", "/api/acts/%00/appeal", {"text": "x"}) == (404, "no_such_page")
        missing = "/api/acts/000000000000000000000000/appeal"
        assert await guest.refused("GET", missing) == (404, "target_gone")
        assert await guest.refused("POST", missing, {"text": "x"}) == (404, "target_gone")
        await guest.refused("POST", missing, {"text": "x"})
        assert await guest.refused("POST", missing, {"text": "x"}) == (429, "too_many_tries")
    _, appeals = await owner.ask("GET", "/api/appeals")
    assert appeals["appeals"][0]["text"] == "认错人了"
    assert (await owner.ask("POST", f"/api/appeals/{done['act']['id']}/grant"))[0] == 204
    async with page(server.base_url) as guest:
        assert await guest.ask("GET", path) == (200, {"holds": False, "appeal": "granted"})
    async with await visitor(server, headers=PHONE):
        pass


async def test_anybody_reads_whether_a_hall_is_open_and_for_how_many(
    owner: Page, server: RunningServer
) -> None:
    for kind, params in (("capacity", {"capacity": 5}), ("door", {"door": "closed"})):
        order = {"kind": kind, "reason": "safety", "target": {"hall": "first"}, "params": params}
        assert (await owner.ask("POST", "/api/acts", order))[0] == 201
    async with page(server.base_url) as guest:
        _, answer = await guest.ask("GET", "/api/halls")
        _, one = await guest.ask("GET", "/api/halls/first")
    first = answer["halls"][0]
    assert (first["door"], first["opens_at"], first["capacity"]) == ("closed", None, 5)
    assert (one["door"], one["capacity"]) == ("closed", 5)


async def test_a_ban_and_a_closed_hall_outlast_a_restart(settings: Settings) -> None:
    async with serving(settings) as running, page(running.reach.base_url) as owner:
        assert running.reach.owner_url is not None
        await owner.accept(running.reach.owner_url, "owner")
        ws_url = running.reach.base_url.replace("http", "ws", 1) + "/ws"
        one = await Client.connect(ws_url, hall="first", name="one", headers=PHONE)
        assert (await owner.ask("POST", "/api/acts", on(one, "ban")))[0] == 201
        order = {"kind": "door", "reason": "maintenance", "target": {"hall": "second"}}
        assert (await owner.ask("POST", "/api/acts", order | {"params": {"door": "closed"}}))[0] == 201
    async with serving(settings) as running:
        ws_url = running.reach.base_url.replace("http", "ws", 1) + "/ws"
        with pytest.raises(Refused, match="4431"):
            await Client.connect(ws_url, hall="first", name="two", headers=PHONE)
        with pytest.raises(Refused, match="4432"):
            await Client.connect(ws_url, hall="second", name="three")


async def test_pages_of_visitors_make_a_browser_known_and_others_do_not(server: RunningServer) -> None:
    async with aiohttp.ClientSession(server.base_url, cookie_jar=aiohttp.DummyCookieJar()) as http:
        async with http.get("/halls/first") as answer:
            cookie = answer.cookies[COOKIE]
            assert (cookie["httponly"], cookie["samesite"], cookie["path"]) == (True, "Lax", "/")
        async with http.get("/", headers={"Cookie": f"{COOKIE}={cookie.value}"}) as answer:
            assert COOKIE not in answer.cookies
        async with http.get("/", headers={"Cookie": f"{COOKIE}=<script>"}) as answer:
            assert COOKIE in answer.cookies
        async with http.get("/exhibitor") as answer:
            assert COOKIE not in answer.cookies


async def test_who_is_banned_at_one_server_is_banned_at_another_on_the_same_database(
    owner: Page, server: RunningServer, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The server that runs has begun to wait already: only the other one looks often.
    monkeypatch.setattr("yuanzhan.moderation.desk.LOOK_PERIOD_S", 0.02)
    shared = f"sqlite:///{settings.data_dir / 'yuanzhan.db'}"
    elsewhere = replace(settings, data_dir=tmp_path / "elsewhere", database_url=shared)
    async with serving(elsewhere) as other, await visitor(server, headers=PHONE) as here:
        url = other.reach.base_url.replace("http", "ws", 1) + "/ws"
        there = await Client.connect(url, hall="first", name="elsewhere", headers=PHONE)
        status, done = await owner.ask("POST", "/api/acts", on(here, "ban", by=["device"]))
        assert (status, done["reached"]) == (201, 1)
        with pytest.raises(Refused, match="4431"):
            await receive(there, Refused)
        with pytest.raises(Refused, match="4431"):
            await Client.connect(url, hall="first", name="again", headers=PHONE)
        async with page(other.reach.base_url) as colleague:
            await colleague.sign_in("owner")
            _, told = await colleague.ask("GET", "/api/acts?holding")
            assert [act["id"] for act in told["acts"]] == [done["act"]["id"]]
            assert (await owner.ask("POST", f"/api/acts/{done['act']['id']}/undo"))[0] == 200
            async with asyncio.timeout(30):
                while told["acts"]:
                    _, told = await colleague.ask("GET", "/api/acts?holding")
        async with await Client.connect(url, hall="first", name="again", headers=PHONE):
            pass
    # The end is signed where the record was begun.
    async with open_store(shared, settings.data_dir) as store:
        assert (await store.verify_audit()).is_whole


async def test_a_booth_is_taken_down_while_people_stand_in_it_and_put_back(
    owner: Page, server: RunningServer
) -> None:
    async with await visitor(server, hall="market") as one:
        _, before = await owner.ask("GET", "/api/halls/market/booths")
        booth = before["booths"][0]["id"]
        order = {"kind": "take_down", "reason": "rights", "target": {"hall": "market", "booth": booth}}
        status, done = await owner.ask("POST", "/api/acts", order)
        assert (status, done["act"]["holds"]) == (201, True)
        assert done["act"]["params"] == {"booth": booth, "title": before["booths"][0]["title"]}
        told = await receive(one, Booths)
        _, after = await owner.ask("GET", "/api/halls/market/booths")
        assert booth not in [each["id"] for each in after["booths"]]
        assert told.revision == after["booths_revision"] != before["booths_revision"]
        assert (await owner.ask("POST", f"/api/acts/{done['act']['id']}/undo"))[0] == 200
        _, again = await owner.ask("GET", "/api/halls/market/booths")
        assert again == before
