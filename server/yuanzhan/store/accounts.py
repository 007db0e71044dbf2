"""Accounts, their organisations, and what lets somebody in: sessions, API tokens, invitations, recovery
codes, identities at a provider.

Of each secret that was handed out only the SHA-256 is kept: who reads the database can use none of them.
They have 256 random bits, so a fast hash is enough; passwords have fewer and are hashed with Argon2.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import Final

from sqlalchemy import BigInteger, ForeignKey, Index, String, Text, delete, false, func, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, mapped_column, relationship

from yuanzhan.access import Role
from yuanzhan.errors.accounts import LoginTaken
from yuanzhan.errors.sign_in import IdentityTaken
from yuanzhan.store.base import Base, Id, Moment
from yuanzhan.store.database import Session

LOGIN_MAX_CHARS: Final = 64
AGENT_MAX_CHARS: Final = 200
ISSUER_MAX_CHARS: Final = 255
SUBJECT_MAX_CHARS: Final = 255
"""OpenID Connect Core 1.0, section 2: a subject has no more."""
LABEL_MAX_CHARS: Final = 100
_DIGEST: Final = String(64)
_IN_MAX_COUNT: Final = 500
"""Values of an IN: below what any SQLite was built with."""


class Organisation(Base):
    """A company or a team that exhibits."""

    __tablename__ = "organisations"

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    name: Mapped[str] = mapped_column(Text)
    created_at_ms: Mapped[int] = mapped_column(Moment)


class Account(Base):
    """Somebody who signs in. `login` is in lower case; `second_factor` is sealed with the data directory's
    secret; `password_hash` is empty where there is no password.
    """

    __tablename__ = "accounts"

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    login: Mapped[str] = mapped_column(String(LOGIN_MAX_CHARS), unique=True)
    name: Mapped[str] = mapped_column(Text)
    role: Mapped[str] = mapped_column(String(16))
    organisation_id: Mapped[str | None] = mapped_column(ForeignKey("organisations.id"))
    password_hash: Mapped[str] = mapped_column(Text)
    created_at_ms: Mapped[int] = mapped_column(Moment)
    closed_at_ms: Mapped[int | None] = mapped_column(Moment)
    second_factor: Mapped[str | None] = mapped_column(Text)
    second_factor_pending: Mapped[str | None] = mapped_column(Text)
    second_factor_step: Mapped[int | None] = mapped_column(BigInteger)
    """The last time step whose code was used: none is taken twice."""

    organisation: Mapped[Organisation | None] = relationship(lazy="joined", innerjoin=False)

    __table_args__ = (Index(None, "organisation_id"),)


class SignedIn(Base):
    """A session: one browser that signed in. Revoked means removed."""

    __tablename__ = "sessions"

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    account_id: Mapped[str] = mapped_column(ForeignKey("accounts.id", ondelete="CASCADE"), index=True)
    digest: Mapped[str] = mapped_column(_DIGEST, unique=True)
    agent: Mapped[str] = mapped_column(String(AGENT_MAX_CHARS))
    created_at_ms: Mapped[int] = mapped_column(Moment)
    seen_at_ms: Mapped[int] = mapped_column(Moment)
    vouched: Mapped[bool] = mapped_column(default=False, server_default=false())
    """The provider asked for a second factor at this sign-in, and we take its word."""
    proven_at_ms: Mapped[int | None] = mapped_column(Moment)
    """When the provider asked them who they are, at this sign-in or before; None where that is not known."""


class ApiToken(Base):
    """A secret for a program, with its account's rights."""

    __tablename__ = "api_tokens"

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    account_id: Mapped[str] = mapped_column(ForeignKey("accounts.id", ondelete="CASCADE"), index=True)
    digest: Mapped[str] = mapped_column(_DIGEST, unique=True)
    name: Mapped[str] = mapped_column(Text)
    created_at_ms: Mapped[int] = mapped_column(Moment)
    seen_at_ms: Mapped[int | None] = mapped_column(Moment)
    expires_at_ms: Mapped[int | None] = mapped_column(Moment)


