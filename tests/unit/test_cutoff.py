"""A process that was told to stop is gone in time, whatever holds it."""

from __future__ import annotations

import subprocess
import sys

from yuanzhan import cutoff
from yuanzhan.app import stopping
from yuanzhan.live import cards

# A thread that does not end, as on a disk that is gone: Python itself would wait for it for ever.
HELD = """
import threading
from yuanzhan import cutoff
threading.Thread(target=threading.Event().wait).start()
cutoff.begin(0.05)
"""


def test_what_holds_the_process_is_cut_off() -> None:
    done = subprocess.run([sys.executable, "-c", HELD], capture_output=True, text=True, timeout=60)
    assert done.returncode == cutoff.EXIT_CODE
    assert "stop_cut_off" in done.stdout


def test_who_ended_before_is_not_cut_off() -> None:
    ends = "from yuanzhan import cutoff; cutoff.begin(600)"
    done = subprocess.run([sys.executable, "-c", ends], capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stdout) == (0, "")


def test_all_that_a_stop_waits_for_takes_less_than_it_may() -> None:
    """Twice: a process is told, then killed; aiohttp waits for requests, then for those it has cancelled."""
    one_after_another_s = (
        2 * stopping.BOTS_STOP_S,
        stopping.FAREWELL_S,
        cards.STOP_S,
        stopping.CHORES_STOP_S,
        stopping.REPORTS_STOP_S,
        2 * stopping.HTTP_STOP_S,
        stopping.STEPS_STOP_S,
        stopping.STOP_SPARE_S,
    )
    assert sum(one_after_another_s) <= stopping.STOP_S == 5.0
