"""The end of a process that was told to stop, whatever still holds it.

    cutoff.begin(5.0)        # in so many seconds this process is gone

Tasks can be given a bound and left; threads cannot, and Python waits for each of them: one that writes to a
disk which is gone would keep a stop for ever. Cut off is the same as killed, so only a process that may be
killed at any time may begin this.
"""

from __future__ import annotations

import os
import sys
import threading
from contextlib import suppress
from typing import Final

import structlog

log = structlog.get_logger("yuanzhan.app")

EXIT_CODE: Final = 1
"""Of a process that was cut off: whoever runs it may want to know."""


def begin(after_s: float) -> None:
    """Exit in `after_s`, unless the process has ended by then."""
    # A daemon: nobody waits for it.
    timer = threading.Timer(after_s, _cut_off, (after_s,))
    timer.daemon = True
    timer.start()


def _cut_off(after_s: float) -> None:
    log.error("stop_cut_off", after_s=after_s)
    with suppress(Exception):
        sys.stdout.flush()
    os._exit(EXIT_CODE)
