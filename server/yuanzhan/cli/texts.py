"""Texts as typed: no longer than what is kept of them, and such that every database keeps them."""

from __future__ import annotations

from yuanzhan.errors.command_line import TextTooLong, TextUnreadable, UsageMissing


def bounded(what: str, typed: str, most: int) -> str:
    """`typed` as it is; `what` is the argument that it is of. Raises TextTooLong, TextUnreadable."""
    if len(typed) > most:
        raise TextTooLong(what=what, count=len(typed), most=most)
    try:
        # Bytes that are no UTF-8 come in as halves of surrogate pairs.
        typed.encode()
    except UnicodeEncodeError:
        raise TextUnreadable(what=what) from None
    return typed


# What is behind each is imported when it is typed: the store takes a moment.


def login(typed: str) -> str:
    """What somebody signs in with."""
    from yuanzhan.store.accounts import LOGIN_MAX_CHARS

    return bounded("login", typed, LOGIN_MAX_CHARS)


def note(typed: str) -> str:
    """Whom an invitation is for."""
    from yuanzhan.accounts.naming import NOTE_MAX_CHARS

    return bounded("--note", typed, NOTE_MAX_CHARS)


def organisation_id(typed: str) -> str:
    """Of an organisation that there is."""
    from yuanzhan.store.base import ID_CHARS

    return bounded("--organisation-id", typed, ID_CHARS)


def reason(typed: str) -> str:
    """Why something is done to somebody's data; not nothing. Raises UsageMissing as well."""
    from yuanzhan.store.audit import REASON_MAX_CHARS

    found = bounded("--reason", typed, REASON_MAX_CHARS).strip()
    if not found:
        raise UsageMissing(what="--reason", help="yuanzhan admin --help")
    return found
