"""Who shares a network with somebody: the household, and the range that a provider gives to many.

shared_with(address, others)        # how many of `others` a ban of each range would hit as well
"""

from __future__ import annotations

import socket
from collections.abc import Iterable
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

RANGES: Final = MappingProxyType({4: (32, 24), 16: (64, 56)})
"""Lengths of the prefix that an operator is offered, by the bytes of an address: IPv4 and IPv6. The first is
what counts as one household; whoever gets another address by dialling in again stays within the second. Whole
bytes, so that thousands are compared in a moment.
"""


@dataclass(frozen=True, slots=True)
class Range:
    """`others`: how many more are within it."""

    prefix: int
    others: int


def shared_with(address: str, others: Iterable[str]) -> tuple[Range, ...]:
    """The ranges around an address, the narrowest first; none where it is no address. `others` as
    `web.handshake.household` has them, the address itself not among them.
    """
    own = _packed(address)
    known = [_packed(other) for other in others]
    return tuple(
        Range(
            prefix,
            sum(len(other) == len(own) and other[: prefix // 8] == own[: prefix // 8] for other in known),
        )
        for prefix in RANGES.get(len(own), ())
    )


def _packed(address: str) -> bytes:
    """Its bytes: 4 or 16, none where it is no address."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    try:
        return socket.inet_pton(family, address.partition("/")[0])
    except (OSError, ValueError):
        return b""
