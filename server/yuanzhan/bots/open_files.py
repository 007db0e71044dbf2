"""How many files and sockets this process may have open."""

from __future__ import annotations

import resource
from typing import Final

from yuanzhan.errors.starting import OpenFilesTooFew

SPARE_COUNT: Final = 200
"""Of what is open beside the connections of visitors."""


def raise_open_files(wanted: int) -> None:
    """Take as many open files as this process may have. Raises OpenFilesTooFew."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        most = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))
    if hard != resource.RLIM_INFINITY and hard < wanted:
        raise OpenFilesTooFew(limit=hard, wanted=wanted)
