"""The end of the audit record's chain, which is what gets signed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

GENESIS: Final = "0" * 64
"""What the first row holds as the hash before it."""


@dataclass(frozen=True, slots=True)
class Head:
    """Number and hash (hex SHA-256) of the newest row. As it is signed: nothing vouches for the rows up to
    `after`, which were there before the key.
    """

    sequence: int
    hash: str
    after: int = 0


START: Final = Head(0, GENESIS)
