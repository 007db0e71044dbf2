"""A WebSocket that is refused or closed: by reason, each with its close code."""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

from yuanzhan.errors.base import Param, PeerFault

# The reason of a closing connection to its WebSocket close code (docs/protocol.md, "Close codes").
CLOSE_CODES: Final = MappingProxyType[str, int](
    {
        "bye": 1000,
        "going_away": 1001,
        "bad_framing": 1002,
        "binary_only": 1003,
        "too_big": 1009,
        "malformed": 4400,
        "bad_token": 4401,
        "bad_name": 4403,
        "bad_look": 4403,
        "no_such_hall": 4404,
        "no_hello": 4408,
        "replaced": 4409,
        "too_slow": 4410,
        "unexpected": 4411,
        "too_many": 4429,
        "removed": 4430,
        "banned": 4431,
        "hall_closed": 4432,
        "hall_locked": 4433,
        "not_allowed": 4434,
        "hall_full": 4503,
    }
)


class ConnectionRefused(PeerFault):
    """Refused over the WebSocket; `reason` is a key of `CLOSE_CODES`."""

    def __init__(self, reason: str, **params: Param) -> None:
        if reason not in CLOSE_CODES:
            raise ValueError(f"no close code for {reason!r}")
        self.code = reason
        super().__init__(**params)

    @property
    def reason(self) -> str:
        return self.code

    @property
    def close_code(self) -> int:
        return CLOSE_CODES[self.code]
