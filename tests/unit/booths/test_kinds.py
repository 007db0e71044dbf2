"""Kinds of files are told by their bytes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yuanzhan.booths.kinds import KINDS, M4A, MP3, MP4, OGG, PICTURE, TYPE_OF_SUFFIX, WAV, WEBM, Kind, kind_of


@pytest.mark.parametrize(
    ("head", "kind"),
    [
        (b"\xff\xd8\xff\xe0\0\x10JFIF", PICTURE),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", PICTURE),
        (b"RIFF\x24\0\0\0WEBPVP8 ", PICTURE),
        (b"\0\0\0\x20ftypisom\0\0\2\0", MP4),
        (b"\0\0\0\x1cftypM4A \0\0\0\0", M4A),
        (b"\x1a\x45\xdf\xa3\x9f\x42\x86\x81\1\x42\x82\x84webm", WEBM),
        (b"OggS\0\2\0\0", OGG),
        (b"RIFF\x24\0\0\0WAVEfmt ", WAV),
        (b"ID3\4\0\0\0\0\0\0", MP3),
        (b"\xff\xfb\x90\x64\0\0", MP3),
        (b"GIF89a", None),
        (b"<svg xmlns='http://www.w3.org/2000/svg'>", None),
        (b"<!doctype html>", None),
        (b"%PDF-1.7", None),
        (b"PK\3\4", None),
        (b"MZ\x90\0", None),
        (b"\x7fELF", None),
        (b"\0\0\0\x14ftypqt  ", None),
        (b"\x1a\x45\xdf\xa3\x9f\x42\x82\x88matroska", None),
        (b"\xff\xff\xff\xff", None),
        (b"", None),
    ],
)
def test_the_first_bytes_say_what_it_is(head: bytes, kind: Kind | None) -> None:
    assert kind_of(head) is kind


@given(st.binary(max_size=64))
def test_any_bytes_are_a_kind_or_none(head: bytes) -> None:
    assert kind_of(head) in (*KINDS, None)


def test_every_kind_is_served_as_its_type() -> None:
    for kind in KINDS:
        assert TYPE_OF_SUFFIX[kind.suffix] == kind.type


def test_nothing_that_a_browser_would_run_is_served() -> None:
    for content_type in TYPE_OF_SUFFIX.values():
        assert content_type.split("/")[0] in ("image", "video", "audio", "model") or content_type.endswith(
            "/octet-stream"
        )
        assert "svg" not in content_type
