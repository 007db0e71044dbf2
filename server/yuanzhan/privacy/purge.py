"""The one job that removes what was kept long enough: once an hour, each kind by its setting.

What goes and the line in the audit record that says how many went are one transaction, some thousands of rows
at a time: a kill in between leaves neither without the other.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

import structlog

from yuanzhan.access import SERVER
from yuanzhan.instants import DAY_MS, HOUR_MS, now_ms
from yuanzhan.moderation.acts import RULES
from yuanzhan.settings import Settings
from yuanzhan.store import audit, personal, retention
from yuanzhan.store import outreach as letters
from yuanzhan.store.database import Database, Session

log = structlog.get_logger("yuanzhan.privacy")

PERIOD_S: Final = 3600.0
_ONCE: Final = tuple(kind.value for kind, rule in RULES.items() if not rule.lasting)

Remove = Callable[[Session, int], Awaitable[int]]
"""Some of what is older than a moment; how many went."""


@dataclass(frozen=True, slots=True)
class Rule:
    """What goes when. `kind` is a row of `kinds.KINDS`; `setting` says after how many days, and where it says
    nothing `remove` knows its moment itself.
    """

    kind: str
    setting: str | None
    remove: Remove


async def _acts(session: Session, before_ms: int) -> int:
    return await retention.remove_acts(session, before_ms, _ONCE)


async def _letters(session: Session, before_ms: int) -> int:
    return await letters.remove_before(session, before_ms, retention.AT_ONCE)


async def _closed_accounts(session: Session, before_ms: int) -> int:
    """As if they had asked for it themselves."""
    ids = await retention.closed_accounts(session, before_ms)
    for id in ids:
        await personal.erase_traces(session, personal.Whose(account=id), keep_lines=True)
        await personal.erase_account(session, id)
    return len(ids)


def rules(settings: Settings) -> tuple[Rule, ...]:
    """All of them."""

    async def sessions(session: Session, now: int) -> int:
        idle_ms, lifetime_ms = settings.session_idle_hours * HOUR_MS, settings.session_days * DAY_MS
        ended = await retention.remove_sessions(session, now - idle_ms, now - lifetime_ms)
        return ended + await retention.remove_tokens(session, now)

    return (
        Rule("lines", "chat_days", retention.remove_lines),
        Rule("reports", "report_days", retention.remove_reports),
        Rule("acts", "act_days", _acts),
        Rule("sign_ins", "security_days", retention.remove_sign_ins),
        Rule("cards", "card_days", retention.remove_cards),
        Rule("events", "event_days", retention.forget_of_events),
        Rule("counts", "count_days", retention.remove_counts),
        Rule("letters", "count_days", _letters),
        Rule("invitations", "invitation_days", retention.remove_invitations),
        Rule("accounts", "account_days", _closed_accounts),
        Rule("sessions", None, sessions),
    )


class Purge:
    """`clock` is Unix time in milliseconds."""

    def __init__(self, database: Database, settings: Settings, *, clock: Callable[[], int] = now_ms) -> None:
        self._database = database
        self._settings = settings
        self._rules = rules(settings)
        self._clock = clock
        self._stopping = asyncio.Event()

    async def run(self) -> None:
        """At the start and once an hour until `stop`. What cannot be done now is done in an hour. Not to be
        cancelled: a batch that has begun is ended.
        """
        while not self._stopping.is_set():
            for rule in self._rules:
                try:
                    await self.apply(rule)
                except Exception:
                    log.exception("not_purged", kind=rule.kind)
            with suppress(TimeoutError):
                async with asyncio.timeout(PERIOD_S):
                    await self._stopping.wait()

    def stop(self) -> None:
        """End `run`, after the batch that has begun."""
        self._stopping.set()

    async def once(self) -> dict[str, int]:
        """Everything that is due now. Returns how many rows of each kind went."""
        return {rule.kind: count for rule in self._rules if (count := await self.apply(rule))}

    async def apply(self, rule: Rule) -> int:
        """Remove what one rule says. Returns how many rows went."""
        days = None if rule.setting is None else int(getattr(self._settings, rule.setting))
        before_ms = self._clock() - (days or 0) * DAY_MS
        total = 0
        while not self._stopping.is_set():
            async with self._database.transaction() as session:
                count = await rule.remove(session, before_ms)
                if count:
                    after = {"removed": count} | ({} if days is None else {"older_than_days": days})
                    await audit.append(session, SERVER, "data.purge", f"data:{rule.kind}", after=after)
            total += count
            if not count:
                break
        return total
