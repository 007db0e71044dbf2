"""Every CONTROL message of both directions: one frozen dataclass each, its wire name in `t`.

Rules that keep old clients working: a `t` is never reused for another meaning, a field never changes its
type, a new field has a default. Types say how a value is checked: `Annotated[str, Chars(n)]` bounds a text,
`Annotated[tuple[...], Items(n)]` a list, `U32` a number. The TypeScript of all this is generated
(`python -m yuanzhan.protocol.typescript`), and docs/protocol.md explains it in words.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Annotated, ClassVar, Final, Literal

from yuanzhan.protocol.limits import (
    CARD_NOTE_MAX_CHARS,
    CHAT_MAX_CODE_POINTS,
    CLEARED_MAX_COUNT,
    CONTACT_MAX_CHARS,
    FLOOR_MAX_COUNT,
    HANDS_MAX_COUNT,
    ID_MAX_CHARS,
    INTERESTS_MAX_COUNT,
    NAME_MAX_CODE_POINTS,
    NOTE_MAX_CODE_POINTS,
    QUIET_MAX_S,
    STANDING_MAX_COUNT,
    TOKEN_MAX_CHARS,
    WHO_MAX_IDS,
)


class Kind(IntEnum):
    """First byte of every message."""

    CONTROL = 0x01
    POSE = 0x10
    FRAME = 0x20
    DOTS = 0x21


@dataclass(frozen=True, slots=True)
class Chars:
    """A text of at most `max_count` characters."""

    max_count: int


@dataclass(frozen=True, slots=True)
class Items:
    """A list or map of at most `max_count` entries."""

    max_count: int


@dataclass(frozen=True, slots=True)
class Range:
    """A number from `low` to `high`, both included."""

    low: int
    high: int


U32 = Annotated[int, Range(0, 0xFFFFFFFF)]
VisitorId = Annotated[int, Range(0, 0xFFFFFF)]
"""`generation << 16 | slot`."""
NOBODY: Final = 0xFFFFFF
"""The id in an observer's welcome: there is no slot 65,535."""
U53 = Annotated[int, Range(0, (1 << 53) - 1)]
"""As large as an integer can be in JavaScript."""
Measure = Annotated[float, Range(-1_000_000, 1_000_000)]
"""Metres or radians: farther than any hall, and no farther than 32 bits tell apart."""
Place = Annotated[str, Chars(ID_MAX_CHARS)]
Token = Annotated[str, Chars(TOKEN_MAX_CHARS)]
Text = Annotated[str, Chars(CHAT_MAX_CODE_POINTS)]
"""Chat on arrival: longer than is said, so that a too long line is a notice, not a closed connection."""
RawName = Annotated[str, Chars(4096)]
"""A name on arrival: any that fits a message; `names.clean_name` decides."""
Note = Annotated[str, Chars(NOTE_MAX_CODE_POINTS)]
"""What somebody adds in words of their own, on arrival."""
Lang = Literal["zh-CN", "en"]
Badge = Literal["", "staff", "speaker", "bot"]


# --- visitor to server ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Stood:
    """Where a visitor was before the line broke. Not a message of its own."""

    x: Measure
    z: Measure
    yaw: Measure


@dataclass(frozen=True, slots=True)
class Hello:
    """First message, within `HELLO_DEADLINE_S`. `token` asks to be the same visitor again. With one of this
    hall, `stood` is where to come back to when the avatar is not there any more: it goes before `at`.
    """

    t: ClassVar[str] = "hello"
    hall: Place
    name: RawName
    look: U32
    lang: Lang
    at: Place | None = None
    token: Token | None = None
    bot: bool = False
    stood: Stood | None = None


@dataclass(frozen=True, slots=True)
class Profile:
    """Change of name or look."""

    t: ClassVar[str] = "profile"
    name: RawName
    look: U32


@dataclass(frozen=True, slots=True)
class Go:
    """Move to another hall, or to a place in this one."""

    t: ClassVar[str] = "go"
    hall: Place
    at: Place | None = None


