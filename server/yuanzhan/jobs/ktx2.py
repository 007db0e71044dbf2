"""Textures that stay compressed on the graphics card: a second model.glb, made in the background.

KTX2 with ETC1S takes a quarter of the memory of WebP there, about the same download, and seconds a texture
to make: nobody should wait for it (booths/compressor.py). What is made here is checked like the model itself.
"""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from yuanzhan.jobs.child import End, Limits, Outcome, made_file, node_step, python_step, run, scratch
from yuanzhan.jobs.validator import how_it_ended, validate
from yuanzhan.settings import Settings

KTX2_MODEL: Final = "model-ktx2.glb"

_SCRIPT: Final = Path(__file__).with_name("node") / "ktx2.mjs"
# Nobody waits: everything else on the machine goes first, so only processor time tells that one is stuck. On
# the clock it has so many times as much.
_NICE: Final = 19
PATIENCE: Final = 6
# How a step ends that has too little of a busy machine, or that the kernel killed for somebody else.
_BY_CHANCE: Final = frozenset({End.TIMED_OUT, End.CRASHED, End.OUT_OF_MEMORY})
# Processor time of each of the children that look at what was made.
CHECK_SECONDS: Final = 60


@dataclass(frozen=True, slots=True)
class Ktx2Options:
    """What converting one model may take: seconds of a processor (a texture of 1024 x 1024 takes two to
    three) and memory. What saves less than `saved_bytes_min` on the graphics card is not worth a second file.
    """

    cpu_seconds: int = 600
    memory_bytes: int = 3 << 30
    saved_bytes_min: int = 2 << 20

    @classmethod
    def from_settings(cls, settings: Settings) -> Ktx2Options:
        """As the operator has it: there is no hurry."""
        return cls(settings.optimise_seconds * 5, settings.optimise_memory_mb << 20)


@dataclass(frozen=True, slots=True)
class Ktx2Result:
    """`model` is None where it was not worth it or did not work; then `reason` says why, for the log.
    `again`: a step ran out of time or was killed, which another time may end otherwise."""

    model: Path | None
    bytes: int
    texture_bytes: int
    saved_bytes: int
    reason: str
    seconds: float
    peak_rss_bytes: int
    again: bool = False

    def json(self) -> dict[str, Any]:
        return {
            "model": self.model.name if self.model else None,
            "bytes": self.bytes,
            "texture_bytes": self.texture_bytes,
            "saved_bytes": self.saved_bytes,
            "reason": self.reason,
            "seconds": round(self.seconds, 2),
            "peak_rss_bytes": self.peak_rss_bytes,
        }


def most_saved(texture_bytes: int) -> int:
    """What KTX2 can save at most of textures that take so much on the graphics card."""
    return texture_bytes * 3 // 4


async def convert_textures(model: Path, out_dir: Path, options: Ktx2Options = Ktx2Options()) -> Ktx2Result:
    """Make `model-ktx2.glb` in `out_dir` of an optimised `model`. Raises ToolMissing."""
    started = time.monotonic()
    work = _Conversion(model, options)
    with scratch(out_dir) as folder:
        costs, reason = await work.converted(folder)
        made = made_file(folder, KTX2_MODEL)
        path = None
        if not reason and made is not None:
            path = made.replace(out_dir / KTX2_MODEL)
    after = costs.get("after", {})
    return Ktx2Result(
        path,
        after.get("bytes", 0),
        after.get("texture_bytes", 0),
        costs.get("saved", 0),
        reason,
        time.monotonic() - started,
        work.peak_rss_bytes,
        again=path is None and work.was_unlucky,
    )


class _Conversion:
    """One model on its way."""

    def __init__(self, model: Path, options: Ktx2Options) -> None:
        self._model = model.absolute()
        self._saved_bytes_min = options.saved_bytes_min
        self._limits = _limits(options.cpu_seconds, options.memory_bytes)
        self._check_limits = _limits(CHECK_SECONDS, options.memory_bytes)
        self.peak_rss_bytes = 0
        self.was_unlucky = False

    async def converted(self, folder: Path) -> tuple[dict[str, Any], str]:
        """What it costs now and saves, and why it is of no use (empty where it is)."""
        outcome = await self._run(node_step(_SCRIPT, str(self._model), KTX2_MODEL), folder, self._limits)
        if not outcome.is_done:
            return {}, how_it_ended(outcome)
        if not json.loads(outcome.output.splitlines()[-1])["converted"]:
            return {}, "nothing to convert"
        issues, outcome = await validate(folder / KTX2_MODEL, folder, self._check_limits)
        self._note(outcome)
        if not outcome.is_done or any(issue.is_error for issue in issues):
            return {}, "; ".join(f"{issue.code} {issue.where}" for issue in issues[:3]) or how_it_ended(
                outcome
            )
        step = python_step("yuanzhan.jobs.survey", str(self._model), str(folder / KTX2_MODEL))
        outcome = await self._run(step, folder, self._check_limits)
        if not outcome.is_done:
            return {}, how_it_ended(outcome)
        survey = json.loads(outcome.output)
        if survey["differences"][KTX2_MODEL]:
            return {}, f"not the same: {survey['differences'][KTX2_MODEL][:3]}"
        after = survey["costs"][KTX2_MODEL]
        saved = survey["before"]["texture_bytes"] - after["texture_bytes"]
        return {"after": after, "saved": saved}, "" if saved >= self._saved_bytes_min else "saves too little"

    async def _run(self, step: Any, folder: Path, limits: Limits) -> Outcome:
        outcome = await run(step, folder, limits)
        self._note(outcome)
        return outcome

    def _note(self, outcome: Outcome) -> None:
        self.peak_rss_bytes = max(self.peak_rss_bytes, outcome.peak_rss_bytes)
        self.was_unlucky |= outcome.end in _BY_CHANCE


def _limits(cpu_seconds: int, memory_bytes: int) -> Limits:
    return Limits(
        seconds=cpu_seconds * PATIENCE, cpu_seconds=cpu_seconds, memory_bytes=memory_bytes, nice=_NICE
    )
