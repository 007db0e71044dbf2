"""`yuanzhan optimise IN OUT`: what an upload goes through, on the command line."""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

from yuanzhan import catalogue

if TYPE_CHECKING:
    from yuanzhan.jobs.check import CheckResult
    from yuanzhan.jobs.optimise import OptimiseResult

EXIT_COULD_NOT_RUN = 2


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declare the command."""
    parser = commands.add_parser("optimise", help="make a model light enough for a booth")
    parser.add_argument(
        "input", metavar="IN", type=Path, help="a .glb, a .gltf beside its files, a folder or a .zip"
    )
    parser.add_argument(
        "output",
        metavar="OUT",
        type=Path,
        help="a .glb for the model alone, or a folder for all that is served",
    )
    parser.add_argument("--json", action="store_true", help="print the report as one JSON object")
    parser.set_defaults(run=run, exit_code=EXIT_COULD_NOT_RUN)


def run(arguments: argparse.Namespace) -> int:
    """Optimise and report. Returns 0, or 1 for a model that is not accepted."""
    checked, made = asyncio.run(_made(arguments.input, arguments.output))
    if made is None:
        _say(arguments.json, {"file": str(arguments.input), **checked.report()}, _refusal(checked))
        return 1
    report = {"file": str(arguments.input), "accepted": True, **made.json()}
    _say(arguments.json, report, table(report))
    return 0


async def _made(source: Path, target: Path) -> tuple[CheckResult, OptimiseResult | None]:
    from yuanzhan import settings
    from yuanzhan.jobs.check import CheckLimits, check_upload, upload_limits
    from yuanzhan.jobs.child import scratch
    from yuanzhan.jobs.optimise import OptimiseOptions, optimise

    own = settings.read()
    with scratch() as folder:
        checked = await check_upload(
            source,
            source.name,
            folder,
            upload_limits(own),
            CheckLimits.from_settings(own),
            with_siblings=True,
        )
        if checked.canonical is None:
            return checked, None
        alone = target.suffix.lower() == ".glb"
        made = await optimise(
            checked.canonical, folder / "made" if alone else target, OptimiseOptions.from_settings(own)
        )
        if alone:
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.move(made.model, target)
    return checked, made


def _say(as_json: bool, report: dict[str, Any], text: str) -> None:
    print(json.dumps(report, ensure_ascii=False) if as_json else text)


def table(report: dict[str, Any]) -> str:
    """The report for people: before and after, what is heaviest, what was done and what could not be."""
    lang = catalogue.lang_of_environment(os.environ)
    before, after = report["before"], report["after"]
    lines = [f"{'':<12}{'before':>14}{'after':>14}"]
    lines += [f"{key:<12}{before[key]:>14,}{after[key]:>14,}" for key in before]
    lines += [
        f"{lod['file']:<12}{lod['triangles']:>12,} triangles, {lod['bytes']:,} bytes"
        for lod in report["lods"]
    ]
    told = (*report["did"], *report["over_budget"], *report["issues"], *report["heaviest"])
    lines += [f"  {item.get('message', item.get('could'))[lang]}" for item in told]
    return "\n".join(lines)


def _refusal(checked: CheckResult) -> str:
    lang = catalogue.lang_of_environment(os.environ)
    return "\n".join(
        f"{issue.code} {issue.where}: {issue.json()['message'][lang]}"
        for issue in checked.issues
        if issue.is_error
    )
