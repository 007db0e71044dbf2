"""Real parts only: a server process a file, halls made on the spot, Chromium, all that pages complain of.

The halls are plain rooms: what is tested here is the client's behaviour, and software rendering is slow. The
client is the built one, `client/dist`, or the folder that YUANZHAN_CLIENT_DIR names.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.browser.server import Server
from tests.browser.visitor import Visitor
from tests.plain_hall import make_plain_hall

ROOT = Path(__file__).parents[2]
CLIENT = Path(os.environ.get("YUANZHAN_CLIENT_DIR", ROOT / "client" / "dist"))
# The shell is the same Chromium with no window around it: to open a page costs half the processor time.
CHROMIUMS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
CHROMIUM_FLAGS = (
    "--headless=new",
    "--no-sandbox",
    "--no-first-run",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--use-gl=angle",
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
    # What is not WebGL (letters, plates, lists) costs a fifth when it is not drawn by way of the stand-in.
    "--disable-gpu-rasterization",
    # Pages in the background go on like those in front: two visitors are two pages here.
    "--disable-background-timer-throttling",
    "--disable-backgrounding-occluded-windows",
    "--disable-renderer-backgrounding",
)


LONG_FILES = (
    "test_exhibitor.py",
    "test_headset.py",
    "test_moving.py",
    "test_operators.py",
    "test_outreach.py",
)
"""Begun first, so that no browser is left alone with a long one at the end; the longest first."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(
        key=lambda item: LONG_FILES.index(item.path.name) if item.path.name in LONG_FILES else len(LONG_FILES)
    )
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def client_dir() -> Path:
    assert (CLIENT / "index.html").is_file(), f"no built client in {CLIENT}: run `npm run build -w client`"
    return CLIENT


@pytest.fixture(scope="session")
def scenes_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two plain halls, with a portal to each other."""
    scenes = tmp_path_factory.mktemp("scenes")
    for hall, other in (("lobby", "retail"), ("retail", "lobby")):
        make_plain_hall(scenes / hall, portals=(other,), with_floor=True)
    return scenes


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    named = (os.environ.get("CHROMIUM", ""), *CHROMIUMS)
    executable = next(filter(None, map(shutil.which, named)), None)
    assert executable, f"no Chromium: apt-get install {CHROMIUMS[0]} fonts-noto-cjk, or CHROMIUM=its path"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=list(CHROMIUM_FLAGS))
        yield browser
        browser.close()


@pytest.fixture
def data_dir(schema_file: Path, tmp_path: Path) -> Path:
    """A data directory with the schema and nothing else: to make it is a third of a server's start."""
    return with_schema(tmp_path, schema_file)


def with_schema(folder: Path, schema_file: Path) -> Path:
    (folder / "data").mkdir()
    shutil.copy(schema_file, folder / "data")
    return folder / "data"


@pytest.fixture(scope="module")
def server(
    client_dir: Path, scenes_dir: Path, schema_file: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Server]:
    """One for the tests of a file: a start takes as long as a test."""
    data = with_schema(tmp_path_factory.mktemp("server"), schema_file)
    with Server(client_dir, scenes_dir, data) as server:
        yield server


@pytest.fixture
def visitors(browser: Browser, server: Server) -> Iterator[Visitors]:
    """Pages of visitors; at the end none of them may have complained of anything that was not expected."""
    with Visitors(browser, server) as visitors:
        yield visitors
        visitors.assert_no_complaints()


class Visitors:
    """Opens visitors' pages, each in a browser context of its own."""

    def __init__(self, browser: Browser, server: Server) -> None:
        self._browser = browser
        self._server = server
        self._open: list[Visitor] = []

    def __enter__(self) -> Visitors:
        return self

    def __exit__(self, *_: object) -> None:
        for visitor in self._open:
            visitor.context.close()

    def arrive(self, name: str, path: str = "/halls/lobby", **options: Any) -> Visitor:
        """A visitor who has a name already and opens this address; `draws` where it matters."""
        visitor = Visitor(self._browser, self._server.url, name, options)
        self._open.append(visitor)
        visitor.open(path)
        return visitor

    def assert_no_complaints(self) -> None:
        for visitor in self._open:
            assert visitor.complaints() == []
