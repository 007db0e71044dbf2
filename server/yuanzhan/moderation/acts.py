"""What an operator may do, as one table: on whom, for how long, with which permission, and whether it can be
undone.

An act is a fact that was written down: who did what to whom, when, why. A *lasting* act holds from its moment
until it ends or is undone, and what holds now follows from the lasting acts alone (`standing`), so a restart
needs nothing but their rows. Other acts are done once.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Final

from yuanzhan.access import Permission
from yuanzhan.instants import DAY_MS, HOUR_MS, MINUTE_MS


class On(StrEnum):
    """What an act is done to."""

    PERSON = "person"
    LINES = "lines"
    HALL = "hall"
    HALLS = "halls"
    """One hall, or all where none is named."""
    BOOTH = "booth"


class Kind(StrEnum):
    """The acts. Their names are in the store, in the audit log and in the catalogue (`act.<kind>`): never
    reused.
    """

    MUTE = "mute"
    HIDE = "hide"
    FREEZE = "freeze"
    SEND = "send"
    REMOVE = "remove"
    BAN = "ban"
    CLEAR = "clear"
    DOOR = "door"
    HOURS = "hours"
    CAPACITY = "capacity"
    SLOW = "slow"
    SPEAKERS = "speakers"
    ANNOUNCE = "announce"
    EVACUATE = "evacuate"
    TAKE_DOWN = "take_down"
    STAGE = "stage"
    """Speaks at an event, as those do who were announced: `params.event` is which."""


class Reason(StrEnum):
    """Why, from a list (`reason.<name>` of the catalogue); what it does not say is said in free text."""

    HARASSMENT = "harassment"
    ABUSE = "abuse"
    ADVERTISING = "advertising"
    FRAUD = "fraud"
    IMPERSONATION = "impersonation"
    SEXUAL = "sexual"
    UNLAWFUL = "unlawful"
    NOISE = "noise"
    SAFETY = "safety"
    MAINTENANCE = "maintenance"
    PROGRAMME = "programme"
    RIGHTS = "rights"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Rule:
    """One row of the table. `default_ms` None: for ever, until undone."""

    on: On
    permission: Permission
    lasting: bool = True
    default_ms: int | None = None
    longest_ms: int | None = None


FOR_EVER: Final = None
YEAR_MS: Final = 365 * DAY_MS

RULES: Final = MappingProxyType[Kind, Rule](
    {
        Kind.MUTE: Rule(On.PERSON, Permission.MODERATE, default_ms=30 * MINUTE_MS, longest_ms=7 * DAY_MS),
        Kind.HIDE: Rule(On.PERSON, Permission.MODERATE, default_ms=30 * MINUTE_MS, longest_ms=7 * DAY_MS),
        Kind.FREEZE: Rule(On.PERSON, Permission.MODERATE, default_ms=5 * MINUTE_MS, longest_ms=DAY_MS),
        Kind.SEND: Rule(On.PERSON, Permission.MODERATE, lasting=False),
        Kind.REMOVE: Rule(On.PERSON, Permission.MODERATE, default_ms=10 * MINUTE_MS, longest_ms=DAY_MS),
        Kind.BAN: Rule(On.PERSON, Permission.BAN, default_ms=7 * DAY_MS, longest_ms=FOR_EVER),
        Kind.CLEAR: Rule(On.LINES, Permission.MODERATE, lasting=False),
        Kind.DOOR: Rule(On.HALL, Permission.HALLS_MANAGE, longest_ms=FOR_EVER),
        Kind.HOURS: Rule(On.HALL, Permission.HALLS_MANAGE, longest_ms=FOR_EVER),
        Kind.CAPACITY: Rule(On.HALL, Permission.HALLS_MANAGE, longest_ms=FOR_EVER),
        Kind.SLOW: Rule(On.HALL, Permission.MODERATE, default_ms=30 * MINUTE_MS, longest_ms=FOR_EVER),
        Kind.SPEAKERS: Rule(On.HALL, Permission.HALLS_MANAGE, default_ms=HOUR_MS, longest_ms=FOR_EVER),
        Kind.ANNOUNCE: Rule(On.HALLS, Permission.ANNOUNCE, default_ms=10 * MINUTE_MS, longest_ms=7 * DAY_MS),
        Kind.EVACUATE: Rule(On.HALL, Permission.HALLS_MANAGE, lasting=False),
        Kind.TAKE_DOWN: Rule(On.BOOTH, Permission.BOOTHS_WITHDRAW, longest_ms=FOR_EVER),
        # It ends with its event, and one may last a day: nobody loses the stage in the middle of it.
        Kind.STAGE: Rule(On.PERSON, Permission.EVENTS_MANAGE, default_ms=2 * DAY_MS, longest_ms=2 * DAY_MS),
    }
)

AT_THE_DOOR: Final = frozenset({Kind.REMOVE, Kind.BAN})
"""Who is under one of these is not let in."""
IN_THE_HALL: Final = frozenset({Kind.MUTE, Kind.HIDE, Kind.FREEZE})
"""Who is under one of these is let in, with less."""
OF_A_HALL: Final = frozenset({Kind.DOOR, Kind.HOURS, Kind.CAPACITY, Kind.SLOW, Kind.SPEAKERS})
"""Each sets a part of a hall's rules; of several the newest holds."""


class By(StrEnum):
    """By what somebody is known again."""

    ACCOUNT = "account"
    DEVICE = "device"
    VISITOR = "visitor"
    """The resume token's visitor: known where there is no cookie."""
    ADDRESS = "address"
    """A network: one household, or wider where an operator says so."""


@dataclass(frozen=True, slots=True)
class Mark:
    """One thing that somebody is known by: `value` is an id, a digest, or a network."""

    by: By
    value: str


@dataclass(frozen=True, slots=True)
class Marks:
    """What is known of somebody who is here. Device and visitor are digests: no cookie or token can be made
    of them.
    """

    visitor: str = ""
    device: str = ""
    account: str = ""
    address: str = ""

    @property
    def own(self) -> tuple[Mark, ...]:
        """Without the address, which others may share."""
        pairs = ((By.ACCOUNT, self.account), (By.DEVICE, self.device), (By.VISITOR, self.visitor))
        return tuple(Mark(by, value) for by, value in pairs if value)

    def are_of(self, other: Marks) -> bool:
        """Whether these and the others are somebody's whom they have in common."""
        return (
            (self.visitor != "" and self.visitor == other.visitor)
            or (self.device != "" and self.device == other.device)
            or (self.account != "" and self.account == other.account)
        )


NOBODY_KNOWN: Final = Marks()
"""Of who is not known again."""


@dataclass(frozen=True, slots=True)
class Act:
    """What was done. `params` are the kind's own (see `orders`); `note` is for the person, `comment` for
    colleagues.

    `name` is what the target was called then; `marks` are whom it holds for.
    """

    id: str
    kind: Kind
    reason: Reason
    made_at_ms: int
    ends_at_ms: int | None = None
    hall: str | None = None
    name: str = ""
    note: str = ""
    comment: str = ""
    marks: tuple[Mark, ...] = ()
    params: Mapping[str, Any] = field(default_factory=dict)
    actor_id: str = ""
    actor_name: str = ""
    report: str | None = None
    undone_at_ms: int | None = None

    @property
    def rule(self) -> Rule:
        """The row of its kind."""
        return RULES[self.kind]

    def holds(self, now_ms: int) -> bool:
        """Whether it is in force."""
        if not self.rule.lasting or self.undone_at_ms is not None:
            return False
        return self.ends_at_ms is None or now_ms < self.ends_at_ms
