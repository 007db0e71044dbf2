"""When a hall is open, by its clock."""

from __future__ import annotations

import datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yuanzhan.moderation.hall_rules import (
    HallRules,
    Opening,
    hours_from_json,
    hours_to_json,
    local,
    patched,
)

SHANGHAI = ZoneInfo("Asia/Shanghai")


def at(text: str) -> datetime.datetime:
    return datetime.datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


DAYTIME = hours_from_json([{"days": [0, 1, 2, 3, 4], "from": "09:00", "to": "17:30"}])
NIGHT = hours_from_json([{"days": [4, 5], "from": "20:00", "to": "02:00"}])


@pytest.mark.parametrize(
    ("moment", "door"),
    [
        ("2026-11-23T08:59", "closed"),
        ("2026-11-23T09:00", "open"),
        ("2026-11-23T17:29", "open"),
        ("2026-11-23T17:30", "closed"),
        ("2026-11-22T12:00", "closed"),
    ],
)
def test_a_hall_keeps_its_hours(moment: str, door: str) -> None:
    assert HallRules(hours=DAYTIME).door_at(at(moment)) == door


@pytest.mark.parametrize(
    ("moment", "door"),
    [
        ("2026-11-27T20:00", "open"),
        ("2026-11-28T01:59", "open"),
        ("2026-11-28T02:00", "closed"),
        ("2026-11-29T01:00", "open"),
        ("2026-11-30T01:00", "closed"),
    ],
)
def test_hours_may_go_past_midnight(moment: str, door: str) -> None:
    assert HallRules(hours=NIGHT).door_at(at(moment)) == door


@pytest.mark.parametrize(
    ("moment", "opens"),
    [
        ("2026-11-23T08:59", "2026-11-23T09:00"),
        ("2026-11-23T12:00", None),
        ("2026-11-23T17:30", "2026-11-24T09:00"),
        ("2026-11-27T22:00", "2026-11-30T09:00"),
    ],
)
def test_a_hall_that_its_hours_close_says_when_it_opens(moment: str, opens: str | None) -> None:
    found = HallRules(hours=DAYTIME).opens_at(at(moment))
    assert found == (None if opens is None else at(opens))
    assert HallRules(door="closed", hours=DAYTIME).opens_at(at(moment)) is None
    assert HallRules().opens_at(at(moment)) is None


def test_a_locked_door_stays_locked_within_the_hours() -> None:
    assert HallRules(door="locked", hours=DAYTIME).door_at(at("2026-11-23T10:00")) == "locked"


def test_the_clock_is_that_of_the_exhibition() -> None:
    assert local(0, SHANGHAI).hour == 8


def test_parts_are_set_one_by_one() -> None:
    rules = patched(HallRules(), {"slow_s": 30})
    rules = patched(rules, {"hours": [{"days": [6], "from": "10:00", "to": "24:00"}], "unknown": 1})
    assert rules == HallRules(slow_s=30, hours=(Opening(frozenset({6}), 600, 1440),))


@pytest.mark.parametrize(
    "value",
    [
        None,
        "always",
        [{}],
        [{"days": [], "from": "09:00", "to": "10:00"}],
        [{"days": [7], "from": "09:00", "to": "10:00"}],
        [{"days": [True], "from": "09:00", "to": "10:00"}],
        [{"days": [1], "from": "9:00", "to": "10:00"}],
        [{"days": [1], "from": "09:60", "to": "10:00"}],
        [{"days": [1], "from": "24:01", "to": "10:00"}],
        [{"days": [1], "from": "09:00", "to": "09:00"}],
        [{"days": [1], "from": "０9:00", "to": "10:00"}],
        [{"days": [1], "from": "09:00", "to": "10:00"}] * 29,
    ],
)
def test_hours_that_are_none_are_refused(value: object) -> None:
    with pytest.raises(ValueError, match="hours"):
        hours_from_json(value)


@given(
    st.lists(
        st.builds(
            Opening,
            st.frozensets(st.integers(0, 6), min_size=1),
            st.integers(0, 719),
            st.integers(720, 1440),
        ),
        max_size=5,
    )
)
def test_hours_survive_being_written_down(hours: list[Opening]) -> None:
    assert hours_from_json(hours_to_json(hours)) == tuple(hours)