@dataclass(frozen=True, slots=True)
class Who:
    """Ask for names and badges."""

    t: ClassVar[str] = "who"
    ids: Annotated[tuple[VisitorId, ...], Items(WHO_MAX_IDS)]


@dataclass(frozen=True, slots=True)
class Chat:
    """Said to those within `CHAT_RANGE_M`."""

    t: ClassVar[str] = "chat"
    text: Text


@dataclass(frozen=True, slots=True)
class Sit:
    """Take a seat, or stand up."""

    t: ClassVar[str] = "sit"
    seat: Place | None


ReportWhat = Literal["person", "message", "booth"]
ReportReason = Literal[
    "harassment",
    "abuse",
    "advertising",
    "fraud",
    "impersonation",
    "sexual",
    "unlawful",
    "noise",
    "other",
]


@dataclass(frozen=True, slots=True)
class Report:
    """Tell the operators of a person (`id`), a message (`line`) or a booth (`booth`). Answered by a
    notice.
    """

    t: ClassVar[str] = "report"
    what: ReportWhat
    reason: ReportReason
    id: VisitorId | None = None
    line: U53 | None = None
    booth: Place | None = None
    note: Note = ""


@dataclass(frozen=True, slots=True)
class Watch:
    """An operator's first message in place of `hello`, and later for another hall: watch it from outside.
    Needs the permission `halls.watch`; answered by `watching`, then DOTS and `overheard`.
    """

    t: ClassVar[str] = "watch"
    hall: Place


@dataclass(frozen=True, slots=True)
class Opened:
    """A panel, product or link of a published booth was opened: counted, and by nobody's name."""

    t: ClassVar[str] = "opened"
    booth: Place
    item: Place


@dataclass(frozen=True, slots=True)
class Card:
    """What the visitor chose to leave at a published booth: answered by `card_left`, or another notice. Empty
    fields are not left.
    """

    t: ClassVar[str] = "card"
    booth: Place
    name: Annotated[str, Chars(NAME_MAX_CODE_POINTS)]
    contact: Annotated[str, Chars(CONTACT_MAX_CHARS)]
    note: Annotated[str, Chars(CARD_NOTE_MAX_CHARS)] = ""


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


@dataclass(frozen=True, slots=True)
class Hand:
    """At an event that runs: raise one's hand to be given the floor, or lower it."""

    t: ClassVar[str] = "hand"
    up: bool


@dataclass(frozen=True, slots=True)
class Floor:
    """From who leads an event: give the floor to a visitor, or take it back; of who has only raised a hand,
    lower it.
    """

    t: ClassVar[str] = "floor"
    id: VisitorId
    give: bool


@dataclass(frozen=True, slots=True)
class Bye:
    """Leaving for good: the avatar goes at once."""

    t: ClassVar[str] = "bye"


# --- server to visitor ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Welcome:
    """You are in this hall, here; a FULL frame follows. Sent after `hello`, after each change of hall, and
    when somebody who waited is let in. An `observer` sees and hears from here, and is seen by nobody.
    """

    t: ClassVar[str] = "welcome"
    id: VisitorId
    hall: Place
    token: Token
    resumed: bool
    name: RawName
    look: U32
    x: float
    y: float
    z: float
    yaw: float
    tick: U32
    tick_hz: int
    cell_m: float
    origin_x: float
    origin_z: float
    floor_y: float
    near_ring: int
    mid_ring: int
    slots: int
    capacity: int
    population: int
    observer: bool = False
    booths: U32 = 0


@dataclass(frozen=True, slots=True)
class Queued:
    """The hall is full, and you wait: at `place` (1 is next) of `length`. Without a welcome from this hall
    you are in none, and wait to be let in or to observe; an observer waits to be a visitor. `welcome` comes
    by itself.
    """

    t: ClassVar[str] = "queued"
    hall: Place
    place: U32
    length: U32


@dataclass(frozen=True, slots=True)
class FreshToken:
    """A newer resume token: forget the older one. Also comes before the first `queued`."""

    t: ClassVar[str] = "token"
    token: Token


