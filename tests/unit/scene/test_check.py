"""One rule after the other, each broken on purpose in an otherwise good hall."""

from __future__ import annotations

import io
import re
import shutil
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from tests.plain_hall import Glb, booth_glb, box, make_plain_hall, room_glb
from yuanzhan.jobs.validator import validate_glb
from yuanzhan.scene import check
from yuanzhan.scene.check import Report, check_halls
from yuanzhan.scene.halls import write_floor
from yuanzhan.scene.issues import CODES
from yuanzhan.scene.measure import Cost

AUTHORING = Path(__file__).parents[3] / "docs" / "authoring.md"


@pytest.fixture(scope="module")
def good_scenes(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two good halls, `lobby` and `retail`, with portals to each other."""
    scenes = tmp_path_factory.mktemp("good")
    for id, other in (("lobby", "retail"), ("retail", "lobby")):
        write_floor(make_plain_hall(scenes / id, (other,)))
    return scenes


# Most tests break something else: what the validator said of a file holds as long as its bytes are the same.
validate_once = cache(validate_glb)


@pytest.fixture
def scenes(good_scenes: Path, tmp_path: Path) -> Path:
    """The good halls, to be broken."""
    return shutil.copytree(good_scenes, tmp_path / "scenes")


def report_of(scenes: Path, id: str = "lobby") -> Report:
    (report,) = check_halls(scenes, scenes.parent / "cache", validate_once, [id])
    return report


def codes_of(report: Report) -> list[str]:
    return [issue.code for issue in report.issues]


def change_glb(scenes: Path, change: Callable[[Glb], Any]) -> None:
    """Another GLB for the lobby, with its floor."""
    glb = room_glb(("retail",))
    change(glb)
    (scenes / "lobby" / "built" / "hall.glb").write_bytes(glb.to_bytes())
    write_floor(scenes / "lobby")


def change_text(scenes: Path, old: str, new: str) -> None:
    path = scenes / "lobby" / "hall.toml"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def test_the_plain_hall_is_fit_and_its_cost_is_told(scenes: Path) -> None:
    report = report_of(scenes)
    assert (report.ok, report.issues) == (True, ())
    assert report.json() == {
        "id": "lobby",
        "ok": True,
        "errors": 0,
        "warnings": 0,
        "triangles": 7 * 12 + 2 + 2 * 12,
        "draw_calls": 10,
        "texture_bytes": 0,
        "bytes": sum(p.stat().st_size for p in (scenes / "lobby" / "built").rglob("*.*")),
        "walkable_m2": pytest.approx(356, abs=3),
        "slots": 1,
        "issues": [],
    }


def test_all_halls_are_checked_when_none_is_named(scenes: Path) -> None:
    assert [report.id for report in check_halls(scenes, scenes.parent / "cache", validate_once)] == [
        "lobby",
        "retail",
    ]


def test_a_hall_that_cannot_be_read_is_an_issue_and_the_others_are_checked(scenes: Path) -> None:
    (scenes / "lobby" / "hall.toml").write_text("file = 3", encoding="utf-8")
    first, second = check_halls(scenes, scenes.parent / "cache", validate_once)
    assert (codes_of(first), first.ok) == (["SCENE_INVALID"], False)
    assert second.ok


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ('zh = "元宇宙浙江"\n', "", "TEXT_IN_ONE_LANGUAGE"),
        ('zh = "前厅"\n', "", "TEXT_IN_ONE_LANGUAGE"),
        (
            'body = { zh = "这里是前厅。", en = "This is the lobby." }',
            'body = { zh = "这" }',
            "TEXT_IN_ONE_LANGUAGE",
        ),
        ('source = { zh = "元展", en = "Yuanzhan" }', 'source = { en = "Y" }', "TEXT_IN_ONE_LANGUAGE"),
        ('title = { zh = "茶", en = "Tea" }', 'title = { en = "Tea" }', "TEXT_IN_ONE_LANGUAGE"),
        ('title = { zh = "茶会", en = "Tea" }', 'title = { zh = "茶会" }', "TEXT_IN_ONE_LANGUAGE"),
        ('id = "welcome"', 'id = "goodbye"', "PANEL_WITHOUT_TEXT"),
        ('id = "welcome"', 'id = "goodbye"', "PANEL_WITHOUT_NODE"),
        ('slot = "a01"', 'slot = "a02"', "SLOT_MISSING"),
        ("walkable_m2 = 300", "walkable_m2 = 400", "FLOOR_TOO_SMALL"),
        ("walkable_m2 = 300", "walkable_m2 = 300\nstage = 'moon'", "STAGE_NOWHERE"),
    ],
)
def test_a_text_that_breaks_a_rule_is_found(scenes: Path, old: str, new: str, code: str) -> None:
    change_text(scenes, old, new)
    assert code in codes_of(report_of(scenes))


def portal(hall: str, **node: Any) -> dict[str, Any]:
    return {"extras": {"type": "portal", "id": "way", "hall": hall}} | node


@pytest.mark.parametrize(
    ("node", "code"),
    [
        (portal("nowhere"), "PORTAL_NOWHERE"),
        (portal("lobby"), "PORTAL_NOWHERE"),
        (portal("retail", translation=[30, 0, 0]), "PLACE_UNREACHABLE"),
        (
            {"name": "far", "translation": [0, 0, 14], "extensions": {"OMI_spawn_point": {}}},
            "PLACE_UNREACHABLE",
        ),
        ({"name": "s3", "translation": [14, 0, 0], "extensions": {"OMI_seat": {}}}, "PLACE_UNREACHABLE"),
        (
            {"extras": {"type": "checkin", "id": "c", "translation": []}, "translation": [0, 0, 20]},
            "PLACE_UNREACHABLE",
        ),
        ({"extras": {"type": "panel", "id": "p"}, "translation": [0, 1, 20]}, "PLACE_UNREACHABLE"),
        ({"extras": {"type": "checkin", "id": "gate"}, "translation": [0, 0, -4]}, "PLACE_TWICE"),
        ({"extras": {"type": "sofa"}}, "BAD_NODE"),
    ],
)
def test_a_node_that_breaks_a_rule_is_found(scenes: Path, node: dict[str, Any], code: str) -> None:
    change_glb(scenes, lambda glb: glb.add_node(**node))
    assert code in codes_of(report_of(scenes))


def test_a_check_in_beside_the_panel_of_its_name_is_no_issue(scenes: Path) -> None:
    at = {"translation": [8, 0, 4]}
    change_glb(scenes, lambda glb: glb.add_node(extras={"type": "checkin", "id": "welcome"}, **at))
    assert report_of(scenes).issues == ()


def test_a_hall_without_spawn_points_is_a_warning(scenes: Path) -> None:
    def without_spawn(glb: Glb) -> None:
        for node in glb.document["nodes"]:
            node.get("extensions", {}).pop("OMI_spawn_point", None)

    change_glb(scenes, without_spawn)
    report = report_of(scenes)
    assert (codes_of(report), report.ok, report.warnings) == (["NO_SPAWN"], True, 1)


def test_a_floor_of_another_hall_is_outdated(scenes: Path) -> None:
    def more_columns(glb: Glb) -> None:
        column = glb.add_mesh(box((1, 3, 1), (0, 1.5, 0)))
        for x in (-7, 7):
            glb.add_node(mesh=column, translation=[x, 0, 7])

    kept = (scenes / "lobby" / "built" / "floor.bin").read_bytes()
    change_glb(scenes, more_columns)
    assert report_of(scenes).issues == ()
    (scenes / "lobby" / "built" / "floor.bin").write_bytes(kept)
    assert codes_of(report_of(scenes)) == ["FLOOR_OUTDATED"]


def test_a_booth_larger_than_its_slot_is_a_warning(scenes: Path) -> None:
    booth = booth_glb()
    booth.add_node(mesh=booth.add_mesh(box((5, 1, 1), (0, 0.5, 0))))
    (scenes / "lobby" / "built" / "booths" / "tea.glb").write_bytes(booth.to_bytes())
    write_floor(scenes / "lobby")
    report = report_of(scenes)
    assert (codes_of(report), report.ok) == (["BOOTH_OUTGROWS_SLOT"], True)


def test_a_booth_over_its_budget_is_an_error(scenes: Path) -> None:
    booth = booth_glb()
    for _ in range(11):
        booth.add_material((1, 0, 0))
    (scenes / "lobby" / "built" / "booths" / "tea.glb").write_bytes(booth.to_bytes())
    (issue,) = report_of(scenes).issues
    assert (issue.code, issue.where, issue.message) == (
        "BOOTH_OVER_BUDGET",
        "booth tea",
        "12 materials; the budget is 10.",
    )


@pytest.mark.parametrize(
    ("budget", "said"),
    [
        (Cost(triangles=100), "110 triangles; the budget is 100."),
        (Cost(draw_calls=9), "10 draw calls; the budget is 9."),
        (Cost(texture_bytes=1_000_000), "5.59 MB of textures; the budget is 1."),
        (Cost(bytes=1), "MB; the budget is 0."),
    ],
)
def test_a_hall_over_its_budget_fails(
    scenes: Path, monkeypatch: pytest.MonkeyPatch, budget: Cost, said: str
) -> None:
    file = io.BytesIO()
    Image.new("RGB", (1024, 1024)).save(file, "PNG")
    (scenes / "lobby" / "light.png").write_bytes(file.getvalue())
    change_text(scenes, "[place]", '[lightmap]\nfile = "light.png"\n[place]')
    monkeypatch.setattr(check, "HALL_BUDGET", budget)
    report = report_of(scenes)
    assert (codes_of(report), report.ok) == (["OVER_BUDGET"], False)
    assert report.issues[0].message.endswith(said)


def test_an_image_wider_than_a_phone_can_show_is_an_error(scenes: Path) -> None:
    def with_image(glb: Glb) -> None:
        file = io.BytesIO()
        Image.new("L", (4097, 2)).save(file, "PNG")
        view = glb.add_view(file.getvalue())
        glb.document |= {
            "images": [{"bufferView": view, "mimeType": "image/png"}],
            "textures": [{"source": 0}],
        }
        material = {"pbrMetallicRoughness": {"baseColorTexture": {"index": 0}}}
        glb.document["materials"].append(material)

    change_glb(scenes, with_image)
    assert "IMAGE_TOO_LARGE" in codes_of(report_of(scenes))


def test_what_the_validator_says_of_hall_and_booths_counts(scenes: Path) -> None:
    booth = booth_glb()
    booth.document["accessors"][0]["max"] = [9, 9, 9]
    (scenes / "lobby" / "built" / "booths" / "tea.glb").write_bytes(booth.to_bytes())
    report = report_of(scenes)
    assert not report.ok
    assert {code for code in codes_of(report) if code.startswith("VALIDATOR_ACCESSOR")}
    assert any(issue.where.startswith("built/booths/tea.glb") for issue in report.issues)


def test_a_model_so_high_up_that_its_floor_cannot_be_kept_has_none(scenes: Path) -> None:
    glb = Glb()
    glb.add_node(mesh=glb.add_mesh(box((20, 1, 20), (0, 400, 0))))
    (scenes / "lobby" / "built" / "hall.glb").write_bytes(glb.to_bytes())
    write_floor(scenes / "lobby")
    assert "FLOOR_MISSING" in codes_of(report_of(scenes))


def test_every_code_is_documented_and_every_documented_code_exists() -> None:
    table = AUTHORING.read_text(encoding="utf-8").split("## What the check says")[1].split("\n## ")[0]
    assert set(re.findall(r"^\| `([A-Z_]+)` \|", table, flags=re.MULTILINE)) == CODES | {"VALIDATOR_"}
