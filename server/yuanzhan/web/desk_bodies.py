"""What the routes of operators take and give. What is sent is read field by field (moderation/orders.py);
tests hold each answer against these models."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field

from yuanzhan.moderation.acts import By, Kind, On, Reason
from yuanzhan.moderation.appeals import APPEAL_MAX_CHARS, CONTACT_MAX_CHARS
from yuanzhan.moderation.orders import COMMENT_MAX_CHARS, NOTE_MAX_CHARS
from yuanzhan.moderation.people import OfHall
from yuanzhan.moderation.reports import ReportState


class ActTarget(BaseModel):
    """A visitor of a hall, by their id or their `visit`, or whoever a report, a line or another act is about;
    a hall, a booth.
    """

    hall: str | None = None
    visitor: int | None = None
    visit: str | None = None
    report: str | None = None
    line: int | None = None
    act: str | None = None
    booth: str | None = None


class ActWanted(BaseModel):
    """`minutes` left out is the usual time of its kind, null until it is undone; `by` what of a person it
    holds; `params` are those of the kind (docs/operating.md)."""

    kind: Kind
    reason: Reason
    target: ActTarget = ActTarget()
    minutes: int | None = None
    note: Annotated[str, Field(max_length=NOTE_MAX_CHARS)] = ""
    comment: Annotated[str, Field(max_length=COMMENT_MAX_CHARS)] = ""
    by: list[By] = []
    prefix: int | None = None
    params: dict[str, Any] = {}


class Staff(BaseModel):
    id: str | None
    name: str


class ActAnswer(BaseModel):
    """An act, without addresses."""

    id: str
    kind: Kind
    reason: Reason
    hall: str | None
    name: str
    note: str
    comment: str
    by: list[By]
    params: dict[str, Any]
    actor: Staff
    report: str | None
    made_at: str
    ends_at: str | None
    undone_at: str | None
    lasting: bool
    holds: bool


class DoneAnswer(BaseModel):
    """`reached`: how many it was carried out on at once."""

    act: ActAnswer
    reached: int


class OneAct(BaseModel):
    act: ActAnswer


class ActsAnswer(BaseModel):
    """`next` is from where there are more, for `before`."""

    acts: list[ActAnswer]
    next: str | None


class HallState(BaseModel):
    """A hall, its people, its door and its rules."""

    hall: str
    visitors: int
    observers: int
    queue: int
    capacity: int
    capacity_most: int
    door: str
    rules: dict[str, Any]


class OverviewAnswer(BaseModel):
    """`acts`: those that hold for halls and booths, the newest 200; all of them are at /api/acts.
    `time_zone`: that of halls' opening hours, as the tz database has it.
    """

    halls: list[HallState]
    acts: list[ActAnswer]
    now_ms: int
    time_zone: str


class ActKind(BaseModel):
    """`minutes`: the usual time, null for until undone; `may`: whether who asks may."""

    kind: Kind
    on: On
    lasting: bool
    minutes: int | None
    longest_minutes: int | None
    may: bool


class ActKindsAnswer(BaseModel):
    acts: list[ActKind]
    reasons: list[Reason]


class ReportAnswer(BaseModel):
    """A visitor's report; `reports` and `reporters` lately about the same person."""

    id: str
    state: ReportState
    what: str
    reason: str
    hall: str
    name: str
    note: str
    made_at: str
    changed_at: str
    visitor: int | None
    line: int | None
    booth: str | None
    assignee: Staff | None
    act: str | None


class ListedReport(ReportAnswer):
    reports: int
    reporters: int


class ReportsAnswer(BaseModel):
    reports: list[ListedReport]


class LineAnswer(BaseModel):
    """Something that was said; `refused`: why nobody heard it, empty where they did; `cleared`: it was taken
    back."""

    line: int
    at_ms: int
    hall: str
    visitor: int
    name: str
    text: str
    at: list[float]
    refused: str
    cleared: bool


class LinesAnswer(BaseModel):
    lines: list[LineAnswer]


class AddressRange(BaseModel):
    """A network around somebody's address, without the address: `others` are here from it as well."""

    prefix: int
    others: int


class PersonAnswer(BaseModel):
    """Somebody in a hall, or who watches or waits where it is full; `visit`: theirs, also when the server was
    started anew, which gives ids to others; `known_by`: what an act can hold of them; `ranges`: networks that
    a ban can cover, told of one person alone.
    """

    hall: str
    visitor: int
    visit: str
    standing: OfHall
    name: str
    badge: str
    lang: str
    role: str | None
    known_by: list[By]
    housemates: int
    ranges: list[AddressRange]
    is_here: bool
    at: list[float]
    muted: bool
    voice_off: bool
    hidden: bool
    frozen: bool


class WholeReport(ListedReport):
    """With its evidence, and what was done to the same person before. `visitor` is the id in the hall of
    then; `person`: who they are now, where they are here.
    """

    evidence: dict[str, Any]
    acts: list[ActAnswer]
    person: PersonAnswer | None


class LeftAnswer(BaseModel):
    """Who said something today and has left: acts find them by the `line`."""

    hall: str
    visitor: int
    name: str
    line: int
    at_ms: int


class PeopleAnswer(BaseModel):
    """Who is here, and who was today, as far as what they said is kept."""

    people: list[PersonAnswer]
    left: list[LeftAnswer]


class WholePerson(PersonAnswer):
    """With what they said, what was done to them, how often they were reported."""

    reports: int
    reporters: int
    acts: list[ActAnswer]
    lines: list[LineAnswer]


class AppealMade(BaseModel):
    text: Annotated[str, Field(min_length=1, max_length=APPEAL_MAX_CHARS)]
    contact: Annotated[str, Field(max_length=CONTACT_MAX_CHARS)] | None = None


class AppealState(BaseModel):
    """For who is kept from something: whether the act holds still, and what became of their appeal."""

    holds: bool
    appeal: Literal["", "open", "granted", "declined"]


class AppealAnswer(BaseModel):
    act: ActAnswer
    text: str
    contact: str
    at_ms: int


class AppealsAnswer(BaseModel):
    appeals: list[AppealAnswer]
