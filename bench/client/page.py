"""A visitor's page in headless Chromium, with a meter in it."""

from __future__ import annotations

import json
import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from playwright.sync_api import CDPSession, ConsoleMessage, Page, Route, sync_playwright

METER: Final = Path(__file__).with_name("meter.js").read_text(encoding="utf-8")
FLAGS: Final = (
    "--headless=new",
    "--no-sandbox",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--use-gl=angle",
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
    # A document that was handed over has no address, and the replay would be a foreign network to it.
    "--disable-features=LocalNetworkAccessChecks",
)
WAIT_MS: Final = 60_000.0


@contextmanager
def hall_page(
    url: str, hall: str, size: tuple[int, int], *, replay_port: int | None, light: bool, phone: bool = False
) -> Iterator[Page]:
    """The hall's page; returns once the visitor stands in it."""
    named = (os.environ.get("CHROMIUM", ""), "chromium", "google-chrome", "chromium-headless-shell")
    chromium = next(filter(None, map(shutil.which, named)), None)
    assert chromium, "no Chromium"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=list(FLAGS))
        context = browser.new_context(
            # The replay comes from another port than the page.
            bypass_csp=replay_port is not None,
            viewport={"width": size[0], "height": size[1]},
            has_touch=phone,
            is_mobile=phone,
            locale="zh-CN",
        )
        profile = json.dumps({"name": "bench", "look": 0})
        context.add_init_script(
            f"window.__replayPort = {json.dumps(replay_port)}; window.__lighten = {json.dumps(light)};"
            f"localStorage.setItem('yuanzhan.profile', {json.dumps(profile)});"
            "localStorage.setItem('yuanzhan.hints', '1');"
        )
        context.add_init_script(METER)
        page = context.new_page()
        page.on("pageerror", lambda error: print(f"page error: {error}", file=sys.stderr))
        page.on("console", _say)
        page.route(lambda address: address.startswith(f"{url}/halls/"), _isolate)
        page.goto(f"{url}/halls/{hall}?debug")
        page.wait_for_function("() => window.yuanzhan?.ready === true", timeout=WAIT_MS)
        yield page
        browser.close()


def measure(page: Page, seconds: float) -> dict[str, Any]:
    """Run the meter so long; what it read, and the processor's own count of the time in scripts."""
    session = page.context.new_cdp_session(page)
    session.send("Performance.enable", {"timeDomain": "threadTicks"})
    page.evaluate("() => window.__meter.begin()")
    begun_s = _script_s(session)
    page.wait_for_timeout(seconds * 1000.0)
    script_s = _script_s(session) - begun_s
    reading: dict[str, Any] = page.evaluate("() => window.__meter.read()")
    return reading | {"script_s": script_s}


def _script_s(session: CDPSession) -> float:
    metrics = session.send("Performance.getMetrics")["metrics"]
    return float(next(metric["value"] for metric in metrics if metric["name"] == "ScriptDuration"))


def seen_from(page: Page, x: float, z: float, yaw: float) -> dict[str, int]:
    """`calls` and `triangles` of a frame from here, a fade later."""
    page.evaluate("([x, z, yaw]) => window.yuanzhan.place(x, z, yaw)", [x, z, yaw])
    page.wait_for_timeout(400.0)
    seen: dict[str, int] = page.evaluate("() => window.__meter.render()")
    return seen


def _say(said: ConsoleMessage) -> None:
    if said.type in ("error", "warning") and "GPU stall" not in said.text:
        print(f"page: {said.text}", file=sys.stderr)


def _isolate(route: Route) -> None:
    """The document, such that its clock is a fine one."""
    answer = route.fetch()
    route.fulfill(response=answer, headers=answer.headers | {"cross-origin-embedder-policy": "require-corp"})
