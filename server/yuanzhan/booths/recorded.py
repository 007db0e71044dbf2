"""Booths and versions as the record of what was done names and keeps them."""

from __future__ import annotations

import hashlib

from yuanzhan.booths.telling import Json
from yuanzhan.store.booths import BoothRow, VersionRow


def title_of(booth: BoothRow) -> Json:
    """What the record keeps of a booth."""
    return {"title": {"zh": booth.title_zh, "en": booth.title_en}}


def target(version: VersionRow) -> str:
    """A version, as the record names it."""
    return f"booth:{version.booth_id}/{version.number}"


def snapshot(version: VersionRow) -> Json:
    """What the record keeps of a version: its state, and by hash what it is and how it is dressed."""
    dress = hashlib.sha256(version.dress.encode()).hexdigest() if version.dress is not None else None
    return {"state": str(version.state), "original": version.original, "model": version.model, "dress": dress}
