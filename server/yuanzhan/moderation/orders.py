"""What an operator asks to be done, read field by field: nothing of it is believed.

    {"kind": "mute", "reason": "harassment", "minutes": 30, "note": "...", "comment": "...",
     "target": {"hall": "culture", "visitor": 65538}, "by": ["device", "visitor"], "params": {"voice": true}}

`minutes` absent is the kind's usual time, null is until it is undone. The target of an act on a person is a
visitor in a hall, by the id of now or by their `visit`, which nobody else has after a restart; or whoever a
report, a line or another act is about.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

from yuanzhan.errors.moderation import ActInvalid, BothLanguagesNeeded
from yuanzhan.instants import MINUTE_MS
from yuanzhan.moderation.acts import RULES, By, Kind, On, Reason, Rule
from yuanzhan.moderation.hall_rules import DOORS, hours_from_json, hours_to_json

NOTE_MAX_CHARS: Final = 300
COMMENT_MAX_CHARS: Final = 1000
ANNOUNCEMENT_MAX_CHARS: Final = 200
LINES_MAX_COUNT: Final = 256
ID_MAX_CHARS: Final = 64
CAPACITY_MAX: Final = 65_535
SLOW_MAX_S: Final = 3600
CLEARED_MAX_MIN: Final = 60
NUMBER_MAX: Final = (1 << 53) - 1
NARROWEST_PREFIX: Final = MappingProxyType({4: 32, 6: 64})
WIDEST_PREFIX: Final = MappingProxyType({4: 16, 6: 32})
"""A provider's whole network is no person."""
OWN_MARKS: Final = frozenset({By.ACCOUNT, By.DEVICE, By.VISITOR})


@dataclass(frozen=True, slots=True)
class Target:
    """What an act is on, as it was asked: which of these are set depends on the kind."""

    hall: str | None = None
    visitor: int | None = None
    visit: str | None = None
    report: str | None = None
    line: int | None = None
    act: str | None = None
    booth: str | None = None


@dataclass(frozen=True, slots=True)
class Order:
    """An act that was asked for and can be. `lasts_ms` None: until undone (or once)."""

    kind: Kind
    reason: Reason
    target: Target
    lasts_ms: int | None
    note: str
    comment: str
    by: frozenset[By]
    prefix: int | None
    params: Mapping[str, Any]

    @property
    def rule(self) -> Rule:
        """The row of its kind."""
        return RULES[self.kind]


def read_order(value: Any) -> Order:
    """The order of a JSON value. Raises ActInvalid with a JSON pointer to what is wrong."""
    body = _Fields(value, "")
    kind = Kind(body.choice("kind", tuple(Kind)))
    rule = RULES[kind]
    order = Order(
        kind=kind,
        reason=Reason(body.choice("reason", tuple(Reason))),
        target=_target(body.fields("target"), rule.on),
        lasts_ms=_lasts_ms(body, rule),
        note=body.text("note", NOTE_MAX_CHARS),
        comment=body.text("comment", COMMENT_MAX_CHARS),
        by=_by(body),
        prefix=body.number_or_none("prefix", 16, 64),
        params=_PARAMS[kind](body.fields("params")),
    )
    if order.reason is Reason.OTHER and rule.on is On.PERSON and not (order.note or order.comment):
        raise ActInvalid(pointer="/comment")
    return order


def _target(target: _Fields, on: On) -> Target:
    if on is On.PERSON:
        return _person(target)
    if on is On.LINES:
        names_hall_alone = target.has("hall") and not target.has("visitor")
        return Target(hall=target.identity("hall")) if names_hall_alone else _person(target)
    if on is On.BOOTH:
        if target.has("report"):
            return Target(report=target.identity("report"))
        return Target(hall=target.identity("hall"), booth=target.identity("booth"))
    if on is On.HALLS and not target.has("hall"):
        return Target()
    return Target(hall=target.identity("hall"))


def _person(target: _Fields) -> Target:
    if target.has("report"):
        return Target(report=target.identity("report"))
    if target.has("line"):
        return Target(line=target.number("line", 0, NUMBER_MAX))
    if target.has("act"):
        return Target(act=target.identity("act"))
    if target.has("visit"):
        return Target(visit=target.identity("visit"))
    return Target(hall=target.identity("hall"), visitor=target.number("visitor", 0, 0xFFFFFE))


