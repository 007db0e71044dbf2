"""Whether the audit record is whole: nothing edited, removed, swapped, added aside or cut off."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from yuanzhan.store import audit
from yuanzhan.store.audit import AuditRow
from yuanzhan.store.chain import START, Head
from yuanzhan.store.database import Session


class Damage(StrEnum):
    """What can be wrong with the record."""

    EDITED = "edited"
    MISSING = "missing"
    UNLINKED = "unlinked"
    CUT_OFF = "cut_off"
    MADE_ANEW = "made_anew"
    UNSIGNED = "unsigned"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong, at the row with this number."""

    damage: Damage
    sequence: int


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was looked at, and what was found."""

    row_count: int
    newest: Head
    findings: tuple[Finding, ...]

    @property
    def is_whole(self) -> bool:
        """Nothing was found."""
        return not self.findings


async def verify(session: Session, sealed: Head | None) -> Verdict:
    """Read the whole record and hold it against its chain and its signed head.

    edited: a row's content is not what its hash says. missing: numbers are left out before the row.
    unlinked: the row does not hold the hash of the one before it. cut_off: the signed head is beyond the
    last row. made_anew: the row of the signed head has another hash. unsigned: there are rows and no signed
    head.
    """
    findings: list[Finding] = []
    last = START
    row_count = 0
    sealed_hash: str | None = None
    async for row in audit.rows(session):
        findings += _check(row, last)
        row_count += 1
        last = Head(row.sequence, row.hash)
        if sealed is not None and row.sequence == sealed.sequence:
            sealed_hash = row.hash
    if sealed is None:
        if row_count:
            findings.append(Finding(Damage.UNSIGNED, last.sequence))
    elif sealed.sequence > last.sequence:
        findings.append(Finding(Damage.CUT_OFF, last.sequence + 1))
    elif sealed_hash is not None and sealed_hash != sealed.hash:
        findings.append(Finding(Damage.MADE_ANEW, sealed.sequence))
    return Verdict(row_count, last, tuple(findings))


def _check(row: AuditRow, last: Head) -> list[Finding]:
    found = []
    if row.sequence != last.sequence + 1:
        found.append(Finding(Damage.MISSING, last.sequence + 1))
    elif row.previous != last.hash:
        found.append(Finding(Damage.UNLINKED, row.sequence))
    if audit.hash_of(row) != row.hash:
        found.append(Finding(Damage.EDITED, row.sequence))
    return found
