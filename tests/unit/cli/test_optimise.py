"""`yuanzhan optimise`: what people read, where files go, and the exit code."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from tests.support.box_model import TRIANGLES, box_glb
from yuanzhan.__main__ import main
from yuanzhan.cli.optimise import code_of_refusal, put_into_place, table
from yuanzhan.jobs.check import CheckResult
from yuanzhan.jobs.optimised import OptimiseResult
from yuanzhan.scene.issues import told


@pytest.mark.parametrize(
    ("code", "params", "exit_code"),
    [("FILE_KIND", {"name": "it.glb"}, 1), ("FILE_UNREADABLE", {"name": "it.glb", "detail": "-"}, 2)],
)
def test_what_is_refused_is_1_and_what_is_not_there_2(code: str, params: Any, exit_code: int) -> None:
    assert code_of_refusal(CheckResult(False, (told(code, **params),))) == exit_code


def test_a_model_becomes_a_lighter_one_and_a_bad_one_a_reason(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "in.glb").write_bytes(box_glb())
    (tmp_path / "bad.glb").write_bytes(b"<html>")
    assert main(["optimise", "--json", str(tmp_path / "in.glb"), str(tmp_path / "out.glb")]) == 0
    report = json.loads(capsys.readouterr().out)
    assert (report["accepted"], report["after"]["triangles"], report["issues"]) == (True, TRIANGLES, [])
    assert (tmp_path / "out.glb").stat().st_size == report["after"]["bytes"]
    assert (tmp_path / "out.glb").read_bytes().startswith(b"glTF")
    assert main(["optimise", str(tmp_path / "bad.glb"), str(tmp_path / "none.glb")]) == 1
    assert capsys.readouterr().out.startswith("FILE_KIND: ")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["bad.glb", "in.glb", "out.glb"]


@pytest.mark.parametrize("target", ["it.gltf", "it.ZIP", "in.glb"])
def test_what_it_does_not_write_is_told_before_anything_is_done(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], target: str
) -> None:
    (tmp_path / "in.glb").write_bytes(b"glTF")
    assert main(["optimise", str(tmp_path / "in.glb"), str(tmp_path / target)]) == 2
    assert target in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["in.glb"]
    assert (tmp_path / "in.glb").read_bytes() == b"glTF"


@pytest.mark.parametrize(
    ("target", "files"),
    [("out/it.glb", ["it.glb"]), ("out", ["lod1.glb", "model.glb", "thumbnail.webp"])],
)
def test_a_file_gets_the_model_and_a_folder_everything(tmp_path: Path, target: str, files: list[str]) -> None:
    made = tmp_path / "made"
    made.mkdir()
    for name in ("model.glb", "lod1.glb", "thumbnail.webp"):
        (made / name).write_text(name)
    result = cast(OptimiseResult, SimpleNamespace(model=made / "model.glb"))
    put_into_place(made, result, tmp_path / target)
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == files
    assert (tmp_path / "out" / files[-2 if len(files) > 1 else 0]).read_text() == "model.glb"


@pytest.mark.parametrize(
    ("lang", "lines"),
    [
        (
            "zh_CN.UTF-8",
            ["文件：5.2 MB → 48 kB", "三角面：12,000 → 9,000", "lod1.glb：3,000 个三角面，20 kB"],
        ),
        (
            "en_GB.UTF-8",
            ["file: 5.2 MB → 48 kB", "triangles: 12,000 → 9,000", "lod1.glb: 3,000 triangles, 20 kB"],
        ),
    ],
)
def test_the_report_is_in_the_terminals_language(
    monkeypatch: pytest.MonkeyPatch, lang: str, lines: list[str]
) -> None:
    for name in ("LANGUAGE", "LC_ALL", "LC_MESSAGES"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LANG", lang)
    report = {
        "before": {"bytes": 5_242_880, "triangles": 12_000},
        "after": {"bytes": 48_000, "triangles": 9_000},
        "lods": [{"file": "lod1.glb", "bytes": 20_000, "triangles": 3_000}],
        **dict.fromkeys(("did", "over_budget", "issues", "heaviest"), ()),
    }
    assert table(report).splitlines() == lines
