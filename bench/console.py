"""What an operator's map costs: the console's main thread, and the server, with a full hall.

    make bench-console             # or: python bench/console.py [--visitors 10000] [--hall culture]

The hall is filled by `yuanzhan bench crowd`, in a process of its own; the console is a page of a real
Chromium, 1280 x 800, that watches it over the real socket. Main-thread time is the processor's own count
of the page's thread (`Performance.getMetrics`, thread ticks), so other programs are not in it. The server's
cost is its processor time a second with watchers less that without.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import shutil
import sys
from pathlib import Path
from typing import Any, Final

import aiohttp
from playwright.async_api import CDPSession, Page, async_playwright

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bench.staff import crowd, server_cores, sign_in
from tests.support.watcher import Watcher
from yuanzhan.bench.host import own_server_and_owner
from yuanzhan.protocol.messages.watching import Watch

RESULTS: Final = Path(__file__).with_name("console.json")
FLAGS: Final = ("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-background-networking")
WATCHERS: Final = 10
FIGURES: Final = ("TaskDuration", "ScriptDuration", "LayoutDuration", "RecalcStyleDuration")
LONG_TASKS: Final = """
() => {
  window.__long = [];
  new PerformanceObserver((list) => window.__long.push(...list.getEntries().map((entry) => entry.duration)))
    .observe({ type: 'longtask' });
}
"""


async def measure(visitors: int, hall: str, seconds: float, picture: str) -> dict[str, Any]:
    """Fill the hall, look at it, and count."""
    with own_server_and_owner(visitors) as own, crowd(own.base_url, hall, visitors):
        cookies = aiohttp.CookieJar(unsafe=True)
        async with aiohttp.ClientSession(own.base_url, cookie_jar=cookies) as http:
            await sign_in(http, own.base_url, own.owner_key)
            session = next(cookie for cookie in cookies if cookie.key == "yuanzhan_session")
            alone = await server_cores(own.base_url, seconds)
            watched = await _watched(own.base_url, hall, f"{session.key}={session.value}", seconds)
            page = await _look(own.base_url, hall, session.value, seconds, picture)
            alone_after = await server_cores(own.base_url, seconds)
    return {
        "visitors": visitors,
        "hall": hall,
        "seconds": seconds,
        "server_cores": {
            "before": round(alone, 3),
            f"with {WATCHERS} watchers": round(watched, 3),
            "after": round(alone_after, 3),
        },
        "console": page,
    }


async def _watched(base_url: str, hall: str, cookie: str, seconds: float) -> float:
    """The server's cores while programs watch and read everything."""
    url = base_url.replace("http", "ws", 1) + "/ws"
    watchers = [await Watcher.connect(url, {"Cookie": cookie, "Origin": base_url}) for _ in range(WATCHERS)]
    for watcher in watchers:
        await watcher.say(Watch(hall))
    reading = [asyncio.create_task(_read(watcher)) for watcher in watchers]
    cores = await server_cores(base_url, seconds)
    for task in reading:
        task.cancel()
    for watcher in watchers:
        await watcher.close()
    return cores


async def _read(watcher: Watcher) -> None:
    while True:
        await watcher.next_dots()


async def _look(base_url: str, hall: str, session: str, seconds: float, picture: str) -> dict[str, Any]:
    """The console's page on this hall."""
    named = (os.environ.get("CHROMIUM", ""), "chromium", "google-chrome", "chromium-headless-shell")
    executable = next(filter(None, map(shutil.which, named)), None)
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=executable, args=list(FLAGS))
        context = await browser.new_context(viewport={"width": 1280, "height": 800}, locale="zh-CN")
        await context.add_cookies([{"name": "yuanzhan_session", "value": session, "url": base_url}])
        page = await context.new_page()
        await page.goto(f"{base_url}/operator?hall={hall}")
        await page.locator(".desk-hall[aria-current=true]").wait_for()
        await page.wait_for_timeout(5_000)
        counted = await _count(page, seconds)
        if picture:
            await page.screenshot(path=picture)
        await browser.close()
    return counted


async def _count(page: Page, seconds: float) -> dict[str, Any]:
    devtools = await page.context.new_cdp_session(page)
    await devtools.send("Performance.enable", {"timeDomain": "threadTicks"})
    await page.evaluate(LONG_TASKS)
    before = await _metrics(devtools)
    await page.wait_for_timeout(seconds * 1000)
    after = await _metrics(devtools)
    long: list[float] = await page.evaluate("() => window.__long")
    spent = {name: round(1000 * (after[name] - before[name]) / seconds, 2) for name in FIGURES}
    return {
        "main_thread_ms_per_s": spent,
        "tasks_over_50_ms_wall": len(long),
        "longest_task_ms_wall": round(max(long, default=0.0), 1),
    }


async def _metrics(devtools: CDPSession) -> dict[str, float]:
    metrics = await devtools.send("Performance.getMetrics")
    return {metric["name"]: float(metric["value"]) for metric in metrics["metrics"]}


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--visitors", type=int, default=10_000)
    parser.add_argument("--hall", default="culture")
    parser.add_argument("--seconds", type=float, default=20.0, help="of each part")
    parser.add_argument("--picture", default="", help="a file for how the console looks meanwhile")
    arguments = parser.parse_args()
    result = asyncio.run(measure(arguments.visitors, arguments.hall, arguments.seconds, arguments.picture))
    RESULTS.write_text(json.dumps(result, indent=1) + "\n")
    print(json.dumps(result, indent=1))
    return 0


if __name__ == "__main__":
    sys.exit(main())
