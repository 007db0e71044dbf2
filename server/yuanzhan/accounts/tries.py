"""How often a password may be tried: only failures count, so that an office behind one address is never kept
out by those who know theirs.

Three buckets, each filled by failures and leaking with time. Per login and address: somebody who mistypes.
Per login: many addresses that try one person; wider, so that nobody can keep another out for long. Per
address: one who tries many people.
"""

from __future__ import annotations

import math
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from yuanzhan.errors.sign_in import TooManyTries

KEYS_MAX_COUNT: Final = 20_000
"""Each takes some 200 bytes. Beyond it the one unused for longest is forgotten."""


@dataclass(frozen=True, slots=True)
class Allowance:
    """So many failures at once, and one more each `leak_s`."""

    burst: int
    leak_s: float


PAIR: Final = Allowance(5, 60.0)
LOGIN: Final = Allowance(30, 30.0)
ADDRESS: Final = Allowance(40, 10.0)

FULL_AFTER_S: Final = max(each.burst * each.leak_s for each in (PAIR, LOGIN, ADDRESS))
"""So long after the last failure none counts any more."""

Key = tuple[str, ...]


class Tries:
    """Counts in memory: a restart forgives, and takes longer than a try."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._filled: OrderedDict[Key, tuple[float, float]] = OrderedDict()

    def begin(self, login: str, address: str) -> None:
        """Count a try as failed, before it is made: tries at the same time count as well. Raises
        TooManyTries.
        """
        now_s = self._clock()
        keys = _keys(login, address)
        waits = [self._wait_s(key, allowance, now_s) for key, allowance in keys]
        if any(waits):
            raise TooManyTries(seconds=math.ceil(max(waits)))
        for key, allowance in keys:
            self._filled[key] = (self._level(key, allowance, now_s) + 1, now_s)
            self._filled.move_to_end(key)
        while len(self._filled) > KEYS_MAX_COUNT:
            self._filled.popitem(last=False)

    def forgive(self, login: str, address: str) -> None:
        """The try was right after all."""
        now_s = self._clock()
        for key, allowance in _keys(login, address):
            if key in self._filled:
                self._filled[key] = (max(0.0, self._level(key, allowance, now_s) - 1), now_s)

    def forget(self) -> None:
        """The logins and addresses whose failures do not count any more."""
        now_s = self._clock()
        while self._filled:
            key, (_, at_s) = next(iter(self._filled.items()))
            if now_s - at_s <= FULL_AFTER_S:
                return
            del self._filled[key]

    def __len__(self) -> int:
        """How many are remembered."""
        return len(self._filled)

    def _level(self, key: Key, allowance: Allowance, now_s: float) -> float:
        level, at_s = self._filled.get(key, (0.0, now_s))
        return max(0.0, level - (now_s - at_s) / allowance.leak_s)

    def _wait_s(self, key: Key, allowance: Allowance, now_s: float) -> float:
        over = self._level(key, allowance, now_s) + 1 - allowance.burst
        return max(0.0, over * allowance.leak_s)


def _keys(login: str, address: str) -> tuple[tuple[Key, Allowance], ...]:
    return (
        (("pair", login, address), PAIR),
        (("login", login), LOGIN),
        (("address", address), ADDRESS),
    )
