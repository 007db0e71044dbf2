"""What was said lately is lately, in a quiet hall too, and goes with whoever has it erased."""

from __future__ import annotations

from yuanzhan.moderation.acts import Marks
from yuanzhan.moderation.lines import KEPT_MS, Line, RecentLines


def said(*marks: Marks) -> RecentLines:
    lines = RecentLines()
    for number, each in enumerate(marks):
        lines.add(Line(number, number, "culture", 1, "小满", "x", 0.0, 0.0, each))
    return lines


def numbers(lines: RecentLines) -> list[int]:
    return [line.number for line in lines.last(10)]


def test_what_is_too_old_goes_without_another_line() -> None:
    lines = said(Marks(), Marks(), Marks())
    lines.forget_before(2)
    assert numbers(lines) == [2]


def test_another_line_takes_the_old_ones_with_it() -> None:
    lines = said(Marks(), Marks())
    lines.add(Line(2, KEPT_MS + 1, "culture", 1, "小满", "x", 0.0, 0.0, Marks()))
    assert numbers(lines) == [1, 2]


def test_lines_are_a_guests_only_where_nobody_was_signed_in() -> None:
    everybody = (
        Marks(device="d"),
        Marks(device="d", account="sam"),
        Marks(device="e", account="sam"),
        Marks(),
    )
    lines = said(*everybody)
    lines.forget_of(device="d", account="")
    assert numbers(lines) == [1, 2, 3]
    lines = said(*everybody)
    lines.forget_of(device="", account="sam")
    assert numbers(lines) == [0, 3]
