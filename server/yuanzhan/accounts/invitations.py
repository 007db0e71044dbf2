"""Links that let somebody in: each makes one account, or gives one account a new password, once.

Who may invite whom: owners everybody; operators everybody but owners and operators; exhibitors other
exhibitors of their own organisation.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, TypedDict

import structlog

from yuanzhan.access import SERVER, Actor, Permission, Role
from yuanzhan.accounts import keys
from yuanzhan.accounts.naming import clean_login, clean_name, clean_note, clean_title
from yuanzhan.accounts.passwords import Passwords, check_password
from yuanzhan.accounts.people import Group, Person, group_of, person_of
from yuanzhan.accounts.sessions import Caller, Sessions
from yuanzhan.accounts.sign_in import Entered
from yuanzhan.accounts.ties import untie
from yuanzhan.errors.accounts import (
    LoginTaken,
    NoSuchAccount,
    NoSuchInvitation,
    NoSuchItem,
    OrganisationNeeded,
)
from yuanzhan.errors.requests import NotAllowed
from yuanzhan.instants import DAY_MS, now_ms
from yuanzhan.store import accounts as store
from yuanzhan.store import audit
from yuanzhan.store.accounts import Account, Invitation, Organisation
from yuanzhan.store.base import new_id
from yuanzhan.store.database import Database, Session

LIFETIME_MS: Final = 7 * DAY_MS
RESET_LIFETIME_MS: Final = DAY_MS

LISTED_MAX_COUNT: Final = 200
"""Of those that wait: what a page shows. Older ones are withdrawn after newer ones."""

_BY_OPERATORS: Final = frozenset({Role.MODERATOR, Role.EXHIBITOR, Role.SPEAKER, Role.VISITOR})

log = structlog.get_logger("yuanzhan.accounts")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What an invitation is for. The organisation is one that there is, by its id, or a new one, by its
    name.
    """

    role: Role
    organisation_id: str | None = None
    organisation_name: str | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Link:
    """An invitation that was made. `key` is the last part of its address, told once."""

    key: str
    expires_at_ms: int


@dataclass(frozen=True, slots=True)
class Offer:
    """What an invitation offers to whoever opens it. `resets` is the account that gets a new password."""

    role: Role
    organisation: Group | None
    expires_at_ms: int
    resets: Person | None


@dataclass(frozen=True, slots=True)
class Waiting:
    """An invitation that nobody has used yet. `resets` and `invited_by` are names; `invited_by` is empty
    where the server or the command line made it.
    """

    id: str
    role: Role
    organisation: Group | None
    note: str
    resets: str | None
    invited_by: str
    created_at_ms: int
    expires_at_ms: int


@dataclass(frozen=True, slots=True)
class Newcomer:
    """What somebody who was invited chose."""

    login: str
    name: str
    password: str


