"""Every table, so that whoever needs them all (migrations, their test) sees them all."""

from __future__ import annotations

from typing import Final

from yuanzhan.store import accounts, acts, audit, booths, chat, events, outreach, reports, sign_ins, visits
from yuanzhan.store.base import Base

PARTS: Final = (accounts, acts, audit, booths, chat, events, outreach, reports, sign_ins, visits)
"""The modules that declare tables; importing them puts the tables into METADATA."""

METADATA: Final = Base.metadata
