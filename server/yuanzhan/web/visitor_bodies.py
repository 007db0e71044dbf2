"""What routes give that anybody may ask, and those about one's own data and one's own booth's visitors."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from yuanzhan.booths.telling import Text


class _HallFigures(BaseModel):
    """More of a hall is in docs/authoring.md. `opens_at` is when one that its hours close opens next."""

    model_config = ConfigDict(extra="allow")

    id: str
    title: Text
    visitors: int
    observers: int
    queue: int
    capacity: int
    door: Literal["open", "locked", "closed"]
    opens_at: str | None


class HallSummary(_HallFigures):
    """A hall as the landing page has it."""


class HallsAnswer(BaseModel):
    """`filing` and `minimum_age` are the settings of these names."""

    halls: list[HallSummary]
    filing: str
    minimum_age: int


class ListedBooth(BaseModel):
    """A booth that stands in a hall (docs/protocol.md, Published booths); a hall's own has no version."""

    model_config = ConfigDict(extra="allow")

    id: str
    slot: str
    url: str
    title: Text
    bytes: int


class BoothsAnswer(BaseModel):
    booths_revision: int
    booths: list[ListedBooth]


class HallAnswer(_HallFigures, BoothsAnswer):
    """All that a client shows of a hall: files with their addresses, places, slots, booths."""


class Opened(BaseModel):
    item: str
    count: int


class Hour(BaseModel):
    at: str
    visits: int
    dwell_s: int


class Heat(BaseModel):
    """Seconds by cell, the first row at the booth's front; `around_m` of the floor around the slot count."""

    cell_m: float
    around_m: float
    rows: int
    columns: int
    seconds: list[list[int]]


class VisitsAnswer(BaseModel):
    """Sums over the time given."""

    model_config = ConfigDict(extra="allow")

    booth: str
    until: str
    visits: int
    visitors: int
    dwell_s: int
    mean_dwell_s: float | None
    opened: list[Opened]
    cards: int
    hours: list[Hour]
    heat: Heat | None


class LeadAnswer(BaseModel):
    """A card that a visitor chose to leave."""

    id: str
    left_at: str
    name: str
    contact: str
    note: str
    hall: str


class KeptKind(BaseModel):
    """A kind of personal data: what, why, on which ground, how long."""

    id: str
    ground: str
    what: Text
    why: Text
    keep: Text


class NoticeAnswer(BaseModel):
    """`device` is the code of the browser that asks, empty where it has none."""

    operator: str
    contact: str
    minimum_age: int
    lines_erasable: bool
    kinds: list[KeptKind]
    device: str


class ErasedAnswer(BaseModel):
    """How many of each kind are gone, and what law or others' rights keep."""

    erased: dict[str, int]
    kept: Any


class ForSomebody(BaseModel):
    """One of `login` and `device`, and why."""

    login: str | None = None
    device: str | None = None
    reason: str


class MeasurementsAnswer(BaseModel):
    """The server's own samples as columns."""

    period_s: float
    samples: dict[str, Any]
    limits: dict[str, Any]
    firing: list[Any]
    passed: list[Any]
    holds_s: float
