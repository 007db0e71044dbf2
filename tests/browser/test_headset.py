"""An emulated Quest 3: VR with teleport and turns, out and in again; AR with the floor at y = 0."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import pytest

from tests.browser.conftest import Visitors
from tests.browser.visitor import Visitor

IWER = Path(__file__).parents[2] / "node_modules" / "iwer" / "build" / "iwer.min.js"
HEADSET = """
window.headset = new IWER.XRDevice(IWER.metaQuest3);
window.headset.installRuntime({ polyfillLayers: false, forceInstall: true });
window.headset.position.set(0, 1.6, 0);
"""
EYE_M = 1.6


@pytest.fixture
def wearer(visitors: Visitors) -> Visitor:
    """Somebody with the headset on the forehead: the page is seen, VR and AR are offered."""
    assert IWER.is_file(), f"{IWER} is missing: run `npm ci`"
    visitor = visitors.arrive("Han", init_scripts=[IWER.read_text() + HEADSET], draws=True)
    visitor.enter()
    return visitor


def test_vr_is_entered_teleported_turned_left_and_entered_again(wearer: Visitor, visitors: Visitors) -> None:
    watcher = visitors.arrive("Ji")
    watcher.enter()
    wearer_id = wearer.me["id"]
    enter(wearer, "vr")
    start = wearer.me
    assert abs(xr(wearer)["headY"] - EYE_M) < 0.01
    assert abs(xr(wearer)["rigY"]) < 0.01
    watcher.wait_for_other(wearer_id, "person?.xr")

    # The right stick forward throws the arc, letting go goes there: forward of the spawn point is -Z.
    aim(wearer, pitch=-0.35)
    stick(wearer, 0, -1)
    frames(wearer)
    stick(wearer, 0, 0)
    wearer.wait("(z) => window.yuanzhan.me().z < z - 1.5", argument=start["z"])
    there = wearer.me
    assert abs(there["x"] - start["x"]) < 0.3
    near = "person && Math.hypot(person.x - values[0], person.z - values[1]) < 0.05"
    watcher.wait_for_other(wearer_id, near, there["x"], there["z"])

    # To the right is clockwise from above: a snap of 30 degrees, the head stays where it is.
    stick(wearer, 1, 0)
    frames(wearer)
    stick(wearer, 0, 0)
    frames(wearer)
    turned = wearer.me
    assert math.isclose(xr(wearer)["headYaw"] - there["yaw"], -math.pi / 6, abs_tol=0.02)
    assert math.hypot(turned["x"] - there["x"], turned["z"] - there["z"]) < 0.02

    # A wall is no place to go: the arc that ends behind it takes nobody anywhere.
    wearer.evaluate("() => window.yuanzhan.place(-9, 6, Math.PI / 2)")
    frames(wearer)
    aim(wearer, pitch=0.4)
    select(wearer)
    assert wearer.me["x"] > -9.6

    leave(wearer)
    watcher.wait_for_other(wearer_id, "person && !person.xr")
    assert wearer.evaluate("() => window.yuanzhan.render().triangles") > 0
    assert not is_black(wearer)
    enter(wearer, "vr")
    frames(wearer)
    assert wearer.evaluate("() => window.yuanzhan.render().triangles") > 0
    leave(wearer)
    assert not is_black(wearer)


def test_a_select_on_a_panel_opens_it_and_a_select_on_its_button_closes_it(wearer: Visitor) -> None:
    enter(wearer, "vr")
    # The plain hall's panel hangs at (9.8, 1.5, 4) and looks to -X.
    wearer.evaluate("() => window.yuanzhan.place(7, 4, -Math.PI / 2)")
    frames(wearer)
    aim(wearer, pitch=0.0)
    select(wearer)
    wearer.wait("() => window.yuanzhan.xr().panel")
    aim(wearer, pitch=-0.28)
    select(wearer)
    wearer.wait("() => !window.yuanzhan.xr().panel")


def test_ar_stands_an_exhibit_on_the_floor_at_zero(wearer: Visitor) -> None:
    enter(wearer, "ar")
    wearer.wait("() => window.yuanzhan.xr().exhibit !== null && window.yuanzhan.xr().exhibit.metres > 0.5")
    state = xr(wearer)
    assert state["rigY"] == 0
    assert abs(state["headY"] - EYE_M) < 0.01
    assert state["exhibit"]["y"] == 0
    assert 1.0 < state["exhibit"]["metres"] < 4.0
    # A select on the floor moves it there: from 1.2 m up, 45 degrees down, is 1.2 m away.
    aim(wearer, pitch=-math.pi / 4, height=1.2)
    select(wearer)
    wearer.wait("() => Math.abs(window.yuanzhan.xr().exhibit.metres - 1.2) < 0.3")
    leave(wearer)
    assert xr(wearer)["exhibit"] is None
    assert not is_black(wearer)


def test_vr_and_ar_are_not_offered_without_a_headset(visitors: Visitors) -> None:
    visitor = visitors.arrive("Kong")
    visitor.enter()
    assert visitor.page.locator(".hud-button.xr:visible").count() == 0


def enter(wearer: Visitor, mode: str) -> None:
    wearer.page.locator(".hud-button.xr").nth(0 if mode == "vr" else 1).click()
    wearer.wait("(mode) => window.yuanzhan.xr().mode === mode", argument=mode)
    # Until the headset's first frame the head is where the page's own eye was.
    wearer.wait("(eye) => Math.abs(window.yuanzhan.xr().headY - eye) < 0.01", argument=EYE_M)
    frames(wearer)


def leave(wearer: Visitor) -> None:
    wearer.evaluate("() => window.headset.activeSession?.end()")
    wearer.wait("() => window.yuanzhan.xr().mode === null")
    frames(wearer)


def frames(wearer: Visitor, count: int = 4) -> None:
    before = wearer.evaluate("() => window.yuanzhan.frames")
    wearer.wait("([before, count]) => window.yuanzhan.frames >= before + count", argument=[before, count])


def stick(wearer: Visitor, x: float, y: float) -> None:
    wearer.evaluate("([x, y]) => window.headset.controllers.right.updateAxes('thumbstick', x, y)", [x, y])


def aim(wearer: Visitor, pitch: float, height: float = 1.3) -> None:
    """Hold the right controller before the chest, pointing forward and up or down."""
    wearer.evaluate(
        """([pitch, height]) => {
            const { right } = window.headset.controllers;
            right.position.set(0, height, -0.2);
            right.quaternion.set(Math.sin(pitch / 2), 0, 0, Math.cos(pitch / 2));
        }""",
        [pitch, height],
    )
    frames(wearer)


def select(wearer: Visitor) -> None:
    wearer.evaluate("() => window.headset.controllers.right.updateButtonValue('trigger', 1)")
    frames(wearer)
    wearer.evaluate("() => window.headset.controllers.right.updateButtonValue('trigger', 0)")
    frames(wearer)


def xr(wearer: Visitor) -> dict[str, Any]:
    state: dict[str, Any] = wearer.evaluate("() => window.yuanzhan.xr()")
    return state


def is_black(wearer: Visitor) -> bool:
    """Whether the middle of the page is one dark colour."""
    wearer.page.wait_for_timeout(300)
    shot = wearer.page.screenshot(clip={"x": 180, "y": 120, "width": 100, "height": 60})
    # A PNG of one colour is a few hundred bytes.
    return len(shot) < 400
