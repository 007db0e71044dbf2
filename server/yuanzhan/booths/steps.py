"""The steps of a check as the runner does them: `yuanzhan inspect` and `yuanzhan optimise` are the same."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import structlog

from yuanzhan.booths.compressor import Compressed
from yuanzhan.booths.runner import Checked, Optimised
from yuanzhan.jobs.check import CheckLimits, check_upload
from yuanzhan.jobs.ktx2 import Ktx2Options, convert_textures, most_saved
from yuanzhan.jobs.optimise import OptimiseOptions, optimise
from yuanzhan.scene.limits import UploadLimits

log = structlog.get_logger("yuanzhan.booths")


@dataclass(frozen=True, slots=True)
class JobSteps:
    """Each step in its child process, with these limits."""

    upload_limits: UploadLimits
    check_limits: CheckLimits
    optimise_options: OptimiseOptions
    ktx2_options: Ktx2Options = field(default_factory=Ktx2Options)
    # Of the log, where once is enough.
    _said: set[str] = field(default_factory=set, init=False, repr=False)

    async def check(self, original: Path, file: str, folder: Path) -> Checked:
        """From what was sent to a canonical GLB, or to what is wrong with it."""
        result = await check_upload(original, file, folder, self.upload_limits, self.check_limits)
        if result.trouble:
            log.warning("check_troubled", file=file, trouble=result.trouble[-2000:])
        if result.was_open and "children_open" not in self._said:
            self._said.add("children_open")
            log.warning("children_open", detail="neither namespaces nor a filter keep them from the network")
        return Checked(result.report() | {"measured": result.measured or {}}, result.canonical)

    async def optimise(self, canonical: Path, folder: Path) -> Optimised:
        """From the canonical GLB to what is served."""
        result = await optimise(canonical, folder, self.optimise_options)
        told = result.json()
        # Halls bump by the rectangles that were found in the collision model (`feet`): nobody loads it.
        for name in ("model", "thumbnail", "collision"):
            del told[name]
        for lod, entry in zip(result.lods, told["lods"], strict=True):
            del entry["file"]
            entry["url"] = lod.path
        return Optimised(result.model, result.thumbnail, told)

    def may_save(self, optimised: dict[str, Any]) -> bool:
        """Whether textures that stay compressed could be worth it: where there are few, no child is begun."""
        texture_bytes = (optimised.get("after") or {}).get("texture_bytes")
        return texture_bytes is None or most_saved(texture_bytes) >= self.ktx2_options.saved_bytes_min

    async def compress(self, model: Path, folder: Path) -> Compressed:
        """From what is served to the same with textures that stay compressed on the graphics card."""
        result = await convert_textures(model, folder, self.ktx2_options)
        told = result.json()
        del told["model"]
        return Compressed(result.model, told, again=result.again)
