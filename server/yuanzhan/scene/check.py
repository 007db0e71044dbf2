"""Is a hall fit to be visited? The validator, the budgets, and one function a rule; problems are data
(`issues`)."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence, Set
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final, TypeAlias

import numpy as np

from yuanzhan.errors.starting import SceneInvalid
from yuanzhan.scene.budgets import BOOTH_BUDGET, HALL_BUDGET
from yuanzhan.scene.extras import Place, Slot
from yuanzhan.scene.floor import Floor, Heights
from yuanzhan.scene.halls import FLOOR_FILE, Hall, compute_floor, load_hall
from yuanzhan.scene.images import SIDE_MAX, image_size
from yuanzhan.scene.issues import Issue, Severity
from yuanzhan.scene.manifest import Text
from yuanzhan.scene.measure import Cost, measure, texture_sizes
from yuanzhan.scene.nodes import placed_nodes
from yuanzhan.scene.reader import Gltf, read_file
from yuanzhan.scene.sizes import MB
from yuanzhan.scene.surface import LEAST_AREA_M2
from yuanzhan.scene.triangles import placed_triangles

# The Khronos validator: a GLB's bytes and the name to tell it by, to its issues. It is a process, so whoever
# calls brings it (jobs/validator.py).
Validate: TypeAlias = Callable[[bytes, str], list[Issue]]

# The floor of a hall: found anew in its geometry, which takes seconds, to hold the one that is kept against
# it; or that one.
FloorOf: TypeAlias = Callable[[Hall], Floor]

_BUDGET_UNITS: Final = (
    ("triangles", "triangles", 1),
    ("draw_calls", "draw calls", 1),
    ("texture_bytes", "MB of textures", MB),
    ("materials", "materials", 1),
    ("bytes", "MB", MB),
)

# How far a place may be from the floor: a spawn point stands on it, the rest is reached from it.
SPAWN_ASIDE_M: Final = 0.5
REACH_M: Final = 2.0
SAME_PLACE_M: Final = 8.0
# A booth may stand out of its slot by the thickness of a mat.
SLOT_TOLERANCE_M: Final = 0.15
# How much of the floor may differ from floor.bin before that counts as outdated: rounding at edges.
FLOOR_DRIFT: Final = 0.002


def computed_floor(hall: Hall) -> Floor:
    """As the geometry says. Raises SceneInvalid."""
    return compute_floor(hall.manifest)


@dataclass(frozen=True, slots=True)
class Report:
    """What the check found about one hall."""

    id: str
    issues: tuple[Issue, ...]
    cost: Cost = field(default_factory=Cost)
    walkable_m2: float = 0.0
    slots: int = 0

    @property
    def errors(self) -> int:
        return sum(issue.is_error for issue in self.issues)

    @property
    def warnings(self) -> int:
        return len(self.issues) - self.errors

    @property
    def ok(self) -> bool:
        return not self.errors

    def json(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "ok": self.ok,
            "errors": self.errors,
            "warnings": self.warnings,
            "triangles": self.cost.triangles,
            "draw_calls": self.cost.draw_calls,
            "texture_bytes": self.cost.texture_bytes,
            "bytes": self.cost.bytes,
            "walkable_m2": round(self.walkable_m2, 1),
            "slots": self.slots,
            "issues": [
                {"code": i.code, "severity": str(i.severity), "where": i.where, "message": i.message}
                for i in self.issues
            ],
        }


@dataclass(frozen=True, eq=False)
class _Subject:
    """The hall under test with everything that the rules look at. `booths` is by booth id."""

    hall: Hall
    glb: Gltf = field(repr=False)
    booths: dict[str, Gltf] = field(repr=False)
    floor: Floor = field(repr=False)
    halls: Set[str]

    def size_of(self, file: str) -> int:
        return self.hall.manifest.path(file).stat().st_size


def check_halls(
    scenes_dir: Path,
    cache_dir: Path,
    validate: Validate,
    ids: Sequence[str] = (),
    *,
    floor_of: FloorOf = computed_floor,
) -> list[Report]:
    """A report for each hall of `scenes_dir`, or for those named. Raises what `validate` raises; KeyError for
    an id that is no hall."""
    folders = {path.parent.name: path.parent for path in sorted(scenes_dir.glob("*/hall.toml"))}
    return [check_hall(folders[id], cache_dir, validate, folders.keys(), floor_of) for id in (ids or folders)]


def check_hall(
    folder: Path,
    cache_dir: Path,
    validate: Validate,
    halls: Set[str],
    floor_of: FloorOf = computed_floor,
) -> Report:
    """The report on the hall in `folder`; `halls` are the ids that portals may lead to. Raises what
    `validate` raises."""
    try:
        subject = _subject(folder, cache_dir, halls, floor_of)
        cost = _cost(subject)
    except SceneInvalid as error:
        return Report(
            folder.name, (Issue("SCENE_INVALID", str(error.params["file"]), str(error.params["detail"])),)
        )
    issues = [issue for rule in RULES for issue in rule(subject)]
    issues += [*_over(HALL_BUDGET, cost, "hall and booths", "OVER_BUDGET"), *_validated(subject, validate)]
    content = subject.hall.content
    return Report(folder.name, tuple(issues), cost, subject.floor.area_m2, len(content.slots))


def _subject(folder: Path, cache_dir: Path, halls: Set[str], floor_of: FloorOf) -> _Subject:
    hall = load_hall(folder, cache_dir)
    manifest = hall.manifest
    booths = {booth.id: read_file(manifest.path(booth.file)) for booth in manifest.booths}
    return _Subject(hall, read_file(hall.glb_file), booths, floor_of(hall), halls)


def _cost(subject: _Subject) -> Cost:
    """Hall, lightmap, floor and booths together."""
    hall = subject.hall
    cost = measure(subject.glb, 0)
    for booth in subject.booths.values():
        cost += measure(booth, 0)
    lightmap = hall.manifest.lightmap
    if lightmap is not None:
        try:
            size = image_size(hall.manifest.path(lightmap.file).read_bytes())
        except ValueError as error:
            raise SceneInvalid(file=lightmap.file, detail=str(error)) from None
        cost += Cost(texture_bytes=size.gpu_bytes)
    return cost + Cost(bytes=hall.bytes)


def _validated(subject: _Subject, validate: Validate) -> list[Issue]:
    """The validator's issues about the hall's and each booth's file, a process for each, as many at a time
    as fit."""
    manifest = subject.hall.manifest
    files = dict.fromkeys([manifest.file, *(booth.file for booth in manifest.booths)])
    with ThreadPoolExecutor(max_workers=2) as pool:
        found = pool.map(lambda file: validate(manifest.path(file).read_bytes(), file), files)
        return [issue for issues in found for issue in issues]


def _over(budget: Cost, cost: Cost, where: str, code: str) -> Iterator[Issue]:
    """What of `cost` is over `budget`; 0 in the budget means no limit."""
    for name, unit, scale in _BUDGET_UNITS:
        limit, value = getattr(budget, name), getattr(cost, name)
        if limit and value > limit:
            shown = f"{value:,}" if scale == 1 else f"{value / scale:.2f}"
            yield Issue(code, where, f"{shown} {unit}; the budget is {limit // scale:,}.")


def _nodes_are_understood(subject: _Subject) -> Iterator[Issue]:
    for problem in subject.hall.content.problems:
        where, _, detail = problem.partition(": ")
        yield Issue("BAD_NODE", where, f"{detail[:1].upper()}{detail[1:]}.")


def _texts_are_in_both_languages(subject: _Subject) -> Iterator[Issue]:
    manifest = subject.hall.manifest
    texts: list[tuple[str, Text, bool]] = [("title", manifest.title, True)]
    texts += [("place", manifest.place, False), ("summary", manifest.summary, False)]
    for panel in manifest.panels:
        where = f"panel {panel.id}"
        texts += [(f"{where} title", panel.title, True), (f"{where} body", panel.body, True)]
        texts += [(f"{where} source", panel.source, False)]
    for booth in manifest.booths:
        where = f"booth {booth.id}"
        texts += [(f"{where} title", booth.title, True), (f"{where} body", booth.body, False)]
    texts += [(f"checkin {checkin.id} title", checkin.title, True) for checkin in manifest.checkins]
    texts += [(f"programme {item.at} title", item.title, True) for item in manifest.programme]
    for where, text, is_required in texts:
        if not text.is_complete and (is_required or text != Text()):
            yield Issue("TEXT_IN_ONE_LANGUAGE", where, "There must be zh and en.")


def _panels_have_node_and_text(subject: _Subject) -> Iterator[Issue]:
    placed = {panel.id for panel in subject.hall.content.panels}
    written = {panel.id for panel in subject.hall.manifest.panels}
    for id in sorted(placed - written):
        yield Issue("PANEL_WITHOUT_TEXT", f"panel {id}", "hall.toml has no [[panels]] of this id.")
    for id in sorted(written - placed):
        yield Issue("PANEL_WITHOUT_NODE", f"panel {id}", "No node of the hall's GLB is a panel of this id.")


def _portals_lead_to_halls(subject: _Subject) -> Iterator[Issue]:
    for portal in subject.hall.portals:
        if portal.hall not in subject.halls or portal.hall == subject.hall.id:
            yield Issue("PORTAL_NOWHERE", f"portal {portal.id}", f"There is no other hall {portal.hall!r}.")


def _stage_is_a_place(subject: _Subject) -> Iterator[Issue]:
    stage = subject.hall.manifest.stage
    if stage is not None and stage not in subject.hall.places:
        yield Issue("STAGE_NOWHERE", "stage", f"There is no place {stage!r} in this hall.")


def _booths_have_slots(subject: _Subject) -> Iterator[Issue]:
    slots = {slot.id for slot in subject.hall.content.slots}
    for booth in subject.hall.manifest.booths:
        if booth.slot not in slots:
            yield Issue("SLOT_MISSING", f"booth {booth.id}", f"There is no slot {booth.slot!r}.")


def _booths_fit_their_slots(subject: _Subject) -> Iterator[Issue]:
    slots = {slot.id: slot for slot in subject.hall.content.slots}
    for booth in subject.hall.manifest.booths:
        slot = slots.get(booth.slot)
        if slot is not None:
            yield from _booth_fits(booth.id, subject.booths[booth.id], slot)


def _booth_fits(id: str, booth: Gltf, slot: Slot) -> Iterator[Issue]:
    corners = placed_triangles(booth, placed_nodes(booth)).corners.reshape(-1, 3)
    if not len(corners):
        return
    width, height, depth = slot.size_m
    low = np.array([-width / 2, 0.0, -depth / 2]) - SLOT_TOLERANCE_M
    high = np.array([width / 2, height, depth / 2]) + SLOT_TOLERANCE_M
    if (corners.min(axis=0) < low).any() or (corners.max(axis=0) > high).any():
        size = " x ".join(f"{v:.2f}" for v in corners.max(axis=0) - corners.min(axis=0))
        message = f"It is {size} m and reaches out of slot {slot.id} ({width:g} x {height:g} x {depth:g} m)."
        yield Issue("BOOTH_OUTGROWS_SLOT", f"booth {id}", message, Severity.WARNING)


def _booths_keep_their_budget(subject: _Subject) -> Iterator[Issue]:
    for booth in subject.hall.manifest.booths:
        cost = measure(subject.booths[booth.id], subject.size_of(booth.file))
        yield from _over(BOOTH_BUDGET, cost, f"booth {booth.id}", "BOOTH_OVER_BUDGET")


def _images_are_not_too_large(subject: _Subject) -> Iterator[Issue]:
    manifest = subject.hall.manifest
    files = [(manifest.file, subject.glb)]
    files += [(booth.file, subject.booths[booth.id]) for booth in manifest.booths]
    for file, gltf in files:
        for size in texture_sizes(gltf):
            if max(size.width, size.height) > SIDE_MAX:
                message = f"An image has {size.width} x {size.height} pixels; at most {SIDE_MAX} a side."
                yield Issue("IMAGE_TOO_LARGE", file, message)


def _floor_is_there(subject: _Subject) -> Iterator[Issue]:
    hall, floor = subject.hall, subject.floor
    if floor.area_m2 < LEAST_AREA_M2:
        yield Issue("FLOOR_MISSING", hall.manifest.file, f"Only {floor.area_m2:.1f} m2 can be walked on.")
    if floor.area_m2 < hall.manifest.walkable_m2:
        promised = hall.manifest.walkable_m2
        message = f"{floor.area_m2:.0f} m2 can be walked on; hall.toml promises {promised:.0f}."
        yield Issue("FLOOR_TOO_SMALL", "walkable_m2", message)
    kept = hall.glb_file.with_name(FLOOR_FILE)
    if hall.floor_file == kept and _differ(floor, hall.floor):
        message = "It is not the floor of this GLB and its booths: run yuanzhan hall floor."
        yield Issue("FLOOR_OUTDATED", FLOOR_FILE, message)


def _differ(computed: Floor, kept: Floor) -> bool:
    if computed.heights.shape != kept.heights.shape or not math.isclose(
        computed.origin_x + computed.origin_z, kept.origin_x + kept.origin_z, abs_tol=1e-3
    ):
        return True
    return _drifted(computed.heights, kept.heights) or _drifted(_bare(computed), _bare(kept))


def _bare(floor: Floor) -> Heights:
    return floor.heights if floor.bare is None else floor.bare


def _drifted(computed: Heights, kept: Heights) -> bool:
    same = (np.isfinite(computed) == np.isfinite(kept)) & ~(np.abs(computed - kept) > 0.02)
    return float((~same).mean()) > FLOOR_DRIFT


def _spawns_are_on_the_floor(subject: _Subject) -> Iterator[Issue]:
    spawns = subject.hall.content.spawns
    for spawn in spawns:
        if _aside_m(subject.floor, spawn) > SPAWN_ASIDE_M:
            yield Issue("PLACE_UNREACHABLE", f"spawn point {spawn.id}", "It is not on the floor.")
    if not spawns:
        message = "There is no OMI_spawn_point: visitors start in the middle of the floor."
        yield Issue("NO_SPAWN", subject.hall.manifest.file, message, Severity.WARNING)


def _places_are_reached(subject: _Subject) -> Iterator[Issue]:
    content = subject.hall.content
    kinds: tuple[tuple[str, Sequence[Place]], ...] = (
        ("portal", content.portals),
        ("seat", content.seats),
        ("check-in", content.checkins),
        ("panel", content.panels),
    )
    for kind, places in kinds:
        for place in places:
            aside_m = _aside_m(subject.floor, place)
            if aside_m > REACH_M:
                message = f"It is {aside_m:.1f} m away from the floor."
                yield Issue("PLACE_UNREACHABLE", f"{kind} {place.id}", message)


def _places_have_one_name(subject: _Subject) -> Iterator[Issue]:
    """URLs and messages name a place by its id alone; a check-in beside the panel of the same id is no
    harm."""
    content = subject.hall.content
    slots = {slot.id: slot for slot in content.slots}
    booths = [replace(slots[b.slot], id=b.id) for b in subject.hall.manifest.booths if b.slot in slots]
    places: tuple[Place, ...] = (
        *content.spawns, *content.portals, *booths, *content.panels, *content.checkins
    )  # fmt: skip
    first: dict[str, Place] = {}
    for place in places:
        if math.dist(first.setdefault(place.id, place).position, place.position) > SAME_PLACE_M:
            message = "Two places far apart have this id; its URL leads to only one of them."
            yield Issue("PLACE_TWICE", place.id, message, Severity.WARNING)


def _aside_m(floor: Floor, place: Place) -> float:
    """How far the nearest place to stand is, seen from above."""
    x, _, z = place.position
    nearest = floor.nearest_walkable(x, z)
    return math.inf if nearest is None else math.hypot(nearest[0] - x, nearest[2] - z)


RULES: Final[tuple[Callable[[_Subject], Iterator[Issue]], ...]] = (
    _nodes_are_understood,
    _texts_are_in_both_languages,
    _panels_have_node_and_text,
    _portals_lead_to_halls,
    _stage_is_a_place,
    _booths_have_slots,
    _booths_fit_their_slots,
    _booths_keep_their_budget,
    _images_are_not_too_large,
    _floor_is_there,
    _spawns_are_on_the_floor,
    _places_are_reached,
    _places_have_one_name,
)
