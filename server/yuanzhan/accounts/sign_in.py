"""Signing in with login, password and, where there is one, the second factor.

Every failure looks and costs the same, whether the login exists or not. What failed goes to the log of
sign-ins, with whose account it was about if there is one; how often one may try is told by `Tries`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import structlog

from yuanzhan.accounts.naming import plain_login
from yuanzhan.accounts.passwords import PASSWORD_MAX_CHARS, Passwords, check_password
from yuanzhan.accounts.people import Person, person_of
from yuanzhan.accounts.second_factor import SecondFactors
from yuanzhan.accounts.sessions import Caller, Known, Sessions
from yuanzhan.accounts.sign_in_log import SignInLog
from yuanzhan.accounts.ties import untie
from yuanzhan.accounts.tries import Tries
from yuanzhan.errors.sign_in import CodeNeeded, CodeWrong, NotSignedIn, SignInAgain, SignInRefused
from yuanzhan.instants import MINUTE_MS, now_ms
from yuanzhan.store import accounts as store
from yuanzhan.store import audit
from yuanzhan.store.accounts import Account
from yuanzhan.store.database import Database
from yuanzhan.store.sign_ins import Event

JUST_NOW_MS: Final = 10 * MINUTE_MS
"""Long enough to find one's way to the account page, and the phone."""

log = structlog.get_logger("yuanzhan.accounts")


@dataclass(frozen=True, slots=True)
class Entered:
    """Somebody signed in: `key` goes into the cookie and nowhere else."""

    person: Person
    key: str


class SignIn:
    """The use-case."""

    def __init__(
        self,
        database: Database,
        passwords: Passwords,
        sessions: Sessions,
        tries: Tries,
        second_factors: SecondFactors,
        kept_log: SignInLog,
    ) -> None:
        self._database = database
        self._log = kept_log
        self._second_factors = second_factors
        self._passwords = passwords
        self._sessions = sessions
        self._tries = tries

    async def enter(self, login: str, password: str, code: str, caller: Caller) -> Entered:
        """Raises SignInRefused, CodeNeeded (the rest is right), CodeWrong, TooManyTries."""
        login = plain_login(login)
        self._tries.begin(login, caller.address)
        account = await self._checked(login, password, caller)
        if account.second_factor is not None and not code:
            self._tries.forgive(login, caller.address)
            raise CodeNeeded()
        try:
            entered = await self._open(account, code, caller)
        except CodeWrong:
            await self._log.refused(Event.CODE_REFUSED, account.id, caller.address)
            raise
        self._tries.forgive(login, caller.address)
        return entered

    async def confirm(self, known: Known, password: str, caller: Caller) -> None:
        """Ask for one's own password once more, before something that a stolen session must not do. Who has
        none must have told their provider just now who they are: a new session alone proves nothing, for
        whoever is signed in there gets one without being asked.

        Raises SignInRefused, SignInAgain, TooManyTries.
        """
        person = known.person
        if not person.has_password:
            if known.proven_ms is None or now_ms() - known.proven_ms > JUST_NOW_MS:
                raise SignInAgain()
            return
        self._tries.begin(person.login, caller.address)
        await self._checked(person.login, password, caller)
        self._tries.forgive(person.login, caller.address)

    async def change_password(self, known: Known, old: str, new: str, caller: Caller) -> Entered:
        """Replace one's own password: every other session ends, an identity is untied, and this session gets
        a new key.

        Raises SignInRefused (the old one is wrong), PasswordWeak, TooManyTries.
        """
        person = known.person
        check_password(new, person.login)
        self._tries.begin(person.login, caller.address)
        checked = await self._checked(person.login, old, caller)
        self._tries.forgive(person.login, caller.address)
        kept = await self._passwords.hash(new)
        async with self._database.transaction() as session:
            account = await store.account(session, person.id, locked=True)
            if account is None or account.password_hash != checked.password_hash:
                raise NotSignedIn()
            account.password_hash = kept
            ended = await store.end_sessions(session, account.id)
            await untie(session, person)
            new_key = await self._sessions.open(session, account.id, caller, vouched=known.is_vouched)
            await audit.append(
                session,
                person.actor,
                "account.change_password",
                f"account:{person.id}",
                after={"ended": ended},
            )
        return Entered(person, new_key)

    async def _checked(self, login: str, password: str, caller: Caller) -> Account:
        async with self._database.reading() as session:
            account = await store.account_of_login(session, login)
        is_open = account is not None and account.closed_at_ms is None
        kept = account.password_hash if account is not None and is_open else None
        is_right = await self._passwords.matches(kept, password[: PASSWORD_MAX_CHARS + 1])
        if account is None or not is_right:
            log.warning("sign_in_refused")
            await self._log.refused(Event.REFUSED, "" if account is None else account.id, caller.address)
            raise SignInRefused()
        return account

    async def _open(self, checked: Account, code: str, caller: Caller) -> Entered:
        async with self._database.transaction() as session:
            account = await store.account(session, checked.id, locked=True)
            # Closed, or given another password, while we were comparing.
            if (
                account is None
                or account.closed_at_ms is not None
                or account.password_hash != checked.password_hash
            ):
                raise SignInRefused()
            if account.second_factor is not None and not await self._second_factors.check(
                session, account, code
            ):
                log.warning("code_refused")
                raise CodeWrong()
            key = await self._sessions.open(session, account.id, caller)
            person = person_of(account)
        log.info("signed_in", by="password", role=str(person.role))
        return Entered(person, key)
