"""The audit record held against its chain and its signed end by the server itself, at the start and once an
hour: an edit in its middle shows in nothing that an act does.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Final

import structlog

from yuanzhan.store.opening import Store
from yuanzhan.store.verify import OF_A_ROW, Damage, Finding

PERIOD_S: Final = 3600.0
"""The whole record is read: some 3 s of a processor for 100,000 rows, 500 at a time."""

log = structlog.get_logger("yuanzhan.audit")


class Inspection:
    """What was found the last time."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._findings: tuple[Finding, ...] = ()

    @property
    def finding_count(self) -> int:
        """How many things are wrong."""
        return len(self._findings)

    def damages(self) -> Mapping[int, str]:
        """What is wrong with rows, by the number of the row."""
        return {
            finding.sequence: finding.damage.value for finding in self._findings if finding.damage in OF_A_ROW
        }

    async def run(self, period_s: float = PERIOD_S) -> None:
        """Until cancelled."""
        while True:
            try:
                await self.look()
            except Exception:
                log.exception("audit_record_not_read")
            await asyncio.sleep(period_s)

    async def look(self) -> None:
        """Read it all. What is wrong is logged each time until it is mended; not that the key is younger than
        the first rows, which nobody can mend and was logged when it was made.
        """
        verdict = await self._store.verify_audit()
        self._findings = tuple(each for each in verdict.findings if each.damage != Damage.OLDER)
        if self._findings:
            log.critical(
                "audit_record_damaged",
                findings=self.finding_count,
                first=self._findings[0].damage.value,
                row=self._findings[0].sequence,
            )
