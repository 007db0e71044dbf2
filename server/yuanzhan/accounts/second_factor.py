"""The second factor: a six-digit code that changes every 30 s (TOTP, RFC 6238), or one of ten recovery codes.

The secret is needed in plain text for each check, so it is sealed with a key that follows from the data
directory's secret: the database alone is of no use. No code is taken twice, within its own time either.
"""

from __future__ import annotations

import base64
import secrets
from dataclasses import dataclass
from typing import Final

import pyotp

from yuanzhan.access import Actor, Permission
from yuanzhan.accounts import keys
from yuanzhan.accounts.people import Person
from yuanzhan.accounts.sealing import Sealer
from yuanzhan.errors.accounts import NoSuchAccount
from yuanzhan.errors.requests import NotAllowed
from yuanzhan.errors.sign_in import CodeWrong
from yuanzhan.instants import SECOND_MS, now_ms
from yuanzhan.store import accounts as store
from yuanzhan.store import audit
from yuanzhan.store.accounts import Account
from yuanzhan.store.database import Database, Session

STEP_MS: Final = 30 * SECOND_MS
DRIFT_STEPS: Final = 1
"""A phone's clock may be half a minute off, and a code is typed for some seconds."""
RECOVERY_COUNT: Final = 10
RECOVERY_BYTES: Final = 10
"""80 bits: not to be guessed from its digest either."""
_ISSUER: Final = "元展 Yuanzhan"


@dataclass(frozen=True, slots=True)
class Enrolment:
    """What an authenticator needs: the secret in base 32, and the same as a URI for a QR code."""

    secret: str
    uri: str


@dataclass(frozen=True, slots=True)
class State:
    """Whether an account has a second factor, and how many recovery codes are left."""

    is_on: bool
    recovery_count: int


class SecondFactors:
    """The use-cases. Who calls them has asked for the password."""

    def __init__(self, database: Database, sealer: Sealer) -> None:
        self._database = database
        self._sealer = sealer

    async def state(self, account_id: str) -> State:
        """Raises NoSuchAccount."""
        async with self._database.reading() as session:
            row = await store.account(session, account_id)
            if row is None:
                raise NoSuchAccount()
            count = await store.recovery_code_count(session, account_id)
        return State(row.second_factor is not None, count)

    async def begin(self, person: Person) -> Enrolment:
        """A new secret, which counts once a code of it was given. Raises NoSuchAccount."""
        secret = pyotp.random_base32()
        async with self._database.transaction() as session:
            row = await _account(session, person.id)
            row.second_factor_pending = self._sealer.seal(secret, person.id)
        uri = pyotp.TOTP(secret).provisioning_uri(name=person.login, issuer_name=_ISSUER)
        return Enrolment(secret, uri)

    async def confirm(self, person: Person, code: str, session_id: str | None) -> list[str]:
        """The authenticator gives a right code: the second factor is on. Returns recovery codes, told this
        once. All that let somebody in without it ends: every API token, and every session but `session_id`.

        Raises CodeWrong, NoSuchAccount.
        """
        codes = [_recovery_code() for _ in range(RECOVERY_COUNT)]
        async with self._database.transaction() as session:
            row = await _account(session, person.id)
            step = self._step(row.second_factor_pending, person.id, code)
            if step is None:
                raise CodeWrong()
            row.second_factor, row.second_factor_pending = row.second_factor_pending, None
            row.second_factor_step = step
            await store.set_recovery_codes(session, person.id, [_digest(code) for code in codes])
            ended = {
                "sessions": await store.end_sessions(session, person.id, except_id=session_id or ""),
                "tokens": await store.end_tokens(session, person.id),
            }
            await audit.append(
                session, person.actor, "account.second_factor_on", f"account:{person.id}", after=ended
            )
        return codes

    async def remove(self, person: Person, code: str) -> None:
        """Turn it off, with one of its codes. Raises CodeWrong, NoSuchAccount."""
        async with self._database.transaction() as session:
            row = await _account(session, person.id)
            if not await self.check(session, row, code):
                raise CodeWrong()
            await _turn_off(session, person.actor, row)

    async def reset(self, actor: Actor, account_id: str) -> None:
        """Turn it off for somebody who lost their phone and codes. Raises NotAllowed, NoSuchAccount."""
        if not actor.may(Permission.ACCOUNTS_MANAGE):
            raise NotAllowed()
        async with self._database.transaction() as session:
            await _turn_off(session, actor, await _account(session, account_id))

    async def check(self, session: Session, row: Account, code: str) -> bool:
        """Take a code of a locked account: an authenticator's that was not used yet, or a recovery code."""
        step = self._step(row.second_factor, row.id, code)
        if step is None:
            return await store.use_recovery_code(session, row.id, _digest(code))
        if row.second_factor_step is not None and step <= row.second_factor_step:
            return False
        row.second_factor_step = step
        return True

    def _step(self, sealed: str | None, account_id: str, code: str) -> int | None:
        """The time step whose code it is, of those around now."""
        secret = self._sealer.open(sealed, account_id) if sealed is not None else None
        if secret is None:
            return None
        typed = code.replace(" ", "")
        totp, this = pyotp.TOTP(secret), now_ms() // STEP_MS
        steps = range(this - DRIFT_STEPS, this + DRIFT_STEPS + 1)
        found = [step for step in steps if keys.same(totp.generate_otp(step), typed)]
        return found[-1] if found else None


async def _account(session: Session, account_id: str) -> Account:
    row = await store.open_account(session, account_id, locked=True)
    if row is None:
        raise NoSuchAccount()
    return row


async def _turn_off(session: Session, actor: Actor, row: Account) -> None:
    row.second_factor = row.second_factor_pending = row.second_factor_step = None
    await store.set_recovery_codes(session, row.id, [])
    await audit.append(session, actor, "account.second_factor_off", f"account:{row.id}")


def _recovery_code() -> str:
    letters = base64.b32encode(secrets.token_bytes(RECOVERY_BYTES)).decode("ascii").lower()
    return "-".join(letters[start : start + 4] for start in range(0, len(letters), 4))


def _digest(code: str) -> str:
    """Of a recovery code as people type it: capitals, spaces and dashes do not matter."""
    return keys.digest_of(code.lower().replace("-", "").replace(" ", "")[: keys.KEY_MAX_CHARS])
