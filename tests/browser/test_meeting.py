"""Two visitors in one hall: each sees the other move, and hears the other talk."""

from __future__ import annotations

import math
import time
from itertools import pairwise
from typing import Any

from tests.browser.conftest import Visitors
from tests.browser.visitor import Visitor

NEAR_M = 0.05
LATE_MS = 500
WALKS_MAX = 3


def test_two_pages_see_each_other_walk_within_5_cm_and_500_ms(visitors: Visitors) -> None:
    anna, bo = meet(visitors)
    for walker, watcher in ((anna, bo), (bo, anna)):
        farthest_m: list[float] = []
        # A machine that holds a pose up shows its walker too far ahead: one walk that nothing held up counts.
        while not farthest_m or min(farthest_m) >= NEAR_M:
            assert len(farthest_m) < WALKS_MAX, farthest_m
            farthest_m.append(max(walk_watched(walker, watcher)))
            assert walked(walker) > 0.8


def test_what_one_says_is_heard_by_the_other_with_the_name(visitors: Visitors) -> None:
    anna, bo = meet(visitors)
    anna.page.keyboard.press("Enter")
    anna.page.keyboard.type("这边有 tea <b>!")
    anna.page.keyboard.press("Enter")
    for page in (anna.page, bo.page):
        line = page.get_by_text("这边有 tea <b>!")
        line.wait_for(timeout=3000)
        assert "安娜" in (page.locator(".hud").inner_text())
    # A name that is refused, here for being changed too often, is not worn.
    anna.evaluate("() => [0, 1, 2, 3, 4, 5, 6].forEach((n) => window.yuanzhan.setProfile(`name ${n}`, 0))")
    anna.wait("() => window.yuanzhan.me().name === 'name 4'")
    # What was typed has moved nobody.
    assert anna.me["action"] in (0, 6)


def test_the_help_for_keys_leaves_room_for_what_is_said(visitors: Visitors) -> None:
    """On a low screen, with as much on the plate of what was said as it shows."""
    visitor = visitors.arrive(
        "安娜",
        viewport={"width": 960, "height": 600},
        init_scripts=["localStorage.removeItem('yuanzhan.hints');"],
    )
    visitor.enter()
    for words in ("曲水流觞" * 12, "茂林修竹" * 12):
        visitor.page.locator("#chat-input").fill(words)
        visitor.page.locator("#chat-input").press("Enter")
        visitor.page.get_by_text(words).wait_for(timeout=10_000)
    visitor.page.locator("#chat-input").blur()
    help_plate = visitor.page.locator(".keys-help").bounding_box()
    said = visitor.page.locator(".chat-log").bounding_box()
    assert help_plate is not None
    assert said is not None
    assert said["height"] > 90, "two lines of two each"
    assert help_plate["y"] + help_plate["height"] <= said["y"] - 4
    # Its button covers none of the keys, which scroll above it.
    keys = visitor.page.locator(".keys-help ul").bounding_box()
    read = visitor.page.locator(".keys-help button").bounding_box()
    assert keys is not None
    assert read is not None
    assert keys["height"] > 60
    assert keys["y"] + keys["height"] <= read["y"]
    assert read["y"] + read["height"] <= help_plate["y"] + help_plate["height"]


def meet(visitors: Visitors) -> tuple[Visitor, Visitor]:
    anna = visitors.arrive("安娜")
    bo = visitors.arrive("Bo")
    anna.enter()
    bo.enter()
    for one, other in ((anna, bo), (bo, anna)):
        one.wait_for_other(other.me["id"], "person")
    return anna, bo


def walk_watched(walker: Visitor, watcher: Visitor) -> list[float]:
    """To the left, forward and a stop: `distance_from_track` all along, in metres."""
    samples = []
    walker.page.keyboard.down("KeyA")
    for step in range(24):
        if step == 8:
            walker.page.keyboard.up("KeyA")
            walker.page.keyboard.down("KeyW")
        if step == 16:
            walker.page.keyboard.up("KeyW")
        samples.append(distance_from_track(walker, watcher))
        time.sleep(0.06)
    return samples


def shown(watcher: Visitor, visitor_id: int) -> dict[str, Any]:
    return next(person for person in watcher.others() if person["id"] == visitor_id)


def distance_from_track(walker: Visitor, watcher: Visitor) -> float:
    """Metres from where the watcher is shown the walker to the nearest place of the walker's last 500 ms."""
    now_ms, others = watcher.evaluate(
        "() => [performance.timeOrigin + performance.now(), window.yuanzhan.others()]"
    )
    place = next(person for person in others if person["id"] == walker.me["id"])
    track = walker.evaluate("() => window.yuanzhan.track()")
    recent = [point for point in track if point["t_ms"] >= now_ms - LATE_MS]
    return min(from_segment(place, a, b) for a, b in pairwise(recent))


def from_segment(place: dict[str, Any], a: dict[str, Any], b: dict[str, Any]) -> float:
    """Metres from a place to the line from a to b: where somebody was between two frames."""
    along = (b["x"] - a["x"], b["z"] - a["z"])
    length = math.hypot(*along)
    share = 0.0
    if length > 0:
        share = ((place["x"] - a["x"]) * along[0] + (place["z"] - a["z"]) * along[1]) / length**2
    share = min(1.0, max(0.0, share))
    return math.hypot(place["x"] - a["x"] - along[0] * share, place["z"] - a["z"] - along[1] * share)


def walked(walker: Visitor) -> float:
    track = walker.evaluate("() => window.yuanzhan.track()")
    return sum(math.hypot(b["x"] - a["x"], b["z"] - a["z"]) for a, b in pairwise(track))
