"""`yuanzhan hall check` and `yuanzhan hall floor`: what a hall costs, what is wrong with it, and its
floor.bin."""

from __future__ import annotations

import argparse
import json
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from yuanzhan import bundle
from yuanzhan.errors.command_line import HallUnknown
from yuanzhan.errors.starting import HallsMissing
from yuanzhan.scene.sizes import MB

if TYPE_CHECKING:
    from yuanzhan.scene.check import Report


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declare the command."""
    parser = commands.add_parser("hall", help="check halls and compute their floors")
    actions = parser.add_subparsers(required=True, metavar="check|floor")
    check = actions.add_parser("check", help="validator, budgets and rules; exit code 1 when a hall fails")
    check.add_argument("--json", action="store_true", help="print a list with one object a hall")
    check.set_defaults(run=run_check)
    floor = actions.add_parser("floor", help="compute floor.bin beside each hall's GLB")
    floor.set_defaults(run=run_floor)
    for action in (check, floor):
        action.add_argument("ids", nargs="*", help="halls (default: all)")
        action.add_argument("--scenes-dir", type=Path, default=None, help="folder with one folder a hall")


def run_check(arguments: argparse.Namespace) -> int:
    """Check and report. Returns 1 when a hall has errors or is over its budget."""
    from yuanzhan.jobs.validator import validate_glb
    from yuanzhan.scene.check import check_halls

    scenes_dir, ids = _chosen(arguments)
    with tempfile.TemporaryDirectory(prefix="yuanzhan-") as cache:
        reports = check_halls(scenes_dir, Path(cache), validate_glb, ids)
    if arguments.json:
        print(json.dumps([report.json() for report in reports], ensure_ascii=False, indent=2))
    else:
        print(table(reports))
    return 0 if all(report.ok for report in reports) else 1


def run_floor(arguments: argparse.Namespace) -> int:
    """Write the floors and say where they are."""
    from yuanzhan.scene.halls import write_floor

    scenes_dir, ids = _chosen(arguments)
    for id in ids:
        print(write_floor(scenes_dir / id))
    return 0


def table(reports: Sequence[Report]) -> str:
    """The reports for people: one line a hall, then what is wrong."""
    lines = [
        f"{'hall':<12}{'':<6}{'errors':>7}{'warnings':>9}{'triangles':>11}{'draws':>7}"
        f"{'textures':>10}{'download':>10}{'walkable':>10}{'slots':>7}"
    ]
    lines += [_row(report) for report in reports]
    lines += [
        f"{report.id}: {issue.severity} {issue.code}: {issue.where}: {issue.message}"
        for report in reports
        for issue in report.issues
    ]
    return "\n".join(lines)


def _row(report: Report) -> str:
    cost = report.cost
    textures_mb, download_mb = cost.texture_bytes / MB, cost.bytes / MB
    return (
        f"{report.id:<12}{'ok' if report.ok else 'FAILS':<6}{report.errors:>7}{report.warnings:>9}"
        f"{cost.triangles:>11,}{cost.draw_calls:>7}{textures_mb:>7.1f} MB{download_mb:>7.2f} MB"
        f"{report.walkable_m2:>7,.0f} m2{report.slots:>7}"
    )


def _chosen(arguments: argparse.Namespace) -> tuple[Path, list[str]]:
    """Where the halls are, and which of them are meant. Raises HallsMissing, HallUnknown."""
    scenes_dir: Path = arguments.scenes_dir or bundle.scenes_dir()
    there = sorted(path.parent.name for path in scenes_dir.glob("*/hall.toml"))
    if not there:
        raise HallsMissing(path=str(scenes_dir))
    for id in arguments.ids:
        if id not in there:
            raise HallUnknown(hall=id, halls=", ".join(there))
    return scenes_dir, arguments.ids or there
