"""What an operator asks to be planned, read field by field: nothing of it is believed.

{"hall": "culture", "stage": "stage", "title": {"zh": "古琴夜会", "en": "An evening of guqin"},
 "description": {"zh": "...", "en": ""}, "speakers": ["林栀"], "begins_at": "2026-11-27T11:30:00Z",
 "ends_at": "2026-11-27T13:00:00Z", "doors_min": 15, "capacity": 300}
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, Final

from yuanzhan.errors.events import EventEndsEarly, EventInvalid, EventPast, EventTooLong
from yuanzhan.events.event import Plan, Words
from yuanzhan.instants import DAY_MS, MINUTE_MS
from yuanzhan.moderation.orders import cleaned

TITLE_MAX_CHARS: Final = 80
"""What stands on one line of a programme, and of a telephone's calendar."""
DESCRIPTION_MAX_CHARS: Final = 1000
SPEAKERS_MAX_COUNT: Final = 12
SPEAKER_MAX_CHARS: Final = 60
DOORS_MAX_MIN: Final = 120
DOORS_DEFAULT_MIN: Final = 15
CAPACITY_MAX: Final = 65_535
LASTS_MAX_MS: Final = DAY_MS
AHEAD_MAX_MS: Final = 2 * 366 * DAY_MS
BEGUN_MAX_MS: Final = 5 * MINUTE_MS
"""A form takes a while to fill: what begins now may have begun a little ago."""
_MOMENT_MAX_CHARS: Final = 40
_ID_MAX_CHARS: Final = 64


def read_plan(body: Mapping[str, Any], now_ms: int, former: Plan | None = None) -> Plan:
    """The plan of a JSON object, for now or later. Of one that is changed, `former`, the beginning may stay
    where it was. Raises EventInvalid with a JSON pointer, EventEndsEarly, EventTooLong, EventPast.
    """
    plan = Plan(
        hall=_id(body, "hall"),
        stage=_id(body, "stage", may_be_empty=True),
        title=_words(body, "title", TITLE_MAX_CHARS, required=True),
        description=_words(body, "description", DESCRIPTION_MAX_CHARS),
        speakers=_speakers(body),
        begins_ms=_moment(body, "begins_at"),
        ends_ms=_moment(body, "ends_at"),
        doors_min=_number(body, "doors_min", 0, DOORS_MAX_MIN, DOORS_DEFAULT_MIN) or 0,
        capacity=_number(body, "capacity", 1, CAPACITY_MAX, None),
    )
    _check_times(plan, now_ms, None if former is None else former.begins_ms)
    return plan


def read_sequence(body: Mapping[str, Any]) -> int | None:
    """The change that a new plan begins from; None where it does not say. Raises EventInvalid."""
    return _number(body, "sequence", 0, (1 << 31) - 1, None)


def _check_times(plan: Plan, now_ms: int, begun_ms: int | None) -> None:
    if plan.ends_ms <= plan.begins_ms:
        raise EventEndsEarly()
    if plan.ends_ms - plan.begins_ms > LASTS_MAX_MS:
        raise EventTooLong(hours=LASTS_MAX_MS // (60 * MINUTE_MS))
    if plan.ends_ms <= now_ms:
        raise EventPast()
    if plan.begins_ms != begun_ms and plan.begins_ms < now_ms - BEGUN_MAX_MS:
        raise EventPast()
    if plan.begins_ms > now_ms + AHEAD_MAX_MS:
        raise EventInvalid(pointer="/begins_at")


def _id(body: Mapping[str, Any], name: str, *, may_be_empty: bool = False) -> str:
    value = body.get(name, "") if may_be_empty else body.get(name)
    if not isinstance(value, str) or len(value) > _ID_MAX_CHARS or not (value.isprintable() or not value):
        raise EventInvalid(pointer=f"/{name}")
    if not value and not may_be_empty:
        raise EventInvalid(pointer=f"/{name}")
    return value


def _words(body: Mapping[str, Any], name: str, most: int, *, required: bool = False) -> Words:
    value = body.get(name, {})
    if not isinstance(value, dict):
        raise EventInvalid(pointer=f"/{name}")
    words = Words(*(_text(value.get(lang, ""), f"/{name}/{lang}", most) for lang in ("zh", "en")))
    if required and not (words.zh or words.en):
        raise EventInvalid(pointer=f"/{name}")
    return words


def _speakers(body: Mapping[str, Any]) -> tuple[str, ...]:
    names = body.get("speakers", [])
    if not isinstance(names, list) or len(names) > SPEAKERS_MAX_COUNT:
        raise EventInvalid(pointer="/speakers")
    read = (_text(name, f"/speakers/{index}", SPEAKER_MAX_CHARS) for index, name in enumerate(names))
    return tuple(name for name in read if name)


def _text(value: Any, pointer: str, most: int) -> str:
    if not isinstance(value, str) or len(value) > 4 * most:
        raise EventInvalid(pointer=pointer)
    text = cleaned(value)
    if len(text) > most:
        raise EventInvalid(pointer=pointer)
    return text


def _moment(body: Mapping[str, Any], name: str) -> int:
    """ISO 8601 with its offset from UTC: without one nobody knows which moment is meant."""
    value = body.get(name)
    if not isinstance(value, str) or len(value) > _MOMENT_MAX_CHARS:
        raise EventInvalid(pointer=f"/{name}")
    try:
        moment = datetime.datetime.fromisoformat(value)
    except ValueError:
        raise EventInvalid(pointer=f"/{name}") from None
    if moment.tzinfo is None or not 2000 <= moment.year <= 2200:
        raise EventInvalid(pointer=f"/{name}")
    return int(moment.timestamp()) * 1000


def _number(body: Mapping[str, Any], name: str, least: int, most: int, default: int | None) -> int | None:
    value = body.get(name)
    if value is None:
        return default
    if type(value) is not int or not least <= value <= most:
        raise EventInvalid(pointer=f"/{name}")
    return value
