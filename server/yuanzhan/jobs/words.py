"""What the optimiser did, could not do or left too heavy, in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from yuanzhan.jobs.optimised import JsonObject, Lod
from yuanzhan.scene.budgets import BOOTH_BUDGET
from yuanzhan.scene.issues import Issue, told
from yuanzhan.scene.sizes import MB

# What the optimiser did on purpose; all else that it says is what it could not do.
DID: Final = frozenset({"TRIANGLES_REDUCED", "TEXTURES_HALVED"})


def told_of(issues: Sequence[JsonObject]) -> Iterator[Issue]:
    """What Node says, in words."""
    for issue in issues:
        params = {key: value for key, value in issue.items() if key != "code"}
        if "error_m" in params:
            params["error"] = _length(params.pop("error_m"))
        if "names" in params:
            params["names"] = ", ".join(params["names"])
        yield told(issue["code"], **params)


def over_budget(after: Mapping[str, int], did: Sequence[Issue], lods: Sequence[Lod]) -> Iterator[JsonObject]:
    """What is still more than a booth may have: how much, what was done about it, what could be."""
    error_m = next((lod.error_m for lod in lods if lod.triangles <= BOOTH_BUDGET.triangles), None)
    for key, code, helped in (
        ("triangles", "OVER_TRIANGLES", "TRIANGLES_REDUCED"),
        ("materials", "OVER_MATERIALS", ""),
        ("bytes", "OVER_BYTES", "TEXTURES_HALVED"),
    ):
        value, budget = after[key], getattr(BOOTH_BUDGET, key)
        if value <= budget:
            continue
        shown = [f"{size / MB:.1f}" for size in (value, budget)] if key == "bytes" else [value, budget]
        error = "?" if error_m is None else _length(error_m)
        could = told(code, value=shown[0], budget=shown[1], error=error)
        done = next((issue for issue in did if issue.code == helped), None)
        yield {
            "what": key,
            "value": value,
            "budget": budget,
            "code": code,
            "did": done.json()["message"] if done else None,
            "could": could.json()["message"],
        }


def in_words(found: Sequence[JsonObject]) -> str:
    return "; ".join(" ".join(filter(None, difference.values())) for difference in found[:3])


def _length(metres: float) -> str:
    if metres < 0.01:
        return f"{metres * 1000:.2g} mm"
    return f"{metres * 100:.2g} cm" if metres < 1 else f"{metres:.2g} m"
