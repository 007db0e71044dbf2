"""What the page /privacy says, made of the table and the settings: it can say nothing else than is done."""

from __future__ import annotations

from typing import Any

from yuanzhan import catalogue
from yuanzhan.errors.base import Param
from yuanzhan.privacy.kinds import KEEP_SETTINGS, KINDS, Kind
from yuanzhan.settings import Settings


def notice(settings: Settings) -> dict[str, Any]:
    """The whole of it, in both languages."""
    return {
        "operator": settings.operator_name,
        "contact": settings.contact,
        "minimum_age": settings.minimum_age,
        "lines_erasable": not settings.chat_kept_by_law,
        "kinds": [_told(kind, settings) for kind in KINDS],
    }


def keep_key(kind: Kind, settings: Settings) -> str:
    """The sentence that says how long; what is not kept at all says so."""
    is_off = kind.keep == "chat" and settings.chat_days == 0
    return "kept.until.not_kept" if is_off else f"kept.until.{kind.keep}"


def _told(kind: Kind, settings: Settings) -> dict[str, Any]:
    values = {name: getattr(settings, name) for name in KEEP_SETTINGS.get(kind.keep, ())}
    return {
        "id": kind.id,
        "ground": kind.ground.value,
        "what": _both(f"kept.{kind.id}.what", {}),
        "why": _both(f"kept.{kind.id}.why", {}),
        "keep": _both(keep_key(kind, settings), values),
    }


def _both(key: str, params: dict[str, Param]) -> dict[str, str]:
    return {"zh": catalogue.sentence(key, "zh", params), "en": catalogue.sentence(key, "en", params)}
