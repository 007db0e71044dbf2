"""Who is at the other end of a connection, as far as the door could tell."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from yuanzhan.access import Actor, Permission
from yuanzhan.moderation.acts import Marks


@dataclass(frozen=True, slots=True)
class SignedIn:
    """An account at the other end. `grant` is the session or API token that says so, by kind and id; empty
    where nothing can end it.
    """

    account: Actor
    grant: str = ""


@dataclass(frozen=True, slots=True)
class Caller:
    """`address` as `web.handshake.household` has it; `device` is the digest of the browser's cookie, empty
    where it sent none; `account` whoever is signed in there, and `grant` by what.
    """

    address: str
    device: str = ""
    account: Actor | None = None
    grant: str = ""

    def may(self, permission: Permission) -> bool:
        """Whether somebody is signed in who has the permission."""
        return self.account is not None and self.account.may(permission)

    def marks(self, visitor_number: int) -> Marks:
        """By what this person is known again."""
        account_id = "" if self.account is None else self.account.account_id
        return Marks(_digest(visitor_number), self.device, account_id, self.address)


def _digest(visitor_number: int) -> str:
    """The number is in the resume token, so it is not what the store keeps."""
    return hashlib.sha256(b"visitor:%d" % visitor_number).hexdigest()[:32]