@dataclass(frozen=True, slots=True)
class Person:
    """Who an id is. Not a message of its own."""

    id: VisitorId
    name: RawName
    badge: Badge = ""


@dataclass(frozen=True, slots=True)
class People:
    """Answer to `who`, and news of a changed name."""

    t: ClassVar[str] = "people"
    people: Annotated[tuple[Person, ...], Items(WHO_MAX_IDS)]


@dataclass(frozen=True, slots=True)
class Said:
    """Somebody near said it (you too), or with `stage` somebody who speaks at an event: that is heard in the
    whole hall. `line` is its number: what `report` and `cleared` call it by.
    """

    t: ClassVar[str] = "said"
    id: VisitorId
    name: RawName
    text: Text
    line: U53 = 0
    stage: bool = False


@dataclass(frozen=True, slots=True)
class Population:
    """Head-counts: this hall and all halls by id."""

    t: ClassVar[str] = "population"
    here: int
    halls: Annotated[Mapping[str, int], Items(1024)]


@dataclass(frozen=True, slots=True)
class Seated:
    """You sit on this seat, here; or, with nil, you stand again, here."""

    t: ClassVar[str] = "seated"
    seat: Place | None
    x: float
    y: float
    z: float
    yaw: float


@dataclass(frozen=True, slots=True)
class Booths:
    """The published booths of this hall are others now. `revision` is theirs, equal where they are; ask for
    them (`GET /api/halls/{hall}/booths`) at some time in the next `spread_s`, so that a full hall does not
    ask at once.
    """

    t: ClassVar[str] = "booths"
    hall: Place
    revision: U32
    spread_s: float


CorrectReason = Literal["outside", "too_fast", "not_finite", "moved", "sent", "frozen"]


@dataclass(frozen=True, slots=True)
class Correct:
    """Stand here: your pose was not possible, (`moved`) you asked to be brought here, or an operator sent you
    (`sent`) or made you stand still (`frozen`).
    """

    t: ClassVar[str] = "correct"
    x: float
    y: float
    z: float
    yaw: float
    reason: CorrectReason


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
    "reach_off",
]


@dataclass(frozen=True, slots=True)
class Sanction:
    """What an operator did to you, and why. Not a message of its own. `left_s` nil: until it is undone. `act`
    is what an appeal names.
    """

    act: Place
    kind: Place
    reason: Place
    note: Note
    left_s: float | None


@dataclass(frozen=True, slots=True)
class Restricted:
    """All that you may not do now, with the acts that say so: each time it changes, and before being closed
    with `removed` or `banned`. Without acts: nothing any more.
    """

    t: ClassVar[str] = "restricted"
    chat: bool
    voice: bool
    hidden: bool
    frozen: bool
    acts: Annotated[tuple[Sanction, ...], Items(STANDING_MAX_COUNT)]


@dataclass(frozen=True, slots=True)
class Cleared:
    """Show these lines no longer."""

    t: ClassVar[str] = "cleared"
    lines: Annotated[tuple[U53, ...], Items(CLEARED_MAX_COUNT)]


@dataclass(frozen=True, slots=True)
class Announcement:
    """What an operator tells everybody, in both languages. Not a message of its own."""

    act: Place
    zh: Text
    en: Text
    left_s: float | None


@dataclass(frozen=True, slots=True)
class Announced:
    """All announcements of this hall that hold now, the oldest first: at the welcome where there are any, and
    each time they change.
    """

    t: ClassVar[str] = "announced"
    items: Annotated[tuple[Announcement, ...], Items(STANDING_MAX_COUNT)]


StageState = Literal["none", "doors", "running"]


