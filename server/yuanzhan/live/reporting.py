"""A visitor's report, with the evidence that the hall has at that moment."""

from __future__ import annotations

from typing import Any

from yuanzhan.live.safety import Safety
from yuanzhan.live.visitor import Standing, Visitor
from yuanzhan.moderation.acts import NOBODY_KNOWN, Marks
from yuanzhan.moderation.lines import Line
from yuanzhan.moderation.reports import Complaint
from yuanzhan.protocol.fields import NOBODY
from yuanzhan.protocol.limits import NOTE_MAX_CHARS
from yuanzhan.protocol.messages.moderation import Report
from yuanzhan.protocol.names import clean_chat


def complaint_of(visitor: Visitor, message: Report, safety: Safety, at_ms: int) -> Complaint | None:
    """What is written down; None where what it names is gone, or is the visitor itself."""
    if message.what == "person":
        return _about_person(visitor, message, at_ms)
    if message.what == "message":
        return _about_line(visitor, message, at_ms)
    return _about_booth(visitor, message, safety, at_ms)


def _about_person(visitor: Visitor, message: Report, at_ms: int) -> Complaint | None:
    room = visitor.room
    if message.id is None or message.id == NOBODY:
        return None
    other = room.visitor_of(message.id)
    if other is visitor:
        return None
    lines = room.lines.with_visitor(message.id)
    if other is None:
        # Who left is known by what they said.
        said = next((line for line in reversed(lines) if line.visitor == message.id), None)
        return None if said is None else _complaint(visitor, message, at_ms, said.name, said.marks, lines)
    other.reported = True
    room.mark(other)
    where = {"there": _place(other)}
    return _complaint(visitor, message, at_ms, other.name, other.marks, lines, where)


def _about_line(visitor: Visitor, message: Report, at_ms: int) -> Complaint | None:
    room = visitor.room
    line = None if message.line is None else room.lines.find(message.line)
    if line is None or line.marks.visitor == visitor.marks.visitor:
        return None
    other = room.visitor_of(line.visitor)
    if other is not None:
        other.reported = True
        room.mark(other)
    where = {} if other is None else {"there": _place(other)}
    about = line.marks if other is None else other.marks
    lines = room.lines.around(line.x, line.z)
    if line not in lines:
        lines = [line, *lines]
    return _complaint(
        visitor, message, at_ms, line.name, about, lines, where | {"said": line.to_json()}, line.visitor
    )


def _about_booth(visitor: Visitor, message: Report, safety: Safety, at_ms: int) -> Complaint | None:
    room = visitor.room
    published = {booth.id for booth in room.published.booths}
    if message.booth is None or not (message.booth in room.definition.places or message.booth in published):
        return None
    version = safety.booth_version(room.definition.id, message.booth)
    evidence = {"booth": {"id": message.booth, "version": version}}
    return _complaint(visitor, message, at_ms, message.booth, NOBODY_KNOWN, [], evidence)


def _complaint(
    visitor: Visitor,
    message: Report,
    at_ms: int,
    name: str,
    about: Marks,
    lines: list[Line],
    evidence: dict[str, Any] | None = None,
    about_visitor: int | None = None,
) -> Complaint:
    own = {} if visitor.standing is Standing.QUEUED else {"here": _place(visitor)}
    found = own | (evidence or {}) | {"lines": [line.to_json() for line in lines]}
    return Complaint(
        what=message.what,
        reason=message.reason,
        hall=visitor.room.definition.id,
        at_ms=at_ms,
        name=name,
        note=clean_chat(message.note)[: 2 * NOTE_MAX_CHARS],
        visitor=about_visitor if message.id is None else message.id,
        line=message.line,
        booth=message.booth,
        about=about,
        by=visitor.marks,
        evidence=found,
    )


def _place(visitor: Visitor) -> list[float]:
    place = visitor.room.hall.place_of(visitor.slot)
    return [round(place.x, 1), round(place.z, 1)]
