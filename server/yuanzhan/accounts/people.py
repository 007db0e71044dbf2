"""Accounts as the rest of the server sees them: no password, no secret."""

from __future__ import annotations

from dataclasses import dataclass

from yuanzhan.access import Actor, Role
from yuanzhan.store.accounts import Account, Organisation


@dataclass(frozen=True, slots=True)
class Group:
    """An organisation."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class Person:
    """An account."""

    id: str
    login: str
    name: str
    role: Role
    organisation: Group | None
    created_at_ms: int
    is_closed: bool
    has_second_factor: bool
    has_password: bool

    @property
    def actor(self) -> Actor:
        """The account as the one who acts."""
        return Actor(self.id, self.name, self.role, self.organisation.id if self.organisation else None)


def person_of(row: Account) -> Person:
    """The account of a row."""
    return Person(
        id=row.id,
        login=row.login,
        name=row.name,
        role=Role(row.role),
        organisation=group_of(row.organisation),
        created_at_ms=row.created_at_ms,
        is_closed=row.closed_at_ms is not None,
        has_second_factor=row.second_factor is not None,
        has_password=bool(row.password_hash),
    )


def group_of(row: Organisation | None) -> Group | None:
    """The organisation of a row."""
    return None if row is None else Group(row.id, row.name)
