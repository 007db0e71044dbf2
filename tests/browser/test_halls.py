"""The four halls that come with the server, as they are."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.browser.conftest import ROOT, Visitors
from tests.browser.server import Server
from tests.browser.visitor import Visitor

HALLS = ("lobby", "retail", "culture", "education")
# Each pixel is drawn by the processor.
TINY = {"width": 320, "height": 180}
# The lightest hall has 139,613.
HALL_TRIANGLES = 100_000
TRIANGLES = """() => {
  let count = 0;
  window.yuanzhan.visit.world.scene.root.traverse(({ isMesh, geometry }) => {
    if (isMesh) count += (geometry.index ?? geometry.attributes.position).count / 3;
  });
  return count;
}"""
DRAWN = """([frame, least]) => {
  const drawn = window.yuanzhan.render();
  return drawn.frame > frame && drawn.triangles > least;
}"""


@pytest.fixture(scope="module")
def server(client_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with Server(client_dir, ROOT / "scenes", tmp_path_factory.mktemp("halls") / "data") as server:
        yield server


def walk_through(visitor: Visitor) -> Iterator[str]:
    """By its own address into the first, into the others as by portals: what was there before is let go."""
    for hall in HALLS:
        if hall != HALLS[0]:
            visitor.evaluate("(hall) => window.yuanzhan.visit.go({ hall, at: null })", hall)
        visitor.wait_in(hall)
        yield hall


def test_each_hall_comes_whole_and_complains_of_nothing(visitors: Visitors) -> None:
    """All but the drawing: without a graphics card the shaders of four halls take a minute."""
    visitor = visitors.arrive("Yu", viewport=TINY)
    for hall in walk_through(visitor):
        assert visitor.evaluate(TRIANGLES) > HALL_TRIANGLES, hall
        booths = visitor.evaluate("() => window.yuanzhan.booths().placed.filter(({ shown }) => shown).length")
        assert booths >= (4 if hall == "lobby" else 8), hall
        assert visitor.complaints() == [], hall


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_each_hall_is_drawn_and_complains_of_nothing(visitors: Visitors) -> None:
    visitor = visitors.arrive("Yu", draws=True, viewport=TINY)
    visitor.page.set_default_timeout(300_000)
    for hall in walk_through(visitor):
        frame = visitor.evaluate("() => window.yuanzhan.render().frame")
        visitor.wait(DRAWN, 300_000, [frame + 1, HALL_TRIANGLES])
        assert visitor.complaints() == [], hall
