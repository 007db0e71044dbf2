"""How often each may ask: so much at once, then slowly; each for itself, and so many are remembered."""

from __future__ import annotations

import pytest

from yuanzhan.errors.sign_in import TooManyTries
from yuanzhan.web import rations
from yuanzhan.web.rations import Rations


def taken(of: Rations, key: str, count: int) -> int:
    """How many of so many are let through."""
    through = 0
    for _ in range(count):
        try:
            of.take(key)
        except TooManyTries:
            continue
        through += 1
    return through


def test_who_asks_too_often_is_told_how_long_one_takes() -> None:
    asking = Rations(0.5, 1.0, lambda: 0.0)
    asking.take("a")
    with pytest.raises(TooManyTries) as refused:
        asking.take("a")
    assert refused.value.params == {"seconds": 2}


def test_each_has_its_own_and_gets_it_back_with_time() -> None:
    now = [100.0]
    asking = Rations(0.5, 3.0, lambda: now[0])
    assert taken(asking, "a", 5) == 3
    assert taken(asking, "b", 5) == 3, "one who asks too often keeps nobody else out"
    now[0] += 2.0
    assert taken(asking, "a", 5) == 1
    now[0] += 1000.0
    assert taken(asking, "a", 5) == 3, "no more than at the beginning"


def test_who_asked_last_is_remembered_and_of_others_a_bounded_number(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rations, "KEYS_MAX_COUNT", 2)
    asking = Rations(0.5, 1.0, lambda: 0.0)
    assert [taken(asking, key, 1) for key in "abac"] == [1, 1, 0, 1], "`b` is forgotten"
    assert [taken(asking, key, 1) for key in "ab"] == [0, 1]


def test_who_has_all_of_it_again_is_forgotten() -> None:
    now = [100.0]
    asking = Rations(0.5, 3.0, lambda: now[0])
    assert taken(asking, "a", 5) == 3
    now[0] += 6.0
    asking.take("b")
    asking.forget()
    assert len(asking) == 2
    now[0] += 0.1
    asking.forget()
    assert len(asking) == 1
