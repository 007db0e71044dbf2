"""What processes use, from /proc: processor seconds and memory of one and all its children."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

_TICKS_S: Final = os.sysconf("SC_CLK_TCK")
_PAGE_BYTES: Final = os.sysconf("SC_PAGE_SIZE")
# Fields of /proc/PID/stat behind the name, which may hold blanks (proc(5), counted from 0 there).
_UTIME, _STIME, _RSS = 11, 12, 21


@dataclass(frozen=True)
class Usage:
    """Up to a moment."""

    cpu_s: float
    rss_bytes: int


def usage_of(pid: int) -> Usage:
    """Of a process and its descendants; zeros when it is gone."""
    cpu_ticks = pages = 0
    for process in _family(pid):
        try:
            fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        cpu_ticks += int(fields[_UTIME]) + int(fields[_STIME])
        pages += int(fields[_RSS])
    return Usage(cpu_ticks / _TICKS_S, pages * _PAGE_BYTES)


def _family(pid: int) -> Iterator[int]:
    yield pid
    try:
        children = [path.read_text() for path in Path(f"/proc/{pid}/task").glob("*/children")]
    except OSError:
        return
    for child in " ".join(children).split():
        yield from _family(int(child))