class Invitations:
    """The use-cases."""

    def __init__(self, database: Database, passwords: Passwords, sessions: Sessions) -> None:
        self._database = database
        self._passwords = passwords
        self._sessions = sessions

    async def create(self, actor: Actor, wanted: Wanted) -> Link:
        """Make an invitation. Raises NotAllowed, OrganisationNeeded, NameInvalid, NoSuchItem."""
        _check_may_invite(actor, wanted)
        async with self._database.transaction() as session:
            organisation = await _organisation(session, actor, wanted)
            link, row = _new(wanted.role, LIFETIME_MS)
            row.organisation_id = organisation.id if organisation else None
            row.note = clean_note(wanted.note)
            row.invited_by = actor.account_id or None
            session.add(row)
            await session.flush()
            after = {"role": str(wanted.role), "organisation": row.organisation_id}
            await audit.append(session, actor, "account.invite", f"invitation:{row.id}", after=after)
        return link

    async def create_reset(self, actor: Actor, account_id: str) -> Link:
        """A link that gives an account a new password. Raises NotAllowed, NoSuchAccount."""
        if not actor.may(Permission.ACCOUNTS_MANAGE):
            raise NotAllowed()
        async with self._database.transaction() as session:
            account = await store.open_account(session, account_id)
            if account is None:
                raise NoSuchAccount()
            link, row = _new(Role(account.role), RESET_LIFETIME_MS)
            row.resets = account.id
            row.invited_by = actor.account_id or None
            session.add(row)
            await session.flush()
            await audit.append(session, actor, "account.reset_password", f"account:{account.id}")
        return link

    async def listed(self, actor: Actor) -> list[Waiting]:
        """Those that wait and could have been made by whoever asks, the newest first."""
        async with self._database.reading() as session:
            rows = await store.waiting_invitations(session, now_ms(), **_within_reach(actor))
            rows = rows[:LISTED_MAX_COUNT]
            ids = {id for row in rows for id in (row.resets, row.invited_by) if id}
            names = await store.names_of(session, ids)
        return [
            Waiting(
                row.id,
                Role(row.role),
                group_of(row.organisation),
                row.note,
                names.get(row.resets, "") if row.resets else None,
                names.get(row.invited_by or "", ""),
                row.created_at_ms,
                row.expires_at_ms,
            )
            for row in rows
        ]

    async def withdraw(self, actor: Actor, id: str) -> None:
        """A link that nobody has used leads nowhere any more. Raises NoSuchItem: another's, used, too old."""
        async with self._database.transaction() as session:
            rows = await store.waiting_invitations(session, now_ms(), **_within_reach(actor))
            row = next((each for each in rows if each.id == id), None)
            if row is None:
                raise NoSuchItem()
            # Somebody may have come by it since it was looked up.
            await session.refresh(row, with_for_update=True)
            if row.used_at_ms is not None:
                raise NoSuchItem()
            before = {"role": row.role, "organisation": row.organisation_id, "resets": row.resets}
            await session.delete(row)
            await session.flush()
            await audit.append(
                session, actor, "account.withdraw_invitation", f"invitation:{id}", before=before
            )

    async def first_owner(self) -> Link | None:
        """A link for the first owner, where there is none; those of earlier starts are worth nothing then."""
        async with self._database.transaction() as session:
            if await store.has_owner(session):
                return None
            await store.forget_owner_links(session)
            link, row = _new(Role.OWNER, LIFETIME_MS)
            session.add(row)
            await session.flush()
            await audit.append(
                session, SERVER, "account.invite", f"invitation:{row.id}", after={"role": str(Role.OWNER)}
            )
        return link

    async def look(self, key: str) -> Offer:
        """What an invitation offers. Raises NoSuchInvitation: unknown, used or too old."""
        async with self._database.reading() as session:
            row = await valid(session, key)
            resets = await store.account(session, row.resets) if row.resets else None
            return Offer(
                Role(row.role),
                group_of(row.organisation),
                row.expires_at_ms,
                person_of(resets) if resets else None,
            )

    async def check(self, key: str, login: str, name: str) -> tuple[str, str]:
        """The login and the name as the account will have them, before anything is made.

        Raises NoSuchInvitation (one that resets a password makes no account), LoginInvalid, LoginTaken,
        NameInvalid.
        """
        login, name = clean_login(login), clean_name(name)
        async with self._database.reading() as session:
            if (await valid(session, key)).resets is not None:
                raise NoSuchInvitation()
            if await store.account_of_login(session, login) is not None:
                raise LoginTaken(login=login)
        return login, name

    async def accept(self, key: str, newcomer: Newcomer, caller: Caller) -> Entered:
        """Make the account and sign it in.

        Raises NoSuchInvitation, LoginInvalid, LoginTaken, NameInvalid, PasswordWeak, TooManyTries.
        """
        offer = await self.look(key)
        if offer.resets is not None:
            return await self._reset(key, offer.resets, newcomer.password, caller)
        login, name = await self.check(key, newcomer.login, newcomer.name)
        check_password(newcomer.password, login)
        kept = await self._passwords.hash(newcomer.password)
        async with self._database.transaction() as session:
            row = await valid(session, key, locked=True)
            account = await make_account(session, row.role, login, name, kept, row.organisation)
            row.used_at_ms = now_ms()
            session_key = await self._sessions.open(session, account.id, caller)
            person = person_of(account)
            await record_new(session, person.actor, person, row.id)
        log.info("account_made", by="password", role=str(person.role))
        return Entered(person, session_key)

    async def _reset(self, key: str, person: Person, password: str, caller: Caller) -> Entered:
        check_password(password, person.login)
        kept = await self._passwords.hash(password)
        async with self._database.transaction() as session:
            row = await valid(session, key, locked=True)
            account = await store.open_account(session, person.id, locked=True)
            if account is None:
                raise NoSuchInvitation()
            account.password_hash = kept
            row.used_at_ms = now_ms()
            await store.end_sessions(session, account.id)
            await untie(session, person_of(account))
            session_key = await self._sessions.open(session, account.id, caller)
            person = person_of(account)
            await audit.append(session, person.actor, "account.set_password", f"account:{person.id}")
        return Entered(person, session_key)


