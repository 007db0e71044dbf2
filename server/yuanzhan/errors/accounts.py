"""Accounts, invitations, sessions and tokens."""

from __future__ import annotations

from yuanzhan.errors.base import RequestRefused


class NoSuchInvitation(RequestRefused):
    """Unknown, used or too old."""

    code = "no_such_invitation"


class NoSuchAccount(RequestRefused):
    code = "no_such_account"


class NoSuchItem(RequestRefused):
    """A session, a token, an organisation: not there, or not theirs."""

    code = "no_such_item"


class LoginTaken(RequestRefused):
    """params: login."""

    code = "login_taken"


class LastOwner(RequestRefused):
    code = "last_owner"


class TooManyTokens(RequestRefused):
    """params: most."""

    code = "too_many_tokens"


class LoginInvalid(RequestRefused):
    """params: least, most."""

    code = "login_invalid"


class NameInvalid(RequestRefused):
    """params: most."""

    code = "name_invalid"


class PasswordWeak(RequestRefused):
    """params: least."""

    code = "password_weak"


class OrganisationNeeded(RequestRefused):
    code = "organisation_needed"
