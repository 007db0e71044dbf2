"""The tables of docs/performance.md, from bench/crowd.json.

python bench/told.py              # bench/crowd.py does it after each measurement
"""

from __future__ import annotations

import json
import re
import statistics
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
RESULTS = ROOT / "bench" / "crowd.json"
DOCUMENT = ROOT / "docs" / "performance.md"

Result = dict[str, Any]
# What a row says of a run, and of all runs what was wanted.
ROWS: Sequence[tuple[str, Callable[[Result], str], Callable[[list[Result]], str]]] = (
    (
        "joined, and there at the end",
        lambda run: f"{run['joined']:,}, {run['present']:,}",
        lambda runs: "10,000",
    ),
    ("NEAR", lambda run: f"{run['near_hz']:.2f} Hz", lambda runs: "9 Hz"),
    (
        "pose to neighbour, p50 / p95 / p99 ms",
        lambda run: milliseconds(run),
        lambda runs: wanted("p99 250", 250, [run["latency_ms"]["p99"] for run in runs], "{:.0f}"),
    ),
    ("frames a second", lambda run: f"{run['frames_per_s']:,.0f}", lambda runs: ""),
    (
        "downstream a visitor",
        lambda run: f"{run['bytes_per_visitor_per_s'] / 1000:.1f} kB/s",
        lambda runs: "20 kB/s",
    ),
    (
        "server memory a visitor",
        lambda run: f"{run['server_rss_bytes_per_visitor'] / 1000:.1f} KB",
        lambda runs: "25 KB",
    ),
    ("server cores", lambda run: f"{run['server_cpu']:.2f}", lambda runs: ""),
    ("generator cores", lambda run: f"{run['generator_cpu']:.2f}", lambda runs: ""),
    ("tick, p99", lambda run: f"{run['tick_ms_p99']:.0f} ms", lambda runs: ""),
    (
        "bare ceiling: frames a second, cores",
        lambda run: f"{run['ceiling_frames_per_s']:,.0f}, {run['ceiling_cpu']:.2f}",
        lambda runs: "",
    ),
    (
        "`cost_ratio`",
        lambda run: f"{run['cost_ratio']:.2f}",
        lambda runs: wanted("1.5", 1.5, [run["cost_ratio"] for run in runs], "{:.2f}"),
    ),
    (
        "known / unknown / ghosts",
        lambda run: (
            f"{run['knowledge']['compared'] / 1e6:.1f} million / {run['knowledge']['unknown']} / "
            f"{run['knowledge']['ghosts']}"
        ),
        lambda runs: "0 unknown, 0 ghosts",
    ),
)
CASES: Sequence[tuple[str, str, Callable[[Result], str]]] = (
    (
        "crush",
        "crush: all within 30 m",
        lambda run: "the budget holds; records of neighbours rotate and are older",
    ),
    ("slow", "slow: 500 read 5 KB/s, 100 stop reading", lambda run: "latency of all others"),
    (
        "storm",
        "storm: all connections break at once",
        lambda run: (
            f"{run['returned']['back']:,} of {run['returned']['visitors']:,} back in their slots after "
            f"{run['returned']['seconds']} s"
        ),
    ),
    (
        "churn",
        "churn: 20 a second leave, others come",
        lambda run: (
            f"{run['knowledge']['ghosts']} ghosts in {run['knowledge']['compared'] / 1e6:.1f} million looks"
        ),
    ),
)


def tell() -> None:
    """Put both tables in their places."""
    kept: dict[str, list[Result]] = json.loads(RESULTS.read_text(encoding="utf-8"))
    text = DOCUMENT.read_text(encoding="utf-8")
    text = replaced(text, "even", even_table(kept["even"]))
    text = replaced(text, "cases", cases_table(kept))
    DOCUMENT.write_text(text, encoding="utf-8")


def even_table(runs: list[Result]) -> str:
    """A column for each run."""
    names = [f"run {number}" for number in range(1, len(runs) + 1)]
    lines = [cells("figure", *names, "wanted, median"), cells(*["---"] * (len(runs) + 2))]
    lines += [cells(name, *map(of_run, runs), of_all(runs)) for name, of_run, of_all in ROWS]
    return "\n".join(lines)


def cases_table(kept: dict[str, list[Result]]) -> str:
    """A row for each of the other cases."""
    lines = [
        cells("case", "NEAR", "p50 / p95 / p99 ms", "kB/s a visitor", "tick, p99", "server cores", ""),
        cells(*["---"] * 7),
    ]
    for key, name, note in CASES:
        for run in kept.get(key, []):
            figures = (
                f"{run['near_hz']:.2f} Hz",
                milliseconds(run),
                f"{run['bytes_per_visitor_per_s'] / 1000:.1f}",
                f"{run['tick_ms_p99']:.0f} ms",
                f"{run['server_cpu']:.2f}",
            )
            lines.append(cells(name, *figures, note(run)))
    return "\n".join(lines)


def milliseconds(run: Result) -> str:
    """Percentiles of the latency."""
    return " / ".join(f"{run['latency_ms'][name]:.0f}" for name in ("p50", "p95", "p99"))


def wanted(name: str, most: float, values: list[float], form: str) -> str:
    """What was wanted, and the median where it was missed."""
    median = statistics.median(values)
    return name if median <= most else f"{name}: **missed**, {form.format(median)}"


def cells(*values: str) -> str:
    """A row of a table."""
    return f"| {' | '.join(values)} |".replace("|  |", "| |")


def replaced(text: str, name: str, table: str) -> str:
    """`text` with this table between its marks."""
    begin, end = f"<!-- {name}:begin -->", f"<!-- {name}:end -->"
    return re.sub(f"{begin}.*{end}", lambda _: f"{begin}\n{table}\n{end}", text, flags=re.DOTALL)


if __name__ == "__main__":
    tell()
