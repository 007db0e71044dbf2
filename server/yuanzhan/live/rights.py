"""What accounts may, as it is now: a socket that is open outlives the sign-in, the role and the account that
it was opened with.

    grants = rights.grants()            # what those who are connected are signed in by
    rights.settle(grants, accounts)     # which of them hold still, and as whom

Whoever asks for the accounts in between reads a database; who came meanwhile is of the next look.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace

import structlog

from yuanzhan.access import PERMISSIONS, Actor, Permission, Role
from yuanzhan.live.connection import Connection
from yuanzhan.live.naming import Naming
from yuanzhan.live.stewards import Stewards
from yuanzhan.live.visitor import Visitor
from yuanzhan.live.watchers import Watchers
from yuanzhan.moderation.callers import Caller
from yuanzhan.protocol.fields import Badge

log = structlog.get_logger("yuanzhan.live")


class Rights:
    """See above."""

    def __init__(
        self,
        connections: Callable[[], Iterable[Connection]],
        visitor_of: Callable[[Connection], Visitor | None],
        stewards: Stewards,
        naming: Naming,
        watchers: Watchers,
    ) -> None:
        self._connections = connections
        self._visitor_of = visitor_of
        self._stewards = stewards
        self._naming = naming
        self._watchers = watchers
        self._lowered: set[str] = set()
        """Grants of accounts that are visitors' since they are here: they may become colleagues' again."""

    def grants(self) -> set[str]:
        """The sessions and API tokens of those who may more than everybody, or did: others have nothing to
        lose, and nothing to regain.
        """
        self._lowered &= {connection.caller.grant for connection in self._connections()}
        return {
            connection.caller.grant
            for connection in self._connections()
            if connection.caller.account is not None and _may_more(connection.caller.account)
        } - {""} | self._lowered

    def settle(self, asked: set[str], accounts: Mapping[str, Actor], now_s: float) -> None:
        """Of the grants that were asked about, those in `accounts` hold, for whoever stands there. Who has
        lost something stops at once: an operator watches no more, a visitor has no badge, and is led out of
        a hall where only those on duty may be.
        """
        for connection in list(self._connections()):
            caller = connection.caller
            account = accounts.get(caller.grant)
            if caller.grant not in asked or account == caller.account or connection.is_closing:
                continue
            log.info("rights_changed", role=str(account.role) if account else "")
            if account is not None and not _may_more(account):
                self._lowered.add(caller.grant)
            connection.caller = replace(
                caller, account=account, grant="" if account is None else caller.grant
            )
            visitor = self._visitor_of(connection)
            if visitor is None:
                self._watchers.rights_changed(connection)
            else:
                self._settle_visitor(visitor, now_s)

    def _settle_visitor(self, visitor: Visitor, now_s: float) -> None:
        """By the marks that they came with they are known on: signing out shakes off no act."""
        assert visitor.connection is not None
        badge = badge_of(visitor.connection.caller, is_bot=visitor.badge == "bot")
        if badge != visitor.badge:
            visitor.room.rename(visitor, visitor.name, badge)
        self._naming.settle(visitor)
        self._stewards.look_at(visitor, now_s)


def badge_of(caller: Caller, *, is_bot: bool) -> Badge:
    """Staff and speakers are known by their account, whatever they call themselves."""
    if is_bot:
        return "bot"
    if caller.account is None:
        return ""
    if caller.account.is_staff:
        return "staff"
    return "speaker" if caller.may(Permission.SPEAK_ON_STAGE) else ""


def _may_more(account: Actor) -> bool:
    return PERMISSIONS[account.role] != PERMISSIONS[Role.VISITOR]
