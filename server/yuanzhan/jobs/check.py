"""The check of an uploaded model: from untrusted bytes to a canonical GLB with its measures, or to reasons.

Four steps, each in a child of its own (`child.py`), each only when those before found no error:

    intake      what is in the upload; its JSON                    (jobs/intake.py, scene/intake, structure)
    validator   the Khronos validator on the glTF as it came       (jobs/validator.py)
    canonical   decoded, one GLB, images looked at, measured       (jobs/canonical.py, scene/canonical, ...)
    validator   once more where something was decoded: it looks at no compressed data

A child that runs out of time or memory, or ends in any other way, is a reason to refuse the file and
nothing more; what may have been chance is tried again first (`child.run_to_verdict`).
"""

from __future__ import annotations

import dataclasses
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from yuanzhan.jobs.canonical import CANONICAL_FILE
from yuanzhan.jobs.child import OPEN, End, Limits, Outcome, hand_over, made_file, python_step, run_to_verdict
from yuanzhan.jobs.validator import how_it_ended, validate
from yuanzhan.scene.issues import Issue, told
from yuanzhan.scene.limits import LIMITS, MB, UploadLimits
from yuanzhan.settings import Settings


@dataclass(frozen=True, slots=True)
class CheckLimits:
    """What each step of a check may take: so much, and for large uploads so much a megabyte more.

    Seconds are processor time; all steps together have `child.BUSY_FACTOR` times as much on the clock.
    """

    seconds: int = 20
    memory_mb: int = 1024
    # 250 MB then have 20 + 50 seconds, and 1 + 1.25 GB: it is read, decoded, written and measured there.
    seconds_per_mb: float = 0.2
    memory_per_mb: float = 5.0

    @classmethod
    def from_settings(cls, settings: Settings) -> CheckLimits:
        """As the operator has it."""
        return cls(seconds=settings.check_seconds, memory_mb=settings.check_memory_mb)

    def of(self, upload_bytes: int) -> Limits:
        """For an upload of this size."""
        # Below ten megabytes the base is enough.
        more_mb = max(upload_bytes / MB - 10, 0)
        seconds = self.seconds + self.seconds_per_mb * more_mb
        memory = self.memory_mb * MB + int(self.memory_per_mb * more_mb * MB)
        return Limits.of_processor(seconds, memory)


def upload_limits(settings: Settings) -> UploadLimits:
    """What an upload may hold, as the operator has it."""
    return UploadLimits(
        file_bytes=settings.upload_mb * MB,
        triangles=settings.upload_triangles,
        draws=settings.upload_draws,
        image_side_px=settings.upload_image_px,
    )


@dataclass(frozen=True, slots=True)
class CheckResult:
    """What came of a check. `measured` (see scene/measure.py, describe) and `canonical` are there when it was
    accepted. For the log are `trouble`, what a child said that ended badly, and `was_open`: nothing kept one
    from the network."""

    accepted: bool
    issues: tuple[Issue, ...]
    measured: Mapping[str, Any] | None = None
    canonical: Path | None = None
    seconds: float = 0.0
    peak_rss_bytes: int = 0
    trouble: str = field(default="", repr=False)
    was_open: bool = False

    def report(self) -> dict[str, Any]:
        """As data: what the API and the command line give out."""
        return {
            "accepted": self.accepted,
            "issues": [issue.json() for issue in self.issues],
            "measured": self.measured,
        }


async def check_upload(
    path: Path,
    name: str,
    folder: Path,
    limits: UploadLimits = LIMITS,
    step_limits: CheckLimits = CheckLimits(),
    *,
    with_siblings: bool = False,
) -> CheckResult:
    """Check the upload at `path`, which its exhibitor calls `name`; work in `folder` (`child.scratch`).

    The canonical GLB is left in `folder`. `with_siblings` lets a .gltf find its files beside it: never for
    what came from outside. Cancelling ends the children. Raises ToolMissing, OSError (a full disk).
    """
    check = _Check(name, folder, limits, step_limits.of(_size(path, limits)))
    await check.run(_absolute(path), with_siblings=with_siblings)
    return check.result()


