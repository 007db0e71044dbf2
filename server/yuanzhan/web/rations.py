"""How often each may ask for something: counted in memory, by address or by account."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from typing import Final

from yuanzhan.errors.sign_in import TooManyTries
from yuanzhan.protocol.session import Allowance

KEYS_MAX_COUNT: Final = 10_000
"""Beyond it the one that was not used for longest is forgotten, and begins anew."""


class Rations:
    """`rate_hz` on average, `burst` at once, for each. `clock` is monotonic seconds."""

    def __init__(self, rate_hz: float, burst: float, clock: Callable[[], float]) -> None:
        self._rate_hz = rate_hz
        self._burst = burst
        self._clock = clock
        self.full_after_s = burst / rate_hz
        """Who asked so long ago is as one who never did."""
        self._by_key: OrderedDict[str, tuple[Allowance, float]] = OrderedDict()

    def take(self, key: str) -> None:
        """Spend one. Raises TooManyTries."""
        now_s = self._clock()
        fresh = Allowance(self._rate_hz, self._burst, now_s)
        allowance, _ = self._by_key.pop(key, (fresh, now_s))
        self._by_key[key] = allowance, now_s
        while len(self._by_key) > KEYS_MAX_COUNT:
            self._by_key.popitem(last=False)
        if not allowance.take(1.0, now_s):
            raise TooManyTries(seconds=round(1 / self._rate_hz))

    def forget(self) -> None:
        """Whoever has all of it again."""
        now_s = self._clock()
        while self._by_key:
            key, (_, asked_s) = next(iter(self._by_key.items()))
            if now_s - asked_s <= self.full_after_s:
                return
            del self._by_key[key]

    def __len__(self) -> int:
        """How many are remembered."""
        return len(self._by_key)
