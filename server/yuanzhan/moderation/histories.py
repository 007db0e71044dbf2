"""What is known of somebody in a hall, and what was said there."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import islice
from operator import attrgetter
from typing import Any, Final

from yuanzhan.errors.moderation import TargetGone
from yuanzhan.instants import DAY_MS, MINUTE_MS
from yuanzhan.moderation.chat_log import ChatLog
from yuanzhan.moderation.floor import Floor
from yuanzhan.moderation.lines import Line
from yuanzhan.moderation.people import Known
from yuanzhan.moderation.records import act_json, act_of, line_of
from yuanzhan.moderation.report_queue import HISTORY_MAX_COUNT, LISTED_MAX_COUNT, OFFENCE_DAYS
from yuanzhan.store import acts as stored
from yuanzhan.store import chat, reports
from yuanzhan.store.chat import ChatRow
from yuanzhan.store.database import Database

SAID_MINUTES: Final = 15
LEFT_WITHIN_MS: Final = DAY_MS
"""How far back who left is looked for: those of today are still spoken of, and a day of lines is read in a
moment without an index of names.
"""
LEFT_LINES_MAX_COUNT: Final = 200
LEFT_MAX_COUNT: Final = 20


class Histories:
    """See above."""

    def __init__(
        self, database: Database, floor: Floor, chat_log: ChatLog, clock_ms: Callable[[], int]
    ) -> None:
        self._database = database
        self._floor = floor
        self._chat_log = chat_log
        self._clock_ms = clock_ms

    async def person(self, known: Known | None) -> dict[str, Any]:
        """Somebody who is here: what they said lately, what was done to them, how often they were reported.

        Raises TargetGone for nobody.
        """
        if known is None:
            raise TargetGone()
        own = known.marks
        at_ms = self._clock_ms()
        async with self._database.reading() as session:
            marks = [(mark.by.value, mark.value) for mark in own.own]
            before = await stored.of_marks(session, marks, HISTORY_MAX_COUNT)
            offence = await reports.offence(
                session,
                visitor=own.visitor,
                device=own.device,
                account=own.account,
                since_ms=at_ms - OFFENCE_DAYS * DAY_MS,
            )
            acts = [act_json(act_of(each), at_ms) for each in before]
        lines = self._around(known, at_ms)
        told = replace(known, ranges=self._floor.ranges(known))
        return told.to_json() | {
            "reports": offence.reports,
            "reporters": offence.reporters,
            "acts": acts,
            "lines": [line.to_json() for line in lines],
        }

    def _around(self, known: Known, at_ms: int) -> list[Line]:
        """What somebody said in the last minutes, in other halls and under an earlier id too, and what was
        said beside them where they are.
        """
        lines = []
        for hall in self._floor.head_counts():
            own: list[Line] = []
            others: list[Line] = []
            for line in self._floor.recent_lines(hall):
                if at_ms - line.at_ms <= SAID_MINUTES * MINUTE_MS:
                    (own if line.marks.are_of(known.marks) else others).append(line)
            if own and hall == known.hall:
                lines += [line for line in others if _is_beside(line, own)]
            lines += [replace(line, visitor=known.visitor) for line in own]
        return sorted(lines, key=attrgetter("number"))[-HISTORY_MAX_COUNT:]

    async def who_left(self, words: str, hall: str | None = None) -> list[dict[str, Any]]:
        """Who said something within a day under a name with these words and is not here under that id any
        more, the latest first; each with the last line, by which acts find them.
        """
        if not words:
            return []
        async with self._database.reading() as session:
            rows = await chat.named(
                session, words, hall, self._clock_ms() - LEFT_WITHIN_MS, LEFT_LINES_MAX_COUNT
            )
        last: dict[str, ChatRow] = {}
        for row in rows:
            if row.by_visitor not in last and not self._floor.is_here(row.hall, row.visitor):
                last[row.by_visitor] = row
        return [
            {
                "hall": row.hall,
                "visitor": row.visitor,
                "name": row.name,
                "line": row.number,
                "at_ms": row.at_ms,
            }
            for row in islice(last.values(), LEFT_MAX_COUNT)
        ]

    async def said(self, hall: str, before_ms: int | None = None) -> list[dict[str, Any]]:
        """What was said in a hall: lately, or before a moment as far as it is kept. Raises TargetGone."""
        if not self._floor.has_hall(hall):
            raise TargetGone()
        if before_ms is None:
            return [line.to_json() for line in self._floor.recent_lines(hall)[-LISTED_MAX_COUNT:]]
        await self._chat_log.flush()
        async with self._database.reading() as session:
            rows = await chat.of_hall(session, hall, before_ms, LISTED_MAX_COUNT)
            return [line_of(row).to_json() for row in rows]


def _is_beside(line: Line, own: list[Line]) -> bool:
    return any(
        abs(line.x - said.x) + abs(line.z - said.z) < 16 and abs(line.at_ms - said.at_ms) < MINUTE_MS
        for said in own
    )
