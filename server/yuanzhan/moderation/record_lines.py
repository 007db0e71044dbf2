"""What the audit record says of an act."""

from __future__ import annotations

from typing import Any

from yuanzhan.moderation.acts import AT_THE_DOOR, OF_A_HALL, Act, By, Kind, On
from yuanzhan.moderation.floor import Floor
from yuanzhan.moderation.standing import Standing


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


def before(act: Act, standing: Standing, floor: Floor) -> dict[str, Any]:
    """The state that an act changes, as it is until then. Which of its lines were taken back already, the
    store knows alone.
    """
    at_ms, hall = act.made_at_ms, act.hall or ""
    if act.rule.on is On.PERSON:
        return _of_person(act, standing)
    if act.kind in OF_A_HALL:
        return standing.rules(hall, at_ms).to_json()
    if act.kind is Kind.ANNOUNCE:
        told = (each for each in standing.not_on_people if each.kind is Kind.ANNOUNCE and each.holds(at_ms))
        return {"announced": [each.id for each in told if None in (act.hall, each.hall) or each.hall == hall]}
    if act.kind is Kind.TAKE_DOWN:
        booth = str(act.params["booth"])
        is_down = booth in standing.taken_down(hall, at_ms)
        return {"shown": floor.has_booth(hall, booth), "taken_down": is_down}
    return {"people": floor.head_counts().get(hall, 0)}


def _of_person(act: Act, standing: Standing) -> dict[str, Any]:
    """What held for whoever has one of its marks, by which acts."""
    held = standing.held(act.marks, act.made_at_ms)
    mutes = [each.params for each in held if each.kind is Kind.MUTE]
    return {
        "acts": [each.id for each in held],
        "muted": any(params.get("chat", True) for params in mutes),
        "voice_off": any(params.get("voice", True) for params in mutes),
        "hidden": any(each.kind is Kind.HIDE for each in held),
        "frozen": any(each.kind is Kind.FREEZE for each in held),
        "kept_out": any(each.kind in AT_THE_DOOR for each in held),
        "stages": sorted(str(each.params["event"]) for each in held if each.kind is Kind.STAGE),
    }


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
