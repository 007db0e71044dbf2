"""Signing in as who an OpenID Connect provider says one is.

An identity is an issuer and a subject, nothing else: an e-mail address may be somebody else's tomorrow. It
belongs to at most one account, and an account has at most one. It becomes an account's when its owner, signed
in, ties it to it, when an invitation is accepted with it, or, where the server is set so, when somebody
unknown comes: with a role that acts on nobody.
"""

from __future__ import annotations

from dataclasses import dataclass

import structlog

from yuanzhan.access import SERVER, STAFF, Role
from yuanzhan.accounts import keys
from yuanzhan.accounts.invitations import make_account, record_new, valid
from yuanzhan.accounts.naming import clean_name
from yuanzhan.accounts.people import Person, person_of
from yuanzhan.accounts.second_factor import SecondFactors
from yuanzhan.accounts.sessions import Caller, Sessions
from yuanzhan.accounts.sign_in import Entered
from yuanzhan.accounts.sign_in_log import SignInLog
from yuanzhan.accounts.ties import Proven, tie, untie
from yuanzhan.accounts.tries import Tries
from yuanzhan.errors.accounts import NameInvalid, NoSuchInvitation
from yuanzhan.errors.sign_in import CodeNeeded, CodeWrong, IdentityUnknown, LastWayIn, NotSignedIn
from yuanzhan.instants import now_ms
from yuanzhan.store import accounts as store
from yuanzhan.store.accounts import LABEL_MAX_CHARS, Account
from yuanzhan.store.base import new_id
from yuanzhan.store.database import Database, Session
from yuanzhan.store.sign_ins import Event

log = structlog.get_logger("yuanzhan.accounts")


@dataclass(frozen=True, slots=True)
class Tie:
    """An account's identity, as its owner sees it."""

    issuer: str
    label: str
    created_at_ms: int
    seen_at_ms: int


class Identities:
    """The use-cases. `new_role` is that of accounts that an unknown identity gets, if any."""

    def __init__(
        self,
        database: Database,
        sessions: Sessions,
        tries: Tries,
        second_factors: SecondFactors,
        kept_log: SignInLog,
        new_role: Role | None = None,
    ) -> None:
        if new_role in STAFF:
            raise ValueError("nobody becomes staff unasked")
        self._database = database
        self._log = kept_log
        self._sessions = sessions
        self._tries = tries
        self._second_factors = second_factors
        self._new_role = new_role

    async def enter(self, proven: Proven, code: str, caller: Caller) -> Entered:
        """Sign in. Raises IdentityUnknown, CodeNeeded (the account has a second factor, and nobody vouched),
        CodeWrong, TooManyTries.
        """
        login = await self._login_of(proven) if code else ""
        if code:
            self._tries.begin(login, caller.address)
        account_id = ""
        try:
            async with self._database.transaction() as session:
                account = await self._account(session, proven)
                account_id = account.id
                if account.second_factor is not None and not proven.vouched:
                    if not code:
                        raise CodeNeeded()
                    if not await self._second_factors.check(session, account, code):
                        log.warning("code_refused")
                        raise CodeWrong()
                entered = await self._enter(session, account, proven, caller)
        except (CodeWrong, IdentityUnknown) as error:
            event = Event.CODE_REFUSED if isinstance(error, CodeWrong) else Event.REFUSED
            await self._log.refused(event, account_id, caller.address)
            raise
        if code:
            self._tries.forgive(login, caller.address)
        log.info("signed_in", by="oidc", role=str(entered.person.role))
        return entered

    async def accept(self, key: str, login: str, name: str, proven: Proven, caller: Caller) -> Entered:
        """Take up an invitation with an identity instead of a password; `login` and `name` as
        `Invitations.check` gave them. Raises NoSuchInvitation, LoginTaken, IdentityTaken.
        """
        async with self._database.transaction() as session:
            row = await valid(session, key, locked=True)
            if row.resets is not None:
                raise NoSuchInvitation()
            account = await make_account(session, row.role, login, name, "", row.organisation)
            row.used_at_ms = now_ms()
            person = person_of(account)
            await record_new(session, person.actor, person, row.id)
            await tie(session, person, proven)
            entered = await self._enter(session, account, proven, caller)
        log.info("account_made", by="oidc", role=str(person.role))
        return entered

    async def link(self, person: Person, proven: Proven) -> None:
        """Tie an identity to one's own account. Raises IdentityTaken, NotSignedIn (closed meanwhile)."""
        async with self._database.transaction() as session:
            account = await store.open_account(session, person.id, locked=True)
            if account is None:
                raise NotSignedIn()
            await tie(session, person, proven)

    async def unlink(self, person: Person, own_key: str) -> None:
        """Untie it, and end every session but the one with this key: whoever came by it is out.

        Raises LastWayIn: the account has no password.
        """
        async with self._database.transaction() as session:
            account = await store.account(session, person.id, locked=True)
            if account is None or not account.password_hash:
                raise LastWayIn()
            if await untie(session, person):
                await store.end_sessions(session, person.id, except_digest=keys.digest_of(own_key))

    async def of(self, account_id: str) -> Tie | None:
        """An account's identity, if it has one."""
        async with self._database.reading() as session:
            row = await store.identity_of(session, account_id)
        return None if row is None else Tie(row.issuer, row.label, row.created_at_ms, row.seen_at_ms)

    async def _login_of(self, proven: Proven) -> str:
        async with self._database.reading() as session:
            found = await store.identity(session, proven.issuer, proven.subject)
        if found is None:
            raise IdentityUnknown()
        return found[1].login

    async def _account(self, session: Session, proven: Proven) -> Account:
        found = await store.identity(session, proven.issuer, proven.subject, locked=True)
        if found is None and self._new_role is not None:
            return await _newcomer(session, self._new_role, proven)
        if found is None or found[1].closed_at_ms is not None:
            log.warning("identity_unknown")
            raise IdentityUnknown()
        identity, account = found
        identity.seen_at_ms = now_ms()
        identity.label = proven.label[:LABEL_MAX_CHARS] or identity.label
        return account

    async def _enter(self, session: Session, account: Account, proven: Proven, caller: Caller) -> Entered:
        key = await self._sessions.open(
            session,
            account.id,
            caller,
            vouched=proven.vouched,
            proven_at_ms=proven.at_ms,
        )
        return Entered(person_of(account), key)


async def _newcomer(session: Session, role: Role, proven: Proven) -> Account:
    """An account for somebody unknown. Its login says nothing: without a password nobody types it."""
    login = f"oidc-{new_id()[:12]}"
    try:
        name = clean_name(proven.name)
    except NameInvalid:
        name = login
    account = await make_account(session, str(role), login, name, "", None)
    person = person_of(account)
    await record_new(session, SERVER, person, None)
    await tie(session, person, proven)
    log.info("account_made", by="oidc", role=str(role))
    return account
