"""Where one's own avatar is, beside what its poses say: on a seat, or put right."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal

from yuanzhan.protocol.fields import Place


@dataclass(frozen=True, slots=True)
class Sit:
    """Take a seat, or stand up."""

    t: ClassVar[str] = "sit"
    seat: Place | None


@dataclass(frozen=True, slots=True)
class Seated:
    """You sit on this seat, here; or, with nil, you stand again, here."""

    t: ClassVar[str] = "seated"
    seat: Place | None
    x: float
    y: float
    z: float
    yaw: float


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
