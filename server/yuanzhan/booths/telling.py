"""Booths and versions as the HTTP API tells them. These models are the API's documentation as well."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any

from pydantic import BaseModel, Field

from yuanzhan.booths.dress import FILES_URL, Dress, Submitted
from yuanzhan.booths.facing import turned_to_visitors
from yuanzhan.booths.states import State
from yuanzhan.instants import iso
from yuanzhan.scene.manifest import Vector
from yuanzhan.store.booths import BoothRow, SlotRow, VersionRow

Json = dict[str, Any]


class Text(BaseModel):
    """The same in Chinese and English."""

    zh: str
    en: str


class Issue(BaseModel):
    """Something that the check found; `pointer` is into the glTF's JSON."""

    code: str
    severity: str
    message: Text
    pointer: str = ""


class Report(BaseModel):
    """What the check found. `measured` is as `yuanzhan inspect --json` has it."""

    accepted: bool
    issues: list[Issue] = Field(default_factory=list)
    measured: dict[str, Any] = Field(default_factory=dict)


class VersionAnswer(BaseModel):
    """One upload of a booth's model. `step` is what happens now, while it is checked. `before` and
    `after` are what the model weighs: `before.bytes` is what was sent. `heaviest` is what weighs most.
    `model` is what visitors load, `original` the same before it was made smaller; `textures` is what came of
    a second model whose textures stay compressed on the graphics card (made when nobody waits; null: not
    yet)."""

    number: int
    state: State
    step: str | None = None
    file: str
    bytes: int
    sha256: str
    received_at: str
    submitted_at: str | None = None
    report: Report | None = None
    before: dict[str, Any] | None = None
    after: dict[str, Any] | None = None
    heaviest: list[dict[str, Any]] = Field(default_factory=list)
    optimised: dict[str, Any] | None = None
    textures: dict[str, Any] | None = None
    model: str | None = None
    original: str | None = None
    thumbnail: str | None = None
    reason: str | None = None
    dress: Dress | None = None


class TakenDownAnswer(BaseModel):
    """What the staff did to a booth, as its exhibitor is told: `act` is by what it is appealed against,
    `until` null where nothing ends it."""

    act: str
    reason: str
    note: str
    at: str
    until: str | None


class BoothAnswer(BaseModel):
    """A booth. `hall`, `slot` and `dress` are as they were saved last; what visitors see is the dress of the
    version whose number is `published`. `kept_until` is when the slot ends to be kept for it (null: not while
    something is shown or waits there); `slot_lost`: another booth has it since. `taken_down`: visitors do not
    see it, whatever is published."""

    id: str
    title: Text
    organisation: str
    hall: str | None
    slot: str | None
    dress: Dress | None
    kept_until: str | None = None
    slot_lost: bool = False
    taken_down: TakenDownAnswer | None = None
    published: int | None
    created_at: str
    versions: list[VersionAnswer]


class SlotAnswer(BaseModel):
    """A slot of a hall, for who chooses one. `booth` is one of one's own organisation; after `kept_until` it
    may be taken nevertheless."""

    slot: str
    is_taken: bool
    booth: str | None
    kept_until: str | None


class ReviewAnswer(BaseModel):
    """A version that waits for approval, and its booth as it will be with it: hall, slot and dress are those
    that were submitted, whatever was saved since. `exhibitor` is the name of the organisation."""

    exhibitor: str
    booth: BoothAnswer
    version: VersionAnswer


def booth_json(booth: BoothRow, versions: Iterable[VersionRow], holds: Iterable[SlotRow]) -> Json:
    """A BoothAnswer. `holds` has the slots of the booth; others' may be among them."""
    answer = booth_answer(booth, versions)
    if answer.dress is not None:
        place = (booth.id, answer.hall, answer.slot)
        own = [row for row in holds if (row.booth_id, row.hall, row.slot) == place]
        answer.slot_lost = not own
        if own and own[0].kept_until_ms is not None:
            answer.kept_until = iso(own[0].kept_until_ms)
    return answer.model_dump(mode="json")


def booth_answer(
    booth: BoothRow, versions: Iterable[VersionRow], submitted: VersionRow | None = None
) -> BoothAnswer:
    """With the dress that was saved last, or that of the version which is `submitted`."""
    ordered = sorted(versions, key=lambda version: version.number)
    kept = booth.dress if submitted is None else submitted.dress
    saved = Submitted.model_validate_json(kept) if kept is not None else None
    title = saved.booth_title if saved is not None else None
    dress = turned_to_visitors(saved, ordered) if saved is not None else None
    return BoothAnswer(
        id=booth.id,
        title=Text(zh=booth.title_zh, en=booth.title_en) if title is None else Text(zh=title.zh, en=title.en),
        organisation=booth.organisation_id,
        hall=dress.hall if dress is not None else None,
        slot=dress.slot if dress is not None else None,
        dress=dress,
        published=booth.published,
        created_at=iso(booth.created_at_ms),
        versions=[version_answer(version) for version in ordered],
    )


def submitted_moment(version: VersionRow) -> str | None:
    """When it was submitted last, as answers have it."""
    return iso(version.submitted_at_ms) if version.submitted_at_ms is not None else None


def version_answer(version: VersionRow) -> VersionAnswer:
    optimised = _loaded(version.optimised) or {}
    before = optimised.pop("before", None)
    return VersionAnswer(
        number=version.number,
        state=State(version.state),
        step=version.step,
        file=version.file,
        bytes=version.bytes,
        sha256=version.original.partition(".")[0],
        received_at=iso(version.received_at_ms),
        submitted_at=submitted_moment(version),
        report=Report.model_validate(_loaded(version.report)) if version.report is not None else None,
        # The optimiser began with the canonical form, which may be larger than what was packed to be sent.
        before=None if before is None else before | {"bytes": version.bytes},
        after=optimised.pop("after", None),
        heaviest=optimised.pop("heaviest", []),
        optimised=optimised or None,
        textures=_loaded(version.textures),
        model=url_of(version.model),
        original=url_of(version.canonical),
        thumbnail=url_of(version.thumbnail),
        reason=version.reason,
        dress=Submitted.model_validate_json(version.dress) if version.dress is not None else None,
    )


def review_json(version: VersionRow, booth: BoothRow, exhibitor: str, versions: Iterable[VersionRow]) -> Json:
    """A ReviewAnswer."""
    told = ReviewAnswer(
        exhibitor=exhibitor,
        booth=booth_answer(booth, versions, version),
        version=version_answer(version),
    )
    return told.model_dump(mode="json")


def url_of(name: str | None) -> str | None:
    """Where an object is served."""
    return f"{FILES_URL}{name}" if name is not None else None


def bounds_of(version: VersionRow) -> tuple[Vector, Vector] | None:
    """The lowest and the highest corner of the model, metres; None where nobody measured them."""
    report = _loaded(version.report) or {}
    bounds = report.get("measured", {}).get("bounds_m")
    if not isinstance(bounds, dict):
        return None
    low, high = (_vector(bounds.get(key)) for key in ("min", "max"))
    return (low, high) if low is not None and high is not None else None


def _vector(value: Any) -> Vector | None:
    if isinstance(value, Sequence) and len(value) == 3:
        return float(value[0]), float(value[1]), float(value[2])
    return None


def _loaded(text: str | None) -> Json | None:
    loaded: Json | None = json.loads(text) if text is not None else None
    return loaded
