"""What one visitor allows, and what they got: rates with the time as an argument, and each answer once."""

from __future__ import annotations

import itertools
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yuanzhan.outreach.letter import FEW, Letter, Spot, Text, What, came_of, coarse
from yuanzhan.outreach.reader import (
    BOOTHS_MAX_COUNT,
    EVERY_S,
    LETTERS_MAX_COUNT,
    NOTHING,
    Choice,
    Rate,
    Reader,
)

HOURLY = Choice(Rate.HOUR, "zh-CN", frozenset({"crafts"}), by_booths=True)


def letter(id: str = "l1") -> Letter:
    spot = Spot("hall", "tea", Text("茶", "Tea"))
    return Letter(id, Text("来喝茶", "Come for tea"), spot, leads=True, by_booth=True)


def reader(choice: Choice = HOURLY, quiet_s: float = 0.0, now_s: float = 0.0) -> Reader:
    made = Reader()
    made.allow(choice, quiet_s, now_s)
    return made


def test_nothing_is_allowed_before_somebody_says_so() -> None:
    assert Reader().choice is NOTHING
    assert not Reader().may_get(1e9)


@pytest.mark.parametrize(("rate", "every_s"), [(Rate.HOUR, 3600.0), (Rate.TEN_MINUTES, 600.0)])
def test_the_next_letter_waits_for_its_time(rate: Rate, every_s: float) -> None:
    one = reader(Choice(rate, "en"), now_s=50.0)
    assert one.may_get(50.0)
    one.give(letter(), 50.0)
    assert not one.may_get(50.0 + every_s - 0.001)
    assert one.may_get(50.0 + every_s)


def test_who_was_here_before_is_left_alone_for_what_is_left_of_their_rate() -> None:
    one = reader(quiet_s=120.0, now_s=10.0)
    assert not one.may_get(129.9)
    assert one.may_get(130.0)


@given(
    st.lists(st.tuples(st.sampled_from([*Rate]), st.floats(0, 8000), st.booleans()), min_size=1, max_size=30)
)
def test_no_two_letters_come_closer_than_was_allowed_when_the_second_came(
    steps: list[tuple[Rate, float, bool]],
) -> None:
    """Against the obvious: all times of letters, compared with the choice that held."""
    one, now_s, given_s = Reader(), 0.0, -math.inf
    for rate, wait_s, sends in steps:
        one.allow(Choice(rate, "en"), 0.0, now_s)
        now_s += wait_s
        expected = rate is not Rate.NONE and now_s - given_s >= EVERY_S[rate]
        assert one.may_get(now_s) == expected
        if sends and expected:
            one.give(letter(), now_s)
            given_s = now_s


def test_turning_it_off_and_on_brings_no_letter_sooner() -> None:
    one = reader()
    one.give(letter(), 0.0)
    one.allow(Choice(Rate.NONE, "en"), 0.0, 1.0)
    one.allow(HOURLY, 0.0, 2.0)
    assert not one.may_get(3599.0)


def test_turning_it_off_forgets_everything_else() -> None:
    one = reader()
    one.stopped_at("tea")
    one.give(letter(), 0.0)
    one.allow(Choice(Rate.NONE, "zh-CN", frozenset({"crafts"}), by_booths=True), 0.0, 1.0)
    assert (one.choice, one.visited, list(one.letters())) == (NOTHING, frozenset(), [])


def test_booths_are_remembered_only_of_who_agreed_to_that() -> None:
    shy = reader(Choice(Rate.HOUR, "en"))
    shy.stopped_at("tea")
    assert shy.visited == frozenset()
    one = reader()
    one.stopped_at("tea")
    assert one.visited == {"tea"}
    assert one.has_visited(["silk", "tea"])
    assert not one.has_visited(["silk"])
    one.allow(Choice(Rate.HOUR, "en"), 0.0, 1.0)
    assert one.visited == frozenset(), "taken back, and gone"


def test_what_one_visitor_makes_us_remember_is_bounded() -> None:
    one = reader()
    for number in range(BOOTHS_MAX_COUNT + 10):
        one.stopped_at(f"b{number}")
    assert len(one.visited) == BOOTHS_MAX_COUNT
    assert "b0" not in one.visited
    for number in range(LETTERS_MAX_COUNT + 5):
        one.give(letter(f"l{number}"), number * 3600.0)
    assert next(each.id for each in one.letters()) == "l5"
    assert one.letter("l0") is None


def test_each_answer_counts_once_and_only_of_what_was_sent() -> None:
    one = reader()
    one.give(letter(), 0.0)
    assert not one.answer("another", What.SHOWN)
    assert not one.answer("l1", What.ARRIVED), "nobody arrives who was not led"
    for what in What:
        assert one.answer("l1", what) or what is What.ARRIVED
    assert not any(one.answer("l1", what) for what in (What.SHOWN, What.LED, What.OFF))
    one.take_back("l1")
    assert not one.answer("l1", What.ARRIVED)


def test_small_numbers_are_not_told_and_larger_ones_are_rounded() -> None:
    assert {str(coarse(count)) for count in range(FEW)} == {str({"fewer_than": 5})}
    assert [coarse(count) for count in (5, 7, 8, 37, 38, 99, 104, 105, 9996)] == [
        {"about": about} for about in (5, 5, 10, 35, 40, 100, 100, 110, 10000)
    ]
    assert (came_of(0, 5), came_of(1, 5)) == ({"about": 0}, {"fewer_than": 5})


def test_of_a_letter_to_few_all_numbers_are_told_alike() -> None:
    """Else a letter to one person would say whether that person allows any, came, or turned it off."""
    told = [came_of(count, sent) for sent in range(FEW) for count in range(sent + 1)]
    assert told == [{"fewer_than": 5}] * len(told)


def test_one_person_more_or_less_mostly_changes_nothing() -> None:
    changes = sum(coarse(count) != coarse(count + 1) for count in range(100))
    assert changes <= 21
    assert all(abs(coarse(count).get("about", count) - count) <= 5 for count in itertools.chain(range(2000)))
