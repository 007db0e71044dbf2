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


@pytest.mark.parametrize("action", ["check", "floor"])
def test_an_unknown_hall_is_one_sentence_that_names_those_there_are(
    scenes: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, action: str
) -> None:
    for lang, sentence in (
        ("C", "There is no hall nowhere; there are: lobby, retail"),
        ("zh_CN.UTF-8", "没有名为 nowhere 的展厅，现有：lobby, retail"),
    ):
        monkeypatch.setenv("LC_ALL", lang)
        assert main(["hall", action, "retail", "nowhere", "--scenes-dir", str(scenes)]) == 1
        assert capsys.readouterr() == ("", f"yuanzhan: {sentence}\n")
    assert not (scenes / "retail" / "built" / "floor.bin").exists()


@pytest.mark.parametrize("action", ["check", "floor"])
def test_a_folder_without_halls_is_not_in_order(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, action: str
) -> None:
    monkeypatch.setenv("LC_ALL", "C")
    assert main(["hall", action, "--scenes-dir", str(tmp_path)]) == 1
    assert capsys.readouterr() == (
        "",
        f"yuanzhan: There is no hall in {tmp_path}: a hall is a folder with a hall.toml.\n",
    )
