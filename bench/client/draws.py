"""Draw calls and triangles of hall and crowd, on a page and in a headset, from the named viewpoints of each
hall and turned from them by a quarter, a half and three quarters.

    yuanzhan bots --hall retail --count 200        # and so in each hall
    python -m bench.client.draws --url http://localhost:8080 --crowd 200
"""

from __future__ import annotations

import argparse
import json
import math
import os
import shutil
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from playwright.sync_api import sync_playwright

from bench.client.page import FLAGS, WAIT_MS

COUNT: Final = Path(__file__).with_name("draws.js").read_text(encoding="utf-8")
SCENES: Final = Path(__file__).parents[2] / "scenes"
# Two views: each thing is drawn once for each eye (three.js has no multiview).
VIEWS: Final = {"page": 1, "headset": 2}


def spots(hall: str) -> Iterator[tuple[float, float, float]]:
    """x, z and yaw."""
    for viewpoint in tomllib.loads((SCENES / hall / "hall.toml").read_text("utf-8"))["viewpoints"]:
        (x, _, z), (at_x, _, at_z) = viewpoint["eye"], viewpoint["look_at"]
        yaw = math.atan2(x - at_x, z - at_z)
        yield from ((x, z, yaw + quarters * math.pi / 2) for quarters in range(4))


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.client.draws", description=__doc__)
    parser.add_argument("--url", default="http://localhost:8080")
    parser.add_argument("--crowd", type=int, default=0, help="wait until so many others are in a hall")
    parser.add_argument("--hall", action="append", help="only this one; may be repeated")
    options = parser.parse_args()
    halls = options.hall or sorted(path.parent.name for path in SCENES.glob("*/hall.toml"))
    named = (os.environ.get("CHROMIUM", ""), "chromium", "google-chrome", "chromium-headless-shell")
    profile = json.dumps({"name": "bench", "look": 0})
    print("| hall | seen | draws: most, median | of the hall | of avatars | triangles: most | of avatars |")
    print("| --- | --- | --- | --- | --- | --- | --- |")
    with sync_playwright() as playwright:
        executable = next(filter(None, map(shutil.which, named)))
        browser = playwright.chromium.launch(executable_path=executable, args=list(FLAGS))
        page = browser.new_page(viewport={"width": 1280, "height": 720})
        page.add_init_script(f"localStorage.setItem('yuanzhan.profile', {json.dumps(profile)})")
        page.set_default_timeout(WAIT_MS)
        for hall in halls:
            for kind, views in VIEWS.items():
                page.goto(f"{options.url}/halls/{hall}?debug&draw=never")
                page.wait_for_function("() => window.yuanzhan?.ready === true")
                full = "(count) => window.yuanzhan.others().length >= count"
                page.wait_for_function(full, arg=options.crowd)
                rows = page.evaluate(COUNT, [list(spots(hall)), kind == "headset"])
                draws = sorted(sum(row[:3]) * views for row in rows)
                most = [f"{max(row[column] for row in rows) * views:,.0f}" for column in range(5)]
                print(
                    f"| {hall} | {kind} | {draws[-1]}, {draws[len(draws) // 2]} | {most[0]} | {most[1]} "
                    f"| {most[3]} | {most[4]} |",
                    flush=True,
                )
        browser.close()


if __name__ == "__main__":
    main()
