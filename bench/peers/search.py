"""The largest crowd that is kept in step: sizes step up until one fails, then one between is tried."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from bench.peers.run import Run

TRIES: Final = 2
"""A size fails when it fails so often: one hiccup of the machine is no limit of the server. A run that came
to no measuring, after a long wait, was no hiccup.
"""


def search(sizes: Sequence[int], measure: Callable[[int], Run]) -> list[Run]:
    """All runs, smallest crowd first; of a size that was tried again only the last."""
    runs: list[Run] = []
    held = 0
    for size in sorted(sizes):
        runs.append(_try(size, measure))
        if not runs[-1].holds:
            between = _between(held, size)
            if between is not None:
                runs.append(_try(between, measure))
            break
        held = size
    return sorted(runs, key=lambda run: run.visitors)


def largest_held(runs: Sequence[Run]) -> Run | None:
    """The run of the largest crowd that was kept in step."""
    return max((run for run in runs if run.holds), key=lambda run: run.visitors, default=None)


def smallest_failed(runs: Sequence[Run]) -> Run | None:
    """The run where it ended; None when all sizes were held."""
    return min((run for run in runs if not run.holds), key=lambda run: run.visitors, default=None)


def _try(size: int, measure: Callable[[int], Run]) -> Run:
    for _ in range(TRIES):
        run = measure(size)
        if run.holds or run.ended is not None:
            break
    return run


def _between(held: int, failed: int) -> int | None:
    """The middle, as a round number."""
    middle = (held + failed) // 2
    step: int = 10 ** max(0, len(str(middle)) - 2)
    middle = middle // step * step
    return middle if held < middle < failed and held else None
