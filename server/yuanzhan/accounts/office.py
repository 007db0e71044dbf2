"""All use-cases of accounts, as the server and the commands make them."""

from __future__ import annotations

import time
from dataclasses import dataclass

from yuanzhan.access import Role
from yuanzhan.accounts.directory import Directory
from yuanzhan.accounts.identities import Identities
from yuanzhan.accounts.invitations import Invitations
from yuanzhan.accounts.passwords import Passwords
from yuanzhan.accounts.record import Damages, Record, undamaged
from yuanzhan.accounts.sealing import Sealer
from yuanzhan.accounts.second_factor import SecondFactors
from yuanzhan.accounts.sessions import Sessions
from yuanzhan.accounts.sign_in import SignIn
from yuanzhan.accounts.sign_in_log import SignInLog
from yuanzhan.accounts.tokens import Tokens
from yuanzhan.accounts.tries import Tries
from yuanzhan.instants import DAY_MS, HOUR_MS
from yuanzhan.store.database import Database


@dataclass(frozen=True, slots=True)
class Office:
    """Made once by `open_office`."""

    tries: Tries
    sign_in: SignIn
    second_factors: SecondFactors
    sessions: Sessions
    tokens: Tokens
    invitations: Invitations
    identities: Identities
    directory: Directory
    record: Record


def open_office(
    database: Database,
    secret: bytes,
    *,
    idle_hours: int,
    lifetime_days: int,
    new_role: Role | None = None,
    damages: Damages = undamaged,
) -> Office:
    """The use-cases over a database and the data directory's secret; sessions end after so long without use,
    and after so long in any case. `new_role`: whom a provider knows and we do not gets an account with it.
    `damages`: what was found to be wrong with the record.
    """
    passwords = Passwords()
    second_factors = SecondFactors(database, Sealer(secret, "second factor"))
    kept_log = SignInLog(database)
    sessions = Sessions(database, kept_log, idle_ms=idle_hours * HOUR_MS, lifetime_ms=lifetime_days * DAY_MS)
    tries = Tries(time.monotonic)
    return Office(
        tries=tries,
        sign_in=SignIn(database, passwords, sessions, tries, second_factors, kept_log),
        second_factors=second_factors,
        sessions=sessions,
        tokens=Tokens(database),
        invitations=Invitations(database, passwords, sessions),
        identities=Identities(database, sessions, tries, second_factors, kept_log, new_role),
        directory=Directory(database, passwords),
        record=Record(database, damages),
    )
