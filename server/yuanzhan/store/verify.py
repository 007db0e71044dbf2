"""Whether the audit record is whole: nothing edited, removed, swapped, added aside or cut off."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from yuanzhan.instants import MINUTE_MS
from yuanzhan.store import audit
from yuanzhan.store.audit import AuditRow
from yuanzhan.store.chain import START, Head
from yuanzhan.store.database import Session
from yuanzhan.store.seal import SealBroken

SIGNED_WITHIN_MS: Final = 10 * MINUTE_MS
"""The first rows of a record are signed with their commit, or 30 s after there is room on the disk again."""


class Damage(StrEnum):
    """What can be wrong with the record."""

    EDITED = "edited"
    MISSING = "missing"
    UNLINKED = "unlinked"
    CUT_OFF = "cut_off"
    MADE_ANEW = "made_anew"
    UNSIGNED = "unsigned"
    FORGED = "forged"
    OLDER = "older"


OF_A_ROW: Final = frozenset((Damage.EDITED, Damage.MISSING, Damage.UNLINKED, Damage.MADE_ANEW))
"""What is wrong at one row. The others are of the record's end: the row that they name is as it was."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong, at the row with this number."""

    damage: Damage
    sequence: int


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was looked at, and what was found. `unsigned_count`: the last rows, which the signed head is
    behind.
    """

    row_count: int
    newest: Head
    findings: tuple[Finding, ...]
    unsigned_count: int = 0

    @property
    def is_whole(self) -> bool:
        """Nothing was found."""
        return not self.findings


async def verify(session: Session, read_head: Callable[[], Head | None], now_ms: int) -> Verdict:
    """Read the whole record and hold it against its chain and its signed head.

    edited: a row's content is not what its hash says, or cannot be read. missing: numbers are left out before
    the row.
    unlinked: the row does not hold the hash of the one before it. cut_off: the signed head is beyond the
    last row. made_anew: the row of the signed head has another hash. unsigned: there are rows and no signed
    head, or it was begun and never moved although the first row is older than `SIGNED_WITHIN_MS`.
    forged: the head cannot be read, or our key did not sign it. older: the rows up to this one are older than
    the key, so that another one may vouch for them: no damage that anybody did, but this record is not whole.

    A head that is behind is none of it: acts do not wait for its file. What is wrong in the rows behind it
    shows by their chain, but not that some were cut off.
    """
    findings: list[Finding] = []
    sealed: Head | None = None
    try:
        # Before the rows: what is signed meanwhile is of rows that this reading does not see.
        sealed = await asyncio.to_thread(read_head)
    except (SealBroken, OSError):
        findings.append(Finding(Damage.FORGED, 0))
    is_forged = bool(findings)
    last = START
    row_count = 0
    sealed_hash: str | None = None
    first_ms = now_ms
    async for row in audit.rows(session):
        findings += _check(row, last)
        if not row_count:
            first_ms = row.at_ms
        row_count += 1
        last = Head(row.sequence, row.hash)
        if sealed is not None and row.sequence == sealed.sequence:
            sealed_hash = row.hash
    is_late = sealed == START and now_ms - first_ms >= SIGNED_WITHIN_MS
    if sealed is None or is_late:
        if row_count and not is_forged:
            findings.append(Finding(Damage.UNSIGNED, last.sequence))
    elif sealed.sequence > last.sequence:
        findings.append(Finding(Damage.CUT_OFF, last.sequence + 1))
    elif sealed_hash is not None and sealed_hash != sealed.hash:
        findings.append(Finding(Damage.MADE_ANEW, sealed.sequence))
    if sealed is not None and sealed.after:
        findings.append(Finding(Damage.OLDER, sealed.after))
    if findings:
        return Verdict(row_count, last, tuple(findings))
    with suppress(SealBroken, OSError):
        # Once more: what came while the rows were read was signed while they were.
        sealed = await asyncio.to_thread(read_head) or sealed
    return Verdict(row_count, last, (), max(0, last.sequence - (sealed or START).sequence))


def _check(row: AuditRow, last: Head) -> list[Finding]:
    found = []
    if row.sequence != last.sequence + 1:
        found.append(Finding(Damage.MISSING, row.sequence))
    elif row.previous != last.hash:
        found.append(Finding(Damage.UNLINKED, row.sequence))
    if not audit.is_as_written(row):
        found.append(Finding(Damage.EDITED, row.sequence))
    return found