def _size(path: Path, limits: UploadLimits) -> int:
    """Of an upload; of a folder the most that one may have."""
    return path.stat().st_size if path.is_file() else limits.file_bytes


def _absolute(path: Path) -> str:
    """A step runs in a folder of its own."""
    return str(path.absolute())


class _Check:
    """One check on its way."""

    def __init__(self, name: str, folder: Path, upload_limits: UploadLimits, limits: Limits) -> None:
        self._name = name
        self._folder = folder
        self._limits = limits
        self._upload_limits = upload_limits
        self._started_s = time.monotonic()
        self._issues: list[Issue] = []
        self._outcomes: list[Outcome] = []
        self._measured: dict[str, Any] | None = None

    async def run(self, upload: str, *, with_siblings: bool) -> None:
        """The steps, until one finds an error."""
        taken = await self._python("intake", upload=upload, siblings=with_siblings)
        if taken is None:
            return
        model, resources = Path(taken["model"]), {uri: Path(p) for uri, p in taken["resources"].items()}
        await self._validator(model, resources)
        if self._has_error:
            return
        made = await self._python(
            "canonical", model=str(model), resources=taken["resources"], missing=taken["missing"]
        )
        if made is None:
            return
        self._measured = made["measured"]
        if made["decoded"]:
            await self._validator(self._folder / CANONICAL_FILE, {})

    def result(self) -> CheckResult:
        canonical = made_file(self._folder, CANONICAL_FILE)
        accepted = not self._has_error and self._measured is not None and canonical is not None
        issues = dict.fromkeys(sorted(self._issues, key=lambda issue: not issue.is_error))
        return CheckResult(
            accepted,
            tuple(issues),
            self._measured if accepted else None,
            canonical if accepted else None,
            round(time.monotonic() - self._started_s, 3),
            max((outcome.peak_rss_bytes for outcome in self._outcomes), default=0),
            "\n".join(f"{how_it_ended(o)}: {o.errors}" for o in self._outcomes if not o.is_done),
            any(outcome.network == OPEN for outcome in self._outcomes),
        )

    @property
    def _has_error(self) -> bool:
        return any(issue.is_error for issue in self._issues)

    async def _python(self, module: str, **request: Any) -> dict[str, Any] | None:
        """The answer of one of our steps; None when there is no reason to go on."""
        request |= {"name": self._name, "limits": dataclasses.asdict(self._upload_limits)}
        step = python_step(f"yuanzhan.jobs.{module}", hand_over(self._folder, request))
        outcome = await run_to_verdict(step, self._folder, self._left())
        if not self._is_done(outcome):
            return None
        answer: dict[str, Any] = json.loads(outcome.output)
        self._issues += [told(issue["code"], issue["where"], **issue["params"]) for issue in answer["issues"]]
        return None if self._has_error else answer

    async def _validator(self, model: Path, resources: Mapping[str, Path]) -> None:
        issues, outcome = await validate(model, self._folder, self._left(), resources)
        if self._is_done(outcome):
            self._issues += issues

    def _left(self) -> Limits:
        """For the next step: the time that those before have left. A try that chance ended took none."""
        left_s = self._limits.seconds - sum(outcome.seconds for outcome in self._outcomes)
        return dataclasses.replace(self._limits, seconds=max(left_s, 0.0))

    def _is_done(self, outcome: Outcome) -> bool:
        """False, with the issue that says why, when a step did not come to its end."""
        self._outcomes.append(outcome)
        match outcome.end:
            case End.DONE:
                return True
            case End.TIMED_OUT:
                self._issues.append(told("CHECK_TIMED_OUT", seconds=self._limits.cpu_seconds))
            case End.OUT_OF_MEMORY:
                limit = self._limits.memory_bytes // MB
                self._issues.append(told("CHECK_OUT_OF_MEMORY", limit=limit))
            case _:
                self._issues.append(told("CHECK_CRASHED"))
        return False
