"""`python -m yuanzhan.jobs.survey BEFORE MODEL [LOD ...]`: what each costs, what is heaviest, what differs.

Runs in a child. Standard output is one JSON object: `before`, `costs` and `differences` by file name,
`heaviest`, `box`.
"""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

from yuanzhan.errors.starting import SceneInvalid
from yuanzhan.scene.budgets import BOOTH_BUDGET
from yuanzhan.scene.heaviest import heaviest
from yuanzhan.scene.measure import Cost, measure
from yuanzhan.scene.reader import Gltf, read_file
from yuanzhan.scene.sameness import bounds_of, differences, stated_bounds

# Enough to see what went wrong.
DIFFERENCES_MAX: Final = 20


def main(arguments: list[str]) -> int:
    """Survey the files. Exit code 1 with a sentence for one that cannot be read."""
    before_path, *paths = map(Path, arguments)
    try:
        before = read_file(before_path)
        report: dict[str, Any] = {"before": _cost(before, before_path), "costs": {}, "differences": {}}
        for path in paths:
            after = read_file(path)
            report["costs"][path.name] = _cost(after, path)
            found = [*stated_bounds(after), *differences(before, after)][:DIFFERENCES_MAX]
            report["differences"][path.name] = [asdict(difference) for difference in found]
        model_path = paths[0] if paths else before_path
        model = read_file(model_path)
        cost = measure(model, model_path.stat().st_size)
        report["heaviest"] = [heavy.json() for heavy in heaviest(model, cost, BOOTH_BUDGET)]
        bounds = bounds_of(model)
        report["box"] = None if bounds is None else [bounds.low, bounds.high]
    except SceneInvalid as error:
        print(error, file=sys.stderr)
        return 1
    print(json.dumps(report, ensure_ascii=False))
    return 0


def _cost(gltf: Gltf, path: Path) -> dict[str, int]:
    return cost_json(measure(gltf, path.stat().st_size))


def cost_json(cost: Cost) -> dict[str, int]:
    """A cost in the words of the API."""
    return {
        "bytes": cost.bytes,
        "triangles": cost.triangles,
        "draws": cost.draw_calls,
        "texture_bytes": cost.texture_bytes,
        "materials": cost.materials,
    }


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
