"""The dress of a booth: what is wrong is told all at once, each by its JSON pointer."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yuanzhan import catalogue
from yuanzhan.booths import problems
from yuanzhan.booths.dress import LINKS_MAX, PANELS_MAX, PRODUCTS_MAX, TITLE_MAX, Dress
from yuanzhan.booths.problems import pointer, read
from yuanzhan.errors.booths import DressWrong
from yuanzhan.errors.requests import BodyWrong, Problem

PLACED: dict[str, Any] = {"hall": "retail", "slot": "a-1"}
WHOLE: dict[str, Any] = PLACED | {
    "offset_m": [0.5, -0.25],
    "yaw_deg": 90,
    "scale": 1.5,
    "panels": [
        {"id": "p1", "kind": "text", "at": [0, 1.5, 0], "title": {"zh": "欢迎", "en": "Welcome"}},
        {"id": "p2", "kind": "picture", "at": [1, 1, 1], "title": "海报", "object": f"{'a' * 64}.webp"},
    ],
    "products": [{"id": "chair", "node": "Chair", "name": "椅", "price": "¥ 199", "variants": True}],
    "links": [{"label": "官网", "url": "https://expo.example/a?b=c#d"}],
    "card": {"name": "王", "organisation": "元展", "contact": "hello@expo.example"},
}


def wrong(**changes: Any) -> list[tuple[str, str]]:
    """Pointers and codes of what is wrong with a whole dress that has these changes."""
    with pytest.raises(DressWrong) as caught:
        read(Dress, json.dumps(WHOLE | changes).encode(), DressWrong)
    return [(problem.pointer, problem.code) for problem in caught.value.problems]


def test_a_whole_dress_is_read_and_written_and_read_again() -> None:
    dress = read(Dress, json.dumps(WHOLE).encode())
    assert read(Dress, dress.model_dump_json().encode()) == dress
    assert dress.panels[1].title.model_dump() == {"zh": "海报", "en": "海报"}
    assert dress.objects == {f"{'a' * 64}.webp"}


def test_a_panels_file_goes_by_its_object_or_its_address() -> None:
    name = f"{'a' * 64}.webp"
    for named in ({"object": name}, {"url": f"/files/{name}"}, {"object": name, "url": f"/files/{name}"}):
        panel = {"id": "p", "kind": "picture", "at": [0, 0, 0], "title": "x"} | named
        dress = read(Dress, json.dumps(PLACED | {"panels": [panel]}).encode())
        assert (dress.panels[0].object, dress.panels[0].url) == (name, f"/files/{name}")


@pytest.mark.parametrize("url", ["/files/", "/files/../secret", "/api/me", "/files/x.webp", "javascript:x"])
def test_no_other_path_of_ours_is_a_panels_address(url: str) -> None:
    panel = {"id": "p", "kind": "text", "at": [0, 0, 0], "title": "x", "url": url}
    assert "/panels/0/url" in dict(wrong(panels=[panel]))


def test_a_place_is_enough() -> None:
    dress = read(Dress, json.dumps(PLACED).encode())
    assert (dress.offset_m, dress.yaw_deg, dress.scale, dress.card) == ((0.0, 0.0), 0.0, 1.0, None)


def test_everything_that_is_wrong_is_told_at_once() -> None:
    panel = {"id": "Not An Id", "kind": "gif", "at": [0, "1"], "title": {}}
    found = wrong(yaw_deg=4000, panels=[panel], surprise=1)
    assert found == [
        ("/yaw_deg", "too_big"),
        ("/panels/0/id", "not_an_id"),
        ("/panels/0/kind", "not_a_choice"),
        ("/panels/0/at/1", "not_a_number"),
        ("/panels/0/at/2", "missing"),
        ("/panels/0/title", "empty"),
        ("/surprise", "unknown_key"),
    ]


def test_a_whole_number_is_told_as_one() -> None:
    with pytest.raises(DressWrong) as caught:
        read(Dress, json.dumps(WHOLE | {"yaw_deg": 4000}).encode(), DressWrong)
    assert str(caught.value.problems[0].params["most"]) == "360"


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "data:text/html,<script>alert(1)</script>",
        "//expo.example/",
        "/files/x",
        "https://",
        "https://expo.example:port/",
        "ftp://expo.example/",
        "https://[::1",
    ],
)
def test_only_addresses_of_the_web_are_links(url: str) -> None:
    assert wrong(links=[{"label": "x", "url": url}]) == [("/links/0/url", "not_a_url")]


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("https://user:password@expo.example/", "url_user"),
        ("https://expo.example/\n", "url_characters"),
        ('https://expo.example/"onclick="alert(1)', "url_characters"),
        (" https://expo.example/", "url_characters"),
        ("https://\u202eexpo.example/", "url_characters"),
        ("https://expo.example/?a=<b>&c=1", "url_characters"),
        ("https://expo.example/a b", "url_characters"),
    ],
)
def test_what_is_wrong_with_an_address_that_is_whole_is_told(url: str, code: str) -> None:
    assert wrong(links=[{"label": "x", "url": url}]) == [("/links/0/url", code)]


@pytest.mark.parametrize("text", ["a\0b", "a\x1b[31m", "\u202egnp.exe", "a\u2066b", "\x7f"])
def test_text_has_no_characters_that_nobody_sees(text: str) -> None:
    assert wrong(card={"name": text}) == [("/card/name", "control_characters")]


def test_markup_is_text_like_any_other() -> None:
    markup = "<img src=x onerror=alert(1)>"
    dress = read(Dress, json.dumps(WHOLE | {"card": {"name": markup}}).encode())
    assert dress.card is not None
    assert dress.card.name == markup


def test_text_is_composed_and_without_blanks_around_it() -> None:
    dress = read(Dress, json.dumps(WHOLE | {"card": {"name": "  Cafe\u0301\t"}}).encode())
    assert dress.card is not None
    assert dress.card.name == "Café"


def test_a_name_of_blanks_is_no_name() -> None:
    assert wrong(card={"name": "   "}) == [("/card/name", "missing")]


@pytest.mark.parametrize(
    ("key", "most", "item"),
    [
        ("panels", PANELS_MAX, {"kind": "text", "at": [0, 0, 0], "title": "x"}),
        ("products", PRODUCTS_MAX, {"name": "x"}),
        ("links", LINKS_MAX, {"label": "x", "url": "https://expo.example"}),
    ],
)
def test_lists_have_their_most(key: str, most: int, item: dict[str, Any]) -> None:
    items = [item | ({"id": f"i{i}"} if key != "links" else {}) for i in range(most + 1)]
    assert wrong(**{key: items}) == [(f"/{key}", "too_many")]
    read(Dress, json.dumps(WHOLE | {key: items[:-1]}).encode())


def test_texts_have_their_most() -> None:
    assert wrong(links=[{"label": "x" * (TITLE_MAX + 1), "url": "https://expo.example"}]) == [
        ("/links/0/label/zh", "too_long"),
        ("/links/0/label/en", "too_long"),
    ]


@pytest.mark.parametrize(
    "body", [b"", b"{", b"\xff", b"null", b"[]", b'"x"', b'{"hall": "\\ud800", "slot": "a"}']
)
def test_what_is_no_object_is_told_as_such(body: bytes) -> None:
    with pytest.raises(DressWrong) as caught:
        read(Dress, body, DressWrong)
    assert caught.value.problems


@pytest.mark.parametrize("number", [b"NaN", b"Infinity", b"1e999", b"-1e999"])
def test_only_finite_numbers_are_numbers(number: bytes) -> None:
    with pytest.raises(BodyWrong):
        read(Dress, b'{"hall": "retail", "slot": "a", "yaw_deg": ' + number + b"}")


def test_deep_nesting_is_refused_not_followed() -> None:
    with pytest.raises(BodyWrong):
        read(Dress, b'{"hall": ' + b"[" * 100_000 + b"]" * 100_000 + b"}")


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.sampled_from([*WHOLE, "x"]), inner),
)


@given(ANYTHING)
def test_whatever_comes_is_read_or_refused_with_reasons(value: Any) -> None:
    refused: list[Problem] = []
    try:
        read(Dress, json.dumps(value).encode())
    except BodyWrong as error:
        refused += error.problems
    is_placed = isinstance(value, dict) and {"hall", "slot"} <= value.keys()
    assert refused or is_placed
    assert len(refused) <= problems.PROBLEMS_MAX


def test_a_pointer_escapes_what_rfc_6901_escapes() -> None:
    assert pointer(("a/b", 0, "~")) == "/a~1b/0/~0"


def test_every_code_has_its_sentence() -> None:
    codes = {code for code, _ in problems._CODES.values()} | problems.OWN | {"wrong"}
    for code in codes:
        assert f"problem.{code}" in catalogue.load()
