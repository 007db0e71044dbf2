"""Those who wait for the same thing, in the order of coming.

Whoever is away for a moment keeps their place, and is passed over while away.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Generic, Protocol, TypeVar

from yuanzhan.live.connection import Connection


class Waiter(Protocol):
    """Whoever can stand in a line. `connection` is None while away."""

    connection: Connection | None


W = TypeVar("W", bound=Waiter)


class Line(Generic[W]):
    """One line."""

    def __init__(self) -> None:
        # A dict keeps the order, and lets somebody in its middle go at once.
        self._waiters: dict[W, None] = {}

    def __len__(self) -> int:
        return len(self._waiters)

    def __contains__(self, waiter: W) -> bool:
        return waiter in self._waiters

    def join(self, waiter: W) -> None:
        """To the end of the line; who stands in it already stays there."""
        self._waiters.setdefault(waiter)

    def leave(self, waiter: W) -> None:
        """Out of the line, if in it."""
        self._waiters.pop(waiter, None)

    @property
    def first(self) -> W | None:
        """Whose turn it is: the first who is not away."""
        return next((waiter for waiter in self._waiters if waiter.connection is not None), None)

    def place_of(self, waiter: W) -> int:
        """1 is next. Raises ValueError for who is not in the line."""
        return list(self._waiters).index(waiter) + 1

    def places(self) -> Iterator[tuple[int, W]]:
        """Everybody, with their place: 1 is next."""
        return enumerate(self._waiters, 1)
