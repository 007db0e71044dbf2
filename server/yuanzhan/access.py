"""Who may do what, as one table: pure data, read by HTTP, the WebSocket and the command line alike.

docs/operating.md shows the same table; a test compares them.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final


class Role(StrEnum):
    """From the one who answers for the server to a guest. An account has exactly one."""

    OWNER = "owner"
    OPERATOR = "operator"
    MODERATOR = "moderator"
    EXHIBITOR = "exhibitor"
    SPEAKER = "speaker"
    VISITOR = "visitor"


class Permission(StrEnum):
    """What is asked at the door. One for each thing that some may do and others may not."""

    # accounts
    SELF = "self"
    INVITE_COLLEAGUES = "invite.colleagues"
    INVITE_EXHIBITORS = "invite.exhibitors"
    INVITE_STAFF = "invite.staff"
    ACCOUNTS_MANAGE = "accounts.manage"
    ORGANISATION_READ = "organisation.read"
    ORGANISATION_EDIT = "organisation.edit"
    AUDIT_READ = "audit.read"
    PRIVACY_HANDLE = "privacy.handle"
    # booths
    BOOTHS_EDIT = "booths.edit"
    BOOTHS_READ_ALL = "booths.read_all"
    BOOTHS_REVIEW = "booths.review"
    BOOTHS_WITHDRAW = "booths.withdraw"
    # the floor
    HALLS_WATCH = "halls.watch"
    HALLS_MANAGE = "halls.manage"
    MODERATE = "moderate"
    BAN = "ban"
    REPORTS_HANDLE = "reports.handle"
    ANNOUNCE = "announce"
    # letters to visitors who allow them
    REACH_ALL = "reach.all"
    REACH_OWN = "reach.own"
    # the stage
    EVENTS_MANAGE = "events.manage"
    SPEAK_ON_STAGE = "stage.speak"


_ACCOUNT: Final = frozenset({Permission.SELF})
_EXHIBITOR: Final = _ACCOUNT | {
    Permission.INVITE_COLLEAGUES,
    Permission.ORGANISATION_READ,
    Permission.ORGANISATION_EDIT,
    Permission.BOOTHS_EDIT,
    Permission.REACH_OWN,
}
_MODERATOR: Final = _ACCOUNT | {
    Permission.HALLS_WATCH,
    Permission.MODERATE,
    Permission.REPORTS_HANDLE,
    Permission.BOOTHS_READ_ALL,
}
_OPERATOR: Final = _MODERATOR | {
    Permission.INVITE_EXHIBITORS,
    Permission.BOOTHS_REVIEW,
    Permission.BOOTHS_WITHDRAW,
    Permission.BAN,
    Permission.ANNOUNCE,
    Permission.REACH_ALL,
    Permission.HALLS_MANAGE,
    Permission.EVENTS_MANAGE,
    Permission.AUDIT_READ,
    Permission.PRIVACY_HANDLE,
    Permission.SPEAK_ON_STAGE,
}
_OWNER: Final = _OPERATOR | {Permission.INVITE_STAFF, Permission.ACCOUNTS_MANAGE}

PERMISSIONS: Final = MappingProxyType[Role, frozenset[Permission]](
    {
        Role.OWNER: _OWNER,
        Role.OPERATOR: _OPERATOR,
        Role.MODERATOR: _MODERATOR,
        Role.EXHIBITOR: _EXHIBITOR,
        Role.SPEAKER: _ACCOUNT | {Permission.SPEAK_ON_STAGE},
        Role.VISITOR: _ACCOUNT,
    }
)

STAFF: Final = frozenset({Role.OWNER, Role.OPERATOR, Role.MODERATOR})
"""Those who act on other people: they see every organisation's booths, and may have to use a second factor.
"""


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts: an account as it was when the request came. `organisation_id` is an exhibitor's."""

    account_id: str
    name: str
    role: Role
    organisation_id: str | None = None

    @property
    def is_staff(self) -> bool:
        """Whether the role acts on other people."""
        return self.role in STAFF

    def may(self, permission: Permission) -> bool:
        """Whether the role has the permission."""
        return may(self.role, permission)


COMMAND_LINE: Final = Actor("", "command line", Role.OWNER)
"""Whoever may run commands on the server's own machine, with its data directory."""

SERVER: Final = Actor("", "server", Role.OWNER)
"""The server itself, acting by a rule that somebody set."""


def may(role: Role, permission: Permission) -> bool:
    """Whether a role has a permission."""
    return permission in PERMISSIONS[role]
