"""`yuanzhan inspect`: what people and programs read, and the exit code."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest
import trimesh

from tests.plain_hall import Glb
from yuanzhan.__main__ import main


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    glb = Glb()
    glb.add_node(mesh=glb.add_mesh(trimesh.creation.box((1, 2, 3)), glb.add_material((1, 0, 0))))
    (tmp_path / "good.glb").write_bytes(glb.to_bytes())
    (tmp_path / "bad.glb").write_bytes(b"<html>")
    (tmp_path / "manifest.json").write_text("[]", encoding="utf-8")
    return tmp_path


def lines_of(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_a_good_model_is_one_line_and_exit_code_0(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["inspect", "--json", str(folder / "good.glb")]) == 0
    (line,) = lines_of(capsys)
    assert set(line) == {"file", "accepted", "issues", "measured", "seconds", "peak_rss_bytes"}
    assert (line["file"], line["accepted"], line["issues"]) == (str(folder / "good.glb"), True, [])
    assert line["measured"]["bounds_m"]["size"] == [1.0, 2.0, 3.0]
    assert line["peak_rss_bytes"] > 1 << 20


def test_a_refused_model_is_exit_code_1_with_reasons_in_both_languages(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    names = ["bad.glb", "good.glb", "manifest.json"]
    assert main(["inspect", "--json", *(str(folder / name) for name in names)]) == 1
    lines = lines_of(capsys)
    assert [line["accepted"] for line in lines] == [False, True, None]
    (issue,) = lines[0]["issues"]
    assert (issue["code"], issue["severity"], issue["pointer"]) == ("FILE_KIND", "error", "")
    assert sorted(issue["message"]) == ["en", "zh"]


def test_files_beside_models_do_not_count(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["inspect", str(folder / "good.glb"), str(folder / "manifest.json")]) == 0
    assert "NOT_A_MODEL" in capsys.readouterr().out
    assert main(["inspect", str(folder / "manifest.json")]) == 2


def test_a_pipe_is_not_waited_for(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    os.mkfifo(tmp_path / "pipe.glb")
    assert main(["inspect", "--json", str(tmp_path / "pipe.glb")]) == 2
    assert [line["accepted"] for line in lines_of(capsys)] == [None]


def test_a_file_that_is_not_there_is_exit_code_2(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["inspect", "--json", str(folder / "good.glb"), str(folder / "none.glb")]) == 2
    assert [line["accepted"] for line in lines_of(capsys)] == [True, None]


def test_without_node_it_cannot_run(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(folder))
    monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8")
    assert main(["inspect", str(folder / "good.glb"), str(folder / "good.glb")]) == 2
    assert "没有找到 node" in capsys.readouterr().err


def test_people_read_figures_and_what_to_do_in_their_language(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for lang, accepted, said in (
        ("en_GB.UTF-8", "1.00 x 2.00 x 3.00 m, 12 triangles, 1 draws", "Export glTF 2.0"),
        ("zh_CN.UTF-8", "1.00 x 2.00 x 3.00 米，12 个三角面，绘制 1 次", "请从建模软件导出 glTF 2.0"),
    ):
        monkeypatch.setenv("LC_ALL", lang)
        assert main(["inspect", str(folder / "good.glb"), str(folder / "bad.glb")]) == 1
        told = capsys.readouterr().out
        assert accepted in told
        assert said in told


def test_limits_of_the_operator_hold_here_too(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("YUANZHAN_UPLOAD_TRIANGLES", "11")
    assert main(["inspect", "--json", str(folder / "good.glb")]) == 1
    (line,) = lines_of(capsys)
    assert "TOO_MANY_TRIANGLES" in json.dumps(line)
