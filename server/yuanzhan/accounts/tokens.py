"""API tokens: a program acts with its owner's rights, from wherever it runs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from yuanzhan.accounts import keys
from yuanzhan.accounts.naming import clean_title
from yuanzhan.accounts.people import Person
from yuanzhan.errors.accounts import NoSuchItem, TooManyTokens
from yuanzhan.instants import DAY_MS, now_ms
from yuanzhan.store import accounts as store
from yuanzhan.store import audit
from yuanzhan.store.accounts import ApiToken
from yuanzhan.store.base import new_id
from yuanzhan.store.database import Database

TOKENS_MAX: Final = 50
"""Of one account."""
DAYS_MAX: Final = 3660


@dataclass(frozen=True, slots=True)
class Token:
    """A token as its owner sees it."""

    id: str
    name: str
    created_at_ms: int
    seen_at_ms: int | None
    expires_at_ms: int | None


class Tokens:
    """The use-cases."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def list(self, account_id: str) -> list[Token]:
        """The tokens of an account, the newest first."""
        async with self._database.reading() as session:
            return [_token(row) for row in await store.tokens_of(session, account_id)]

    async def create(self, person: Person, name: str, days: int | None) -> tuple[Token, str]:
        """A token and its key, which is told this once. Raises NameInvalid, TooManyTokens."""
        key = keys.TOKEN_PREFIX + keys.new_key()
        at_ms = now_ms()
        row = ApiToken(
            id=new_id(),
            account_id=person.id,
            digest=keys.digest_of(key),
            name=clean_title(name),
            created_at_ms=at_ms,
            expires_at_ms=None if days is None else at_ms + days * DAY_MS,
        )
        async with self._database.transaction() as session:
            if len(await store.tokens_of(session, person.id)) >= TOKENS_MAX:
                raise TooManyTokens(most=TOKENS_MAX)
            session.add(row)
            await session.flush()
            after = {"name": row.name, "expires_at_ms": row.expires_at_ms}
            await audit.append(session, person.actor, "token.create", f"token:{row.id}", after=after)
        return _token(row), key

    async def revoke(self, person: Person, id: str) -> None:
        """End one of an account's tokens. Raises NoSuchItem."""
        async with self._database.transaction() as session:
            row = await session.get(ApiToken, id)
            if row is None or row.account_id != person.id:
                raise NoSuchItem()
            await session.delete(row)
            await audit.append(
                session, person.actor, "token.revoke", f"token:{id}", before={"name": row.name}
            )


def _token(row: ApiToken) -> Token:
    return Token(row.id, row.name, row.created_at_ms, row.seen_at_ms, row.expires_at_ms)
