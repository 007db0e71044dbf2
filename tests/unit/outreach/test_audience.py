"""Who belongs to an audience, against set algebra over everybody."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yuanzhan.outreach.audience import Audience, chosen
from yuanzhan.outreach.letter import Letter, Text
from yuanzhan.outreach.reader import Choice, Rate, Reader

HALLS = ("lobby", "retail", "culture")
TAGS = ("crafts", "food", "design")
BOOTHS = ("tea", "silk", "robots")
LANGS = ("zh-CN", "en")
NOW_S = 10_000.0

Person = tuple[int, str, Reader]
"""Number, hall, and what they allow."""


def subsets(of: tuple[str, ...]) -> st.SearchStrategy[frozenset[str]]:
    return st.frozensets(st.sampled_from(of))


@st.composite
def readers(draw: st.DrawFn) -> Reader:
    made = Reader()
    by_booths = draw(st.booleans())
    choice = Choice(
        draw(st.sampled_from([*Rate])), draw(st.sampled_from(LANGS)), draw(subsets(TAGS)), by_booths
    )
    made.allow(choice, draw(st.sampled_from([0.0, 5.0])), NOW_S - 6.0)
    for booth in draw(subsets(BOOTHS)):
        made.stopped_at(booth)
    got_s = draw(st.sampled_from([None, 700.0, 3700.0, 60.0]))
    if got_s is not None and made.choice.rate is not Rate.NONE:
        made.give(Letter("l", Text("", "")), NOW_S - got_s)
    return made


AUDIENCES = st.builds(Audience, subsets(HALLS), subsets(BOOTHS), subsets(TAGS), subsets(LANGS))


@given(st.lists(st.tuples(st.sampled_from(HALLS), readers()), max_size=40), AUDIENCES)
def test_the_chosen_are_those_who_are_in_every_set_that_was_asked_for(
    people: list[tuple[str, Reader]], audience: Audience
) -> None:
    everybody = [(number, hall, reader) for number, (hall, reader) in enumerate(people)]
    assert chosen(audience, everybody, NOW_S) == sorted(by_sets(everybody, audience))


def by_sets(everybody: list[Person], audience: Audience) -> set[int]:
    """The slow, obvious way."""
    numbers = {number for number, _, _ in everybody}
    left = {number for number, _, reader in everybody if reader.may_get(NOW_S)}
    for wanted, of_each in (
        (audience.halls, [{hall} for _, hall, _ in everybody]),
        (audience.langs, [{reader.choice.lang} for _, _, reader in everybody]),
        (audience.tags, [set(reader.choice.tags) for _, _, reader in everybody]),
        (audience.booths, [set(reader.visited) for _, _, reader in everybody]),
    ):
        fitting = {number for number, has in enumerate(of_each) if has & wanted}
        left &= fitting if wanted else numbers
    return left


@pytest.mark.parametrize("count", [0, 1, 5000])
def test_an_audience_that_asks_for_nothing_is_everybody_who_allows_it(count: int) -> None:
    people = []
    for number in range(count):
        reader = Reader()
        if number % 2:
            reader.allow(Choice(Rate.HOUR, "en"), 0.0, 0.0)
        people.append((number, "lobby", reader))
    assert chosen(Audience(), people, 0.0) == list(range(1, count, 2))
