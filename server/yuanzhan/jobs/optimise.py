"""From a canonical GLB to what is served: `optimise(canonical, out_dir)`.

    canonical.glb ─ node optimise.mjs ─ model.glb, lod1.glb, lod2.glb, collision.glb
                  ─ validator          each must be without errors
                  ─ survey             each must still be the same scene; what it costs, what is heaviest
                  ─ portrait           thumbnail.webp

Each step is a child with limits. One that may have ended by chance (killed, no time on a busy machine) is run
again as it was. One that fails, or whose result is not the same scene, is tried again without what it failed
at: without simplifying, then without touching textures; at the end the canonical file itself is served.
Whatever was left out is told as an issue.
"""

from __future__ import annotations

import json
import math
import shutil
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

from yuanzhan.jobs.child import (
    BUSY_FACTOR,
    Limits,
    Outcome,
    Step,
    made_file,
    node_step,
    python_step,
    run_to_verdict,
    scratch,
)
from yuanzhan.jobs.optimised import COLLISION, FRONT, LODS, MODEL, THUMBNAIL, JsonObject, Lod, OptimiseResult
from yuanzhan.jobs.validator import how_it_ended, validate
from yuanzhan.jobs.words import DID, in_words, over_budget, told_of
from yuanzhan.scene.budgets import BOOTH_BUDGET
from yuanzhan.scene.issues import Issue, told
from yuanzhan.settings import Settings

_SCRIPT: Final = Path(__file__).with_name("node") / "optimise.mjs"
_STEP_FILE: Final = "step"
# Processor time of each other child: they read what is small by then, except for the canonical file.
CHECK_SECONDS: Final = 60
# The Node process answers for its own time; this is for one that hangs. Its threads may work at once.
GRACE: Final = 1.5
_THREADS: Final = 2


@dataclass(frozen=True, slots=True)
class OptimiseOptions:
    """What optimising one file may take, and how large its textures may stay."""

    seconds: float = 120.0
    memory_bytes: int = 3 << 30
    texture_side: int = 2048

    @classmethod
    def from_settings(cls, settings: Settings) -> OptimiseOptions:
        """As the operator has it."""
        return cls(settings.optimise_seconds, settings.optimise_memory_mb << 20, settings.texture_px)

    @property
    def check_limits(self) -> Limits:
        """For each child that looks at what was made."""
        return Limits.of_processor(CHECK_SECONDS, self.memory_bytes)


@dataclass(frozen=True, slots=True)
class _Plan:
    """What the Node process is asked for."""

    simplify: bool = True
    textures: bool = True
    pack: bool = True

    def without(self, step: str) -> _Plan | None:
        """A plan that does not come to `step`; None when that leaves nothing to do."""
        if step in ("read", "clean"):
            return None
        if self.simplify and step not in ("textures", MODEL):
            return replace(self, simplify=False)
        if self.textures:
            return replace(self, simplify=False, textures=False)
        return None


@dataclass(slots=True)
class _Work:
    """What is gathered along the way; `limits` are those of the children that look at what was made."""

    limits: Limits
    issues: list[Issue] = field(default_factory=list)
    did: list[Issue] = field(default_factory=list)
    peak_rss_bytes: int = 0

    async def run(self, step: Step, folder: Path, limits: Limits | None = None) -> Outcome:
        return self.saw(await run_to_verdict(step, folder, limits or self.limits))

    def saw(self, outcome: Outcome) -> Outcome:
        self.peak_rss_bytes = max(self.peak_rss_bytes, outcome.peak_rss_bytes)
        return outcome


async def optimise(
    canonical: Path, out_dir: Path, options: OptimiseOptions = OptimiseOptions()
) -> OptimiseResult:
    """Write what is served of `canonical` (one self-contained GLB that was checked) into `out_dir`.

    Raises ToolMissing where Node or its packages are not there, OSError (a full disk among them),
    SceneInvalid never: a file that cannot be optimised is served as it is, with an issue.
    """
    started = time.monotonic()
    work = _Work(options.check_limits)
    with _places(canonical, out_dir) as (canonical, folder):
        made, survey = await _made(canonical, folder, options, work)
        if made is None:
            shutil.copyfile(canonical, folder / MODEL)
        front, feet, decks = await _portray(folder, work)
        names = (MODEL, *LODS, COLLISION, THUMBNAIL)
        kept = {name: _moved(path, out_dir) for name in names if (path := made_file(folder, name))}
    costs = survey["costs"]
    lods = tuple(
        Lod(kept[name], costs[name]["bytes"], costs[name]["triangles"], made["files"][name]["error_m"])
        for name in LODS
        if made and name in made["files"]
    )
    after = costs.get(MODEL, survey["before"])
    return OptimiseResult(
        model=kept[MODEL],
        lods=lods,
        collision=kept.get(COLLISION),
        thumbnail=kept.get(THUMBNAIL),
        before=survey["before"],
        after=after,
        heaviest=tuple(survey["heaviest"]),
        over_budget=tuple(over_budget(after, work.did, lods)),
        did=tuple(work.did),
        issues=tuple(work.issues),
        box=survey["box"],
        front=front,
        feet=feet,
        decks=decks,
        seconds=time.monotonic() - started,
        peak_rss_bytes=work.peak_rss_bytes,
    )


@contextmanager
def _places(canonical: Path, out_dir: Path) -> Iterator[tuple[Path, Path]]:
    """The whole path of the file, for children in another folder, and that folder: within `out_dir`, where
    the caller has room and cleans up after a stop."""
    out_dir.mkdir(parents=True, exist_ok=True)
    with scratch(out_dir) as folder:
        yield canonical.resolve(), folder


