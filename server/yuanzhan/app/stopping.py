"""How long a stop may take, and each of its parts: together less than the whole."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Final

# From the signal to the end of the process. All that a stop waits for, one after another, takes less even
# where nothing heeds it; what hangs beyond its own bound (a thread on a dead disk) is cut off, as by a kill:
# what was acknowledged is durable, and the next start goes on with the rest.
STOP_S: Final = 5.0
# The bots' own process ends at once, unless it is stuck: then it is killed, and waited for as long again.
BOTS_STOP_S: Final = 0.25
# Visitors are told and their sockets close within so long.
FAREWELL_S: Final = 2.0
# What was said and counted last is written within so long, and what those before have left over.
CHORES_STOP_S: Final = 0.75
REPORTS_STOP_S: Final = 0.25
# For requests that are being answered; aiohttp gives them so long to end, and once more to be cancelled.
HTTP_STOP_S: Final = 0.25
# For what a step of an upload's check does when it is told to end, and what all others have left over. Its
# child ends with this process at the latest, and the next start goes on with it.
STEPS_STOP_S: Final = 0.5
# For all that does not wait.
STOP_SPARE_S: Final = 0.25


@dataclass(slots=True)
class Stop:
    """How much of `STOP_S` is left."""

    begun_s: float | None = None

    def begin(self) -> None:
        """Now, unless it has begun before."""
        self.begun_s = self.begun_s or time.monotonic()

    def left_s(self, least_s: float, later_s: float = 0.0) -> float:
        """For a part that has `least_s` in any case, and parts after it that have `later_s`. What leaves the
        server otherwise, as a port that is busy does, begins the stop here.
        """
        self.begin()
        assert self.begun_s is not None
        gone_s = time.monotonic() - self.begun_s
        return max(least_s, STOP_S - gone_s - later_s - STOP_SPARE_S)
