"""Appeals against acts, and their answers. Those that undo wait for acts that are being done: `acting`."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any, Final

from yuanzhan.access import Actor
from yuanzhan.errors.moderation import ActOver, AppealKnown, TargetGone
from yuanzhan.errors.requests import NotAllowed
from yuanzhan.moderation.acts import Act, On
from yuanzhan.moderation.floor import Floor
from yuanzhan.moderation.ranks import check_may_undo
from yuanzhan.moderation.record_lines import after, target_of
from yuanzhan.moderation.records import act_json, act_of
from yuanzhan.moderation.whole import whole
from yuanzhan.store import acts as stored
from yuanzhan.store import audit
from yuanzhan.store.database import Database

APPEAL_MAX_CHARS: Final = 1000
CONTACT_MAX_CHARS: Final = 120
LISTED_MAX_COUNT: Final = 200
APPEALABLE: Final = frozenset({On.PERSON, On.BOOTH})
"""Those whom these are done to are told the act's id."""


class Appeals:
    """See above."""

    def __init__(
        self, database: Database, floor: Floor, clock_ms: Callable[[], int], acting: asyncio.Lock
    ) -> None:
        self._database = database
        self._floor = floor
        self._clock_ms = clock_ms
        self._acting = acting

    async def make(self, act_id: str, text: str, contact: str) -> None:
        """Somebody who knows the act's id, for they were told it, says why it is wrong. Raises TargetGone,
        ActOver, AppealKnown.
        """
        at_ms = self._clock_ms()
        async with self._database.transaction() as session:
            found = await stored.get(session, act_id)
            if found is None or act_of(found).rule.on not in APPEALABLE:
                raise TargetGone()
            act = act_of(found)
            if act.rule.lasting and not act.holds(at_ms):
                raise ActOver()
            row = stored.AppealRow(act_id=act_id, text=text, contact=contact, at_ms=at_ms, state="open")
            if not await stored.add_appeal(session, row):
                raise AppealKnown()
        self._floor.reports_changed(act_id)

    async def state(self, act_id: str) -> dict[str, Any]:
        """For whoever was told the act's id: whether it holds still, and what became of the appeal against
        it, "" where there is none. Raises TargetGone.
        """
        async with self._database.reading() as session:
            found = await stored.get(session, act_id)
            if found is None or act_of(found).rule.on not in APPEALABLE:
                raise TargetGone()
            appeal = await stored.appeal_state(session, act_id)
        return {"holds": act_of(found).holds(self._clock_ms()), "appeal": appeal}

    async def listed(self) -> list[dict[str, Any]]:
        """Those that nobody has answered, with the acts that they are against, the oldest first."""
        told = []
        async with self._database.reading() as session:
            for row in await stored.open_appeals(session, LISTED_MAX_COUNT):
                found = await stored.get(session, row.act_id)
                assert found is not None, "a foreign key"
                act = act_json(act_of(found), self._clock_ms())
                told.append({"act": act, "text": row.text, "contact": row.contact, "at_ms": row.at_ms})
        return told

    async def answer(self, actor: Actor, act_id: str, *, granted: bool) -> None:
        """Grant an appeal, which undoes its act, or decline it. Raises NotAllowed, TargetGone."""
        await whole(self._answer(actor, act_id, granted))

    async def _answer(self, actor: Actor, act_id: str, granted: bool) -> None:
        async with self._acting:
            await self._settle(actor, act_id, granted)

    async def _settle(self, actor: Actor, act_id: str, granted: bool) -> None:
        at_ms = self._clock_ms()
        lifted: Act | None = None
        async with self._database.transaction() as session:
            found = await stored.get(session, act_id)
            if found is None:
                raise TargetGone()
            act = act_of(found)
            if granted and not actor.may(act.rule.permission):
                raise NotAllowed()
            if granted:
                await check_may_undo(session, actor, act.actor_id)
            state = "granted" if granted else "declined"
            if await stored.answer_appeal(session, act_id, state, at_ms, actor.account_id) is None:
                raise TargetGone()
            if granted and act.holds(at_ms) and await stored.undo(session, act_id, at_ms, actor.account_id):
                lifted = act
            await audit.append(
                session,
                actor,
                f"appeal.{state}",
                target_of(act),
                f"act {act.id}",
                after(act),
                None if lifted else after(act),
                at_ms=at_ms,
            )
        if lifted is not None:
            self._floor.lift(lifted)
        self._floor.reports_changed(act_id)