class Invitation(Base):
    """A link that makes one account. `invited_by` is empty where the server or the command line made it."""

    __tablename__ = "invitations"

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    digest: Mapped[str] = mapped_column(_DIGEST, unique=True)
    role: Mapped[str] = mapped_column(String(16))
    organisation_id: Mapped[str | None] = mapped_column(ForeignKey("organisations.id"))
    note: Mapped[str] = mapped_column(Text)
    invited_by: Mapped[str | None] = mapped_column(ForeignKey("accounts.id", ondelete="SET NULL"))
    resets: Mapped[str | None] = mapped_column(ForeignKey("accounts.id", ondelete="CASCADE"))
    """The account whose password the link sets anew, where it makes none."""
    created_at_ms: Mapped[int] = mapped_column(Moment)
    expires_at_ms: Mapped[int] = mapped_column(Moment)
    used_at_ms: Mapped[int | None] = mapped_column(Moment)

    organisation: Mapped[Organisation | None] = relationship(lazy="joined", innerjoin=False)


class RecoveryCode(Base):
    """A code that stands in for the second factor once."""

    __tablename__ = "recovery_codes"

    account_id: Mapped[str] = mapped_column(ForeignKey("accounts.id", ondelete="CASCADE"), primary_key=True)
    digest: Mapped[str] = mapped_column(_DIGEST, primary_key=True)


class Identity(Base):
    """Somebody at an OpenID Connect provider, whose account this is. Only `issuer` and `subject` say who it
    is; `label` is what the provider called them, for the person to recognise.
    """

    __tablename__ = "identities"

    issuer: Mapped[str] = mapped_column(String(ISSUER_MAX_CHARS), primary_key=True)
    subject: Mapped[str] = mapped_column(String(SUBJECT_MAX_CHARS), primary_key=True)
    account_id: Mapped[str] = mapped_column(ForeignKey("accounts.id", ondelete="CASCADE"), unique=True)
    label: Mapped[str] = mapped_column(String(LABEL_MAX_CHARS))
    created_at_ms: Mapped[int] = mapped_column(Moment)
    seen_at_ms: Mapped[int] = mapped_column(Moment)


async def add_account(session: Session, account: Account) -> None:
    """Add an account. Raises LoginTaken, and the transaction is lost then."""
    session.add(account)
    try:
        await session.flush()
    except IntegrityError as error:
        raise LoginTaken(login=account.login) from error


async def account_of_login(session: Session, login: str, *, locked: bool = False) -> Account | None:
    """The account of a login in lower case."""
    query = select(Account).where(Account.login == login)
    if locked:
        query = query.with_for_update(of=Account)
    return (await session.execute(query)).scalar_one_or_none()


async def account(session: Session, id: str, *, locked: bool = False) -> Account | None:
    """An account by its id; `locked` until the transaction ends."""
    query = select(Account).where(Account.id == id)
    if locked:
        query = query.with_for_update(of=Account)
    return (await session.execute(query)).scalar_one_or_none()


async def open_account(session: Session, id: str, *, locked: bool = False) -> Account | None:
    """The same, unless it is closed."""
    row = await account(session, id, locked=locked)
    return None if row is None or row.closed_at_ms is not None else row


async def accounts(session: Session) -> Sequence[Account]:
    """Every account, the oldest first."""
    return (
        (await session.execute(select(Account).order_by(Account.created_at_ms, Account.id))).scalars().all()
    )


async def has_owner(session: Session) -> bool:
    """Whether somebody answers for the server."""
    query = select(Account.id).where(Account.role == Role.OWNER, Account.closed_at_ms.is_(None)).limit(1)
    return (await session.execute(query)).first() is not None


async def lock_owners(session: Session) -> None:
    """Nobody else makes an owner less until this transaction has ended. (On SQLite it is the only writer.)"""
    query = select(Account.id).where(Account.role == Role.OWNER).order_by(Account.id).with_for_update()
    await session.execute(query)


async def owner_count(session: Session) -> int:
    """How many owners can sign in."""
    query = select(func.count()).where(Account.role == Role.OWNER, Account.closed_at_ms.is_(None))
    return (await session.execute(query)).scalar_one()


