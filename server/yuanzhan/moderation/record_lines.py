"""What the audit record says of an act."""

from __future__ import annotations

from typing import Any

from yuanzhan.moderation.acts import Act, By, On


def target_of(act: Act) -> str:
    """On whom or what."""
    on = act.rule.on
    if on is On.PERSON:
        known = next((mark for mark in act.marks if mark.by is not By.ADDRESS), None)
        return "person:network" if known is None else f"person:{known.by}:{known.value}"
    if on is On.BOOTH:
        return f"booth:{act.params['booth']}"
    return f"hall:{act.hall or '*'}"


def reason_of(act: Act) -> str:
    """Why, in the words that were given."""
    words = (act.reason.value, act.note, act.comment)
    return " | ".join(word for word in words if word)


def after(act: Act) -> dict[str, Any]:
    """What the record says of an act: no address, and of a person no name, for the record stays for ever."""
    return {
        "act": act.id,
        "name": "" if act.rule.on in (On.PERSON, On.LINES) else act.name,
        "hall": act.hall,
        "ends_at_ms": act.ends_at_ms,
        "by": sorted({mark.by.value for mark in act.marks}),
        "params": dict(act.params),
        "report": act.report,
    }
