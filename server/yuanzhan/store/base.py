"""What every table is declared on, and what they have in common.

Moments are whole milliseconds of Unix time (`*_at_ms`); ids are random text that tells nothing and fits into
a URL. Constraints have names, so that a migration can name them on both databases.
"""

from __future__ import annotations

import secrets
from typing import Final

from sqlalchemy import BigInteger, MetaData, String
from sqlalchemy.orm import DeclarativeBase

ID_CHARS: Final = 24

Id = String(ID_CHARS)
Moment = BigInteger()


class Base(DeclarativeBase):
    """The declarative base of all tables."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


def new_id() -> str:
    """96 random bits: nobody guesses one, and two never meet."""
    return secrets.token_hex(ID_CHARS // 2)