async def members(session: Session, organisation_id: str) -> Sequence[Account]:
    """The open accounts of an organisation, the oldest first."""
    query = (
        select(Account)
        .where(Account.organisation_id == organisation_id, Account.closed_at_ms.is_(None))
        .order_by(Account.created_at_ms, Account.id)
    )
    return (await session.execute(query)).scalars().all()


async def signed_in(session: Session, digest: str) -> tuple[SignedIn, Account] | None:
    """The session of a token's digest with its account."""
    query = (
        select(SignedIn, Account)
        .join(Account, Account.id == SignedIn.account_id)
        .where(SignedIn.digest == digest)
    )
    row = (await session.execute(query)).first()
    return None if row is None else (row[0], row[1])


async def token_of(session: Session, digest: str) -> tuple[ApiToken, Account] | None:
    """The API token of a digest with its account."""
    query = (
        select(ApiToken, Account)
        .join(Account, Account.id == ApiToken.account_id)
        .where(ApiToken.digest == digest)
    )
    row = (await session.execute(query)).first()
    return None if row is None else (row[0], row[1])


async def sessions_with(session: Session, ids: Sequence[str]) -> list[tuple[SignedIn, Account]]:
    """Those of these sessions that there are, with their accounts."""
    found: list[tuple[SignedIn, Account]] = []
    for some in _portions(ids):
        query = (
            select(SignedIn, Account)
            .join(Account, Account.id == SignedIn.account_id)
            .where(SignedIn.id.in_(some))
        )
        found += [(row[0], row[1]) for row in await session.execute(query)]
    return found


async def tokens_with(session: Session, ids: Sequence[str]) -> list[tuple[ApiToken, Account]]:
    """Those of these API tokens that there are, with their accounts."""
    found: list[tuple[ApiToken, Account]] = []
    for some in _portions(ids):
        query = (
            select(ApiToken, Account)
            .join(Account, Account.id == ApiToken.account_id)
            .where(ApiToken.id.in_(some))
        )
        found += [(row[0], row[1]) for row in await session.execute(query)]
    return found


async def sessions_of(session: Session, account_id: str) -> Sequence[SignedIn]:
    """An account's sessions, the one used last first."""
    query = select(SignedIn).where(SignedIn.account_id == account_id).order_by(SignedIn.seen_at_ms.desc())
    return (await session.execute(query)).scalars().all()


async def tokens_of(session: Session, account_id: str) -> Sequence[ApiToken]:
    """An account's API tokens, the newest first."""
    query = select(ApiToken).where(ApiToken.account_id == account_id).order_by(ApiToken.created_at_ms.desc())
    return (await session.execute(query)).scalars().all()


async def end_session(session: Session, digest: str) -> SignedIn | None:
    """Remove the session of a digest. Returns what was removed."""
    found = (await session.execute(select(SignedIn).where(SignedIn.digest == digest))).scalar_one_or_none()
    if found is not None:
        await session.execute(delete(SignedIn).where(SignedIn.id == found.id))
    return found


async def end_sessions(
    session: Session, account_id: str, *, except_digest: str = "", except_id: str = ""
) -> int:
    """Remove an account's sessions. Returns how many."""
    ended = await session.execute(
        delete(SignedIn)
        .where(SignedIn.account_id == account_id)
        .where(SignedIn.digest != except_digest, SignedIn.id != except_id)
        .returning(SignedIn.id)
    )
    return len(ended.all())


async def end_tokens(session: Session, account_id: str) -> int:
    """Remove an account's API tokens. Returns how many."""
    ended = await session.execute(
        delete(ApiToken).where(ApiToken.account_id == account_id).returning(ApiToken.id)
    )
    return len(ended.all())


async def end_expired(session: Session, idle_before_ms: int, created_before_ms: int) -> None:
    """Remove the sessions that nobody can use any more."""
    await session.execute(
        delete(SignedIn).where(
            or_(SignedIn.seen_at_ms < idle_before_ms, SignedIn.created_at_ms < created_before_ms)
        )
    )


async def saw_session(session: Session, id: str, at_ms: int) -> None:
    """A session was used."""
    await session.execute(update(SignedIn).where(SignedIn.id == id).values(seen_at_ms=at_ms))


