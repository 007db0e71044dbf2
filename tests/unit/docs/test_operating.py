"""docs/operating.md says all that there is to say, and nothing that is not there."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import cast

import pytest

from tests.conftest import RunningServer
from tests.support import documents
from yuanzhan.access import Permission, Role, may
from yuanzhan.errors.base import RequestRefused, ServerFault, YuanzhanError
from yuanzhan.errors.statuses import HTTP_STATUS, http_status
from yuanzhan.instants import DAY_MS, HOUR_MS, MINUTE_MS
from yuanzhan.moderation.acts import RULES, Rule
from yuanzhan.web.route import Route
from yuanzhan.web.routes import Site, routes

PAGE = (Path(__file__).resolve().parents[3] / "docs" / "operating.md").read_text(encoding="utf-8")


def table(title: str) -> Iterator[list[str]]:
    """The rows of the table under a heading, header left out."""
    section = PAGE.split(f"\n## {title}\n", 1)[1].split("\n## ", 1)[0]
    rows = [line for line in section.splitlines() if line.startswith("|")]
    for row in rows[2:]:
        yield [cell.strip().strip("`") for cell in row.strip("|").split("|")]


class AnySite:
    """Has every attribute: only the paths of the routes are looked at."""

    def __getattr__(self, name: str) -> AnySite:
        return AnySite()


def test_every_route_is_documented_in_its_order() -> None:
    expected = [
        (address_of(route), ", ".join(route.access or ("anybody",)))
        for route in routes(cast(Site, AnySite()))
    ]
    assert [(row[0], row[1]) for row in table("Addresses")] == expected


def address_of(route: Route) -> str:
    """`POST /api/things/{id}`; without the method where it is GET, and without patterns."""
    path = re.sub(r":[^}]*}", "}", route.path)
    return path if route.method == "GET" else f"{route.method} {path}"


def test_every_permission_is_documented_with_the_roles_that_have_it() -> None:
    expected = [
        [str(permission), *("yes" if may(role, permission) else "" for role in Role)]
        for permission in Permission
    ]
    assert list(table("Roles")) == expected


def test_every_act_is_documented_with_its_times_and_its_permission() -> None:
    told = [
        [row[name] for name in ("kind", "on", "usual time", "at most", "who")]
        for row in documents.table("operating", "Keeping the halls safe")
    ]
    expected = [
        [kind, rule.on, usual_time(rule), longest_time(rule), rule.permission] for kind, rule in RULES.items()
    ]
    assert told == expected


def usual_time(rule: Rule) -> str:
    if not rule.lasting:
        return "once"
    return "until undone" if rule.default_ms is None else in_words(rule.default_ms)


def longest_time(rule: Rule) -> str:
    if not rule.lasting:
        return ""
    return "no end" if rule.longest_ms is None else in_words(rule.longest_ms)


def in_words(length_ms: int) -> str:
    return {HOUR_MS: "an hour", DAY_MS: "a day", 7 * DAY_MS: "a week"}.get(
        length_ms,
        f"{length_ms // DAY_MS} days" if length_ms >= DAY_MS else f"{length_ms // MINUTE_MS} minutes",
    )


def test_every_error_over_http_is_documented_with_its_status() -> None:
    kinds = [kind for kind in HTTP_STATUS if issubclass(kind, RequestRefused | ServerFault)]
    expected = {kind.code: str(http_status(cast(type[YuanzhanError], kind)())) for kind in kinds}
    assert {row[0]: row[1] for row in table("Errors")} == expected


async def test_every_metric_is_documented(server: RunningServer) -> None:
    async with server.http.get("/metrics") as answer:
        text = await answer.text()
    types = re.findall(r"^# TYPE (yuanzhan_\w+) ", text, re.MULTILINE)
    names = {name.removesuffix("_total") for name in types if not name.endswith("_created")}
    documented = {row[0] for row in table("What is measured") if row[0].startswith("yuanzhan_")}
    assert documented == names


@pytest.mark.parametrize(("given", "flags"), [((), ""), (("PORT=8081",), " --port 8081")])
def test_make_run_leaves_the_port_to_the_settings_unless_it_is_told_one(
    given: tuple[str, ...], flags: str
) -> None:
    environment = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME")}
    command = ["make", "--no-print-directory", "--dry-run", "run", *given]
    said = subprocess.run(
        command, cwd=Path(__file__).parents[3], env=environment, capture_output=True, text=True, check=True
    ).stdout
    (serve,) = [line for line in said.splitlines() if "yuanzhan serve" in line]
    assert serve.split("yuanzhan serve", 1)[1].rstrip() == flags


@pytest.mark.parametrize("target", re.findall(r"`?make ([a-z-]+)", PAGE))
def test_every_make_target_that_is_named_exists(target: str) -> None:
    makefile = (Path(__file__).resolve().parents[3] / "Makefile").read_text(encoding="utf-8")
    assert re.search(rf"^{target}:", makefile, re.MULTILINE)
