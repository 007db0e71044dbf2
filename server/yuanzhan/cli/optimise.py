"""`yuanzhan optimise IN OUT`: what an upload goes through, on the command line.

Exit code 0, 1 for a model that is refused, 2 when it could not be tried (a file that is not there, no Node).
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from yuanzhan import catalogue
from yuanzhan.errors.command_line import OutputKind, OutputUnwritable
from yuanzhan.scene.sizes import said_size

if TYPE_CHECKING:
    from yuanzhan.jobs.check import CheckResult
    from yuanzhan.jobs.optimised import OptimiseResult

EXIT_REFUSED: Final = 1
EXIT_COULD_NOT_RUN: Final = 2
_SIZES: Final = frozenset({"bytes", "texture_bytes"})


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
    """Optimise and report. Raises ToolMissing, OutputKind, OutputUnwritable."""
    require_other(arguments.input, arguments.output)
    checked, made = asyncio.run(_made(arguments.input, arguments.output))
    if made is None:
        _say(arguments.json, {"file": str(arguments.input), **checked.report()}, _refusal(checked))
        return code_of_refusal(checked)
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
        made = await optimise(checked.canonical, folder / "made", OptimiseOptions.from_settings(own))
        try:
            put_into_place(folder / "made", made, target)
        except OSError as error:
            raise OutputUnwritable(path=str(target), detail=error.strerror or str(error)) from None
    return checked, made


def require_other(source: Path, target: Path) -> None:
    """Raises OutputKind for what is no place for a model: nobody means a folder called `model.gltf`."""
    is_other_file = target.suffix.lower() in (".gltf", ".zip") and not target.is_dir()
    if is_other_file or (target.exists() and source.exists() and target.samefile(source)):
        raise OutputKind(path=str(target))


def put_into_place(made_dir: Path, made: OptimiseResult, target: Path) -> None:
    """The model alone for a `target` that is a .glb, otherwise everything. Raises OSError."""
    if target.suffix.lower() == ".glb":
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.move(made.model, target)
        return
    target.mkdir(parents=True, exist_ok=True)
    for path in made_dir.iterdir():
        shutil.move(path, target / path.name)


def code_of_refusal(checked: CheckResult) -> int:
    """What cannot be read was not tried."""
    unread = any(issue.code == "FILE_UNREADABLE" for issue in checked.issues)
    return EXIT_COULD_NOT_RUN if unread else EXIT_REFUSED


def _say(as_json: bool, report: dict[str, Any], text: str) -> None:
    print(json.dumps(report, ensure_ascii=False) if as_json else text)


def table(report: dict[str, Any]) -> str:
    """The report for people: before and after, what is heaviest, what was done and what could not be."""
    lang = catalogue.lang_of_environment(os.environ)
    before, after = report["before"], report["after"]
    lines = [
        catalogue.sentence(
            f"cli.optimise_{key}", lang, {"before": _shown(key, value), "after": _shown(key, after[key])}
        )
        for key, value in before.items()
    ]
    lines += [
        catalogue.sentence(
            "cli.optimise_lod",
            lang,
            {"file": lod["file"], "triangles": f"{lod['triangles']:,}", "size": said_size(lod["bytes"])},
        )
        for lod in report["lods"]
    ]
    told = (*report["did"], *report["over_budget"], *report["issues"], *report["heaviest"])
    lines += [f"  {item.get('message', item.get('could'))[lang]}" for item in told]
    return "\n".join(lines)


def _shown(key: str, value: int) -> str:
    return said_size(value) if key in _SIZES else f"{value:,}"


def _refusal(checked: CheckResult) -> str:
    lang = catalogue.lang_of_environment(os.environ)
    return "\n".join(
        f"{' '.join(filter(None, (issue.code, issue.where)))}: {issue.json()['message'][lang]}"
        for issue in checked.issues
        if issue.is_error
    )
