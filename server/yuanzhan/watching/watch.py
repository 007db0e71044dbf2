"""The clock of it: each ten seconds a reading, a sample, a look at the thresholds."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any, Final

import structlog

from yuanzhan.watching.alerts import HOLDS_COUNT, Alert, Alerts
from yuanzhan.watching.samples import PERIOD_S, Reading, Ring, sample_of

log = structlog.get_logger("yuanzhan.watching")

JUDGED_COUNT: Final = 6
"""Samples that thresholds look at: a minute."""


class Watch:
    """`read` asks the registry; `wall_ms` is Unix time; `tell` hears of alerts, and `keep` of all that fire,
    in a thread: it may wait for the disk.
    """

    def __init__(
        self,
        read: Callable[[], Reading],
        alerts: Alerts,
        tell: Callable[[Alert], None],
        wall_ms: Callable[[], int],
        keep: Callable[[list[Alert]], None],
        *,
        period_s: float = PERIOD_S,
    ) -> None:
        self._read = read
        self._alerts = alerts
        self._tell = tell
        self._wall_ms = wall_ms
        self._keep = keep
        self._period_s = period_s
        self._ring = Ring()
        self._before = read()

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            await asyncio.sleep(self._period_s)
            if self.take():
                await asyncio.to_thread(self._keep, self._alerts.firing)

    def take(self) -> bool:
        """One sample, and what it leads to. Returns whether something else fires now."""
        now = self._read()
        self._ring.add(sample_of(self._before, now, self._wall_ms()))
        self._before = now
        alerts = self._alerts.judge(self._ring.last(JUDGED_COUNT))
        for alert in alerts:
            log.warning("alert", alert=alert.id, state=alert.state.value, value=alert.value)
            self._tell(alert)
        return bool(alerts)

    def told(self, after_ms: int = 0) -> dict[str, Any]:
        """What the page draws: samples that are newer than a moment, the limits of single samples, what is
        alarming, and what is out of bounds without having been so for `holds_s`.
        """
        alone = (threshold for threshold in self._alerts.thresholds if not threshold.over_a_minute)
        return {
            "period_s": self._period_s,
            "samples": self._ring.columns(after_ms),
            "limits": {threshold.name: threshold.limit for threshold in alone},
            "firing": [alert.to_json() for alert in self._alerts.firing],
            "passed": [passed.to_json(self._period_s) for passed in self._alerts.passed],
            "holds_s": HOLDS_COUNT * self._period_s,
        }
