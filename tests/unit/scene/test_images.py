"""Sizes from headers, against Pillow, which writes the files."""

from __future__ import annotations

import contextlib
import io
import struct
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from yuanzhan.scene.images import ImageSize, image_size


def encoded(width: int, height: int, kind: str, mode: str = "RGB", **options: Any) -> bytes:
    file = io.BytesIO()
    Image.new(mode, (width, height), 7).save(file, kind, **options)
    return file.getvalue()


@given(st.integers(1, 300), st.integers(1, 300))
def test_every_format_gives_its_size(width: int, height: int) -> None:
    files = [
        encoded(width, height, "PNG"),
        encoded(width, height, "PNG", "LA"),
        encoded(width, height, "JPEG"),
        encoded(width, height, "JPEG", "L", progressive=True),
        encoded(width, height, "WEBP"),
        encoded(width, height, "WEBP", lossless=True),
        encoded(width, height, "WEBP", "RGBA"),
        encoded(width, height, "WEBP", icc_profile=bytes(20)),
    ]
    for data in files:
        assert image_size(data) == ImageSize(width, height, 4)


@pytest.mark.parametrize(("vk_format", "pixel_bytes"), [(0, 1), (43, 4)])
def test_a_ktx2_texture_may_stay_compressed_on_the_card(vk_format: int, pixel_bytes: int) -> None:
    header = b"\xabKTX 20\xbb\r\n\x1a\n" + struct.pack("<4I", vk_format, 1, 1024, 512) + bytes(60)
    size = image_size(header)
    assert size == ImageSize(1024, 512, pixel_bytes)
    assert size.gpu_bytes == 1024 * 512 * pixel_bytes * 4 // 3


def test_mip_levels_add_a_third() -> None:
    levels = sum((256 >> level) ** 2 * 4 for level in range(9))
    assert ImageSize(256, 256).gpu_bytes == pytest.approx(levels, rel=1e-4)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"GIF89a" + bytes(40),
        b"\x89PNG\r\n\x1a\n",
        b"\x89PNG\r\n\x1a\n" + struct.pack(">I4sII", 13, b"IHDR", 0, 5) + bytes(20),
        b"RIFF" + bytes(4) + b"WEBP" + b"VP9 " + bytes(30),
        b"\xff\xd8\xff\xe0\x00\x02" + bytes(30),
        b"\xff\xd8\xff" + b"\xff" * 40,
    ],
)
def test_what_is_no_image_is_refused(data: bytes) -> None:
    with pytest.raises(ValueError, match=r"an image without pixels|neither PNG"):
        image_size(data)


@given(st.binary(max_size=60))
def test_random_bytes_after_any_signature_end_in_a_size_or_a_refusal(data: bytes) -> None:
    for head in (
        b"",
        b"\xff\xd8\xff",
        b"\x89PNG\r\n\x1a\n",
        b"\xabKTX 20\xbb\r\n\x1a\n",
        b"RIFF1234WEBPVP8X",
    ):
        with contextlib.suppress(ValueError):
            assert image_size(head + data).width > 0
