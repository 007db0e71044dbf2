"""Names of files as they are kept."""

from __future__ import annotations

import pytest

from yuanzhan.booths.file_names import clean_file_name


@pytest.mark.parametrize(
    ("name", "cleaned"),
    [
        ("booth.glb", "booth.glb"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\lin\\展位.zip", "展位.zip"),
        ("a/b/", "upload"),
        ("..", "upload"),
        ("", "upload"),
        ("a\0b\r\n.glb", "ab.glb"),
        ("\u202eblg.exe", "blg.exe"),
        ("<img src=x onerror=alert(1)>.glb", "<img src=x onerror=alert(1)>.glb"),
        ("x" * 500 + ".gltf", "x" * 115 + ".gltf"),
        ("." * 500, "upload"),
        ("\ud800.glb", ".glb".strip(".")),
    ],
)
def test_names_lose_their_paths_and_what_nobody_sees(name: str, cleaned: str) -> None:
    assert clean_file_name(name) == cleaned
