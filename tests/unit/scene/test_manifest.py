"""hall.toml: little is needed, and whatever is wrong is told by file and key."""

from __future__ import annotations

import dataclasses
import re
import tomllib
from pathlib import Path

import pytest

from tests.plain_hall import HALL_TOML
from yuanzhan.errors.starting import SceneInvalid
from yuanzhan.scene.manifest import Look, Manifest, Text, read_manifest

AUTHORING = Path(__file__).parents[3] / "docs" / "authoring.md"
SHORTEST = 'file = "hall.glb"\n[title]\nzh = "我的展厅"\nen = "My hall"\n'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "my-hall"
    (folder / "built" / "booths").mkdir(parents=True)
    for name in ("hall.glb", "built/hall.glb", "built/booths/tea.glb"):
        (folder / name).write_bytes(b"")
    return folder


def read(folder: Path, text: str) -> Manifest:
    (folder / "hall.toml").write_text(text, encoding="utf-8")
    return read_manifest(folder)


def test_four_lines_are_enough(folder: Path) -> None:
    manifest = read(folder, SHORTEST)
    assert (manifest.id, manifest.file, manifest.shape) == ("my-hall", "hall.glb", "circle")
    assert manifest.title == Text("我的展厅", "My hall")
    assert (manifest.sun, manifest.capacity, manifest.look) == (None, None, Look())


def test_the_plain_halls_text_is_read(folder: Path) -> None:
    manifest = read(folder, HALL_TOML)
    assert manifest.order == 1
    assert manifest.panels[0].body.json() == {"zh": "这里是前厅。", "en": "This is the lobby."}
    assert (manifest.booths[0].slot, manifest.booths[0].file) == ("a01", "built/booths/tea.glb")
    assert manifest.programme[0].at == "15:30"
    assert manifest.stage is None
    assert manifest.viewpoints[0].eye == (0, 1.6, 8)


def test_everything_that_may_be_said_is_read(folder: Path) -> None:
    (folder / "poster.webp").write_bytes(b"")
    (folder / "levels.bin").write_bytes(b"")
    manifest = read(
        folder,
        'file = "hall.glb"\norder = 2\ncapacity = 500\nshape = "fan"\n'
        'poster = "poster.webp"\nlevels = "levels.bin"\ntitle = "Hall"\n'
        '[lightmap]\nfile = "poster.webp"\nscale = 3\n'
        "[sun]\ncolour = [1, 0.6, 0.3]\nintensity = 4.2\nelevation_deg = 18\n"
        "azimuth_deg = 250\nshadow_m = [72, 56]\n"
        "[sky]\nzenith = [0.1, 0.13, 0.3]\n"
        '[look]\nexposure = 1.3\ntone = "agx"\nenvironment = 1.15\nfog = [0.5, 0.4, 0.45, 0.0075]\n',
    )
    assert manifest.title == Text("Hall", "Hall")
    assert manifest.lightmap is not None
    assert manifest.lightmap.scale == 3.0
    assert manifest.levels == "levels.bin"
    assert manifest.sun is not None
    assert (manifest.sun.azimuth_deg, manifest.sun.shadow_m) == (250.0, (72.0, 56.0))
    assert (manifest.sky.zenith, manifest.look.tone, manifest.look.fog[3]) == (
        (0.1, 0.13, 0.3),
        "agx",
        0.0075,
    )


