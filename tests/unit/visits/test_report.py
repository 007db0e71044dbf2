"""What came of a booth, told: sums, hours, the heat map, and cards as CSV that calculates nothing."""

from __future__ import annotations

import csv
import io

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from yuanzhan.hall.sketch import REGISTERS_COUNT, add, empty
from yuanzhan.instants import DAY_MS, HOUR_MS, MINUTE_MS, iso
from yuanzhan.store import visits
from yuanzhan.store.opening import Store
from yuanzhan.store.visits import CardRow, Counted
from yuanzhan.visits.report import CARD_COLUMNS, booth_report, card_json, cards_csv

NOON_MS = 20_000 * DAY_MS + DAY_MS // 2


def counted(numbers: list[int], heat: list[list[float]], **opened: int) -> Counted:
    sketch = empty()
    add(sketch, np.array(numbers, np.uint64) * np.uint64(0x9E3779B97F4A7C15))
    return Counted("b1", len(numbers), 12.5 * len(numbers), np.array(heat, np.float32), sketch, opened)


async def test_a_report_sums_up_the_time_that_is_asked_for(store: Store) -> None:
    async with store.database.transaction() as session:
        await visits.add(session, NOON_MS, [counted([1, 2], [[1, 0]], about=2, p1=1)])
        await visits.add(session, NOON_MS + 3 * MINUTE_MS, [counted([2, 3], [[0, 2]], p1=4)])
        await visits.add(session, NOON_MS + HOUR_MS, [counted([3], [[0.6, 0]])])
        await visits.add(session, NOON_MS + 9 * DAY_MS, [counted([4], [[9, 9]])])
        await visits.add_card(session, booth="b1", hall="h", name="a", contact="", note="", at_ms=NOON_MS + 5)
    async with store.database.reading() as session:
        report = await booth_report(session, "b1", NOON_MS, NOON_MS + 2 * HOUR_MS)
        nothing = await booth_report(session, "b2", NOON_MS, NOON_MS + 2 * HOUR_MS)
    assert (report["visits"], report["visitors"], report["dwell_s"], report["mean_dwell_s"]) == (
        5,
        3,
        62,
        12.5,
    )
    assert report["opened"] == [{"item": "p1", "count": 5}, {"item": "about", "count": 2}]
    assert report["cards"] == 1
    assert report["hours"] == [
        {"at": iso(NOON_MS), "visits": 4, "dwell_s": 50},
        {"at": iso(NOON_MS + HOUR_MS), "visits": 1, "dwell_s": 12},
    ]
    assert report["heat"]["seconds"] == [[2, 2]]
    assert (nothing["visits"], nothing["visitors"], nothing["mean_dwell_s"], nothing["heat"]) == (
        0,
        0,
        None,
        None,
    )


def test_the_sketch_of_the_hall_is_the_one_that_is_kept() -> None:
    assert empty().shape == (REGISTERS_COUNT,)


def card(name: str = "", contact: str = "", note: str = "") -> CardRow:
    return CardRow(
        id="c", booth="b1", hall="retail", name=name, contact=contact, note=note, left_at_ms=NOON_MS
    )


def rows_of(text: str) -> list[list[str]]:
    assert text[0] == "\ufeff"
    return list(csv.reader(io.StringIO(text[1:], newline="")))


def test_csv_has_a_mark_for_excel_a_head_and_a_row_a_card() -> None:
    head, row = rows_of(cards_csv([card("李雷", "a@b.example", '他说 "好"，\n明天')]))
    assert tuple(head) == CARD_COLUMNS
    assert row == [iso(NOON_MS), "李雷", "a@b.example", '他说 "好"，\n明天', "retail"]


@given(st.text(max_size=40), st.sampled_from("=+-@\t\r＝＋－＠"), st.integers(0, 3))
def test_nothing_in_a_cell_begins_as_a_formula_does(text: str, sign: str, blanks: int) -> None:
    given_card = card(" " * blanks + sign + text, text, sign + text)
    for value in rows_of(cards_csv([given_card]))[1]:
        assert value.lstrip(" ")[:1] not in set("=+-@\t\r＝＋－＠")


def test_nor_does_what_a_semicolon_would_cut_off() -> None:
    (_, row) = rows_of(cards_csv([card("Lin; =1+1", "tel:1;mail:2", "a;@b;c")]))
    assert row[1:4] == ["Lin;' =1+1", "tel:1;mail:2", "a;'@b;c"]


def test_a_card_as_json_is_what_was_written() -> None:
    assert card_json(card("=1+1", "b", "c")) == {
        "id": "c",
        "left_at": iso(NOON_MS),
        "name": "=1+1",
        "contact": "b",
        "note": "c",
        "hall": "retail",
    }
