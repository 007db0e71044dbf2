"""What an operator asks to be planned is read field by field, and what is wrong is said."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.events.conftest import NOW, body
from yuanzhan.errors.events import EventEndsEarly, EventInvalid, EventPast, EventTooLong
from yuanzhan.events.event import Event, Phase, Words
from yuanzhan.events.plans import (
    DESCRIPTION_MAX_CHARS,
    DOORS_DEFAULT_MIN,
    DOORS_MAX_MIN,
    LASTS_MAX_MS,
    read_plan,
)
from yuanzhan.instants import DAY_MS, HOUR_MS, MINUTE_MS, iso
from yuanzhan.moderation.acts import RULES, Kind


def test_a_plan_is_read_with_its_texts_cleaned() -> None:
    plan = read_plan(body(title={"zh": " 古琴\u202e夜会 "}, speakers=["林栀", "  ", "Ada\x07"]), NOW)
    assert plan.title == Words("古琴夜会")
    assert plan.title.json() == {"zh": "古琴夜会", "en": "古琴夜会"}
    assert plan.speakers == ("林栀", "Ada")
    assert (plan.begins_ms, plan.ends_ms) == (NOW + HOUR_MS, NOW + 2 * HOUR_MS)


def test_what_is_left_out_has_its_usual_value() -> None:
    whole = body()
    for name in ("stage", "description", "speakers", "doors_min", "capacity"):
        del whole[name]
    plan = read_plan(whole, NOW)
    assert (plan.stage, plan.description, plan.speakers) == ("", Words(), ())
    assert (plan.doors_min, plan.capacity) == (DOORS_DEFAULT_MIN, None)


def test_who_is_put_on_the_stage_when_doors_open_is_there_to_the_end_of_any_event() -> None:
    default_ms = RULES[Kind.STAGE].default_ms
    assert default_ms is not None
    assert default_ms >= DOORS_MAX_MIN * MINUTE_MS + LASTS_MAX_MS


@pytest.mark.parametrize(
    ("wrong", "pointer"),
    [
        ({"hall": ""}, "/hall"),
        ({"hall": 5}, "/hall"),
        ({"hall": "x" * 65}, "/hall"),
        ({"stage": "a\nb"}, "/stage"),
        ({"title": {"zh": "", "en": "  "}}, "/title"),
        ({"title": "text"}, "/title"),
        ({"title": {"zh": "字" * 10_000}}, "/title/zh"),
        ({"title": {"en": "x" * 81}}, "/title/en"),
        ({"description": {"en": "x" * (DESCRIPTION_MAX_CHARS + 1)}}, "/description/en"),
        ({"speakers": ["x"] * 13}, "/speakers"),
        ({"speakers": ["a", "x" * 61]}, "/speakers/1"),
        ({"begins_at": "2026-11-27T11:30:00"}, "/begins_at"),
        ({"begins_at": "tomorrow"}, "/begins_at"),
        ({"ends_at": None}, "/ends_at"),
        ({"doors_min": 121}, "/doors_min"),
        ({"doors_min": True}, "/doors_min"),
        ({"capacity": 0}, "/capacity"),
        ({"capacity": 1.5}, "/capacity"),
    ],
)
def test_what_is_wrong_is_pointed_at(wrong: dict[str, Any], pointer: str) -> None:
    with pytest.raises(EventInvalid) as refused:
        read_plan(body() | wrong, NOW)
    assert refused.value.params["pointer"] == pointer


def test_times_that_cannot_be_are_said_as_what_they_are() -> None:
    with pytest.raises(EventEndsEarly):
        read_plan(body(ends_ms=NOW + HOUR_MS), NOW)
    with pytest.raises(EventTooLong):
        read_plan(body(ends_ms=NOW + HOUR_MS + DAY_MS + MINUTE_MS), NOW)
    with pytest.raises(EventPast):
        read_plan(body(NOW - 3 * HOUR_MS), NOW)
    with pytest.raises(EventPast):
        read_plan(body(NOW - HOUR_MS, ends_ms=NOW + HOUR_MS), NOW)
    with pytest.raises(EventInvalid):
        read_plan(body(NOW + 3000 * DAY_MS), NOW)
    assert read_plan(body(NOW - MINUTE_MS), NOW).begins_ms == NOW - MINUTE_MS, "a form takes a while to fill"


def test_what_runs_can_be_made_longer_and_not_begun_anew_in_the_past() -> None:
    former = read_plan(body(), NOW)
    later = NOW + HOUR_MS + 30 * MINUTE_MS
    longer = read_plan(body(ends_ms=NOW + 3 * HOUR_MS), later, former)
    assert longer.ends_ms == NOW + 3 * HOUR_MS
    with pytest.raises(EventPast):
        read_plan(body(NOW + HOUR_MS - MINUTE_MS), later, former)


def test_another_offset_means_the_same_moment() -> None:
    moment = iso(NOW + HOUR_MS)
    zulu = read_plan(body(), NOW)
    assert moment.endswith("Z")
    here = read_plan(body(begins_at=moment.replace("Z", "+00:00")), NOW)
    assert here.begins_ms == zulu.begins_ms


@pytest.mark.parametrize(
    ("minutes", "phase"),
    [
        (-11, Phase.COMING),
        (-10, Phase.DOORS),
        (-1, Phase.DOORS),
        (0, Phase.RUNNING),
        (59, Phase.RUNNING),
        (60, Phase.OVER),
    ],
)
def test_a_phase_follows_from_the_moment(minutes: int, phase: Phase) -> None:
    plan = read_plan(body(), NOW)
    event = Event("e1", plan, 0, NOW)
    assert event.phase(plan.begins_ms + minutes * MINUTE_MS) is phase
    assert Event("e1", plan, 0, NOW, cancelled=True).phase(plan.begins_ms) is Phase.CANCELLED


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda children: st.lists(children, max_size=3) | st.dictionaries(st.text(), children, max_size=3),
    max_leaves=5,
)


@given(st.dictionaries(st.sampled_from(sorted(body())), JSON))
def test_whatever_comes_is_a_plan_or_an_error_that_is_named(wrong: dict[str, Any]) -> None:
    try:
        plan = read_plan(body() | wrong, NOW)
    except (EventInvalid, EventEndsEarly, EventTooLong, EventPast):
        return
    assert plan.title.zh or plan.title.en
    assert plan.begins_ms < plan.ends_ms