@pytest.mark.parametrize(
    ("change", "key", "said"),
    [
        ('file = "hall.glb"', "title", "is missing"),
        ("[title]\nzh = 'a'", "file", "is missing"),
        (SHORTEST.replace("hall.glb", "none.glb"), "file", "there is no file 'none.glb'"),
        (SHORTEST.replace("hall.glb", "../hall.glb"), "file", "inside the hall's folder"),
        (SHORTEST.replace("hall.glb", "/etc/passwd"), "file", "inside the hall's folder"),
        (SHORTEST.replace("hall.glb", "..\\\\hall.glb"), "file", "inside the hall's folder"),
        ("shape = 'cube'\n" + SHORTEST, "shape", "one of circle, fan, quatrefoil, dome"),
        ("shape = 3\n" + SHORTEST, "shape", "must be text"),
        ("order = 1.5\n" + SHORTEST, "order", "whole number"),
        ("order = true\n" + SHORTEST, "order", "whole number"),
        ("capacity = 0\n" + SHORTEST, "capacity", "whole number from 1"),
        ("colour = 'red'\n" + SHORTEST, "colour", "there is no such key"),
        (SHORTEST + "jp = 'a'", "title: jp", "there is no such key"),
        ("file = 'hall.glb'\ntitle = {}", "title", "has neither zh nor en"),
        ("file = 'hall.glb'\ntitle = 5", "title", 'must be { zh = "…", en = "…" }'),
        ("file = 'hall.glb'\ntitle = { zh = 5 }", "title: zh", "must be text"),
        ("file = 'hall.glb'\ntitle = { zh = '" + "长" * 4001 + "' }", "title: zh", "at most 4000"),
        ("sun = 3\n" + SHORTEST, "sun", "must be a table"),
        (SHORTEST + "[sun]\ncolour = [1, 2]", "sun: colour", "must be 3 numbers"),
        (SHORTEST + "[sun]\ncolour = [1, 2, 'x']", "sun: colour", "must be 3 numbers"),
        (SHORTEST + "[sun]\nintensity = nan", "sun: intensity", "must be a number"),
        (SHORTEST + "[sun]\nelevation_deg = 91", "sun: elevation_deg", "from 0 to 90"),
        (SHORTEST + "[sun]\nshadow_m = [0, 5]", "sun: shadow_m", "must be 2 numbers"),
        (SHORTEST + "[sky]\nblue = 1", "sky: blue", "there is no such key"),
        (SHORTEST + "[look]\ntone = 'sepia'", "look: tone", "one of aces, agx, neutral"),
        (SHORTEST + "[look]\nfog = [1, 1, 1]", "look: fog", "must be 4 numbers"),
        (SHORTEST + "[lightmap]\nscale = 2", "lightmap: file", "is missing"),
        (SHORTEST + "[panels]\nid = 'a'", "panels", "[[panels]]"),
        (SHORTEST + "[[panels]]\nid = 'A b'", "panels[0]: id", "small letters"),
        (SHORTEST + "[[panels]]\nid = 'a'\n[[panels]]\nid = 'a'", "panels", "only once"),
        (SHORTEST + "[[panels]]\ntitle = 'a'", "panels[0]: id", "is missing"),
        (
            SHORTEST + "[[booths]]\nid = 'a'\nslot = 's'\nfile = 'x.glb'",
            "booths[0]: file",
            "there is no file",
        ),
        (
            SHORTEST + "".join(f"[[booths]]\nid = '{i}'\nslot = 's'\nfile = 'hall.glb'\n" for i in "ab"),
            "booths",
            "each slot holds one booth",
        ),
        (SHORTEST + "[[programme]]\nat = '25:00'\ntitle = 'a'", "programme[0]: at", "must be a time"),
        (SHORTEST + "[[viewpoints]]\nid = 'a'\neye = [1, 2, 3]", "viewpoints[0]: look_at", "is missing"),
        (SHORTEST + "[[checkins]]\nid = 5", "checkins[0]: id", "must be text"),
    ],
)
def test_what_is_wrong_is_told_by_file_and_key(folder: Path, change: str, key: str, said: str) -> None:
    with pytest.raises(SceneInvalid) as refused:
        read(folder, change)
    assert refused.value.params["file"] == f"my-hall/hall.toml: {key}"
    assert said in str(refused.value.params["detail"])


def test_what_is_not_toml_is_told_with_its_line(folder: Path) -> None:
    with pytest.raises(SceneInvalid, match=r"my-hall/hall\.toml.*not TOML.*line 1"):
        read(folder, "file = \n")


def test_bytes_that_are_no_text_are_told(folder: Path) -> None:
    (folder / "hall.toml").write_bytes(b"title = '\xff'")
    with pytest.raises(SceneInvalid, match="not TOML"):
        read_manifest(folder)


def test_a_missing_hall_toml_is_told(folder: Path) -> None:
    with pytest.raises(SceneInvalid, match="cannot be read"):
        read_manifest(folder)


@pytest.mark.parametrize("name", ["My Hall", "大厅", "-a", "a" * 65])
def test_a_folder_whose_name_is_no_id_is_refused(tmp_path: Path, name: str) -> None:
    folder = tmp_path / name
    folder.mkdir()
    with pytest.raises(SceneInvalid, match="the folder's name is the hall's id"):
        read_manifest(folder)


def test_a_link_that_leads_out_of_the_folder_is_refused(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "secret.glb").write_bytes(b"")
    (folder / "hall.glb").unlink()
    (folder / "hall.glb").symlink_to(tmp_path / "secret.glb")
    with pytest.raises(SceneInvalid, match="leads out of the hall's folder"):
        read(folder, SHORTEST)


def test_one_language_stands_in_for_the_other() -> None:
    assert Text(zh="茶").json() == {"zh": "茶", "en": "茶"}
    assert Text(en="Tea").json() == {"zh": "Tea", "en": "Tea"}
    assert not Text(zh="茶").is_complete


def test_the_documented_hall_toml_is_one_and_names_every_key(folder: Path) -> None:
    text = AUTHORING.read_text(encoding="utf-8").split("## Everything hall.toml may say")[1]
    example = text.split("```toml\n")[1].split("```")[0]
    for name in re.findall(r'"(built/[^"]+)"', example):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(b"")
    manifest = read(folder, example)
    for field in dataclasses.fields(manifest):
        if field.name not in ("id", "folder"):
            assert getattr(manifest, field.name) not in (None, (), Text()), field.name
    written = tomllib.loads(example)
    for name in ("lightmap", "sun", "sky", "look"):
        table = getattr(manifest, name)
        assert set(written[name]) == {field.name for field in dataclasses.fields(table)}, name


def test_the_documented_shortest_hall_toml_is_enough(folder: Path) -> None:
    text = AUTHORING.read_text(encoding="utf-8").split("## The shortest hall.toml")[1]
    assert read(folder, text.split("```toml\n")[1].split("```")[0]).title.is_complete
