"""The operators' desk: every act, from the order to the halls.

    desk.perform(actor, order), desk.undo(actor, act)
    desk.reports, desk.appeals, desk.histories      # what acts answer, and what is answered to them

The order of things is the promise: first one transaction writes the act, whom it holds for and its line in
the audit record; when that is durable, the halls carry it out; only then is it acknowledged. A kill in
between loses nothing: at the start `standing` is made of the rows again.

Another server on the same database has rows of its own: `run` looks for them every `LOOK_PERIOD_S`, so that
who was banned at one door is banned at each.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any, Final, TypeVar

import structlog

from yuanzhan.access import Actor
from yuanzhan.errors.moderation import ActKnown, ActOver, TargetGone
from yuanzhan.errors.requests import NotAllowed
from yuanzhan.instants import now_ms
from yuanzhan.moderation.acts import RULES, Act, Kind, Marks, On
from yuanzhan.moderation.appeals import Appeals
from yuanzhan.moderation.chat_log import ChatLog
from yuanzhan.moderation.floor import Floor
from yuanzhan.moderation.histories import Histories
from yuanzhan.moderation.orders import Order
from yuanzhan.moderation.ranks import check_may_undo, outranks
from yuanzhan.moderation.record_lines import after, before, reason_of, target_of
from yuanzhan.moderation.records import act_json, act_of, act_row
from yuanzhan.moderation.report_queue import ReportQueue
from yuanzhan.moderation.standing import Standing
from yuanzhan.moderation.targets import BoothTitle, Targets
from yuanzhan.moderation.whole import whole
from yuanzhan.store import acts as stored
from yuanzhan.store import audit, chat
from yuanzhan.store.acts import Place
from yuanzhan.store.database import Database, Session

log = structlog.get_logger("yuanzhan.moderation")

T = TypeVar("T")

LOOK_PERIOD_S: Final = 10.0
"""A query for ids alone: nobody is at a door longer than that who is banned at another."""
LASTING: Final = tuple(kind.value for kind, rule in RULES.items() if rule.lasting)
LISTED_MAX_COUNT: Final = 200
HISTORY_MAX_COUNT: Final = 50


@dataclass(frozen=True, slots=True)
class Done:
    """An act that was carried out, and how many people it reached."""

    act: Act
    reached: int


@dataclass(frozen=True, slots=True)
class Page:
    """Acts, and from where on there are more."""

    acts: list[dict[str, Any]]
    following: Place | None


async def read_standing(database: Database, at_ms: int | None = None) -> Standing:
    """What holds, as the store has it."""
    async with database.reading() as session:
        rows = await stored.in_force(session, now_ms() if at_ms is None else at_ms, LASTING)
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
        booth_title: BoothTitle = lambda hall, booth: None,
        clock_ms: Callable[[], int] = now_ms,
    ) -> None:
        self._database = database
        self._standing = standing
        self._floor = floor
        self._chat_log = chat_log
        self._clock_ms = clock_ms
        self._targets = Targets(floor, standing, booth_title)
        self.reports = ReportQueue(database, floor, clock_ms)
        # What holds, in memory and in the store, is the same to whoever has it.
        self._acting = asyncio.Lock()
        self.appeals = Appeals(database, floor, clock_ms, self._acting)
        self.histories = Histories(database, floor, chat_log, clock_ms)

    async def perform(self, actor: Actor, order: Order) -> Done:
        """Do it. Raises NotAllowed, ActInvalid, ActKnown, NothingSaid, TargetGone, TargetIsStaff,
        ReportHandled, and then nothing was done.
        """
        if not actor.may(order.rule.permission):
            raise NotAllowed()
        # A visitor of the page who closes it does not take back half of an act.
        return await whole(self._one_at_a_time(self._perform(actor, order)))

    async def _perform(self, actor: Actor, order: Order) -> Done:
        if order.kind is Kind.CLEAR or order.target.line is not None:
            # What was said just now may wait to be written still.
            await self._chat_log.flush()
        at_ms = self._clock_ms()
        about: Marks | None = None
        async with self._database.transaction() as session:
            if order.target.report is not None:
                # Before anything: of two who answer it at once, one is told.
                await self.reports.hold(session, order.target.report)
            act = await self._targets.act(session, actor, order, at_ms)
            await self._check_is_new(session, actor, act)
            was = before(act, self._standing, self._floor)
            if act.kind is Kind.CLEAR:
                lines = await chat.of_numbers(session, act.params["lines"])
                was = {"cleared": sorted(line.number for line in lines if line.cleared_by is not None)}
            await stored.add(session, *act_row(act))
            if act.kind is Kind.CLEAR:
                await chat.clear(session, act.params["lines"], act.id)
            if order.target.report is not None:
                about = await self.reports.close_answered(session, actor, order.target.report, act)
            await audit.append(
                session,
                actor,
                f"act.{act.kind}",
                target_of(act),
                reason_of(act),
                was,
                after(act),
                at_ms=at_ms,
            )
        reached = self._floor.apply(act)
        if act.report is not None:
            self._floor.reports_changed(act.report)
        if about is not None:
            self._floor.reports_done(about)
        return Done(act, reached)

    async def undo(self, actor: Actor, act_id: str) -> Act:
        """Take a lasting act back. Raises NotAllowed, TargetGone, ActOver."""
        return await whole(self._one_at_a_time(self._undo(actor, act_id)))

    async def _undo(self, actor: Actor, act_id: str) -> Act:
        at_ms = self._clock_ms()
        async with self._database.transaction() as session:
            found = await stored.get(session, act_id)
            if found is None:
                raise TargetGone()
            act = act_of(found)
            if not actor.may(act.rule.permission):
                raise NotAllowed()
            await check_may_undo(session, actor, act.actor_id)
            if not act.holds(at_ms) or not await stored.undo(session, act_id, at_ms, actor.account_id):
                raise ActOver()
            await audit.append(
                session, actor, "act.undo", target_of(act), f"act {act.id}", after(act), None, at_ms=at_ms
            )
        self._floor.lift(act)
        return replace(act, undone_at_ms=at_ms)

    async def run(self) -> None:
        """Look now and then, until cancelled."""
        while True:
            await asyncio.sleep(LOOK_PERIOD_S)
            try:
                await self.look()
            except Exception:
                # A database that does not answer: what holds goes on, and the next look may succeed.
                log.exception("acts_not_looked_at")

    async def look(self) -> None:
        """Carry out what another server has written down since, and lift what it has undone."""
        await whole(self._one_at_a_time(self._look()))

    async def _look(self) -> None:
        async with self._database.reading() as session:
            holding = await stored.ids_in_force(session, self._clock_ms(), LASTING)
            found = [await stored.get(session, id) for id in holding if id not in self._standing]
        at_ms = self._clock_ms()
        for act in (act_of(each) for each in found if each is not None):
            if act.holds(at_ms):
                self._floor.apply(act)
        for act in self._standing.acts:
            if act.id not in holding and act.holds(at_ms):
                self._floor.lift(act)

    async def recent(self, before: Place | None = None) -> Page:
        """The last acts, or those before a place among them, the newest first."""
        async with self._database.reading() as session:
            found = await stored.newest(session, HISTORY_MAX_COUNT + 1, before)
        return self._page([act_of(each) for each in found], HISTORY_MAX_COUNT)

    def in_force(self, before: Place | None = None) -> Page:
        """What holds now, in the same order."""
        at_ms = self._clock_ms()
        older = (act for act in reversed(self._standing.acts) if before is None or _place(act) < before)
        holding = (act for act in older if act.holds(at_ms))
        return self._page(list(islice(holding, LISTED_MAX_COUNT + 1)), LISTED_MAX_COUNT)

    def on_halls(self) -> list[dict[str, Any]]:
        """What holds now for halls and booths, the newest first: a page of it."""
        at_ms = self._clock_ms()
        holding = (act for act in reversed(self._standing.not_on_people) if act.holds(at_ms))
        return [act_json(act, at_ms) for act in islice(holding, LISTED_MAX_COUNT)]

    def _page(self, acts: list[Act], most: int) -> Page:
        at_ms = self._clock_ms()
        following = _place(acts[most - 1]) if len(acts) > most else None
        return Page([act_json(act, at_ms) for act in acts[:most]], following)

    async def _one_at_a_time(self, work: Coroutine[Any, Any, T]) -> T:
        async with self._acting:
            return await work

    async def _check_is_new(self, session: Session, actor: Actor, act: Act) -> None:
        """Raises ActKnown: of three who ban somebody at once one does. Not where it answers a report, which
        is closed by an act of its own, nor for who is above the one who did it: their word holds longer.
        """
        if act.report is not None or act.rule.on not in (On.PERSON, On.BOOTH) or not act.rule.lasting:
            return
        for same in self._standing.same(act):
            if not await outranks(session, actor, same.actor_id):
                raise ActKnown()


def _place(act: Act) -> Place:
    return act.made_at_ms, act.id
