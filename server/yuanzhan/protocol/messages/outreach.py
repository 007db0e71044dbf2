"""Messages that a visitor allows, and what comes of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar, Literal

from yuanzhan.protocol.fields import Items, Lang, Place, Range, Text
from yuanzhan.protocol.limits import INTERESTS_MAX_COUNT, QUIET_MAX_S, STANDING_MAX_COUNT

ReachRate = Literal["none", "hour", "ten_minutes"]


@dataclass(frozen=True, slots=True)
class Reachable:
    """What the visitor allows to be sent to them (`invitation`), in place of what they allowed before.
    Without it, and with `rate` none, it is nothing. `booths`: also by the booths that they stop at from
    now on. `quiet_s`: nothing sooner.
    """

    t: ClassVar[str] = "reachable"
    rate: ReachRate
    lang: Lang
    tags: Annotated[tuple[Place, ...], Items(INTERESTS_MAX_COUNT)] = ()
    booths: bool = False
    quiet_s: Annotated[int, Range(0, QUIET_MAX_S)] = 0


OutcomeWhat = Literal["shown", "led", "arrived", "off"]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of an invitation that was received: counted once each, and by nobody's name."""

    t: ClassVar[str] = "outcome"
    id: Place
    what: OutcomeWhat


InvitationSender = Literal["operators", "booth"]


@dataclass(frozen=True, slots=True)
class Invitation:
    """A message that the visitor allowed (`reachable`), in both languages, about the booth of this title, if
    any. With `booth` it leads there.
    """

    t: ClassVar[str] = "invitation"
    id: Place
    sender: InvitationSender
    zh: Text
    en: Text
    title_zh: Text = ""
    title_en: Text = ""
    hall: Place = ""
    booth: Place = ""


@dataclass(frozen=True, slots=True)
class Recalled:
    """These invitations are over: the booth where they lead, or that sent them, is gone."""

    t: ClassVar[str] = "recalled"
    ids: Annotated[tuple[Place, ...], Items(STANDING_MAX_COUNT)]