def _lasts_ms(body: _Fields, rule: Rule) -> int | None:
    if not rule.lasting:
        return None
    if not body.has("minutes"):
        return rule.default_ms
    if body.get("minutes") is None:
        if rule.longest_ms is not None:
            raise ActInvalid(pointer="/minutes")
        return None
    most = NUMBER_MAX if rule.longest_ms is None else rule.longest_ms
    return body.number("minutes", 1, min(most // MINUTE_MS, 10 * 366 * 24 * 60)) * MINUTE_MS


def _by(body: _Fields) -> frozenset[By]:
    if not body.has("by"):
        return OWN_MARKS
    wanted = body.get("by")
    if not isinstance(wanted, list) or not wanted or not all(each in tuple(By) for each in wanted):
        raise ActInvalid(pointer="/by")
    return frozenset(By(each) for each in wanted)


def _nothing(params: _Fields) -> dict[str, Any]:
    return {}


def _mute(params: _Fields) -> dict[str, Any]:
    chat, voice = params.truth("chat", True), params.truth("voice", True)
    if not (chat or voice):
        raise ActInvalid(pointer="/params/chat")
    return {"chat": chat, "voice": voice}


def _door(params: _Fields) -> dict[str, Any]:
    return {"door": params.choice("door", DOORS)}


def _hours(params: _Fields) -> dict[str, Any]:
    try:
        hours = hours_from_json(params.get("hours"))
    except ValueError as error:
        raise ActInvalid(pointer="/params/" + str(error).replace(".", "/")) from None
    if any(opening.is_empty for opening in hours):
        raise ActInvalid(pointer="/params/hours/to")
    return {"hours": hours_to_json(hours)}


def _capacity(params: _Fields) -> dict[str, Any]:
    return {"capacity": params.number("capacity", 1, CAPACITY_MAX)}


def _slow(params: _Fields) -> dict[str, Any]:
    return {"slow_s": params.number("slow_s", 0, SLOW_MAX_S)}


def _speakers(params: _Fields) -> dict[str, Any]:
    return {"speakers_only": params.truth("speakers_only", True)}


def _stage(params: _Fields) -> dict[str, Any]:
    return {"event": params.identity("event")}


def _announce(params: _Fields) -> dict[str, Any]:
    text = params.fields("text")
    both = {lang: text.text(lang, ANNOUNCEMENT_MAX_CHARS) for lang in ("zh", "en")}
    for lang, words in both.items():
        if not words:
            raise BothLanguagesNeeded(pointer=f"/params/text/{lang}")
    return {"text": both}


def _clear(params: _Fields) -> dict[str, Any]:
    if not params.has("lines"):
        return {"minutes": params.number("minutes", 1, CLEARED_MAX_MIN)}
    lines = params.get("lines")
    if not isinstance(lines, list) or not 1 <= len(lines) <= LINES_MAX_COUNT:
        raise ActInvalid(pointer="/params/lines")
    if not all(type(number) is int and 0 <= number <= NUMBER_MAX for number in lines):
        raise ActInvalid(pointer="/params/lines")
    return {"lines": sorted(set(lines))}


_PARAMS: Final[Mapping[Kind, Callable[[Any], dict[str, Any]]]] = {
    **dict.fromkeys(Kind, _nothing),
    Kind.MUTE: _mute,
    Kind.DOOR: _door,
    Kind.HOURS: _hours,
    Kind.CAPACITY: _capacity,
    Kind.SLOW: _slow,
    Kind.SPEAKERS: _speakers,
    Kind.ANNOUNCE: _announce,
    Kind.STAGE: _stage,
    Kind.CLEAR: _clear,
}


def cleaned(text: str) -> str:
    """A text of several lines as it is kept and shown: no control or format characters, NFC, trimmed."""
    kept = (char for char in unicodedata.normalize("NFC", text) if char == "\n" or not _hides(char))
    return "".join(kept).strip()


def _hides(char: str) -> bool:
    # Joiners stay: emoji are made with them.
    return unicodedata.category(char) in ("Cc", "Cf", "Cs", "Co", "Cn") and char not in "\u200d\ufe0f"


class _Fields:
    """A JSON object, and where it stands in the body. Each method raises ActInvalid."""

    def __init__(self, value: Any, pointer: str) -> None:
        if not isinstance(value, dict):
            raise ActInvalid(pointer=pointer or "/")
        self._fields: dict[str, Any] = value
        self._pointer = pointer

    def has(self, name: str) -> bool:
        return name in self._fields

    def get(self, name: str) -> Any:
        return self._fields.get(name)

    def fields(self, name: str) -> _Fields:
        """An object; an empty one where it is missing."""
        return _Fields(self._fields.get(name, {}), f"{self._pointer}/{name}")

    def choice(self, name: str, choices: tuple[str, ...]) -> str:
        value = self._fields.get(name)
        if not isinstance(value, str) or value not in choices:
            raise self._wrong(name)
        return value

    def identity(self, name: str) -> str:
        value = self._fields.get(name)
        if not isinstance(value, str) or not 1 <= len(value) <= ID_MAX_CHARS or not value.isprintable():
            raise self._wrong(name)
        return value

    def number(self, name: str, least: int, most: int) -> int:
        value = self._fields.get(name)
        if type(value) is not int or not least <= value <= most:
            raise self._wrong(name)
        return value

    def number_or_none(self, name: str, least: int, most: int) -> int | None:
        return None if self._fields.get(name) is None else self.number(name, least, most)

    def truth(self, name: str, default: bool) -> bool:
        value = self._fields.get(name, default)
        if type(value) is not bool:
            raise self._wrong(name)
        return value

    def text(self, name: str, most: int) -> str:
        """A cleaned text; empty where it is missing."""
        value = self._fields.get(name, "")
        if not isinstance(value, str) or len(value) > 4 * most:
            raise self._wrong(name)
        text = cleaned(value)
        if len(text) > most:
            raise self._wrong(name)
        return text

    def _wrong(self, name: str) -> ActInvalid:
        return ActInvalid(pointer=f"{self._pointer}/{name}")
