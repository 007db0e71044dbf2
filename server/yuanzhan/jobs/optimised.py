"""What comes of optimising: the files of a model as it is served, and what they cost."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from yuanzhan.scene.issues import Issue

MODEL: Final = "model.glb"
LODS: Final = ("lod1.glb", "lod2.glb")
COLLISION: Final = "collision.glb"
THUMBNAIL: Final = "thumbnail.webp"
# glTF 2.0, section 3.4.
FRONT: Final = "+z"
JsonObject = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Lod:
    """A lighter version. `error_m`: no surface is further than this from where it was, in metres."""

    path: Path
    bytes: int
    triangles: int
    error_m: float

    def json(self) -> JsonObject:
        return {
            "file": self.path.name,
            "bytes": self.bytes,
            "triangles": self.triangles,
            "error_m": self.error_m,
        }


@dataclass(frozen=True, slots=True)
class OptimiseResult:
    """What came of it. `lods` are finest first; `before` and `after` are `{bytes, triangles, draws,
    texture_bytes, materials}`; `did` is what the optimiser changed, `issues` what it could not do;
    `box` is low and high corner in metres, `front` the side ("+z" or "-z") that is meant to be seen, `feet`
    what of the floor nobody can walk through (lowest x and z, highest x and z), None where not known, `decks`
    what one steps up on (the same, and how high)."""

    model: Path
    lods: tuple[Lod, ...]
    collision: Path | None
    thumbnail: Path | None
    before: Mapping[str, int]
    after: Mapping[str, int]
    heaviest: tuple[JsonObject, ...]
    over_budget: tuple[JsonObject, ...]
    did: tuple[Issue, ...]
    issues: tuple[Issue, ...]
    box: Sequence[Sequence[float]] | None
    front: str
    feet: Sequence[Sequence[float]] | None
    decks: Sequence[Sequence[float]]
    seconds: float
    peak_rss_bytes: int

    def json(self) -> JsonObject:
        return {
            "model": self.model.name,
            "lods": [lod.json() for lod in self.lods],
            "collision": self.collision.name if self.collision else None,
            "thumbnail": self.thumbnail.name if self.thumbnail else None,
            "before": dict(self.before),
            "after": dict(self.after),
            "heaviest": list(self.heaviest),
            "over_budget": list(self.over_budget),
            "did": [issue.json() for issue in self.did],
            "issues": [issue.json() for issue in self.issues],
            "box": self.box,
            "front": self.front,
            "feet": None if self.feet is None else [list(foot) for foot in self.feet],
            "decks": [list(deck) for deck in self.decks],
            "seconds": round(self.seconds, 2),
            "peak_rss_bytes": self.peak_rss_bytes,
        }
