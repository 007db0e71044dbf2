"""The operators' desk: every act from the order to the halls, reports from the halls to what became of them.

The order of things is the promise: first one transaction writes the act, whom it holds for and its line in
the audit record; when that is durable, the halls carry it out; only then is it acknowledged. A kill in
between loses nothing: at the start `standing` is made of the rows again.
"""

from __future__ import annotations

import asyncio
import ipaddress
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, replace
from typing import Any, Final, Protocol, TypeVar

import structlog

from yuanzhan.access import Actor, Permission, Role
from yuanzhan.errors import (
    ActInvalid,
    ActOver,
    AppealKnown,
    NotAllowed,
    ReportHandled,
    TargetGone,
    TargetIsStaff,
)
from yuanzhan.instants import DAY_MS, MINUTE_MS, now_ms
from yuanzhan.moderation.acts import OF_A_HALL, RULES, Act, By, Kind, Mark, Marks, On
from yuanzhan.moderation.chat_log import ChatLog
from yuanzhan.moderation.lines import Line
from yuanzhan.moderation.orders import NARROWEST_PREFIX, WIDEST_PREFIX, Order
from yuanzhan.moderation.people import Known
from yuanzhan.moderation.records import about, act_json, act_of, act_row, line_of, report_json, report_row
from yuanzhan.moderation.reports import TRANSITIONS, Complaint, ReportState, Step
from yuanzhan.moderation.standing import Standing
from yuanzhan.store import accounts, audit, chat, reports
from yuanzhan.store import acts as stored
from yuanzhan.store.base import new_id
from yuanzhan.store.database import Database, Session
from yuanzhan.store.reports import ReportRow

log = structlog.get_logger("yuanzhan.moderation")

FILING_MAX_COUNT: Final = 64
"""Reports that are being written at a time: beyond it the reporter is asked to try again."""
LISTED_MAX_COUNT: Final = 200
HISTORY_MAX_COUNT: Final = 50
OFFENCE_DAYS: Final = 7
SAID_MINUTES: Final = 15
APPEAL_MAX_CHARS: Final = 1000
CONTACT_MAX_CHARS: Final = 120

_RANK: Final = {Role.MODERATOR: 1, Role.OPERATOR: 2, Role.OWNER: 3}

T = TypeVar("T")


class Floor(Protocol):
    """The halls; `live.house.House` is one."""

    def apply(self, act: Act) -> int:
        """Carry out an act that is written down. Returns how many people it reached."""

    def lift(self, act: Act) -> None:
        """An act holds no longer."""

    def known(self, hall: str, visitor: int) -> Known | None:
        """Who this is, None when gone."""

    def find(self, marks: Marks) -> Known | None:
        """Who is here with one of these marks, whatever they call themselves now."""

    def recent_lines(self, hall: str) -> list[Line]:
        """The last lines of a hall, the oldest first."""

    def has_hall(self, hall: str) -> bool:
        """Whether there is such a hall."""

    def reports_changed(self, report_id: str) -> None:
        """Tell the colleagues."""


@dataclass(frozen=True, slots=True)
class Person:
    """Whom an act is on: as found in a hall, a report, a line or another act."""

    name: str
    marks: Marks
    hall: str | None
    role: Role | None = None


@dataclass(frozen=True, slots=True)
class Done:
    """An act that was carried out, and how many people it reached."""

    act: Act
    reached: int


async def read_standing(database: Database, at_ms: int | None = None) -> Standing:
    """What holds, as the store has it."""
    lasting = [kind.value for kind, rule in RULES.items() if rule.lasting]
    async with database.reading() as session:
        rows = await stored.in_force(session, now_ms() if at_ms is None else at_ms, lasting)
        return Standing(map(act_of, rows))


