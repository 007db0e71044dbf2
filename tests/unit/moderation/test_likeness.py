"""Names that are taken for each other at a glance are one, and those that are not are two."""

from __future__ import annotations

import pytest

from yuanzhan.moderation.likeness import likeness


@pytest.mark.parametrize(
    ("name", "disguise"),
    [
        ("Operator", "0perator"),
        ("Operator", "\u041eper\u0430t\u043er"),  # Cyrillic
        ("operator", "\u03bfperat\u03bfr"),  # Greek
        ("admin", "adrnin"),
        ("Lin", "1in"),
        ("Lin", "𝓛in"),
        ("Lin Zhi", "ＬＩＮ　ＺＨＩ"),
        ("周宁", "周 宁·"),
        ("值守", "値守"),
        ("café", "CAFE"),
    ],
)
def test_a_disguise_looks_like_the_name(name: str, disguise: str) -> None:
    assert likeness(disguise) == likeness(name) != ""


@pytest.mark.parametrize(
    ("name", "other"),
    [("周宁", "周宇"), ("张三", "张二"), ("Lin", "Ling"), ("周宁", "周宁的朋友")],
)
def test_other_names_are_others(name: str, other: str) -> None:
    assert likeness(name) != likeness(other)


def test_a_name_without_letters_looks_like_none() -> None:
    assert likeness("👩🏽‍🚀 ★") == ""