async def saw_token(session: Session, id: str, at_ms: int) -> None:
    """An API token was used."""
    await session.execute(update(ApiToken).where(ApiToken.id == id).values(seen_at_ms=at_ms))


async def identity(
    session: Session, issuer: str, subject: str, *, locked: bool = False
) -> tuple[Identity, Account] | None:
    """An identity with its account, which is `locked` until the transaction ends."""
    query = (
        select(Identity, Account)
        .join(Account, Account.id == Identity.account_id)
        .where(Identity.issuer == issuer, Identity.subject == subject)
    )
    if locked:
        query = query.with_for_update(of=Account)
    found = (await session.execute(query)).first()
    return None if found is None else (found[0], found[1])


async def identity_of(session: Session, account_id: str) -> Identity | None:
    """The identity of an account."""
    query = select(Identity).where(Identity.account_id == account_id)
    return (await session.execute(query)).scalar_one_or_none()


async def add_identity(session: Session, row: Identity) -> None:
    """Raises IdentityTaken (another account's, or this one has one); the transaction is lost then."""
    session.add(row)
    try:
        await session.flush()
    except IntegrityError as error:
        raise IdentityTaken() from error


async def forget_identity(session: Session, account_id: str) -> bool:
    """Remove an account's identity. False where there is none."""
    gone = await session.execute(
        delete(Identity).where(Identity.account_id == account_id).returning(Identity.subject)
    )
    return gone.first() is not None


async def invitation_of(session: Session, digest: str, *, locked: bool = False) -> Invitation | None:
    """The invitation of a token's digest."""
    query = select(Invitation).where(Invitation.digest == digest)
    if locked:
        query = query.with_for_update(of=Invitation)
    return (await session.execute(query)).scalar_one_or_none()


async def waiting_invitations(
    session: Session, at_ms: int, *, roles: Collection[Role] | None, organisation_id: str | None
) -> Sequence[Invitation]:
    """Those that can be used at this moment, the newest first: of these roles and this organisation, where
    they are given, and then none that sets a password anew.
    """
    query = (
        select(Invitation)
        .where(Invitation.used_at_ms.is_(None), Invitation.expires_at_ms > at_ms)
        .order_by(Invitation.created_at_ms.desc(), Invitation.id)
    )
    if roles is not None:
        query = query.where(Invitation.role.in_(roles), Invitation.resets.is_(None))
    if organisation_id is not None:
        query = query.where(Invitation.organisation_id == organisation_id)
    return (await session.execute(query)).scalars().all()


async def names_of(session: Session, ids: Collection[str]) -> dict[str, str]:
    """What accounts are called, by their ids; those that are gone are left out."""
    query = select(Account.id, Account.name).where(Account.id.in_(ids))
    return {row.id: row.name for row in (await session.execute(query)).all()}


async def forget_owner_links(session: Session) -> None:
    """Remove the unused links for a first owner that earlier starts made."""
    await session.execute(
        delete(Invitation).where(
            Invitation.role == Role.OWNER, Invitation.invited_by.is_(None), Invitation.used_at_ms.is_(None)
        )
    )


async def use_recovery_code(session: Session, account_id: str, digest: str) -> bool:
    """Take a recovery code. False where there is none like it."""
    used = await session.execute(
        delete(RecoveryCode)
        .where(RecoveryCode.account_id == account_id, RecoveryCode.digest == digest)
        .returning(RecoveryCode.digest)
    )
    return used.first() is not None


async def set_recovery_codes(session: Session, account_id: str, digests: Sequence[str]) -> None:
    """Replace an account's recovery codes."""
    await session.execute(delete(RecoveryCode).where(RecoveryCode.account_id == account_id))
    session.add_all(RecoveryCode(account_id=account_id, digest=digest) for digest in digests)


async def recovery_code_count(session: Session, account_id: str) -> int:
    """How many recovery codes are left."""
    query = select(func.count()).where(RecoveryCode.account_id == account_id)
    return (await session.execute(query)).scalar_one()


def _portions(ids: Sequence[str]) -> Iterator[Sequence[str]]:
    """As many at a time as any database takes in one statement."""
    for first in range(0, len(ids), _IN_MAX_COUNT):
        yield ids[first : first + _IN_MAX_COUNT]
