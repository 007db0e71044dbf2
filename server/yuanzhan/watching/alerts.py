"""When somebody has to be told: a quantity that is out of bounds for a while, and when it is well again.

A threshold fires once it was passed `HOLDS_COUNT` samples in a row, and is over once it was not for as many:
a value that swings around its limit tells nobody anything twice a minute.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, Final

from yuanzhan.settings import Settings
from yuanzhan.watching.samples import PERIOD_S, Sample

HOLDS_COUNT: Final = 3
_MINUTE_SAMPLES: Final = round(60 / PERIOD_S)


class State(StrEnum):
    """Of an alert, as the webhook is told."""

    FIRING = "firing"
    RESOLVED = "resolved"


@dataclass(frozen=True, slots=True)
class Threshold:
    """`name` is the quantity of a sample; `below`: too little of it is what is wrong. `over_a_minute` adds
    the last minute's samples up.
    """

    id: str
    name: str
    limit: float
    unit: str
    below: bool = False
    over_a_minute: bool = False

    def value(self, last: Sequence[Sample]) -> float:
        """Of the samples up to now, the newest last."""
        if self.over_a_minute:
            return float(sum(getattr(sample, self.name) for sample in last[-_MINUTE_SAMPLES:]))
        return float(getattr(last[-1], self.name))

    def is_passed(self, value: float) -> bool:
        """Whether it is out of bounds."""
        return value < self.limit if self.below else value > self.limit


@dataclass(frozen=True, slots=True)
class Alert:
    """What is told: no name, no address, no hall; figures alone."""

    id: str
    state: State
    value: float
    limit: float
    unit: str
    at_ms: int

    def to_json(self) -> dict[str, Any]:
        """As the webhook and the page have it."""
        return {
            "alert": self.id,
            "state": self.state.value,
            "value": round(self.value, 2),
            "limit": self.limit,
            "unit": self.unit,
            "at_ms": self.at_ms,
        }


@dataclass(frozen=True, slots=True)
class Passed:
    """What is out of bounds and no alert yet: for how many samples, the newest among them."""

    id: str
    value: float
    limit: float
    samples_count: int

    def to_json(self, period_s: float) -> dict[str, Any]:
        """As the page has it."""
        return {
            "alert": self.id,
            "value": round(self.value, 2),
            "limit": self.limit,
            "for_s": self.samples_count * period_s,
        }


def thresholds(settings: Settings) -> tuple[Threshold, ...]:
    """Those that are set; 0 is none. That the record is not signed, or not whole, is always
    told."""
    every = (
        Threshold("tick", "tick_p99_ms", settings.alert_tick_ms, "ms"),
        Threshold("visitors", "visitors", settings.alert_visitors, "visitors"),
        Threshold("errors", "errors", settings.alert_errors, "a minute", over_a_minute=True),
        Threshold("memory", "memory_mb", settings.alert_memory_mb, "MB"),
        Threshold("disk", "disk_free_mb", settings.alert_disk_mb, "MB", below=True),
    )
    always = (
        Threshold("audit", "audit_unsigned", 0, "rows"),
        Threshold("audit_damaged", "audit_damages", 0, "findings"),
    )
    return (*(threshold for threshold in every if threshold.limit > 0), *always)


class Alerts:
    """Judges one sample after the other. `firing` is what was told before, by a process that ended since."""

    def __init__(self, thresholds: Sequence[Threshold], firing: Sequence[Alert] = ()) -> None:
        self.thresholds = tuple(thresholds)
        known = {threshold.id for threshold in self.thresholds}
        self._firing = {alert.id: alert for alert in firing if alert.id in known}
        self._unknown = [alert for alert in firing if alert.id not in known]
        """Their thresholds are not set any more: they are over."""
        self._passed: dict[str, Passed] = {}
        self._against: dict[str, int] = {}

    @property
    def firing(self) -> list[Alert]:
        """What was told to be out of bounds and not yet to be well, with its newest value that was."""
        return list(self._firing.values())

    @property
    def passed(self) -> list[Passed]:
        """What is out of bounds, and not for long enough to tell."""
        return list(self._passed.values())

    def judge(self, last: Sequence[Sample]) -> list[Alert]:
        """What there is to tell with the newest of these samples."""
        at_ms = last[-1].at_ms
        over = [replace(alert, state=State.RESOLVED, at_ms=at_ms) for alert in self._unknown]
        self._unknown.clear()
        return over + [alert for threshold in self.thresholds if (alert := self._judge(threshold, last))]

    def _judge(self, threshold: Threshold, last: Sequence[Sample]) -> Alert | None:
        id, value = threshold.id, threshold.value(last)
        is_passed = threshold.is_passed(value)
        self._passed.pop(id, None)
        if is_passed == (id in self._firing):
            self._against[id] = 0
            if is_passed:
                self._firing[id] = replace(self._firing[id], value=value)
            return None
        self._against[id] = self._against.get(id, 0) + 1
        if self._against[id] < HOLDS_COUNT:
            if is_passed:
                self._passed[id] = Passed(id, value, threshold.limit, self._against[id])
            return None
        self._against[id] = 0
        state = State.RESOLVED if id in self._firing else State.FIRING
        alert = Alert(id, state, value, threshold.limit, threshold.unit, last[-1].at_ms)
        if state is State.FIRING:
            self._firing[id] = alert
        else:
            del self._firing[id]
        return alert
