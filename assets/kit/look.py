"""python -m kit.look <hall> [...]: pictures of a hall from its viewpoints, drawn by the visitor's own client.

Writes PNGs of 1280 x 720 (field of view 60) to build/look/<hall>-<viewpoint>.png and prints draw calls
and triangles of
each. --poster also writes the hall's poster (880 x 660 WebP). --eye and --at
look from anywhere.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from pathlib import Path

from PIL import Image

ROOT = Path(__file__).resolve().parents[2]
CLIENT = ROOT / "client"
PAGE = CLIENT / "build" / "look"
OUT = ROOT / "build" / "look"
SIZE = (1280, 720)
POSTER = (880, 660)
CHROMIUM = "/usr/bin/chromium"
FLAGS = [
    "--headless=new",
    "--no-sandbox",
    "--no-first-run",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-sync",
    "--disable-component-update",
    "--use-gl=angle",
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
]


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m kit.look", description=__doc__.splitlines()[0])
    parser.add_argument("halls", nargs="+", help="names of folders in scenes/")
    parser.add_argument("--view", action="append", help="only this viewpoint; may be repeated")
    parser.add_argument("--eye", type=_point, help="x,y,z of the eye, with --at")
    parser.add_argument("--at", type=_point, help="x,y,z looked at")
    parser.add_argument(
        "--poster",
        nargs="?",
        const="poster",
        metavar="VIEW",
        help="write the poster, from VIEW (default: the viewpoint `poster`, or the first)",
    )
    parser.add_argument("--quality", choices=("high", "low"), default="high")
    parser.add_argument("--headset", action="store_true", help="as a headset draws it for one eye")
    parser.add_argument("--time", type=float, default=12.0, help="seconds on the hall's clock")
    options = parser.parse_args(arguments)
    build_page()
    with served() as origin, browser() as chromium:
        for name in options.halls:
            photograph(chromium, origin, name, options)
    return 0


def _point(text: str) -> list[float]:
    return [float(part) for part in text.split(",")]


def build_page() -> None:
    """The look page, built again when a source of the client is newer."""
    built = PAGE / "look.html"
    sources = [
        CLIENT / "look.html",
        CLIENT / "look.config.ts",
        *CLIENT.glob("src/scene/*"),
        *CLIENT.glob("src/look.*"),
    ]
    if not built.exists() or built.stat().st_mtime < max(f.stat().st_mtime for f in sources):
        vite = ["npx", "vite", "build", "--config", "look.config.ts", "--logLevel", "warn"]
        subprocess.run(vite, cwd=CLIENT, check=True)


class _Handler(SimpleHTTPRequestHandler):
    def do_GET(self) -> None:
        if self.path.startswith("/api/halls/"):
            self._json(descriptor(self.path.rsplit("/", 1)[1]))
        else:
            super().do_GET()

    def translate_path(self, path: str) -> str:
        path = path.split("?", 1)[0]
        if path.startswith("/scenes/") and ".." not in path:
            return str(ROOT / path.lstrip("/"))
        return super().translate_path(path)

    def _json(self, value: object) -> None:
        body = json.dumps(value).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Quiet: each hall asks for dozens of files."""


def descriptor(name: str) -> object:
    """What the server would say about the hall."""
    from yuanzhan.scene.halls import load_hall

    hall = load_hall(ROOT / "scenes" / name, ROOT / "build" / "cache")
    return hall.descriptor(lambda path: "/" + path.resolve().relative_to(ROOT).as_posix()) | {"visitors": 0}


@contextmanager
def served() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Handler, directory=str(PAGE)))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        thread.join()


@contextmanager
def browser() -> Iterator[object]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        try:
            yield chromium
        finally:
            chromium.close()


def photograph(chromium: object, origin: str, name: str, options: argparse.Namespace) -> None:
    page = chromium.new_page(viewport={"width": SIZE[0], "height": SIZE[1]})  # type: ignore[attr-defined]
    page.on("console", lambda m: print(f"  {m.type}: {m.text}") if m.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: print(f"  error: {error}"))
    headset = "&headset" if options.headset else ""
    page.goto(f"{origin}/look.html?hall={name}&still&quality={options.quality}{headset}")
    page.wait_for_function("window.look || window.lookFailed", timeout=180_000)
    if failed := page.evaluate("window.lookFailed ?? null"):
        raise SystemExit(f"{name}: {failed}")
    views = page.evaluate("window.look.hall.viewpoints")
    OUT.mkdir(parents=True, exist_ok=True)
    shots = [{"id": "free", "eye": options.eye, "look_at": options.at}] if options.eye else views
    for view in shots:
        if options.view and view["id"] not in options.view:
            continue
        taken = take(page, view, options.time)
        suffix = "-headset" if options.headset else ""
        page.screenshot(path=str(OUT / f"{name}-{view['id']}{suffix}.png"), timeout=120_000)
        print(f"{name} {view['id']}: {taken['calls']} draw calls, {taken['triangles']:,} triangles")
    if options.poster is not None:
        view = next((v for v in views if v["id"] == options.poster), views[0])
        write_poster(page, name, view, options.time)
    page.close()


def take(page: object, view: dict[str, object], t_s: float, fov: float = 60) -> dict[str, float]:
    shot = {"eye": view["eye"], "look_at": view["look_at"], "fov": fov, "t_s": t_s}
    return page.evaluate("shot => window.look.take(shot)", shot)  # type: ignore[attr-defined, no-any-return]


def write_poster(page: object, name: str, view: dict[str, object], t_s: float) -> None:
    page.set_viewport_size({"width": POSTER[0], "height": POSTER[1]})  # type: ignore[attr-defined]
    take(page, view, t_s, 62)
    picture = Image.open(BytesIO(page.screenshot(timeout=120_000)))  # type: ignore[attr-defined]
    target = ROOT / "scenes" / name / "built" / "poster.webp"
    picture.convert("RGB").save(target, quality=84, method=6)
    print(f"{name}: {target.relative_to(ROOT)}, {target.stat().st_size // 1024} KB")


if __name__ == "__main__":
    sys.exit(main())
