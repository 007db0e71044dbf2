"""From runs to the largest crowd, and into the document of others."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from bench.peers.report import BEGIN, END, Result, gigabit_visitors, replaced, section
from bench.peers.run import Run, cut_short
from bench.peers.search import largest_held, search, smallest_failed


def run_of(visitors: int, *, near_hz: float = 10.0, p99_ms: float = 120.0) -> Run:
    """A broadcast: each of N receives 50 bytes a second of each of N."""
    return Run(
        visitors=visitors,
        joined=visitors,
        join_s=1.0,
        disconnects=0,
        near_hz=near_hz,
        latency_ms={"p50": 60.0, "p95": 99.0, "p99": p99_ms, "max": 200.0, "samples": 5000},
        bytes_per_visitor_per_s=50.0 * visitors,
        server_cpu=0.5,
        server_rss_bytes_per_visitor=20_000.0,
        generator_cpu=0.3,
        seconds=15.0,
    )


def server_that_holds(limit: int, tried: list[int]) -> Callable[[int], Run]:
    """Its rate falls above `limit`."""

    def measure(size: int) -> Run:
        tried.append(size)
        return run_of(size, near_hz=10.0 if size <= limit else 7.0)

    return measure


def test_the_search_goes_up_tries_a_failure_again_and_then_one_size_between() -> None:
    tried: list[int] = []
    runs = search([100, 1000, 3000, 5000, 7000], server_that_holds(4200, tried))
    assert tried == [100, 1000, 3000, 5000, 5000, 4000]
    held, failed = largest_held(runs), smallest_failed(runs)
    assert held is not None
    assert failed is not None
    assert (held.visitors, failed.visitors) == (4000, 5000)


def test_a_hiccup_does_not_end_the_search() -> None:
    tried: list[int] = []

    def measure(size: int) -> Run:
        tried.append(size)
        return run_of(size, p99_ms=900.0 if tried.count(size) == 1 and size == 500 else 120.0)

    assert [run.visitors for run in search([200, 500, 1000], measure) if run.holds] == [200, 500, 1000]


def test_a_run_that_came_to_no_measuring_is_not_tried_again() -> None:
    tried: list[int] = []

    def measure(size: int) -> Run:
        tried.append(size)
        return cut_short(size, "3 had joined after 120 s") if size > 500 else run_of(size)

    runs = search([500, 1000], measure)
    assert tried == [500, 1000, 750]
    assert [run.ended for run in runs] == [None, *["3 had joined after 120 s"] * 2]


def test_a_server_that_holds_not_even_the_smallest_crowd_holds_none() -> None:
    tried: list[int] = []
    runs = search([100, 200], server_that_holds(10, tried))
    assert tried == [100, 100]
    assert largest_held(runs) is None


@pytest.mark.parametrize(
    "change", [{"joined": 999}, {"disconnects": 1}, {"near_hz": 8.9}, {"ended": "the memory was full"}]
)
def test_whoever_is_missing_late_or_slow_is_not_in_step(change: dict[str, object]) -> None:
    run = run_of(1000)
    assert run.holds
    assert not replace(run, **change).holds  # type: ignore[arg-type]


def test_a_gigabit_carries_what_a_broadcast_grows_to() -> None:
    # 50 N bytes for each of N: 50 N² = 125e6, both between the measured sizes and beyond them.
    wanted = (125e6 / 50) ** 0.5
    assert gigabit_visitors([run_of(500), run_of(1000), run_of(2000)]) == pytest.approx(wanted, rel=1e-3)
    assert gigabit_visitors([run_of(100), run_of(200)]) == pytest.approx(wanted, rel=1e-3)
    assert gigabit_visitors([run_of(100)]) is None


def test_only_the_marked_section_of_the_document_is_replaced() -> None:
    result = Result(
        title="Colyseus",
        versions={"node": "22"},
        machine={
            "processor": "P",
            "cores": 2,
            "memory_gib": 8,
            "system": "S",
            "kernel": "6",
            "python": "3.11",
            "date": "2026-11-26",
            "load": 0.2,
        },
        command="make bench-peers",
        runs=[run_of(1000), run_of(2000, near_hz=7.0)],
    )
    first = replaced("# Measured\n\nabove\n", section([result]))
    assert first.startswith("# Measured\n\nabove\n\n" + BEGIN)
    second = replaced(first + "\nbelow\n", section([result, result]))
    assert second.startswith("# Measured\n\nabove\n\n" + BEGIN)
    assert second.endswith(END + "\n\nbelow\n")
    assert second.count(BEGIN) == second.count(END) == 1
    assert "| Colyseus | **1,000** | 10.0 | 60 / 120 / 200 | 50.0 | 0.40 |" in second
    assert "2,000: 7.0 Hz, p99 120 ms |" in second
