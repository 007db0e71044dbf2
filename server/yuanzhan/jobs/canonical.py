"""The second step of a check in Python, in a child: the canonical GLB, its images decoded, its measures.

    python -m yuanzhan.jobs.canonical REQUEST

REQUEST is the path of a JSON file: model, resources, missing, name, limits. Leaves `canonical.glb` in the
current folder when there is no error. The answer is JSON: issues, measured, decoded (whether anything was
compressed).
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from yuanzhan.errors.starting import SceneInvalid
from yuanzhan.jobs.intake import told_as_data
from yuanzhan.scene.accessors import Accessors
from yuanzhan.scene.canonical.canonicalise import canonicalise
from yuanzhan.scene.canonical.glb import write_glb
from yuanzhan.scene.document import MAGIC, parse_document, split_glb
from yuanzhan.scene.issues import Issue, issue_of, told
from yuanzhan.scene.limits import UploadLimits
from yuanzhan.scene.measure import describe
from yuanzhan.scene.pixels import image_issues
from yuanzhan.scene.reader import Gltf

CANONICAL_FILE: Final = "canonical.glb"

# Anything smaller or larger is most likely in other units; said, not refused.
SMALL_M: Final = 0.05
LARGE_M: Final = 50.0


def main() -> None:
    """Answer on standard output."""
    request: dict[str, Any] = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    print(json.dumps(answer(request, Path.cwd())))


def answer(request: dict[str, Any], folder: Path) -> dict[str, Any]:
    """The step itself; writes into `folder`."""
    limits = UploadLimits(**request["limits"])
    try:
        gltf = _read(Path(request["model"]), request, limits)
        issues = list(image_issues(Accessors(gltf), limits))
        if any(issue.is_error for issue in issues):
            return {"issues": [told_as_data(issue) for issue in issues]}
        return _made(gltf, folder, limits, issues)
    except SceneInvalid as error:
        return {"issues": [told_as_data(issue_of(error))]}


def _read(model: Path, request: dict[str, Any], limits: UploadLimits) -> Gltf:
    name = request["name"]
    data = model.read_bytes()
    text, binary = split_glb(data, name) if data.startswith(MAGIC) else (data, memoryview(b""))
    files = {uri: Path(path).read_bytes() for uri, path in request["resources"].items()}
    return Gltf(name, parse_document(text, name, limits), binary, files, frozenset(request["missing"]))


def _made(gltf: Gltf, folder: Path, limits: UploadLimits, issues: list[Issue]) -> dict[str, Any]:
    canonical = canonicalise(gltf)
    path = folder / CANONICAL_FILE
    write_glb(canonical, path)
    # The views are at hand: no need to read back what was just written.
    plain = Gltf(gltf.name, canonical.document, resources={})
    measured = describe(plain, Accessors(plain, views=canonical.views), path.stat().st_size)
    issues += _size_issues(measured["bounds_m"], limits)
    return {
        "issues": [told_as_data(issue) for issue in issues],
        "measured": measured,
        "decoded": bool(canonical.decoded),
    }


def _size_issues(bounds: dict[str, list[float]] | None, limits: UploadLimits) -> Iterator[Issue]:
    if bounds is None:
        yield told("NOTHING_TO_SEE")
        return
    farthest = max(abs(value) for value in (*bounds["min"], *bounds["max"]))
    largest = max(bounds["size"])
    if farthest > limits.coordinate_m:
        yield told("TOO_FAR", metres=f"{farthest:.6g}", limit=limits.coordinate_m)
    elif largest > LARGE_M:
        yield told("SIZE_LARGE", metres=f"{largest:,.0f}")
    elif largest < SMALL_M:
        yield told("SIZE_SMALL", metres=f"{largest:.3g}")


if __name__ == "__main__":
    main()
