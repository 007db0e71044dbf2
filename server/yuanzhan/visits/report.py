"""What came of one booth, as JSON and as CSV."""

from __future__ import annotations

import asyncio
import csv
import io
from collections.abc import Sequence
from typing import Any, Final

import numpy as np

from yuanzhan.hall.sketch import empty, estimate
from yuanzhan.hall.visits import AROUND_M, HEAT_CELL_M
from yuanzhan.instants import HOUR_MS, iso
from yuanzhan.store import visits
from yuanzhan.store.database import Session
from yuanzhan.store.visits import CardRow, Minute

Json = dict[str, Any]

CARD_COLUMNS: Final = ("left_at", "name", "contact", "note", "hall")
_FORMULA: Final = frozenset("=+-@\t\r＝＋－＠")
"""What spreadsheets take for the beginning of a formula, in their full width too (OWASP, CSV injection)."""
_BYTE_ORDER_MARK: Final = "\ufeff"
"""Without it Excel reads UTF-8 as the machine's own encoding, and Chinese as noise."""


async def booth_report(session: Session, booth: str, from_ms: int, until_ms: int) -> Json:
    """Sums over the time given. `visitors` are those of whole days (UTC), `opened` of whole hours."""
    rows = await visits.minutes(session, booth, from_ms, until_ms)
    sketch = empty()
    for day in await visits.days(session, booth, from_ms, until_ms):
        sketch = np.maximum(sketch, visits.sketch_of(day))
    visits_count = sum(row.visits for row in rows)
    dwell_s = sum(row.dwell_s for row in rows)
    opened = await visits.opened(session, booth, from_ms, until_ms)
    return {
        "booth": booth,
        "from": iso(from_ms),
        "until": iso(until_ms),
        "visits": visits_count,
        "visitors": estimate(sketch),
        "dwell_s": round(dwell_s),
        "mean_dwell_s": round(dwell_s / visits_count, 1) if visits_count else None,
        "opened": [{"item": item, "count": count} for item, count in opened.items()],
        "cards": await visits.card_count(session, booth, from_ms, until_ms),
        "hours": _hours(rows),
        # Tens of thousands of maps to be unpacked: the halls go on meanwhile.
        "heat": await asyncio.to_thread(_heat, rows),
    }


def _hours(rows: Sequence[Minute]) -> list[Json]:
    """Those with somebody, in order."""
    hours: dict[int, tuple[int, float]] = {}
    for row in rows:
        at_ms = row.at_ms - row.at_ms % HOUR_MS
        count, dwell_s = hours.get(at_ms, (0, 0.0))
        hours[at_ms] = (count + row.visits, dwell_s + row.dwell_s)
    return [
        {"at": iso(at_ms), "visits": count, "dwell_s": round(dwell_s)}
        for at_ms, (count, dwell_s) in hours.items()
    ]


def _heat(rows: Sequence[Minute]) -> Json | None:
    """Seconds by cell, the first row at the booth's front; of the newest slot size, where it changed."""
    newest = next((row for row in reversed(rows) if row.heat), None)
    if newest is None:
        return None
    shape = (newest.rows, newest.columns)
    seconds = sum(
        (visits.heat_of(row).astype(np.float64) for row in rows if (row.rows, row.columns) == shape),
        np.zeros(shape),
    )
    return {
        "cell_m": HEAT_CELL_M,
        "around_m": AROUND_M,
        "rows": newest.rows,
        "columns": newest.columns,
        "seconds": np.rint(seconds).astype(int).tolist(),
    }


def card_json(card: CardRow) -> Json:
    """A card as the API has it."""
    return {
        "id": card.id,
        "left_at": iso(card.left_at_ms),
        "name": card.name,
        "contact": card.contact,
        "note": card.note,
        "hall": card.hall,
    }


def cards_csv(cards: Sequence[CardRow]) -> str:
    """RFC 4180, for a spreadsheet: nothing that a visitor wrote becomes a formula."""
    text = io.StringIO()
    text.write(_BYTE_ORDER_MARK)
    writer = csv.writer(text)
    writer.writerow(CARD_COLUMNS)
    for card in cards:
        told = card_json(card)
        writer.writerow(_harmless(told[column]) for column in CARD_COLUMNS)
    return text.getvalue()


def _harmless(value: str) -> str:
    """An apostrophe before what would be calculated, and after each semicolon, which ends a cell where the
    comma is for decimals."""
    parts = value.split(";")
    return ";".join(f"'{part}" if _is_calculated(part) else part for part in parts)


def _is_calculated(text: str) -> bool:
    return bool({text[:1], text.lstrip(" ")[:1], text.lstrip()[:1]} & _FORMULA)