class Desk:
    """See above."""

    def __init__(
        self,
        database: Database,
        standing: Standing,
        floor: Floor,
        chat_log: ChatLog,
        *,
        clock_ms: Callable[[], int] = now_ms,
    ) -> None:
        self._database = database
        self._standing = standing
        self._floor = floor
        self._chat_log = chat_log
        self._clock_ms = clock_ms
        self._filing: set[asyncio.Task[None]] = set()

    # --- acts -----------------------------------------------------------------------------------------------

    async def perform(self, actor: Actor, order: Order) -> Done:
        """Do it. Raises NotAllowed, ActInvalid, TargetGone, TargetIsStaff, and then nothing was done."""
        if not actor.may(order.rule.permission):
            raise NotAllowed()
        # A visitor of the page who closes it does not take back half of an act.
        return await _whole(self._perform(actor, order))

    async def _perform(self, actor: Actor, order: Order) -> Done:
        if order.kind is Kind.CLEAR or order.target.line is not None:
            # What was said just now may wait to be written still.
            await self._chat_log.flush()
        at_ms = self._clock_ms()
        async with self._database.transaction() as session:
            act = await self._act(session, actor, order, at_ms)
            before = self._before(act)
            await stored.add(session, *act_row(act))
            if act.kind is Kind.CLEAR:
                await chat.clear(session, act.params["lines"], act.id)
            if order.target.report is not None:
                await self._close_reports(session, actor, order.target.report, act)
            await audit.append(
                session,
                actor,
                f"act.{act.kind}",
                _target_of(act),
                _reason_of(act),
                before,
                _after(act),
                at_ms=at_ms,
            )
        reached = self._floor.apply(act)
        if act.report is not None:
            self._floor.reports_changed(act.report)
        return Done(act, reached)

    async def undo(self, actor: Actor, act_id: str) -> Act:
        """Take a lasting act back. Raises NotAllowed, TargetGone, ActOver."""
        return await _whole(self._undo(actor, act_id))

    async def _undo(self, actor: Actor, act_id: str) -> Act:
        at_ms = self._clock_ms()
        async with self._database.transaction() as session:
            found = await stored.get(session, act_id)
            if found is None:
                raise TargetGone()
            act = act_of(found)
            if not actor.may(act.rule.permission):
                raise NotAllowed()
            if not act.holds(at_ms) or not await stored.undo(session, act_id, at_ms, actor.name):
                raise ActOver()
            await audit.append(
                session, actor, "act.undo", _target_of(act), f"act {act.id}", _after(act), None, at_ms=at_ms
            )
        self._floor.lift(act)
        return replace(act, undone_at_ms=at_ms)

    async def recent(self, count: int = HISTORY_MAX_COUNT) -> list[dict[str, Any]]:
        """The last acts, the newest first."""
        async with self._database.reading() as session:
            found = await stored.newest(session, min(count, LISTED_MAX_COUNT))
            return [act_json(act_of(each), self._clock_ms()) for each in found]

    def in_force(self) -> list[dict[str, Any]]:
        """Everything that holds now, the newest first."""
        at_ms = self._clock_ms()
        return [act_json(act, at_ms) for act in reversed(self._standing.acts) if act.holds(at_ms)]

    async def _act(self, session: Session, actor: Actor, order: Order, at_ms: int) -> Act:
        act = Act(
            id=new_id(),
            kind=order.kind,
            reason=order.reason,
            made_at_ms=at_ms,
            ends_at_ms=None if order.lasts_ms is None else at_ms + order.lasts_ms,
            note=order.note,
            comment=order.comment,
            params=order.params,
            actor_id=actor.account_id,
            actor_name=actor.name,
            report=order.target.report,
        )
        on = order.rule.on
        if on is On.PERSON:
            person = await self._person(session, order)
            await self._check_rank(session, actor, person)
            return replace(act, name=person.name, hall=person.hall, marks=_marks(actor, order, person.marks))
        if on is On.LINES:
            return await self._clearing(session, order, act)
        hall = order.target.hall
        if hall is not None and not self._floor.has_hall(hall):
            raise TargetGone()
        if on is On.BOOTH:
            booth = order.target.booth or ""
            return replace(act, name=booth, hall=hall, params={"booth": booth})
        return replace(act, name=hall or "", hall=hall)

    async def _person(self, session: Session, order: Order) -> Person:
        target = order.target
        if target.report is not None:
            row = await reports.get(session, target.report)
            if row is None or row.what == "booth":
                raise TargetGone()
            return self._as_here(row.name, about(row), row.hall)
        if target.line is not None:
            line = await self._line(session, target.line)
            return self._as_here(line.name, line.marks, line.hall)
        if target.act is not None:
            found = await stored.get(session, target.act)
            if found is None or RULES[Kind(found[0].kind)].on is not On.PERSON:
                raise TargetGone()
            earlier = act_of(found)
            values = {mark.by.value: mark.value for mark in earlier.marks if mark.by is not By.ADDRESS}
            return self._as_here(earlier.name, Marks(**values), earlier.hall)
        known = self._floor.known(target.hall or "", target.visitor or 0)
        if known is None:
            raise TargetGone()
        return Person(known.name, known.marks, known.hall, known.role)

    def _as_here(self, name: str, marks: Marks, hall: str | None) -> Person:
        """Somebody who was written down; with all that is known of them now, where they are still here."""
        known = self._floor.find(marks)
        if known is None:
            return Person(name, marks, hall)
        # What was written down stays: a browser may have been given another cookie since.
        both = Marks(
            marks.visitor or known.marks.visitor,
            marks.device or known.marks.device,
            marks.account or known.marks.account,
            known.marks.address,
        )
        return Person(name, both, hall, known.role)

    async def _line(self, session: Session, number: int) -> Line:
        """A line that is kept."""
        row = await chat.find(session, number)
        if row is None:
            raise TargetGone()
        return line_of(row)

    async def _clearing(self, session: Session, order: Order, act: Act) -> Act:
        """The lines that an order means: those it names, or the last ones of somebody."""
        if "lines" in order.params:
            hall = order.target.hall
            if hall is None:
                raise ActInvalid(pointer="/target/hall")
            if not self._floor.has_hall(hall):
                raise TargetGone()
            return replace(act, hall=hall, name=hall, params={"lines": list(order.params["lines"])})
        person = await self._person(session, order)
        since_ms = act.made_at_ms - order.params["minutes"] * MINUTE_MS
        own = person.marks
        rows = await chat.by(
            session,
            visitor=own.visitor,
            device=own.device,
            account=own.account,
            since_ms=since_ms,
            count=LISTED_MAX_COUNT,
        )
        numbers = [row.number for row in rows if row.hall == person.hall]
        return replace(act, hall=person.hall, name=person.name, params={"lines": numbers})

    async def _check_rank(self, session: Session, actor: Actor, person: Person) -> None:
        """Nobody acts on colleagues of their own rank or above."""
        role = person.role
        if role is None and person.marks.account:
            account = await accounts.account(session, person.marks.account)
            role = None if account is None else Role(account.role)
        if role in _RANK and _RANK.get(actor.role, 0) <= _RANK[role]:
            raise TargetIsStaff()

    def _before(self, act: Act) -> dict[str, Any] | None:
        if act.kind not in OF_A_HALL or act.hall is None:
            return None
        return self._standing.rules(act.hall, act.made_at_ms).to_json()

    # --- reports --------------------------------------------------------------------------------------------

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

    async def close(self) -> None:
        """Let what is being written be written."""
        if self._filing:
            await asyncio.wait(self._filing)

    async def list_reports(self, *, handled: bool = False) -> list[dict[str, Any]]:
        """The queue, or what was handled; each with how often who it is about was reported lately. Those
        about the same person stand together, whoever was reported by most visitors first.
        """
        states = ("acted", "dismissed") if handled else ("open", "taken")
        async with self._database.reading() as session:
            rows = await reports.listed(session, states, LISTED_MAX_COUNT)
            told = []
            for row in rows:
                offence = await self._offence(session, row)
                told.append(report_json(row) | offence)
        if not handled:
            told.sort(key=lambda one: (-int(one["reporters"]), one["made_at"]))
        return told

    async def report(self, report_id: str) -> dict[str, Any]:
        """One report with its evidence, and what there was before. Raises TargetGone."""
        async with self._database.reading() as session:
            row = await reports.get(session, report_id)
            if row is None:
                raise TargetGone()
            marks = [(mark.by.value, mark.value) for mark in about(row).own]
            before = await stored.of_marks(session, marks, HISTORY_MAX_COUNT)
            offence = await self._offence(session, row)
            acts = [act_json(act_of(each), self._clock_ms()) for each in before]
            return report_json(row, whole=True) | offence | {"acts": acts}

    async def step_report(self, actor: Actor, report_id: str, step: Step) -> dict[str, Any]:
        """Take, release, dismiss or reopen a report. Raises TargetGone, ReportHandled."""
        at_ms = self._clock_ms()
        async with self._database.transaction() as session:
            row = await reports.get(session, report_id)
            if row is None:
                raise TargetGone()
            state = TRANSITIONS.get((ReportState(row.state), step))
            if state is None or step is Step.ACT:
                raise ReportHandled()
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
        self._floor.reports_changed(report_id)
        return told

    async def _close_reports(self, session: Session, actor: Actor, report_id: str, act: Act) -> None:
        """The report that an act answers, and the others about the same person, are done with."""
        row = await reports.get(session, report_id)
        assert row is not None, "its person was just read"
        own = about(row)
        same = await reports.unhandled_about(
            session, visitor=own.visitor, device=own.device, account=own.account
        )
        for each in {one.id: one for one in [row, *same]}.values():
            if (ReportState(each.state), Step.ACT) in TRANSITIONS:
                each.state = ReportState.ACTED.value
                each.act_id = act.id
                each.changed_at_ms = act.made_at_ms
                each.assignee_id, each.assignee_name = actor.account_id, actor.name

    async def _offence(self, session: Session, row: ReportRow) -> dict[str, int]:
        found = await reports.offence(
            session,
            visitor=row.about_visitor,
            device=row.about_device,
            account=row.about_account,
            since_ms=self._clock_ms() - OFFENCE_DAYS * DAY_MS,
        )
        return {"reports": max(1, found.reports), "reporters": max(1, found.reporters)}

    # --- people ---------------------------------------------------------------------------------------------

    async def person(self, hall: str, visitor: int) -> dict[str, Any]:
        """Somebody in a hall: what they said lately, what was done to them, how often they were reported.

        Raises TargetGone.
        """
        known = self._floor.known(hall, visitor)
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
        lines = _around(self._floor.recent_lines(hall), visitor, at_ms)
        return known.to_json() | {
            "reports": offence.reports,
            "reporters": offence.reporters,
            "acts": acts,
            "lines": [line.to_json() for line in lines],
        }

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

    # --- appeals --------------------------------------------------------------------------------------------

    async def appeal(self, act_id: str, text: str, contact: str) -> None:
        """Somebody who knows the act's id, for they were told it, says why it is wrong. Raises TargetGone,
        ActOver, AppealKnown.
        """
        at_ms = self._clock_ms()
        async with self._database.transaction() as session:
            found = await stored.get(session, act_id)
            if found is None or act_of(found).rule.on is not On.PERSON:
                raise TargetGone()
            act = act_of(found)
            if act.rule.lasting and not act.holds(at_ms):
                raise ActOver()
            row = stored.AppealRow(act_id=act_id, text=text, contact=contact, at_ms=at_ms, state="open")
            if not await stored.add_appeal(session, row):
                raise AppealKnown()
        self._floor.reports_changed(act_id)

    async def list_appeals(self) -> list[dict[str, Any]]:
        """Those that nobody has answered, with the acts that they are against, the oldest first."""
        told = []
        async with self._database.reading() as session:
            for row in await stored.open_appeals(session, LISTED_MAX_COUNT):
                found = await stored.get(session, row.act_id)
                assert found is not None, "a foreign key"
                act = act_json(act_of(found), self._clock_ms())
                told.append({"act": act, "text": row.text, "contact": row.contact, "at_ms": row.at_ms})
        return told

    async def answer_appeal(self, actor: Actor, act_id: str, *, granted: bool) -> None:
        """Grant an appeal, which undoes its act, or decline it. Raises NotAllowed, TargetGone."""
        await _whole(self._answer_appeal(actor, act_id, granted))

    async def _answer_appeal(self, actor: Actor, act_id: str, granted: bool) -> None:
        at_ms = self._clock_ms()
        lifted: Act | None = None
        async with self._database.transaction() as session:
            found = await stored.get(session, act_id)
            if found is None:
                raise TargetGone()
            act = act_of(found)
            if granted and not actor.may(act.rule.permission):
                raise NotAllowed()
            state = "granted" if granted else "declined"
            if await stored.answer_appeal(session, act_id, state, at_ms, actor.name) is None:
                raise TargetGone()
            if granted and act.holds(at_ms) and await stored.undo(session, act_id, at_ms, actor.name):
                lifted = act
            await audit.append(
                session,
                actor,
                f"appeal.{state}",
                _target_of(act),
                f"act {act.id}",
                _after(act),
                None if lifted else _after(act),
                at_ms=at_ms,
            )
        if lifted is not None:
            self._floor.lift(lifted)
        self._floor.reports_changed(act_id)


