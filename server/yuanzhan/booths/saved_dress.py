"""The dress of a row: read, and with what its booth is called."""

from __future__ import annotations

from yuanzhan.booths.dress import Dress, Submitted, Title
from yuanzhan.booths.facing import kept
from yuanzhan.store.booths import BoothRow


def saved_dress(text: str | None) -> Dress | None:
    """A dress as a row has it."""
    return Submitted.model_validate_json(text) if text is not None else None


def called(dress: str, booth: BoothRow) -> str:
    """A dress with what the booth is called, unless it says that already."""
    submitted = Submitted.model_validate_json(dress)
    if submitted.booth_title is not None:
        return dress
    title = Title(zh=booth.title_zh, en=booth.title_en)
    return kept(submitted.model_copy(update={"booth_title": title}))
