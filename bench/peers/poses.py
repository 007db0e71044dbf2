"""Poses sent and poses seen, matched after the run: how long each took."""

from __future__ import annotations

from array import array
from collections.abc import Iterable
from typing import Final

import numpy as np
from numpy.typing import NDArray

LATENCIES_MIN_COUNT: Final = 1_000
"""With fewer samples a p99 says little."""


class PoseLog:
    """Poses with a moment each (seconds of CLOCK_MONOTONIC); x and z are exact in float32 and together know a
    pose again. Nothing is looked up while a run lasts.
    """

    def __init__(self) -> None:
        self._rows = array("d")

    def note(self, x: float, z: float, at_s: float) -> None:
        """One pose."""
        self._rows.extend((x, z, at_s))

    def extend(self, rows: Iterable[float]) -> None:
        """x, z, at_s, x, z, at_s, …"""
        self._rows.extend(rows)

    def count_since(self, begin_s: float) -> int:
        """How many are from `begin_s` on."""
        return int((self._columns()[2] >= begin_s).sum())

    def latencies_s(self, seen: PoseLog) -> NDArray[np.float64]:
        """(n,) for each pose of `seen` that is in this log: the time from here to there."""
        x, z, sent_at_s = self._columns()
        seen_x, seen_z, seen_at_s = seen._columns()
        keys = _keys(x, z)
        if not len(keys):
            return np.zeros(0)
        order = np.argsort(keys)
        found = order[np.searchsorted(keys, _keys(seen_x, seen_z), sorter=order).clip(max=len(keys) - 1)]
        known = keys[found] == _keys(seen_x, seen_z)
        ages: NDArray[np.float64] = (seen_at_s - sent_at_s[found])[known]
        return ages

    def _columns(self) -> NDArray[np.float64]:
        return np.array(self._rows).reshape(-1, 3).T


def _keys(x: NDArray[np.float64], z: NDArray[np.float64]) -> NDArray[np.uint64]:
    """A place as one number: two float32 side by side."""
    return np.ascontiguousarray(np.column_stack([x, z]).astype(np.float32)).view(np.uint64).ravel()
