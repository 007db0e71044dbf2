"""The four halls that come with the server keep what they promise: rules, budgets, room, and slots.

Their floors are taken as they are kept, and one Node validates all files: that is 4 s of processor time, the
whole of `yuanzhan hall check` 20 s, and `make halls` runs it.
"""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import numpy as np
import pytest

from yuanzhan.scene.check import Report, check_halls
from yuanzhan.scene.halls import load_hall
from yuanzhan.scene.issues import Issue
from yuanzhan.scene.manifest import Manifest, read_manifest

ROOT = Path(__file__).parents[3]
SCENES = ROOT / "scenes"
PILOTS = ("retail", "culture", "education")
HALLS = ("lobby", *PILOTS)

# One Node for all files: its start takes as long as to validate one.
VALIDATE_ALL = """
import { readFile } from 'node:fs/promises';
import validator from 'gltf-validator';
const told = {};
for (const file of process.argv.slice(1)) {
  const { issues } = await validator.validateBytes(new Uint8Array(await readFile(file)));
  told[file] = issues.messages.filter((each) => each.severity < 2 && each.code !== 'UNSUPPORTED_EXTENSION');
}
console.log(JSON.stringify(told));
"""


def files_of(manifest: Manifest) -> list[str]:
    return [str(manifest.path(file)) for file in (manifest.file, *(booth.file for booth in manifest.booths))]


@pytest.fixture(scope="module")
def reports() -> dict[str, Report]:
    def unseen(_: bytes, __: str) -> list[Issue]:
        return []

    found = check_halls(SCENES, Path("/nowhere"), unseen, floor_of=lambda hall: hall.floor)
    return {report.id: report for report in found}


def test_the_validator_finds_nothing_in_halls_and_booths() -> None:
    files = [file for hall in HALLS for file in files_of(read_manifest(SCENES / hall))]
    node = ["node", "--input-type=module", "--eval", VALIDATE_ALL, *files]
    done = subprocess.run(node, cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == {file: [] for file in files}


def test_these_are_all(reports: dict[str, Report]) -> None:
    assert sorted(reports) == sorted(HALLS)


@pytest.mark.parametrize("hall", HALLS)
def test_no_rule_is_broken_and_no_budget_exceeded(reports: dict[str, Report], hall: str) -> None:
    assert [(issue.code, issue.where, issue.message) for issue in reports[hall].issues] == []


@pytest.mark.parametrize("hall", PILOTS)
def test_a_pilot_is_large_enough_and_has_room_for_exhibitors(reports: dict[str, Report], hall: str) -> None:
    loaded = load_hall(SCENES / hall, Path("/nowhere"))
    rows, columns = np.nonzero(loaded.floor.walkable)
    sides_m = sorted(float(np.ptp(axis) + 1) * loaded.floor.cell_m for axis in (rows, columns))
    assert sides_m[0] >= 40
    assert sides_m[1] >= 60
    assert reports[hall].walkable_m2 >= 60 * 40
    assert reports[hall].slots >= 12
    assert len(loaded.manifest.booths) >= 8
