"""Who somebody is: passwords, second factors, and the provider that says it for us."""

from __future__ import annotations

from yuanzhan.errors.base import RequestRefused, ServerFault


class NotSignedIn(RequestRefused):
    code = "not_signed_in"


class SignInRefused(RequestRefused):
    code = "sign_in_refused"


class CodeNeeded(RequestRefused):
    """The password is right, and the account has a second factor."""

    code = "code_needed"


class CodeWrong(RequestRefused):
    code = "code_wrong"


class SecondFactorNeeded(RequestRefused):
    """The server asks it of all staff, and this account has none yet."""

    code = "second_factor_needed"


class SignInAgain(RequestRefused):
    """The account has no password to ask for, and this session is not from just now."""

    code = "sign_in_again"


class TooManyTries(RequestRefused):
    """params: seconds."""

    code = "too_many_tries"


class AttemptOver(RequestRefused):
    """What came back from the provider belongs to no sign-in that this browser began, or to one of before."""

    code = "attempt_over"


class IdentityUnknown(RequestRefused):
    """The provider knows them, and no account that is open is theirs."""

    code = "identity_unknown"


class IdentityRefused(RequestRefused):
    """Without a verified e-mail address of a domain that the server asks for."""

    code = "identity_refused"


class IdentityTaken(RequestRefused):
    """It is another account's, or the account has one already."""

    code = "identity_taken"


class LastWayIn(RequestRefused):
    """Nobody could sign in to the account without it."""

    code = "last_way_in"


class NoProvider(RequestRefused):
    """The server has none to sign in by."""

    code = "no_provider"


class ProviderRefused(RequestRefused):
    """The provider let them not in, or they did not want to."""

    code = "provider_refused"


class ProviderUnreachable(ServerFault):
    """The provider does not answer, in time or at all."""

    code = "provider_unreachable"


class ProviderStrange(ServerFault):
    """What the provider answers is not what it has to be. `detail` is for the log, and names no secret."""

    code = "provider_strange"
