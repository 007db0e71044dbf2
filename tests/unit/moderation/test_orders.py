"""Orders are read field by field; what is wrong is named by a JSON pointer."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yuanzhan.errors.moderation import ActInvalid, BothLanguagesNeeded
from yuanzhan.instants import DAY_MS, MINUTE_MS
from yuanzhan.moderation.acts import RULES, By, Kind, On
from yuanzhan.moderation.orders import OWN_MARKS, Target, cleaned, read_order

PERSON = {"hall": "culture", "visitor": 65538}


def mute(**changes: Any) -> dict[str, Any]:
    return {"kind": "mute", "reason": "harassment", "target": PERSON} | changes


def test_a_short_order_has_the_usual_time_and_marks() -> None:
    order = read_order(mute())
    assert (order.kind, order.lasts_ms) == (Kind.MUTE, 30 * MINUTE_MS)
    assert order.by == OWN_MARKS
    assert order.params == {"chat": True, "voice": True}
    assert order.target == Target(hall="culture", visitor=65538)


def test_a_ban_may_be_until_undone_and_by_network() -> None:
    order = read_order(
        {"kind": "ban", "reason": "fraud", "minutes": None, "target": PERSON, "by": ["address"], "prefix": 24}
    )
    assert order.lasts_ms is None
    assert order.by == {By.ADDRESS}
    assert order.prefix == 24


@pytest.mark.parametrize(
    "target", [{"report": "5f"}, {"line": 1_795_000_000_123_456}, {"act": "aa"}, PERSON], ids=str
)
def test_a_person_is_named_in_four_ways(target: dict[str, Any]) -> None:
    assert read_order(mute(target=target)).target == Target(**target)


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"kind": "shout"}, "/kind"),
        ({"reason": "because"}, "/reason"),
        ({"reason": None}, "/reason"),
        ({"minutes": 0}, "/minutes"),
        ({"minutes": 1.5}, "/minutes"),
        ({"minutes": True}, "/minutes"),
        ({"minutes": None}, "/minutes"),
        ({"minutes": 7 * 24 * 60 + 1}, "/minutes"),
        ({"target": {}}, "/target/hall"),
        ({"target": {"hall": "culture"}}, "/target/visitor"),
        ({"target": {"hall": "culture", "visitor": -1}}, "/target/visitor"),
        ({"target": {"hall": "culture", "visitor": 0xFFFFFF}}, "/target/visitor"),
        ({"target": {"report": "x" * 65}}, "/target/report"),
        ({"target": {"line": "7"}}, "/target/line"),
        ({"target": []}, "/target"),
        ({"by": []}, "/by"),
        ({"by": ["shoe size"]}, "/by"),
        ({"by": [["address"]]}, "/by"),
        ({"note": "x" * 301}, "/note"),
        ({"note": 7}, "/note"),
        ({"comment": "x" * 5000}, "/comment"),
        ({"params": {"chat": False, "voice": False}}, "/params/chat"),
        ({"params": {"chat": "no"}}, "/params/chat"),
        ({"prefix": 8}, "/prefix"),
        ({"reason": "other"}, "/comment"),
        ({"kind": "door", "params": {}}, "/params/door"),
        (
            {"kind": "hours", "params": {"hours": [{"days": [0], "from": "24:00", "to": "00:00"}]}},
            "/params/hours/to",
        ),
        (
            {"kind": "hours", "params": {"hours": [{"days": [9], "from": "09:00", "to": "10:00"}]}},
            "/params/hours/days",
        ),
        ({"kind": "capacity", "params": {"capacity": 0}}, "/params/capacity"),
        ({"kind": "slow", "params": {"slow_s": 3601}}, "/params/slow_s"),
        ({"kind": "announce", "params": {"text": {"zh": "你好"}}}, "/params/text/en"),
        ({"kind": "announce", "params": {"text": {"zh": " \u200b", "en": "x"}}}, "/params/text/zh"),
        ({"kind": "clear", "params": {"lines": []}}, "/params/lines"),
        ({"kind": "clear", "params": {"lines": [1.0]}}, "/params/lines"),
        ({"kind": "clear", "params": {}}, "/params/minutes"),
        ({"kind": "take_down"}, "/target/booth"),
    ],
    ids=str,
)
def test_what_cannot_be_is_named(changes: dict[str, Any], pointer: str) -> None:
    with pytest.raises(ActInvalid) as refused:
        read_order(mute(**changes))
    assert refused.value.params == {"pointer": pointer}


def test_an_announcement_in_one_language_is_asked_for_in_both() -> None:
    for text in ({"zh": "你好"}, {"en": "Hello"}, {}):
        with pytest.raises(BothLanguagesNeeded):
            read_order(mute(kind="announce", params={"text": text}))


def test_what_is_done_once_takes_no_time() -> None:
    assert read_order(mute(kind="send", minutes=30)).lasts_ms is None


def test_texts_are_kept_clean() -> None:
    assert cleaned(" a\u202e\x00b\r\n\u200bc\ufeff ") == "ab\nc"
    assert cleaned("👩\u200d🚀") == "👩\u200d🚀"


def test_no_time_is_longer_than_the_table_says() -> None:
    for kind, rule in RULES.items():
        if rule.default_ms is not None and rule.longest_ms is not None:
            assert rule.default_ms <= rule.longest_ms, kind
        if rule.on is On.PERSON and rule.lasting:
            assert rule.default_ms is not None, f"{kind}: nobody is held for ever by a slip"
    assert RULES[Kind.MUTE].longest_ms == 7 * DAY_MS


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=10,
)


PARTS = ("reason", "target", "minutes", "note", "comment", "by", "prefix", "params")


@given(st.sampled_from(sorted(Kind)), st.fixed_dictionaries({}, optional=dict.fromkeys(PARTS, JSON)))
def test_any_json_is_an_order_or_is_refused_by_name(kind: str, body: dict[str, Any]) -> None:
    pointer, kept = "/", kind
    try:
        kept = read_order({"reason": "noise", **body, "kind": kind}).kind
    except ActInvalid as refused:
        pointer = str(refused.params["pointer"])
    assert pointer.startswith("/")
    assert kept == kind
