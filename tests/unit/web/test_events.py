"""The programme over real HTTP, on a whole server: planned, listed, in calendars, in the hall."""

from __future__ import annotations

import asyncio
from typing import Any

import icalendar
import pytest

from tests.conftest import RunningServer
from tests.support.people import Page, page
from tests.unit.live.conftest import receive
from yuanzhan.client import Client
from yuanzhan.events.calendar import calendar_of
from yuanzhan.instants import HOUR_MS, MINUTE_MS, iso, now_ms
from yuanzhan.protocol.messages.events import Hand, Part, Stage
from yuanzhan.web import events as event_routes


def plan(begins_in_ms: int = HOUR_MS, **more: Any) -> dict[str, Any]:
    begins_ms = now_ms() + begins_in_ms
    return {
        "hall": "first",
        "title": {"zh": "古琴夜会", "en": ""},
        "begins_at": iso(begins_ms),
        "ends_at": iso(begins_ms + HOUR_MS),
    } | more


async def planned(owner: Page, *about: Any, **more: Any) -> dict[str, Any]:
    status, event = await owner.ask("POST", "/api/events", plan(*about, **more))
    assert status == 201, event
    found: dict[str, Any] = event
    return found


async def feed(server: RunningServer, path: str) -> icalendar.Calendar:
    async with server.http.get(path) as answer:
        assert (answer.status, answer.content_type, answer.charset) == (200, "text/calendar", "utf-8")
        return icalendar.Calendar.from_ical(await answer.read())


async def test_what_is_planned_is_listed_for_everybody(owner: Page, server: RunningServer) -> None:
    later = await planned(owner, 5 * HOUR_MS, hall="second")
    event = await planned(owner)
    async with page(server.base_url) as guest:
        _, told = await guest.ask("GET", "/api/events")
        assert [each["id"] for each in told["events"]] == [event["id"], later["id"]]
        assert told["events"][0]["title"] == {"zh": "古琴夜会", "en": "古琴夜会"}
        _, of_hall = await guest.ask("GET", "/api/events?hall=second")
        assert [each["id"] for each in of_hall["events"]] == [later["id"]]
        assert "attendance" not in told["events"][0]


async def test_calendars_follow_a_change_and_a_cancellation(owner: Page, server: RunningServer) -> None:
    event = await planned(owner)
    (first,) = (await feed(server, "/events.ics")).events
    status, _ = await owner.ask("PUT", f"/api/events/{event['id']}", plan(2 * HOUR_MS))
    assert status == 200
    (second,) = (await feed(server, "/events.ics?lang=en")).events
    assert (second["uid"], first["sequence"], second["sequence"]) == (first["uid"], 0, 1)
    assert second.decoded("dtstart") > first.decoded("dtstart")
    assert second["url"] == f"{server.base_url}/halls/first"
    status, gone = await owner.ask("POST", f"/api/events/{event['id']}/cancel")
    assert (status, gone["phase"]) == (200, "cancelled")
    (third,) = (await feed(server, "/halls/first/events.ics")).events
    assert (third["uid"], third["status"], third["sequence"]) == (first["uid"], "CANCELLED", 2)
    assert (await feed(server, "/halls/second/events.ics")).events == []
    (alone,) = (await feed(server, f"/events/{event['id']}.ics")).events
    assert alone["uid"] == first["uid"]


async def test_a_feed_is_made_once_for_all_who_ask_after_a_change(
    owner: Page, server: RunningServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = []

    def counted(*about: Any) -> bytes:
        made.append(about[1])
        return calendar_of(*about)

    monkeypatch.setattr(event_routes, "calendar_of", counted)
    await planned(owner)
    for feeds in (["en"], ["en", "zh", "en"]):
        asked = [feed(server, f"/events.ics?lang={lang}") for lang in feeds * 4]
        assert [len(each.events) for each in await asyncio.gather(*asked)] == [1] * len(asked)
    assert sorted(made) == ["en", "zh"]


async def test_a_feed_that_has_not_changed_is_not_sent_again(owner: Page, server: RunningServer) -> None:
    await planned(owner)
    async with server.http.get("/events.ics") as answer:
        tag = answer.headers["ETag"]
    for known in (tag, f'"other", {tag}', f"W/{tag}", "*"):
        async with server.http.get("/events.ics", headers={"If-None-Match": known}) as answer:
            assert (answer.status, await answer.read()) == (304, b""), known
    for other in ('"other"', tag.strip('"'), 'W/"'):
        async with server.http.get("/events.ics", headers={"If-None-Match": other}) as answer:
            assert answer.status == 200, other
    await planned(owner, 3 * HOUR_MS)
    async with server.http.get("/events.ics", headers={"If-None-Match": tag}) as answer:
        assert answer.status == 200


async def test_what_is_wrong_is_said_with_its_code(owner: Page, server: RunningServer) -> None:
    event = await planned(owner)
    assert await owner.refused("POST", "/api/events", plan()) == (409, "events_overlap")
    assert await owner.refused("POST", "/api/events", plan(-2 * HOUR_MS)) == (422, "event_past")
    too_early = plan(ends_at=iso(now_ms()))
    assert await owner.refused("POST", "/api/events", too_early) == (422, "event_ends_early")
    too_long = plan(title={"zh": "x" * 10_000})
    assert await owner.refused("POST", "/api/events", too_long) == (422, "event_invalid")
    assert await owner.refused("POST", "/api/events", plan(stage="moon")) == (422, "event_invalid")
    assert await owner.refused("PUT", "/api/events/none", plan()) == (404, "no_such_event")
    assert await owner.refused("GET", f"/api/events/{event['id']}/stage") == (404, "no_such_event")
    for path, code in (("/halls/moon/events.ics", "no_such_hall"), ("/events/none.ics", "no_such_event")):
        async with server.http.get(path) as answer:
            assert (answer.status, (await answer.json())["error"]["code"]) == (404, code)


async def test_an_event_that_begins_now_is_in_the_hall_with_its_hands_and_counts(
    owner: Page, server: RunningServer
) -> None:
    async with await Client.connect(server.ws_url, hall="first", name="小满") as one:
        event = await planned(owner, -MINUTE_MS)
        stage = await receive(one, Stage)
        assert (stage.state, stage.event) == ("running", event["id"])
        await one.send(Hand(True))
        assert (await receive(one, Part)).hand == 1
        _, now = await owner.ask("GET", f"/api/events/{event['id']}/stage")
        assert (now["here"], now["hands"]) == (1, [{"visitor": one.id, "name": "小满"}])
        act = {
            "kind": "stage",
            "reason": "programme",
            "target": {"hall": "first", "visitor": one.id},
            "params": {"event": event["id"]},
        }
        status, done = await owner.ask("POST", "/api/acts", act)
        assert status == 201
        assert await receive(one, Part) == Part(True, True, 0), "no hand any more"
        assert (await owner.ask("POST", f"/api/acts/{done['act']['id']}/undo"))[0] == 200
        assert not (await receive(one, Part)).speaks
    _, record = await owner.ask("GET", "/api/audit")
    acts = [row["act"] for row in record]
    assert acts[:3] == ["act.undo", "act.stage", "event.plan"]


async def test_staff_see_how_many_came(owner: Page, server: RunningServer) -> None:
    await planned(owner)
    status, told = await owner.ask("GET", "/api/desk/events")
    assert status == 200
    assert told["events"][0]["attendance"] == {"peak": 0, "visitors": 0, "minutes": 0}
    assert told["events"][0]["title"] == {"zh": "古琴夜会", "en": ""}
