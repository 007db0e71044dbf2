"""Plans for tests."""

from __future__ import annotations

from typing import Any

from yuanzhan.instants import HOUR_MS, iso

NOW = 1_795_000_000_000


def body(begins_ms: int = NOW + HOUR_MS, **more: Any) -> dict[str, Any]:
    """What an operator asks to be planned: one hour, in the culture hall."""
    ends_ms = more.pop("ends_ms", begins_ms + HOUR_MS)
    return {
        "hall": "culture",
        "stage": "stage",
        "title": {"zh": "古琴夜会", "en": "An evening of guqin"},
        "description": {"zh": "曲水流音；丝竹, 与\n月色"},
        "speakers": ["林栀", "Ada"],
        "begins_at": iso(begins_ms),
        "ends_at": iso(ends_ms),
        "doors_min": 10,
        "capacity": 300,
    } | more
