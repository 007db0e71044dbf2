"""Words to somebody about what was done to them: what it is, on what ground, for how long still."""

from __future__ import annotations

from yuanzhan.moderation.acts import Act, Kind
from yuanzhan.moderation.standing import Restrictions
from yuanzhan.protocol.limits import STANDING_MAX_COUNT
from yuanzhan.protocol.messages.moderation import Restricted, Sanction


def restricted(held: Restrictions, now_ms: int) -> Restricted:
    """All that holds for somebody in a hall."""
    sanctions = tuple(_sanction(act, now_ms) for act in held.acts[-STANDING_MAX_COUNT:])
    return Restricted(held.chat, held.voice, held.hidden, held.frozen, sanctions)


def told(act: Act, now_ms: int, held: Restrictions | None = None) -> Restricted:
    """Of an act that is not one of those that hold in a hall, beside what does hold for who stays there."""
    sanction = _sanction(act, now_ms)
    if held is None:
        return Restricted(False, False, False, False, (sanction,))
    others = restricted(held, now_ms).acts[1 - STANDING_MAX_COUNT :]
    return Restricted(held.chat, held.voice, held.hidden, held.frozen, (*others, sanction))


def left_s(act: Act, now_ms: int) -> float | None:
    """How long it holds still; None without an end."""
    return None if act.ends_at_ms is None else max(0.0, (act.ends_at_ms - now_ms) / 1000)


def close_reason(act: Act) -> str:
    """Why the connection of who is put out is closed."""
    return "banned" if act.kind is Kind.BAN else "removed"


def _sanction(act: Act, now_ms: int) -> Sanction:
    return Sanction(act.id, act.kind.value, act.reason.value, act.note, left_s(act, now_ms))
