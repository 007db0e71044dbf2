"""What the routes of accounts take and give. These models read what is sent; of what is answered they are the
description, and tests hold each answer against it."""

from __future__ import annotations

from typing import Annotated, Any, Final

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

from yuanzhan.access import Role
from yuanzhan.accounts.tokens import DAYS_MAX

TEXT_MAX_CHARS: Final = 4096


def _storable(text: str) -> str:
    """No database takes a NUL in a text."""
    if "\0" in text:
        raise ValueError("a null in it")
    return text


Text = Annotated[str, StringConstraints(max_length=TEXT_MAX_CHARS), AfterValidator(_storable)]


class _Sent(BaseModel):
    """What is not known here is left alone: older programs say less, newer ones more."""

    model_config = ConfigDict(strict=True, frozen=True)


class SignIn(_Sent):
    """`code`: of an authenticator, or a recovery code, where the account has a second factor."""

    login: Text
    password: Text
    code: Text | None = None


class Password(_Sent):
    """One's own, once more; who has none must have signed in within the last minutes."""

    password: Text | None = None


class PasswordAndCode(Password):
    """And a code of the second factor."""

    code: Text


class PasswordChange(_Sent):
    old: Text
    new: Text


class Code(_Sent):
    """Of the authenticator."""

    code: Text


class OrganisationWanted(_Sent):
    """One that is there, by its id, or a new one, by its name."""

    id: Text | None = None
    name: Text | None = None


class InvitationWanted(_Sent):
    """For exhibitors an organisation: who is in one invites into it and need not say so. `note` is for the
    list of accounts."""

    role: Role
    organisation: OrganisationWanted | None = None
    note: Text | None = None


class Acceptance(_Sent):
    """`login` and `name` of the account to be made; neither counts where the link gives a new password."""

    login: Text | None = None
    name: Text | None = None
    password: Text


class AwayWanted(_Sent):
    """To sign in and go to `next`, `again` where the provider is to ask who it is, or to accept an
    `invitation` with a `login` and a `name`.
    """

    next: Text | None = None
    again: bool = False
    invitation: Text | None = None
    login: Text | None = None
    name: Text | None = None


class TokenWanted(_Sent):
    """`days`: how long it lasts; without, until it is revoked."""

    name: Text
    days: Annotated[int, Field(ge=1, le=DAYS_MAX)] | None = None


class RoleWanted(_Sent):
    role: Role


class GroupAnswer(BaseModel):
    """An organisation."""

    id: str
    name: str


class AccountAnswer(BaseModel):
    id: str
    login: str
    name: str
    role: Role
    organisation: GroupAnswer | None


class ListedAccountAnswer(AccountAnswer):
    """As those see it who manage accounts."""

    closed: bool
    created_at: str
    second_factor: bool


class EnteredAnswer(BaseModel):
    """Who is signed in now: the session is in the cookie, `csrf` goes into X-Yuanzhan-CSRF of each change."""

    account: AccountAnswer
    csrf: str


class MeAnswer(BaseModel):
    """`csrf` is null for an API token, which needs none."""

    account: AccountAnswer
    csrf: str | None
    permissions: list[str]
    second_factor_needed: bool
    password: bool


class ProviderAnswer(BaseModel):
    """What the provider is called that one may sign in by; null where there is none."""

    name: str | None


class AwayAnswer(BaseModel):
    """Where the browser goes."""

    url: str


class TieAnswer(BaseModel):
    """`label` is what the provider calls whose identity it is."""

    issuer: str
    label: str
    created_at: str
    seen_at: str


class IdentityAnswer(ProviderAnswer):
    """And the identity that is linked to one's account."""

    identity: TieAnswer | None


class SecondFactorAnswer(BaseModel):
    """`recovery_codes`: how many are left."""

    on: bool
    recovery_codes: int


class EnrolmentAnswer(BaseModel):
    """`qr`: dark and light modules of the code that shows `uri`, row by row."""

    secret: str
    uri: str
    qr: list[str]


class RecoveryCodesAnswer(BaseModel):
    """Told this once."""

    recovery_codes: list[str]


class LinkAnswer(BaseModel):
    """A link that works once."""

    url: str
    expires_at: str


class Named(BaseModel):
    login: str
    name: str


class OfferAnswer(BaseModel):
    """What an invitation offers; with `resets` a new password for that account."""

    role: Role
    organisation: GroupAnswer | None
    expires_at: str
    resets: Named | None


class WaitingAnswer(BaseModel):
    """An invitation that nobody has used yet; `resets`: whose password it sets anew, `invited_by`: empty
    where the server or the command line made it. Both are names."""

    id: str
    role: Role
    organisation: GroupAnswer | None
    note: str
    resets: str | None
    invited_by: str
    created_at: str
    expires_at: str


class SessionAnswer(BaseModel):
    """A browser that is signed in; `this`: the one that asks."""

    id: str
    agent: str
    created_at: str
    seen_at: str
    expires_at: str
    this: bool


class TokenAnswer(BaseModel):
    id: str
    name: str
    created_at: str
    seen_at: str | None
    expires_at: str | None


class NewTokenAnswer(TokenAnswer):
    """`token` is its key, told this once."""

    token: str


class OrganisationAnswer(BaseModel):
    """One's own; null for who is in none."""

    organisation: GroupAnswer | None
    members: list[AccountAnswer]


class RevokedAnswer(BaseModel):
    """How many ended."""

    sessions: int
    tokens: int


class RecordedActor(BaseModel):
    id: str | None
    name: str
    role: str | None


class RecordedAnswer(BaseModel):
    """A row of the record of acts (docs/operating.md); `hash` holds the one before, `previous`.
    `damage` says what is wrong with it: edited, missing (the row before it), unlinked, made_anew.
    """

    sequence: int
    at: str
    at_ms: int
    actor: RecordedActor
    act: str
    target: str
    reason: str
    before: Any
    after: Any
    previous: str
    hash: str
    damage: str | None = None
