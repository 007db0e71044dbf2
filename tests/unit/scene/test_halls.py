"""A folder of halls becomes halls to visit; a foreign GLB with a few lines of TOML as well."""

from __future__ import annotations

import json
import math
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import trimesh

from tests.plain_hall import HALL_TOML, make_plain_hall
from yuanzhan.errors.starting import SceneInvalid
from yuanzhan.scene.floor import Floor
from yuanzhan.scene.halls import Hall, default_start, load_hall, load_halls, write_floor

MODELS = Path(__file__).parents[4] / "shared" / "models"
SHORTEST = 'file = "hall.glb"\nshape = "dome"\n[title]\nzh = "外来"\nen = "Foreign"\n'


def url_for(path: Path) -> str:
    return f"/files/{path.name}"


def foreign_hall(folder: Path, data: bytes) -> Path:
    folder.mkdir()
    (folder / "hall.toml").write_text(SHORTEST, encoding="utf-8")
    (folder / "hall.glb").write_bytes(data)
    return folder


def trimesh_glb(*meshes: trimesh.Trimesh) -> bytes:
    data: bytes = trimesh.Scene(list(meshes)).export(file_type="glb")  # type: ignore[no-untyped-call]
    return data


@pytest.fixture
def plain(tmp_path: Path) -> Hall:
    folder = make_plain_hall(tmp_path / "scenes" / "lobby", ("retail", "culture"))
    write_floor(folder)
    return load_hall(folder, tmp_path / "cache")


def test_halls_come_in_the_order_of_the_landing_page(tmp_path: Path) -> None:
    for name, order in (("b", 2), ("a", 2), ("c", 1)):
        folder = make_plain_hall(tmp_path / "scenes" / name)
        text = HALL_TOML.replace("order = 1", f"order = {order}")
        (folder / "hall.toml").write_text(text, encoding="utf-8")
    (tmp_path / "scenes" / "notes").mkdir()
    halls = load_halls(tmp_path / "scenes", tmp_path / "cache")
    assert [hall.id for hall in halls] == ["c", "a", "b"]


def test_no_folder_means_no_halls(tmp_path: Path) -> None:
    assert load_halls(tmp_path / "nothing", tmp_path / "cache") == []


def test_a_broken_file_is_told_with_its_hall(tmp_path: Path) -> None:
    folder = foreign_hall(tmp_path / "bad", b"<html>")
    with pytest.raises(SceneInvalid) as refused:
        load_hall(folder, tmp_path / "cache")
    assert refused.value.params["file"] == "bad/hall.glb"


def test_the_floor_beside_the_glb_is_used_and_nothing_else_is_written(plain: Hall, tmp_path: Path) -> None:
    assert plain.floor_file == plain.manifest.folder / "built" / "floor.bin"
    assert not (tmp_path / "cache").exists()


