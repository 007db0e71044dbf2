"""Walking: by keys, by touch on a phone, by tapping; never through a wall; through a portal and back."""

from __future__ import annotations

import time
from typing import Any

from playwright.sync_api import Page

from tests.browser.conftest import Visitors
from tests.browser.server import Server

PHONE: dict[str, Any] = {
    "viewport": {"width": 390, "height": 700},
    "device_scale_factor": 2,
    "is_mobile": True,
    "has_touch": True,
}


def test_a_portal_leads_to_the_other_hall_and_the_back_button_returns(visitors: Visitors) -> None:
    visitor = visitors.arrive("Cao", draws=True)
    visitor.enter()
    # The portal of the plain hall is at (-5, -8.4): further from the spawn than one teleport goes.
    visitor.evaluate("() => window.yuanzhan.place(-3, -1, 0)")
    visitor.page.wait_for_timeout(800)
    visitor.evaluate("() => window.yuanzhan.place(-5, -6.4, 0)")
    visitor.page.keyboard.down("KeyW")
    visitor.wait_in("retail")
    visitor.page.keyboard.up("KeyW")
    visitor.page.go_back()
    visitor.wait_in("lobby")
    visitor.page.go_forward()
    visitor.wait_in("retail")


def test_nobody_walks_through_a_wall_or_types_himself_away(visitors: Visitors) -> None:
    visitor = visitors.arrive("Deng")
    visitor.enter()
    # The west wall is at x = -10; the visitor looks at it and runs.
    visitor.evaluate("() => window.yuanzhan.place(-8.5, 6, Math.PI / 2)")
    visitor.page.keyboard.down("ShiftLeft")
    visitor.hold("KeyW", 1.5)
    visitor.page.keyboard.up("ShiftLeft")
    assert -9.85 < visitor.me["x"] < -9.2
    before = visitor.me
    visitor.page.keyboard.press("Enter")
    visitor.page.keyboard.type("wwwsssddd", delay=60)
    assert (visitor.me["x"], visitor.me["z"]) == (before["x"], before["z"])
    # The visitor sits down on the bench at (-6, 3) and gets up by walking off.
    visitor.page.keyboard.press("Escape")
    visitor.evaluate("() => { document.activeElement.blur(); window.yuanzhan.place(-6, 4, 0); }")
    visitor.page.wait_for_timeout(600)
    visitor.page.keyboard.press("KeyE")
    visitor.wait("() => window.yuanzhan.me().action === 3")
    visitor.hold("KeyS", 0.5)
    visitor.wait("() => window.yuanzhan.me().action !== 3")


def test_a_phone_walks_with_one_thumb_and_looks_with_the_other(visitors: Visitors) -> None:
    visitor = visitors.arrive("Fang", **PHONE)
    visitor.enter()
    touch = Touch(visitor.page)
    before = visitor.me
    touch.start(0, 90, 480)
    for step in range(1, 9):
        touch.move(0, 90, 480 - 6 * step)
    visitor.page.wait_for_timeout(1200)
    touch.end(0)
    after = visitor.me
    assert before["z"] - after["z"] > 0.8, "the left thumb walks forward"
    assert abs(after["yaw"] - before["yaw"]) < 0.01
    touch.start(1, 300, 300)
    for step in range(1, 11):
        touch.move(1, 300 - 8 * step, 300)
    touch.end(1)
    visitor.wait("(yaw) => Math.abs(window.yuanzhan.me().yaw - yaw) > 0.3", argument=after["yaw"])
    # A tap on the floor walks there.
    visitor.page.wait_for_timeout(400)
    standing = visitor.me
    visitor.page.touchscreen.tap(195, 520)
    visitor.wait(
        "([x, z]) => Math.hypot(window.yuanzhan.me().x - x, window.yuanzhan.me().z - z) > 0.4",
        argument=[standing["x"], standing["z"]],
    )


def test_the_landing_page_leads_into_a_hall(server: Server, visitors: Visitors) -> None:
    visitor = visitors.arrive("", path="/")
    visitor.page.locator("button.enter:not([disabled])").click()
    visitor.page.wait_for_url("**/halls/lobby**")
    visitor.page.locator(".hud").wait_for()
    visitor.page.go_back()
    visitor.page.locator("button.enter").wait_for()
    # who leaves before the hall's welcome could not say goodbye, and is kept for the grace period
    deadline_s = time.monotonic() + 60
    while server.get("/api/halls")["halls"][0]["visitors"] and time.monotonic() < deadline_s:
        time.sleep(0.2)
    assert server.get("/api/halls")["halls"][0]["visitors"] == 0


class Touch:
    """Fingers, by the browser's own input pipeline."""

    def __init__(self, page: Page) -> None:
        self._session = page.context.new_cdp_session(page)
        self._points: dict[int, dict[str, float]] = {}

    def start(self, finger: int, x: float, y: float) -> None:
        self._points[finger] = {"x": x, "y": y, "id": finger}
        self._dispatch("touchStart")

    def move(self, finger: int, x: float, y: float) -> None:
        self._points[finger] |= {"x": x, "y": y}
        self._dispatch("touchMove")

    def end(self, finger: int) -> None:
        del self._points[finger]
        self._dispatch("touchEnd")

    def _dispatch(self, kind: str) -> None:
        self._session.send(
            "Input.dispatchTouchEvent", {"type": kind, "touchPoints": list(self._points.values())}
        )
