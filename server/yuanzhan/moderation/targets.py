"""Whom and what an order means: from somebody in a hall, a report, a line or another act to the act that
holds for them.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Final

from yuanzhan.access import Actor, Permission, Role
from yuanzhan.errors.moderation import ActInvalid, NothingSaid, TargetGone
from yuanzhan.errors.requests import NotAllowed
from yuanzhan.instants import MINUTE_MS
from yuanzhan.moderation.acts import RULES, Act, By, Kind, Mark, Marks, On
from yuanzhan.moderation.floor import Floor
from yuanzhan.moderation.lines import Line
from yuanzhan.moderation.orders import NARROWEST_PREFIX, WIDEST_PREFIX, Order, Target
from yuanzhan.moderation.ranks import check_may_act_on, check_may_clear
from yuanzhan.moderation.records import about, act_of, line_of
from yuanzhan.moderation.standing import Standing
from yuanzhan.store import acts as stored
from yuanzhan.store import chat, reports
from yuanzhan.store.base import new_id
from yuanzhan.store.database import Session

CLEARED_MAX_COUNT: Final = 200
"""Lines of one person that one act takes back."""


BoothTitle = Callable[[str, str], dict[str, str] | None]
"""What a booth of a hall is called in both languages; None where it does not stand there."""


@dataclass(frozen=True, slots=True)
class Person:
    """Whom an act is on: as found in a hall, a report, a line or another act."""

    name: str
    marks: Marks
    hall: str | None
    role: Role | None = None


class Targets:
    """See above."""

    def __init__(self, floor: Floor, standing: Standing, booth_title: BoothTitle) -> None:
        self._floor = floor
        self._standing = standing
        self._booth_title = booth_title

    async def act(self, session: Session, actor: Actor, order: Order, at_ms: int) -> Act:
        """The act that an order means. Raises ActInvalid, NothingSaid, NotAllowed, TargetGone,
        TargetIsStaff.
        """
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
            await check_may_act_on(session, actor, person.marks.account, person.role)
            return replace(act, name=person.name, hall=person.hall, marks=_marks(actor, order, person.marks))
        if on is On.LINES:
            return await self._clearing(session, actor, order, act)
        if on is On.BOOTH:
            where, booth = await _booth(session, order.target)
            if not self._floor.has_hall(where):
                raise TargetGone()
            # One that was reported may have been withdrawn since: it does not come back either.
            if order.target.report is None and not self._has_booth(where, booth, at_ms):
                raise TargetGone()
            # Once it is taken down, nobody else tells what it was called.
            title = self._booth_title(where, booth)
            called = {} if title is None else {"title": title}
            return replace(act, name=booth, hall=where, params={"booth": booth, **called})
        hall = order.target.hall
        if hall is not None and not self._floor.has_hall(hall):
            raise TargetGone()
        return replace(act, name=hall or "", hall=hall)

    def _has_booth(self, hall: str, booth: str, at_ms: int) -> bool:
        return self._floor.has_booth(hall, booth) or booth in self._standing.taken_down(hall, at_ms)

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
        known = (
            self._floor.known(target.hall or "", target.visitor or 0)
            if target.visit is None
            else self._floor.known_by(target.visit)
        )
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

    async def _clearing(self, session: Session, actor: Actor, order: Order, act: Act) -> Act:
        """The lines that an order means: those it names, or the last ones of somebody."""
        if "lines" in order.params:
            hall = order.target.hall
            if hall is None:
                raise ActInvalid(pointer="/target/hall")
            if not self._floor.has_hall(hall):
                raise TargetGone()
            wanted = list(order.params["lines"])
            await check_may_clear(session, actor, await self._authors(session, wanted))
            return replace(act, hall=hall, name=hall, params={"lines": wanted})
        person = await self._person(session, order)
        await check_may_clear(session, actor, [person.marks.account])
        since_ms = act.made_at_ms - order.params["minutes"] * MINUTE_MS
        own = person.marks
        rows = await chat.by(
            session,
            visitor=own.visitor,
            device=own.device,
            account=own.account,
            since_ms=since_ms,
            count=CLEARED_MAX_COUNT,
        )
        numbers = {row.number for row in rows}
        # Where lines are not kept, those of the last minutes are in the halls' memory alone.
        numbers |= {
            line.number for line in self._recent_lines() if line.at_ms >= since_ms and line.marks.are_of(own)
        }
        if not numbers:
            raise NothingSaid()
        last = sorted(numbers)[-CLEARED_MAX_COUNT:]
        # At one browser several may have signed in.
        await check_may_clear(session, actor, await self._authors(session, last))
        return replace(act, hall=person.hall, name=person.name, params={"lines": last})

    def _recent_lines(self) -> Iterator[Line]:
        """Of all halls: who said something may have gone to another one since."""
        for hall in self._floor.head_counts():
            yield from self._floor.recent_lines(hall)

    async def _authors(self, session: Session, numbers: list[int]) -> set[str]:
        """The accounts that said these lines, as the store and the halls' memory know."""
        wanted = set(numbers)
        said = {row.by_account for row in await chat.of_numbers(session, numbers)}
        return said | {line.marks.account for line in self._recent_lines() if line.number in wanted}


async def _booth(session: Session, target: Target) -> tuple[str, str]:
    """Hall and id of the booth that is named, or that was reported. Raises TargetGone."""
    if target.report is None:
        return target.hall or "", target.booth or ""
    row = await reports.get(session, target.report)
    if row is None or row.booth is None:
        raise TargetGone()
    return row.hall, row.booth


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
