"""Checks of uploads beside a serving server: seconds and memory a file, and how late /healthz answers.

    make bench-check                          # the booths of the halls
    make bench-check MODELS='models/*/*'      # others: .glb, .gltf with its files, .zip

One process serves and checks one file after the other, as it would with uploads; another asks /healthz every
10 ms, first with nothing else going on, then during the checks. Writes bench/CHECKS.md.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Awaitable
from pathlib import Path

from yuanzhan.app.process import fastest_loop_factory
from yuanzhan.app.serving import serving
from yuanzhan.jobs.check import CheckResult, check_upload
from yuanzhan.jobs.child import scratch
from yuanzhan.settings import Settings

ROOT = Path(__file__).resolve().parents[1]
RESULTS = ROOT / "bench" / "CHECKS.md"
ASKING = ROOT / "bench" / "asking.py"
QUIET_S = 5.0


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("models", type=Path, nargs="*", help="files to check (default: the halls' booths)")
    arguments = parser.parse_args()
    files = arguments.models or sorted((ROOT / "scenes").glob("*/built/booths/*.glb"))
    models = [file for file in files if file.suffix.lower() in (".glb", ".gltf", ".zip")]
    with asyncio.Runner(loop_factory=fastest_loop_factory()) as runner:
        report = runner.run(measure(models))
    RESULTS.write_text(report, encoding="utf-8")
    print(report)
    return 0


async def measure(models: list[Path]) -> str:
    """Serve, check each of `models`, and tell."""
    with tempfile.TemporaryDirectory(prefix="yuanzhan-") as data:
        async with serving(Settings(port=0, data_dir=Path(data), log_level="error")) as running:
            quiet = await beside(running.reach.base_url, asyncio.sleep(QUIET_S))
            results: list[tuple[Path, CheckResult]] = []
            busy = await beside(running.reach.base_url, check_all(models, results))
    return told(results, quiet, busy)


async def check_all(models: list[Path], results: list[tuple[Path, CheckResult]]) -> None:
    """One after the other."""
    for file in models:
        with scratch() as folder:
            results.append((file, await check_upload(file, file.name, folder, with_siblings=True)))


async def beside(url: str, work: Awaitable[None]) -> list[float]:
    """How long /healthz took, in ms, each time it was asked while `work` went on."""
    asking = await asyncio.create_subprocess_exec(
        sys.executable, ASKING, f"{url}/healthz", stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert asking.stdout is not None
    assert await asking.stdout.readline() == b"ready\n"
    await work
    # An input, though an empty one: without, Python 3.11 leaves its end open, and the other asks for ever.
    told_ms, _ = await asking.communicate(b"")
    return [float(line) for line in told_ms.split()]


def told(results: list[tuple[Path, CheckResult]], quiet: list[float], busy: list[float]) -> str:
    """The page."""
    lines = [
        "# Checks of uploads, measured",
        "",
        f"`make bench-check` on {os.cpu_count()} processors. Seconds are of the whole check (three or four",
        "child processes), memory is the most that the processes of one step held together.",
        "",
        "| /healthz, ms | answers | p50 | p99 | most |",
        "| --- | --- | --- | --- | --- |",
    ]
    for name, times in (("nothing else going on", quiet), ("during the checks", busy)):
        p99 = statistics.quantiles(times, n=100)[98]
        lines.append(
            f"| {name} | {len(times)} | {statistics.median(times):.1f} | {p99:.1f} | {max(times):.1f} |"
        )
    lines += ["", "| file | MB | verdict | seconds | memory, MB |", "| --- | --- | --- | --- | --- |"]
    for file, result in results:
        verdict = "accepted" if result.accepted else next(issue.code for issue in result.issues)
        size_mb, peak_mb = file.stat().st_size / (1 << 20), result.peak_rss_bytes / (1 << 20)
        name = f"{file.parent.name}/{file.name}"
        lines.append(f"| {name} | {size_mb:.2f} | {verdict} | {result.seconds:.2f} | {peak_mb:.0f} |")
    seconds = [result.seconds for _, result in results]
    peaks = [result.peak_rss_bytes / (1 << 20) for _, result in results]
    worst = f"at most {max(seconds):.1f} s and {max(peaks):.0f} MB"
    lines += ["", f"{len(results)} files, {sum(seconds):.0f} s together: {worst} a file."]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.exit(main())
