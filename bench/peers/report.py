"""The table and the note in bench/RESULTS.md, between two marks; all else there belongs to others."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from bench.peers.install import HERE
from bench.peers.run import NEAR_MIN_HZ, P99_MAX_MS, Run
from bench.peers.search import largest_held, smallest_failed

BEGIN: Final = "<!-- peers:begin -->"
END: Final = "<!-- peers:end -->"
GIGABIT_BYTES: Final = 125_000_000.0

_HEADS: Final = (
    "",
    "largest crowd in step",
    "Hz",
    "p50 / p99 / max ms",
    "kB/s a visitor",
    "Gbit/s in all",
    "all in after s",
    "server cores",
    "server KB a visitor",
    "generator cores",
    "1 Gbit/s carries",
    "where it ended",
)
_NOTE: Final = HERE / "note.md"


@dataclass(frozen=True)
class Result:
    """All runs of one peer."""

    title: str
    versions: Mapping[str, str]
    machine: Mapping[str, Any]
    command: str
    runs: Sequence[Run]


def section(results: Sequence[Result]) -> str:
    """Markdown with the marks around it."""
    lines = [
        BEGIN,
        "## Against what a team would otherwise take",
        *_circumstances(results),
        "",
        f"In step: at least {NEAR_MIN_HZ:.0f} Hz at the probes, p99 under {P99_MAX_MS:.0f} ms, everybody in, "
        "nobody thrown out.",
        "",
        "| " + " | ".join(_HEADS) + " |",
        "| " + " | ".join("---" for _ in _HEADS) + " |",
        *(_row(result) for result in results),
        "",
        _NOTE.read_text(encoding="utf-8").rstrip(),
        END,
    ]
    return "\n".join(lines)


def replaced(document: str, new_section: str) -> str:
    """The document with its section replaced, or added at the end."""
    if BEGIN in document and END in document:
        before, rest = document.split(BEGIN, 1)
        return before + new_section + rest.split(END, 1)[1]
    return f"{document.rstrip()}\n\n{new_section}\n"


def gigabit_visitors(runs: Sequence[Run]) -> int | None:
    """How many visitors 1 Gbit/s of egress would carry: on the line through the two measured sizes nearest to
    it, both axes logarithmic. Only runs that kept their rate count: the others sent less than they should.
    """
    points = [
        (math.log(run.visitors), math.log(run.visitors * run.bytes_per_visitor_per_s))
        for run in runs
        if run.near_hz >= NEAR_MIN_HZ and run.bytes_per_visitor_per_s > 0
    ]
    if len(points) < 2:
        return None
    wanted = math.log(GIGABIT_BYTES)
    above = next((index for index, point in enumerate(points) if point[1] >= wanted), len(points) - 1)
    (x0, y0), (x1, y1) = points[max(0, above - 1)], points[max(1, above)]
    return int(math.exp(x0 + (wanted - y0) * (x1 - x0) / (y1 - y0)))


def _circumstances(results: Sequence[Result]) -> list[str]:
    machine = results[0].machine
    versions = "; ".join(
        f"{result.title}: {', '.join(f'{name} {version}' for name, version in result.versions.items())}"
        for result in results
    )
    commands = ", ".join(f"`{command}`" for command in dict.fromkeys(result.command for result in results))
    return [
        f"{commands}, {machine['date']}. {machine['processor']}, {machine['cores']} cores, "
        f"{machine['memory_gib']} GiB, {machine['system']}, Linux {machine['kernel']}, "
        f"Python {machine['python']}; load {machine['load']} before the first.",
        f"{versions}. Every run is in bench/peers/results/.",
        "",
        "N visitors walk in one hall of about 60 x 45 m, everybody on a way of their own, and each sends two "
        "poses a second; a fresh server for each N; ticks of 10 Hz (relay: at once).",
    ]


def _row(result: Result) -> str:
    run = largest_held(result.runs)
    failed = smallest_failed(result.runs)
    ended = "not reached" if failed is None else f"{failed.visitors:,}: {_failure(failed)}"
    if run is None:
        cells = ["none", *[""] * 9, ended]
    else:
        latency = " / ".join(f"{run.latency_ms[name]:,.0f}" for name in ("p50", "p99", "max"))
        gigabit = gigabit_visitors(result.runs)
        cells = [
            f"**{run.visitors:,}**" if failed else f"**{run.visitors:,}** or more",
            f"{run.near_hz:.1f}",
            latency,
            f"{run.bytes_per_visitor_per_s / 1000:,.1f}",
            f"{run.visitors * run.bytes_per_visitor_per_s * 8 / 1e9:.2f}",
            f"{run.join_s:.1f}",
            "" if run.server_cpu is None else f"{run.server_cpu:.2f}",
            _kilobytes(run.server_rss_bytes_per_visitor),
            f"{run.generator_cpu:.2f}",
            "" if gigabit is None else f"about {_rounded(gigabit):,}",
            ended,
        ]
    return f"| {result.title} | " + " | ".join(cells) + " |"


def _failure(run: Run) -> str:
    if run.ended is not None:
        return run.ended
    p99 = run.latency_ms["p99"]
    out = f", {run.disconnects:,} thrown out" if run.disconnects else ""
    return f"{run.near_hz:.1f} Hz, p99 {p99:,.0f} ms{out}" if p99 is not None else f"nothing seen{out}"


def _kilobytes(size: float | None) -> str:
    return "" if size is None else f"{size / 1000:,.0f}"


def _rounded(count: int) -> int:
    """To two digits: it is computed, not measured."""
    step: int = 10 ** max(0, len(str(count)) - 2)
    return round(count / step) * step