def test_a_floor_in_the_cache_is_computed_once_for_each_content(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = make_plain_hall(tmp_path / "lobby")
    first = load_hall(folder, tmp_path / "cache")
    assert first.floor_file.parent == tmp_path / "cache" / "floors"
    monkeypatch.setattr("yuanzhan.scene.surface.find_floor", _never)
    again = load_hall(folder, tmp_path / "cache")
    np.testing.assert_array_equal(again.floor.heights, first.floor.heights)
    shutil.copy(folder / "built" / "booths" / "tea.glb", folder / "built" / "hall.glb")
    with pytest.raises(AssertionError, match="computed again"):
        load_hall(folder, tmp_path / "cache")


def _never(*_: object) -> Floor:
    raise AssertionError("computed again")


def test_visitors_start_on_the_floor_looking_as_the_node_does(plain: Hall) -> None:
    (spawn,) = plain.spawns
    assert (spawn.id, spawn.position, spawn.yaw) == ("gate", (0, 0, 8), 0)


def test_every_place_can_be_stood_at(plain: Hall) -> None:
    assert set(plain.places) == {"gate", "to-retail", "to-culture", "a01", "tea", "welcome", "middle"}
    for place in plain.places.values():
        x, y, z = place.position
        assert plain.floor.height_at(x, z) == y


def test_one_reads_a_panel_from_in_front_of_it(plain: Hall) -> None:
    """It hangs on the east wall and faces west (yaw 90 degrees)."""
    stand = plain.places["welcome"]
    assert stand.position == pytest.approx((8.0, 0, 4), abs=0.2)
    assert stand.yaw == pytest.approx(-math.pi / 2, abs=0.1)


def test_one_comes_out_of_a_portal_and_not_straight_back_into_it(plain: Hall) -> None:
    portal = plain.portals[0]
    stand = plain.places["to-retail"]
    assert math.dist(stand.position, portal.position) > portal.radius_m
    assert stand.position[2] > portal.position[2]
    assert stand.yaw == portal.yaw


def test_one_sees_a_booth_whole(plain: Hall) -> None:
    stand = plain.places["tea"]
    assert stand.position[0] == pytest.approx(6 - 1.5 - 1.5, abs=0.2)
    assert stand.yaw == pytest.approx(-math.pi / 2, abs=0.1)


def test_the_descriptor_is_json_with_everything_the_client_needs(plain: Hall) -> None:
    told = json.loads(json.dumps(plain.descriptor(url_for)))
    assert told["title"] == {"zh": "元宇宙浙江", "en": "Metaverse Zhejiang"}
    assert (told["glb"], told["floor"], told["lightmap"]) == ("/files/hall.glb", "/files/floor.bin", None)
    assert told["portals"][0] == {
        "id": "to-retail",
        "position": [-5, 0, -8.4],
        "yaw": pytest.approx(math.pi),
        "hall": "retail",
        "radius_m": 1.2,
    }
    assert told["panels"][0]["title"] == {"zh": "欢迎", "en": "Welcome"}
    assert told["checkins"][0]["title"] == {"zh": "中央", "en": "The middle"}
    assert told["booths"][0]["url"] == "/files/tea.glb"
    assert told["slots"][0]["size_m"] == [4, 3, 3]
    assert told["seats"][0]["id"] == "s01"
    assert told["screens"] == ["ink"]
    low, high = told["bounds"]["min"], told["bounds"]["max"]
    assert -10 < low[0] < -9 < 9 < high[0] < 10
    assert {"sun", "sky", "look", "viewpoints", "spawns"} <= set(told)


def test_the_summary_is_the_part_for_the_landing_page(plain: Hall) -> None:
    summary, whole = plain.summary(url_for), plain.descriptor(url_for)
    assert summary.items() <= whole.items()
    assert "glb" not in summary
    files = [path for path in plain.files if path.name != "poster.webp"]
    assert summary["bytes"] == sum(path.stat().st_size for path in files)


def test_levels_of_detail_are_told_and_are_not_what_a_visitor_downloads_to_come_in(plain: Hall) -> None:
    folder = plain.manifest.folder
    assert plain.descriptor(url_for)["levels"] is None
    (folder / "levels.bin").write_bytes(b"YZL1")
    toml = (folder / "hall.toml").read_text(encoding="utf-8")
    (folder / "hall.toml").write_text('levels = "levels.bin"\n' + toml, encoding="utf-8")
    finer = load_hall(folder, folder / "cache")
    assert finer.descriptor(url_for)["levels"] == "/files/levels.bin"
    assert finer.bytes == plain.bytes


def test_urls_are_asked_only_for_files_of_the_hall(plain: Hall) -> None:
    asked: list[Path] = []
    plain.descriptor(lambda path: asked.append(path) or "/x")  # type: ignore[func-returns-value]
    assert set(asked) == set(plain.files)


def test_a_foreign_room_without_any_extras_is_a_hall(tmp_path: Path) -> None:
    floor = trimesh.creation.box(extents=(30, 0.3, 20))
    wall = trimesh.creation.box(extents=(30, 4, 0.3))
    wall.apply_translation((0, 2, -10))
    hall = load_hall(foreign_hall(tmp_path / "foreign", trimesh_glb(floor, wall)), tmp_path / "cache")
    assert 500 < hall.floor.area_m2 < 600
    (start,) = hall.spawns
    assert start.id == "start"
    assert start.position == pytest.approx((0, 0.15, 0), abs=0.4)
    assert "start" in hall.places
    json.dumps(hall.descriptor(url_for))


def test_a_start_beside_the_middle_looks_to_the_halls_centre() -> None:
    """An L: its middle of mass is not the centre of what it spans."""
    heights = np.full((40, 40), np.nan, dtype=np.float32)
    heights[:8, :] = 0
    heights[:, :8] = 0
    start = default_start(Floor(heights, 0.5, 0.0, 0.0))
    x, _, z = start.position
    assert heights[int(z / 0.5), int(x / 0.5)] == 0
    towards = math.atan2(x - 10, z - 10)
    assert start.yaw == pytest.approx(towards, abs=0.1)


def _samples(folder: str, expect: Callable[[dict[str, str]], bool]) -> list[Path]:
    manifest = MODELS / folder / "manifest.json"
    if not manifest.is_file():
        return []
    entries = json.loads(manifest.read_text(encoding="utf-8"))
    files = [MODELS / folder / entry["file"] for entry in entries if expect(entry)]
    return [file for file in files if file.suffix == ".glb" and file.is_file()]


# Seconds each, and nothing in them that is not in a smaller one.
LARGE = ("2CylinderEngine", "chess-board", "cli4", "draw_calls_50k")


def _marked(paths: list[Path]) -> list[Any]:
    return [
        pytest.param(path, id=path.stem, marks=pytest.mark.slow if path.stem in LARGE else ())
        for path in paths
    ]


# A hall is one GLB of limited size; these are others' reasons to be refused, that no reader of shapes sees.
VALID = _samples("valid", lambda entry: entry["expect"] == "accept")
HOSTILE = _samples("hostile", lambda entry: True)
needs_models = pytest.mark.skipif(not VALID, reason="the sample models are not beside this repository")


@needs_models
@pytest.mark.parametrize("path", _marked(VALID))
def test_a_valid_model_of_unknown_origin_becomes_a_hall(path: Path, tmp_path: Path) -> None:
    hall = load_hall(foreign_hall(tmp_path / "foreign", path.read_bytes()), tmp_path / "cache")
    assert hall.floor.area_m2 > 6
    x, y, z = hall.spawns[0].position
    assert hall.floor.height_at(x, z) == y
    json.dumps(hall.descriptor(url_for))


@needs_models
@pytest.mark.parametrize("path", _marked(HOSTILE))
def test_a_hostile_model_becomes_a_hall_or_one_sentence(path: Path, tmp_path: Path) -> None:
    folder = foreign_hall(tmp_path / "foreign", path.read_bytes())
    said = ""
    try:
        hall = load_hall(folder, tmp_path / "cache")
        json.dumps(hall.descriptor(url_for))
    except SceneInvalid as refused:
        said = f"{refused.params['file']}: {refused.params['detail']}"
    assert said == "" or (said.startswith("foreign/") and len(said) < 300 and "\n" not in said)
