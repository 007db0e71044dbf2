"""An event in real pages: planned, seen in the hall, a hand raised, the floor given, people counted."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import Visitors
from tests.browser.desk import WAIT_MS, open_console, shot
from tests.browser.server import Server

TITLE = "古琴夜会"
PLAN_TOMORROW = """async (stage) => {
  const { csrf } = await (await fetch('/api/me')).json();
  const at = (hours) => new Date(Date.now() + hours * 3_600_000).toISOString();
  const times = { begins_at: at(24), ends_at: at(25) };
  const body = JSON.stringify({ hall: 'lobby', stage, title: { zh: '明天' }, ...times });
  const headers = { 'X-Yuanzhan-CSRF': csrf, 'Content-Type': 'application/json' };
  await fetch('/api/events', { method: 'POST', headers, body });
}"""


@pytest.fixture
def desk(browser: Browser, server: Server) -> Iterator[Page]:
    """Where events are planned, in a browser whose owner is signed in."""
    with open_console(browser, server) as console:
        console.goto("/operator/events")
        expect(console.locator("h1")).to_have_text("活动", timeout=WAIT_MS)
        yield console


@pytest.mark.timeout(300)
def test_an_evening_from_the_plan_to_how_many_came(desk: Page, visitors: Visitors, server: Server) -> None:
    zh = visitors.arrive("小满", "/halls/lobby", locale="zh-CN", timezone_id="Asia/Shanghai")
    en = visitors.arrive("Anna", "/halls/lobby", locale="en-US", timezone_id="Europe/London")
    for visitor in (zh, en):
        visitor.enter()

    # Planned by keyboard alone: it begins now.
    desk.keyboard.press("n")
    desk.keyboard.type(TITLE)
    desk.locator("#event-title-en").fill("An evening of guqin")
    desk.locator("#event-speakers").fill("林栀、Ada")
    desk.locator("#event-capacity").fill("300")
    now = desk.evaluate("() => new Date(Date.now() - new Date().getTimezoneOffset() * 60000).toISOString()")
    begins = datetime.fromisoformat(now).replace(tzinfo=UTC)
    desk.locator("#event-begins").fill(f"{begins:%Y-%m-%dT%H:%M}")
    desk.locator("#event-ends").fill(f"{begins + timedelta(hours=1):%Y-%m-%dT%H:%M}")
    shot(desk, "event-form")
    desk.keyboard.press("Enter")
    running = desk.locator(".event-now")
    expect(running).to_contain_text(TITLE, timeout=WAIT_MS)

    # Everybody in the hall sees it, each in their language, and the programme on a key.
    expect(zh.page.locator(".stage-title")).to_have_text(TITLE, timeout=WAIT_MS)
    expect(en.page.locator(".stage-title")).to_have_text("An evening of guqin", timeout=WAIT_MS)
    zh.page.keyboard.press("p")
    card = zh.page.locator("dialog.events-sheet .event-card")
    expect(card).to_contain_text(TITLE, timeout=WAIT_MS)
    expect(card).to_contain_text("林栀、Ada")
    expect(card.locator(".tag")).to_have_text("进行中")
    shot(zh.page, "event-programme")
    zh.page.keyboard.press("Escape")

    # A hand goes up; the operator, who came to the hall, gives the floor.
    host = desk.context.new_page()
    host.add_init_script(
        'localStorage.setItem(\'yuanzhan.profile\', \'{"name":"主持","look":0}\');'
        "localStorage.setItem('yuanzhan.hints', '1');"
    )
    host.goto("/halls/lobby?debug&quality=low&draw=never")
    en.page.keyboard.press("h")
    expect(en.page.locator(".stage-hand")).to_have_text("Hand up, no. 1", timeout=WAIT_MS)
    expect(running.locator(".hands li")).to_contain_text("Anna", timeout=WAIT_MS)
    host.locator(".stage-plate .hud-button", has_text="举手 1").click(timeout=WAIT_MS)
    shot(host, "event-hands")

    # Another hand goes up and down: who leads by keyboard keeps their place.
    give = host.locator(".stage-hands li", has_text="Anna").get_by_role("button", name="请发言")
    give.focus()
    for hands in (2, 1):
        zh.page.keyboard.press("h")
        expect(host.locator(".stage-hands li")).to_have_count(hands, timeout=WAIT_MS)
        expect(give).to_be_focused()
    host.keyboard.press("Enter")
    expect(en.page.locator(".toast", has_text="You have the floor")).to_be_visible(timeout=WAIT_MS)

    # What she says is marked as from the stage.
    en.page.keyboard.press("Enter")
    en.page.keyboard.type("Who made this zither?")
    en.page.keyboard.press("Enter")
    said = zh.page.locator(".chat-log li.from-stage", has_text="Who made this zither?")
    expect(said).to_be_attached(timeout=WAIT_MS)
    expect(said.locator(".chat-badge.stage")).to_have_text("台上")

    # An operator puts somebody on the stage, and takes it back. Another plan meanwhile takes no focus away.
    running.locator("input").fill("小满")
    stage = server.get("/api/halls/lobby")["spawns"][0]["id"]
    desk.evaluate(PLAN_TOMORROW, stage)
    expect(desk.locator("tr[data-event]")).to_have_count(2, timeout=WAIT_MS)
    expect(running.locator("input")).to_be_focused()
    running.locator(".found li", has_text="小满").get_by_role("button", name="请上台").click(timeout=WAIT_MS)
    expect(zh.page.locator(".stage-line .stage-own")).to_be_visible(timeout=WAIT_MS)
    shot(desk, "event-running")
    running.locator(".speakers li", has_text="小满").get_by_role("button", name="请下台").click(
        timeout=WAIT_MS
    )
    expect(zh.page.locator(".stage-line .stage-own")).to_be_hidden(timeout=WAIT_MS)

    # Who came is counted, without anybody's name.
    wait_for_visitors(desk, 3)
    desk.reload()
    expect(desk.locator(".event-attendance")).to_contain_text("位访客", timeout=WAIT_MS)

    # Whoever is faster than the list of places does not move an event.
    desk.route("**/api/halls/lobby", lambda route: None)  # never answered
    desk.locator("tr", has_text="明天").get_by_role("button", name="修改").click()
    desk.locator("#event-title-zh").fill("后天")
    desk.keyboard.press("Enter")
    expect(desk.locator("tr", has_text="后天")).to_be_visible(timeout=WAIT_MS)
    (changed,) = [event for event in server.get("/api/events")["events"] if event["title"]["zh"] == "后天"]
    assert changed["stage"] == stage


def wait_for_visitors(desk: Page, count: int) -> None:
    """Until so many different visitors are written down: every half minute they are."""
    deadline_s = time.monotonic() + WAIT_MS / 1000
    while True:
        events = desk.context.request.get("/api/desk/events").json()["events"]
        (told,) = [event["attendance"] for event in events if event["title"]["zh"] == TITLE]
        if told["visitors"] == count:
            assert (told["peak"], set(told)) == (count, {"peak", "visitors", "minutes"})
            return
        assert time.monotonic() < deadline_s, told
        time.sleep(0.5)
