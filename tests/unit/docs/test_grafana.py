"""docs/grafana.json asks for metrics that there are."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.conftest import RunningServer

FILE = Path(__file__).resolve().parents[3] / "docs" / "grafana.json"
DASHBOARD = json.loads(FILE.read_text(encoding="utf-8"))


def expressions(value: Any) -> Iterator[str]:
    """Every `expr` and `query` of a metric, however deep."""
    if isinstance(value, dict):
        for key, part in value.items():
            if key == "expr":
                yield part
            else:
                yield from expressions(part)
    if isinstance(value, list):
        for part in value:
            yield from expressions(part)


async def test_every_metric_that_the_dashboard_asks_for_exists(server: RunningServer) -> None:
    async with server.http.get("/metrics") as answer:
        text = await answer.text()
    # A counter that has counted nothing by a label yet has a type and no sample.
    served = set(re.findall(r"^(\w+)(?:\{| )", text, re.MULTILINE))
    served |= set(re.findall(r"^# TYPE (\w+) ", text, re.MULTILINE))
    asked = {
        name
        for expression in expressions(DASHBOARD)
        for name in re.findall(r"\b(?:yuanzhan|process|python)_\w+", expression)
    }
    assert len(asked) >= 12
    assert sorted(asked - served) == []


def test_panels_do_not_lie_on_each_other_and_have_units() -> None:
    seen: set[tuple[int, int]] = set()
    for panel in DASHBOARD["panels"]:
        place = panel["gridPos"]
        cells = {
            (x, y)
            for x in range(place["x"], place["x"] + place["w"])
            for y in range(place["y"], place["y"] + place["h"])
        }
        assert not seen & cells, panel["title"]
        assert place["x"] + place["w"] <= 24
        assert panel["fieldConfig"]["defaults"]["unit"]
        seen |= cells
    assert len({panel["id"] for panel in DASHBOARD["panels"]}) == len(DASHBOARD["panels"])
