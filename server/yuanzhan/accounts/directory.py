"""What is done to accounts by others: listing, another role, closing, revoking whatever lets somebody in."""

from __future__ import annotations

from yuanzhan.access import Actor, Permission, Role
from yuanzhan.accounts.invitations import make_account, record_new
from yuanzhan.accounts.naming import clean_login, clean_name
from yuanzhan.accounts.passwords import Passwords, check_password
from yuanzhan.accounts.people import Group, Person, group_of, person_of
from yuanzhan.errors.accounts import LastOwner, NoSuchAccount, OrganisationNeeded
from yuanzhan.errors.requests import NotAllowed
from yuanzhan.instants import now_ms
from yuanzhan.store import accounts as store
from yuanzhan.store import audit
from yuanzhan.store.accounts import Account, Organisation
from yuanzhan.store.database import Database, Session


class Directory:
    """The use-cases."""

    def __init__(self, database: Database, passwords: Passwords) -> None:
        self._database = database
        self._passwords = passwords

    async def everybody(self) -> list[Person]:
        """Every account, closed ones included, the oldest first."""
        async with self._database.reading() as session:
            return [person_of(row) for row in await store.accounts(session)]

    async def of_login(self, login: str) -> Person:
        """Raises NoSuchAccount."""
        async with self._database.reading() as session:
            row = await store.account_of_login(session, login.strip().lower())
        if row is None:
            raise NoSuchAccount()
        return person_of(row)

    async def create_owner(self, actor: Actor, login: str, name: str, password: str) -> Person:
        """An owner, without an invitation. Raises NotAllowed, LoginInvalid, LoginTaken, NameInvalid,
        PasswordWeak.
        """
        check_manages(actor)
        login, name = clean_login(login), clean_name(name)
        check_password(password, login)
        kept = await self._passwords.hash(password)
        async with self._database.transaction() as session:
            person = person_of(await make_account(session, Role.OWNER, login, name, kept, None))
            await store.forget_owner_links(session)
            await record_new(session, actor, person, None)
        return person

    async def set_role(self, actor: Actor, account_id: str, role: Role) -> Person:
        """Give an account another role, at its next request. Raises NotAllowed, NoSuchAccount, LastOwner,
        OrganisationNeeded.
        """
        check_manages(actor)
        async with self._database.transaction() as session:
            await store.lock_owners(session)
            row = await _open_account(session, account_id)
            before = row.role
            if before == role:
                return person_of(row)
            if role == Role.EXHIBITOR and row.organisation_id is None:
                raise OrganisationNeeded()
            row.role = str(role)
            await _keep_an_owner(session, before)
            await audit.append(
                session,
                actor,
                "account.set_role",
                f"account:{account_id}",
                before={"role": before},
                after={"role": str(role)},
            )
            return person_of(row)

    async def close(self, actor: Actor, account_id: str) -> None:
        """Close an account: it signs in no more, and whatever let it in has ended. What it did stays.

        Raises NotAllowed, NoSuchAccount, LastOwner.
        """
        check_manages(actor)
        async with self._database.transaction() as session:
            await store.lock_owners(session)
            row = await _open_account(session, account_id)
            await _close(session, actor, row)

    async def revoke(self, actor: Actor, account_id: str) -> tuple[int, int]:
        """End all sessions and API tokens of an account. Returns how many of each. Raises NotAllowed,
        NoSuchAccount.
        """
        check_manages(actor)
        async with self._database.transaction() as session:
            row = await store.account(session, account_id)
            if row is None:
                raise NoSuchAccount()
            counts = await _end_all(session, account_id)
            after = {"sessions": counts[0], "tokens": counts[1]}
            await audit.append(session, actor, "account.revoke", f"account:{account_id}", after=after)
            return counts

    async def members(self, organisation_id: str) -> tuple[Group, list[Person]]:
        """An organisation and the people in it. Raises NoSuchAccount."""
        async with self._database.reading() as session:
            found = group_of(await session.get(Organisation, organisation_id))
            if found is None:
                raise NoSuchAccount()
            return found, [person_of(row) for row in await store.members(session, organisation_id)]

    async def remove_member(self, actor: Actor, account_id: str) -> None:
        """Close the account of a colleague. Nobody removes themselves: an organisation would be left without
        anybody. Raises NoSuchAccount (somebody of another organisation is not there), NotAllowed.
        """
        async with self._database.transaction() as session:
            row = await _open_account(session, account_id)
            if actor.organisation_id is None or row.organisation_id != actor.organisation_id:
                raise NoSuchAccount()
            if row.id == actor.account_id or not actor.may(Permission.ORGANISATION_EDIT):
                raise NotAllowed()
            await _close(session, actor, row)


def check_manages(actor: Actor) -> None:
    """Raises NotAllowed. Whoever calls asks here, the command line like HTTP: no other door is needed."""
    if not actor.may(Permission.ACCOUNTS_MANAGE):
        raise NotAllowed()


async def _open_account(session: Session, account_id: str) -> Account:
    row = await store.open_account(session, account_id, locked=True)
    if row is None:
        raise NoSuchAccount()
    return row


async def _close(session: Session, actor: Actor, row: Account) -> None:
    row.closed_at_ms = now_ms()
    await _keep_an_owner(session, row.role)
    sessions, tokens = await _end_all(session, row.id)
    after = {"sessions": sessions, "tokens": tokens}
    await audit.append(
        session, actor, "account.close", f"account:{row.id}", before={"role": row.role}, after=after
    )


async def _end_all(session: Session, account_id: str) -> tuple[int, int]:
    return await store.end_sessions(session, account_id), await store.end_tokens(session, account_id)


async def _keep_an_owner(session: Session, role: str) -> None:
    if role == Role.OWNER:
        await session.flush()
        if await store.owner_count(session) == 0:
            raise LastOwner()
