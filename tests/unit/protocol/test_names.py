"""Names and chat lines: what people may wear and say."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yuanzhan.errors.connections import ConnectionRefused
from yuanzhan.protocol.limits import NAME_MAX_CHARS, NAME_MAX_CODE_POINTS
from yuanzhan.protocol.names import clean_chat, clean_name, count_chars


@pytest.mark.parametrize(
    ("raw", "name"),
    [
        ("小王", "小王"),
        ("  Ada   Lovelace ", "Ada Lovelace"),
        ("a\tb\nc", "a b c"),
        ("Cafe\u0301", "Café"),
        ("Nguyễn Thị", "Nguyễn Thị"),
        ("李\u3000雷", "李 雷"),
        ("👩\u200d🔬", "👩\u200d🔬"),
        ("👩🏽\u200d🚀" * 24, "👩🏽\u200d🚀" * 24),
        ("🏳\ufe0f\u200d🌈", "🏳\ufe0f\u200d🌈"),
        ("🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f",) * 2,
        ("7\ufe0f\u20e3", "7\ufe0f\u20e3"),
        ("葛\U000e0100", "葛\U000e0100"),
        ("x" * 24, "x" * 24),
        ("·", "·"),
    ],
)
def test_good_names_come_out_clean(raw: str, name: str) -> None:
    assert clean_name(raw) == name


@pytest.mark.parametrize(
    "raw",
    [
        "",
        "   ",
        "\n",
        "x" * 25,
        "x" * 10_000,
        "a\x00b",
        "a\x1b[31mb",
        "\u202eevil",
        "a\u2066b",
        "zero\u200bwidth",
        "\u200d",
        "a\u200db",
        "👩\u200d",
        "👩\u200dx",
        "a\ufe0f",
        "7\ufe0f",
        "🏴\U000e0067",
        "👩" + "\u200d👩" * 5,
        "👩🏽\u200d🚀" * 25,
        "soft\u00adhyphen",
        "\ufeffbom",
        "\ud800",
        "\ue000",
        "\uffff",
        "z" + "\u0335" * 9,
        "\u0301",
        "\u3164",
        "\u115f\u1160",
        "a\u2800b",
        "\uffa0",
        "\U0001d159",
    ],
)
def test_bad_names_are_refused(raw: str) -> None:
    with pytest.raises(ConnectionRefused) as refusal:
        clean_name(raw)
    assert refusal.value.reason == "bad_name"


@given(st.text(max_size=200))
def test_whatever_passes_is_short_clean_and_stays_as_it_is(raw: str) -> None:
    try:
        name = clean_name(raw)
    except ConnectionRefused:
        return
    assert 1 <= count_chars(name) <= NAME_MAX_CHARS
    assert len(name) <= NAME_MAX_CODE_POINTS
    assert unicodedata.is_normalized("NFC", name)
    assert name == name.strip()
    assert not any(unicodedata.category(char) in ("Cc", "Cs", "Co") for char in name)
    assert clean_name(name) == name


@given(st.text(max_size=400))
def test_chat_lines_lose_what_cannot_be_shown_and_keep_the_rest(raw: str) -> None:
    line = clean_chat(raw)
    assert line == " ".join(line.split())
    assert not any(unicodedata.category(char) in ("Cc", "Cs", "Co") for char in line)
    line.encode()


def test_a_line_does_not_climb_over_its_neighbours() -> None:
    assert clean_chat("z" + "\u0335" * 100 + "a") == "z" + "\u0335" * 3 + "a"
    assert clean_chat("Nguye\u0302\u0303n") == "Nguyễn"


def test_blank_letters_are_spaces() -> None:
    assert clean_chat("\u3164\u2800") == ""
    assert clean_chat("a\u3164b") == "a b"


def test_a_line_turned_round_is_turned_back() -> None:
    assert clean_chat("  你好\u202e \nworld ") == "你好 world"
