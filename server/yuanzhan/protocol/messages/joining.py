"""Coming into a hall, going on to another, leaving: from the first `hello` to `closing`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from yuanzhan.protocol.fields import U32, Lang, Measure, Place, RawName, Token, VisitorId


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
class Bye:
    """Leaving for good: the avatar goes at once."""

    t: ClassVar[str] = "bye"


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
class Closing:
    """The close frame with this code follows."""

    t: ClassVar[str] = "closing"
    code: int
    reason: Place
    retry_s: float | None = None
