"""The garbage collector of a process with hundreds of thousands of objects that live for hours.

Python's oldest generation is looked through whole: with 10,000 connections that is 130 to 290 ms, three
ticks, and while many join it happens again and again. So what has outlived one full collection is set
aside (`gc.freeze`) and the next looks only at what came since. Set aside, a cycle of objects that died
would stay for ever: after so many connections have ended, everything is looked through once.
"""

from __future__ import annotations

import gc
from collections.abc import Callable
from typing import Final

OLDEST: Final = 2
YOUNG_MAX_COUNT: Final = 10_000
"""Objects before the youngest generation is looked through; a tick makes some thousands."""
ENDED_MAX_COUNT: Final = 10_000
"""Connections, some 15 KB each, whose remains may be set aside with what lives."""


class Collecting:
    """While it runs, full collections are short; `ended_count` says how many connections have ended."""

    def __init__(self, ended_count: Callable[[], int]) -> None:
        self._ended_count = ended_count
        self._swept_at_count = 0
        self._thresholds = gc.get_threshold()

    def start(self) -> None:
        """What there is by now will stay: it is not worth a look."""
        gc.freeze()
        gc.set_threshold(YOUNG_MAX_COUNT, *self._thresholds[1:])
        gc.callbacks.append(self._after)

    def stop(self) -> None:
        """As Python has it."""
        gc.callbacks.remove(self._after)
        gc.set_threshold(*self._thresholds)
        gc.unfreeze()

    def _after(self, phase: str, info: dict[str, int]) -> None:
        if phase != "stop" or info["generation"] != OLDEST:
            return
        ended_count = self._ended_count()
        if ended_count - self._swept_at_count >= ENDED_MAX_COUNT:
            self._swept_at_count = ended_count
            gc.unfreeze()  # the next full collection looks through everything
        else:
            gc.freeze()
