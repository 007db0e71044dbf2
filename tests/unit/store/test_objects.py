"""Objects: named by content, whole or not there, kept once, swept when nobody needs them."""

from __future__ import annotations

import errno
import gzip
import hashlib
import os
from pathlib import Path

import pytest

from yuanzhan.store.objects import ORIGINAL, ContentDiffers, Objects


@pytest.fixture
def objects(tmp_path: Path) -> Objects:
    return Objects(tmp_path / "objects")


def file_of(folder: Path, content: bytes, name: str = "sent") -> Path:
    path = folder / name
    path.write_bytes(content)
    return path


def names_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.rglob("*") if path.is_file())


def test_an_object_is_named_by_its_content_in_two_levels_of_folders(objects: Objects, tmp_path: Path) -> None:
    name = objects.keep(file_of(tmp_path, b"booth"), ".glb")
    digest = hashlib.sha256(b"booth").hexdigest()
    assert name == f"{digest}.glb"
    assert objects.path(name) == tmp_path / "objects" / digest[:2] / digest[2:4] / name
    assert objects.path(name).read_bytes() == b"booth"


def test_the_file_stays_where_it_was(objects: Objects, tmp_path: Path) -> None:
    sent = file_of(tmp_path, b"booth")
    objects.keep(sent, ORIGINAL)
    sent.unlink()
    assert objects.holds(hashlib.sha256(b"booth").hexdigest() + ORIGINAL)


def test_what_is_kept_twice_is_there_once(objects: Objects, tmp_path: Path) -> None:
    first = objects.keep(file_of(tmp_path, b"same", "a"), ".glb")
    second = objects.keep(file_of(tmp_path, b"same", "b"), ".glb")
    assert first == second
    assert names_in(tmp_path / "objects") == [first]


def test_what_has_another_hash_than_was_said_is_not_kept(objects: Objects, tmp_path: Path) -> None:
    with pytest.raises(ContentDiffers):
        objects.keep(file_of(tmp_path, b"booth"), ORIGINAL, sha256=hashlib.sha256(b"other").hexdigest())
    assert names_in(tmp_path / "objects") == []


def test_a_gzip_lies_beside_what_shrinks_and_not_beside_noise(objects: Objects, tmp_path: Path) -> None:
    plain = objects.keep(file_of(tmp_path, b"glTF" * 9_000, "a"), ".glb", compress=True)
    noise = objects.keep(file_of(tmp_path, os.urandom(9_000), "b"), ".glb", compress=True)
    packed = objects.path(plain).with_name(f"{plain}.gz")
    assert gzip.decompress(packed.read_bytes()) == b"glTF" * 9_000
    assert not objects.path(noise).with_name(f"{noise}.gz").exists()


def test_a_file_system_without_links_gets_a_copy(
    objects: Objects, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise OSError(errno.EPERM, "no links here")

    monkeypatch.setattr(os, "link", refuse)
    name = objects.keep(file_of(tmp_path, b"booth"), ".glb")
    assert objects.path(name).read_bytes() == b"booth"
    assert names_in(tmp_path / "objects") == [name]


def test_the_sweep_removes_what_nobody_needs_and_what_a_stop_left_behind(
    objects: Objects, tmp_path: Path
) -> None:
    needed = objects.keep(file_of(tmp_path, b"glTF" * 9_000, "a"), ".glb", compress=True)
    orphan = objects.keep(file_of(tmp_path, b"orphan" * 9_000, "b"), ".glb", compress=True)
    (tmp_path / "objects" / "incoming" / "half").write_bytes(b"killed while it was written")
    assert sorted(objects.sweep({needed})) == sorted([orphan, f"{orphan}.gz", "half"])
    assert names_in(tmp_path / "objects") == [needed, f"{needed}.gz"]


def test_the_sweep_spares_what_is_younger_than_it_is_told(objects: Objects, tmp_path: Path) -> None:
    name = objects.keep(file_of(tmp_path, b"about to be written down"), ".glb")
    assert objects.sweep(set(), older_than_s=3600) == []
    os.utime(objects.path(name), (0, 0))
    assert objects.sweep(set(), older_than_s=3600) == [name]


def test_what_is_kept_again_is_young_again(objects: Objects, tmp_path: Path) -> None:
    sent = file_of(tmp_path, b"booth")
    name = objects.keep(sent, ".glb")
    os.utime(objects.path(name), (0, 0))
    objects.keep(file_of(tmp_path, b"booth", "again"), ".glb")
    assert objects.sweep(set(), older_than_s=3600) == []


@pytest.mark.parametrize(
    "name", ["", "..", "../../etc/passwd", "a" * 64, f"{'a' * 64}.glb/..", f"{'A' * 64}.glb", "\0"]
)
def test_what_is_no_name_is_neither_there_nor_a_path(objects: Objects, name: str) -> None:
    assert not objects.holds(name)
    with pytest.raises(ValueError, match="not the name"):
        objects.path(name)
