"""Benches: a hall full of visitors, measured from outside."""

from __future__ import annotations

from yuanzhan.bench.crowd import CrowdResult, bench_crowd
from yuanzhan.bench.plan import CrowdPlan

__all__ = ["CrowdPlan", "CrowdResult", "bench_crowd"]
