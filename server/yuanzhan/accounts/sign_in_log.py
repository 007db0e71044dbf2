"""What goes into the log of sign-ins (`store.sign_ins`), and how much at most.

What succeeds is written in its own transaction. A refusal is written by itself, after some tenths of a second
of hashing: slower than an attacker could wish. Refusals that fill `REFUSED_ROWS_A_DAY` rows are counted
together from then on, without their addresses.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import structlog

from yuanzhan.errors.server import DiskFull
from yuanzhan.instants import DAY_MS, HOUR_MS, now_ms
from yuanzhan.store import sign_ins
from yuanzhan.store.database import Database, Session
from yuanzhan.store.sign_ins import Event

log = structlog.get_logger("yuanzhan.accounts")

REFUSED_ROWS_A_DAY: Final = 10_000
"""Some 2 MB: half a year of nothing but attacks is smaller than two uploads."""
ELSEWHERE: Final = ""


class SignInLog:
    """Counts in memory how many rows refusals have made today: a restart begins anew."""

    def __init__(self, database: Database, clock_ms: Callable[[], int] = now_ms) -> None:
        self._database = database
        self._clock_ms = clock_ms
        self._day = 0
        self._told_count = 0
        self._hour = 0
        self._told: set[tuple[str, str]] = set()
        """Of this hour: addresses are not remembered longer."""

    async def add(self, session: Session, event: Event, account_id: str, address: str) -> None:
        """Somebody came in or left: with the transaction of it."""
        await sign_ins.add(session, event, account_id, address, self._clock_ms())

    async def refused(self, event: Event, account_id: str, address: str) -> None:
        """Somebody did not come in. `account_id` is empty where the login is nobody's."""
        at_ms = self._clock_ms()
        try:
            async with self._database.transaction() as session:
                await sign_ins.add(session, event, account_id, self._apart(account_id, address, at_ms), at_ms)
        except DiskFull:
            # The password is as wrong as before: that is what is answered.
            log.error("sign_in_not_logged", event_kind=event.value)

    def _apart(self, account_id: str, address: str, at_ms: int) -> str:
        """The address, as long as there is room to tell it from others."""
        if self._day != at_ms // DAY_MS:
            self._day = at_ms // DAY_MS
            self._told_count = 0
        if self._hour != at_ms // HOUR_MS:
            self._hour = at_ms // HOUR_MS
            self._told.clear()
        if (account_id, address) in self._told:
            return address
        if self._told_count >= REFUSED_ROWS_A_DAY:
            return ELSEWHERE
        self._told_count += 1
        self._told.add((account_id, address))
        return address