async def _made(
    canonical: Path, folder: Path, options: OptimiseOptions, work: _Work
) -> tuple[JsonObject | None, JsonObject]:
    """What Node says of the files that are now in `folder` (None: there are none to use), and the survey."""
    plan: _Plan | None = _Plan()
    while plan is not None:
        _clear(folder)
        made, failed_at = await _attempt(canonical, folder, plan, options, work)
        if made is not None:
            survey = await _checked(canonical, folder, made, work)
            if survey is not None:
                work.did += [issue for issue in told_of(made["issues"]) if issue.code in DID]
                work.issues += [issue for issue in told_of(made["issues"]) if issue.code not in DID]
                return made, survey
            failed_at = "checked"
        plan = plan.without(failed_at)
    work.issues.append(told("NOT_OPTIMISED"))
    _clear(folder)
    outcome = await work.run(_survey_step(canonical), folder)
    if outcome.is_done:
        return None, json.loads(outcome.output)
    return None, _nothing_known(canonical)


def _nothing_known(canonical: Path) -> JsonObject:
    before = dict.fromkeys(("bytes", "triangles", "draws", "texture_bytes", "materials"), 0)
    before["bytes"] = canonical.stat().st_size
    return {"before": before, "costs": {}, "heaviest": [], "box": None}


async def _attempt(
    canonical: Path, folder: Path, plan: _Plan, options: OptimiseOptions, work: _Work
) -> tuple[JsonObject | None, str]:
    """What Node says, or None and the step at which it ended."""
    asked = {
        "simplify": plan.simplify,
        "textures": plan.textures,
        "pack": plan.pack,
        "texture_side": options.texture_side,
        "seconds": options.seconds,
        "triangles": BOOTH_BUDGET.triangles,
        "bytes": BOOTH_BUDGET.bytes,
    }
    limits = Limits(
        seconds=options.seconds * GRACE * BUSY_FACTOR,
        cpu_seconds=math.ceil(options.seconds * GRACE * _THREADS),
        memory_bytes=options.memory_bytes,
    )
    heap_mb = max(options.memory_bytes >> 21, 256)
    step = node_step(_SCRIPT, str(canonical), json.dumps(asked), heap_mb=heap_mb)
    outcome = await work.run(step, folder, limits)
    if outcome.is_done:
        return json.loads(outcome.output), ""
    marker = made_file(folder, _STEP_FILE)
    at = marker.read_text(encoding="utf-8")[:40] if marker else "read"
    work.issues.append(told("OPTIMISE_STEP_FAILED", step=at, how=how_it_ended(outcome)))
    return None, at


async def _checked(canonical: Path, folder: Path, made: JsonObject, work: _Work) -> JsonObject | None:
    """The survey, when the model has no error and is the same scene. Levels that are not are taken away."""
    names = [name for name in (MODEL, *LODS, COLLISION) if name in made["files"]]
    for name in names:
        problem = await _invalid(folder / name, folder, work)
        if problem and not _dropped(folder, name, made, problem, work):
            return None
    names = [name for name in names if name in made["files"]]
    scenes = [name for name in names if name != COLLISION]
    outcome = await work.run(_survey_step(canonical, *(folder / n for n in scenes)), folder)
    if not outcome.is_done:
        work.issues.append(told("OPTIMISE_STEP_FAILED", step="survey", how=how_it_ended(outcome)))
        return None
    survey: JsonObject = json.loads(outcome.output)
    for name in scenes:
        found = survey["differences"][name]
        if found and not _dropped(folder, name, made, in_words(found), work):
            return None
    return survey


async def _invalid(path: Path, folder: Path, work: _Work) -> str:
    """The first error of the validator, or how it ended without an answer; empty for a valid file."""
    issues, outcome = await validate(path, folder, work.limits)
    work.saw(outcome)
    if not outcome.is_done:
        return how_it_ended(outcome)
    errors = [issue for issue in issues if issue.is_error]
    return f"{errors[0].code} {errors[0].where}" if errors else ""


def _dropped(folder: Path, name: str, made: JsonObject, problem: str, work: _Work) -> bool:
    """True when `name` can be done without, and is: then it is no longer among the files."""
    if name == MODEL:
        work.issues.append(told("OPTIMISE_CHANGED", detail=problem))
        return False
    (folder / name).unlink(missing_ok=True)
    made["files"].pop(name)
    if name in LODS:
        work.issues.append(told("LOD_DROPPED", detail=problem))
    return True


async def _portray(
    folder: Path, work: _Work
) -> tuple[str, Sequence[Sequence[float]] | None, Sequence[Sequence[float]]]:
    """Makes thumbnail.webp of what is served; it is not worth failing for. The side that is seen, the feet,
    and the decks."""
    collision = made_file(folder, COLLISION)
    step = python_step("yuanzhan.jobs.portrait", MODEL, *([COLLISION] if collision else []))
    outcome = await work.run(step, folder)
    if outcome.is_done:
        made = json.loads(outcome.output)
        return str(made["front"]), made["feet"], made["decks"]
    work.issues.append(told("THUMBNAIL_MISSING", how=how_it_ended(outcome)))
    return FRONT, None, ()


def _survey_step(*paths: Path) -> Step:
    return python_step("yuanzhan.jobs.survey", *map(str, paths))


def _clear(folder: Path) -> None:
    for name in (MODEL, *LODS, COLLISION, _STEP_FILE):
        (folder / name).unlink(missing_ok=True)


def _moved(path: Path, out_dir: Path) -> Path:
    return Path(shutil.move(path, out_dir / path.name))
