"""The first step of a check, in a child: what an upload holds, and whether its JSON is a reason to stop.

    python -m yuanzhan.jobs.intake REQUEST

REQUEST is the path of a JSON file: upload, name, siblings, limits. The answer is JSON as well: issues,
model, resources, missing.
"""

from __future__ import annotations

import errno
import json
import sys
from pathlib import Path
from typing import Any

from yuanzhan.errors.starting import SceneInvalid
from yuanzhan.scene.intake import take
from yuanzhan.scene.issues import Issue, issue_of, told
from yuanzhan.scene.limits import UploadLimits
from yuanzhan.scene.structure import structure_issues


def main() -> None:
    """Answer on standard output."""
    request: dict[str, Any] = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    print(json.dumps(answer(request, Path.cwd())))


def answer(request: dict[str, Any], folder: Path) -> dict[str, Any]:
    """The step itself; unpacks into `folder`."""
    limits = UploadLimits(**request["limits"])
    upload = Path(request["upload"])
    try:
        taken = take(upload, request["name"], folder, limits, with_siblings=request["siblings"])
    except SceneInvalid as error:
        return {"issues": [told_as_data(issue_of(error))]}
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):  # no fault of the file's
            raise
        issue = told("FILE_UNREADABLE", name=request["name"], detail=error.strerror or str(error))
        return {"issues": [told_as_data(issue)]}
    issues = [*taken.warnings, *structure_issues(taken.document, limits)]
    return {
        "issues": [told_as_data(issue) for issue in issues],
        "model": str(taken.model),
        "resources": {uri: str(path) for uri, path in taken.resources.items()},
        "missing": taken.missing,
    }


def told_as_data(issue: Issue) -> dict[str, Any]:
    """An issue without its words, which whoever reads the answer has in a table of its own."""
    return {"code": issue.code, "where": issue.where, "params": dict(issue.params)}


if __name__ == "__main__":
    main()
