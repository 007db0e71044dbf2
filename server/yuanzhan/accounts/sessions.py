"""Who a request is from: the session of a cookie, or the API token of a header.

A session ends when it was not used for `idle_ms`, `lifetime_ms` after the sign-in however much it is used,
when it is revoked, and when its account is closed. Each sign-in makes a new one with a key of its own: a key
that somebody else put into a browser beforehand is worth nothing (session fixation).
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import Final

from yuanzhan.accounts import keys
from yuanzhan.accounts.people import Person, person_of
from yuanzhan.accounts.sign_in_log import SignInLog
from yuanzhan.errors.accounts import NoSuchItem
from yuanzhan.instants import MINUTE_MS, now_ms
from yuanzhan.store import accounts as store
from yuanzhan.store.accounts import AGENT_MAX_CHARS, Account, ApiToken, SignedIn
from yuanzhan.store.base import new_id
from yuanzhan.store.database import Database, Session
from yuanzhan.store.sign_ins import Event

SEEN_EVERY_MS: Final = MINUTE_MS
"""How exactly the last use is known: each request would otherwise be a write."""
SESSIONS_MAX: Final = 50
"""Of one account; at the next sign-in the one unused for longest ends."""
_SESSION: Final = "session:"
_TOKEN: Final = "token:"


@dataclass(frozen=True, slots=True)
class Known:
    """Who a request is from. `session_id` is None for an API token; `grant` is either, by kind and id: what
    `Sessions.holding` is asked about later. `proven_ms` is when a provider asked them who they are, if that
    is known; `is_vouched`: it asked for a second factor, and its word counts.
    """

    person: Person
    session_id: str | None
    grant: str
    proven_ms: int | None = None
    is_vouched: bool = False


@dataclass(frozen=True, slots=True)
class Browser:
    """A session as its owner sees it."""

    id: str
    agent: str
    created_at_ms: int
    seen_at_ms: int
    expires_at_ms: int
    is_this: bool


@dataclass(frozen=True, slots=True)
class Caller:
    """What a sign-in knows of where it comes from. `old_key` is the session that the browser had."""

    address: str
    agent: str
    old_key: str | None = None


class Sessions:
    """Finds, lists and ends them."""

    def __init__(self, database: Database, log: SignInLog, *, idle_ms: int, lifetime_ms: int) -> None:
        self._database = database
        self._log = log
        self._idle_ms = idle_ms
        self.lifetime_ms = lifetime_ms

    async def of_cookie(self, key: str) -> Known | None:
        """Whose session a cookie names, or None."""
        if len(key) > keys.KEY_MAX_CHARS:
            return None
        at_ms = now_ms()
        async with self._database.reading() as session:
            found = await store.signed_in(session, keys.digest_of(key))
        if found is None or not self._is_alive(found[0], at_ms) or found[1].closed_at_ms is not None:
            return None
        row, account = found
        if at_ms - row.seen_at_ms >= SEEN_EVERY_MS:
            async with self._database.transaction() as session:
                await store.saw_session(session, row.id, at_ms)
        return Known(_person_in(row, account), row.id, f"{_SESSION}{row.id}", row.proven_at_ms, row.vouched)

    async def of_token(self, key: str) -> Known | None:
        """Whose API token a header names, or None."""
        if len(key) > keys.KEY_MAX_CHARS or not key.startswith(keys.TOKEN_PREFIX):
            return None
        at_ms = now_ms()
        async with self._database.reading() as session:
            found = await store.token_of(session, keys.digest_of(key))
        if found is None or found[1].closed_at_ms is not None:
            return None
        row, account = found
        if _is_over(row, at_ms):
            return None
        if row.seen_at_ms is None or at_ms - row.seen_at_ms >= SEEN_EVERY_MS:
            async with self._database.transaction() as session:
                await store.saw_token(session, row.id, at_ms)
        return Known(person_of(account), None, f"{_TOKEN}{row.id}")

    async def holding(self, grants: Collection[str]) -> dict[str, Person]:
        """Those of these sessions and API tokens that let somebody in still, with whose they are. It is no
        use of them: who only watches is signed out by being idle like everybody.
        """
        at_ms = now_ms()
        sessions = [grant.removeprefix(_SESSION) for grant in grants if grant.startswith(_SESSION)]
        tokens = [grant.removeprefix(_TOKEN) for grant in grants if grant.startswith(_TOKEN)]
        held: dict[str, Person] = {}
        async with self._database.reading() as session:
            for row, account in await store.sessions_with(session, sessions):
                if self._is_alive(row, at_ms) and account.closed_at_ms is None:
                    held[f"{_SESSION}{row.id}"] = _person_in(row, account)
            for token, account in await store.tokens_with(session, tokens):
                if not _is_over(token, at_ms) and account.closed_at_ms is None:
                    held[f"{_TOKEN}{token.id}"] = person_of(account)
        return held

    async def list(self, account_id: str, this: str | None) -> list[Browser]:
        """The sessions of an account that are alive, the one used last first."""
        at_ms = now_ms()
        async with self._database.reading() as session:
            rows = await store.sessions_of(session, account_id)
        return [self._browser(row, this) for row in rows if self._is_alive(row, at_ms)]

    async def end(self, account_id: str, id: str, caller: Caller) -> None:
        """End one of an account's sessions. Raises NoSuchItem."""
        async with self._database.transaction() as session:
            row = await session.get(SignedIn, id)
            if row is None or row.account_id != account_id:
                raise NoSuchItem()
            await session.delete(row)
            await self._log.add(session, Event.ENDED, account_id, caller.address)

    async def sign_out(self, caller: Caller) -> None:
        """End the session that the browser has, if there is one."""
        if caller.old_key is not None and len(caller.old_key) <= keys.KEY_MAX_CHARS:
            async with self._database.transaction() as session:
                ended = await store.end_session(session, keys.digest_of(caller.old_key))
                if ended is not None:
                    await self._log.add(session, Event.SIGNED_OUT, ended.account_id, caller.address)

    async def open(
        self,
        session: Session,
        account_id: str,
        caller: Caller,
        *,
        vouched: bool = False,
        proven_at_ms: int | None = None,
    ) -> str:
        """Make a session in a transaction, and end the one that the browser had. `vouched`: a provider whose
        word counts asked for a second factor; `proven_at_ms`: when a provider asked who it is. Returns the
        key.
        """
        at_ms = now_ms()
        key = keys.new_key()
        if caller.old_key is not None and len(caller.old_key) <= keys.KEY_MAX_CHARS:
            await store.end_session(session, keys.digest_of(caller.old_key))
        await store.end_expired(session, at_ms - self._idle_ms, at_ms - self.lifetime_ms)
        for row in (await store.sessions_of(session, account_id))[SESSIONS_MAX - 1 :]:
            await session.delete(row)
        session.add(
            SignedIn(
                id=new_id(),
                account_id=account_id,
                digest=keys.digest_of(key),
                agent=_printable(caller.agent),
                created_at_ms=at_ms,
                seen_at_ms=at_ms,
                vouched=vouched,
                proven_at_ms=proven_at_ms,
            )
        )
        await self._log.add(session, Event.SIGNED_IN, account_id, caller.address)
        return key

    def _is_alive(self, row: SignedIn, at_ms: int) -> bool:
        return at_ms - row.seen_at_ms < self._idle_ms and at_ms - row.created_at_ms < self.lifetime_ms

    def _browser(self, row: SignedIn, this: str | None) -> Browser:
        expires_at_ms = min(row.seen_at_ms + self._idle_ms, row.created_at_ms + self.lifetime_ms)
        return Browser(row.id, row.agent, row.created_at_ms, row.seen_at_ms, expires_at_ms, row.id == this)


def _person_in(row: SignedIn, account: Account) -> Person:
    """The account as this session makes it: with a second factor where the provider asked for one."""
    person = person_of(account)
    return replace(person, has_second_factor=True) if row.vouched else person


def _is_over(token: ApiToken, at_ms: int) -> bool:
    return token.expires_at_ms is not None and at_ms >= token.expires_at_ms


def _printable(agent: str) -> str:
    return "".join(char for char in agent[:AGENT_MAX_CHARS] if char.isprintable())
