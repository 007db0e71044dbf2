"""Which permission each message of the wire needs: one row a message, as each route has one over HTTP."""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

from yuanzhan.access import Permission
from yuanzhan.errors.connections import ConnectionRefused
from yuanzhan.moderation.callers import Caller
from yuanzhan.protocol.messages.booths import Card, Opened
from yuanzhan.protocol.messages.directions import ClientMessage
from yuanzhan.protocol.messages.events import Floor, Hand
from yuanzhan.protocol.messages.joining import Bye, Go, Hello, Profile
from yuanzhan.protocol.messages.moderation import Report
from yuanzhan.protocol.messages.outreach import Outcome, Reachable
from yuanzhan.protocol.messages.people import Chat, Who
from yuanzhan.protocol.messages.positions import Sit
from yuanzhan.protocol.messages.watching import Watch

ANYBODY: Final = None

NEEDS: Final = MappingProxyType[type[ClientMessage], Permission | None](
    {
        Hello: ANYBODY,
        Profile: ANYBODY,
        Go: ANYBODY,
        Who: ANYBODY,
        Chat: ANYBODY,
        Sit: ANYBODY,
        Opened: ANYBODY,
        Card: ANYBODY,
        Bye: ANYBODY,
        Report: ANYBODY,
        Hand: ANYBODY,
        # Who leads an event may: the hall knows who does.
        Floor: ANYBODY,
        Reachable: ANYBODY,
        Outcome: ANYBODY,
        Watch: Permission.HALLS_WATCH,
    }
)


def check_need(caller: Caller, message: ClientMessage) -> None:
    """Raises ConnectionRefused (`not_allowed`) for who may not say it. A message without a row is refused."""
    needed = NEEDS.get(type(message), Permission.ACCOUNTS_MANAGE)
    if needed is not None and not caller.may(needed):
        raise ConnectionRefused("not_allowed")
