"""What a visitor allows to be sent to them, and what was: held in memory while they are here, nowhere else.

    reader = Reader()               # nothing is allowed yet
    reader.allow(Choice(Rate.HOUR, "zh-CN", frozenset({"crafts"})), quiet_s=0.0, now_s=now_s)
    reader.may_get(now_s)           # whether the next one would not be too soon
    reader.give(letter, now_s)      # one was sent
    reader.answer(letter.id, SHOWN) # True once: the first time counts

Which booths somebody stopped at is remembered from the moment on that they allow it, and forgotten when they
do not any more. No clock: `now_s` is monotonic.
"""

from __future__ import annotations

import math
from collections import OrderedDict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Final

from yuanzhan.outreach.letter import Letter, What

LETTERS_MAX_COUNT: Final = 16
"""Letters of one visitor whose end is still waited for: at one in ten minutes, those of an afternoon."""
BOOTHS_MAX_COUNT: Final = 256
"""Booths that one visit remembers: more than anybody stops at in a day."""


class Rate(StrEnum):
    """How often something may come."""

    NONE = "none"
    HOUR = "hour"
    TEN_MINUTES = "ten_minutes"


EVERY_S: Final = MappingProxyType[Rate, float](
    {Rate.NONE: math.inf, Rate.HOUR: 3600.0, Rate.TEN_MINUTES: 600.0}
)


@dataclass(frozen=True, slots=True)
class Choice:
    """What somebody chose. `by_booths`: also by the booths that they stop at."""

    rate: Rate
    lang: str
    tags: frozenset[str] = frozenset()
    by_booths: bool = False

    def to_json(self) -> dict[str, Any]:
        """For whoever asks what is held of them."""
        return {
            "rate": self.rate.value,
            "lang": self.lang,
            "tags": sorted(self.tags),
            "by_booths": self.by_booths,
        }


NOTHING: Final = Choice(Rate.NONE, "")
"""Of who was not asked, and of who refused."""


@dataclass(slots=True)
class _Got:
    letter: Letter
    answers: set[What] = field(default_factory=set)


class Reader:
    """One visitor, as far as they allow it."""

    __slots__ = ("_got", "_last_s", "_next_s", "_quiet_until_s", "_visited", "choice")

    def __init__(self) -> None:
        self.choice = NOTHING
        self._last_s = -math.inf
        self._quiet_until_s = -math.inf
        self._next_s = math.inf
        self._got: OrderedDict[str, _Got] = OrderedDict()
        self._visited: dict[str, None] = {}

    @property
    def visited(self) -> frozenset[str]:
        """Ids of the booths that may be spoken of."""
        return frozenset(self._visited)

    def has_visited(self, booths: Iterable[str]) -> bool:
        """Whether one of these may be spoken of; nothing is copied, for everybody is asked in one go."""
        return not self._visited.keys().isdisjoint(booths)

    def allow(self, choice: Choice, quiet_s: float, now_s: float) -> None:
        """This is allowed from now on, and nothing before `quiet_s` have passed. Of who allows nothing any
        more all is forgotten but when the last letter came.
        """
        if choice.rate is Rate.NONE:
            choice = NOTHING
            self._got.clear()
        if not choice.by_booths:
            self._visited.clear()
        self.choice = choice
        self._quiet_until_s = now_s + quiet_s
        self._reckon()

    def stopped_at(self, booth: str) -> None:
        """The visitor looks at this booth."""
        if not self.choice.by_booths:
            return
        self._visited.pop(booth, None)
        self._visited[booth] = None
        if len(self._visited) > BOOTHS_MAX_COUNT:
            del self._visited[next(iter(self._visited))]

    def may_get(self, now_s: float) -> bool:
        """Whether a letter would keep to the rate."""
        return now_s >= self._next_s

    def give(self, letter: Letter, now_s: float) -> None:
        """It was sent."""
        self._last_s = now_s
        self._reckon()
        self._got[letter.id] = _Got(letter)
        while len(self._got) > LETTERS_MAX_COUNT:
            self._got.popitem(last=False)

    def letter(self, letter_id: str) -> Letter | None:
        """One that was sent to this visitor."""
        got = self._got.get(letter_id)
        return None if got is None else got.letter

    def letters(self) -> Iterator[Letter]:
        """Those that were sent, the oldest first."""
        return (got.letter for got in self._got.values())

    def answer(self, letter_id: str, what: What) -> bool:
        """Whether this is news of a letter that was sent: each answer counts once, and nobody arrives who was
        not led.
        """
        got = self._got.get(letter_id)
        if got is None or what in got.answers:
            return False
        if what is What.ARRIVED and What.LED not in got.answers:
            return False
        got.answers.add(what)
        return True

    def take_back(self, letter_id: str) -> None:
        """It is over: nothing that comes of it counts any more."""
        self._got.pop(letter_id, None)

    def _reckon(self) -> None:
        """From when on the next one may come: asked of everybody at once, so it is a number by then."""
        every_s = EVERY_S[self.choice.rate]
        self._next_s = math.inf if every_s == math.inf else max(self._quiet_until_s, self._last_s + every_s)
