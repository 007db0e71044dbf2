"""The sample models beside this repository: valid, invalid and hostile, and what is expected of each."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

SAMPLES = Path(__file__).resolve().parents[3] / "shared" / "models"


@dataclass(frozen=True)
class Sample:
    """One file of the collection; `validator_codes` are those of the Khronos validator where the manifest has
    them."""

    path: Path
    is_good: bool
    validator_codes: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"{self.path.parent.name}/{self.path.name}"


def samples(*kinds: str) -> list[Sample]:
    """Those of the folders `kinds`; none where the collection is not there."""
    found = []
    for kind in kinds:
        manifest = SAMPLES / kind / "manifest.json"
        if manifest.is_file():
            entries = json.loads(manifest.read_text(encoding="utf-8"))
            found += [
                Sample(SAMPLES / kind / e["file"], e["expect"] == "accept", tuple(e.get("khronos_codes", ())))
                for e in entries
            ]
    return found
