"""A sample is what was between two readings; the last hour is kept."""

from __future__ import annotations

import dataclasses
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yuanzhan.watching.samples import KEPT_COUNT, NAMES, Reading, Ring, Sample, quantile, sample_of

INFINITE = math.inf


def sample(at_ms: int, **values: float) -> Sample:
    return Sample(**(dict.fromkeys(NAMES, 0.0) | {"at_ms": at_ms} | values))  # type: ignore[arg-type]


def test_rates_are_of_the_period_and_gauges_are_as_they_are() -> None:
    before = Reading(100.0, {"yuanzhan_bytes_sent_total": 1000.0, "yuanzhan_errors_total": 1.0})
    now = Reading(
        110.0,
        {
            "yuanzhan_bytes_sent_total": 6000.0,
            "yuanzhan_errors_total": 4.0,
            "yuanzhan_visitors": 12.0,
            "process_resident_memory_bytes": 123_456_789.0,
        },
    )
    made = sample_of(before, now, 5)
    assert (made.bytes_sent_s, made.errors, made.visitors, made.memory_mb) == (500, 3, 12, 123.5)
    assert made.at_ms == 5


def test_what_ticks_took_is_of_the_period_alone() -> None:
    before = Reading(0.0, {}, {0.01: 1000.0, 0.1: 1000.0, INFINITE: 1000.0})
    now = Reading(10.0, {}, {0.01: 1000.0, 0.1: 1100.0, INFINITE: 1100.0})
    made = sample_of(before, now, 0)
    assert made.tick_p50_ms == pytest.approx(55.0)
    assert made.tick_p99_ms == pytest.approx(99.1)


def test_without_a_tick_there_is_nothing_to_say() -> None:
    assert quantile({}, 0.5) == 0.0
    assert quantile({0.1: 0.0, INFINITE: 0.0}, 0.99) == 0.0


def test_what_is_beyond_the_last_bound_is_told_as_that_bound() -> None:
    assert quantile({0.1: 0.0, 1.0: 1.0, INFINITE: 10.0}, 0.9) == 1.0


@given(st.lists(st.floats(0.0, 0.999), min_size=1, max_size=60), st.floats(0.01, 1.0))
def test_a_quantile_is_within_the_bucket_that_the_true_one_is_in(values: list[float], share: float) -> None:
    bounds = [0.1, 0.2, 0.5, 1.0]
    cumulative = {bound: float(sum(value <= bound for value in values)) for bound in bounds}
    true = sorted(values)[max(0, math.ceil(share * len(values) - 1e-9) - 1)]
    found = quantile(cumulative | {INFINITE: float(len(values))}, share)
    upper = next(bound for bound in bounds if true <= bound)
    lower = max([0.0, *(bound for bound in bounds if bound < upper)])
    assert lower - 1e-9 <= found <= upper + 1e-9


def test_the_ring_keeps_an_hour_and_gives_what_is_newer() -> None:
    ring = Ring()
    for number in range(KEPT_COUNT + 5):
        ring.add(sample(number + 1, visitors=float(number)))
    columns = ring.columns()
    assert set(columns) == {each.name for each in dataclasses.fields(Sample)}
    assert columns["at_ms"] == list(range(6, KEPT_COUNT + 6))
    assert ring.columns(KEPT_COUNT + 3)["at_ms"] == [KEPT_COUNT + 4, KEPT_COUNT + 5]
    assert ring.columns(10**12)["at_ms"] == []
    assert [each.at_ms for each in ring.last(2)] == [KEPT_COUNT + 4, KEPT_COUNT + 5]