@dataclass(frozen=True, slots=True)
class Stage:
    """What takes place in this hall: at the welcome where something does, and each time it changes. `doors`:
    it begins in `left_s`, people gather; `running`: it ends in `left_s`. `at` is where (as in `go`), nil the
    entrance; `capacity` how many it is meant for, nil as many as the hall takes.
    """

    t: ClassVar[str] = "stage"
    state: StageState
    event: Place = ""
    zh: Text = ""
    en: Text = ""
    at: Place | None = None
    left_s: float = 0.0
    capacity: U32 | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """Your own part in the event, each time it changes: whether what you say is heard in the whole hall,
    whether you may give the floor, and your hand's place in the queue (0: not raised).
    """

    t: ClassVar[str] = "part"
    speaks: bool
    leads: bool
    hand: U32


@dataclass(frozen=True, slots=True)
class Hands:
    """To those who lead an event: who has raised a hand, in that order, and who has the floor."""

    t: ClassVar[str] = "hands"
    hands: Annotated[tuple[Person, ...], Items(HANDS_MAX_COUNT)]
    floor: Annotated[tuple[Person, ...], Items(FLOOR_MAX_COUNT)]


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


Door = Literal["open", "locked", "closed"]


@dataclass(frozen=True, slots=True)
class Rules:
    """How this hall is run: at the welcome where it is not as usual, and each time it changes. `slow_s`:
    between two lines of one visitor.
    """

    t: ClassVar[str] = "rules"
    door: Door
    slow_s: U32
    speakers_only: bool


@dataclass(frozen=True, slots=True)
class Watching:
    """You watch this hall. Places in DOTS are fractions of `width_m` and `depth_m` from the origin."""

    t: ClassVar[str] = "watching"
    hall: Place
    origin_x: float
    origin_z: float
    width_m: float
    depth_m: float
    dots_hz: float


@dataclass(frozen=True, slots=True)
class Overheard:
    """Somebody said it in the hall that you watch, at `at_ms` of Unix time."""

    t: ClassVar[str] = "overheard"
    line: U53
    id: VisitorId
    name: RawName
    text: Text
    at_ms: U53


DeskWhat = Literal["reports", "acts", "halls"]


@dataclass(frozen=True, slots=True)
class Desk:
    """Something that operators see has changed: ask for it anew. `id` is what changed, where it is one
    thing.
    """

    t: ClassVar[str] = "desk"
    what: DeskWhat
    id: Place = ""


@dataclass(frozen=True, slots=True)
class Notice:
    """Something to tell the visitor, by code of the message catalogue (`notice.<code>`)."""

    t: ClassVar[str] = "notice"
    code: Place
    params: Annotated[Mapping[str, str | int | float], Items(16)] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Closing:
    """The close frame with this code follows."""

    t: ClassVar[str] = "closing"
    code: int
    reason: Place
    retry_s: float | None = None


ClientMessage = (
    Hello
    | Profile
    | Go
    | Who
    | Chat
    | Sit
    | Opened
    | Card
    | Bye
    | Report
    | Watch
    | Hand
    | Floor
    | Reachable
    | Outcome
)
ServerMessage = (
    Welcome
    | Queued
    | FreshToken
    | People
    | Said
    | Population
    | Seated
    | Booths
    | Correct
    | Notice
    | Closing
    | Restricted
    | Cleared
    | Announced
    | Rules
    | Watching
    | Overheard
    | Desk
    | Stage
    | Part
    | Hands
    | Invitation
    | Recalled
)
Message = ClientMessage | ServerMessage

CLIENT_MESSAGES: Final[tuple[type[ClientMessage], ...]] = (
    Hello,
    Profile,
    Go,
    Who,
    Chat,
    Sit,
    Opened,
    Card,
    Bye,
    Report,
    Watch,
    Hand,
    Floor,
    Reachable,
    Outcome,
)
SERVER_MESSAGES: Final[tuple[type[ServerMessage], ...]] = (
    Welcome,
    Queued,
    FreshToken,
    People,
    Said,
    Population,
    Seated,
    Booths,
    Correct,
    Notice,
    Closing,
    Restricted,
    Cleared,
    Announced,
    Rules,
    Watching,
    Overheard,
    Desk,
    Stage,
    Part,
    Hands,
    Invitation,
    Recalled,
)
