"""`python -m bench.peers`: measures the peers and Yuanzhan, one after the other; writes bench/RESULTS.md."""

from __future__ import annotations

import argparse
import gc
import json
import resource
import signal
import sys
import time
from collections.abc import Callable
from dataclasses import asdict
from itertools import count, cycle
from pathlib import Path
from typing import Final

from bench.peers import own
from bench.peers.install import HERE, ROOT, install, versions
from bench.peers.machine import describe_machine
from bench.peers.report import Result, replaced, section
from bench.peers.run import Run, measure
from bench.peers.search import search
from bench.peers.table import PEERS, Peer
from yuanzhan import __version__

SIZES: Final = (100, 200, 500, 1_000, 2_000, 3_000, 5_000, 7_000, 10_000)
SECONDS: Final = 15.0
PORTS_COUNT: Final = 5
RESULTS_DIR: Final = HERE / "results"
DOCUMENT: Final = ROOT / "bench" / "RESULTS.md"
TITLES: Final = {own.FOLDER: own.TITLE} | {peer.folder: peer.title for peer in PEERS}


def main() -> int:
    """See --help."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", nargs="+", choices=list(TITLES), default=list(TITLES), metavar="PEER")
    parser.add_argument("--sizes", nargs="+", type=int, default=list(SIZES), help="crowds to try, going up")
    parser.add_argument("--seconds", type=float, default=SECONDS, help="measured for each size")
    parser.add_argument("--port", type=int, default=8130, help="the first of 20 (default: %(default)s)")
    parser.add_argument("--json", action="store_true", help="also print each run as a line of JSON")
    parser.add_argument("--trial", action="store_true", help="keep nothing: print the section of RESULTS.md")
    parser.add_argument("--report", action="store_true", help="measure nothing: write the kept results anew")
    options = parser.parse_args()
    _, most_files = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most_files, most_files))
    # Millions of small objects live through a run; the collector's walk over them would be a hiccup of ours.
    gc.disable()
    # Also when it is told to end, the servers it started end with it.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    if not options.report:
        measured = _measure_all(options)
        if options.trial:
            print(section(measured))
            return 0
    document = DOCUMENT.read_text(encoding="utf-8")
    DOCUMENT.write_text(replaced(document, section(_kept())), encoding="utf-8")
    return 0


def _measure_all(options: argparse.Namespace) -> list[Result]:
    """One after the other; each is kept as soon as it is there."""
    begin_s = time.monotonic()
    results: list[Result] = []
    for folder, measure_size in _measures(options):
        results.append(_result(folder, options, measure_size))
        if not options.trial:
            RESULTS_DIR.mkdir(exist_ok=True)
            (RESULTS_DIR / f"{folder}.json").write_text(json.dumps(asdict(results[-1]), indent=1) + "\n")
    _say(f"done after {(time.monotonic() - begin_s) / 60:.0f} minutes")
    return results


def _measures(options: argparse.Namespace) -> list[tuple[str, Callable[[int], Run]]]:
    """What measures a crowd of one size, for each that was chosen. Installs before anything is measured."""
    chosen = [peer for peer in PEERS if peer.folder in options.only]
    measures = [
        (peer.folder, _measure_of(peer, install(peer.folder), options.seconds, port))
        for peer, port in zip(chosen, count(options.port, PORTS_COUNT), strict=False)
    ]
    if own.FOLDER not in options.only or max(options.sizes) < own.VISITORS_MIN_COUNT:
        return measures
    if not own.is_available():
        _say("this version has no `yuanzhan bench crowd`: its own row is left out")
        return measures
    return [(own.FOLDER, lambda size: own.measure(size, options.seconds)), *measures]


def _measure_of(peer: Peer, scratch: Path, seconds: float, first_port: int) -> Callable[[int], Run]:
    """Each size has a port of its own, so that no connection of the last one is in the way."""
    ports = cycle(range(first_port, first_port + PORTS_COUNT))
    return lambda size: measure(peer, scratch, size, seconds, next(ports))


def _result(folder: str, options: argparse.Namespace, measure_size: Callable[[int], Run]) -> Result:
    machine = describe_machine()

    def told(size: int) -> Run:
        run = measure_size(size)
        _say(_in_words(folder, run))
        if options.json:
            print(json.dumps({"peer": folder, **asdict(run)}), flush=True)
        gc.collect()
        return run

    smallest = own.VISITORS_MIN_COUNT if folder == own.FOLDER else 1
    sizes = [size for size in options.sizes if size >= smallest]
    pinned = {"yuanzhan": __version__} if folder == own.FOLDER else versions(folder)
    # The command as one would repeat it, whatever this machine's paths are.
    command = " ".join(["python -m bench.peers", *sys.argv[1:]]) if sys.argv[1:] else "make bench-peers"
    return Result(TITLES[folder], pinned, machine, command, search(sizes, told))


def _kept() -> list[Result]:
    """What this run and earlier ones left, in the order of the table."""
    kept: list[Result] = []
    for folder in TITLES:
        path = RESULTS_DIR / f"{folder}.json"
        if path.exists():
            content = json.loads(path.read_text())
            kept.append(Result(**content | {"runs": [Run(**run) for run in content["runs"]]}))
    return kept


def _in_words(folder: str, run: Run) -> str:
    if run.ended is not None:
        return f"{folder} {run.visitors:,}: {run.ended}"
    p99 = run.latency_ms["p99"]
    kept = "in step" if run.holds else "not in step"
    return (
        f"{folder} {run.visitors:,}: {kept}, {run.near_hz:.1f} Hz, p99 {p99} ms, "
        f"{run.bytes_per_visitor_per_s / 1000:.1f} kB/s a visitor, all in after {run.join_s:.1f} s"
    )


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
