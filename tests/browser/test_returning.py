"""The line breaks, the server dies, the visitor opens a second page: what becomes of the visit."""

from __future__ import annotations

import base64
import math

from tests.browser.conftest import Visitors
from tests.browser.server import Server
from tests.browser.test_meeting import meet, shown
from tests.browser.visitor import Visitor

SITS = "() => window.yuanzhan.me().action === 3"


def test_a_killed_and_restarted_server_is_rejoined_with_the_same_avatar(
    visitors: Visitors, server: Server
) -> None:
    anna, bo = meet(visitors)
    look = 2 + (1 << 2) + (3 << 17)
    anna.evaluate("(look) => window.yuanzhan.setProfile('安娜', look)", look)
    anna.evaluate("() => window.yuanzhan.place(-4, 3, 2)")
    bo.wait_for_other(anna.me["id"], "person?.look === values[0] && Math.abs(person.x + 4) < 0.1", look)
    bo.evaluate("() => window.yuanzhan.place(-4, 4, 0)")
    anna.wait_for_other(bo.me["id"], "person && Math.abs(person.x + 4) < 0.1")
    bo.evaluate("() => window.yuanzhan.visit.presence.say({ t: 'sit', seat: 's02' })")
    bo.wait(SITS)
    before, visits = anna.me, [number_of(visitor) for visitor in (anna, bo)]
    for visitor in (anna, bo):
        visitor.expect("WebSocket connection to .* failed|ERR_CONNECTION_REFUSED|Failed to load resource")
        visitor.evaluate("() => { window.__same = true; }")
    server.kill()
    anna.wait("() => window.yuanzhan.connection !== 'joined'")
    anna.page.locator(".connection").wait_for(state="visible")
    server.start()
    for visitor in (anna, bo):
        visitor.wait("() => window.yuanzhan.connection === 'joined' && window.yuanzhan.ready")
        assert visitor.evaluate("() => window.__same") is True, "without a reload"
    assert anna.me["name"] == "安娜"
    assert anna.me["look"] == look
    # Known to the server as before, and where it said that it brings them back to.
    assert anna.me["resumed"] is False
    assert [number_of(visitor) for visitor in (anna, bo)] == visits
    assert math.dist((anna.me["x"], anna.me["z"]), (before["x"], before["z"])) < 1
    assert abs(anna.me["yaw"] - before["yaw"]) < 0.1
    bo.wait_for_other(anna.me["id"], "person && window.yuanzhan.others().length === 1")
    seen = shown(bo, anna.me["id"])
    assert seen["look"] == look
    assert math.dist((seen["x"], seen["z"]), (before["x"], before["z"])) < 1
    bo.wait(SITS)
    assert anna.page.locator(".connection").is_hidden()


def test_a_reload_comes_back_as_the_same_visitor_and_leaves_no_ghost(visitors: Visitors) -> None:
    anna, bo = meet(visitors)
    before = anna.me
    anna.page.reload()
    anna.enter()
    assert anna.me["resumed"] is True
    assert anna.me["id"] == before["id"]
    bo.wait("() => window.yuanzhan.others().length === 1")
    # The same visitor in a second tab: the first page says so and does not fight for the place.
    token = anna.evaluate("() => sessionStorage.getItem('yuanzhan.token')")
    second = anna.context.new_page()
    second.add_init_script(f"sessionStorage.setItem('yuanzhan.token', {token!r})")
    second.goto(f"/halls/lobby?{anna.flags}")
    anna.wait("() => window.yuanzhan.connection === 'ended'")
    second.wait_for_function("() => window.yuanzhan?.connection === 'joined'", timeout=60_000)
    second.close()


def test_a_hall_or_a_place_that_is_not_there_is_said_plainly(visitors: Visitors) -> None:
    visitor = visitors.arrive("Gao", path="/halls/nowhere")
    visitor.expect("404|Failed to load resource")
    visitor.page.locator("[role=alert]").wait_for(state="visible")
    stranger = visitors.arrive("", path="/halls/nowhere")
    stranger.expect("404|Failed to load resource")
    stranger.page.get_by_text("nowhere").wait_for(state="visible")

    # A place: before the door to who has no name yet, and in the hall.
    stranger.page.goto("/halls/lobby/nowhere")
    stranger.page.get_by_text("nowhere").wait_for(state="visible")
    stranger.evaluate('() => localStorage.setItem(\'yuanzhan.profile\', \'{"name": "Gao", "look": 0}\')')
    stranger.page.goto(f"/halls/lobby/nowhere?{stranger.flags}")
    stranger.page.locator(".toast", has_text="nowhere").wait_for(state="visible")
    stranger.wait("() => location.pathname === '/halls/lobby'")


def number_of(visitor: Visitor) -> bytes:
    """Who the visitor is to the server, as the resume token says: behind its version, 8 bytes."""
    token: str = visitor.evaluate("() => sessionStorage.getItem('yuanzhan.token')")
    return base64.urlsafe_b64decode(token.split(".")[0] + "===")[1:9]
