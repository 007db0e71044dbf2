"""The shelf of files by content: kept as they were, compressed where it pays, swept of what is not needed."""

from __future__ import annotations

import gzip
import os
from pathlib import Path

import pytest

from tests.conftest import RunningServer
from yuanzhan.web.shelf import Shelf


def name_of(url: str) -> str:
    return url.removeprefix("/files/")


def test_what_shrinks_is_kept_compressed_as_well(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path / "shelf")
    plain, noise, image = tmp_path / "a.glb", tmp_path / "b.glb", tmp_path / "c.webp"
    plain.write_bytes(b"glTF" * 10_000)
    noise.write_bytes(os.urandom(10_000))
    image.write_bytes(b"webp" * 10_000)
    names = [name_of(shelf.put(path)) for path in (plain, noise, image)]
    compressed = [(tmp_path / "shelf" / f"{name}.gz").is_file() for name in names]
    assert compressed == [True, False, False]
    assert gzip.decompress((tmp_path / "shelf" / f"{names[0]}.gz").read_bytes()) == plain.read_bytes()


def test_a_url_stays_what_it_is_while_the_original_changes(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path / "shelf")
    original = tmp_path / "hall.glb"
    original.write_bytes(b"first")
    kept = tmp_path / "shelf" / name_of(shelf.put(original))
    original.write_bytes(b"second")
    assert kept.read_bytes() == b"first"
    assert name_of(Shelf(tmp_path / "shelf").put(original)) != kept.name


def test_the_same_content_has_one_url(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path / "shelf")
    for name in ("a.bin", "b.bin"):
        (tmp_path / name).write_bytes(b"same")
    assert shelf.put(tmp_path / "a.bin") == shelf.put(tmp_path / "b.bin")


def test_what_is_not_needed_any_more_is_swept_and_what_is_needed_stays(tmp_path: Path) -> None:
    (tmp_path / "old.glb").write_bytes(b"old" * 1000)
    (tmp_path / "new.glb").write_bytes(b"new" * 1000)
    Shelf(tmp_path / "shelf").put(tmp_path / "old.glb")
    shelf = Shelf(tmp_path / "shelf")
    url = shelf.put(tmp_path / "new.glb")
    (tmp_path / "shelf" / "half").write_bytes(b"left by a start that was killed")
    for path in (tmp_path / "shelf").iterdir():
        os.utime(path, (0, 0))
    shelf.sweep()
    left = sorted(path.name for path in (tmp_path / "shelf").iterdir())
    assert left == [name_of(url), f"{name_of(url)}.gz"]


def test_what_another_server_put_today_is_not_swept(tmp_path: Path) -> None:
    (tmp_path / "theirs.glb").write_bytes(b"theirs" * 1000)
    theirs = name_of(Shelf(tmp_path / "shelf").put(tmp_path / "theirs.glb"))
    (tmp_path / "shelf" / "folder").mkdir()
    Shelf(tmp_path / "shelf").sweep()
    assert sorted(path.name for path in (tmp_path / "shelf").iterdir()) == sorted(
        [theirs, f"{theirs}.gz", "folder"]
    )


def test_what_is_put_again_is_as_young_as_the_run(tmp_path: Path) -> None:
    (tmp_path / "hall.glb").write_bytes(b"hall" * 1000)
    name = name_of(Shelf(tmp_path / "shelf").put(tmp_path / "hall.glb"))
    for path in (tmp_path / "shelf").iterdir():
        os.utime(path, (0, 0))
    Shelf(tmp_path / "shelf").put(tmp_path / "hall.glb")
    Shelf(tmp_path / "shelf").sweep()
    assert {path.name for path in (tmp_path / "shelf").iterdir()} == {name, f"{name}.gz"}


@pytest.mark.parametrize("damaged", ["", ".gz"])
def test_a_damaged_copy_is_put_anew_though_its_size_is_right(tmp_path: Path, damaged: str) -> None:
    content = b"hall" * 1000
    (tmp_path / "hall.glb").write_bytes(content)
    name = name_of(Shelf(tmp_path / "shelf").put(tmp_path / "hall.glb"))
    copy = tmp_path / "shelf" / f"{name}{damaged}"
    copy.write_bytes(bytes(copy.stat().st_size))
    Shelf(tmp_path / "shelf").put(tmp_path / "hall.glb")
    assert (tmp_path / "shelf" / name).read_bytes() == content
    assert gzip.decompress((tmp_path / "shelf" / f"{name}.gz").read_bytes()) == content


async def test_a_hall_is_sent_compressed_to_who_accepts_it(server: RunningServer, scenes_dir: Path) -> None:
    async with server.http.get("/api/halls/first") as answer:
        url = (await answer.json())["floor"]
    async with server.http.get(url, headers={"Accept-Encoding": "gzip"}) as answer:
        assert answer.headers["Content-Encoding"] == "gzip"
        assert int(answer.headers["Content-Length"]) < 1000
        assert await answer.read() == (scenes_dir / "first" / "floor.bin").read_bytes()
