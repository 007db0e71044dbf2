"""What logins, names and organisations may be called."""

from __future__ import annotations

import re
from typing import Final

from yuanzhan.errors.accounts import LoginInvalid, NameInvalid
from yuanzhan.errors.connections import ConnectionRefused
from yuanzhan.protocol import names
from yuanzhan.protocol.limits import NAME_MAX_CHARS
from yuanzhan.store.accounts import LOGIN_MAX_CHARS

LOGIN_MIN_CHARS: Final = 3
TITLE_MAX_CHARS: Final = 60
NOTE_MAX_CHARS: Final = 200

# ASCII alone: of two logins that look the same one is not somebody else's.
_LOGIN: Final = re.compile(r"[a-z0-9][a-z0-9._+-]*(?:@[a-z0-9][a-z0-9.-]*)?", re.ASCII)


def plain_login(raw: str) -> str:
    """A login as it is looked up: nobody minds capitals or spaces around it."""
    return raw.strip().lower()[: LOGIN_MAX_CHARS + 1]


def clean_login(raw: str) -> str:
    """A login that may be given away. Raises LoginInvalid."""
    login = plain_login(raw)
    if not LOGIN_MIN_CHARS <= len(login) <= LOGIN_MAX_CHARS or not _LOGIN.fullmatch(login):
        raise LoginInvalid(least=LOGIN_MIN_CHARS, most=LOGIN_MAX_CHARS)
    return login


def clean_name(raw: str) -> str:
    """A person's name, by the rules of the halls. Raises NameInvalid."""
    try:
        return names.clean_name(raw)
    except ConnectionRefused:
        raise NameInvalid(most=NAME_MAX_CHARS) from None


def clean_title(raw: str, most: int = TITLE_MAX_CHARS) -> str:
    """The name of an organisation or a token: one line, nothing that plays tricks. Raises NameInvalid."""
    title = names.clean_chat(raw)
    if not 1 <= names.count_chars(title) <= most or len(raw) > 8 * most:
        raise NameInvalid(most=most)
    return title


def clean_note(raw: str) -> str:
    """What an invitation's maker writes to remember whom it was for; may be empty."""
    return names.clean_chat(raw)[:NOTE_MAX_CHARS]
