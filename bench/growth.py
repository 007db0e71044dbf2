"""How cost grows from 100 to 10,000 visitors: one run of `yuanzhan bench crowd` a size, a table and a plot.

    make bench-growth               # or: python bench/growth.py [--seconds 20] [--sizes 100 1000 10000]
    python bench/growth.py --plot   # only draw again what bench/growth.json holds

Writes bench/growth.json and docs/pictures/growth.svg. On a quiet machine it takes about eight minutes.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
RESULTS = ROOT / "bench" / "growth.json"
PLOT = ROOT / "docs" / "pictures" / "growth.svg"
SIZES = (100, 200, 500, 1000, 2000, 4000, 6000, 8000, 10_000)
JOINS_PER_S = 330.0

JADE, BRASS, INK = "#245c50", "#a87b2f", "#1f2a2c"


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--sizes", type=int, nargs="+", default=list(SIZES))
    parser.add_argument("--seconds", type=float, default=20.0)
    parser.add_argument("--plot", action="store_true", help="draw what was measured before")
    arguments = parser.parse_args()
    if not arguments.plot:
        RESULTS.write_text(
            json.dumps([measure(size, arguments.seconds) for size in arguments.sizes], indent=1)
        )
    rows = json.loads(RESULTS.read_text())
    print(table(rows))
    draw(rows)
    return 0


def measure(visitors: int, seconds: float) -> dict[str, Any]:
    """One run; what it says goes to the terminal."""
    words = ["--visitors", str(visitors), "--seconds", str(seconds), "--no-ceiling", "--json"]
    words += ["--join-seconds", str(max(1.0, visitors / JOINS_PER_S))]
    command = [sys.executable, "-m", "yuanzhan", "bench", "crowd", *words]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False)
    result: dict[str, Any] = json.loads(done.stdout)
    return result


def table(rows: list[dict[str, Any]]) -> str:
    """Markdown, as docs/performance.md has it."""
    lines = [
        "| visitors | NEAR Hz | p50 / p99 ms | frames/s | kB/s each | server cores | cores a 1,000 |",
        "| --- | --- | --- | --- | --- | --- | --- |",
    ]
    for row in rows:
        latency = row["latency_ms"]
        per_thousand = row["server_cpu"] / row["visitors"] * 1000
        lines.append(
            f"| {row['visitors']:,} | {row['near_hz']} | {latency['p50']:.0f} / {latency['p99']:.0f} "
            f"| {row['frames_per_s']:,.0f} | {row['bytes_per_visitor_per_s'] / 1000:.1f} "
            f"| {row['server_cpu']} | {per_thousand:.3f} |"
        )
    return "\n".join(lines)


def draw(rows: list[dict[str, Any]]) -> None:
    """Server cores and bytes a visitor over the number of visitors."""
    import matplotlib as mpl

    mpl.use("svg")
    # The same picture has the same bytes.
    mpl.rcParams |= {"svg.hashsalt": "yuanzhan", "svg.fonttype": "none", "font.family": "sans-serif"}
    import matplotlib.pyplot as plt

    visitors = [row["visitors"] for row in rows]
    figure, (cores, rate) = plt.subplots(1, 2, figsize=(10, 3.6), layout="constrained")
    cores.plot(visitors, [row["server_cpu"] for row in rows], "o-", color=JADE)
    cores.set(xscale="log", yscale="log", xlabel="visitors", title="server, cores")
    rate.plot(visitors, [row["bytes_per_visitor_per_s"] / 1000 for row in rows], "o-", color=BRASS)
    rate.set(xscale="log", ylim=(0, 22), xlabel="visitors", title="downstream, kB/s a visitor")
    cores.set_yticks([0.05, 0.1, 0.2, 0.4, 0.8])
    cores.yaxis.set_major_formatter("{x:g}")
    cores.yaxis.set_minor_formatter("")
    for axes in (cores, rate):
        axes.xaxis.set_major_formatter("{x:,.0f}")
        axes.grid(visible=True, which="both", color="#d8d0bf", linewidth=0.6)
        axes.tick_params(colors=INK)
    figure.savefig(PLOT, metadata={"Date": None})


if __name__ == "__main__":
    sys.exit(main())
