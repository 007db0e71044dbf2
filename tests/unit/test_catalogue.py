"""The message catalogue: complete in both languages, with the same places to fill in."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yuanzhan import catalogue

NAMES = re.compile(r"\{(\w+)\}")


@pytest.mark.parametrize("key", catalogue.load())
def test_each_sentence_exists_in_both_languages_with_the_same_names(key: str) -> None:
    entry = catalogue.load()[key]
    assert sorted(entry) == ["en", "zh"]
    assert set(NAMES.findall(entry["zh"])) == set(NAMES.findall(entry["en"]))


def test_names_are_filled_in_and_values_are_not_read_as_names() -> None:
    text = catalogue.sentence("error.port_busy", "en", {"port": "{port}"})
    assert "Port {port} is in use" in text


def test_a_key_that_nobody_wrote_is_shown_as_it_is() -> None:
    assert catalogue.sentence("error.never_written", "zh") == "error.never_written"


@pytest.mark.parametrize(
    ("environment", "lang"),
    [
        ({}, "en"),
        ({"LANG": "C.UTF-8"}, "en"),
        ({"LANG": "zh_CN.UTF-8"}, "zh"),
        ({"LANG": "en_GB.UTF-8", "LC_ALL": "zh_TW.UTF-8"}, "zh"),
        ({"LANG": "zh_CN.UTF-8", "LC_MESSAGES": "en_US.UTF-8"}, "en"),
    ],
)
def test_the_terminals_language_is_used(environment: dict[str, str], lang: str) -> None:
    assert catalogue.lang_of_environment(environment) == lang


@pytest.mark.parametrize(
    ("header", "lang"),
    [
        ("", "zh"),
        ("en", "en"),
        ("en-GB,en;q=0.9,zh;q=0.1", "en"),
        ("zh-CN,zh;q=0.9,en;q=0.8", "zh"),
        ("en;q=0.2,zh;q=0.8", "zh"),
        ("fr,de;q=0.9", "zh"),
        ("fr,en;q=0.5", "en"),
        ("en;q=0", "zh"),
    ],
)
def test_the_requests_language_is_used(header: str, lang: str) -> None:
    assert catalogue.lang_of_header(header) == lang


@given(st.text())
def test_any_header_gives_a_language(header: str) -> None:
    assert catalogue.lang_of_header(header) in ("zh", "en")
