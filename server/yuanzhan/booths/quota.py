"""How much may be sent: of a file, by an organisation, to this disk."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

from yuanzhan.booths.threads import in_thread
from yuanzhan.errors.server import DiskFull
from yuanzhan.errors.uploads import QuotaFull, TooManyUploads
from yuanzhan.store import booth_queries as queries
from yuanzhan.store.database import Session


@dataclass(frozen=True, slots=True)
class Limits:
    """Settings, in bytes and milliseconds."""

    model_bytes: int
    panel_bytes: int
    organisation_bytes: int
    open_uploads: int
    reserve_bytes: int
    kept_ms: int


async def require_room(limits: Limits, folder: Path, length: int) -> None:
    """Refuse at once what would not fit, rather than after it was sent. Raises DiskFull."""
    free = (await in_thread(shutil.disk_usage, folder)).free
    if length + limits.reserve_bytes > free:
        raise DiskFull()


async def require_quota(
    limits: Limits, session: Session, organisation: str, length: int, now_ms: int
) -> None:
    """Refuse what an organisation has no space left for. Raises TooManyUploads, QuotaFull."""
    count, promised = await queries.promised(session, organisation, now_ms)
    if count >= limits.open_uploads:
        raise TooManyUploads(most=limits.open_uploads)
    used = await queries.bytes_of(session, organisation)
    if used + promised + length > limits.organisation_bytes:
        raise QuotaFull(most_mb=limits.organisation_bytes // 2**20)
