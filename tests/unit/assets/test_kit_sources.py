"""Which files decide what a hall's build writes: what the hall has, and nothing else."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest

from kit.sources import KIT, ROOT, TOOLS, source_files, source_hash

HALLS = sorted(path.parent for path in (ROOT / "scenes").glob("*/make.py"))

HALL_TOML = """
file = "built/hall.glb"
title = "small"
[sun]
elevation_deg = 12.5
[[booths]]
id = "tea"
slot = "a01"
file = "built/booths/tea.glb"
title = "Tea"
"""


@pytest.fixture
def hall(tmp_path: Path) -> Path:
    """A hall with one lantern, brought by a module of its own, and with something built."""
    folder = tmp_path / "scenes" / "small"
    (folder / "built").mkdir(parents=True)
    (folder / "built" / "hall.glb").write_bytes(b"built")
    (folder / "__pycache__").mkdir()
    (folder / "__pycache__" / "make.pyc").write_bytes(b"compiled")
    (folder / "hall.toml").write_text(HALL_TOML)
    (folder / "make.py").write_text("from scenes.small import court\n")
    (folder / "court.py").write_text("def place():\n    from kit import lantern\n\n    return lantern\n")
    return folder


def test_the_hall_the_builder_and_the_parts_it_imports_count(hall: Path) -> None:
    files = source_files(hall)
    assert {hall / name for name in ("make.py", "court.py")} <= files
    parts = ("build.py", "bake.py", "lantern.py", "mesh.py", "__init__.py", "optimise.mjs", "levels.mjs")
    assert {KIT / name for name in parts} <= files


def test_a_part_that_the_hall_does_not_have_does_not_count(hall: Path) -> None:
    assert not {KIT / name for name in ("boat.py", "pagoda.py", "look.py")} & source_files(hall)
    (hall / "court.py").write_text("import kit.boat\n")
    assert KIT / "boat.py" in source_files(hall)
    assert KIT / "lantern.py" not in source_files(hall)


def test_the_hash_follows_the_sources_and_not_the_build(hall: Path) -> None:
    before = source_hash(hall)
    (hall / "built" / "hall.glb").write_bytes(b"built anew")
    (hall / "__pycache__" / "make.pyc").write_bytes(b"compiled anew")
    assert source_hash(hall) == before
    (hall / "court.py").write_text("import kit.lantern\n")
    assert source_hash(hall) != before


@pytest.mark.parametrize(
    ("old", "new", "is_built_anew"),
    [
        ("small", "large", False),
        ("Tea", "Coffee", False),
        ("[sun]", "[look]", True),
        ("= 12.5", "= 13.0", True),
        ("a01", "a02", True),
        ("hall.glb", "room.glb", True),
    ],
)
def test_of_hall_toml_the_hash_follows_what_the_build_reads(
    hall: Path, old: str, new: str, is_built_anew: bool
) -> None:
    before = source_hash(hall)
    assert old in HALL_TOML
    (hall / "hall.toml").write_text(HALL_TOML.replace(old, new))
    assert (source_hash(hall) != before) is is_built_anew


@pytest.mark.parametrize("where", ["a", "z/z"])
def test_a_copy_elsewhere_has_the_same_hash(hall: Path, tmp_path: Path, where: str) -> None:
    copy = tmp_path / where / "scenes" / hall.name
    shutil.copytree(hall, copy)
    assert source_hash(copy) == source_hash(hall)


@pytest.mark.parametrize("folder", HALLS[:1], ids=lambda folder: str(folder.name))
def test_a_copy_of_a_hall_outside_the_repository_has_the_same_hash(folder: Path, tmp_path: Path) -> None:
    copy = tmp_path / "scenes" / folder.name
    shutil.copytree(folder, copy)
    assert source_hash(copy) == source_hash(folder)


def test_the_tools_are_the_packages_that_the_optimiser_and_the_signs_use() -> None:
    scripts = "".join((KIT / name).read_text() for name in ("optimise.mjs", "levels.mjs"))
    imported = re.findall(r" from '([^':]+)'", scripts)
    assert {*imported, "@fontsource/noto-serif-sc"} == set(TOOLS)


@pytest.mark.parametrize("folder", HALLS, ids=lambda folder: str(folder.name))
def test_each_hall_of_the_repository_is_built_from_its_present_sources(folder: Path) -> None:
    built = json.loads((folder / "built" / "build.json").read_text())
    assert built["sources"] == source_hash(folder), f"make halls HALLS={folder.name}"


@pytest.mark.parametrize("folder", HALLS, ids=lambda folder: str(folder.name))
def test_each_hall_of_the_repository_depends_on_a_part_of_the_kit_only(folder: Path) -> None:
    parts = {path for path in source_files(folder) if path.parent == KIT and path.suffix == ".py"}
    assert KIT / "mesh.py" in parts
    assert parts < set(KIT.glob("*.py"))
    assert not any(
        other in path.parents for path in source_files(folder) for other in HALLS if other != folder
    )
