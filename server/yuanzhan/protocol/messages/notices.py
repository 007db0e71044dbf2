"""Short news for one visitor: what they did has worked, or not, or was changed by somebody."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, ClassVar, Literal

from yuanzhan.protocol.fields import Items, Place

NoticeCode = Literal[
    "chat_too_fast",
    "chat_empty",
    "chat_too_long",
    "seat_taken",
    "seat_far",
    "no_such_place",
    "no_such_hall",
    "hall_full",
    "name_changed",
    "bad_name",
    "bad_look",
    "profile_too_fast",
    "go_too_fast",
    "observing",
    "card_left",
    "card_empty",
    "card_failed",
    "card_too_fast",
    "no_such_booth",
    "chat_muted",
    "chat_slow",
    "chat_speakers",
    "chat_words",
    "held_still",
    "hall_closed",
    "hall_locked",
    "led_out",
    "report_received",
    "report_too_fast",
    "report_gone",
    "report_failed",
    "hand_too_fast",
    "hands_full",
    "hand_lowered",
    "floor_given",
    "floor_taken",
    "floor_full",
    "no_event",
    "event_full",
    "event_cancelled",
    "reach_off",
]


@dataclass(frozen=True, slots=True)
class Notice:
    """Something to tell the visitor, by code of the message catalogue (`notice.<code>`)."""

    t: ClassVar[str] = "notice"
    code: Place
    params: Annotated[Mapping[str, str | int | float], Items(16)] = field(default_factory=dict)