async def make_account(
    session: Session, role: str, login: str, name: str, kept: str, organisation: Organisation | None
) -> Account:
    """An account with a login that nobody has. Raises LoginTaken."""
    account = Account(
        id=new_id(),
        login=login,
        name=name,
        role=role,
        organisation=organisation,
        password_hash=kept,
        created_at_ms=now_ms(),
    )
    await store.add_account(session, account)
    return account


async def record_new(session: Session, actor: Actor, person: Person, invitation: str | None) -> None:
    """Put a new account into the record."""
    after = {
        "role": str(person.role),
        "organisation": person.organisation.id if person.organisation else None,
        "invitation": invitation,
    }
    await audit.append(session, actor, "account.create", f"account:{person.id}", after=after)


async def valid(session: Session, key: str, *, locked: bool = False) -> Invitation:
    """The invitation of a key. Raises NoSuchInvitation: unknown, used or too old."""
    if len(key) > keys.KEY_MAX_CHARS:
        raise NoSuchInvitation()
    row = await store.invitation_of(session, keys.digest_of(key), locked=locked)
    if row is None or row.used_at_ms is not None or now_ms() >= row.expires_at_ms:
        raise NoSuchInvitation()
    return row


def _check_may_invite(actor: Actor, wanted: Wanted) -> None:
    if actor.may(Permission.INVITE_STAFF):
        return
    if actor.may(Permission.INVITE_EXHIBITORS) and wanted.role in _BY_OPERATORS:
        return
    is_own = wanted.organisation_name is None and wanted.organisation_id in (None, actor.organisation_id)
    if actor.may(Permission.INVITE_COLLEAGUES) and wanted.role == Role.EXHIBITOR and is_own:
        return
    raise NotAllowed()


class _Reach(TypedDict):
    """Which invitations somebody sees and withdraws: None is any."""

    roles: frozenset[Role] | None
    organisation_id: str | None


def _within_reach(actor: Actor) -> _Reach:
    """Those that they could have made. Raises NotAllowed."""
    if actor.may(Permission.INVITE_STAFF):
        return _Reach(roles=None, organisation_id=None)
    if actor.may(Permission.INVITE_EXHIBITORS):
        return _Reach(roles=_BY_OPERATORS, organisation_id=None)
    if actor.may(Permission.INVITE_COLLEAGUES) and actor.organisation_id is not None:
        return _Reach(roles=frozenset({Role.EXHIBITOR}), organisation_id=actor.organisation_id)
    raise NotAllowed()


async def _organisation(session: Session, actor: Actor, wanted: Wanted) -> Organisation | None:
    """The organisation that an invitation leads into, made where it is new."""
    id = wanted.organisation_id
    if id is None and wanted.organisation_name is None and wanted.role == Role.EXHIBITOR:
        id = actor.organisation_id
    if id is not None:
        found = await session.get(Organisation, id)
        if found is None:
            raise NoSuchItem()
        return found
    if wanted.organisation_name is None:
        if wanted.role == Role.EXHIBITOR:
            raise OrganisationNeeded()
        return None
    made = Organisation(id=new_id(), name=clean_title(wanted.organisation_name), created_at_ms=now_ms())
    session.add(made)
    await session.flush()
    await audit.append(
        session, actor, "organisation.create", f"organisation:{made.id}", after={"name": made.name}
    )
    return made


def _new(role: Role, lifetime_ms: int) -> tuple[Link, Invitation]:
    at_ms = now_ms()
    key = keys.new_key()
    row = Invitation(
        id=new_id(),
        digest=keys.digest_of(key),
        role=str(role),
        note="",
        created_at_ms=at_ms,
        expires_at_ms=at_ms + lifetime_ms,
    )
    return Link(key, row.expires_at_ms), row
