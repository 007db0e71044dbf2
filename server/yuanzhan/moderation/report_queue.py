"""Reports from the halls, from coming in to what became of them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final

import structlog

from yuanzhan.access import Actor
from yuanzhan.errors.moderation import ReportHandled, TargetGone
from yuanzhan.instants import DAY_MS
from yuanzhan.moderation.acts import Act, Marks
from yuanzhan.moderation.floor import Floor
from yuanzhan.moderation.ranks import check_may_judge
from yuanzhan.moderation.records import about, act_json, act_of, report_json, report_row
from yuanzhan.moderation.reports import TRANSITIONS, Complaint, ReportState, Step
from yuanzhan.store import acts as stored
from yuanzhan.store import audit, reports
from yuanzhan.store.base import new_id
from yuanzhan.store.database import Database, Session
from yuanzhan.store.reports import ReportRow

log = structlog.get_logger("yuanzhan.moderation")

FILING_MAX_COUNT: Final = 64
"""Reports that are being written at a time: beyond it the reporter is asked to try again."""
LISTED_MAX_COUNT: Final = 200
HISTORY_MAX_COUNT: Final = 50
OFFENCE_DAYS: Final = 7


class ReportQueue:
    """See above."""

    def __init__(self, database: Database, floor: Floor, clock_ms: Callable[[], int]) -> None:
        self._database = database
        self._floor = floor
        self._clock_ms = clock_ms
        self._filing: set[asyncio.Task[None]] = set()

    def complain(self, complaint: Complaint, answered: Callable[[bool], None]) -> bool:
        """A report comes in. False when too many are being written."""
        if len(self._filing) >= FILING_MAX_COUNT:
            return False
        task = asyncio.create_task(self._file(complaint, answered))
        self._filing.add(task)
        task.add_done_callback(self._filing.discard)
        return True

    async def _file(self, complaint: Complaint, answered: Callable[[bool], None]) -> None:
        report_id = new_id()
        try:
            async with self._database.transaction() as session:
                await reports.add(session, report_row(report_id, complaint))
        except Exception:
            log.exception("report_not_written")
            answered(False)
            return
        answered(True)
        self._floor.reports_changed(report_id)

    async def close(self, within_s: float) -> None:
        """Let what is being written be written; not longer than `within_s`, on a disk that does not write."""
        if not self._filing:
            return
        _, late = await asyncio.wait(self._filing, timeout=within_s)
        if late:
            log.error("reports_given_up", count=len(late), after_s=within_s)

    async def listed(self, *, handled: bool = False) -> list[dict[str, Any]]:
        """The queue, or what was handled last; each with how often who it is about was reported lately. In
        the queue those about the same person stand together, whoever was reported by most visitors first;
        where it is longer than what is told, the latest wait: no flood hides for ever what it is about.
        """
        states = ("acted", "dismissed") if handled else ("open", "taken")
        async with self._database.reading() as session:
            rows = await reports.listed(session, states, LISTED_MAX_COUNT, oldest_first=not handled)
            told = []
            for row in rows:
                offence = await self._offence(session, row)
                told.append(report_json(row) | offence)
        if not handled:
            told.sort(key=lambda one: (-int(one["reporters"]), one["made_at"]))
        return told

    async def one(self, report_id: str) -> dict[str, Any]:
        """One report with its evidence, what there was before, and who it is about where they are here, known
        again by their marks, for ids in a hall are given again after a start. Raises TargetGone.
        """
        async with self._database.reading() as session:
            row = await reports.get(session, report_id)
            if row is None:
                raise TargetGone()
            marks = [(mark.by.value, mark.value) for mark in about(row).own]
            before = await stored.of_marks(session, marks, HISTORY_MAX_COUNT)
            offence = await self._offence(session, row)
            acts = [act_json(act_of(each), self._clock_ms()) for each in before]
            found = self._floor.find(about(row))
            person = None if found is None else replace(found, ranges=self._floor.ranges(found)).to_json()
            return report_json(row, whole=True) | offence | {"acts": acts, "person": person}

    async def step(self, actor: Actor, report_id: str, step: Step) -> dict[str, Any]:
        """Take, release, dismiss or reopen a report. Raises TargetGone, ReportHandled, TargetIsStaff."""
        at_ms = self._clock_ms()
        async with self._database.transaction() as session:
            row = await reports.get(session, report_id, locked=True)
            if row is None:
                raise TargetGone()
            state = TRANSITIONS.get((ReportState(row.state), step))
            if state is None or step is Step.ACT:
                raise ReportHandled()
            await check_may_judge(session, actor, row.about_account)
            before = row.state
            row.state, row.changed_at_ms = state.value, at_ms
            holds = state is ReportState.TAKEN or state is ReportState.DISMISSED
            row.assignee_id = actor.account_id if holds else None
            row.assignee_name = actor.name if holds else None
            await audit.append(
                session,
                actor,
                f"report.{step}",
                f"report:{report_id}",
                row.reason,
                {"state": before},
                {"state": state.value},
                at_ms=at_ms,
            )
            told = report_json(row)
            own = about(row)
            waits = await reports.waits(session, visitor=own.visitor, device=own.device, account=own.account)
        self._floor.reports_changed(report_id)
        if not waits:
            self._floor.reports_done(own)
        return told

    async def hold(self, session: Session, report_id: str) -> None:
        """Keep a report that an act is to answer, and the others about the same person, until the transaction
        has ended. Raises TargetGone, ReportHandled.
        """
        row = await reports.get(session, report_id)
        if row is None:
            raise TargetGone()
        own = about(row)
        held = await reports.with_others(
            session, report_id, visitor=own.visitor, device=own.device, account=own.account
        )
        states = [ReportState(each.state) for each in held if each.id == report_id]
        if not all((state, Step.ACT) in TRANSITIONS for state in states):
            raise ReportHandled()

    async def close_answered(self, session: Session, actor: Actor, report_id: str, act: Act) -> Marks:
        """The report that an act answers, and the others about the same person, are done with. Returns whom
        they are about.
        """
        row = await reports.get(session, report_id)
        assert row is not None, "its person was just read"
        own = about(row)
        same = await reports.with_others(
            session, report_id, visitor=own.visitor, device=own.device, account=own.account
        )
        for each in same:
            if (ReportState(each.state), Step.ACT) in TRANSITIONS:
                each.state = ReportState.ACTED.value
                each.act_id = act.id
                each.changed_at_ms = act.made_at_ms
                each.assignee_id, each.assignee_name = actor.account_id, actor.name
        return own

    async def _offence(self, session: Session, row: ReportRow) -> dict[str, int]:
        found = await reports.offence(
            session,
            visitor=row.about_visitor,
            device=row.about_device,
            account=row.about_account,
            since_ms=self._clock_ms() - OFFENCE_DAYS * DAY_MS,
        )
        return {"reports": max(1, found.reports), "reporters": max(1, found.reporters)}