def _marks(actor: Actor, order: Order, known: Marks) -> tuple[Mark, ...]:
    """By what the person will be known again. Raises ActInvalid, NotAllowed."""
    marks = [mark for mark in known.own if mark.by in order.by]
    if By.ADDRESS in order.by:
        if not actor.may(Permission.BAN):
            raise NotAllowed()
        marks.append(Mark(By.ADDRESS, _network(known.address, order.prefix)))
    if not marks:
        raise ActInvalid(pointer="/by")
    return tuple(marks)


def _network(address: str, prefix: int | None) -> str:
    """The network that is meant: the household, or as wide as was said. Raises ActInvalid."""
    try:
        own = ipaddress.ip_network(address, strict=False)
    except ValueError:
        # Of who left no address is kept.
        raise ActInvalid(pointer="/by") from None
    length = min(NARROWEST_PREFIX[own.version], own.prefixlen) if prefix is None else prefix
    if not WIDEST_PREFIX[own.version] <= length <= own.prefixlen:
        raise ActInvalid(pointer="/prefix")
    return str(own.supernet(new_prefix=length))


def _around(lines: list[Line], visitor: int, at_ms: int) -> list[Line]:
    """What somebody said in the last minutes, and what was said beside them."""
    lately = [line for line in lines if at_ms - line.at_ms <= SAID_MINUTES * MINUTE_MS]
    own = [line for line in lately if line.visitor == visitor]
    near = [
        line
        for line in lately
        if line.visitor == visitor
        or any(
            abs(line.x - said.x) + abs(line.z - said.z) < 16 and abs(line.at_ms - said.at_ms) < MINUTE_MS
            for said in own
        )
    ]
    return near[-HISTORY_MAX_COUNT:]


def _target_of(act: Act) -> str:
    on = act.rule.on
    if on is On.PERSON:
        known = next((mark for mark in act.marks if mark.by is not By.ADDRESS), None)
        return "person:network" if known is None else f"person:{known.by}:{known.value}"
    if on is On.BOOTH:
        return f"booth:{act.params['booth']}"
    return f"hall:{act.hall or '*'}"


def _reason_of(act: Act) -> str:
    words = (act.reason.value, act.note, act.comment)
    return " | ".join(word for word in words if word)


def _after(act: Act) -> dict[str, Any]:
    """What the record says of an act: no address."""
    return {
        "act": act.id,
        "name": act.name,
        "hall": act.hall,
        "ends_at_ms": act.ends_at_ms,
        "by": sorted({mark.by.value for mark in act.marks}),
        "params": dict(act.params),
        "report": act.report,
    }


async def _whole(work: Coroutine[Any, Any, T]) -> T:
    """Go on to the end whatever becomes of whoever waits for it."""
    return await asyncio.shield(asyncio.ensure_future(work))
