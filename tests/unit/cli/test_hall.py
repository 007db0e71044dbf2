"""`yuanzhan hall`: what people and programs read, and the exit code."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.plain_hall import make_plain_hall
from yuanzhan.__main__ import main


@pytest.fixture
def scenes(tmp_path: Path) -> Path:
    for id, other in (("lobby", "retail"), ("retail", "lobby")):
        make_plain_hall(tmp_path / id, (other,))
    return tmp_path


def test_floor_writes_the_floors_and_check_is_content(
    scenes: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["hall", "floor", "--scenes-dir", str(scenes)]) == 0
    assert capsys.readouterr().out.split() == [
        str(scenes / id / "built" / "floor.bin") for id in ("lobby", "retail")
    ]
    assert main(["hall", "check", "--json", "--scenes-dir", str(scenes)]) == 0
    told = json.loads(capsys.readouterr().out)
    assert [(hall["id"], hall["ok"], hall["errors"], hall["warnings"]) for hall in told] == [
        ("lobby", True, 0, 0),
        ("retail", True, 0, 0),
    ]


def test_a_hall_that_fails_is_exit_code_1_and_a_readable_line(
    scenes: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (scenes / "retail" / "hall.toml").unlink()
    assert main(["hall", "check", "--scenes-dir", str(scenes)]) == 1
    told = capsys.readouterr().out
    assert "lobby       FAILS" in told
    assert "lobby: error PORTAL_NOWHERE: portal to-retail: There is no other hall 'retail'." in told


def test_an_unknown_hall_is_one_sentence_on_standard_error(
    scenes: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LC_ALL", "C")
    assert main(["hall", "check", "nowhere", "--scenes-dir", str(scenes)]) == 1
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.startswith("yuanzhan: nowhere: there is no hall of this name")
    assert captured.err.count("\n") == 1
