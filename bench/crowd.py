"""10,000 visitors in one hall, three times over, and what happens when things go wrong.

    make bench-crowd                # or: python bench/crowd.py [--runs 3] [--visitors 10000] [--only even]

Cases: `even` (three runs, the median counts), `crush` (all within 30 m), `storm` (all leave at once and are
back within 10 s), `slow` (5 % read 5 KB/s, 1 % stop reading), `churn` (20 a second leave and others come).
Writes bench/crowd.json and the tables of docs/performance.md.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
from pathlib import Path
from typing import Any

import told

ROOT = Path(__file__).resolve().parents[1]
RESULTS = ROOT / "bench" / "crowd.json"
CASES: dict[str, list[str]] = {
    "even": ["--seconds", "60"],
    "crush": ["--seconds", "30", "--density", "crush", "--no-ceiling"],
    "storm": ["--seconds", "10", "--return-seconds", "10", "--no-ceiling"],
    "slow": ["--seconds", "30", "--throttled", "0.05", "--stalled", "0.01", "--no-ceiling"],
    "churn": ["--seconds", "30", "--churn", "20", "--no-ceiling"],
}


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--runs", type=int, default=3, help="of the even crowd")
    parser.add_argument("--visitors", type=int, default=10_000)
    parser.add_argument("--only", choices=list(CASES), nargs="+", default=list(CASES))
    arguments = parser.parse_args()
    kept: dict[str, list[dict[str, Any]]] = json.loads(RESULTS.read_text()) if RESULTS.exists() else {}
    for case in arguments.only:
        runs = arguments.runs if case == "even" else 1
        kept[case] = [measure(arguments.visitors, CASES[case]) for _ in range(runs)]
        RESULTS.write_text(json.dumps(kept, indent=1) + "\n")
        told.tell()
    for case, results in kept.items():
        print(row(case, results))
    return 0


def measure(visitors: int, words: list[str]) -> dict[str, Any]:
    """One run; its progress goes to the terminal."""
    command = [
        sys.executable,
        "-m",
        "yuanzhan",
        "bench",
        "crowd",
        "--visitors",
        str(visitors),
        *words,
        "--json",
    ]
    result: dict[str, Any] = json.loads(subprocess.run(command, stdout=subprocess.PIPE, check=False).stdout)
    return result


def row(case: str, results: list[dict[str, Any]]) -> str:
    """The medians of a case."""
    latest = results[-1]

    def median(name: str) -> float | None:
        values = [result[name] for result in results if result[name] is not None]
        return statistics.median(values) if values else None

    return (
        f"{case}: {latest['present']:,} of {latest['visitors']:,} there, NEAR {median('near_hz')} Hz, "
        f"p99 {statistics.median(result['latency_ms']['p99'] for result in results):.0f} ms, "
        f"{(median('bytes_per_visitor_per_s') or 0) / 1000:.1f} kB/s and "
        f"{(median('server_rss_bytes_per_visitor') or 0) / 1000:.1f} KB a visitor, "
        f"server {median('server_cpu')} cores, cost ratio {median('cost_ratio')}, "
        f"knowledge {latest['knowledge']}, returned {latest['returned']}"
    )


if __name__ == "__main__":
    sys.exit(main())
