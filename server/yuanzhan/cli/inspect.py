"""`yuanzhan inspect`: the check that every uploaded model goes through, on files of one's own.

Exit code 0 when all models are accepted, 1 when one is refused, 2 when it could not be tried (a file that
is not there, no Node). Files that are no models by themselves (a .bin, a texture, a manifest.json beside
the models) are named and count for nothing; when there is nothing else, that is a 2 as well.
"""

from __future__ import annotations

import argparse
import asyncio
import errno
import json
import os
import stat
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from yuanzhan import catalogue, settings
from yuanzhan.catalogue import Lang
from yuanzhan.scene.sizes import said_size

if TYPE_CHECKING:
    from yuanzhan.jobs.check import CheckLimits, CheckResult
    from yuanzhan.scene.limits import UploadLimits

EXIT_ACCEPTED, EXIT_REFUSED, EXIT_NOT_RUN = 0, 1, 2

# What decides for files without the beginning of a model: their names.
_MODEL_SUFFIXES: Final = (".glb", ".gltf", ".vrm", ".zip")
_MODEL_BEGINNINGS: Final = (b"glTF", b"PK\x03\x04")


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declare the command."""
    parser = commands.add_parser("inspect", help="check and measure models as an upload would be")
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE", help=".glb, .gltf, .zip or a folder")
    parser.add_argument("--json", action="store_true", help="print one line of JSON a file")
    # What keeps it from running is told apart from a model that is refused.
    parser.set_defaults(run=run, exit_code=EXIT_NOT_RUN)


def run(arguments: argparse.Namespace) -> int:
    """Check each file and report. Raises ToolMissing."""
    try:
        return asyncio.run(_run(arguments.files, as_json=arguments.json))
    except ExceptionGroup as group:
        # The same is missing for every file.
        raise group.exceptions[0] from None


async def _run(files: Sequence[Path], *, as_json: bool) -> int:
    """As many at a time as there are processors, told in their order."""
    from yuanzhan.jobs.check import CheckLimits, upload_limits

    chosen = settings.read()
    limits, step_limits = upload_limits(chosen), CheckLimits.from_settings(chosen)
    lang = catalogue.lang_of_environment(os.environ)
    free = asyncio.Semaphore(os.cpu_count() or 1)
    results = []
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(_checked(file, free, limits, step_limits)) for file in files]
        for file, task in zip(files, tasks, strict=True):
            results.append(await task)
            print(_line(file, results[-1]) if as_json else _text(file, results[-1], lang), flush=True)
    return _exit_code(results)


async def _checked(
    file: Path, free: asyncio.Semaphore, limits: UploadLimits, step_limits: CheckLimits
) -> CheckResult:
    from yuanzhan.jobs.check import check_upload
    from yuanzhan.jobs.child import scratch

    not_tried = _not_tried(file)
    if not_tried is not None:
        return not_tried
    async with free:
        with scratch() as folder:
            return await check_upload(file, file.name, folder, limits, step_limits, with_siblings=True)


def _exit_code(results: Sequence[CheckResult]) -> int:
    models = [result for result in results if not _was_not_tried(result)]
    if not models or any(issue.code == "FILE_UNREADABLE" for result in results for issue in result.issues):
        return EXIT_NOT_RUN
    return EXIT_ACCEPTED if all(result.accepted for result in models) else EXIT_REFUSED


def _not_tried(file: Path) -> CheckResult | None:
    """The result of what is not there, or no model by itself; None for what is to be checked."""
    from yuanzhan.jobs.check import CheckResult
    from yuanzhan.scene.issues import told

    if file.is_dir():
        return None
    try:
        if not stat.S_ISREG(file.stat().st_mode):  # a pipe would be waited for without an end
            raise OSError(errno.EINVAL, os.strerror(errno.EINVAL))
        with file.open("rb") as opened:
            beginning = opened.read(4)
    except OSError as error:
        issue = told("FILE_UNREADABLE", name=file.name, detail=error.strerror or str(error))
        return CheckResult(False, (issue,))
    if file.suffix.lower() in _MODEL_SUFFIXES or beginning in _MODEL_BEGINNINGS:
        return None
    return CheckResult(False, (told("NOT_A_MODEL", name=file.name),))


def _line(file: Path, result: CheckResult) -> str:
    """One line of JSON. `accepted` is null for what was not tried."""
    report: dict[str, Any] = {"file": str(file)} | result.report()
    if _was_not_tried(result):
        report["accepted"] = None
    report |= {"seconds": result.seconds, "peak_rss_bytes": result.peak_rss_bytes}
    return json.dumps(report, ensure_ascii=False).encode("utf-8", "replace").decode()


def _was_not_tried(result: CheckResult) -> bool:
    return any(issue.code in ("NOT_A_MODEL", "FILE_UNREADABLE") for issue in result.issues)


def _text(file: Path, result: CheckResult, lang: Lang) -> str:
    """For people: a line of figures, then what is wrong."""
    verdict = "skipped" if _was_not_tried(result) else "accepted" if result.accepted else "refused"
    lines = [f"{catalogue.sentence(f'cli.inspect_{verdict}', lang)}  {_shown(file)}{_figures(result, lang)}"]
    for issue in result.issues:
        message = issue.zh if lang == "zh" else issue.message
        lines.append(
            f"    {issue.code} {issue.where}: {message}" if issue.where else f"    {issue.code}: {message}"
        )
    return "\n".join(lines)


def _figures(result: CheckResult, lang: Lang) -> str:
    measured = result.measured
    if measured is None:
        return ""
    size = " x ".join(f"{value:.2f}" for value in (measured["bounds_m"] or {"size": (0, 0, 0)})["size"])
    return "  " + catalogue.sentence(
        "cli.inspect_figures",
        lang,
        {
            "size": size,
            "triangles": f"{measured['triangles']:,}",
            "draws": measured["draws"],
            "textures": said_size(measured["texture_bytes"]),
            "bytes": said_size(measured["bytes"]),
            "seconds": f"{result.seconds:.1f}",
        },
    )


def _shown(file: Path) -> str:
    """A name fit for a terminal."""
    return "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in str(file))
